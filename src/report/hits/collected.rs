//! The hits of a page, as they are collected.

use super::pretty;
use crate::hit::{Field, Hit, Severity, Summary};
use crate::limits::{PAGE_HITS, PAGE_RECORD_CHARACTERS};
use crate::time::parse;
use std::collections::BTreeMap;

/// Collects hits for a page. Memory has a bound: [`PAGE_HITS`] hits are shown in full, and all are counted.
///
/// ```
/// use cwfilter::hit::{Hit, facts};
/// use cwfilter::report::hits::{HitsPage, PageNotes};
/// let record = br#"{"eventTime":"2026-03-04T10:15:30Z","eventName":"<script>"}"#;
/// let facts = facts(record);
/// let mut page = HitsPage::default();
/// page.add(&Hit::new("stopped", "a.json", 1, &facts), record, || "match".to_owned());
/// let html = page.html(&PageNotes::default());
/// assert!(html.contains("1 hit of 1 rule") && html.contains("&lt;script&gt;"));
/// ```
#[derive(Debug, Default)]
pub struct HitsPage {
    pub(super) summary: Summary,
    pub(super) titles: BTreeMap<String, (Option<String>, Option<Severity>)>,
    pub(super) shown: Vec<Shown>,
    pub(super) copies: u64,
}

/// A hit that is shown in full.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) values: Vec<(Field, String)>,
    pub(super) severity: Option<Severity>,
    pub(super) time: Option<i64>,
    pub(super) explanation: String,
    pub(super) record: String,
    pub(super) copies: u64,
}

/// What the page says of its making.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PageNotes {
    /// The inputs, as people know them.
    pub inputs: Vec<String>,
    /// How many records were read.
    pub records: u64,
    /// Seconds since 1970 at which the page was made; not shown if `None`.
    pub made: Option<i64>,
    /// The time range, accounts and regions that were asked for, in words; `None` for all.
    pub selected: Option<String>,
    /// The same as it was asked for: the options of a command.
    pub given: Option<String>,
    /// How many inputs could not be read as a whole.
    pub failed_inputs: usize,
    /// Their errors, one line each.
    pub failures: Vec<String>,
    /// What else the page does not cover: files and records that were skipped. One sentence each.
    pub limits: Vec<String>,
}

impl PageNotes {
    /// The notes of a page.
    #[must_use]
    pub fn new(inputs: Vec<String>, records: u64, made: Option<i64>, limits: Vec<String>) -> Self {
        PageNotes { inputs, records, made, limits, ..PageNotes::default() }
    }
}

impl HitsPage {
    /// Names a rule's title and severity; without them the page shows the rule's id only.
    pub fn rule(&mut self, id: &str, title: Option<&str>, severity: Option<Severity>) {
        self.titles.insert(id.to_owned(), (title.map(str::to_owned), severity));
    }

    /// Adds a hit with its record. `explain` is called if the hit is shown in full; its place on the page is returned then.
    pub fn add(&mut self, hit: &Hit<'_>, record: &[u8], explain: impl FnOnce() -> String) -> Option<usize> {
        self.summary.add(hit);
        if self.shown.len() >= PAGE_HITS {
            return None;
        }
        let values = Field::ALL.into_iter().filter_map(|field| Some((field, hit.text(field)?.into_owned())));
        self.shown.push(Shown {
            values: values.collect(),
            severity: hit.severity,
            time: hit.facts.event_time.as_deref().and_then(parse),
            explanation: cut(explain()),
            record: cut(pretty::laid_out(&String::from_utf8_lossy(record))),
            copies: 0,
        });
        Some(self.shown.len() - 1)
    }

    /// Counts a copy of a hit; `place` is that of the hit, if it is shown in full.
    pub fn copy(&mut self, place: Option<usize>) {
        self.copies += 1;
        if let Some(shown) = place.and_then(|place| self.shown.get_mut(place)) {
            shown.copies += 1;
        }
    }
}

/// A text that is not longer than the page shows.
fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(PAGE_RECORD_CHARACTERS) {
        text.truncate(end);
        text += "\n… (cut here)";
    }
    text
}
