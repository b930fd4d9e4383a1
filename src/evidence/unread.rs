//! The records of an input that no JSON pattern can read: "no match" would be no answer about them.

use super::cut::is_rest_of_object;
use super::error::{Location, RecordError, RecordErrorKind, begins};
use super::no_events::begins_without_events;
use super::other_forms::names_call;
use super::reads::{Readable, Reads};
use std::sync::Arc;

/// Who wrote a record, as its container says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// CloudWatch Logs or EventBridge: it is as a log group holds it, so that nothing else is expected of it.
    LogGroup,
    /// An array `Records`, which has records of one service only.
    Records,
    /// Not known.
    File,
}

/// What no JSON pattern can read.
#[derive(Debug, Default)]
pub(super) struct Unread {
    /// `None` if the patterns are not known
    reads: Option<Arc<Reads>>,
    /// JSON records without a member that a pattern reads, and parts of records
    count: u64,
    /// what is wrong with the first file that has other records
    error: Option<RecordErrorKind>,
    file: OfFile,
}

/// What is known of the current file.
#[derive(Debug, Default)]
struct OfFile {
    /// a record was seen that is not blank
    has_begun: bool,
    /// a record was readable, or is a log event of a known container
    is_read: bool,
    /// if the patterns are CloudTrail's: how the first other record begins, of lines the first that names a call
    first: Option<String>,
    /// the number of a record that may not be beside records that are readable, and how it begins
    stray: Option<(u64, String)>,
    /// the number of a record of CloudTrail with another member in the place of one that a pattern reads, and the member
    changed: Option<(u64, String)>,
    /// the number of a record that is part of one, and the member that it lacks
    part: Option<(u64, &'static str)>,
    /// how the rest of an object begins, if the file begins with one
    rest: Option<String>,
}

/// The error for a file whose first line is the rest of an object.
const REST: (&str, &str) =
    ("the rest of a record, whose beginning is missing", "fetch the file again, from its beginning");

impl Unread {
    pub(super) fn new(reads: Arc<Reads>) -> Self {
        Unread { reads: Some(reads), ..Unread::default() }
    }

    /// Looks at a record. `number`: its number in the input.
    pub(super) fn look(&mut self, record: &[u8], number: u64, is_json: bool, origin: Origin) {
        let Some(reads) = self.reads.as_deref().filter(|reads| reads.has_json) else { return };
        let file = &mut self.file;
        let is_first = !file.has_begun;
        file.has_begun |= !record.trim_ascii().is_empty();
        if is_first && !is_json && origin == Origin::File && is_rest_of_object(record) {
            file.rest = Some(begins(record));
        }
        let readable = if is_json { reads.can_read(record) } else { Readable::No };
        if readable == Readable::Yes {
            file.is_read = true;
            return;
        }
        self.count += u64::from(is_json);
        if let Readable::Part { lacks, is_foreign } = readable {
            file.is_read = true;
            let is_error = is_foreign && origin != Origin::LogGroup && reads.is_of_trail;
            if is_error && file.part.is_none() {
                file.part = Some((number, lacks));
            }
            return;
        }
        if origin == Origin::LogGroup {
            file.is_read = true;
            return;
        }
        if let Readable::Changed(member) = readable {
            file.is_read = true;
            if reads.is_of_trail && file.changed.is_none() {
                file.changed = Some((number, member));
            }
            return;
        }
        let is_known = (file.is_read || file.first.is_some()) && (file.stray.is_some() || !is_json);
        if is_known || !reads.is_of_trail {
            return;
        }
        let names_call = names_call(record);
        let is_no_event = || is_first && origin == Origin::File && begins_without_events(record);
        if !file.is_read && file.first.is_none() && (is_json || names_call || is_no_event()) {
            file.first = Some(begins(record));
        }
        if is_json && file.stray.is_none() && (names_call || origin == Origin::Records) {
            file.stray = Some((number, begins(record)));
        }
    }

    /// Takes note of a record that is [as CloudTrail writes it](super::usual).
    pub(super) fn usual(&mut self) {
        self.file.is_read = true;
    }

    /// Ends the current file. `name`: its name in an archive.
    pub(super) fn end_file(&mut self, name: Option<&str>) {
        let OfFile { has_begun: _, is_read, first, stray, changed, part, rest } =
            std::mem::take(&mut self.file);
        if self.error.is_some() {
            return;
        }
        let file = || name.map(str::to_owned);
        let unread =
            first.filter(|_| !is_read).map(|begins| RecordErrorKind::Unread { begins, file: file() });
        let stray = stray.map(|(number, begins)| RecordErrorKind::OtherForm { number, begins, file: file() });
        let changed =
            changed.map(|(number, member)| RecordErrorKind::ChangedMember { number, member, file: file() });
        let part = part.map(|(number, lacks)| RecordErrorKind::Part { number, lacks, file: file() });
        let (what, help) = REST;
        let rest = rest.map(|begins| RecordErrorKind::Foreign { what, help, begins });
        self.error = unread.or(rest).or(stray).or(changed).or(part);
    }

    /// JSON records without a member that a JSON pattern reads, and parts of records.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// The first file with records that the patterns cannot read, if they are CloudTrail's.
    pub(super) fn error(&self) -> Option<RecordError> {
        self.error.clone().map(|kind| RecordError::new(kind, Location::START))
    }
}
