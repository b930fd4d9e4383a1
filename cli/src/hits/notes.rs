//! Counts, by reason, the matches that were skipped, and those that were kept although a fact is missing.

use crate::terminal::say;
use cwfilter::hit::{Lacking, Outside};
use cwfilter::plural::counted;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Counts of hits by reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Notes(BTreeMap<String, u64>);

const COPIES: &str = "copies";
const LACKING: [&str; 3] = ["withoutTime", "withoutAccount", "withoutRegion"];

impl Notes {
    fn add(&mut self, reason: &str, count: u64) {
        match self.0.get_mut(reason) {
            Some(total) => *total += count,
            None if count > 0 => drop(self.0.insert(reason.to_owned(), count)),
            None => {}
        }
    }

    pub(super) fn outside(&mut self, outside: Outside) {
        self.add(outside.name(), 1);
    }

    pub(super) fn lacking(&mut self, lacking: Lacking) {
        let found = [lacking.time, lacking.account, lacking.region];
        for (reason, _) in LACKING.iter().zip(found).filter(|(_, lacks)| *lacks) {
            self.add(reason, 1);
        }
    }

    pub(super) fn copies_of(&mut self, count: u64) {
        self.add(COPIES, count);
    }

    pub(crate) fn merge(&mut self, other: &Notes) {
        other.0.iter().for_each(|(reason, count)| self.add(reason, *count));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn count(&self, reason: &str) -> u64 {
        self.0.get(reason).copied().unwrap_or_default()
    }

    pub(crate) fn copies(&self) -> u64 {
        self.count(COPIES)
    }

    /// Matches outside the selection, by reason.
    pub(crate) fn skipped_matches(&self) -> BTreeMap<&'static str, u64> {
        let counted = Outside::ALL.into_iter().map(|outside| (outside.name(), self.count(outside.name())));
        counted.filter(|(_, count)| *count > 0).collect()
    }

    /// Matches that were kept although they lack the time, account or region that was asked for.
    pub(super) fn lacking_counts(&self) -> BTreeMap<&'static str, u64> {
        LACKING
            .into_iter()
            .map(|reason| (reason, self.count(reason)))
            .filter(|(_, count)| *count > 0)
            .collect()
    }

    /// The counts as sentences for people.
    pub(crate) fn sentences(&self) -> Vec<String> {
        let outside: Vec<String> = Outside::ALL
            .into_iter()
            .map(|outside| (outside, self.count(outside.name())))
            .filter(|(_, count)| *count > 0)
            .map(|(outside, count)| format!("{count} {}", why(outside)))
            .collect();
        let mut sentences = Vec::new();
        if !outside.is_empty() {
            sentences.push(format!("matching records skipped: {}", outside.join(", ")));
        }
        for (reason, what) in LACKING.iter().zip(["a time", "an account", "a region"]) {
            if self.count(reason) > 0 {
                sentences.push(format!(
                    "{} without {what} kept",
                    counted(self.count(reason), "matching record", "matching records")
                ));
            }
        }
        sentences
    }

    pub(crate) fn say(&self) {
        self.sentences().iter().for_each(|sentence| say!("{sentence}"));
    }
}

/// In words.
pub(super) fn why(outside: Outside) -> &'static str {
    match outside {
        Outside::Before => "before --since",
        Outside::After => "after --until",
        Outside::OtherAccount => "of other accounts",
        Outside::OtherRegion => "of other regions",
        _ => "outside the selection",
    }
}
