//! `cwfilter translate`

use super::exit::Exit;
use super::patterns::{EmptyRules, pattern, untested_rule_files};
use super::terminal::{block, json_line_by_name, say};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use cwfilter::FilterPattern;
use cwfilter::plural::counted;
use cwfilter::rules::Rule;
use cwfilter::translate::{LogAlarmError, LogAlarmPlace, Note, Refusal, Target, log_alarm, translate};
use serde::Serialize;
use std::io::Write;
use std::path::PathBuf;

/// Write a pattern in another query language: jq, SQL, Logs Insights, EventBridge
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter translate --to jq '{ $.eventName = \"StopLogging\" }' > stopped.jq
  cwfilter translate --to duckdb --rules patterns cis-root-usage
  cwfilter translate --to jq --json --rules patterns
  cwfilter translate --to athena-cloudtrail --json --rules patterns
  cwfilter translate --to put-log-alarm --rules patterns cis-root-usage --log-group trail --role ARN

The query selects the events that the pattern matches. A note on standard error says which events it treats otherwise; a condition that the
target cannot express is refused with the reason. docs/translation.md has the table of patterns and targets.

`put-log-alarm` writes the request of PutLogAlarm for a rule with an alarm: the alarm watches a scheduled query of Logs Insights, and needs no
metric filter.

Exit codes: 0 translated, 1 refused.")]
pub(super) struct Args {
    /// A filter pattern, or the id of a rule
    #[arg(allow_hyphen_values = true)]
    subject: Option<String>,
    /// The query language
    #[arg(long, value_name = "TARGET", value_parser = targets())]
    to: To,
    /// Rule files, or folders of them; the subject is then the id of a rule
    #[arg(long, num_args = 1, value_name = "PATH")]
    rules: Vec<PathBuf>,
    /// The log groups that `put-log-alarm` queries, by name or ARN
    #[arg(long, num_args = 1, value_name = "NAME", default_value = "LOG_GROUP")]
    log_group: Vec<String>,
    /// The role that runs the query of `put-log-alarm`
    #[arg(long, value_name = "ARN", default_value = "ROLE_ARN")]
    role: String,
    /// The topic of the alarm of `put-log-alarm`
    #[arg(long, value_name = "ARN")]
    topic: Option<String>,
    /// Print a JSON object for each pattern: query, notes, refusal
    #[arg(long)]
    json: bool,
    /// Do not print what has to be true of the events
    #[arg(long)]
    quiet: bool,
}

/// The name of the target that is no query, but the request of an alarm.
const LOG_ALARM: &str = "put-log-alarm";

/// A target.
#[derive(Clone, Copy, PartialEq, Eq)]
enum To {
    Query(Target),
    LogAlarm,
}

fn targets() -> impl TypedValueParser<Value = To> {
    let names = Target::ALL.map(Target::name).into_iter().chain([LOG_ALARM]);
    PossibleValuesParser::new(names).try_map(|name| match Target::named(&name) {
        Some(target) => Ok(To::Query(target)),
        None if name == LOG_ALARM => Ok(To::LogAlarm),
        None => Err("an unknown target"),
    })
}

/// A pattern, and the rule that has it.
struct Subject {
    rule: Option<Rule>,
    pattern: FilterPattern,
}

/// What was asked for, or the reason why it cannot be.
struct Answer {
    /// The query, or the request as JSON.
    text: Result<String, Refused>,
    notes: Vec<Note>,
}

/// Why there is no query.
enum Refused {
    /// A condition of the pattern.
    Condition(Refusal),
    /// The rule's alarm.
    Alarm(String),
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    if args.to == To::LogAlarm && args.rules.is_empty() {
        say!("error: `{LOG_ALARM}` needs the alarm of a rule: give `--rules PATH`");
        return Ok(Exit::Usage);
    }
    let subjects = match subjects(args) {
        Ok(subjects) => subjects,
        Err(exit) => return Ok(exit),
    };
    let mut out = std::io::stdout().lock();
    if args.json {
        let mut refused = false;
        for subject in &subjects {
            let line = line(args, subject);
            refused |= matches!(line, Line::Refused { .. });
            json_line_by_name(&mut out, &line)?;
        }
        return Ok(if refused { Exit::Findings } else { Exit::Clean });
    }
    let [subject] = subjects.as_slice() else {
        say!(
            "error: the files have {}; give the id of one, or `--json` for all",
            counted(subjects.len(), "rule", "rules")
        );
        return Ok(Exit::Usage);
    };
    let answer = answer(args, subject);
    match answer.text {
        Ok(text) => block(&mut out, &format!("{text}\n"))?,
        Err(Refused::Condition(refusal)) => {
            say!("refused: at byte {}: {refusal}", refusal.span.start);
            say!("help: {}", refusal.help);
            return Ok(Exit::Findings);
        }
        Err(Refused::Alarm(reason)) => {
            say!("refused: {reason}");
            return Ok(Exit::Findings);
        }
    }
    // notes about a query that was not written are of no use
    out.flush()?;
    for note in &answer.notes {
        say!("note: {note}");
    }
    if !args.quiet {
        for assumption in assumptions(args.to) {
            say!("assumes: {assumption}");
        }
        say!("use: {}", usage(args.to, subject));
    }
    Ok(Exit::Clean)
}

fn answer(args: &Args, subject: &Subject) -> Answer {
    let refused = |refused| Answer { text: Err(refused), notes: Vec::new() };
    match (args.to, &subject.rule) {
        (To::Query(target), _) => match translate(&subject.pattern, target) {
            Ok(translation) => Answer { text: Ok(translation.text), notes: translation.notes },
            Err(refusal) => refused(Refused::Condition(refusal)),
        },
        (To::LogAlarm, Some(rule)) => {
            let place = LogAlarmPlace {
                log_groups: args.log_group.clone(),
                role: args.role.clone(),
                topic: args.topic.clone(),
            };
            match log_alarm(rule, &place) {
                Ok(alarm) => Answer { text: Ok(format!("{:#}", alarm.request)), notes: alarm.notes },
                Err(LogAlarmError::Pattern(refusal)) => refused(Refused::Condition(refusal)),
                Err(error) => refused(Refused::Alarm(error.to_string())),
            }
        }
        (To::LogAlarm, None) => refused(Refused::Alarm("it is no rule".to_owned())),
    }
}

/// What has to be true of the events, and of the account.
fn assumptions(to: To) -> Vec<&'static str> {
    match to {
        To::Query(target) => target.assumptions().to_vec(),
        To::LogAlarm => {
            let own = [
                "an event is in the log group when the query runs: a later one is not counted (CloudTrail delivers within 15 minutes; `EndTimeOffset` moves the query back)",
                "a query that finds no event gives no result, as a metric filter that matches none publishes no datapoint: `TreatMissingData` decides",
            ];
            Target::LogsInsights.assumptions().iter().copied().chain(own).collect()
        }
    }
}

fn usage(to: To, subject: &Subject) -> &'static str {
    match to {
        To::Query(target) => target.usage(&subject.pattern),
        To::LogAlarm => "aws cloudwatch put-log-alarm --cli-input-json file://FILE",
    }
}

/// The patterns that the arguments name; an error is printed.
fn subjects(args: &Args) -> Result<Vec<Subject>, Exit> {
    if args.rules.is_empty() {
        let Some(text) = &args.subject else {
            say!("error: `translate` needs a pattern, or `--rules PATH`");
            return Err(Exit::Usage);
        };
        return Ok(vec![Subject { rule: None, pattern: pattern(text)? }]);
    }
    let rules =
        untested_rule_files(&args.rules, EmptyRules::Refused)?.into_iter().flat_map(|file| file.rules);
    let wanted = |id: &str| args.subject.as_deref().is_none_or(|subject| subject == id);
    let found: Vec<Subject> = rules
        .filter(|rule| wanted(&rule.id))
        .map(|rule| Subject { pattern: rule.pattern.clone(), rule: Some(rule) })
        .collect();
    match &args.subject {
        Some(id) if found.is_empty() => {
            say!("error: no rule has the id `{id}`");
            Err(Exit::Usage)
        }
        _ => Ok(found),
    }
}

/// A line of `--json`.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(super) enum Line {
    /// The query.
    Translated {
        #[serde(flatten)]
        of: Of,
        /// Whether there are no notes: the query gives the same events, as far as `assumes` holds.
        exact: bool,
        /// The query, or the request as JSON.
        query: String,
        /// What differs.
        notes: Vec<NoteEntry>,
        /// What has to be true of the events.
        assumes: Vec<&'static str>,
        /// How the query is run.
        r#use: &'static str,
    },
    /// There is no query.
    Refused {
        #[serde(flatten)]
        of: Of,
        /// The reason.
        refusal: RefusalEntry,
    },
}

/// The pattern and the language.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Of {
    /// The name of the query language.
    target: &'static str,
    /// The pattern.
    pattern: String,
    /// The id of the rule, with `--rules`.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
}

/// Which events the query treats otherwise.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct NoteEntry {
    /// The condition of the pattern.
    clause: String,
    /// What the query does.
    text: String,
}

/// Why there is no query.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(super) enum RefusalEntry {
    /// A condition of the pattern cannot be expressed.
    Condition {
        /// The condition of the pattern.
        clause: String,
        /// The offset of the condition in the pattern, in bytes.
        start: usize,
        /// The offset of the first byte after the condition.
        end: usize,
        /// Why it cannot be expressed.
        reason: String,
        /// What to do about it.
        help: String,
    },
    /// The rule's alarm cannot be expressed.
    Alarm {
        /// Why it cannot be expressed.
        reason: String,
    },
}

fn line(args: &Args, subject: &Subject) -> Line {
    let target = match args.to {
        To::Query(target) => target.name(),
        To::LogAlarm => LOG_ALARM,
    };
    let rule = subject.rule.as_ref().map(|rule| rule.id.clone());
    let of = Of { target, pattern: subject.pattern.as_str().to_owned(), rule };
    let answer = answer(args, subject);
    let note = |Note { clause, text, .. }| NoteEntry { clause, text };
    match answer.text {
        Ok(query) => Line::Translated {
            of,
            exact: answer.notes.is_empty(),
            query,
            notes: answer.notes.into_iter().map(note).collect(),
            assumes: assumptions(args.to),
            r#use: usage(args.to, subject),
        },
        Err(Refused::Condition(Refusal { clause, span, reason, help, .. })) => {
            let refusal = RefusalEntry::Condition { clause, start: span.start, end: span.end, reason, help };
            Line::Refused { of, refusal }
        }
        Err(Refused::Alarm(reason)) => Line::Refused { of, refusal: RefusalEntry::Alarm { reason } },
    }
}
