//! The cost limit of a question, counted in steps. A limit on time would give different decisions on different machines.

use super::decision::Unknown;
use super::domain::Domain;
use crate::limits::{BRIEF_PROOF_STEPS, PROOF_FACTOR, PROOF_STEPS};

/// The limits of one question: its steps, and the events that it is about.
///
/// ```
/// use cwfilter::analysis::{Decision, Bounds, Unknown, satisfiable};
/// let pattern = r#"{ $.a = "*a*b*" && $.b = "*b*c*" }"#.parse()?;
/// assert!(satisfiable(&pattern, &Bounds::default()).is_yes());
/// let too_few = Bounds::default().with_steps(3);
/// assert!(matches!(satisfiable(&pattern, &too_few), Decision::Unknown(Unknown::Budget(_))));
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bounds {
    /// The maximum number of steps. A step is a state of the automata of one field, or a choice of the solver; long ones count as
    /// several steps. A step takes about a microsecond.
    ///
    /// More steps than the default raise the other bounds of a proof by the same factor, at most 64: the size of an automaton, the
    /// highest array index (12 by default), the elements that replace a wildcard, the messages that are tried.
    pub steps: usize,
    /// The events that the question is about.
    pub domain: Domain,
}

impl Default for Bounds {
    /// 200,000 steps, and all messages.
    fn default() -> Self {
        Bounds { steps: PROOF_STEPS, domain: Domain::Json }
    }
}

impl Bounds {
    /// The limit for lints, which ask many questions: 10,000 steps.
    #[must_use]
    pub fn brief() -> Self {
        Bounds { steps: BRIEF_PROOF_STEPS, ..Bounds::default() }
    }

    /// The same limit with another number of steps.
    #[must_use]
    pub fn with_steps(mut self, steps: usize) -> Self {
        self.steps = steps;
        self
    }

    /// The same limit for a question about the events of a domain.
    #[must_use]
    pub fn in_domain(mut self, domain: Domain) -> Self {
        self.domain = domain;
        self
    }
}

/// Operations that count as one step.
const OPERATIONS: usize = 32;

/// The number of steps that are left for a question.
pub(super) struct Budget {
    left: usize,
    /// what the other bounds are multiplied by
    factor: usize,
}

impl Budget {
    pub(super) fn new(bounds: &Bounds) -> Self {
        Budget { left: bounds.steps, factor: (bounds.steps / PROOF_STEPS).clamp(1, PROOF_FACTOR) }
    }

    /// Another bound of the proof, raised as the steps are.
    pub(super) fn raised(&self, bound: usize) -> usize {
        bound.saturating_mul(self.factor)
    }

    /// Steps that are not taken from these.
    pub(super) fn apart(&self, steps: usize) -> Self {
        Budget { left: self.raised(steps), factor: self.factor }
    }

    /// Asks with a part of the steps that are left, at most `steps`.
    pub(super) fn within<T>(
        &mut self,
        steps: usize,
        ask: impl FnOnce(&mut Budget) -> Result<T, Unknown>,
    ) -> Result<T, Unknown> {
        let given = self.left.min(steps);
        let mut part = Budget { left: given, factor: self.factor };
        let result = ask(&mut part);
        let is_spent = matches!(result, Err(Unknown::Budget(_)));
        self.left -= given - if is_spent { 0 } else { part.left };
        result
    }

    /// The steps that are left.
    pub(super) fn left(&self) -> usize {
        self.left
    }

    /// Takes `steps` steps, and one more for each 32 operations.
    pub(super) fn spend(&mut self, steps: usize, operations: usize) -> Result<(), Unknown> {
        let cost = steps.saturating_add(operations / OPERATIONS);
        self.left = self.left.checked_sub(cost).ok_or(Unknown::Budget("steps"))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{GUESSES, KIND_CASES, NAMES_TRIED, SEPARATE_PAIRS, WILDCARD_COPIES};

    #[test]
    fn more_steps_raise_each_bound_by_their_factor() {
        for (steps, factor) in [
            (0, 1),
            (PROOF_STEPS, 1),
            (2 * PROOF_STEPS - 1, 1),
            (2 * PROOF_STEPS, 2),
            (PROOF_FACTOR * PROOF_STEPS, PROOF_FACTOR),
            (usize::MAX, PROOF_FACTOR),
        ] {
            let mut budget = Budget::new(&Bounds::default().with_steps(steps));
            for bound in [GUESSES, KIND_CASES, NAMES_TRIED, SEPARATE_PAIRS, WILDCARD_COPIES] {
                assert_eq!(budget.raised(bound), factor * bound, "{steps}");
                assert_eq!(budget.apart(10).raised(bound), factor * bound, "{steps}");
                let inner = budget.within(10, |part| Ok(part.raised(bound)));
                assert_eq!(inner, Ok(factor * bound), "{steps}");
            }
            assert_eq!(budget.raised(usize::MAX), usize::MAX);
        }
    }
}
