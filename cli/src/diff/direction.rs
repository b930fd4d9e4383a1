//! Which way a change goes, and which changes fail.

use cwfilter::analysis::{Comparison, Relation};

/// The changes that end with exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum FailOn {
    /// A pattern matches other events, too, or is new
    Looser,
    /// A pattern stops matching events, or is gone
    Tighter,
    /// Anything differs
    Any,
}

/// Which way a change goes. An unknown relation may go both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Direction {
    pub(super) is_looser: bool,
    pub(super) is_tighter: bool,
    pub(super) is_changed: bool,
}

impl Direction {
    pub(super) fn of(comparison: &Comparison) -> Direction {
        let (is_looser, is_tighter) = match comparison.relation {
            Relation::Equivalent => (false, false),
            Relation::Implies => (true, false),
            Relation::Implied => (false, true),
            Relation::Incomparable | Relation::Disjoint | Relation::Unknown => (true, true),
        };
        Direction { is_looser, is_tighter, is_changed: is_looser || is_tighter }
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
