//! What can be wrong with a file of records, and where.

use crate::escaped::Escaped;
use crate::limits::{ARCHIVE_NESTING, GZIP_LAYERS, RECORD_BYTES, REREAD_BYTES};
use std::fmt;
use std::sync::Arc;

/// A damaged place of a file. The records before it were given out, and so are those after it as far as
/// [`resumed`](Self::resumed) says.
///
/// Offsets count bytes of the JSON text, after inflating, from 0; lines count from 1.
#[derive(Debug, Clone)]
pub struct RecordError {
    kind: RecordErrorKind,
    at: Location,
    resumed: Option<Location>,
    /// the file of an archive
    member: Option<Arc<str>>,
}

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Location {
    pub(super) offset: u64,
    pub(super) line: u64,
}

impl Location {
    pub(super) const START: Location = Location { offset: 0, line: 1 };
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            1 => write!(f, "byte {}", self.offset),
            line => write!(f, "line {line}, byte {}", self.offset),
        }
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(member) = &self.member {
            write!(f, "`{}` of the archive: ", Escaped(member))?;
        }
        write!(f, "{} ({})", self.kind, self.at)?;
        match (&self.resumed, &self.kind) {
            (Some(place), _) => write!(f, "; reading continues at {place}"),
            (
                None,
                RecordErrorKind::NotRecords { .. }
                | RecordErrorKind::Separator { .. }
                | RecordErrorKind::Invalid { .. }
                | RecordErrorKind::TooLarge
                | RecordErrorKind::TooMuchDamage,
            ) => f.write_str("; records after it are not read"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for RecordError {}

impl RecordError {
    pub(super) fn new(kind: RecordErrorKind, at: Location) -> Self {
        RecordError { kind, at, resumed: None, member: None }
    }

    /// In this file of an archive.
    pub(super) fn in_member(mut self, member: Option<&Arc<str>>) -> Self {
        self.member = self.member.or_else(|| member.cloned());
        self
    }

    /// An error of a format that is known and not read.
    pub(super) fn foreign((what, help): (&'static str, &'static str), start: &[u8], at: Location) -> Self {
        RecordError::new(RecordErrorKind::Foreign { what, help, begins: begins(start) }, at)
    }

    pub(super) fn resumed_at(self, place: Location) -> Self {
        RecordError { resumed: Some(place), ..self }
    }

    /// The kind of error.
    #[must_use]
    pub fn kind(&self) -> &RecordErrorKind {
        &self.kind
    }

    /// Where, in bytes from the start of the inflated text.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.at.offset
    }

    /// The line of the damage in the inflated text, from 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.at.line
    }

    /// The byte where reading continues, counted from the start of the inflated text; `None` if nothing after the damage is read.
    #[must_use]
    pub fn resumed(&self) -> Option<u64> {
        self.resumed.map(|place| place.offset)
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
            RecordErrorKind::Invalid { .. }
            | RecordErrorKind::Separator { .. }
            | RecordErrorKind::Unclosed
            | RecordErrorKind::TooMuchDamage => "the file is damaged: fetch it again",
            RecordErrorKind::TooLarge => {
                "no CloudTrail event is this large: a bracket or quote is missing before"
            }
            RecordErrorKind::TooManyGzipLayers => "inflate the file and pass the result",
            RecordErrorKind::GzipUnsupported => "build cwfilter with its feature `gzip`",
            RecordErrorKind::EvidenceUnsupported(_) => "build cwfilter with its feature `evidence`",
            RecordErrorKind::ArchivedFile { .. } => {
                "unpack the archive, such as with `7z x FILE`, and pass its files"
            }
            RecordErrorKind::TooManyArchives => "unpack the archive and pass its files",
            RecordErrorKind::Payload { .. } => "the log events around it are read",
            RecordErrorKind::Unfinished { .. } => {
                "wait until the query is complete, and fetch its results again; the rows of the file are read"
            }
            RecordErrorKind::OnlyPreviews => {
                "export the results of the finished search, such as with the parameter `preview=false`"
            }
            RecordErrorKind::NotText => {
                "a log event of CloudWatch Logs is UTF-8: convert the file, such as with `iconv -f LATIN1 -t UTF-8 FILE > NEW`"
            }
            RecordErrorKind::Foreign { help, .. } => help,
            RecordErrorKind::Unread { .. }
            | RecordErrorKind::OtherForm { .. }
            | RecordErrorKind::ChangedMember { .. }
            | RecordErrorKind::Part { .. } => {
                "take the delivery files, or export whole records; of `lookup-events` the member `CloudTrailEvent`"
            }
            RecordErrorKind::Beside { .. } => {
                "cut it out, such as with `jq -c '.. | .MEMBER? // empty'` for its member, and pass the result"
            }
            RecordErrorKind::UnknownPayload { .. } => {
                "cut the payloads out, such as with `jq -r '.. | .data? // empty | strings'` or `grep -o 'H4sI[A-Za-z0-9+/=]*'`, and pass the result"
            }
            RecordErrorKind::EncodedRecords { .. } => {
                "cut the base64 out, decode it with `base64 -d`, and pass the result"
            }
            RecordErrorKind::UnknownContainer { .. } => {
                "cut the records out, one a line, such as with `jq -c '.PATH.Records[]'`; in a table name their column `eventJson`"
            }
        }
    }
}

/// Characters of an input that are shown.
const SHOWN: usize = 60;

/// Bytes of an input that are looked at for that; JSON may be indented.
const LOOKED_AT: usize = 512;

/// The first bytes of an input, for people: on one line, with one blank for several.
pub(super) fn begins(start: &[u8]) -> String {
    let is_text = !start.iter().take(SHOWN).any(|byte| *byte == 0);
    if is_text {
        let start = String::from_utf8_lossy(start.get(..LOOKED_AT).unwrap_or(start));
        let words: Vec<&str> = start.split_ascii_whitespace().collect();
        let line = words.join(" ");
        let more = if line.chars().count() > SHOWN { "…" } else { "" };
        return format!("`{}{more}`", line.chars().take(SHOWN).collect::<String>());
    }
    let bytes: Vec<String> = start.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("bytes {}", bytes.join(" "))
}

/// Names a file of an archive.
fn of_archive(file: Option<&str>) -> String {
    file.map(|file| format!("{}: ", Escaped(file))).unwrap_or_default()
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
    /// Something other than a record is in the place of one.
    #[error("expected a JSON record, found {found}")]
    NotRecords {
        /// The byte that is there, readable.
        found: String,
    },
    /// Two records of an array are not separated by a comma.
    #[error("expected `,` or `]` after a record, found {found}")]
    Separator {
        /// The byte that is there, readable.
        found: String,
    },
    /// The input ends too early.
    #[error("the input ends inside {inside}")]
    Truncated {
        /// What is not complete.
        inside: &'static str,
    },
    /// A record that is cut off, and other lines follow.
    #[error("a record is cut off on its line")]
    Unclosed,
    /// A record, or the object that holds the records, is not valid JSON.
    #[error("invalid JSON: {reason}")]
    Invalid {
        /// What the JSON parser says.
        reason: String,
    },
    /// A record that does not end within the limit.
    #[error("record of more than {RECORD_BYTES} bytes")]
    TooLarge,
    /// More cut records than are worth the time.
    #[error("records are cut off so often that more than {REREAD_BYTES} bytes would be read again")]
    TooMuchDamage,
    /// Compressed again and again.
    #[error("more than {GZIP_LAYERS} layers of compression")]
    TooManyGzipLayers,
    /// Archives inside archives.
    #[error("more than {ARCHIVE_NESTING} archives inside each other")]
    TooManyArchives,
    /// A file of an archive that cannot be read; the others are.
    #[error("{reason}, which is not read")]
    ArchivedFile {
        /// Which file, and why.
        reason: String,
    },
    /// The crate was built without its feature `evidence`.
    #[error("{0} input")]
    EvidenceUnsupported(&'static str),
    /// What a container holds for a log event cannot be read; the offset is that of the container's element.
    #[error("inside a container: {reason}")]
    Payload {
        /// What is wrong with it.
        reason: String,
    },
    /// The rows of a query that was not complete when they were fetched.
    #[error("the rows are not complete: the status of the query is {status:?}")]
    Unfinished {
        /// The status, as the answer has it.
        status: String,
    },
    /// Results of Splunk that were exported before the search was finished, and no results after them.
    #[error("the last results of Splunk are previews, which are not read: the search was not finished")]
    OnlyPreviews,
    /// A line that is not UTF-8.
    #[error("a line that is not UTF-8")]
    NotText,
    /// A format that is known and not read.
    #[error("{what}, which is not read; it begins with {begins}")]
    Foreign {
        /// What it is.
        what: &'static str,
        /// What to do about it.
        help: &'static str,
        /// The first bytes, readable.
        begins: String,
    },
    /// Records of CloudTrail, in a container that is not known.
    #[error("records of CloudTrail inside a container that is not known; it begins with {begins}")]
    UnknownContainer {
        /// The first bytes, readable.
        begins: String,
    },
    /// A record of CloudTrail or a payload that no reader takes: it is beside the log event of a container, or in a member of a record that
    /// CloudTrail does not write. The log events around it are read.
    #[error("{what} in the member `{}`, which is not read; it begins with {begins}", Escaped(member))]
    Beside {
        /// What it is.
        what: &'static str,
        /// The name of the member of the element, or of the object around the elements.
        member: String,
        /// The first bytes of the value, readable.
        begins: String,
    },
    /// Base64 of something that is compressed, in a container that is not known.
    #[error("a compressed payload in base64 inside a container that is not known; it begins with {begins}")]
    UnknownPayload {
        /// The first bytes, readable.
        begins: String,
    },
    /// Records of CloudTrail in base64, in a container that is not known.
    #[error("records of CloudTrail in base64 inside a container that is not known; it begins with {begins}")]
    EncodedRecords {
        /// The first bytes, readable.
        begins: String,
    },
    /// No record of the file has a member that the patterns read, and all patterns are written for CloudTrail.
    #[error("{}no record has a member that the patterns read, or is CloudTrail's; it begins with {begins}", of_archive(file.as_deref()))]
    Unread {
        /// The first bytes of the first record, readable.
        begins: String,
        /// The name of the file in an archive.
        file: Option<String>,
    },
    /// A record without a member that the patterns read, beside records that have one. All patterns are written for CloudTrail, and the
    /// record is in an array `Records` or names an API call.
    #[error("{}record {number} is of another form than the others, and the patterns cannot read it; it begins with {begins}", of_archive(file.as_deref()))]
    OtherForm {
        /// The record's number in the input, from 1.
        number: u64,
        /// The first bytes of the record, readable.
        begins: String,
        /// The name of the file in an archive.
        file: Option<String>,
    },
    /// A record of CloudTrail in which a member has another name or type than the one that a pattern reads: a text in the place of an object,
    /// columns in its place, or other capitals. All patterns are written for CloudTrail.
    #[error("{}record {number} has the member `{}` in another form than CloudTrail writes it, and the patterns cannot read it", of_archive(file.as_deref()), Escaped(member))]
    ChangedMember {
        /// The record's number in the input, from 1.
        number: u64,
        /// The member, as the record has it.
        member: String,
        /// The name of the file in an archive.
        file: Option<String>,
    },
    /// A record that is part of a record of CloudTrail: a row that a query, a table or a script made. All patterns are written for CloudTrail.
    #[error("{}record {number} has no `{lacks}`, which all records of CloudTrail have and the patterns read", of_archive(file.as_deref()))]
    Part {
        /// The record's number in the input, from 1.
        number: u64,
        /// The member that is not there.
        lacks: &'static str,
        /// The name of the file in an archive.
        file: Option<String>,
    },
    /// The crate was built without its feature `gzip`.
    #[error("gzip input")]
    GzipUnsupported,
}
