//! A stream of records from any of the shapes CloudTrail events are kept in. Memory is one record and
//! one buffer, whatever the size of the input.

use super::envelope::Envelope;
use super::error::{Location, RecordError, RecordErrorKind};
use super::input::open;
use super::resync::{Around, Line, is_delivery_file, pass_lines, pass_value};
use super::window::Window;
use crate::engine::json::text::{members, string_end};
use crate::limits::{RECORD_BYTES, REREAD_BYTES};
use memchr::memmem;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

/// One CloudTrail record, its bytes as they are in the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The record, one JSON object.
    pub bytes: Vec<u8>,
    /// Its number in the input, from 1. A damaged record has a number too, which is left out.
    pub number: u64,
    /// Where it begins, in bytes of the inflated text.
    pub offset: u64,
    /// What its container says about it.
    pub envelope: Envelope,
}

/// The records of `reader`: a delivery file (`{"Records":[…]}`), NDJSON, a bare record, an array of
/// records or of delivery files, EventBridge events (the record is their `detail`), or any of these one after the other;
/// plain or gzip. Each record was checked to be valid JSON, and so was everything between them.
///
/// Each damaged place gives one error, which says where reading goes on: after a record whose end is certain, or else at
/// the next line that begins a record. A file that is cut off gives the records before the cut, then an error.
///
/// ```
/// let file = br#"{"Records":[{"eventName":"ConsoleLogin"},{"eventName":"StopLogging"}]}"#;
/// let names = cwfilter::cloudtrail::records(&file[..])
///     .map(|record| Ok(String::from_utf8_lossy(&record?.bytes).into_owned()))
///     .collect::<Result<Vec<_>, cwfilter::cloudtrail::RecordError>>()?;
/// assert_eq!(names, [r#"{"eventName":"ConsoleLogin"}"#, r#"{"eventName":"StopLogging"}"#]);
/// # Ok::<(), cwfilter::cloudtrail::RecordError>(())
/// ```
///
/// One cut line loses only itself:
///
/// ```
/// let lines = "{\"n\":1}\n{\"n\":\n{\"n\":3}\n";
/// let all: Vec<_> = cwfilter::cloudtrail::records(lines.as_bytes()).collect();
/// assert_eq!(all[0].as_ref().unwrap().number, 1);
/// assert_eq!(all[1].as_ref().unwrap_err().line(), 2);
/// assert_eq!(all[2].as_ref().unwrap().number, 3);
/// ```
pub fn records<'a>(reader: impl Read + 'a) -> Records<'a> {
    match open(reader) {
        Ok(input) => Records::new(Window::new(input.text)),
        Err(error) => {
            let nothing = Window::new(Box::new(std::io::empty()));
            Records { failed: Some(error), state: ReaderState::Done, ..Records::new(nothing) }
        }
    }
}

/// The iterator of [`records`]. After an error it goes on as far as the error says.
pub struct Records<'a> {
    window: Window<'a>,
    failed: Option<RecordError>,
    number: u64,
    state: ReaderState,
    /// where the current value of the top level begins
    value_line: u64,
    /// the envelope is an element of an array
    is_in_array: bool,
    /// something other than blanks was seen
    has_values: bool,
    /// bytes that were read again after damage
    reread: usize,
}

/// Where in the text the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReaderState {
    /// Between two values of the top level.
    Top,
    /// In an array of records, before a record or the end.
    Array { of_envelope: bool, comma: Comma },
    /// In the rest of the envelope, after its records.
    Envelope,
    /// Nothing more is read.
    Done,
}

/// What may stand next in an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comma {
    First,
    Required,
    Seen,
    /// Whatever it is: the elements before are damaged.
    Any,
}

/// What became of a value.
enum Parsed {
    Whole(usize),
    Broken(RecordErrorKind, usize),
    /// The text ends first.
    Cut,
}

/// What is put before the rest of an envelope to make it an object again.
const ENVELOPE: &[u8] = b"{\"\":null";
/// Bytes of the rest of an envelope that are looked at first.
const USUAL_REST: usize = 256;

impl<'a> Records<'a> {
    fn new(window: Window<'a>) -> Self {
        Records {
            window,
            failed: None,
            number: 0,
            state: ReaderState::Top,
            value_line: 1,
            is_in_array: false,
            has_values: false,
            reread: 0,
        }
    }

    /// The records of a text that is not compressed.
    pub(super) fn of(text: impl Read + 'a) -> Self {
        Records::new(Window::new(Box::new(text)))
    }

    /// Takes up a text that is held as a whole at `at`, which is such a place; `number` records are before it. An
    /// envelope began in the line `value_line`.
    pub(super) fn after(text: &'a [u8], at: usize, number: u64, state: ReaderState, value_line: u64) -> Self {
        let window = Window::after(text, at);
        let has_values = at > 0 && (number > 0 || state != ReaderState::Top);
        Records { number, state, value_line, has_values, ..Records::new(window) }
    }

    fn here(&self) -> Location {
        Location { offset: self.window.offset(), line: self.window.line() }
    }

    fn advance(&mut self) -> Result<Option<Record>, RecordError> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        loop {
            if self.window.offset() == 0 && self.state == ReaderState::Top {
                self.window.ensure(3);
                // a byte order mark at the very start belongs to the file, not to a record
                if self.window.rest().starts_with("\u{feff}".as_bytes()) {
                    self.window.pass(3);
                }
            }
            let next = match self.state {
                ReaderState::Done => None,
                _ => self.window.next_byte(),
            };
            let Some(byte) = next else { return self.end() };
            self.has_values = true;
            let record = match (self.state, byte) {
                (ReaderState::Top, b'{') => {
                    self.is_in_array = false;
                    self.bare_or_envelope()?
                }
                (ReaderState::Top, b'[') => {
                    self.begin_array(1, false);
                    None
                }
                (ReaderState::Array { of_envelope, comma }, _) => self.in_array(of_envelope, comma, byte)?,
                (ReaderState::Envelope, _) => self.envelope(byte)?,
                _ => return Err(self.damage(not_records(byte), 0)),
            };
            if record.is_some() {
                return Ok(record);
            }
        }
    }

    fn begin_array(&mut self, length: usize, of_envelope: bool) {
        self.value_line = self.window.line();
        self.window.pass(length);
        self.state = ReaderState::Array { of_envelope, comma: Comma::First };
    }

    /// The text has no more.
    fn end(&mut self) -> Result<Option<Record>, RecordError> {
        let state = std::mem::replace(&mut self.state, ReaderState::Done);
        if let Some(error) = self.window.take_failure() {
            return Err(RecordError::new(RecordErrorKind::Read(Arc::new(error)), self.here()));
        }
        let inside = match state {
            ReaderState::Done => return Ok(None),
            ReaderState::Top if self.has_values => return Ok(None),
            ReaderState::Top => return Err(RecordError::new(RecordErrorKind::Empty, self.here())),
            ReaderState::Array { .. } => "an array of records",
            ReaderState::Envelope => "the object round the records",
        };
        Err(RecordError::new(RecordErrorKind::Truncated { inside }, self.here()))
    }

    /// A bare record, or an object with an array of records.
    fn bare_or_envelope(&mut self) -> Result<Option<Record>, RecordError> {
        if is_delivery_file(&mut self.window)
            && let Some(array) = array_of_records(self.window.rest())
        {
            self.begin_array(array + 1, true);
            return Ok(None);
        }
        if let Parsed::Cut = parse(self.window.rest(), false)
            && let Some(array) = array_of_records(self.window.rest())
        {
            // perhaps long before its end
            self.begin_array(array + 1, true);
            return Ok(None);
        }
        let parsed = self.object();
        let rest = self.window.rest();
        let seen = match &parsed {
            Parsed::Whole(end) | Parsed::Broken(RecordErrorKind::Invalid { .. }, end) => *end,
            _ => rest.len().min(RECORD_BYTES),
        };
        match array_of_records(rest.get(..seen).unwrap_or_default()) {
            Some(array) => {
                self.begin_array(array + 1, true);
                Ok(None)
            }
            None => self.record(parsed, true),
        }
    }

    fn in_array(&mut self, of_envelope: bool, comma: Comma, byte: u8) -> Result<Option<Record>, RecordError> {
        let array = |comma| ReaderState::Array { of_envelope, comma };
        match (byte, comma) {
            (b'{', Comma::First | Comma::Seen | Comma::Any) => {
                self.state = array(Comma::Required);
                if of_envelope {
                    let parsed = self.object();
                    return self.record(parsed, false);
                }
                self.is_in_array = true;
                self.bare_or_envelope()
            }
            (b',', Comma::Required | Comma::Any) => {
                self.window.pass(1);
                self.state = array(Comma::Seen);
                Ok(None)
            }
            (b']', Comma::First | Comma::Required | Comma::Any) => {
                self.window.pass(1);
                self.state = if of_envelope { ReaderState::Envelope } else { ReaderState::Top };
                Ok(None)
            }
            // where a value begins and ends is certain, so that nothing is lost with a comma
            (b'{', Comma::Required) => {
                let is_next_file = is_delivery_file(&mut self.window);
                self.state = if is_next_file { ReaderState::Top } else { array(Comma::Seen) };
                Err(RecordError::new(separator(byte), self.here()).resumed_at(self.here()))
            }
            (b']' | b',', _) => {
                let at = self.here();
                self.state = array(if byte == b',' { Comma::First } else { Comma::Any });
                self.window.pass(usize::from(byte == b','));
                Err(RecordError::new(not_records(byte), at).resumed_at(self.here()))
            }
            (_, Comma::Required) => Err(self.damage(separator(byte), 0)),
            _ => {
                self.state = array(Comma::Required);
                Err(self.damage(not_records(byte), 0))
            }
        }
    }

    /// The members of the envelope after the records.
    fn envelope(&mut self, byte: u8) -> Result<Option<Record>, RecordError> {
        let next = match self.is_in_array {
            true => ReaderState::Array { of_envelope: false, comma: Comma::Required },
            false => ReaderState::Top,
        };
        if byte == b'}' {
            self.window.pass(1);
            self.state = next;
            return Ok(None);
        }
        let (mut text, mut is_all, mut size) = (Vec::new(), false, USUAL_REST);
        let parsed = loop {
            let rest = self.window.rest();
            let part = rest.get(..size.min(RECORD_BYTES + 1)).unwrap_or(rest);
            text.clear();
            text.extend_from_slice(ENVELOPE);
            text.extend_from_slice(part);
            // a second array of records, perhaps
            if let Some(array) = array_of_records(&text) {
                self.begin_array(array + 1 - ENVELOPE.len(), true);
                return Ok(None);
            }
            let is_part = part.len() < rest.len();
            match parse(&text, is_all && !is_part) {
                Parsed::Cut if is_part => size *= 2,
                Parsed::Cut if !is_all => is_all = !self.window.fill_object(),
                other => break other,
            }
        };
        match parsed {
            Parsed::Whole(end) => {
                self.window.pass(end - ENVELOPE.len());
                self.state = next;
                Ok(None)
            }
            Parsed::Broken(kind, at) => Err(self.damage(kind, at.saturating_sub(ENVELOPE.len()))),
            Parsed::Cut => Err(self.cut("the object round the records")),
        }
    }

    /// The object that begins here, which is not passed.
    fn object(&mut self) -> Parsed {
        let mut is_all = false;
        loop {
            match parse(self.window.rest(), is_all) {
                Parsed::Cut if !is_all => is_all = !self.window.fill_object(),
                other => return other,
            }
        }
    }

    fn record(&mut self, parsed: Parsed, may_be_event: bool) -> Result<Option<Record>, RecordError> {
        let length = match parsed {
            Parsed::Whole(length) => length,
            Parsed::Broken(kind, at) => return Err(self.damage(kind, at)),
            Parsed::Cut => return Err(self.cut("a record")),
        };
        let offset = self.window.offset();
        let whole = self.window.rest().get(..length).unwrap_or_default();
        let bytes = may_be_event.then(|| detail(whole)).flatten().unwrap_or_else(|| whole.to_vec());
        self.window.pass(length);
        self.number += 1;
        Ok(Some(Record { bytes, number: self.number, offset, envelope: Envelope::default() }))
    }

    /// What begins here does not end.
    fn cut(&mut self, inside: &'static str) -> RecordError {
        let length = self.window.rest().len();
        self.damage(RecordErrorKind::Truncated { inside }, length)
    }

    /// Something is wrong `ahead` bytes from here, in what begins here. Passes as much as has to be passed.
    fn damage(&mut self, kind: RecordErrorKind, ahead: usize) -> RecordError {
        let start = self.here();
        let at = Location { offset: start.offset + ahead as u64, line: self.window.line_at(ahead) };
        let around = match self.state {
            ReaderState::Array { .. } if self.value_line == start.line => Around::Array,
            ReaderState::Array { .. } => Around::ArrayOfLines,
            ReaderState::Envelope => Around::Envelope,
            ReaderState::Top | ReaderState::Done => Around::Top,
        };
        // where one record is lost, its number is too
        let is_record = !matches!(kind, RecordErrorKind::Separator { .. }) && around != Around::Envelope;
        self.number += u64::from(is_record);
        let seen = if let RecordErrorKind::TooLarge = kind { RECORD_BYTES } else { ahead } as u64;
        let may_end = !matches!(kind, RecordErrorKind::Truncated { .. } | RecordErrorKind::TooLarge);
        if may_end && pass_value(&mut self.window, around) {
            return RecordError::new(kind, at).resumed_at(self.here());
        }
        let is_object = self.window.rest().first() == Some(&b'{');
        let line = pass_lines(&mut self.window, around);
        let resumed = self.here();
        match (line, self.state) {
            (None, _) => {
                self.state = ReaderState::Done;
                return match self.window.take_failure() {
                    Some(error) if !may_end => {
                        RecordError::new(RecordErrorKind::Read(Arc::new(error)), resumed)
                    }
                    Some(error) => {
                        let read = RecordErrorKind::Read(Arc::new(error));
                        self.failed = Some(RecordError::new(read, resumed));
                        RecordError::new(kind, at)
                    }
                    None => RecordError::new(kind, at),
                };
            }
            (Some(Line::Element), ReaderState::Array { of_envelope, .. }) => {
                self.state = ReaderState::Array { of_envelope, comma: Comma::Any };
            }
            _ => self.state = ReaderState::Top,
        }
        self.reread =
            self.reread.saturating_add((start.offset + seen).saturating_sub(resumed.offset) as usize);
        if self.reread > REREAD_BYTES {
            self.state = ReaderState::Done;
            return RecordError::new(RecordErrorKind::TooMuchDamage, start);
        }
        // what follows on the next lines was read as part of it
        let is_cut = is_object && at.line > start.line && at.offset >= resumed.offset;
        match kind {
            RecordErrorKind::Invalid { .. } | RecordErrorKind::Truncated { .. } if is_cut => {
                RecordError::new(RecordErrorKind::Unclosed, start)
            }
            kind => RecordError::new(kind, at),
        }
        .resumed_at(resumed)
    }
}

/// The object that the text begins with. `is_all`: no text follows.
fn parse(text: &[u8], is_all: bool) -> Parsed {
    let (text, is_full) = match text.get(..=RECORD_BYTES) {
        Some(text) => (text, true),
        None => (text, false),
    };
    let mut values = serde_json::Deserializer::from_slice(text).into_iter::<&RawValue>();
    let error = match values.next() {
        Some(Ok(value)) if value.get().len() <= RECORD_BYTES => return Parsed::Whole(value.get().len()),
        Some(Err(error)) if !error.is_eof() => error,
        _ if is_full => return Parsed::Broken(RecordErrorKind::TooLarge, 0),
        _ => return Parsed::Cut,
    };
    let at = position(text, &error);
    // a number that is cut off is an error in its last byte
    if at + 1 >= text.len() && !is_all && !is_full {
        return Parsed::Cut;
    }
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default().to_owned();
    // serde_json looks at the encoding last
    match std::str::from_utf8(text.get(..at).unwrap_or(text)) {
        Err(invalid) if invalid.error_len().is_some() || reason.contains("unicode") => {
            let reason = "invalid unicode code point".to_owned();
            Parsed::Broken(RecordErrorKind::Invalid { reason }, invalid.valid_up_to())
        }
        _ => Parsed::Broken(RecordErrorKind::Invalid { reason }, at),
    }
}

/// Where the array `Records` of the object begins, if the object is valid up to there.
fn array_of_records(object: &[u8]) -> Option<usize> {
    memmem::find(object, b"\"Records\"")?;
    let is_records = |key: usize| {
        string_end(object, key).is_some_and(|(end, _)| object.get(key + 1..end) == Some(b"Records"))
    };
    let (_, array) =
        members(object, 0).find(|(key, value)| is_records(*key) && object.get(*value) == Some(&b'['))?;
    let before = object.get(..array)?;
    let closed = [before, b"null}"].concat();
    matches!(parse(&closed, true), Parsed::Whole(length) if length == closed.len()).then_some(array)
}

/// The record inside an EventBridge event.
fn detail(event: &[u8]) -> Option<Vec<u8>> {
    memmem::find(event, b"\"detail-type\"")?;
    let members: HashMap<String, &RawValue> = serde_json::from_slice(event).ok()?;
    members.get("detail-type")?;
    let detail = members.get("detail")?.get();
    detail.starts_with('{').then(|| detail.as_bytes().to_vec())
}

/// The offset of a serde_json error, which counts lines and columns.
fn position(bytes: &[u8], error: &serde_json::Error) -> usize {
    let line = error.line().saturating_sub(1);
    let before: usize = bytes.split_inclusive(|&byte| byte == b'\n').take(line).map(<[u8]>::len).sum();
    // the column is that after the wrong byte, but for a control character in a string
    let is_before = error.to_string().starts_with("control character");
    (before + error.column() + usize::from(is_before)).saturating_sub(1)
}

fn not_records(byte: u8) -> RecordErrorKind {
    RecordErrorKind::NotRecords { found: readable(byte) }
}

fn separator(byte: u8) -> RecordErrorKind {
    RecordErrorKind::Separator { found: readable(byte) }
}

fn readable(byte: u8) -> String {
    if byte.is_ascii_graphic() { format!("`{}`", char::from(byte)) } else { format!("byte 0x{byte:02x}") }
}

impl Iterator for Records<'_> {
    type Item = Result<Record, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance().transpose()
    }
}
