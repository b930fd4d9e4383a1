//! Coverage: the conditions of a rule that its tests have seen decide the verdict.
//!
//! This is modified condition/decision coverage (MC/DC). A condition decides a verdict if the opposite outcome of this condition alone
//! gives the opposite verdict. Each condition has to decide twice: once when it is true, once when it is false.
//!
//! An event counts if it is evidence. A generated event is derived from the pattern, so that it covers every pattern, right or wrong; and
//! an event that CloudTrail cannot write shows nothing about the events that it does write. The events of a test that fails do not count:
//! its verdict is not the expected one.

use super::conditions::conditions;
use super::file::{Origin, Rule, RuleTest};
use super::record::Records;
use super::run::run_tests;
use crate::plural::counted;
use std::fmt;

/// The coverage of a rule by its tests.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Coverage {
    /// The conditions, in the order of the pattern.
    pub clauses: Vec<ClauseCoverage>,
    /// The tests with events that no record can be. These events do not count.
    pub impossible: Vec<ImpossibleEvent>,
    /// The names of the tests that fail. Their events do not count.
    pub failing: Vec<String>,
    /// Why the rule is not about CloudTrail, although its pattern has a key of its records: each event counts.
    pub not_cloudtrail: Option<String>,
}

/// A test of a rule about CloudTrail with events that no record can be. Its text is the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImpossibleEvent {
    /// The name of the test.
    pub test: String,
    /// Why no record can be as the first of these events is.
    pub reason: String,
    /// The number of the test's events that no record can be.
    pub events: usize,
}

impl fmt::Display for ImpossibleEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.events {
            0 | 1 => f.write_str(&self.reason),
            all => write!(f, "{}; and {}", self.reason, counted(all - 1, "other event", "other events")),
        }
    }
}

/// The events of a rule's tests that no CloudTrail record can be.
pub(super) struct Impossible {
    /// `Err` if the rule is not about CloudTrail.
    records: Result<Records, Option<String>>,
    pub(super) found: Vec<ImpossibleEvent>,
}

impl Impossible {
    pub(super) fn of_rule(rule: &Rule) -> Self {
        Impossible { records: Records::of_rule(rule), found: Vec::new() }
    }

    /// Whether no record can be as the event of the test is. The test is noted once, with its first reason.
    pub(super) fn is(&mut self, test: &RuleTest, message: &str) -> bool {
        let reason = self.records.as_ref().ok().and_then(|records| records.impossible(message));
        let Some(reason) = reason else { return false };
        match self.found.last_mut().filter(|last| last.test == test.name) {
            Some(last) => last.events += 1,
            None => self.found.push(ImpossibleEvent { test: test.name.clone(), reason, events: 1 }),
        }
        true
    }

    /// Why the rule is not about CloudTrail, if its pattern has a key of records.
    pub(super) fn not_cloudtrail(&mut self) -> Option<String> {
        self.records.as_mut().err().and_then(Option::take)
    }
}

/// The coverage of one condition.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClauseCoverage {
    /// The text of the condition.
    pub text: String,
    /// Whether the condition was true and decided the verdict on a recorded or a written event.
    pub seen_true: bool,
    /// Whether the condition was false and decided the verdict on a recorded or a written event.
    pub seen_false: bool,
    /// The strongest origin of the events on which the condition was true and decided the verdict. `None` if there is none.
    pub true_by: Option<Origin>,
    /// The same for the events on which it was false.
    pub false_by: Option<Origin>,
}

impl ClauseCoverage {
    fn new(text: String) -> Self {
        ClauseCoverage { text, seen_true: false, seen_false: false, true_by: None, false_by: None }
    }

    /// Whether both outcomes were seen.
    #[must_use]
    pub fn is_covered(&self) -> bool {
        self.seen_true && self.seen_false
    }

    fn see(&mut self, holds: bool, origin: Origin) {
        let (seen, by) = match holds {
            true => (&mut self.seen_true, &mut self.true_by),
            false => (&mut self.seen_false, &mut self.false_by),
        };
        *seen |= origin != Origin::Generated;
        *by = Some(by.map_or(origin, |known| known.min(origin)));
    }
}

impl Coverage {
    /// The number of outcomes that were seen, and the number of all outcomes: two for each condition. Outcomes that only generated
    /// events show are not seen. If the second number is 0, there is no coverage.
    #[must_use]
    pub fn ways(&self) -> (usize, usize) {
        let seen =
            self.clauses.iter().map(|clause| usize::from(clause.seen_true) + usize::from(clause.seen_false));
        (seen.sum(), 2 * self.clauses.len())
    }

    /// The number of outcomes whose strongest evidence are events of this origin.
    #[must_use]
    pub fn ways_by(&self, origin: Origin) -> usize {
        let outcomes = self.clauses.iter().flat_map(|clause| [clause.true_by, clause.false_by]);
        outcomes.filter(|by| *by == Some(origin)).count()
    }
}

/// Computes which conditions of a rule decide the verdict on the events of its tests.
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
/// // the only test has an event with the term: an event without the term is missing
/// assert_eq!(cwfilter::rules::coverage(&file.rules[0]).ways(), (1, 2));
/// ```
#[must_use]
pub fn coverage(rule: &Rule) -> Coverage {
    let mut impossible = Impossible::of_rule(rule);
    let texts = conditions(rule.pattern.ast()).into_iter();
    let mut clauses: Vec<ClauseCoverage> = Vec::new();
    let mut failing = Vec::new();
    for result in run_tests(rule) {
        let test = result.test;
        if !result.passed() {
            failing.push(test.name.clone());
            continue;
        }
        for message in &test.messages {
            if impossible.is(test, message) {
                continue;
            }
            let explanation = rule.pattern.explain(message);
            for (at, outcome) in explanation.clauses().into_iter().enumerate() {
                if clauses.len() <= at {
                    clauses.push(ClauseCoverage::new(outcome.text.to_owned()));
                }
                if let Some(clause) = clauses.get_mut(at).filter(|_| outcome.decides) {
                    clause.see(outcome.holds, test.origin);
                }
            }
        }
    }
    if clauses.is_empty() {
        // no event was evaluated as far as the conditions
        clauses = texts.map(ClauseCoverage::new).collect();
    }
    let not_cloudtrail = impossible.not_cloudtrail();
    Coverage { clauses, impossible: impossible.found, failing, not_cloudtrail }
}
