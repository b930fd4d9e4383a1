//! `cwfilter simulate`

use super::Exit;
use super::events::for_each;
use super::files::{Inputs, find};
use super::patterns::rule_files;
use super::terminal::{block, json, line, say};
use super::write::{Refused, Target, check_distinct};
use crate::alarm::{Account, Notification, State};
use crate::report::html;
use crate::rules::RuleFile;
use crate::simulation::{Course, Simulation};
use crate::time::{civil, parse};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Replay an archive: when would the phone have rung?
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter simulate --rules patterns trail/
  cwfilter simulate --rules patterns trail/ --html report.html
  cwfilter simulate --rules patterns trail/ --notifications sns.ndjson

Event → metric filter → metric → alarm → notification, by the clock of the events. Files may come in any order.")]
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
    /// Write the notifications; `-` for standard output, behind the report
    #[arg(long, value_name = "FILE|-")]
    notifications: Option<PathBuf>,
    /// As what a subscriber gets them
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
struct Targets {
    html: Option<Target>,
    notifications: Option<Target>,
}

fn targets(args: &Args, rules: &[RuleFile], inputs: &Inputs) -> Result<Targets, Refused> {
    let file = args.notifications.as_deref().filter(|path| *path != Path::new("-"));
    let targets = Targets {
        html: args.html.as_deref().map(Target::new).transpose()?,
        notifications: file.map(Target::new).transpose()?,
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
        *days.entry(minute(change.time).chars().take(10).collect()).or_default() += 1;
    }
    for (change, events, course) in &timeline {
        line!(out, "{}  {:<17} {}", minute(change.time), change.new.name(), course.rule.id)?;
        if change.new == State::Alarm {
            events.iter().try_for_each(|event| line!(out, "    {event}"))?;
        }
    }
    writeln!(out)?;
    line!(out, "notifications a day")?;
    days.iter().try_for_each(|(day, count)| line!(out, "  {day} {count:>6}"))?;
    let mut noisy: Vec<&Course<'_>> = courses.iter().filter(|course| course.alarms() > 0).collect();
    noisy.sort_by_key(|course| (std::cmp::Reverse(course.alarms()), course.rule.id.as_str()));
    writeln!(out)?;
    line!(out, "noisiest rules (alarms, events)")?;
    for course in noisy.iter().take(10) {
        line!(out, "  {:>6} {:>8}  {}", course.alarms(), course.matches, course.rule.id)?;
    }
    let list = |is: fn(&&Course<'_>) -> bool| -> Vec<&str> {
        courses.iter().filter(is).map(|course| course.rule.id.as_str()).collect()
    };
    let silent = list(|course| course.matches == 0);
    writeln!(out)?;
    line!(out, "never fired ({}): {}", silent.len(), silent.join(", "))?;
    let quiet = list(|course| course.alarm.is_none());
    if !quiet.is_empty() {
        writeln!(out)?;
        line!(out, "without an alarm ({}): {}", quiet.len(), quiet.join(", "))?;
    }
    let total: usize = days.values().sum();
    let without = simulation.untimed();
    let left_out =
        if without > 0 { format!(", {without} without a time are left out") } else { String::new() };
    writeln!(out)?;
    line!(out, "{} events{left_out}, {total} notifications", simulation.events())
}

fn messages(args: &Args, courses: &[Course<'_>]) -> String {
    let mut all: Vec<(i64, String)> = Vec::new();
    for course in courses {
        let (Some(alarm), Some(metric)) = (&course.alarm, &course.rule.metric) else { continue };
        for change in course.notifications() {
            let account = Account::default();
            let told =
                Notification::new(alarm, change, &metric.namespace, &metric.name, &account, &args.topic);
            let text = match args.notification_format {
                Rendering::Json => told.message().to_string(),
                Rendering::Email => told.email(),
                Rendering::Sms => told.sms(),
            };
            all.push((change.time, text + "\n"));
        }
    }
    all.sort();
    all.into_iter().map(|(_, message)| message).collect()
}
