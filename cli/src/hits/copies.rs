//! One event that was delivered more than once: two trails, an organisation's trail beside an account's, a redelivery.

use cwfilter::PatternId;
use cwfilter::hit::Facts;
use cwfilter::limits::HITS_REMEMBERED;
use std::collections::HashSet;

/// Identifies a hit: a hash of 128 bits, so that two different hits practically never have the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key(u128);

impl Key {
    /// Of an event and a rule. All facts are part of it, because the ids of sanitised records are often the same. `None` for an event
    /// without an id, which is a copy of no other.
    pub(super) fn of(facts: &Facts<'_>, rule: PatternId) -> Option<Key> {
        let mut hash = Key::hash(facts)?;
        hash.add(&rule.index().to_le_bytes());
        Some(Key(hash.0))
    }

    /// Of an event, whichever rules match it.
    pub(crate) fn of_event(facts: &Facts<'_>) -> Option<Key> {
        Key::hash(facts).map(|hash| Key(hash.0))
    }

    fn hash(facts: &Facts<'_>) -> Option<Fnv> {
        let parts = [
            Some(facts.event_id.as_deref()?),
            facts.event_time.as_deref(),
            facts.event_source.as_deref(),
            facts.event_name.as_deref(),
            facts.who.as_deref(),
            facts.invoked_by.as_deref(),
            facts.source_ip_address.as_deref(),
            facts.aws_region.as_deref(),
            facts.account.as_deref(),
            facts.error_code.as_deref(),
            facts.user_agent.as_deref(),
        ];
        let mut hash = Fnv::new();
        for part in parts {
            hash.add(part.unwrap_or_default().as_bytes());
            hash.add(&[0xff]);
        }
        Some(hash)
    }

    /// The form that a journal keeps.
    pub(super) fn text(self) -> String {
        format!("{:x}", self.0)
    }

    pub(super) fn parse(text: &str) -> Option<Key> {
        u128::from_str_radix(text, 16).ok().map(Key)
    }
}

/// FNV-1a of 128 bits: the same in every version of the program, so that a journal can keep it.
struct Fnv(u128);

impl Fnv {
    fn new() -> Self {
        Fnv(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }

    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }
}

/// The hits or events that were seen so far.
pub(crate) struct Copies {
    seen: HashSet<Key>,
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
    pub(crate) fn is_new(&mut self, key: Option<Key>) -> bool {
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
