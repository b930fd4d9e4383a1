//! `cwfilter simulate`

use super::events::for_each;
use super::exit::Exit;
use super::files::{Inputs, find};
use super::patterns::rule_files;
use super::terminal::{block, json, line, say};
use super::write::{Destination, Refused, check_distinct};
use cwfilter::alarm::{Account, Actions, Notification, State, Timestamp, Transition};
use cwfilter::report::html;
use cwfilter::rules::RuleFile;
use cwfilter::simulation::{Course, Simulation};
use cwfilter::time::{civil, parse};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Replay an archive: when would the phone have rung?
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter simulate --rules patterns trail/
  cwfilter simulate --rules patterns trail/ --html report.html
  cwfilter simulate --rules patterns trail/ --notifications sns.ndjson

Event → metric filter → metric → alarm → notification, by the clock of the events. Files may come in any order. Filters
that feed one metric are added up. An alarm is evaluated every minute over the periods that end then, and ten seconds later
(AWS takes a second of its own for each alarm); CloudTrail delivers events some minutes after their `eventTime`.")]
pub(super) struct Args {
    /// Rule files, or folders of them
    #[arg(long, required = true, num_args = 1)]
    rules: Vec<PathBuf>,
    /// Event files, folders of them, or `-` for standard input
    #[arg(required = true, value_name = "FILES|DIRS|-")]
    inputs: Vec<PathBuf>,
    /// Write a page with the metrics, alarms and notifications
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the notifications; `-` for standard output, after the report
    #[arg(long, value_name = "FILE|-")]
    notifications: Option<PathBuf>,
    /// The format of the notifications
    #[arg(long, value_enum, default_value_t = Rendering::Json)]
    notification_format: Rendering,
    /// The SNS topic's name in the messages
    #[arg(long, default_value = "security-alerts")]
    topic: String,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Rendering {
    /// The message that SNS gets, one a line
    Json,
    /// An e-mail
    Email,
    /// A text message, one a line
    Sms,
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let files = match rule_files(&args.rules, false) {
        Ok(files) => files,
        Err(exit) => return Ok(exit),
    };
    let inputs = find(&args.inputs);
    let targets = match targets(args, &files, &inputs) {
        Ok(targets) => targets,
        Err(refused) => return Ok(refused.print()),
    };
    let mut simulation = match Simulation::new(files.iter().flat_map(|file| &file.rules)) {
        Ok(simulation) => simulation,
        Err(error) => {
            say!("error: {error}");
            return Ok(Exit::Usage);
        }
    };
    let exit = for_each(&inputs, |event| {
        simulation.add(event.time().and_then(parse), event.bytes(), || event.label());
    });
    if simulation.events() + simulation.untimed() == 0 {
        say!("error: no events");
        return Ok(Exit::Input);
    }
    let courses = simulation.courses();
    // the files first: they are written even where nothing takes standard output any more
    let html = targets.html.as_ref().map(|html| html.write(html::page(&simulation, &courses)));
    let told = targets.notifications.as_ref().map(|file| file.write(messages(args, &courses)));
    let printed = print(args, &simulation, &courses);
    let failed = [html, told, Some(printed)].into_iter().flatten().filter_map(Result::err);
    Ok(failed.map(Exit::from_output).fold(exit, Exit::max))
}

/// The report, and the notifications after it if they go to standard output.
fn print(args: &Args, simulation: &Simulation<'_>, courses: &[Course<'_>]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    report(simulation, courses, &mut out)?;
    if args.notifications.as_deref() == Some(Path::new("-")) {
        let messages = messages(args, courses);
        match args.notification_format {
            Rendering::Json => json(&mut out, &messages)?,
            Rendering::Email | Rendering::Sms => block(&mut out, &messages)?,
        }
    }
    out.flush()
}

/// The files that are going to be written.
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

fn report(simulation: &Simulation<'_>, courses: &[Course<'_>], out: &mut impl Write) -> std::io::Result<()> {
    let mut timeline: Vec<_> = courses
        .iter()
        .flat_map(|course| course.changes.iter().map(move |(change, events)| (change, events, course)))
        // that an alarm knows something at last is no news
        .filter(|(change, ..)| change.new == State::Alarm || change.old == State::Alarm)
        .collect();
    timeline.sort_by_key(|(change, _, course)| (change.time, course.rule.id.as_str()));
    let mut days: BTreeMap<String, usize> = BTreeMap::new();
    for change in courses.iter().flat_map(Course::notifications) {
        *days.entry(minute(change.time.seconds()).chars().take(10).collect()).or_default() += 1;
    }
    for (change, events, course) in &timeline {
        line!(out, "{}  {:<17} {}", minute(change.time.seconds()), change.new.name(), course.rule.id)?;
        if change.new == State::Alarm {
            events.iter().try_for_each(|event| line!(out, "    {event}"))?;
        }
    }
    writeln!(out)?;
    line!(out, "notifications a day")?;
    days.iter().try_for_each(|(day, count)| line!(out, "  {day} {count:>6}"))?;
    let mut rang: Vec<&Course<'_>> = courses.iter().filter(|course| course.alarms() > 0).collect();
    rang.sort_by_key(|course| (std::cmp::Reverse(course.alarms()), course.rule.id.as_str()));
    writeln!(out)?;
    line!(out, "noisiest rules (alarms, events)")?;
    for course in rang {
        line!(out, "  {:>6} {:>8}  {}", course.alarms(), course.matches, course.rule.id)?;
    }
    quiet(courses, out)?;
    let total: usize = days.values().sum();
    let without = simulation.untimed();
    let left_out =
        if without > 0 { format!(", {without} without a time are left out") } else { String::new() };
    writeln!(out)?;
    line!(out, "{} events{left_out}, {total} notifications", simulation.events())
}

/// The rules that did not ring, each in one list.
fn quiet(courses: &[Course<'_>], out: &mut impl Write) -> std::io::Result<()> {
    let list = |is: fn(&&Course<'_>) -> bool| -> Vec<&Course<'_>> {
        courses.iter().filter(|course| course.alarms() == 0).filter(is).collect()
    };
    let ids = |list: &[&Course<'_>]| {
        list.iter().map(|course| course.rule.id.as_str()).collect::<Vec<_>>().join(", ")
    };
    let silent = list(|course| course.matches > 0 && course.alarm.is_some());
    if !silent.is_empty() {
        writeln!(out)?;
        line!(out, "matched, and the alarm did not ring ({})", silent.len())?;
    }
    for course in silent {
        let why = match course.with_dimensions {
            0 => String::new(),
            count => {
                format!(": {count} datapoints have dimensions, and the alarm watches the metric without them")
            }
        };
        line!(out, "  {:>8}  {}{why}", course.matches, course.rule.id)?;
    }
    let never = list(|course| course.matches == 0);
    writeln!(out)?;
    line!(out, "never fired ({}): {}", never.len(), ids(&never))?;
    let without = list(|course| course.matches > 0 && course.alarm.is_none());
    if !without.is_empty() {
        writeln!(out)?;
        line!(out, "without an alarm ({}): {}", without.len(), ids(&without))?;
    }
    let shared: Vec<&Course<'_>> = courses.iter().filter(|course| !course.also_fed_by.is_empty()).collect();
    if !shared.is_empty() {
        writeln!(out)?;
        line!(out, "alarms on a metric that other rules feed, too")?;
    }
    for course in shared {
        line!(out, "  {}: {}", course.rule.id, course.also_fed_by.join(", "))?;
    }
    Ok(())
}

fn messages(args: &Args, courses: &[Course<'_>]) -> String {
    let mut all: Vec<(Timestamp, String)> = Vec::new();
    for course in courses {
        let Some(alarm) = &course.alarm else { continue };
        let account = Account::default();
        let actions = Actions::to(&account.topic_arn(&args.topic), &alarm.actions);
        for change in course.notifications() {
            let transition = Transition::from(change);
            let told = Notification::new(alarm, &actions, &transition, &account);
            let text = match args.notification_format {
                Rendering::Json => told.message().to_string(),
                Rendering::Email => format!("Subject: {}\n\n{}", told.subject(), told.email()),
                Rendering::Sms => told.sms(),
            };
            all.push((change.time, text + "\n"));
        }
    }
    all.sort();
    all.into_iter().map(|(_, message)| message).collect()
}
