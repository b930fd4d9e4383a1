//! Recognises one event that was delivered more than once: two trails, an organisation's trail beside an account's, a redelivery.

use super::facts::Facts;
use crate::engine::PatternId;
use std::fmt::{Display, Formatter};
use std::str::FromStr;

/// Identifies an event and a rule: a hash of 128 bits, so that two different hits practically never have the same key.
///
/// The key is the same in every process and in every version of the crate. Its text is hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CopyKey(u128);

impl CopyKey {
    /// The key of an event and a rule of a set. All facts are part of it, because the ids of sanitised records are often the same. `None`
    /// for an event without an id, which is a copy of no other.
    ///
    /// ```
    /// use cwfilter::{PatternSet, hit::{CopyKey, facts}};
    /// let set = PatternSet::builder().add("any", "".parse()?).build()?;
    /// let rule = set.id("any").unwrap();
    /// let key = |record: &str| CopyKey::of(&facts(record.as_bytes()), rule);
    /// assert_eq!(key(r#"{"eventID":"a"}"#), key(r#"{"eventID":"a","readOnly":true}"#));
    /// assert_ne!(key(r#"{"eventID":"a"}"#), key(r#"{"eventID":"b"}"#));
    /// assert_eq!(key("{}"), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn of(facts: &Facts<'_>, rule: PatternId) -> Option<CopyKey> {
        let mut hash = Fnv::of(facts)?;
        hash.add(&(rule.index() as u64).to_le_bytes());
        Some(CopyKey(hash.0))
    }

    /// The key of an event, whichever rules match it. `None` for an event without an id.
    #[must_use]
    pub fn of_event(facts: &Facts<'_>) -> Option<CopyKey> {
        Fnv::of(facts).map(|hash| CopyKey(hash.0))
    }
}

impl Fnv {
    fn of(facts: &Facts<'_>) -> Option<Fnv> {
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
}

impl Display for CopyKey {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:x}", self.0)
    }
}

impl FromStr for CopyKey {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(text, 16).map(CopyKey)
    }
}

/// FNV-1a of 128 bits: the same in every version, so that a journal can keep it.
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
