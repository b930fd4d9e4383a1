//! Which atomic conditions of a rule its tests have seen decide, either way.

use super::file::Rule;
use crate::syntax::ast::Pattern;

/// What the tests of a rule have seen of its conditions.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Coverage {
    /// From left to right.
    pub clauses: Vec<ClauseCoverage>,
}

/// One atomic condition.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClauseCoverage {
    /// As it is written.
    pub text: String,
    /// Some event was decided by its being true.
    pub seen_true: bool,
    /// Some event was decided by its being false.
    pub seen_false: bool,
}

impl ClauseCoverage {
    /// Seen both ways.
    #[must_use]
    pub fn is_covered(&self) -> bool {
        self.seen_true && self.seen_false
    }
}

impl Coverage {
    /// How many of the two ways of each condition were seen, and how many there are.
    #[must_use]
    pub fn ways(&self) -> (usize, usize) {
        let seen =
            self.clauses.iter().map(|clause| usize::from(clause.seen_true) + usize::from(clause.seen_false));
        (seen.sum(), 2 * self.clauses.len())
    }
}

/// Runs a rule's tests and looks at every condition: an outcome counts when the other one would have turned
/// the verdict round.
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
/// // the test shows the term found, and none shows it missing
/// assert_eq!(cwfilter::rules::coverage(&file.rules[0]).ways(), (1, 2));
/// ```
#[must_use]
pub fn coverage(rule: &Rule) -> Coverage {
    let mut clauses: Vec<ClauseCoverage> = Vec::new();
    for message in rule.tests.iter().flat_map(|test| &test.messages) {
        let explanation = rule.pattern.explain(message);
        for (at, outcome) in explanation.clauses().into_iter().enumerate() {
            if clauses.len() <= at {
                let text = outcome.text.to_owned();
                clauses.push(ClauseCoverage { text, seen_true: false, seen_false: false });
            }
            if let Some(clause) = clauses.get_mut(at).filter(|_| outcome.decides) {
                clause.seen_true |= outcome.holds;
                clause.seen_false |= !outcome.holds;
            }
        }
    }
    if clauses.is_empty() {
        // no test got as far as the conditions
        let texts = conditions(rule.pattern.ast()).into_iter();
        clauses = texts.map(|text| ClauseCoverage { text, seen_true: false, seen_false: false }).collect();
    }
    Coverage { clauses }
}

/// The atomic conditions of a pattern, from left to right.
pub(super) fn conditions(pattern: &Pattern) -> Vec<String> {
    let mut texts = Vec::new();
    match pattern {
        Pattern::Everything => {}
        Pattern::Terms(terms) => texts.extend(terms.iter().map(|term| term.item.to_string())),
        Pattern::Regex(regex) => texts.push(regex.item.to_string()),
        Pattern::Json(expr) => expr.item.for_each(&mut |condition| texts.push(condition.to_string())),
        Pattern::Space(fields) => {
            for condition in fields.iter().filter_map(|field| field.item.condition()) {
                condition.item.for_each(&mut |condition| texts.push(condition.to_string()));
            }
        }
    }
    texts
}
