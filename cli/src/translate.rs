//! `cwfilter translate`

use super::exit::Exit;
use super::patterns::{pattern, rule_files};
use super::terminal::{block, json_line, say};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use cwfilter::FilterPattern;
use cwfilter::plural::counted;
use cwfilter::translate::{Target, Translation, translate};
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;

/// Write a pattern in another query language: jq, SQL
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter translate --to jq '{ $.eventName = \"StopLogging\" }' > stopped.jq
  cwfilter translate --to duckdb --rules patterns cis-root-usage
  cwfilter translate --to jq --json --rules patterns

The query selects the events that the pattern matches. A note on standard error says which events it treats otherwise; a condition that the
target cannot express is refused with the reason. docs/translation.md has the table of patterns and targets.

Exit codes: 0 translated, 1 refused.")]
pub(super) struct Args {
    /// A filter pattern, or the id of a rule
    #[arg(allow_hyphen_values = true)]
    subject: Option<String>,
    /// The query language
    #[arg(long, value_name = "TARGET", value_parser = targets())]
    to: Target,
    /// Rule files, or folders of them; the subject is then the id of a rule
    #[arg(long, num_args = 1, value_name = "PATH")]
    rules: Vec<PathBuf>,
    /// Print a JSON object for each pattern: query, notes, refusal
    #[arg(long)]
    json: bool,
    /// Do not print what has to be true of the events
    #[arg(long)]
    quiet: bool,
}

fn targets() -> impl TypedValueParser<Value = Target> {
    let names = PossibleValuesParser::new(Target::ALL.map(Target::name));
    names.try_map(|name| Target::named(&name).ok_or("an unknown target"))
}

/// A pattern, and the id of the rule that has it.
struct Subject {
    rule: Option<String>,
    pattern: FilterPattern,
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let subjects = match subjects(args) {
        Ok(subjects) => subjects,
        Err(exit) => return Ok(exit),
    };
    let mut out = std::io::stdout().lock();
    if args.json {
        let mut refused = false;
        for subject in &subjects {
            let value = value(subject, args.to);
            refused |= value.get("refusal").is_some();
            json_line(&mut out, &value)?;
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
    let translation = match translate(&subject.pattern, args.to) {
        Ok(translation) => translation,
        Err(refusal) => {
            say!("refused: at byte {}: {refusal}", refusal.span.start);
            say!("help: {}", refusal.help);
            return Ok(Exit::Findings);
        }
    };
    block(&mut out, &format!("{}\n", translation.text))?;
    // notes about a query that was not written are of no use
    out.flush()?;
    describe(args, subject, &translation);
    Ok(Exit::Clean)
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
    let rules = rule_files(&args.rules, false)?.into_iter().flat_map(|file| file.rules);
    let wanted = |id: &str| args.subject.as_deref().is_none_or(|subject| subject == id);
    let found: Vec<Subject> = rules
        .filter(|rule| wanted(&rule.id))
        .map(|rule| Subject { rule: Some(rule.id), pattern: rule.pattern })
        .collect();
    match &args.subject {
        Some(id) if found.is_empty() => {
            say!("error: no rule has the id `{id}`");
            Err(Exit::Usage)
        }
        _ => Ok(found),
    }
}

fn describe(args: &Args, subject: &Subject, translation: &Translation) {
    for note in &translation.notes {
        say!("note: {note}");
    }
    if !args.quiet {
        for assumption in args.to.assumptions() {
            say!("assumes: {assumption}");
        }
        say!("use: {}", args.to.usage(&subject.pattern));
    }
}

fn value(subject: &Subject, target: Target) -> Value {
    let mut value = json!({ "target": target.name(), "pattern": subject.pattern.as_str() });
    if let Some(rule) = &subject.rule {
        value["rule"] = json!(rule);
    }
    match translate(&subject.pattern, target) {
        Ok(translation) => {
            let notes: Vec<Value> = translation
                .notes
                .iter()
                .map(|note| json!({ "clause": note.clause, "text": note.text }))
                .collect();
            value["exact"] = json!(notes.is_empty());
            value["query"] = json!(translation.text);
            value["notes"] = json!(notes);
            value["assumes"] = json!(target.assumptions());
            value["use"] = json!(target.usage(&subject.pattern));
        }
        Err(refusal) => {
            value["refusal"] = json!({
                "clause": refusal.clause,
                "start": refusal.span.start,
                "end": refusal.span.end,
                "reason": refusal.reason,
                "help": refusal.help,
            });
        }
    }
    value
}
