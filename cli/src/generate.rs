//! `cwfilter generate`

use super::exit::Exit;
use super::options::loader;
use super::patterns::RulePaths;
use super::terminal::{block, line, say};
use super::write;
use cwfilter::escaped::Escaped;
use cwfilter::rules::{Generated, GeneratedTest, MissingTest, RuleFile, generate_all, to_toml, with_tests};
use std::io::Write;

/// Generate tests for rules that have no tests
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter generate patterns/mine
  cwfilter generate patterns/mine --write
  cwfilter generate --pattern '{ $.eventName = \"StopLogging\" && $.errorCode NOT EXISTS }'

For each condition of a pattern, the tests have an event that matches because of it, and one that does not match only because of
it. For a rule about CloudTrail, the events are records that can exist, with the request parameters that recorded events of the name have and
AWS's documentation ids. A test that cannot be generated is named with the reason, such as that no such record exists, and the exit code is 1. Review the tests before you keep them.")]
pub(super) struct Args {
    /// Generate tests for this filter pattern
    #[arg(long, allow_hyphen_values = true, conflicts_with = "write")]
    pattern: Option<String>,
    /// Write the tests into the rule files, each after its rule
    #[arg(long)]
    write: bool,
    #[command(flatten)]
    rules: RulePaths,
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let mut out = std::io::stdout().lock();
    if let Some(text) = &args.pattern {
        let pattern = match super::patterns::pattern(text) {
            Ok(pattern) => pattern,
            Err(exit) => return Ok(exit),
        };
        let generated = generate_all(&pattern);
        block(&mut out, &to_toml(&generated.tests))?;
        return Ok(notes("", &generated));
    }
    let files = match args.rules.load() {
        Ok(files) => files,
        Err(exit) => return Ok(exit),
    };
    let mut exit = Exit::Clean;
    for file in &files {
        let mut added = Vec::new();
        for (at, rule) in file.rules.iter().enumerate().filter(|(_, rule)| rule.tests.is_empty()) {
            let generated = generate_all(&rule.pattern);
            let place = format!("{}: `{}`: ", file.path.display(), rule.id);
            exit = exit.max(notes(&place, &generated));
            if generated.tests.is_empty() {
                continue;
            }
            if !args.write {
                let toml = to_toml(&generated.tests);
                line!(out, "# {}: {}", file.path.display(), rule.id)?;
                block(&mut out, &(toml.trim_start_matches('\n').to_owned() + "\n"))?;
            }
            added.push((at, generated.tests));
        }
        if args.write && !added.is_empty() {
            exit = exit.max(written(file, &added));
        }
    }
    Ok(exit)
}

/// Writes a rule file with new tests. A file that would be refused with them is left as it is.
fn written(file: &RuleFile, added: &[(usize, Vec<GeneratedTest>)]) -> Exit {
    let path = file.path.display();
    match with_tests(&loader(), file, added) {
        Ok(text) => match write::rewrite(&file.path, &file.source, &text) {
            Ok(()) => {
                say!("wrote tests into {path}");
                Exit::Clean
            }
            Err(error) => Exit::from_output(error),
        },
        Err(why) => {
            let help = "write the rule as a section `[[rule]]` without `test`, or add the tests by hand";
            say!("error: {path}: nothing is written: {why}; {help}");
            Exit::Usage
        }
    }
}

/// Says that a pattern is not about CloudTrail, and which tests could not be generated, and why.
fn notes(place: &str, generated: &Generated) -> Exit {
    let missing = &generated.missing;
    if let Some(why) = &generated.not_cloudtrail {
        say!("note: {place}not about CloudTrail, the events are no records: {}", Escaped(why));
    }
    let mut said = std::collections::HashSet::new();
    for MissingTest { condition, matches, why, .. } in missing {
        // a condition may be there several times
        if !said.insert((condition, matches, why)) {
            continue;
        }
        let verdict = if *matches { "matches" } else { "does not match" };
        let because = if condition.is_empty() { String::new() } else { format!(" because of `{condition}`") };
        say!("note: {place}no test with an event that {verdict}{because}: {why}");
    }
    if missing.is_empty() { Exit::Clean } else { Exit::Findings }
}
