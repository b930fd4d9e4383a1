//! Runs the tests of a rule.

use super::file::{Expect, ExpectMetric, Rule, RuleTest};
use crate::metric::Datapoint;

/// The outcome of a test.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// The pattern gives the expected verdict on each event, and the other expectations hold.
    Passed,
    /// The verdict on an event is the opposite of the expected verdict.
    WrongVerdict {
        /// Whether the pattern matches the event.
        matched: bool,
        /// The message of the event.
        message: String,
    },
    /// The verdict is as expected, but the clause named by `because` does not decide it.
    DecidedOtherwise {
        /// The text of the clause.
        clause: String,
        /// The message of the event.
        message: String,
    },
    /// The metric filter publishes another datapoint, or publishes one against expectation, or does not publish one.
    WrongDatapoint {
        /// The datapoint that is published. `None` if nothing is published.
        found: Option<Datapoint>,
        /// The message of the event.
        message: String,
    },
}

/// A test and its outcome.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TestResult<'a> {
    /// The test.
    pub test: &'a RuleTest,
    /// The first expectation that failed, or [`Outcome::Passed`].
    pub outcome: Outcome,
}

impl TestResult<'_> {
    /// Whether all expectations of the test hold.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.outcome == Outcome::Passed
    }
}

/// Runs all tests of a rule. [`Timeline::run`](super::Timeline::run) runs a timeline.
///
/// ```
/// let file = cwfilter::rules::parse("rules.toml".as_ref(), r#"
///     [[rule]]
///     id = "errors"
///     pattern = "ERROR"
///     [[rule.test]]
///     name = "a full disk"
///     log = "ERROR: disk full"
///     expect = "match"
/// "#.to_owned()).unwrap();
/// assert!(cwfilter::rules::run_tests(&file.rules[0]).iter().all(|result| result.passed()));
/// ```
#[must_use]
pub fn run_tests(rule: &Rule) -> Vec<TestResult<'_>> {
    rule.tests.iter().map(|test| TestResult { test, outcome: run_test(rule, test) }).collect()
}

/// Runs one test of a rule. It stops at the first event that is not as expected.
#[must_use]
pub fn run_test(rule: &Rule, test: &RuleTest) -> Outcome {
    let of_each = test.messages.iter().map(|message| outcome_of(rule, test, message));
    of_each.into_iter().find(|outcome| *outcome != Outcome::Passed).unwrap_or(Outcome::Passed)
}

fn outcome_of(rule: &Rule, test: &RuleTest, message: &str) -> Outcome {
    let matched = rule.pattern.is_match(message);
    let owned = message.to_owned();
    if matched != (test.expect == Expect::Match) {
        return Outcome::WrongVerdict { matched, message: owned };
    }
    if let Some(clause) = &test.because
        && !rule.pattern.reference().decides(clause, message.as_bytes())
    {
        return Outcome::DecidedOtherwise { clause: clause.clone(), message: owned };
    }
    if let Some(expected) = &test.metric
        && let Some(Ok(filter)) = rule.metric_filter()
    {
        let found = filter.datapoint_in(message, &test.system);
        if !is_expected(expected, found.as_ref()) {
            return Outcome::WrongDatapoint { found, message: owned };
        }
    }
    Outcome::Passed
}

fn is_expected(expected: &ExpectMetric, found: Option<&Datapoint>) -> bool {
    match (expected, found) {
        (ExpectMetric::NoDatapoint(_), found) => found.is_none(),
        (ExpectMetric::Datapoint(_), None) => false,
        (ExpectMetric::Datapoint(expected), Some(found)) => {
            expected.value == found.value
                && expected.unit.as_ref().is_none_or(|unit| *unit == found.unit)
                && expected.dimensions.as_ref().is_none_or(|dimensions| *dimensions == found.dimensions)
        }
    }
}
