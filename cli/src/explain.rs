//! `cwfilter explain`

use super::exit::Exit;
use super::patterns::{EmptyRules, pattern, untested_rule_files};
use super::terminal::{block, line, painted, say, style};
use cwfilter::evidence::{GZIP_MAGIC, records};
use cwfilter::files::{bounded, bytes};
use cwfilter::lint::catalogue::{LINTS, Lint, lint};
use cwfilter::lint::check;
use cwfilter::plural::counted;
use cwfilter::report::human;
use cwfilter::{FilterPattern, PatternSet};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Explain a verdict, a pattern or a lint
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter explain '{ $.eventName = \"ConsoleLogin\" && $.errorMessage EXISTS }'
  cwfilter explain '{ $.userIdentity.type = \"Root\" }' '{\"userIdentity\":{\"type\":\"IAMUser\"}}'
  cwfilter explain '{ $.userIdentity.type = \"Root\" }' @event.json
  cwfilter explain --rules patterns cis-root-usage @trail/file.json.gz:17
  cwfilter explain --plan --rules patterns
  cwfilter explain or-of-negations

The exit code is 1 if the pattern does not match the event.")]
pub(super) struct Args {
    /// A filter pattern, the id of a rule, or the name of a lint; without it, all lints are listed
    #[arg(allow_hyphen_values = true)]
    subject: Option<String>,
    /// A log event's message, `@FILE`, `@FILE:RECORD` as `scan` prints it, or `-` for standard input
    #[arg(allow_hyphen_values = true)]
    event: Option<String>,
    /// Rule files, or folders of them; the subject is then the id of a rule
    #[arg(long, num_args = 1, value_name = "PATH")]
    rules: Vec<PathBuf>,
    /// Show how a pattern, or all rules of --rules, are compiled: triggers, prefilter, keys, shared predicates
    #[arg(long, conflicts_with_all = ["event", "all"])]
    plan: bool,
    /// Print all lints in full, as Markdown
    #[arg(long, conflicts_with_all = ["subject", "event"])]
    all: bool,
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let mut out = std::io::stdout().lock();
    if args.plan {
        return plan(args, &mut out);
    }
    if args.subject.is_none() && !args.rules.is_empty() {
        say!("error: `--rules` needs the id of a rule, or `--plan`");
        return Ok(Exit::Usage);
    }
    let of_rule = match rule(args) {
        Ok(text) => text,
        Err(exit) => return Ok(exit),
    };
    match (of_rule.as_ref().or(args.subject.as_ref()), &args.event) {
        (None, _) if args.all => block(&mut out, &markdown())?,
        (None, _) => {
            for lint in &LINTS {
                line!(out, "{:<30} {}", lint.name, lint.what)?;
            }
        }
        (Some(name), None) if lint(name).is_some() => {
            LINTS
                .iter()
                .filter(|lint| lint.name == name)
                .try_for_each(|lint| block(&mut out, &text(lint)))?;
        }
        (Some(text), None) => return about(text, &mut out),
        (Some(text), Some(event)) => {
            let pattern = match pattern(text) {
                Ok(pattern) => pattern,
                Err(exit) => {
                    if Path::new(text).exists() {
                        say!("note: `{text}` is a file; `--rules {text} RULE` explains a rule in it");
                    }
                    return Ok(exit);
                }
            };
            let message = match message(event, &pattern) {
                Ok(message) => message,
                Err(why) => {
                    say!("error: {why}");
                    return Ok(Exit::Input);
                }
            };
            let explanation = pattern.explain(&message);
            block(&mut out, &format!("{explanation}\n"))?;
            if let Some(why) = doubt(&message).filter(|_| event.starts_with('@') && !explanation.matched()) {
                say!("error: {event}: {why}");
                return Ok(Exit::Input);
            }
            return Ok(if explanation.matched() { Exit::Clean } else { Exit::Findings });
        }
    }
    Ok(Exit::Clean)
}

/// Prints how a pattern, or all rules, are compiled.
fn plan(args: &Args, out: &mut impl Write) -> std::io::Result<Exit> {
    if args.subject.is_none() && args.rules.is_empty() {
        say!("error: `--plan` needs a pattern, or `--rules PATH`");
        return Ok(Exit::Usage);
    }
    let mut builder = PatternSet::builder();
    let empty = if args.subject.is_some() { EmptyRules::Allowed } else { EmptyRules::Refused };
    let files = match untested_rule_files(&args.rules, empty) {
        Ok(files) => files,
        Err(exit) => return Ok(exit),
    };
    let rules: Vec<_> = files.into_iter().flat_map(|file| file.rules).collect();
    let wanted = |id: &str| args.subject.as_deref().is_none_or(|subject| subject == id);
    let mut found = false;
    for rule in rules.into_iter().filter(|rule| wanted(&rule.id)) {
        builder.add(rule.id, rule.pattern);
        found = true;
    }
    if let Some(text) = args.subject.as_deref().filter(|_| !found) {
        if !args.rules.is_empty() {
            say!("error: no rule has the id `{text}`");
            return Ok(Exit::Usage);
        }
        match pattern(text) {
            Ok(pattern) => builder.add("pattern", pattern),
            Err(exit) => return Ok(exit),
        };
    }
    match builder.build() {
        Ok(set) => block(out, &set.describe().to_string())?,
        Err(error) => {
            say!("error: {error}");
            return Ok(Exit::Usage);
        }
    }
    Ok(Exit::Clean)
}

/// The pattern of the rule that the subject names; an error is printed.
fn rule(args: &Args) -> Result<Option<String>, Exit> {
    let Some(id) = args.subject.as_ref().filter(|_| !args.rules.is_empty()) else { return Ok(None) };
    let files = untested_rule_files(&args.rules, EmptyRules::Refused)?;
    let rules: Vec<_> = files.iter().flat_map(|file| &file.rules).collect();
    match rules.iter().find(|rule| rule.id == *id) {
        Some(rule) => Ok(Some(rule.pattern.as_str().to_owned())),
        None => {
            let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).take(20).collect();
            say!("error: no rule has the id `{id}`; the ids are {}", ids.join(", "));
            Err(Exit::Usage)
        }
    }
}

fn message(event: &str, pattern: &FilterPattern) -> Result<Vec<u8>, String> {
    if let Some(name) = event.strip_prefix('@') {
        return of_file(name, pattern);
    }
    if event == "-" {
        let bytes = bounded(std::io::stdin()).map_err(|error| format!("-: cannot read: {error}"))?;
        return Ok(bytes.strip_suffix(b"\n").map(<[u8]>::to_vec).unwrap_or(bytes));
    }
    if Path::new(event).is_file() {
        say!("note: `{event}` is read as the text of the event; `@{event}` reads the file of this name");
    }
    Ok(event.as_bytes().to_vec())
}

/// A whole file, or one of its records.
fn of_file(name: &str, pattern: &FilterPattern) -> Result<Vec<u8>, String> {
    let numbered = name.rsplit_once(':').and_then(|(path, number)| Some((path, number.parse::<u64>().ok()?)));
    let Some((path, number)) = numbered.filter(|_| !Path::new(name).exists()) else {
        let bytes = bytes(Path::new(name)).map_err(|error| format!("{name}: cannot read: {error}"))?;
        let (first, second) = {
            let mut all = records(&bytes[..]);
            (all.next(), all.next())
        };
        return match (first, second) {
            (Some(Ok(record)), None) if record.is_json => Ok(record.message(pattern).to_vec()),
            (Some(Ok(record)), Some(Ok(_))) if record.is_json => {
                Err(format!("{name} holds several records: `@{name}:1` is its first one"))
            }
            (Some(Err(error)), _) if bytes.starts_with(&GZIP_MAGIC) => {
                Err(format!("{name}: {error}; {}", error.help()))
            }
            (Some(_), _) if bytes.starts_with(&GZIP_MAGIC) => {
                Err(format!("{name} is compressed; `@{name}:1` reads its first record"))
            }
            (None, _) => Err(format!("{name} has no record")),
            // one message, however it is written
            _ => Ok(bytes),
        };
    };
    let file = std::fs::File::open(path).map_err(|error| format!("{path}: cannot read: {error}"))?;
    let mut count = 0;
    let mut damaged = None;
    for record in records(file) {
        match record {
            Ok(record) if record.number > number => break,
            Ok(record) => {
                count = record.number;
                if count == number {
                    return Ok(record.message(pattern).to_vec());
                }
            }
            Err(error) => damaged = Some(format!("{path}: {error}; {}", error.help())),
        }
    }
    // the damaged place may be this record
    if let Some(error) = damaged {
        return Err(error);
    }
    Err(format!("{path} has {}; records are numbered from 1", counted(count, "record", "records")))
}

/// Why a message that does not match may not be what it is taken for, as `scan` says it.
fn doubt(message: &[u8]) -> Option<String> {
    let mut all = records(message);
    all.by_ref().for_each(drop);
    all.suspicion(true).map(|error| format!("{error}; {}", error.help()))
}

/// Prints the parsed pattern and its lint findings.
fn about(text: &str, out: &mut impl Write) -> std::io::Result<Exit> {
    let parsed = match pattern(text) {
        Ok(parsed) => parsed,
        Err(exit) => {
            if text.contains('-') && text.chars().all(|c| c.is_ascii_lowercase() || c == '-') {
                say!("error: `{text}` is not the name of a lint either; `cwfilter explain` lists the lints");
            }
            return Ok(exit);
        }
    };
    line!(out, "{}", parsed.ast())?;
    let findings = check(text);
    for finding in &findings {
        let shown = human::finding("pattern", text, finding, style(&std::io::stdout()));
        painted(out, &format!("\n{shown}\n"))?;
    }
    let has_findings = findings.iter().any(|finding| finding.is_finding());
    Ok(if has_findings { Exit::Findings } else { Exit::Clean })
}

fn text(lint: &Lint) -> String {
    let mut text = format!("{} ({})\n\n{}\n{}\n", lint.name, lint.severity.name(), lint.what, lint.why);
    if !lint.example.is_empty() {
        text += &format!("\nExample\n    {}\nUse instead\n    {}\n", lint.example, shown(lint.instead));
    }
    text + &format!("\nFix: {}\nEvidence: {}\n", fix(lint), lint.evidence)
}

fn shown(pattern: &str) -> &str {
    if pattern.is_empty() { "(an empty pattern)" } else { pattern }
}

fn fix(lint: &Lint) -> &'static str {
    match lint.fix {
        Some(cwfilter::diagnostic::Applicability::Safe) => "safe, keeps the meaning",
        Some(_) => "suggested, changes the meaning",
        None => "by hand",
    }
}

/// `LINTS.md`
pub(super) fn markdown() -> String {
    let mut text = "# Lints\n\nWritten by `cwfilter explain --all`; a test keeps it so.\n".to_owned();
    for lint in &LINTS {
        text += &format!(
            "\n## {}\n\n{}. {} {}\n",
            lint.name,
            capitalised(lint.severity.name()),
            lint.what,
            lint.why
        );
        if !lint.example.is_empty() {
            text += &format!(
                "\n```text\n{}\n```\n\nUse instead:\n\n```text\n{}\n```\n",
                lint.example,
                shown(lint.instead)
            );
        }
        text += &format!("\nFix: {}. Evidence: {}.\n", fix(lint), linked(lint.evidence));
    }
    text
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(characters).collect()
}

/// The evidence with its sections of the specification as links.
fn linked(evidence: &str) -> String {
    let mut words = evidence.split(' ').map(|word| {
        let section = word.trim_end_matches([',', ';', ':', '.']);
        match section.strip_prefix("docs/filter-patterns.md#") {
            Some(name) => word.replace(section, &format!("[{}]({section})", name.replace('-', " "))),
            None => word.to_owned(),
        }
    });
    let first = words.next().unwrap_or_default();
    words.fold(first, |all, word| all + " " + &word)
}
