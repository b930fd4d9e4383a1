//! Prints the batches of the workers in order, each event once.

use super::args::{Plan, Shape};
use super::batch::{Batch, Mark};
use super::copies::Copies;
use super::form::header;
use super::notes::Notes;
use super::page::Page;
use super::summary;
use super::totals::{BEFORE_HITS, Document, ScanDocument, Totals};
use crate::terminal::{json, say};
use cwfilter::hit::{Hit, Severity, Summary};
use cwfilter::report::hits::PageNotes;
use cwfilter::{PatternId, PatternSet};
use std::collections::BTreeMap;
use std::io::{Result, Write};

/// The answer that is being printed.
pub(crate) struct Answer<'a> {
    plan: &'a Plan,
    set: &'a PatternSet,
    severities: &'a [Option<Severity>],
    copies: Copies,
    summary: Summary,
    page: Option<Page>,
    /// Whether no hit of the document has been printed yet.
    is_first: bool,
}

/// What printing the batches of one input found out.
#[derive(Default)]
pub(crate) struct Taken {
    /// The number of copies by rule.
    pub(crate) copies: BTreeMap<PatternId, u64>,
    /// The keys of new hits, in the form that a journal keeps.
    pub(crate) keys: Vec<String>,
}

impl Taken {
    /// The matches of an input that are hits; its copies become a note.
    pub(crate) fn without_copies(
        &self,
        mut matches: BTreeMap<PatternId, u64>,
        notes: &mut Notes,
    ) -> BTreeMap<PatternId, u64> {
        for (rule, copies) in &self.copies {
            notes.copies_of(*copies);
            if let Some(count) = matches.get_mut(rule) {
                *count = count.saturating_sub(*copies);
            }
        }
        matches.retain(|_, count| *count > 0);
        matches
    }
}

impl<'a> Answer<'a> {
    pub(crate) fn new(plan: &'a Plan, set: &'a PatternSet, severities: &'a [Option<Severity>]) -> Self {
        let page = plan.has_page.then(Page::default);
        let (copies, summary) = (Copies::default(), Summary::default());
        Answer { plan, set, severities, copies, summary, page, is_first: true }
    }

    /// Prints the text before all hits, unless an interrupted scan printed it. `written` bytes exist already.
    pub(crate) fn begin(&mut self, written: u64, out: &mut impl Write) -> Result<()> {
        let begin = match self.plan.shape {
            Shape::Json => BEFORE_HITS.to_owned(),
            Shape::Csv => header(&self.plan.fields),
            _ => return Ok(()),
        };
        if written == 0 {
            return out.write_all(begin.as_bytes());
        }
        self.is_first = written == begin.len() as u64;
        Ok(())
    }

    /// Marks the hits of an interrupted scan as printed, so that they are copies from now on.
    pub(crate) fn remember(&mut self, keys: &[String]) {
        for key in keys.iter().filter_map(|key| key.parse().ok()) {
            self.copies.is_new(Some(key));
        }
    }

    /// Prints a batch.
    pub(crate) fn take(
        &mut self,
        file: &str,
        batch: &Batch,
        keeps_keys: bool,
        taken: &mut Taken,
        out: &mut impl Write,
    ) -> Result<()> {
        if batch.marks.is_empty() {
            return out.write_all(&batch.text);
        }
        let mut begin = 0;
        for mark in &batch.marks {
            let text = batch.text.get(begin..mark.end).unwrap_or_default();
            begin = mark.end;
            if !self.copies.is_new(mark.key) {
                *taken.copies.entry(mark.rule).or_default() += 1;
                if let Some(page) = &mut self.page {
                    page.copy(mark.key);
                }
                continue;
            }
            if keeps_keys {
                taken.keys.extend(mark.key.map(|key| key.to_string()));
            }
            self.hit(file, mark, text, out)?;
        }
        Ok(())
    }

    fn hit(&mut self, file: &str, mark: &Mark, text: &[u8], out: &mut impl Write) -> Result<()> {
        if let Some(row) = &mark.row {
            let severity = self.severities.get(mark.rule.index()).copied().flatten();
            let hit =
                Hit::new(self.set.name(mark.rule), file, row.number, &row.facts).with_severity(severity);
            let hit = hit.with_envelope(&row.envelope);
            if let Some(page) = &mut self.page {
                page.add(&hit, mark, &row.record, self.set);
            }
            self.summary.add(&hit);
        }
        if self.plan.shape == Shape::Json {
            out.write_all(if std::mem::take(&mut self.is_first) { b"\n" } else { b",\n" })?;
            return out.write_all(text.strip_suffix(b"\n").unwrap_or(text));
        }
        out.write_all(text)
    }

    /// Prints the text after all hits.
    pub(crate) fn end(&mut self, totals: &Totals<'_>, notes: &Notes, out: &mut impl Write) -> Result<()> {
        if self.copies.is_full() {
            say!("note: more hits than are remembered; copies of later hits are among the hits");
        }
        let document = Document {
            totals,
            selection: self.plan.selected.as_ref(),
            copies: notes.copies(),
            skipped_matches: notes.skipped_matches(),
            kept_without: notes.lacking_counts(),
        };
        match self.plan.shape {
            Shape::Json => json(out, &format!("\n{}\n", ScanDocument::after_hits(document)?)),
            Shape::Summary => summary::text(&self.summary, &document, |rule| self.severity(rule), out),
            shape @ (Shape::SummaryJson | Shape::SummaryNdjson) => {
                let is_line = shape == Shape::SummaryNdjson;
                summary::json(&self.summary, document, |rule| self.severity(rule), is_line, out)
            }
            _ => Ok(()),
        }
    }

    /// Names the rules on the page.
    pub(crate) fn titles<'t>(&mut self, titles: impl Iterator<Item = (&'t str, Option<&'t str>)>) {
        let severities = titles.map(|(id, title)| (id, title, self.severity(id))).collect::<Vec<_>>();
        if let Some(page) = &mut self.page {
            severities.into_iter().for_each(|(id, title, severity)| page.title(id, title, severity));
        }
    }

    /// The page, if there is one.
    pub(crate) fn page(&self, notes: &PageNotes) -> Option<String> {
        self.page.as_ref().map(|page| page.html(notes))
    }

    fn severity(&self, rule: &str) -> Option<Severity> {
        self.set.id(rule).and_then(|id| self.severities.get(id.index()).copied().flatten())
    }
}
