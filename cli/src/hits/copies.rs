//! The hits and events that were seen, so that what was delivered more than once counts once.

use cwfilter::hit::CopyKey;
use cwfilter::limits::HITS_REMEMBERED;
use std::collections::HashSet;

/// The hits or events that were seen so far.
pub(crate) struct Copies {
    seen: HashSet<CopyKey>,
    /// the most that are remembered
    room: usize,
    is_full: bool,
}

impl Default for Copies {
    /// For the hits of a scan.
    fn default() -> Self {
        Copies::with_room(HITS_REMEMBERED)
    }
}

impl Copies {
    pub(crate) fn with_room(room: usize) -> Self {
        Copies { seen: HashSet::new(), room, is_full: false }
    }

    /// Whether the hit or event is new; it is remembered as long as there is room.
    pub(crate) fn is_new(&mut self, key: Option<CopyKey>) -> bool {
        let Some(key) = key else { return true };
        if self.seen.len() < self.room {
            return self.seen.insert(key);
        }
        let is_new = !self.seen.contains(&key);
        self.is_full |= is_new;
        is_new
    }

    /// Whether some were not remembered, so that copies of them are not found.
    pub(crate) fn is_full(&self) -> bool {
        self.is_full
    }
}
