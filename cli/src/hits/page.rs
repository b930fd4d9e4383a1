//! `--html`: the hits as a page.

use super::batch::Mark;
use cwfilter::PatternSet;
use cwfilter::hit::{CopyKey, Hit, Severity};
use cwfilter::report::hits::{HitsPage, PageNotes};
use std::collections::HashMap;

/// The page, and the places of its hits.
#[derive(Default)]
pub(super) struct Page {
    page: HitsPage,
    places: HashMap<CopyKey, usize>,
}

impl Page {
    pub(super) fn add(&mut self, hit: &Hit<'_>, mark: &Mark, record: &[u8], set: &PatternSet) {
        let explain =
            || set.pattern(mark.rule).map_or(String::new(), |pattern| pattern.explain(record).to_string());
        let place = self.page.add(hit, record, explain);
        if let (Some(key), Some(place)) = (mark.key, place) {
            self.places.insert(key, place);
        }
    }

    pub(super) fn copy(&mut self, key: Option<CopyKey>) {
        self.page.copy(key.and_then(|key| self.places.get(&key).copied()));
    }

    /// Names a rule.
    pub(super) fn title(&mut self, id: &str, title: Option<&str>, severity: Option<Severity>) {
        self.page.rule(id, title, severity);
    }

    pub(super) fn html(&self, notes: &PageNotes) -> String {
        self.page.html(notes)
    }
}
