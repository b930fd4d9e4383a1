//! Terms and regular expressions: questions about the whole message.

use super::automaton::{Automata, Language, TextPredicate};
use super::budget::Budget;
use super::decision::Unknown;
use super::formula::Formula;
use crate::syntax::ast::{Node, Pattern, Term, TermMode};

/// The formula of a term pattern or a regular expression; none for the other kinds.
pub(super) fn formula(pattern: &Pattern) -> Option<Formula<TextPredicate>> {
    match pattern {
        Pattern::Terms(terms) => Some(of_terms(terms)),
        Pattern::Regex(regex) => Some(Formula::ask(TextPredicate::of_regex(&regex.item))),
        _ => None,
    }
}

/// docs/filter-patterns.md#term-patterns: optional terms count only among themselves.
fn of_terms(terms: &[Node<Term>]) -> Formula<TextPredicate> {
    let ask = |term: &Node<Term>| Formula::ask(TextPredicate::of_term(&term.item.text));
    if terms.iter().all(|term| term.item.mode == TermMode::Optional) {
        return Formula::Or(terms.iter().map(ask).collect());
    }
    let counted = terms.iter().filter(|term| term.item.mode != TermMode::Optional);
    Formula::And(counted.map(|term| ask(term).signed(term.item.mode == TermMode::Required)).collect())
}

/// A message for which the formula is true; `None` if there is none.
pub(super) fn search(
    formula: &Formula<TextPredicate>,
    budget: &mut Budget,
) -> Result<Option<String>, Unknown> {
    let mut questions: Vec<TextPredicate> = Vec::new();
    formula.for_each(&mut |question| {
        if !questions.contains(question) {
            questions.push(question.clone());
        }
    });
    let automata = Automata::new(questions)?;
    for it in automata.reachable(Language::Messages, budget)? {
        let answer =
            |question: &TextPredicate| automata.position(question).and_then(|at| it.answers.get(at)).copied();
        if formula.value(&answer) == Some(true)
            && let Ok(text) = String::from_utf8(it.text.clone())
        {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

/// The formula's value for a message of which only this is known: these texts occur in it.
pub(super) fn value_with(formula: &Formula<TextPredicate>, occurring: &[&str]) -> Option<bool> {
    formula.value(&|question: &TextPredicate| {
        let occurs = |text: &&str| *question == TextPredicate::of_term(text);
        (*question == TextPredicate::of_term("") || occurring.iter().any(occurs)).then_some(true)
    })
}
