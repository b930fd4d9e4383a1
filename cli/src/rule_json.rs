//! JSON of `test` and `mutate`. Evidence is told apart: recorded, written and generated events.

use cwfilter::report::human::{CoverageReport, TestRun, timeline_failure};
use cwfilter::rules::{
    Coverage, Mutant, Mutation, Origin, Outcome, Rule, RuleFile, coverage, not_recorded, run_tests,
};
use serde_json::{Value, json};

/// A test run, with the coverage if it was asked for.
pub(super) fn tests(files: &[RuleFile], run: &TestRun, measured: Option<&CoverageReport>) -> Value {
    let all = files.iter().flat_map(|file| file.rules.iter().map(move |rule| (file, rule)));
    let rules: Vec<Value> = all.map(|(file, rule)| of_rule(file, rule, measured.is_some())).collect();
    let mut report = json!({
        "version": 1,
        "passed": run.passed,
        "failed": run.failed,
        "rulesWithoutTests": run.untested,
        "rules": rules,
    });
    if let (Some(it), Some(report)) = (measured, report.as_object_mut()) {
        // what is seen is recorded or written
        let sum = json!({
            "percent": it.percent(),
            "outcomes": it.all,
            "recorded": it.recorded,
            "written": it.seen.saturating_sub(it.recorded),
            "generated": it.generated,
            "notRecorded": it.not_recorded,
        });
        report.insert("coverage".to_owned(), sum);
    }
    report
}

fn of_rule(file: &RuleFile, rule: &Rule, is_measured: bool) -> Value {
    let tests = run_tests(rule).into_iter().map(|it| {
        json!({
            "name": it.test.name,
            "origin": origin(it.test.origin),
            "passed": it.passed(),
            "outcome": outcome(&it.outcome),
        })
    });
    let timelines = rule.timelines.iter().map(|it| {
        let failure = timeline_failure(rule, it);
        json!({ "name": it.name, "passed": failure.is_none(), "failure": failure })
    });
    let mut entry = json!({
        "file": file.path.display().to_string(),
        "rule": rule.id,
        "tests": tests.collect::<Vec<_>>(),
        "timelines": timelines.collect::<Vec<_>>(),
    });
    if is_measured && let Some(entry) = entry.as_object_mut() {
        entry.insert("coverage".to_owned(), of_coverage(rule, &coverage(rule)));
    }
    entry
}

fn of_coverage(rule: &Rule, it: &Coverage) -> Value {
    let ways = |origin| it.ways_by(origin);
    let clauses = it.clauses.iter().map(|clause| {
        json!({
            "condition": clause.text,
            "true": clause.true_by.map(origin),
            "false": clause.false_by.map(origin),
        })
    });
    let impossible = it.impossible.iter().map(|it| json!({ "test": it.test, "reason": it.reason }));
    let unrecorded =
        not_recorded(rule).into_iter().map(|it| json!({ "condition": it.condition, "why": it.to_string() }));
    json!({
        "outcomes": it.ways().1,
        "recorded": ways(Origin::Recorded),
        "written": ways(Origin::Written),
        "generated": ways(Origin::Generated),
        "conditions": clauses.collect::<Vec<_>>(),
        "impossible": impossible.collect::<Vec<_>>(),
        "notRecorded": unrecorded.collect::<Vec<_>>(),
    })
}

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Recorded => "recorded",
        Origin::Generated => "generated",
        _ => "written",
    }
}

fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::WrongVerdict { .. } => "wrong verdict",
        Outcome::DecidedOtherwise { .. } => "decided otherwise",
        Outcome::WrongDatapoint { .. } => "wrong datapoint",
        _ => "failed",
    }
}

/// The mutants of a rule, by their fate.
pub(super) fn mutation(file: &RuleFile, rule: &Rule, it: &Mutation) -> Value {
    let mutants = |all: &[Mutant]| -> Vec<Value> {
        let one = |it: &Mutant| {
            json!({
                "change": it.change,
                "pattern": it.pattern.as_str(),
                "witness": it.witness,
                "reason": it.reason,
            })
        };
        all.iter().map(one).collect()
    };
    let (noticed, counted) = it.score();
    json!({
        "file": file.path.display().to_string(),
        "rule": rule.id,
        "mutants": counted,
        "noticed": noticed,
        "recorded": it.killed_by_recorded,
        "written": noticed.saturating_sub(it.killed_by_recorded),
        // noticed only by generated events, or by events that CloudTrail does not write
        "withoutEvidence": it.noticed_without_evidence,
        "notNoticed": mutants(&it.survivors),
        "equivalent": mutants(&it.equivalent),
        "undecided": mutants(&it.undecided),
        "notTried": it.not_tried,
    })
}
