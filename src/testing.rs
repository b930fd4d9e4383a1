//! Rule tests as cases of `cargo test` and `cargo nextest`.
//!
//! In `Cargo.toml`:
//!
//! ```toml
//! [[test]]
//! name = "rules"
//! harness = false
//! ```
//!
//! and in `tests/rules.rs`:
//!
//! ```text
//! fn main() {
//!     cwfilter::testing::run("patterns");
//! }
//! ```
//!
//! `cargo test --test rules login` runs the tests whose names contain `login`. A failure shows the event and the outcome of each clause.

use crate::escaped::Escaped;
use crate::report::human;
use crate::rules::{Loaded, Loader, Outcome, RuleFile, run_test};
use libtest_mimic::{Arguments, Failed, Trial};
use std::path::Path;
use std::sync::Arc;

/// Runs the tests of all rule files at or below `path`, which is relative to the folder of the package, and ends the process. The exit code is
/// 101 if a test fails, as with the standard harness, or if a rule file has an error. Event files have to be below the folder of their
/// rule file; [`run_with`] takes a loader that allows another folder.
pub fn run(path: impl AsRef<Path>) {
    run_with(path, &Loader::new());
}

/// As [`run`], with a loader that says where event files may be.
///
/// ```no_run
/// use cwfilter::rules::Loader;
/// // rules in `rules`, their events in `events`
/// cwfilter::testing::run_with("rules", &Loader::new().root("."));
/// ```
pub fn run_with(path: impl AsRef<Path>, loader: &Loader) {
    let arguments = Arguments::from_args();
    match trials(path.as_ref(), loader) {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit(),
        Err(errors) => {
            errors.iter().for_each(|error| eprintln!("{error}\n"));
            std::process::exit(101);
        }
    }
}

/// The cases: `RULE::TEST` for each test and each timeline, and a case that fails for a rule without tests.
fn trials(path: &Path, loader: &Loader) -> Result<Vec<Trial>, Vec<String>> {
    let loaded = loader.load(&[path]).map_err(|errors| {
        errors.iter().map(|error| human::rule_error(error, human::Style::Plain)).collect::<Vec<_>>()
    })?;
    skipped_entries(&loaded);
    let files = loaded.files;
    if files.iter().all(|file| file.rules.is_empty() && file.composites.is_empty()) {
        return Err(vec![format!("error: no rules in {}", Escaped(path.display()))]);
    }
    let files: Vec<Arc<RuleFile>> = files.into_iter().map(Arc::new).collect();
    let mut trials = Vec::new();
    for file in &files {
        for (at, rule) in file.rules.iter().enumerate() {
            if rule.tests.is_empty() {
                let name = format!("{}::has tests", Escaped(&rule.id));
                trials.push(Trial::test(name, || Err(Failed::from("the rule has no tests"))));
            }
            for (number, test) in rule.tests.iter().enumerate() {
                let file = Arc::clone(file);
                trials.push(Trial::test(
                    format!("{}::{}", Escaped(&rule.id), Escaped(&test.name)),
                    move || case(&file, at, number),
                ));
            }
            for timeline in 0..rule.timelines.len() {
                let file = Arc::clone(file);
                let name = rule.timelines.get(timeline).map_or("", |timeline| timeline.name.as_str());
                trials.push(Trial::test(format!("{}::{}", Escaped(&rule.id), Escaped(name)), move || {
                    alarm(&file, at, timeline)
                }));
            }
        }
    }
    for file in &files {
        for (at, composite) in file.composites.iter().enumerate() {
            let id = Escaped(&composite.id);
            for (number, test) in composite.tests.iter().enumerate() {
                let (file, name) = (Arc::clone(file), format!("{id}::{}", Escaped(&test.name)));
                trials.push(Trial::test(name, move || {
                    let Some(composite) = file.composites.get(at) else { return Ok(()) };
                    let Some(test) = composite.tests.get(number) else { return Ok(()) };
                    failed(&file, test.span, human::test_failure(composite, test))
                }));
            }
            for (number, timeline) in composite.timelines.iter().enumerate() {
                let (file, name) = (Arc::clone(file), format!("{id}::{}", Escaped(&timeline.name)));
                trials.push(Trial::test(name, move || {
                    let Some(composite) = file.composites.get(at) else { return Ok(()) };
                    let Some(timeline) = composite.timelines.get(number) else { return Ok(()) };
                    failed(&file, timeline.span, human::composite_timeline_failure(composite, timeline))
                }));
            }
        }
    }
    Ok(trials)
}

/// The failure of a test at a place, if there is one.
fn failed(file: &RuleFile, span: crate::Span, why: Option<String>) -> Result<(), Failed> {
    let Some(why) = why else { return Ok(()) };
    let place = crate::LineColumn::of(&file.source, span.start);
    Err(Failed::from(format!("{}:{place}: {why}", Escaped(file.path.display()))))
}

/// Prints a note for each entry of the folder that is not read.
fn skipped_entries(loaded: &Loaded) {
    for it in loaded.skipped_entries.iter().filter(|it| it.reason != crate::rules::Reason::Other) {
        let path = it.path.to_string_lossy();
        eprintln!("note: {}: {}, skipped", path.escape_debug(), it.reason.name());
    }
}

/// Runs a timeline of a rule.
fn alarm(file: &RuleFile, rule: usize, timeline: usize) -> Result<(), Failed> {
    let Some(rule) = file.rules.get(rule) else { return Ok(()) };
    let Some(timeline) = rule.timelines.get(timeline) else { return Ok(()) };
    match human::timeline_failure(rule, timeline) {
        None => Ok(()),
        Some(why) => {
            let place = crate::LineColumn::of(&file.source, timeline.span.start);
            Err(Failed::from(format!("{}:{place}: {why}", Escaped(file.path.display()))))
        }
    }
}

/// Runs a test of a rule.
fn case(file: &RuleFile, rule: usize, test: usize) -> Result<(), Failed> {
    let Some(rule) = file.rules.get(rule) else { return Ok(()) };
    let Some(test) = rule.tests.get(test) else { return Ok(()) };
    match run_test(rule, test) {
        Outcome::Passed => Ok(()),
        failed => {
            let place = crate::LineColumn::of(&file.source, test.span.start);
            Err(Failed::from(format!(
                "{}:{place}: {}",
                Escaped(file.path.display()),
                human::why(rule, &failed)
            )))
        }
    }
}
