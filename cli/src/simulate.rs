//! `cwfilter simulate`

use super::events::{IN_WHAT_WAS_READ, Visited, for_each};
use super::exit::Exit;
use super::files::{Inputs, find};
use super::hits::copies::Copies;
use super::notifications::{Notifications, Rendering, messages};
use super::patterns::{EmptyRules, untested_rule_files};
use super::terminal::{block, json, line, say};
use super::write::{Destination, Refused, check_distinct};
use cwfilter::FilterPattern;
use cwfilter::alarm::{Account, ChildState, State};
use cwfilter::hit::{CopyKey, account_id, end_moment, facts, moment, region_name};
use cwfilter::limits::EVENTS_REMEMBERED;
use cwfilter::metric::SystemFields;
use cwfilter::plural::counted;
use cwfilter::provision::{Stack, Topic};
use cwfilter::report::html;
use cwfilter::rules::RuleFile;
use cwfilter::simulation::{CompositeCourse, Course, Simulation};
use cwfilter::stack::check_topic;
use cwfilter::time::{civil, duration, parse};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Replay an archive: which alarms would have sent a notification, and when
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter simulate --rules patterns trail/
  cwfilter simulate --rules patterns trail/ --html report.html
  cwfilter simulate --rules patterns trail/ --notifications sns.ndjson

Simulates event → metric filter → metric → alarm → notification at the times of the events. Files may come in any order.
Metric filters that publish to one metric are added up. An alarm is evaluated ten seconds after the end of every
minute (AWS picks a second of its own for each alarm). CloudTrail delivers an event to the log group minutes after its
`eventTime`: `--delay` adds that time to each event. `--since` and `--until` select by `eventTime`.
Copies of an event (one `eventID`, from two trails or a redelivery) count once, as in `scan`. On AWS a metric filter
counts each log event that is delivered to its log group: `--keep-duplicates` does the same.
A filter or alarm that uses system fields needs `--account`, `--event-region` or `--log-group`.")]
pub(super) struct Args {
    /// Rule files, or folders of them
    #[arg(long, required_unless_present = "stack", num_args = 1)]
    rules: Vec<PathBuf>,
    /// Take rules, default alarm, names and topic from this stack
    #[arg(long, value_name = "FILE", conflicts_with = "rules")]
    stack: Option<PathBuf>,
    /// Time from an event to its delivery: `90s`, `2m`, `1h`
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = seconds, allow_hyphen_values = true)]
    delay: i64,
    /// Only events at or after this time: `2026-03-04`, `2026-03-04T10:15:00Z`, or how long ago: `24h`
    #[arg(long, value_name = "TIME", value_parser = start, allow_hyphen_values = true)]
    since: Option<i64>,
    /// Only events before this time
    #[arg(long, value_name = "TIME", value_parser = end, allow_hyphen_values = true)]
    until: Option<i64>,
    /// The value of `@aws.account` for all events
    #[arg(long, value_name = "ID", value_parser = account)]
    account: Option<String>,
    /// The value of `@aws.region` for all events
    #[arg(long, value_name = "REGION", value_parser = region)]
    event_region: Option<String>,
    /// The value of `@source.log` for all events: the name of their log group
    #[arg(long, value_name = "NAME")]
    log_group: Option<String>,
    /// Event files, folders of them, or `-` for standard input
    #[arg(required = true, value_name = "FILES|DIRS|-")]
    inputs: Vec<PathBuf>,
    /// Count each delivery of an event, as a metric filter does; without it, an event that was delivered twice counts once
    #[arg(long)]
    keep_duplicates: bool,
    /// Write an HTML page with the metrics, alarms and notifications
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the notifications to a file; with `-` to standard output, after the report
    #[arg(long, value_name = "FILE|-")]
    notifications: Option<PathBuf>,
    /// The format of the notifications
    #[arg(long, value_enum, default_value_t = Rendering::Json)]
    notification_format: Rendering,
    /// The name or ARN of the SNS topic in the messages [default: the stack's topic, or `security-alerts`]
    #[arg(long, value_name = "NAME|ARN", value_parser = topic_name)]
    topic: Option<String>,
}

/// A duration in seconds: `90s`, `2m`, `1h`, `1d`.
pub(super) fn seconds(text: &str) -> Result<i64, String> {
    duration(text).ok_or_else(|| "write `90s`, `2m`, `1h` or `1d`".to_owned())
}

/// Seconds since 1970.
fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok();
    since.and_then(|since| i64::try_from(since.as_secs()).ok()).unwrap_or_default()
}

/// A moment in seconds since 1970, as `scan` reads it.
fn start(text: &str) -> Result<i64, String> {
    moment(text, now()).map_err(|why| why.to_string())
}

/// A moment that ends a range, which is no part of it.
fn end(text: &str) -> Result<i64, String> {
    end_moment(text, now()).map_err(|why| why.to_string())
}

/// An account id, as `scan` reads it.
fn account(text: &str) -> Result<String, String> {
    account_id(text).map_err(|why| why.to_string())
}

/// A region, as `scan` reads it.
fn region(text: &str) -> Result<String, String> {
    region_name(text).map_err(|why| why.to_string())
}

/// The name or ARN of a topic, as a stack has it.
fn topic_name(text: &str) -> Result<String, String> {
    check_topic(text).map(|()| text.to_owned())
}

/// The rules, their stack, its account and its topic.
struct Rules {
    files: Vec<RuleFile>,
    stack: Option<Stack>,
    account: Account,
    /// an ARN
    topic: String,
}

fn rules(args: &Args) -> Result<Rules, Exit> {
    let Some(path) = &args.stack else {
        let (files, account) = (untested_rule_files(&args.rules, EmptyRules::Refused)?, Account::default());
        let topic = topic(args, None, &account);
        return Ok(Rules { files, stack: None, account, topic });
    };
    let (stack, mut files) = super::stack::load(path)?;
    stack.complete(&mut files);
    let id = stack.account.clone().unwrap_or(Account::default().id);
    let account = Account::new(id, stack.region.as_str());
    let topic = topic(args, stack.topic.as_ref(), &account);
    Ok(Rules { files, stack: Some(stack), account, topic })
}

/// The ARN of the topic: that of `--topic`, else that of the stack.
fn topic(args: &Args, of_stack: Option<&Topic>, account: &Account) -> String {
    match (&args.topic, of_stack) {
        (Some(arn), _) if arn.starts_with("arn:") => arn.clone(),
        (Some(name), _) => account.topic_arn(name),
        (None, Some(Topic { arn: Some(arn), .. })) => arn.clone(),
        (None, Some(topic)) => account.topic_arn(&topic.name),
        (None, None) => account.topic_arn("security-alerts"),
    }
}

/// Events that are not in the simulation.
#[derive(Default)]
struct LeftOut {
    out_of_range: u64,
    /// events whose `eventTime` is not a time, and the first of them
    impossible: u64,
    first_impossible: Option<String>,
    /// deliveries of an event after its first
    copies: u64,
}

impl LeftOut {
    fn impossible(&self) -> Option<String> {
        let first = self.first_impossible.as_ref()?;
        Some(format!("{} with an `eventTime` that is not a time, the first: {first}", self.impossible))
    }

    /// `3 copies of events`
    fn copies(&self) -> Option<String> {
        (self.copies > 0).then(|| counted(self.copies, "copy of an event", "copies of events"))
    }

    /// What the page says beside the number of events without a time.
    fn sentences(&self) -> Vec<String> {
        let out_of_range = (self.out_of_range > 0).then(|| {
            let events = counted(self.out_of_range, "event", "events");
            format!("{events} before `--since` or after `--until` left out")
        });
        let impossible = self.impossible().map(|it| format!("Events without a time: {it}"));
        let copies = self.copies().map(|copies| format!("{copies} left out: an event counts once"));
        out_of_range.into_iter().chain(impossible).chain(copies).collect()
    }
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let Rules { files, stack, account, topic } = match rules(args) {
        Ok(rules) => rules,
        Err(exit) => return Ok(exit),
    };
    if let (Some(since), Some(until)) = (args.since, args.until)
        && since >= until
    {
        say!("error: `--since` has to be before `--until`: no event can be between them");
        return Ok(Exit::Usage);
    }
    let mut inputs = find(&args.inputs);
    inputs.once();
    if inputs.inputs.is_empty() && inputs.errors.is_empty() {
        super::skipped_entries::report(&inputs.skipped_entries);
        say!(
            "error: no event files (JSON, text or CSV by name or content, also compressed); check the paths"
        );
        return Ok(Exit::Input);
    }
    let targets = match targets(args, &files, &inputs) {
        Ok(targets) => targets,
        Err(refused) => return Ok(refused.print()),
    };
    let mut simulation = match Simulation::new(files.iter().flat_map(|file| &file.rules)) {
        Ok(simulation) => simulation
            .composites(files.iter().flat_map(|file| &file.composites))
            .system(SystemFields {
                account: args.account.clone(),
                region: args.event_region.clone(),
                log_group: args.log_group.clone(),
            })
            .delay(args.delay)
            .alarm_names(|id| stack.as_ref().map_or_else(|| id.to_owned(), |stack| stack.alarm_name(id))),
        Err(error) => {
            say!("error: {error}");
            return Ok(Exit::Usage);
        }
    };
    let mut left_out = LeftOut::default();
    let mut copies = Copies::with_room(EVENTS_REMEMBERED);
    let rules = files.iter().flat_map(|file| &file.rules);
    let patterns: Vec<FilterPattern> = rules.map(|rule| rule.pattern.clone()).collect();
    let visited = for_each(&inputs, &patterns, |event| {
        let time = event.time().as_deref().and_then(parse);
        if time.is_none() && event.time().is_some() {
            left_out.impossible += 1;
            left_out.first_impossible.get_or_insert_with(|| event.label());
        }
        let is_before = time.is_some_and(|time| args.since.is_some_and(|since| time < since));
        let is_after = time.is_some_and(|time| args.until.is_some_and(|until| time >= until));
        if is_before || is_after {
            left_out.out_of_range += 1;
            return false;
        }
        if !args.keep_duplicates && !copies.is_new(CopyKey::of_event(&facts(&event.record().bytes))) {
            left_out.copies += 1;
            return false;
        }
        simulation.add_record(time, event.record(), || event.label())
    });
    if copies.is_full() {
        say!("note: more events than are remembered; copies of later events are counted");
    }
    let exit = visited.exit();
    let mut limits = visited.limits();
    if !has_events(&simulation) {
        if left_out.out_of_range > 0 {
            limits.push("no event is between `--since` and `--until`".to_owned());
        }
        match left_out.out_of_range {
            0 => say!("note: no event was read: no alarm is evaluated"),
            count => {
                let events = counted(count, "event is", "events are");
                say!(
                    "note: no event is between `--since` and `--until`; {events} outside: no alarm is evaluated"
                );
            }
        }
    }
    let courses = simulation.courses();
    let composites = simulation.composite_courses(&courses);
    short_periods(&courses);
    let report = Report {
        args,
        stack,
        account,
        topic,
        simulation: &simulation,
        courses: &courses,
        composites: &composites,
        left_out,
        visited: &visited,
    };
    let made = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok();
    let made = made.and_then(|made| i64::try_from(made.as_secs()).ok());
    let names = inputs.inputs.iter().map(|input| input.name().to_string()).collect();
    let about = html::About::new(names, made, exit != Exit::Clean)
        .left_out(report.left_out.sentences())
        .uncovered(visited.failed_inputs, visited.failures(), limits);
    // the files first: they are written even if standard output is closed
    let html =
        targets.html.as_ref().map(|html| html.write(html::page(&simulation, &courses, &composites, &about)));
    let sent = targets.notifications.as_ref().map(|file| file.write(messages(&report.notifications())));
    let printed = print(&report);
    let failed = [html, sent, Some(printed)].into_iter().flatten().filter_map(Result::err);
    Ok(failed.map(Exit::from_output).fold(exit, Exit::max))
}

/// Whether there is an event that a rule could match.
fn has_events(simulation: &Simulation<'_>) -> bool {
    simulation.events() + simulation.untimed() > 0
}

/// Says what is not modelled of alarms with a period below a minute.
fn short_periods(courses: &[Course<'_>]) {
    let is_short = |course: &&Course<'_>| course.alarm.as_ref().is_some_and(|alarm| alarm.period < 60);
    let ids: Vec<String> = courses.iter().filter(is_short).map(|it| format!("`{}`", it.rule.id)).collect();
    if !ids.is_empty() {
        say!(
            "note: {}: the period is below a minute, and the datapoint of a metric filter is that of a minute: here it counts when the minute \
             is over, and on AWS the alarm may ring up to a minute earlier",
            ids.join(", ")
        );
    }
}

/// Prints the report, then the notifications if they go to standard output.
fn print(report: &Report<'_>) -> std::io::Result<()> {
    let args = report.args;
    let mut out = std::io::stdout().lock();
    print_report(report, &mut out)?;
    if args.notifications.as_deref() == Some(Path::new("-")) {
        let messages = messages(&report.notifications());
        match args.notification_format {
            Rendering::Json => json(&mut out, &messages)?,
            Rendering::Email | Rendering::Sms => block(&mut out, &messages)?,
        }
    }
    out.flush()
}

struct Report<'a> {
    args: &'a Args,
    stack: Option<Stack>,
    account: Account,
    topic: String,
    simulation: &'a Simulation<'a>,
    courses: &'a [Course<'a>],
    composites: &'a [CompositeCourse<'a>],
    left_out: LeftOut,
    visited: &'a Visited,
}

impl Report<'_> {
    fn notifications(&self) -> Notifications<'_> {
        Notifications {
            courses: self.courses,
            composites: self.composites,
            stack: self.stack.as_ref(),
            account: &self.account,
            topic: &self.topic,
            format: self.args.notification_format,
        }
    }
}

/// The names of alarms.
fn joined(children: &[ChildState]) -> String {
    children.iter().map(|child| child.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// The output files.
struct Destinations {
    html: Option<Destination>,
    notifications: Option<Destination>,
}

fn targets(args: &Args, rules: &[RuleFile], inputs: &Inputs) -> Result<Destinations, Refused> {
    let file = args.notifications.as_deref().filter(|path| *path != Path::new("-"));
    let targets = Destinations {
        html: args.html.as_deref().map(Destination::new).transpose()?,
        notifications: file.map(Destination::new).transpose()?,
    };
    let read = rules.iter().map(|file| file.path.as_path()).chain(inputs.paths());
    check_distinct(read, &[], targets.html.iter().chain(&targets.notifications))?;
    Ok(targets)
}

/// `2026-03-04T10:15Z`
fn minute(seconds: i64) -> String {
    let (year, month, day, hour, minute) = civil(seconds);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}Z")
}

fn print_report(report: &Report<'_>, out: &mut impl Write) -> std::io::Result<()> {
    let (simulation, courses) = (report.simulation, report.courses);
    let mut timeline: Vec<_> = courses
        .iter()
        .flat_map(|course| course.changes.iter().map(move |(change, events)| (change, events, course)))
        // a change that neither begins nor ends ALARM is news only if it is sent
        .filter(|(change, _, course)| {
            change.new == State::Alarm || change.old == State::Alarm || course.notifies(change)
        })
        .collect();
    timeline.sort_by_key(|(change, _, course)| (change.time, course.rule.id.as_str()));
    let mut days: BTreeMap<String, usize> = BTreeMap::new();
    let of_rules = courses.iter().flat_map(Course::notifications).map(|change| change.time);
    let sent = report.composites.iter().flat_map(|it| it.notifications.iter().map(|(time, _)| *time));
    for time in of_rules.chain(sent) {
        *days.entry(minute(time.seconds()).chars().take(10).collect()).or_default() += 1;
    }
    for (change, events, course) in &timeline {
        let is_silent = change.new == State::Alarm && !course.notifies(change);
        let sent = if is_silent { "  (no notification)" } else { "" };
        line!(out, "{}  {:<17} {}{sent}", minute(change.time.seconds()), change.new.name(), course.rule.id)?;
        if change.new == State::Alarm {
            events.iter().try_for_each(|event| line!(out, "    {event}"))?;
        }
    }
    writeln!(out)?;
    line!(out, "notifications per day")?;
    days.iter().try_for_each(|(day, count)| line!(out, "  {day} {count:>6}"))?;
    let is_sent = |course: &&Course<'_>| course.alarms() > 0 && course.notifications().next().is_some();
    let mut noisy: Vec<&Course<'_>> = courses.iter().filter(is_sent).collect();
    noisy.sort_by_key(|course| (std::cmp::Reverse(course.alarms()), course.rule.id.as_str()));
    writeln!(out)?;
    line!(out, "noisiest rules (alarms, events)")?;
    for course in noisy {
        line!(out, "  {:>6} {:>8}  {}", course.alarms(), course.matches, course.rule.id)?;
    }
    quiet(courses, report.visited.is_of_all() && has_events(simulation), out)?;
    composites(report.composites, out)?;
    let of_composites: usize = report.composites.iter().map(|it| it.notifications.len()).sum();
    let total = days.values().sum::<usize>();
    let without = simulation.untimed();
    let mut left_out =
        if without > 0 { format!(", {without} without a time left out") } else { String::new() };
    if let Some(impossible) = report.left_out.impossible() {
        left_out += &format!(" ({impossible})");
    }
    if report.left_out.out_of_range > 0 {
        left_out += &format!(", {} before `--since` or after `--until`", report.left_out.out_of_range);
    }
    if let Some(copies) = report.left_out.copies() {
        left_out += &format!(", {copies} left out (see `--keep-duplicates`)");
    }
    writeln!(out)?;
    let mut share = String::new();
    if of_composites > 0 {
        share = format!(", {of_composites} from composite alarms");
    }
    let events = counted(simulation.events(), "event", "events");
    let notifications = counted(total, "notification", "notifications");
    line!(out, "{events}{left_out}, {notifications}{share}")?;
    if report.visited.failed_inputs > 0 {
        line!(out, "parts of the input could not be read and are missing from this report (see the errors)")?;
    }
    Ok(())
}

/// The result of each composite alarm.
fn composites(courses: &[CompositeCourse<'_>], out: &mut impl Write) -> std::io::Result<()> {
    if courses.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    line!(out, "composite alarms (alarms, notifications)")?;
    for course in courses {
        let alarms = course.changes.iter().filter(|change| change.new == State::Alarm).count();
        let id = &course.composite.id;
        if let Some(why) = &course.not_evaluated {
            line!(out, "  not evaluated  {id}: {why}")?;
            continue;
        }
        line!(out, "  {alarms:>6} {:>8}  {id}", course.notifications.len())?;
        for change in course.changes.iter().filter(|change| change.new == State::Alarm) {
            line!(out, "    {}  {}", minute(change.time.seconds()), joined(&change.triggering))?;
        }
        if course.suppressed > 0 {
            line!(out, "    {} suppressed", counted(course.suppressed, "notification", "notifications"))?;
        }
    }
    Ok(())
}

/// Lists the rules that sent no alarm, each in one list.
fn quiet(courses: &[Course<'_>], is_of_all: bool, out: &mut impl Write) -> std::io::Result<()> {
    let list = |is: fn(&&Course<'_>) -> bool| -> Vec<&Course<'_>> {
        courses.iter().filter(|course| course.alarms() == 0).filter(is).collect()
    };
    let ids = |list: &[&Course<'_>]| {
        list.iter().map(|course| course.rule.id.as_str()).collect::<Vec<_>>().join(", ")
    };
    let silent = list(|course| course.matches > 0 && course.alarm.is_some());
    if !silent.is_empty() {
        writeln!(out)?;
        line!(out, "matched, but the alarm never went to ALARM ({})", silent.len())?;
    }
    for course in silent {
        line!(
            out,
            "  {:>8}  {}: {}",
            course.matches,
            course.rule.id,
            course.why_silent().unwrap_or_default()
        )?;
    }
    let untimed = list(|course| course.matches == 0 && course.untimed > 0);
    if !untimed.is_empty() {
        writeln!(out)?;
        line!(out, "matched only events without a time, which are in no metric ({})", untimed.len())?;
    }
    for course in untimed {
        line!(out, "  {:>8}  {}", course.untimed, course.rule.id)?;
    }
    let never = list(|course| course.matches + course.untimed == 0);
    writeln!(out)?;
    let of_what = if is_of_all { "" } else { IN_WHAT_WAS_READ };
    line!(out, "never matched{of_what} ({}): {}", never.len(), ids(&never))?;
    let rang = |is: fn(&Course<'_>) -> bool| -> Vec<&Course<'_>> {
        courses.iter().filter(|course| course.alarms() > 0 && is(course)).collect()
    };
    let unsent = rang(|course| course.notifications().next().is_none());
    if !unsent.is_empty() {
        writeln!(out)?;
        line!(out, "went to ALARM without a notification ({}): {}", unsent.len(), ids(&unsent))?;
    }
    let again = rang(|course| course.rings_again_for_the_same());
    if !again.is_empty() {
        writeln!(out)?;
        line!(
            out,
            "assumed: the same events ring an alarm again while its windows slide over them, see docs/alarms.md ({}): {}",
            again.len(),
            ids(&again)
        )?;
    }
    let without = list(|course| course.matches > 0 && course.alarm.is_none());
    if !without.is_empty() {
        writeln!(out)?;
        line!(out, "without an alarm ({}): {}", without.len(), ids(&without))?;
    }
    let shared: Vec<&Course<'_>> = courses.iter().filter(|course| !course.also_fed_by.is_empty()).collect();
    if !shared.is_empty() {
        writeln!(out)?;
        line!(out, "alarms on a metric that other rules also feed")?;
    }
    for course in shared {
        line!(out, "  {}: {}", course.rule.id, course.also_fed_by.join(", "))?;
    }
    Ok(())
}
