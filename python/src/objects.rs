//! Objects as rows of Arrow: what each one came to, and its hits.

use crate::hits::{Hits, ddl};
use arrow_array::builder::{Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch, StructArray};
use arrow_schema::{ArrowError, Field as Column, Schema};
use cwfilter::evidence::{Scanned, Skipped};
use cwfilter::hit::{Lacking, Outside};
use std::sync::Arc;

/// Counts of an object besides its records, in this order.
pub(crate) const COUNTS: [&str; 15] = [
    "texts",
    "unread",
    "controlMessages",
    "notices",
    "digests",
    "archiveFiles",
    "partialAnswers",
    "previews",
    "beforeSince",
    "afterUntil",
    "otherAccount",
    "otherRegion",
    "withoutTime",
    "withoutAccount",
    "withoutRegion",
];
const FIRST_OUTSIDE: usize = 8;
const FIRST_LACKING: usize = 12;

/// What one object came to.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) records: u64,
    pub(crate) error: Option<String>,
    pub(crate) damages: u64,
    /// Why the object is not read.
    pub(crate) skipped: Option<&'static str>,
    counts: [i64; COUNTS.len()],
}

impl Outcome {
    /// An object that cannot be read.
    pub(crate) fn unreadable(error: String) -> Self {
        Outcome { error: Some(error), damages: 1, ..Outcome::default() }
    }

    pub(crate) fn skipped(reason: &'static str) -> Self {
        Outcome { skipped: Some(reason), ..Outcome::default() }
    }

    fn count(&mut self, at: usize, count: u64) {
        if let Some(total) = self.counts.get_mut(at) {
            *total += i64::try_from(count).unwrap_or(i64::MAX);
        }
    }

    pub(crate) fn outside(&mut self, outside: Outside) {
        if let Some(at) = COUNTS.iter().position(|name| *name == outside.name()) {
            debug_assert!(at >= FIRST_OUTSIDE);
            self.count(at, 1);
        }
    }

    pub(crate) fn lacking(&mut self, lacking: Lacking) {
        let found = [lacking.time, lacking.account, lacking.region];
        for (at, lacks) in found.into_iter().enumerate() {
            self.count(FIRST_LACKING + at, u64::from(lacks));
        }
    }

    pub(crate) fn scanned(&mut self, scanned: &Scanned) {
        let lines: Vec<String> = scanned.messages().collect();
        self.error = (!lines.is_empty()).then(|| lines.join("\n"));
        (self.records, self.damages) = (scanned.records, scanned.damages);
        let Skipped { control_messages, notices, digests, archive_files, partial_answers, previews, .. } =
            scanned.skipped;
        let inside = [control_messages, notices, digests, archive_files, partial_answers, previews];
        let counts = [scanned.texts, scanned.unread].into_iter().chain(inside);
        counts.enumerate().for_each(|(at, count)| self.count(at, count));
    }
}

/// Rows that are being built.
pub(crate) struct Objects {
    file: StringBuilder,
    records: Int64Builder,
    error: StringBuilder,
    damages: Int64Builder,
    skipped: StringBuilder,
    counts: [Int64Builder; COUNTS.len()],
    pub(crate) hits: Hits,
}

impl Objects {
    pub(crate) fn new() -> Self {
        Objects {
            file: StringBuilder::new(),
            records: Int64Builder::new(),
            error: StringBuilder::new(),
            damages: Int64Builder::new(),
            skipped: StringBuilder::new(),
            counts: std::array::from_fn(|_| Int64Builder::new()),
            hits: Hits::new(),
        }
    }

    /// Ends an object, whose hits were added.
    pub(crate) fn add(&mut self, file: &str, outcome: &Outcome) {
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        self.file.append_value(file);
        self.records.append_value(number(outcome.records));
        self.error.append_option(outcome.error.as_deref());
        self.damages.append_value(number(outcome.damages));
        self.skipped.append_option(outcome.skipped);
        self.counts.iter_mut().zip(outcome.counts).for_each(|(column, count)| column.append_value(count));
        self.hits.end_object();
    }

    pub(crate) fn finish(mut self) -> Result<RecordBatch, ArrowError> {
        let of = |name: &str, column: &ArrayRef| Column::new(name, column.data_type().clone(), true);
        let counts: Vec<ArrayRef> =
            self.counts.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
        let names: Vec<Column> = COUNTS.iter().zip(&counts).map(|(name, column)| of(name, column)).collect();
        let columns: [(&str, ArrayRef); 7] = [
            ("file", Arc::new(self.file.finish())),
            ("records", Arc::new(self.records.finish())),
            ("error", Arc::new(self.error.finish())),
            ("damages", Arc::new(self.damages.finish())),
            ("skipped", Arc::new(self.skipped.finish())),
            ("counts", Arc::new(StructArray::try_new(names.into(), counts, None)?)),
            ("hits", Arc::new(self.hits.finish()?)),
        ];
        let fields: Vec<Column> = columns.iter().map(|(name, column)| of(name, column)).collect();
        let columns = columns.into_iter().map(|(_, column)| column).collect();
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
    }

    /// The columns as Spark writes types.
    pub(crate) fn ddl() -> Result<String, ArrowError> {
        let schema = Objects::new().finish()?.schema();
        let columns: Vec<String> = schema
            .fields()
            .iter()
            .map(|field| format!("{} {}", field.name(), ddl(field.data_type())))
            .collect();
        Ok(columns.join(", "))
    }
}
