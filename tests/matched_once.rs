//! A pattern that several values or clauses of an event set off is reported once.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use cwfilter::PatternSet;

/// Patterns, each with the number of events below that it matches.
const PATTERNS: [(&str, usize); 12] = [
    // one text twice, and once quoted and once bare
    (r#"{ $.a = "x" || $.a = "x" }"#, 2),
    (r#"{ $.a = x || $.a = "x" }"#, 2),
    // a number fires as a text, too
    ("{ $.a = 5 }", 2),
    ("{ $.a = 5 || $.a = 5.0 }", 2),
    (r#"{ $.a = 5 || $.a = "5" }"#, 2),
    ("{ $.a > 4 || $.a = 5 }", 2),
    // a text and wildcards that it fits
    (r#"{ $.a = "x" || $.a = "x*" }"#, 2),
    (r#"{ $.a = "*x" || $.a = "x*" }"#, 2),
    // two fields
    (r#"{ $.a = "x" || $.b = "x" }"#, 2),
    (r#"{ ($.a = "x" || $.b = "x") && $.c NOT EXISTS }"#, 1),
    (r#"{ $.a != "y" || $.b != "y" }"#, 4),
    // texts of one field, which fire once
    (r#"{ ($.a = "x" || $.a = "z") && $.c NOT EXISTS }"#, 1),
];

const EVENTS: [&str; 5] = [
    r#"{"a":"x","b":"x"}"#,
    r#"{"a":"x","b":"x","c":1}"#,
    r#"{"a":5}"#,
    r#"{"a":"5"}"#,
    r#"{"a":"y","b":"y"}"#,
];

#[test]
fn a_pattern_is_reported_once() {
    for instructions in PatternSet::instruction_sets() {
        for structural in [false, true] {
            let mut builder = PatternSet::builder();
            for (text, _) in PATTERNS {
                builder.add(format!("{}: {text}", place_of(text)), text.parse().unwrap());
            }
            builder.instruction_set(instructions);
            if structural {
                builder.structural();
            }
            let set = builder.build().unwrap();
            let mut counts = [0; PATTERNS.len()];
            // twice, because an event must not remember the one before
            for event in EVENTS.iter().chain(&EVENTS) {
                let ids: Vec<usize> = set.matches(event).map(|id| id.index()).collect();
                assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?} on {event}");
                ids.iter().for_each(|id| counts[*id] += 1);
            }
            for ((text, expected), count) in PATTERNS.iter().zip(counts) {
                assert_eq!(count, 2 * expected, "{text}, {instructions}, structural: {structural}");
            }
        }
    }
}

/// A different name for each pattern.
fn place_of(text: &str) -> usize {
    PATTERNS.iter().position(|(pattern, _)| *pattern == text).unwrap()
}
