//! The JSON of `cwfilter test`. Evidence is told apart: recorded, written and generated events.

use cwfilter::report::human::{CoverageReport, TestRun, timeline_failure};
use cwfilter::rules::{
    Coverage, ImpossibleEvent, Origin, Outcome, Rule, RuleFile, Timeline, coverage, not_recorded, run_tests,
};
use serde::Serialize;

/// The version of the form.
const VERSION: u32 = 1;

/// The results of all tests.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Report<'a> {
    /// The version of the form. It increases if a member changes its meaning or is removed.
    #[cfg_attr(feature = "schema", schemars(extend("const" = VERSION)))]
    version: u32,
    /// The number of tests that passed.
    passed: usize,
    /// The number of tests that failed.
    failed: usize,
    /// The number of rules without tests.
    rules_without_tests: usize,
    /// The rules.
    rules: Vec<RuleEntry<'a>>,
    /// With `--coverage`: the outcomes of the conditions of all rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<CoverageSum>,
}

/// The outcomes of the conditions of all rules.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct CoverageSum {
    /// The percentage of outcomes that have decided a test; null without conditions.
    percent: Option<f64>,
    /// The number of outcomes: each condition has two, true and false.
    outcomes: usize,
    /// The number of outcomes that have decided a test with a recorded event.
    recorded: usize,
    /// The number of outcomes that have decided only tests with events written by hand.
    written: usize,
    /// The number of outcomes that have decided only tests with generated or impossible events; they do not count.
    generated: usize,
    /// The number of conditions on a field or a value that no recorded event has.
    not_recorded: usize,
}

/// The results of a rule.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct RuleEntry<'a> {
    /// The rule file.
    file: String,
    /// The id of the rule.
    rule: &'a str,
    /// The tests of the rule.
    tests: Vec<TestEntry<'a>>,
    /// The timelines of the rule.
    timelines: Vec<TimelineEntry<'a>>,
    /// With `--coverage`: the outcomes of the conditions of the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<CoverageEntry>,
}

/// The result of a test.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct TestEntry<'a> {
    /// The name of the test.
    name: &'a str,
    /// Where its events come from.
    origin: Origin,
    /// Whether it passed.
    passed: bool,
    /// What it found.
    outcome: OutcomeName,
}

/// What a test found.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
enum OutcomeName {
    #[serde(rename = "passed")]
    Passed,
    #[serde(rename = "wrong verdict")]
    WrongVerdict,
    #[serde(rename = "decided otherwise")]
    DecidedOtherwise,
    #[serde(rename = "wrong datapoint")]
    WrongDatapoint,
    #[serde(rename = "failed")]
    Failed,
}

/// The result of a timeline.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct TimelineEntry<'a> {
    /// The name of the timeline.
    name: &'a str,
    /// Whether the alarm was in the expected states.
    passed: bool,
    /// The first difference; null if there is none.
    failure: Option<String>,
}

/// The outcomes of the conditions of a rule.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct CoverageEntry {
    /// The number of outcomes: each condition has two, true and false.
    outcomes: usize,
    /// The number of outcomes that have decided a test with a recorded event.
    recorded: usize,
    /// The number of outcomes that have decided only tests with events written by hand.
    written: usize,
    /// The number of outcomes that have decided only tests with generated or impossible events; they do not count.
    generated: usize,
    /// The conditions of the pattern.
    conditions: Vec<ConditionEntry>,
    /// The tests with events that no CloudTrail record can be.
    impossible: Vec<ImpossibleEntry>,
    /// The names of the tests that fail; their events do not count.
    failing: Vec<String>,
    /// The conditions on a field or a value that no recorded event has.
    not_recorded: Vec<NotRecordedEntry>,
    /// Why the rule is not about CloudTrail, although its pattern has a key of its records: each event counts. Null otherwise.
    not_cloud_trail: Option<String>,
}

/// A condition of a pattern.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct ConditionEntry {
    /// The condition, as the pattern has it.
    condition: String,
    /// The best evidence that it was true and decided a test; null if there is none.
    r#true: Option<Origin>,
    /// The best evidence that it was false and decided a test; null if there is none.
    r#false: Option<Origin>,
}

/// A test with an event that no CloudTrail record can be.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct ImpossibleEntry {
    /// The name of the test.
    test: String,
    /// Why no CloudTrail record can be the first of these events.
    reason: String,
    /// The number of the test's events that no CloudTrail record can be.
    events: usize,
}

impl ImpossibleEntry {
    pub(super) fn new(it: ImpossibleEvent) -> Self {
        ImpossibleEntry { test: it.test, reason: it.reason, events: it.events }
    }
}

/// A condition on a field or a value that no recorded event has.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct NotRecordedEntry {
    /// The condition, as the pattern has it.
    condition: String,
    /// What is not recorded.
    why: String,
}

impl<'a> Report<'a> {
    /// A test run, with the coverage if it was asked for.
    pub(super) fn new(files: &'a [RuleFile], run: &TestRun, measured: Option<&CoverageReport>) -> Self {
        let all = files.iter().flat_map(|file| file.rules.iter().map(move |rule| (file, rule)));
        Report {
            version: VERSION,
            passed: run.passed,
            failed: run.failed,
            rules_without_tests: run.untested,
            rules: all.map(|(file, rule)| RuleEntry::new(file, rule, measured.is_some())).collect(),
            coverage: measured.map(CoverageSum::new),
        }
    }
}

impl CoverageSum {
    fn new(it: &CoverageReport) -> Self {
        CoverageSum {
            percent: it.percent(),
            outcomes: it.all,
            recorded: it.recorded,
            // what is seen is recorded or written
            written: it.seen.saturating_sub(it.recorded),
            generated: it.generated,
            not_recorded: it.not_recorded,
        }
    }
}

impl<'a> RuleEntry<'a> {
    fn new(file: &RuleFile, rule: &'a Rule, is_measured: bool) -> Self {
        let test = |it: cwfilter::rules::TestResult<'a>| TestEntry {
            name: &it.test.name,
            origin: it.test.origin,
            passed: it.passed(),
            outcome: OutcomeName::of(&it.outcome),
        };
        let timeline = |it: &'a Timeline| {
            let failure = timeline_failure(rule, it);
            TimelineEntry { name: &it.name, passed: failure.is_none(), failure }
        };
        RuleEntry {
            file: file.path.display().to_string(),
            rule: &rule.id,
            tests: run_tests(rule).into_iter().map(test).collect(),
            timelines: rule.timelines.iter().map(timeline).collect(),
            coverage: is_measured.then(|| CoverageEntry::new(rule, coverage(rule))),
        }
    }
}

impl OutcomeName {
    fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Passed => OutcomeName::Passed,
            Outcome::WrongVerdict { .. } => OutcomeName::WrongVerdict,
            Outcome::DecidedOtherwise { .. } => OutcomeName::DecidedOtherwise,
            Outcome::WrongDatapoint { .. } => OutcomeName::WrongDatapoint,
            _ => OutcomeName::Failed,
        }
    }
}

impl CoverageEntry {
    fn new(rule: &Rule, it: Coverage) -> Self {
        let ways = |origin| it.ways_by(origin);
        let not_recorded = not_recorded(rule).into_iter();
        CoverageEntry {
            outcomes: it.ways().1,
            recorded: ways(Origin::Recorded),
            written: ways(Origin::Written),
            generated: ways(Origin::Generated),
            conditions: it
                .clauses
                .into_iter()
                .map(|it| ConditionEntry { condition: it.text, r#true: it.true_by, r#false: it.false_by })
                .collect(),
            impossible: it.impossible.into_iter().map(ImpossibleEntry::new).collect(),
            failing: it.failing,
            not_cloud_trail: it.not_cloudtrail,
            not_recorded: not_recorded
                .map(|it| NotRecordedEntry { why: it.to_string(), condition: it.condition })
                .collect(),
        }
    }
}
