//! Terms and regular expressions: predicates on the whole message.

use super::automaton::{Automata, Language, TextPredicate};
use super::budget::Budget;
use super::decision::Unknown;
use super::formula::Formula;
use super::search::{Literal, Theory, search};
use crate::limits::WHOLE_PROOF_STEPS;
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
    let mut messages = Messages { automata: Automata::new(predicates, budget)?, examples: Vec::new() };
    let formula = formula.clone().replace(&mut |predicate: TextPredicate| {
        messages.automata.position(&predicate).map_or(Formula::Constant(false), Formula::literal)
    });
    match budget.within(budget.raised(WHOLE_PROOF_STEPS), |budget| messages.solve_whole(&formula, budget)) {
        Err(Unknown::Budget(_)) => search(formula, &mut messages, budget),
        decided => decided,
    }
}

/// The predicates on one message as a theory of the search for cases.
struct Messages {
    automata: Automata,
    examples: Vec<Vec<u8>>,
}

impl Messages {
    /// Lists all combinations of truth values.
    fn solve_whole(&self, formula: &Formula<usize>, budget: &mut Budget) -> Result<Option<String>, Unknown> {
        for it in self.automata.reachable(Language::Messages, budget)? {
            if formula.value(&|at: &usize| it.truths.get(*at).copied()) == Some(true)
                && let Ok(text) = String::from_utf8(it.text.clone())
            {
                return Ok(Some(text));
            }
        }
        Ok(None)
    }

    fn text_with(
        &mut self,
        literals: &[Literal<usize>],
        budget: &mut Budget,
    ) -> Result<Option<Vec<u8>>, Unknown> {
        let holds =
            |text: &&Vec<u8>| literals.iter().all(|(at, wanted)| self.automata.truth(*at, text) == *wanted);
        let tried: usize = self.examples.iter().rev().take(EXAMPLES).map(Vec::len).sum();
        // an example is refused by one of the first literals
        budget.spend(1, literals.len() + 2 * tried)?;
        if let Some(text) = self.examples.iter().rev().take(EXAMPLES).find(holds) {
            return Ok(Some(text.clone()));
        }
        let mut wanted = vec![None; self.automata.len()];
        for (at, is_true) in literals {
            if let Some(slot) = wanted.get_mut(*at) {
                *slot = Some(*is_true);
            }
        }
        let found = self.automata.text_with(&wanted, Language::Messages, &[], budget)?;
        self.examples.extend(found.clone());
        Ok(found)
    }
}

/// The latest examples that are tried before a new text is sought.
const EXAMPLES: usize = 8;

impl Theory<usize> for Messages {
    fn is_possible(&mut self, literals: &[Literal<usize>], budget: &mut Budget) -> Result<bool, Unknown> {
        Ok(self.text_with(literals, budget)?.is_some())
    }

    fn solve(&mut self, literals: &[Literal<usize>], budget: &mut Budget) -> Result<Option<String>, Unknown> {
        Ok(self.text_with(literals, budget)?.and_then(|text| String::from_utf8(text).ok()))
    }
}
