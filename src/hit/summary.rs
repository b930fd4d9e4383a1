//! Hits counted by rule, actor, address and hour.

use super::field::Hit;
use crate::limits::SUMMARY_KEYS;
use crate::time::parse;
use crate::time::rfc3339;
use std::collections::BTreeMap;

/// How often something was seen, and when.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seen {
    /// Hits.
    pub hits: u64,
    /// The earliest `eventTime`, in seconds since 1970; `None` if no hit has one.
    pub first: Option<i64>,
    /// The latest.
    pub last: Option<i64>,
}

impl Seen {
    fn add(&mut self, time: Option<i64>) {
        self.hits += 1;
        self.first = self.first.into_iter().chain(time).min();
        self.last = self.last.into_iter().chain(time).max();
    }
}

/// Counts of hits. A map has at most [`SUMMARY_KEYS`] entries; what comes after them is in [`more`](Self::more).
///
/// ```
/// use cwfilter::hit::{Hit, Summary, facts};
/// let mut summary = Summary::default();
/// let facts = facts(br#"{"eventTime":"2026-03-04T10:15:30Z","sourceIPAddress":"203.0.113.7"}"#);
/// summary.add(&Hit::new("stopped", "a.json", 1, &facts));
/// assert_eq!(summary.all.hits, 1);
/// assert_eq!(summary.hours["2026-03-04T10"].hits, 1);
/// assert_eq!(summary.addresses["203.0.113.7"].hits, 1);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// All hits.
    pub all: Seen,
    /// By the id of the rule.
    pub rules: BTreeMap<String, Seen>,
    /// By [`who`](super::Facts::who).
    pub actors: BTreeMap<String, Seen>,
    /// By `sourceIPAddress`.
    pub addresses: BTreeMap<String, Seen>,
    /// By the hour of `eventTime`, such as `2026-03-04T10`.
    pub hours: BTreeMap<String, Seen>,
    /// Hits without an actor.
    pub without_actor: Seen,
    /// Hits without an address.
    pub without_address: Seen,
    /// Hits without a time that can be read.
    pub without_time: Seen,
    /// Counts that had no room in a map.
    pub more: u64,
}

impl Summary {
    /// Counts a hit. A hit without an actor, an address or a time is counted as such.
    pub fn add(&mut self, hit: &Hit<'_>) {
        let time = hit.facts.event_time.as_deref().and_then(parse);
        self.all.add(time);
        let hour = time.map(|time| rfc3339(time).chars().take(13).collect::<String>());
        let Summary { rules, actors, addresses, hours, .. } = self;
        // each hit has a rule
        let mut never = Seen::default();
        let counted = [
            (rules, Some(hit.rule), &mut never),
            (actors, hit.facts.who.as_deref(), &mut self.without_actor),
            (addresses, hit.facts.source_ip_address.as_deref(), &mut self.without_address),
            (hours, hour.as_deref(), &mut self.without_time),
        ];
        for (map, key, without) in counted {
            let Some(key) = key else {
                without.add(time);
                continue;
            };
            if let Some(seen) = map.get_mut(key) {
                seen.add(time);
            } else if map.len() < SUMMARY_KEYS {
                map.entry(key.to_owned()).or_default().add(time);
            } else {
                self.more += 1;
            }
        }
    }
}
