//! Running a rule's tests.

use super::file::{Expect, Rule, RuleTest};

/// What a test said.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// As expected.
    Passed,
    /// The verdict is the other one.
    WrongVerdict {
        /// What the pattern says.
        matched: bool,
    },
    /// The verdict is right, but the clause named by `because` has no part in it.
    DecidedOtherwise {
        /// The clause.
        clause: String,
    },
}

/// A test and what it said.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TestResult<'a> {
    /// The test.
    pub test: &'a RuleTest,
    /// What it said.
    pub outcome: Outcome,
}

impl TestResult<'_> {
    /// As expected.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.outcome == Outcome::Passed
    }
}

/// Runs all tests of a rule.
#[must_use]
pub fn run(rule: &Rule) -> Vec<TestResult<'_>> {
    rule.tests.iter().map(|test| TestResult { test, outcome: outcome(rule, test) }).collect()
}

fn outcome(rule: &Rule, test: &RuleTest) -> Outcome {
    let matched = rule.pattern.is_match(&test.message);
    if matched != (test.expect == Expect::Match) {
        return Outcome::WrongVerdict { matched };
    }
    match &test.because {
        Some(clause) if !rule.pattern.reference().decides(clause, test.message.as_bytes()) => {
            Outcome::DecidedOtherwise { clause: clause.clone() }
        }
        _ => Outcome::Passed,
    }
}
