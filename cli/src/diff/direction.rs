//! Which way a change goes, and which changes fail.

use cwfilter::analysis::{Comparison, Relation};

/// The changes that end with exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum FailOn {
    /// A pattern matches other events, too, or is new; or this is not proved to be false
    Looser,
    /// A pattern stops matching events, or is gone; or this is not proved to be false
    Tighter,
    /// Anything differs, or is not proved to be the same
    Any,
}

/// Which way a change goes. A change that is not proved to go one way, and has no witness for it, may go it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Direction {
    /// It may match other events, too.
    pub(super) is_looser: bool,
    /// It may stop matching events.
    pub(super) is_tighter: bool,
    pub(super) is_changed: bool,
}

impl Direction {
    pub(super) fn of(comparison: &Comparison) -> Direction {
        let exists = comparison.exists;
        // each question has its own answer, also if the relation is unknown
        let (is_looser, is_tighter) = (exists.only_b != Some(false), exists.only_a != Some(false));
        Direction { is_looser, is_tighter, is_changed: comparison.relation != Relation::Equivalent }
    }

    /// Whether it is of the kind that fails.
    pub(super) fn fails(self, fail_on: Option<FailOn>) -> bool {
        match fail_on {
            Some(FailOn::Looser) => self.is_looser,
            Some(FailOn::Tighter) => self.is_tighter,
            Some(FailOn::Any) | None => self.is_looser || self.is_tighter || self.is_changed,
        }
    }
}
