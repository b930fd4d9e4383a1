//! The cost limit of a question, counted in steps. A limit on time would give different decisions on different machines.

use super::decision::Unknown;
use super::domain::Domain;
use crate::limits::{BRIEF_PROOF_STEPS, PROOF_STEPS};

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
}

impl Budget {
    pub(super) fn new(bounds: &Bounds) -> Self {
        Budget { left: bounds.steps }
    }

    /// Asks with a part of the steps that are left, at most `steps`.
    pub(super) fn within<T>(
        &mut self,
        steps: usize,
        ask: impl FnOnce(&mut Budget) -> Result<T, Unknown>,
    ) -> Result<T, Unknown> {
        let given = self.left.min(steps);
        let mut part = Budget { left: given };
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
