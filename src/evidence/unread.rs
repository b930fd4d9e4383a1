//! The records of an input that no JSON pattern can read: "no match" would be no answer about them.

use super::error::{Location, RecordError, RecordErrorKind, begins};
use super::other_forms::names_call;
use super::reads::Reads;
use std::sync::Arc;

/// What no JSON pattern can read.
#[derive(Debug, Default)]
pub(super) struct Unread {
    /// `None` if the patterns are not known
    reads: Option<Arc<Reads>>,
    /// JSON records without a member that a pattern reads
    count: u64,
    /// of the current file: a record was readable, or is a log event of a known container
    is_read: bool,
    /// of the current file, if the patterns are CloudTrail's: how the first other record begins, of lines the first that names a call
    first: Option<String>,
    /// what is wrong with the first file that has no other records
    error: Option<RecordErrorKind>,
}

impl Unread {
    pub(super) fn new(reads: Arc<Reads>) -> Self {
        Unread { reads: Some(reads), ..Unread::default() }
    }

    /// Looks at a record. `is_log_event`: its container says that it is a log event of CloudWatch Logs or an event of EventBridge, so that
    /// nothing else is expected of it.
    pub(super) fn look(&mut self, record: &[u8], is_json: bool, is_log_event: bool) {
        let Some(reads) = self.reads.as_deref().filter(|reads| reads.has_json) else { return };
        if is_json && reads.can_read(record) {
            self.is_read = true;
            return;
        }
        self.count += u64::from(is_json);
        self.is_read |= is_log_event;
        if !self.is_read && self.first.is_none() && reads.is_of_trail && (is_json || names_call(record)) {
            self.first = Some(begins(record));
        }
    }

    /// Takes note that a record of the current file was readable.
    pub(super) fn was_read(&mut self) {
        self.is_read = true;
    }

    /// Ends the current file. `name`: its name in an archive.
    pub(super) fn end_file(&mut self, name: Option<&str>) {
        let is_read = std::mem::take(&mut self.is_read);
        let Some(begins) = self.first.take().filter(|_| !is_read) else { return };
        if self.error.is_none() {
            self.error = Some(RecordErrorKind::Unread { begins, file: name.map(str::to_owned) });
        }
    }

    /// JSON records without a member that a pattern reads.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// The first file that the patterns cannot read, if they are CloudTrail's.
    pub(super) fn error(&self) -> Option<RecordError> {
        self.error.clone().map(|kind| RecordError::new(kind, Location::START))
    }
}
