//! Coverage: the conditions of a rule that its tests have seen decide the verdict.
//!
//! This is modified condition/decision coverage (MC/DC). A condition decides a verdict if the opposite outcome of this condition alone
//! gives the opposite verdict. Each condition has to decide twice: once when it is true, once when it is false.

use super::file::Rule;
use crate::syntax::ast::Pattern;

/// The coverage of a rule by its tests.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Coverage {
    /// The conditions, in the order of the pattern.
    pub clauses: Vec<ClauseCoverage>,
}

/// The coverage of one condition.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClauseCoverage {
    /// The text of the condition.
    pub text: String,
    /// Whether the condition was true and decided the verdict on an event of a test.
    pub seen_true: bool,
    /// Whether the condition was false and decided the verdict on an event of a test.
    pub seen_false: bool,
}

impl ClauseCoverage {
    /// Whether both outcomes were seen.
    #[must_use]
    pub fn is_covered(&self) -> bool {
        self.seen_true && self.seen_false
    }
}

impl Coverage {
    /// The number of outcomes that were seen, and the number of all outcomes: two for each condition.
    #[must_use]
    pub fn ways(&self) -> (usize, usize) {
        let seen =
            self.clauses.iter().map(|clause| usize::from(clause.seen_true) + usize::from(clause.seen_false));
        (seen.sum(), 2 * self.clauses.len())
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
        // no event was evaluated as far as the conditions
        let texts = conditions(rule.pattern.ast()).into_iter();
        clauses = texts.map(|text| ClauseCoverage { text, seen_true: false, seen_false: false }).collect();
    }
    Coverage { clauses }
}

/// The texts of the conditions of a pattern, from left to right.
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
