//! A stream of records from any of the shapes CloudTrail events are kept in. Memory is one record and
//! one buffer, whatever the size of the input.

use super::error::{RecordError, RecordErrorKind};
use super::input::open;
use crate::limits::RECORD_BYTES;
use memchr::memmem;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

/// One CloudTrail record, its bytes as they stood in the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The record, one JSON object.
    pub bytes: Vec<u8>,
    /// Its number in the input, from 1.
    pub number: u64,
    /// Where it begins, in bytes of the inflated text.
    pub offset: u64,
}

/// The records of `reader`: a delivery file (`{"Records":[…]}`), NDJSON, a bare record, an array of
/// records, EventBridge events (the record is their `detail`), or any of these one after the other;
/// plain or gzip. Each record was checked to be valid JSON.
///
/// A file that is cut off or damaged gives the records before the damage, then one error.
///
/// ```
/// let file = br#"{"Records":[{"eventName":"ConsoleLogin"},{"eventName":"StopLogging"}]}"#;
/// let names = cwfilter::cloudtrail::records(&file[..])
///     .map(|record| Ok(String::from_utf8_lossy(&record?.bytes).into_owned()))
///     .collect::<Result<Vec<_>, cwfilter::cloudtrail::RecordError>>()?;
/// assert_eq!(names, [r#"{"eventName":"ConsoleLogin"}"#, r#"{"eventName":"StopLogging"}"#]);
/// # Ok::<(), cwfilter::cloudtrail::RecordError>(())
/// ```
pub fn records<'a>(reader: impl Read + 'a) -> Records<'a> {
    let (input, failed) = match open(reader) {
        Ok(input) => (input.text, None),
        Err(error) => (Box::new(std::io::empty()) as Box<dyn Read>, Some(error)),
    };
    Records { input, failed, ..Records::empty() }
}

const BUFFER_BYTES: usize = 1 << 16;

/// The iterator of [`records`]; ends after its first error.
pub struct Records<'a> {
    input: Box<dyn Read + 'a>,
    failed: Option<RecordError>,
    done: bool,
    buffer: Vec<u8>,
    at: usize,
    /// offset of `buffer` in the text
    base: u64,
    number: u64,
    values: u64,
    place: Place,
    object: Object,
    /// the delivery file's own object, with `null` in place of its records
    envelope: Vec<u8>,
}

/// Where in the text the reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Between two values of the top level.
    Top,
    /// Inside an object of the top level.
    TopObject,
    /// In an array of records, before a record or the end.
    Array { of_envelope: bool, comma: Comma },
    /// In a record that is an element of an array.
    Element { of_envelope: bool },
    /// In the rest of the envelope, behind its records.
    Envelope,
}

/// What may stand next in an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comma {
    First,
    Required,
    Seen,
}

/// An object while it is collected: brackets are counted, strings passed over.
#[derive(Default)]
struct Object {
    bytes: Vec<u8>,
    start: u64,
    depth: usize,
    in_string: bool,
    escaped: bool,
    string_start: usize,
    key: Key,
}

/// Whether the key `Records` was just read in the outermost object.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Key {
    #[default]
    Other,
    Records,
    RecordsColon,
}

impl Object {
    fn begin(&mut self, start: u64, bytes: &[u8]) {
        *self = Object { bytes: std::mem::take(&mut self.bytes), start, ..Object::default() };
        self.bytes.clear();
        self.bytes.extend_from_slice(bytes);
    }

    /// Takes bytes up to the end of the object, or up to the `[` of the envelope's records.
    /// Returns how many were taken and whether the object is complete.
    fn take(&mut self, input: &[u8], watch_for_records: bool) -> (usize, bool) {
        let mut at = 0;
        while let Some(&byte) = input.get(at) {
            if self.in_string {
                at += self.take_string(input.get(at..).unwrap_or_default());
                continue;
            }
            if watch_for_records && self.key == Key::RecordsColon && byte == b'[' {
                return (at, false);
            }
            at += 1;
            self.bytes.push(byte);
            match byte {
                b'"' => {
                    self.in_string = true;
                    self.string_start = self.bytes.len() - 1;
                }
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return (at, true);
                    }
                }
                b':' if self.key == Key::Records => {
                    self.key = Key::RecordsColon;
                    continue;
                }
                b' ' | b'\t' | b'\r' | b'\n' => continue,
                _ => {}
            }
            self.key = Key::Other;
        }
        (at, false)
    }

    fn take_string(&mut self, input: &[u8]) -> usize {
        if self.escaped {
            self.escaped = false;
            self.bytes.extend(input.first());
            return 1;
        }
        let length = memchr::memchr2(b'"', b'\\', input).map_or(input.len(), |at| at + 1);
        let taken = input.get(..length).unwrap_or(input);
        self.bytes.extend_from_slice(taken);
        match taken.last() {
            Some(b'\\') => self.escaped = true,
            Some(b'"') => {
                self.in_string = false;
                let string = self.bytes.get(self.string_start..).unwrap_or_default();
                if self.depth == 1 && string == b"\"Records\"" {
                    self.key = Key::Records;
                }
            }
            _ => {}
        }
        length
    }
}

impl Records<'_> {
    fn empty() -> Self {
        Records {
            input: Box::new(std::io::empty()),
            failed: None,
            done: false,
            buffer: Vec::new(),
            at: 0,
            base: 0,
            number: 0,
            values: 0,
            place: Place::Top,
            object: Object::default(),
            envelope: Vec::new(),
        }
    }

    fn offset(&self) -> u64 {
        self.base + self.at as u64
    }

    fn fail<T>(&self, kind: RecordErrorKind) -> Result<T, RecordError> {
        Err(RecordError::new(kind, self.offset()))
    }

    fn advance(&mut self) -> Result<Option<Record>, RecordError> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        loop {
            if self.at >= self.buffer.len() && !self.refill()? {
                return self.end();
            }
            match self.place {
                Place::Top | Place::Array { .. } => self.between()?,
                Place::TopObject | Place::Element { .. } | Place::Envelope => {
                    if let Some(record) = self.inside()? {
                        return Ok(Some(record));
                    }
                }
            }
        }
    }

    fn refill(&mut self) -> Result<bool, RecordError> {
        self.base += self.buffer.len() as u64;
        self.at = 0;
        self.buffer.resize(BUFFER_BYTES, 0);
        let read = loop {
            match self.input.read(&mut self.buffer) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.buffer.truncate(*read.as_ref().unwrap_or(&0));
        match read {
            Ok(read) => Ok(read > 0),
            Err(error) => self.fail(RecordErrorKind::Read(Arc::new(error))),
        }
    }

    fn end(&self) -> Result<Option<Record>, RecordError> {
        let inside = match self.place {
            Place::Top if self.values == 0 => return self.fail(RecordErrorKind::Empty),
            Place::Top => return Ok(None),
            Place::TopObject | Place::Element { .. } => "a record",
            Place::Array { .. } => "an array of records",
            Place::Envelope => "the object round the records",
        };
        self.fail(RecordErrorKind::Truncated { inside })
    }

    /// One byte between records.
    fn between(&mut self) -> Result<(), RecordError> {
        let Some(&byte) = self.buffer.get(self.at) else { return Ok(()) };
        let next = match (self.place, byte) {
            (_, b' ' | b'\t' | b'\r' | b'\n') => self.place,
            // a byte order mark at the very start belongs to the file, not to a record
            (Place::Top, 0xef | 0xbb | 0xbf) if self.offset() < 3 => self.place,
            (Place::Top, b'[') => Place::Array { of_envelope: false, comma: Comma::First },
            (Place::Top, b'{') => {
                self.object.begin(self.base + self.at as u64, &[]);
                self.values += 1;
                self.place = Place::TopObject;
                return Ok(());
            }
            (Place::Array { of_envelope, comma: Comma::First | Comma::Seen }, b'{') => {
                self.object.begin(self.base + self.at as u64, &[]);
                self.place = Place::Element { of_envelope };
                return Ok(());
            }
            (Place::Array { of_envelope, comma: Comma::Required }, b',') => {
                Place::Array { of_envelope, comma: Comma::Seen }
            }
            (Place::Array { of_envelope: true, comma: Comma::First | Comma::Required }, b']') => {
                let envelope = std::mem::take(&mut self.envelope);
                let start = self.object.start;
                self.object.begin(start, &envelope);
                self.object.depth = 1;
                Place::Envelope
            }
            (Place::Array { of_envelope: false, comma: Comma::First | Comma::Required }, b']') => Place::Top,
            (_, other) => return self.fail(RecordErrorKind::NotRecords { found: readable(other) }),
        };
        if self.place == Place::Top && next != Place::Top {
            self.values += 1;
        }
        self.place = next;
        self.at += 1;
        Ok(())
    }

    /// The rest of the buffer, while an object is collected.
    fn inside(&mut self) -> Result<Option<Record>, RecordError> {
        let rest = self.buffer.get(self.at..).unwrap_or_default();
        let (taken, complete) = self.object.take(rest, self.place == Place::TopObject);
        self.at += taken;
        if self.object.bytes.len() > RECORD_BYTES {
            return Err(RecordError::new(RecordErrorKind::TooLarge, self.object.start));
        }
        if complete {
            return self.complete();
        }
        if self.at < self.buffer.len() {
            self.envelope.clear();
            self.envelope.extend_from_slice(&self.object.bytes);
            self.envelope.extend_from_slice(b"null");
            self.place = Place::Array { of_envelope: true, comma: Comma::First };
            self.at += 1;
        }
        Ok(None)
    }

    fn complete(&mut self) -> Result<Option<Record>, RecordError> {
        let object = &self.object;
        let raw: &RawValue = serde_json::from_slice(&object.bytes).map_err(|error| {
            let offset = match self.place {
                Place::Envelope => self.offset(),
                _ => object.start + position(&object.bytes, &error),
            };
            let reason = error.to_string();
            let reason = reason.split(" at line ").next().unwrap_or_default().to_owned();
            RecordError::new(RecordErrorKind::Invalid { reason }, offset)
        })?;
        let bytes = match self.place {
            Place::Envelope => None,
            _ => Some(detail(raw).unwrap_or(raw).get().as_bytes().to_vec()),
        };
        self.place = match self.place {
            Place::Element { of_envelope } => Place::Array { of_envelope, comma: Comma::Required },
            _ => Place::Top,
        };
        self.number += u64::from(bytes.is_some());
        Ok(bytes.map(|bytes| Record { bytes, number: self.number, offset: object.start }))
    }
}

/// The record inside an EventBridge event.
fn detail(event: &RawValue) -> Option<&RawValue> {
    memmem::find(event.get().as_bytes(), b"\"detail-type\"")?;
    let members: HashMap<String, &RawValue> = serde_json::from_str(event.get()).ok()?;
    members.get("detail-type")?;
    members.get("detail").copied().filter(|detail| detail.get().starts_with('{'))
}

/// The offset of a serde_json error, which counts lines and columns.
fn position(bytes: &[u8], error: &serde_json::Error) -> u64 {
    let line = error.line().saturating_sub(1);
    let before: usize = bytes.split_inclusive(|&byte| byte == b'\n').take(line).map(<[u8]>::len).sum();
    (before + error.column().saturating_sub(1)) as u64
}

fn readable(byte: u8) -> String {
    if byte.is_ascii_graphic() { format!("`{}`", char::from(byte)) } else { format!("byte 0x{byte:02x}") }
}

impl Iterator for Records<'_> {
    type Item = Result<Record, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let next = self.advance().transpose();
        self.done = !matches!(next, Some(Ok(_)));
        next
    }
}
