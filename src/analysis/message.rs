//! Terms and regular expressions: predicates on the whole message.

use super::automaton::{Automata, Language, TextPredicate};
use super::budget::Budget;
use super::decision::Unknown;
use super::formula::Formula;
use crate::syntax::ast::{Node, Pattern, Term, TermMode};

/// The formula of a term pattern or a regular expression. `None` for the other kinds.
pub(super) fn formula(pattern: &Pattern) -> Option<Formula<TextPredicate>> {
    match pattern {
        Pattern::Terms(terms) => Some(of_terms(terms)),
        Pattern::Regex(regex) => Some(Formula::literal(TextPredicate::of_regex(&regex.item))),
        Pattern::Everything | Pattern::Json(_) | Pattern::Space(_) => None,
    }
}

/// docs/filter-patterns.md#term-patterns: optional terms count only if all terms are optional.
fn of_terms(terms: &[Node<Term>]) -> Formula<TextPredicate> {
    let literal = |term: &Node<Term>| Formula::literal(TextPredicate::of_term(&term.item.text));
    if terms.iter().all(|term| term.item.mode == TermMode::Optional) {
        return Formula::Or(terms.iter().map(literal).collect());
    }
    let counted = terms.iter().filter(|term| term.item.mode != TermMode::Optional);
    Formula::And(counted.map(|term| literal(term).with_sign(term.item.mode == TermMode::Required)).collect())
}

/// Finds a message for which the formula is true. `None` if no message exists.
pub(super) fn solve(
    formula: &Formula<TextPredicate>,
    budget: &mut Budget,
) -> Result<Option<String>, Unknown> {
    let mut predicates: Vec<TextPredicate> = Vec::new();
    formula.for_each(&mut |predicate| {
        if !predicates.contains(predicate) {
            predicates.push(predicate.clone());
        }
    });
    let automata = Automata::new(predicates)?;
    for it in automata.reachable(Language::Messages, budget)? {
        let truth = |predicate: &TextPredicate| {
            automata.position(predicate).and_then(|at| it.truths.get(at)).copied()
        };
        if formula.value(&truth) == Some(true)
            && let Ok(text) = String::from_utf8(it.text.clone())
        {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

/// The formula's value for a message, if it is known only that the message contains these texts.
pub(super) fn value_with(formula: &Formula<TextPredicate>, occurring: &[&str]) -> Option<bool> {
    formula.value(&|predicate: &TextPredicate| {
        let occurs = |text: &&str| *predicate == TextPredicate::of_term(text);
        (*predicate == TextPredicate::of_term("") || occurring.iter().any(occurs)).then_some(true)
    })
}
