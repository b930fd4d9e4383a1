//! Batches of hits: a worker collects the hits of its file in them.

use super::args::{Plan, Shape};
use super::form;
use super::notes::Notes;
use crate::terminal::json_line;
use cwfilter::cloudtrail::{self, Envelope, head};
use cwfilter::hit::{CopyKey, Facts, Hit, Severity, facts};
use cwfilter::{PatternId, PatternSet};
use serde::Serialize;
use std::collections::BTreeMap;

/// The version of the JSON lines of `--json`, and of the counts.
pub(crate) const JSON_VERSION: u32 = 1;

/// Hits in the order of the file: their text, and a mark for each hit if the printer has to look at single hits.
#[derive(Default)]
pub(crate) struct Batch {
    pub(super) text: Vec<u8>,
    pub(super) marks: Vec<Mark>,
    /// bytes of the records that are kept
    kept: usize,
}

/// One hit of a batch.
pub(super) struct Mark {
    /// Identifies the event; `None` if the event has no id, or if copies are kept.
    pub(super) key: Option<CopyKey>,
    pub(super) rule: PatternId,
    /// The end of its text, in bytes from the start of the batch.
    pub(super) end: usize,
    /// The hit itself, for summaries and pages.
    pub(super) row: Option<Box<Row>>,
}

/// A hit that outlives its record.
pub(super) struct Row {
    pub(super) number: u64,
    pub(super) facts: Facts<'static>,
    pub(super) envelope: Envelope,
    /// The text that the rule matches, for pages: the record, or the event or line around it.
    pub(super) record: Vec<u8>,
}

/// A batch is sent when it has this many bytes, or this many hits.
const BATCH_BYTES: usize = 1 << 16;
const BATCH_HITS: usize = 1 << 10;

impl Batch {
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty() && self.marks.is_empty()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.text.len() + self.kept >= BATCH_BYTES || self.marks.len() >= BATCH_HITS
    }
}

/// Makes batches of hits.
pub(crate) struct Emitter<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) set: &'a PatternSet,
    /// The severity of each rule, by its index.
    pub(crate) severities: &'a [Option<Severity>],
    /// Records are printed to a terminal.
    pub(crate) is_terminal: bool,
}

impl Emitter<'_> {
    /// Takes a record that matches: counts it, and appends the text that is printed for it.
    pub(crate) fn hits(
        &self,
        matches: &mut BTreeMap<PatternId, u64>,
        notes: &mut Notes,
        batch: &mut Batch,
        file: &str,
        hit: cloudtrail::Hit<'_>,
    ) {
        let plan = self.plan;
        let is_all = plan.selection.is_all();
        let needs_facts =
            !matches!(plan.shape, Shape::Count | Shape::CountJson | Shape::JsonLines | Shape::Raw);
        let facts = match needs_facts || !is_all || plan.joins_copies || plan.has_page {
            true => facts(hit.record),
            false => Facts::default(),
        };
        if !is_all {
            match plan.selection.of_hit(&facts, hit.envelope.time) {
                Err(outside) => return notes.outside(outside),
                Ok(lacking) => notes.lacking(lacking),
            }
        }
        let marked =
            plan.joins_copies || plan.has_page || plan.shape == Shape::Json || plan.shape.is_summary();
        for (at, id) in hit.ids.iter().enumerate() {
            *matches.entry(*id).or_default() += 1;
            let rule = self.set.name(*id);
            let found = Hit::new(rule, file, hit.number, &facts)
                .with_severity(self.severities.get(id.index()).copied().flatten())
                .with_envelope(hit.envelope);
            match plan.shape {
                Shape::JsonLines => json_lines(&mut batch.text, file, &hit, rule),
                // a record is printed once, whichever rules match it
                Shape::Raw if at == 0 => form::raw(&mut batch.text, hit.record, self.is_terminal),
                shape => form::write(&mut batch.text, shape, &plan.fields, &found),
            }
            if marked {
                let key = if plan.joins_copies { CopyKey::of(&facts, *id) } else { None };
                let row = self.row(&facts, &hit, *id);
                batch.kept += row.as_ref().map_or(0, |row| row.record.len());
                batch.marks.push(Mark { key, rule: *id, end: batch.text.len(), row });
            }
        }
    }

    fn row(&self, facts: &Facts<'_>, hit: &cloudtrail::Hit<'_>, rule: PatternId) -> Option<Box<Row>> {
        let has_page = self.plan.has_page;
        let is_kept = has_page || self.plan.shape.is_summary();
        let message = || self.set.pattern(rule).map_or(hit.record, |pattern| hit.message(pattern));
        is_kept.then(|| {
            Box::new(Row {
                number: hit.number,
                facts: facts.clone().into_owned(),
                envelope: hit.envelope.clone(),
                record: if has_page { message().to_vec() } else { Vec::new() },
            })
        })
    }
}

/// A line of version 1.
fn json_lines(out: &mut Vec<u8>, file: &str, hit: &cloudtrail::Hit<'_>, rule: &str) {
    let head = head(hit.record);
    let Envelope { log_group, log_stream, event_id, time, .. } = hit.envelope;
    let line = Line {
        version: JSON_VERSION,
        file,
        record: hit.number,
        event_time: head.event_time.as_deref(),
        event_name: head.event_name.as_deref(),
        rule,
        log_group: log_group.as_deref(),
        log_stream: log_stream.as_deref(),
        timestamp: *time,
        log_event_id: event_id.as_deref(),
    };
    // writing to memory does not fail
    let _ = json_line(out, &line);
}

/// A line of `--json`.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line<'a> {
    /// The version of the form. It increases if a member changes its meaning or is removed.
    #[cfg_attr(feature = "schema", schemars(extend("const" = JSON_VERSION)))]
    version: u32,
    /// The input.
    file: &'a str,
    /// The number of the record in the input, from 1.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    record: u64,
    /// The time of the event.
    event_time: Option<&'a str>,
    /// The API call.
    event_name: Option<&'a str>,
    /// The id of the rule; `pattern` with `--pattern`.
    rule: &'a str,
    /// The log group, if the input names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    log_group: Option<&'a str>,
    /// The log stream, if the input names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    log_stream: Option<&'a str>,
    /// The time of the log event, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<i64>,
    /// The id of the log event in CloudWatch Logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    log_event_id: Option<&'a str>,
}
