//! Generated tests: both verdicts for each condition, with values that a field of this name has, and the reason where a test is missing.

use cwfilter::FilterPattern;
use cwfilter::rules::{generate_all, to_toml};

/// One row of `tests/generated/cases.tsv`.
struct Case {
    /// The pattern.
    pattern: &'static str,
    /// Tests that are missing, separated by ` ; `: `+` or `-` for the verdict, the condition, and after `: ` a part of the reason.
    missing: Vec<&'static str>,
    /// Texts that the tests have, separated by ` ; `.
    has: Vec<&'static str>,
    /// Texts that they do not have.
    lacks: Vec<&'static str>,
}

fn cases() -> Vec<Case> {
    let rows = include_str!("generated/cases.tsv").lines().filter(|line| !line.starts_with('#'));
    let list = |cell: Option<&'static str>| -> Vec<&'static str> {
        cell.unwrap_or_default().split(" ; ").map(str::trim).filter(|it| !it.is_empty()).collect()
    };
    let case = |row: &'static str| {
        let mut cells = row.split('\t');
        let pattern = cells.next().unwrap_or_default();
        let (missing, has, lacks) = (list(cells.next()), list(cells.next()), list(cells.next()));
        Case { pattern, missing, has, lacks }
    };
    rows.map(case).collect()
}

#[test]
fn every_case_has_both_verdicts_or_the_reason() {
    let mut faults = Vec::new();
    for Case { pattern: text, missing, has, lacks } in cases() {
        let pattern: FilterPattern = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        let found = generate_all(&pattern);
        for test in &found.tests {
            if pattern.is_match(&test.message) != test.matches {
                faults.push(format!("{text}: {test:?}"));
            }
        }
        let named: Vec<String> = found
            .missing
            .iter()
            .map(|it| format!("{}{}: {}", if it.matches { '+' } else { '-' }, it.condition, it.why))
            .collect();
        let is_as_wanted = named.len() == missing.len()
            && named.iter().zip(&missing).all(|(found, wanted)| found.starts_with(wanted));
        if !is_as_wanted {
            faults.push(format!("{text}: missing: {named:#?}"));
        }
        let toml = to_toml(&found.tests);
        let lacking = has.iter().filter(|it| !toml.contains(**it));
        let surplus = lacks.iter().filter(|it| toml.contains(**it));
        faults.extend(lacking.map(|it| format!("{text}: without `{it}`:\n{toml}")));
        faults.extend(surplus.map(|it| format!("{text}: with `{it}`:\n{toml}")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
