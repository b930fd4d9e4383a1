//! What can be wrong with a file of records, and where.

use crate::limits::{GZIP_LAYERS, RECORD_BYTES};
use std::sync::Arc;

/// A place where a file stops being readable. The records before it were given out.
///
/// The offset counts bytes of the JSON text, after inflating.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{kind} (byte {offset})")]
pub struct RecordError {
    kind: RecordErrorKind,
    offset: u64,
}

impl RecordError {
    pub(super) fn new(kind: RecordErrorKind, offset: u64) -> Self {
        RecordError { kind, offset }
    }

    /// The same in a text that so many bytes stand before.
    pub(super) fn behind(self, bytes: usize) -> Self {
        RecordError { offset: self.offset + bytes as u64, ..self }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> &RecordErrorKind {
        &self.kind
    }

    /// Where, in bytes from the start of the inflated text.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// What to do about it, one line.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self.kind {
            RecordErrorKind::Read(_) => "the file is damaged or incomplete: fetch it again",
            RecordErrorKind::Empty => "expected a delivery file, NDJSON, a record or an array of records",
            RecordErrorKind::NotRecords { .. } => {
                "expected a delivery file (`{\"Records\":[…]}`), NDJSON, a record or an array of records"
            }
            RecordErrorKind::Truncated { .. } => "the end of the file is missing: fetch it again",
            RecordErrorKind::Invalid { .. } => "the file is damaged from here on",
            RecordErrorKind::TooLarge => {
                "no CloudTrail event is this large: a bracket or quote is missing before"
            }
            RecordErrorKind::TooManyGzipLayers => "inflate the file and pass the result",
            RecordErrorKind::GzipUnsupported => "build cwfilter with its feature `gzip`",
        }
    }
}

/// The kinds of damage.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum RecordErrorKind {
    /// The reader failed; a gzip stream that ends early or does not add up is one case.
    #[error("cannot read on: {0}")]
    Read(Arc<std::io::Error>),
    /// Nothing, or only blanks.
    #[error("the input is empty")]
    Empty,
    /// Something other than a record stands where one should begin.
    #[error("expected a JSON record, found {found}")]
    NotRecords {
        /// The byte that stands there, readable.
        found: String,
    },
    /// The input ends too early.
    #[error("the input ends inside {inside}")]
    Truncated {
        /// What is not complete.
        inside: &'static str,
    },
    /// A record is no valid JSON.
    #[error("invalid JSON: {reason}")]
    Invalid {
        /// What the JSON parser says.
        reason: String,
    },
    /// A record that does not end within the limit.
    #[error("record of more than {RECORD_BYTES} bytes")]
    TooLarge,
    /// Compressed again and again.
    #[error("more than {GZIP_LAYERS} layers of gzip")]
    TooManyGzipLayers,
    /// The crate was built without its feature `gzip`.
    #[error("gzip input")]
    GzipUnsupported,
}
