//! The engines of other languages select the events that the engine matches: they run translations of recorded, public and random patterns
//! on recorded and random events. `judged` says which engine judges each target.
//!
//! `CWFILTER_PATTERNS=FILE.jsonl CWFILTER_EVENTS=FILE.jsonl,… cargo test --features translate --test translate others -- --nocapture`
//! compares patterns of others (lines with a member `pattern`) on recorded events.

mod assumed;
mod cloudtrail;
mod engines;
mod event_patterns;
mod events;
#[path = "../generate/mod.rs"]
mod generate;
mod hostile;
mod insights;
mod limits;
mod table;

use cwfilter::FilterPattern;
use cwfilter::translate::{Target, Translation, translate};
use engines::{Selected, jq, jq_is_there, python, sql};
use events::{is_json_alike, is_plain_object};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// All targets: each has something here that runs its queries. `CWFILTER_TARGET` names one of them.
fn targets() -> impl Iterator<Item = Target> {
    let only = std::env::var("CWFILTER_TARGET").ok();
    Target::ALL.into_iter().filter(move |target| only.as_ref().is_none_or(|name| target.name() == name))
}

/// The targets for events of any form. `cloudtrail` has the tests of the target for CloudTrail's events alone.
fn targets_of_all_events() -> impl Iterator<Item = Target> {
    targets().filter(|target| *target != Target::AthenaCloudTrail)
}

/// What a comparison has found.
#[derive(Default, Debug)]
struct Counts {
    exact: usize,
    with_note: usize,
    refused: usize,
    /// Event patterns that quamina cannot run.
    not_run: usize,
    pairs: usize,
    matches: usize,
    /// Differences of patterns whose translation has a note.
    noted_differences: usize,
    differences: Vec<String>,
}

fn read(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().filter(|line| !line.is_empty()).map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn here(path: &str) -> Vec<Value> {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(path))
}

/// The distinct texts of a member.
fn texts(lines: &[Value], member: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let found = lines.iter().filter_map(|line| line[member].as_str());
    found.filter(|text| seen.insert((*text).to_owned())).map(str::to_owned).collect()
}

fn patterns(texts: &[String]) -> Vec<FilterPattern> {
    texts.iter().filter_map(|text| text.parse().ok()).collect()
}

/// What a target's engine selects; `None` for a query that it cannot run.
type Judged = Vec<Option<Result<Vec<usize>, String>>>;

/// Runs queries: jq, DuckDB, Athena's SQL on DuckDB through sqlglot, event patterns on quamina, Logs Insights on the evaluator of these
/// tests. `None` if the engine is not here.
fn judged(target: Target, queries: &[&str], events: &[&str], is_json: bool) -> Option<Judged> {
    let all = |selected: Selected| Some(selected.into_iter().map(Some).collect());
    match target {
        Target::Jq if jq_is_there() => all(jq(queries, events, is_json)),
        Target::DuckDb => all(sql(&python()?, "run_duckdb.py", queries, events)),
        Target::Athena => all(sql(&python()?, "run_athena.py", queries, events)),
        Target::AthenaCloudTrail => all(sql(&python()?, "run_athena_cloudtrail.py", queries, events)),
        Target::LogsInsights => all(insights::run(queries, events)),
        Target::EventBridge => match event_patterns::event_ruler(queries, events) {
            Some(selected) => all(selected),
            None => Some(event_patterns::quamina(queries, events)),
        },
        _ => None,
    }
}

/// Whether the target's assumptions hold for the events of a pattern.
fn is_assumed(target: Target, pattern: &FilterPattern, event: &Value) -> bool {
    match target {
        Target::EventBridge => assumed::of_event_bridge(pattern, event),
        Target::AthenaCloudTrail => assumed::of_cloudtrail(event),
        Target::LogsInsights => assumed::of_insights(pattern, event),
        _ => true,
    }
}

/// Translates patterns, runs them, and compares the selected events with those that the engine matches.
fn compare(target: Target, patterns: &[FilterPattern], events: &[String]) -> Option<Counts> {
    let mut counts = Counts::default();
    for is_json in [true, false] {
        let translated: Vec<(&FilterPattern, Translation)> = patterns
            .iter()
            .filter(|pattern| pattern.is_json() == is_json)
            .filter_map(|pattern| {
                let translated = translate(pattern, target);
                counts.refused += usize::from(translated.is_err());
                translated.ok().map(|translated| (pattern, translated))
            })
            .collect();
        let is_readable = |event: &&str| match (target, is_json) {
            (Target::EventBridge | Target::AthenaCloudTrail, _)
            | (Target::Jq | Target::LogsInsights, true) => is_plain_object(event),
            (Target::Jq, false) => !event.contains('\n'),
            (Target::DuckDb | Target::Athena, true) => is_json_alike(event),
            _ => true,
        };
        let events: Vec<&str> = events.iter().map(String::as_str).filter(is_readable).collect();
        let values: Vec<Value> =
            events.iter().map(|event| serde_json::from_str(event).unwrap_or_default()).collect();
        let queries: Vec<&str> = translated.iter().map(|(_, translated)| translated.text.as_str()).collect();
        let selected = judged(target, &queries, &events, is_json)?;
        assert_eq!(selected.len(), translated.len());
        for ((pattern, translated), selected) in translated.iter().zip(selected) {
            let Some(selected) = selected else {
                counts.not_run += 1;
                continue;
            };
            let assumed: Vec<usize> =
                (0..events.len()).filter(|at| is_assumed(target, pattern, &values[*at])).collect();
            let selected = selected.map(|found| {
                found.into_iter().filter(|at| assumed.binary_search(at).is_ok()).collect::<Vec<usize>>()
            });
            let expected: Vec<usize> =
                assumed.iter().copied().filter(|at| pattern.is_match(events[*at])).collect();
            counts.pairs += assumed.len();
            counts.matches += expected.len();
            let has_note = !translated.notes.is_empty();
            *(if has_note { &mut counts.with_note } else { &mut counts.exact }) += 1;
            let found = match selected {
                Ok(found) if found == expected => continue,
                Ok(found) => found,
                Err(error) => {
                    counts.differences.push(format!("{pattern}\n{}\n  {error}", translated.text));
                    continue;
                }
            };
            let differ: Vec<&str> = (0..events.len())
                .filter(|at| found.contains(at) != expected.contains(at))
                .map(|at| events[at])
                .collect();
            if has_note {
                counts.noted_differences += differ.len();
                eprintln!(
                    "noted: {pattern}: {} on {:?}",
                    translated.notes[0],
                    &differ[..differ.len().min(3)]
                );
            } else {
                counts.differences.push(format!(
                    "{pattern}\n{}\n  {:?}",
                    translated.text,
                    &differ[..differ.len().min(5)]
                ));
            }
        }
    }
    eprintln!(
        "{}: {} exact, {} with a note, {} refused, {} not run; {} pairs, {} matches, {} differences, {} noted ones",
        target.name(),
        counts.exact,
        counts.with_note,
        counts.refused,
        counts.not_run,
        counts.pairs,
        counts.matches,
        counts.differences.len(),
        counts.noted_differences
    );
    Some(counts)
}

fn no_differences(target: Target, patterns: &[FilterPattern], events: &[String]) -> Option<Counts> {
    let counts = compare(target, patterns, events)?;
    let shown: Vec<&str> = counts.differences.iter().take(10).map(String::as_str).collect();
    assert!(
        counts.differences.is_empty(),
        "{} differences\n{}",
        counts.differences.len(),
        shown.join("\n\n")
    );
    Some(counts)
}

#[test]
fn recorded_cases() {
    let cases = here("conformance/cases.jsonl");
    let patterns = patterns(&texts(&cases, "pattern"));
    let events = texts(&cases, "message");
    for target in targets_of_all_events() {
        if let Some(counts) = no_differences(target, &patterns, &events) {
            let (exact, matches) = match target {
                Target::EventBridge => (20, 100),
                Target::LogsInsights => (50, 1_000),
                _ => (250, 5_000),
            };
            assert!(counts.exact > exact && counts.matches > matches, "{counts:?}");
        }
    }
}

#[test]
fn random_patterns_on_random_events() {
    let checks = std::env::var("CWFILTER_CHECKS").ok().and_then(|it| it.parse().ok()).unwrap_or(400);
    let seed = std::env::var("CWFILTER_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut random = generate::Random::new(seed);
    let texts: Vec<String> = (0..checks).map(|_| generate::pattern(&mut random)).collect();
    let mut seen = BTreeSet::new();
    let messages = (0..200).filter_map(|_| String::from_utf8(generate::message(&mut random)).ok());
    let events: Vec<String> = messages.filter(|message| seen.insert(message.clone())).collect();
    for target in targets_of_all_events() {
        if let Some(counts) = no_differences(target, &patterns(&texts), &events) {
            let is_wide = !matches!(target, Target::EventBridge | Target::LogsInsights);
            let needed = if is_wide { (counts.with_note + counts.refused) / 3 } else { 10 };
            assert!(counts.exact > needed, "{counts:?}");
        }
    }
}

#[test]
fn others() {
    let list = |name: &str| {
        std::env::var(name).ok().map(|text| text.split(',').map(str::to_owned).collect::<Vec<_>>())
    };
    let (Some(files), Some(events)) = (list("CWFILTER_PATTERNS"), list("CWFILTER_EVENTS")) else { return };
    let of_files: Vec<Value> = files.iter().flat_map(|file| read(Path::new(file))).collect();
    let mut seen = BTreeSet::new();
    let events: Vec<String> = events
        .iter()
        .flat_map(|file| {
            std::fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
        })
        .filter(|event| seen.insert(event.clone()))
        .collect();
    for target in targets() {
        no_differences(target, &patterns(&texts(&of_files, "pattern")), &events);
    }
}
