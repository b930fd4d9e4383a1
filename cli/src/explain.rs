//! `cwfilter explain`

use super::exit::Exit;
use super::patterns::{EmptyRules, pattern, untested_rule_files};
use super::terminal::{block, line, painted, say, style};
use cwfilter::PatternSet;
use cwfilter::lint::catalogue::{LINTS, Lint, lint};
use cwfilter::lint::check;
use cwfilter::report::human;
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

A file is read as `scan` reads it; each line of a text is a log event. The exit code is 1 if the pattern matches no event, and 3 if an
event could not be read.")]
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
            return super::explain_events::explain(event, &pattern, &mut out);
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
