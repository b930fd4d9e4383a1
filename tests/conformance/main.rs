//! Every match path of the crate gives the recorded answers of AWS, case by case.

mod cases;
mod metric;
mod paths;
mod readings;

use cases::{Case, ExtractCase, read};
use cwfilter::FilterPattern;
use paths::MATCH_PATHS;
use std::collections::BTreeMap;

/// Assumed cases that fail, each with the reason.
fn known_differences() -> BTreeMap<String, String> {
    include_str!("differences.tsv")
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(id, reason)| (id.to_owned(), reason.to_owned()))
        .collect()
}

fn failure(case: &Case) -> Option<String> {
    let expected = match (case.invalid, &case.error) {
        (true, _) => return refusal_failure(case),
        (false, _) => case.matches,
    };
    let pattern: FilterPattern = match case.pattern.parse() {
        Ok(pattern) => pattern,
        Err(error) => return Some(format!("refused: {error}")),
    };
    MATCH_PATHS.iter().find_map(|(name, path)| {
        let verdict = path(&pattern, &case.message);
        (Some(verdict) != expected).then(|| format!("{name} says {verdict}, expected {expected:?}"))
    })
}

fn refusal_failure(case: &Case) -> Option<String> {
    let error = match case.pattern.parse::<FilterPattern>() {
        Ok(_) => return Some("accepted".to_owned()),
        Err(error) => error,
    };
    let compare = |expected: &Option<String>, answer: String| {
        expected
            .as_ref()
            .filter(|text| **text != answer)
            .map(|text| format!("answered {answer}, expected {text}"))
    };
    compare(&case.error, error.aws_message())
        .or_else(|| compare(&case.error_filter_log_events, error.filter_log_events_message()))
        .or_else(|| error.help().is_empty().then(|| "no help line".to_owned()))
}

#[test]
fn every_undisputed_case_holds() {
    let known = known_differences();
    let cases: Vec<Case> = read("cases.jsonl");
    assert!(cases.len() > 1500, "the table is there");
    let mut failures = Vec::new();
    for case in &cases {
        let Some(why) = failure(case) else {
            assert!(!known.contains_key(&case.id), "{} holds: take it out of differences.tsv", case.id);
            continue;
        };
        if case.disputed {
            println!("disputed {}: {} on {:?}: {why}", case.id, case.pattern, case.message);
        } else if case.evidence != "assumed" || !known.contains_key(&case.id) {
            failures.push(format!(
                "{} ({}): {} on {:?}: {why}",
                case.id, case.evidence, case.pattern, case.message
            ));
        }
    }
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_extraction_holds() {
    let cases: Vec<ExtractCase> = read("extract.jsonl");
    assert!(cases.len() > 60, "the table is there");
    for case in cases.iter().filter(|case| case.op == "test_metric_filter") {
        let pattern: FilterPattern = case.pattern.parse().expect("the pattern parses");
        let values: Option<BTreeMap<String, String>> =
            pattern.extract(&case.message).map(|values| values.into_iter().collect());
        assert_eq!(values.as_ref(), Some(&case.extracted), "{} on {:?}", case.pattern, case.message);
    }
}

#[test]
fn every_pattern_prints_and_parses_to_an_equal_tree() {
    for case in read::<Case>("cases.jsonl").iter().filter(|case| !case.invalid) {
        if let Ok(pattern) = case.pattern.parse::<FilterPattern>() {
            let again: FilterPattern = pattern.ast().to_string().parse().expect("what was printed parses");
            assert_eq!(again.ast(), pattern.ast(), "{}", case.pattern);
            assert_eq!(again.ast().to_string(), again.as_str(), "{}: printing is idempotent", case.pattern);
        }
    }
}
