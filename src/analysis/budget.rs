//! What a question may cost, counted in steps: the same answer on every machine, however busy it is.

use super::decision::Unknown;
use crate::limits::{BRIEF_PROOF_STEPS, PROOF_STEPS};

/// What one question may cost.
///
/// ```
/// use cwfilter::analysis::{Answer, Bounds, Unknown, satisfiable};
/// let pattern = r#"{ $.a = "*a*b*" && $.b = "*b*c*" }"#.parse()?;
/// assert!(satisfiable(&pattern, &Bounds::default()).is_yes());
/// let too_few = Bounds::default().with_steps(3);
/// assert!(matches!(satisfiable(&pattern, &too_few), Answer::Unknown(Unknown::Budget(_))));
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bounds {
    /// Steps: a state of the automata of one field, or a choice of the search; what is long counts as several. About a
    /// microsecond each.
    pub steps: usize,
}

impl Default for Bounds {
    /// 200,000 steps.
    fn default() -> Self {
        Bounds { steps: PROOF_STEPS }
    }
}

impl Bounds {
    /// For a lint, which asks many questions: 10,000 steps.
    #[must_use]
    pub fn brief() -> Self {
        Bounds { steps: BRIEF_PROOF_STEPS }
    }

    /// With another number of steps.
    #[must_use]
    pub fn with_steps(mut self, steps: usize) -> Self {
        self.steps = steps;
        self
    }
}

/// Operations that count as one step.
const OPERATIONS: usize = 32;

/// The steps that are left to a question.
pub(super) struct Budget {
    left: usize,
}

impl Budget {
    pub(super) fn new(bounds: &Bounds) -> Self {
        Budget { left: bounds.steps }
    }

    /// Takes so many steps, and one more for each 32 operations.
    pub(super) fn spend(&mut self, steps: usize, operations: usize) -> Result<(), Unknown> {
        let cost = steps.saturating_add(operations / OPERATIONS);
        self.left = self.left.checked_sub(cost).ok_or(Unknown::Budget("steps"))?;
        Ok(())
    }
}
