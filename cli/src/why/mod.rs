//! `cwfilter why`

mod events;
mod message;
mod queries;
mod report;

use super::exit::Exit;
use super::json_output;
use super::patterns::{EmptyRules, stdin, untested_rule_files};
use super::refusals;
use super::terminal::{line, say};
use cwfilter::alarm::alarm_page;
use cwfilter::files::{bytes, utf8};
use cwfilter::rules::Rule;
use cwfilter::time::rfc3339;
use message::{Message, message, range};
use queries::{Queries, queries};
use report::{About, QueriesEntry};
pub(super) use report::{AlarmEvents, AlarmQueries};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Find the events that made an alarm ring
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter why alarm.json --rules patterns trail/
  cwfilter why alarm.json --rules patterns --log-group trail

The message is the JSON that an alarm publishes to SNS, with or without SNS's own. The rule is the one whose metric the alarm watches; the
window is that of the datapoints in the message's reason. Without files, commands are printed that ask CloudWatch Logs for the events (`command`
with the pattern, `insights` with a query of Logs Insights), and the page of the console with the query; if the pattern has line ends, they are
written as in bash.

CloudTrail delivers an event minutes after its `eventTime`, and the alarm counts it then: matches of the 15 minutes before the window are
printed as `earlier`, and `--delay` moves each event. Copies of an event (one `eventID`) count once.

Exit codes: 0 events were found, or the command is printed; 1 the files have none in the window; 2 no rule has the alarm's metric; 3 the
message or a file could not be read.")]
pub(super) struct Args {
    /// The alarm's message, or `-` for standard input
    #[arg(value_name = "MESSAGE")]
    message: PathBuf,
    #[command(flatten)]
    files: events::Files,
    /// Rule files, or folders of them
    #[arg(long, required = true, num_args = 1, value_name = "PATH")]
    rules: Vec<PathBuf>,
    /// The log group of the printed command
    #[arg(long, value_name = "NAME", default_value = "LOG_GROUP")]
    log_group: String,
    /// Print one JSON object: alarm, rules, windows, and the events or the queries for them
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    json_output::or_json(args.json, || searched(args))
}

fn searched(args: &Args) -> std::io::Result<Exit> {
    let name = args.message.display();
    let text = if args.message == Path::new("-") {
        let Some(text) = stdin() else { return Ok(Exit::Input) };
        text
    } else {
        match bytes(&args.message).and_then(utf8) {
            Ok(text) => text,
            Err(error) => {
                say!("error: {name}: cannot read: {error}");
                return Ok(Exit::Input);
            }
        }
    };
    let message = match message(text.trim_start_matches('\u{feff}')) {
        Ok(message) => message,
        Err(why) => {
            say!("error: {name} {why}");
            return Ok(Exit::Input);
        }
    };
    let files = match untested_rule_files(&args.rules, EmptyRules::Refused) {
        Ok(files) => files,
        Err(exit) => return Ok(exit),
    };
    let rules: Vec<&Rule> =
        files.iter().flat_map(|file| &file.rules).filter(|rule| watches(&message, rule)).collect();
    if rules.is_empty() {
        say!(
            "error: no rule publishes the metric `{}` in `{}`, which `{}` watches",
            message.metric,
            message.namespace,
            message.alarm
        );
        return Ok(Exit::Usage);
    }
    if let Some(rule) = rules.iter().find(|rule| !is_modelled(rule)) {
        say!(
            "error: the metric of `{}` depends on the account, region or transformer of an event, which `why` does not read",
            rule.id
        );
        return Ok(Exit::Usage);
    }
    let mut out = std::io::stdout().lock();
    if !args.json {
        head(&message, &rules, &mut out)?;
    }
    if args.files.inputs.is_empty() {
        let queries = queries(&message, &rules, &args.log_group);
        if args.json {
            let queries = queries.iter().map(QueriesEntry::new).collect();
            json_output::print(&AlarmQueries { about: About::new(&message, &rules), queries })?;
        } else {
            print(&queries, &mut out)?;
        }
        return Ok(Exit::Clean);
    }
    let (found, exit) = match args.files.search(&message, &rules) {
        Ok(searched) => searched,
        Err(exit) => return Ok(exit),
    };
    if args.json {
        let errors = refusals::taken().unwrap_or_default();
        json_output::print(&AlarmEvents::new(About::new(&message, &rules), &found, errors))?;
    } else {
        found.print(&mut out)?;
    }
    Ok(found.judge(&message, exit))
}

/// Whether the rule's metric filter publishes the metric that the alarm watches.
fn watches(message: &Message, rule: &Rule) -> bool {
    rule.metric.as_ref().is_some_and(|it| it.namespace == message.namespace && it.name == message.metric)
}

fn is_modelled(rule: &Rule) -> bool {
    rule.metric.as_ref().is_some_and(|it| {
        it.field_selection_criteria.is_none()
            && it.emit_system_field_dimensions.is_empty()
            && !it.apply_on_transformed_logs
    })
}

fn head(message: &Message, rules: &[&Rule], out: &mut impl Write) -> std::io::Result<()> {
    line!(out, "alarm    {}, since {}", message.alarm, rfc3339(message.changed))?;
    for rule in rules {
        line!(out, "rule     {}", rule.id)?;
        line!(out, "pattern  {}", rule.pattern)?;
    }
    for (at, window) in message.windows().into_iter().enumerate() {
        let value =
            message.datapoints.get(at).map_or(String::new(), |(_, value)| format!(", datapoint {value}"));
        line!(out, "window   {}{value}", range(window))?;
    }
    if message.datapoints.is_empty() {
        line!(
            out,
            "note: the reason names no datapoint; the window is an estimate from the alarm's periods"
        )?;
    }
    if message.rings_for_less {
        line!(out, "note: the alarm rings for a low value: events that are missing made it ring")?;
    }
    if let (Some(region), Some(host)) = (&message.region, message.console) {
        line!(out, "console  {}", alarm_page(host, region, &message.alarm))?;
    }
    Ok(())
}

fn print(queries: &[Queries], out: &mut impl Write) -> std::io::Result<()> {
    for query in queries {
        line!(out, "command  {}", query.filter_log_events)?;
        match &query.insights {
            Ok(insights) => {
                line!(out, "insights {}", insights.command)?;
                if let Some(page) = &insights.page {
                    line!(out, "page     {page}")?;
                }
                for note in &insights.notes {
                    say!("note: Logs Insights: {note}");
                }
            }
            Err(reason) => say!("note: no query of Logs Insights: {reason}"),
        }
    }
    Ok(())
}
