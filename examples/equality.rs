//! Compares every match path with the reference evaluator, over files of your own:
//!
//! ```text
//! cargo run --release --example equality -- PATTERNS.jsonl EVENTS.jsonl…
//! ```
//!
//! A line of PATTERNS is a JSON object with a field `pattern`; patterns that do not parse are skipped. A line
//! of EVENTS is one log event. Prints every difference and ends with 1 if there is any.

use cwfilter::{FilterPattern, PatternSet};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut files = std::env::args().skip(1);
    let Some(patterns) = files.next().map(read) else {
        eprintln!("usage: equality PATTERNS.jsonl EVENTS.jsonl…");
        return ExitCode::from(2);
    };
    let patterns: Vec<FilterPattern> = patterns
        .lines()
        .filter_map(|line| {
            serde_json::from_str::<serde_json::Value>(line).ok()?["pattern"].as_str()?.parse().ok()
        })
        .collect();
    let events: Vec<String> = files.map(read).collect();
    let events: Vec<&str> = events.iter().flat_map(|text| text.lines()).collect();
    let references: Vec<_> = patterns.iter().map(FilterPattern::reference).collect();

    let mut sets = Vec::new();
    for name in PatternSet::instruction_sets() {
        for structural in [false, true] {
            let mut builder = PatternSet::builder();
            builder.instruction_set(name);
            for (index, pattern) in patterns.iter().enumerate() {
                builder.add(index.to_string(), pattern.clone());
            }
            if structural {
                builder.structural();
            }
            sets.push((name, structural, builder.build().expect("the names differ").matcher()));
        }
    }
    let (mut checks, mut differences) = (0u64, 0u64);
    for event in &events {
        let expected: Vec<usize> =
            (0..patterns.len()).filter(|index| references[*index].is_match(event.as_bytes())).collect();
        for (name, structural, matcher) in &mut sets {
            let found: Vec<usize> = matcher.matches(event).map(|id| id.index()).collect();
            checks += patterns.len() as u64;
            for (index, pattern) in patterns.iter().enumerate() {
                if found.contains(&index) != expected.contains(&index) {
                    differences += 1;
                    println!("set, {name}, structural {structural}: {pattern} on {event}");
                }
            }
        }
        for (index, pattern) in patterns.iter().enumerate() {
            checks += 1;
            if pattern.is_match(event) != expected.contains(&index) {
                differences += 1;
                println!("alone: {pattern} on {event}");
            }
        }
    }
    println!(
        "{} patterns, {} events, {checks} checks, {differences} differences",
        patterns.len(),
        events.len()
    );
    if differences > 0 { ExitCode::from(1) } else { ExitCode::SUCCESS }
}

fn read(path: String) -> String {
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}
