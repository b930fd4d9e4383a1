//! JSON values from a text: values one after the other, and the elements of the arrays that hold log events. Each value is proved to be
//! JSON, and so is everything between them. Memory is one value and one buffer, whatever the size of the input.

use super::answer::Answer;
use super::beside::{Taken, beside};
use super::detect::RECORD_SEPARATOR;
use super::elements::Elements;
use super::envelope::Envelope;
use super::error::{Location, RecordError, RecordErrorKind, begins};
use super::expand::{Expanded, expand};
use super::frames::{Frame, bare_rows, frame};
use super::pages::{Page, Pages};
use super::resync::{Around, Line, is_delivery_file, pass_lines, pass_value};
use super::siblings::own_member;
use super::values::{first_inside, is_empty_array, is_record, is_surely_record, raw};
use super::window::Window;
use crate::limits::{CONTAINER_NESTING, RECORD_BYTES, REREAD_BYTES};
use serde_json::value::RawValue;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// A JSON value, as it is in the text.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) bytes: Vec<u8>,
    /// Where it begins, in bytes of the text.
    pub(super) at: Location,
    pub(super) elements: Elements,
}

/// Reads the values of a text. After an error it continues at the place that the error names.
///
/// Each damaged place gives one error, which names the place where reading continues: after a value whose end is certain, or else at the next line
/// that begins one. A text that is cut off gives the values before the cut, then an error.
pub(super) struct Stream<'a> {
    window: Window<'a>,
    failed: Option<RecordError>,
    /// The number of the last record. A damaged one has a number too.
    pub(super) number: u64,
    state: ReaderState,
    /// what the members of the current object say about all elements of its array
    envelope: Envelope,
    /// what the current object says about its answer, and the elements that were read of it
    answer: Answer,
    kind: Elements,
    name: String,
    /// the service whose members have to be around the elements
    service: Option<String>,
    rows: u64,
    /// a hash of the first element
    first: Option<u64>,
    pages: Pages,
    /// whether the last answer of a search of Splunk was a preview
    preview: Option<bool>,
    /// what is beside the elements and not read, the first one
    beside: Option<RecordErrorKind>,
    /// where the current value of the top level begins
    value_line: u64,
    /// the envelope is an element of an array
    is_in_array: bool,
    /// something other than blanks was seen
    has_values: bool,
    /// bytes that were read again after damage
    reread: usize,
    /// arrays around the current one, each with records or arrays of them
    arrays: usize,
    /// a value of the top level was just read, so that a comma may follow
    may_comma: bool,
    /// the value is within a text, which continues after it
    is_within: bool,
}

/// Where in the text the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReaderState {
    /// Between two values of the top level.
    Top,
    /// In an array, before an element or the end. `depth` objects are around it.
    Array { elements: Elements, depth: usize, comma: Comma },
    /// In the rest of the objects around an array, after the array.
    Envelope { depth: usize },
    /// Nothing more is read.
    Done,
}

/// The tokens that may come next in an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comma {
    First,
    Required,
    Seen,
    /// An element, a comma or the end: the elements before are damaged.
    Any,
}

/// What became of a value.
pub(super) enum Parsed {
    Whole(usize),
    Broken(RecordErrorKind, usize),
    /// The text ends first.
    Cut,
}

/// Put before the rest of an object, so that the two together parse as an object; `OUTER` is put before that for each object around it.
const ENVELOPE: &[u8] = b"{\"\":null";
const OUTER: &[u8] = b"{\"\":";
/// The number of bytes of a row that are read to find out from which service it comes.
const ROW_BYTES: usize = 256;
/// The number of bytes of an array that are read to find out whether its first value is a record.
const PAGE_BYTES: usize = 4096;
/// Bytes of the rest of an object that are looked at first.
const USUAL_REST: usize = 256;

impl<'a> Stream<'a> {
    /// The values of a text that is not compressed.
    pub(super) fn new(window: Window<'a>) -> Self {
        Stream {
            window,
            failed: None,
            number: 0,
            state: ReaderState::Top,
            envelope: Envelope::default(),
            answer: Answer::default(),
            kind: Elements::Objects,
            name: String::new(),
            service: None,
            rows: 0,
            first: None,
            pages: Pages::default(),
            preview: None,
            beside: None,
            value_line: 1,
            is_in_array: false,
            has_values: false,
            reread: 0,
            arrays: 0,
            may_comma: false,
            is_within: false,
        }
    }

    /// The value that begins here, within a text. It ends before the next line of the text.
    pub(super) fn within(window: Window<'a>) -> Self {
        Stream { is_within: true, ..Stream::new(window) }
    }

    /// The text after the value, if it is within one.
    pub(super) fn into_text(self) -> Option<Window<'a>> {
        (self.is_within && self.state == ReaderState::Top).then_some(self.window)
    }

    /// Continues a text that is held as a whole at `at`, which is between two elements or values; `number` records are before it. An
    /// array that it is in is that of a delivery file, and began on line `value_line`.
    pub(super) fn after(text: &'a [u8], at: usize, number: u64, state: ReaderState, value_line: u64) -> Self {
        let window = Window::after(text, at);
        let has_values = at > 0 && (number > 0 || state != ReaderState::Top);
        let may_comma = has_values && state == ReaderState::Top;
        let (kind, name) = (Elements::Records, "Records".to_owned());
        Stream { number, state, value_line, has_values, may_comma, kind, name, ..Stream::new(window) }
    }

    /// The answers of the text before this.
    pub(super) fn with_pages(self, pages: Pages) -> Self {
        Stream { pages, ..self }
    }

    /// What the object around the elements says about all of them.
    pub(super) fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// The number of answers of the text after which more exists on the service.
    pub(super) fn partial_answers(&self) -> u64 {
        self.pages.partial()
    }

    /// Whether the last answer of a search of Splunk since the last call was a preview.
    pub(super) fn take_preview(&mut self) -> Option<bool> {
        self.preview.take()
    }

    /// The first record or payload beside the elements of an array of log events, which is not read.
    pub(super) fn beside(&self) -> Option<&RecordErrorKind> {
        self.beside.as_ref()
    }

    /// Looks at the members around the elements.
    fn look_beside(&mut self, members: &[u8]) {
        if self.beside.is_none() {
            self.beside = beside(members, Taken::Nothing);
        }
    }

    /// Looks at the members after elements that do not say what they are, which had not been read when the array began.
    fn look_for_own(&mut self, members: &[u8]) {
        let Some(service) = self.service.as_ref().filter(|_| self.beside.is_none()) else { return };
        self.beside = own_member(members, service).map(|(name, at)| RecordErrorKind::Beside {
            what: "a value that the service does not write",
            member: name.into_owned(),
            begins: begins(raw(members, at)),
        });
    }

    /// Where the reader is.
    pub(super) fn here(&self) -> Location {
        Location { offset: self.window.offset(), line: self.window.line() }
    }

    /// The next value; `None` at the end of the text.
    pub(super) fn next(&mut self) -> Result<Option<Element>, RecordError> {
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
            let may_comma = std::mem::take(&mut self.may_comma);
            let is_next_line = self.has_values && self.window.is_line_start();
            if self.is_within
                && self.state == ReaderState::Top
                && is_next_line
                && !(may_comma && byte == b',')
            {
                return Ok(None);
            }
            self.has_values = true;
            let record = match (self.state, byte) {
                (ReaderState::Top, b'{') => {
                    self.is_in_array = false;
                    self.object_or_frame()?
                }
                (ReaderState::Top, b'[') => {
                    self.arrays = 0;
                    self.begin_array(1, Elements::Objects, 0);
                    None
                }
                (ReaderState::Top, b'"') => {
                    let parsed = self.value();
                    self.element(parsed, Elements::Objects)?
                }
                (ReaderState::Top, RECORD_SEPARATOR) => {
                    self.window.pass(1);
                    None
                }
                // an array without its brackets
                (ReaderState::Top, b',') if may_comma => {
                    self.window.pass(1);
                    None
                }
                (ReaderState::Array { elements, depth, comma }, _) => {
                    self.in_array(elements, depth, comma, byte)?
                }
                (ReaderState::Envelope { depth }, _) => self.rest_of_object(byte, depth)?,
                _ => return Err(self.damage(not_records(byte), 0)),
            };
            self.may_comma = self.state == ReaderState::Top && !matches!(byte, b',' | RECORD_SEPARATOR);
            if record.is_some() {
                return Ok(record);
            }
        }
    }

    /// Passes `length` bytes, the last of them the bracket of an array.
    fn begin_array(&mut self, length: usize, elements: Elements, depth: usize) {
        self.value_line = self.window.line();
        self.window.pass(length);
        self.state = ReaderState::Array { elements, depth, comma: Comma::First };
    }

    fn begin_frame(&mut self, frame: Frame) -> Option<Element> {
        self.envelope = frame.envelope;
        self.answer = frame.answer;
        (self.kind, self.name, self.service) = (frame.elements, frame.name, frame.service);
        (self.rows, self.first) = (0, None);
        self.begin_array(frame.array + 1, frame.elements, frame.depth);
        None
    }

    /// The text has no more.
    fn end(&mut self) -> Result<Option<Element>, RecordError> {
        let state = std::mem::replace(&mut self.state, ReaderState::Done);
        if let Some(error) = self.window.take_failure() {
            return Err(RecordError::new(RecordErrorKind::Read(Arc::new(error)), self.here()));
        }
        let inside = match state {
            ReaderState::Done => return Ok(None),
            ReaderState::Top if self.has_values => return Ok(None),
            ReaderState::Top => return Err(RecordError::new(RecordErrorKind::Empty, self.here())),
            ReaderState::Array { .. } => "an array of records",
            ReaderState::Envelope { .. } => "the object round the records",
        };
        Err(RecordError::new(RecordErrorKind::Truncated { inside }, self.here()))
    }

    /// A value of its own, or an object whose array is read element by element.
    fn object_or_frame(&mut self) -> Result<Option<Element>, RecordError> {
        let mut is_all = false;
        let parsed = loop {
            if !is_surely_record(self.window.rest())
                && let Some(frame) = self.frame()
            {
                if self.beside.is_none() {
                    let members = self.window.rest().get(..frame.array).unwrap_or_default();
                    self.beside = beside(members, Taken::Nothing);
                }
                return Ok(self.begin_frame(frame));
            }
            match parse(self.window.rest(), is_all) {
                Parsed::Cut if !is_all => is_all = !self.window.fill_object(),
                other => break other,
            }
        };
        self.element(parsed, Elements::Objects)
    }

    /// The frame that begins here, if the object is valid up to its array.
    fn frame(&self) -> Option<Frame> {
        let rest = self.window.rest();
        let rest = rest.get(..RECORD_BYTES).unwrap_or(rest);
        frame(rest).filter(|frame| is_valid_before(rest, frame))
    }

    fn in_array(
        &mut self,
        elements: Elements,
        depth: usize,
        comma: Comma,
        byte: u8,
    ) -> Result<Option<Element>, RecordError> {
        let array = |comma| ReaderState::Array { elements, depth, comma };
        let begins_element = match (byte, elements, depth) {
            (b'{', ..) => true,
            (b'[', Elements::Insights | Elements::Lake, _) => true,
            // answers of `--query results` and `--query 'events[].message'`
            (b'[', Elements::Objects, 0) => {
                self.window.ensure(ROW_BYTES);
                bare_rows(self.window.rest(), 0).is_some()
            }
            (b'"', Elements::Objects, 0) => true,
            _ => false,
        };
        match (byte, comma) {
            (b'[', Comma::First | Comma::Seen | Comma::Any) if depth == 0 && self.is_page() => {
                self.window.pass(1);
                self.arrays += 1;
                self.state = array(Comma::First);
                Ok(None)
            }
            (_, Comma::First | Comma::Seen | Comma::Any) if begins_element => {
                self.state = array(Comma::Required);
                if byte == b'{' && depth == 0 {
                    self.is_in_array = true;
                    return self.object_or_frame();
                }
                let elements = match byte {
                    b'[' if depth == 0 => bare_rows(self.window.rest(), 0).unwrap_or(elements),
                    _ => elements,
                };
                let parsed = self.value();
                let found = self.element(parsed, elements)?;
                if let (Some(element), Elements::Records) = (&found, elements) {
                    let is_bare = expand(&element.bytes, elements, &[]) == Expanded::Itself;
                    let elements = if is_bare { Elements::Bare } else { Elements::Objects };
                    self.state = ReaderState::Array { elements, depth, comma: Comma::Required };
                }
                Ok(found)
            }
            (b',', Comma::Required | Comma::Any) => {
                self.window.pass(1);
                self.state = array(Comma::Seen);
                Ok(None)
            }
            (b']', Comma::First | Comma::Required | Comma::Any) => {
                self.window.pass(1);
                self.state = match (depth, self.arrays) {
                    (1.., _) => ReaderState::Envelope { depth },
                    (0, 0) => ReaderState::Top,
                    (0, _) => {
                        self.arrays -= 1;
                        array(Comma::Required)
                    }
                };
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

    /// Whether the array that begins here has records, or arrays of them: pages that were put together, or rows of one text.
    fn is_page(&mut self) -> bool {
        self.window.ensure(PAGE_BYTES);
        let text = self.window.rest();
        let text = text.get(..PAGE_BYTES).unwrap_or(text);
        let mut at = 0;
        for _ in 0..CONTAINER_NESTING.saturating_sub(self.arrays) {
            let Some(first) = first_inside(text, at) else { return is_empty_array(text, at) };
            match text.get(first) {
                Some(b'[') => at = first,
                Some(b'{') => {
                    let begins = text.get(first..).unwrap_or_default();
                    return is_surely_record(begins) || is_record(text, first) || frame(begins).is_some();
                }
                // the text of a record
                Some(b'"') => {
                    let inside = text.get(first + 1..).unwrap_or_default().trim_ascii_start();
                    return inside.first() == Some(&b'{');
                }
                _ => return false,
            }
        }
        false
    }

    /// The members of an object after its array. `depth`: how many objects do not end yet.
    fn rest_of_object(&mut self, byte: u8, depth: usize) -> Result<Option<Element>, RecordError> {
        let next = match self.is_in_array {
            true => ReaderState::Array { elements: Elements::Objects, depth: 0, comma: Comma::Required },
            false => ReaderState::Top,
        };
        if byte == b'}' {
            self.window.pass(1);
            self.state = if depth > 1 { ReaderState::Envelope { depth: depth - 1 } } else { next };
            return if depth > 1 { Ok(None) } else { self.end_of_answer(b"{}") };
        }
        let before = [OUTER.repeat(depth - 1).as_slice(), ENVELOPE].concat();
        let (mut text, mut is_all, mut size) = (Vec::new(), false, USUAL_REST);
        let parsed = loop {
            let rest = self.window.rest();
            let part = rest.get(..size.min(RECORD_BYTES + 1)).unwrap_or(rest);
            text.clear();
            text.extend_from_slice(&before);
            text.extend_from_slice(part);
            // a second array of records, perhaps
            if depth == 1
                && let Some(frame) = frame(&text).filter(|frame| is_valid_before(&text, frame))
            {
                let members = text.get(..frame.array).unwrap_or_default();
                self.look_beside(members);
                self.look_for_own(members);
                self.begin_array(frame.array + 1 - before.len(), frame.elements, frame.depth);
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
                self.window.pass(end - before.len());
                self.state = next;
                self.end_of_answer(text.get(..end).unwrap_or_default())
            }
            Parsed::Broken(kind, at) => Err(self.damage(kind, at.saturating_sub(before.len()))),
            Parsed::Cut => Err(self.cut("the object round the records")),
        }
    }

    /// The object ends; `rest` has its members after the elements.
    fn end_of_answer(&mut self, rest: &[u8]) -> Result<Option<Element>, RecordError> {
        self.look_beside(rest);
        self.look_for_own(rest);
        let mut answer = std::mem::take(&mut self.answer).and(Answer::of(rest, self.kind));
        let unfinished = answer.unfinished.take();
        self.preview = answer.preview.or(self.preview);
        let (name, kind) = (std::mem::take(&mut self.name), self.kind);
        self.pages.add(Page { name, kind, answer, rows: self.rows, first: self.first });
        let Some(status) = unfinished else { return Ok(None) };
        Err(RecordError::new(RecordErrorKind::Unfinished { status }, self.here()).resumed_at(self.here()))
    }

    /// The value that begins here, which is not passed.
    fn value(&mut self) -> Parsed {
        let mut is_all = false;
        loop {
            match parse(self.window.rest(), is_all) {
                Parsed::Cut if !is_all => is_all = !self.window.fill_object(),
                other => return other,
            }
        }
    }

    /// Passes the value and gives it out.
    fn element(&mut self, parsed: Parsed, elements: Elements) -> Result<Option<Element>, RecordError> {
        let length = match parsed {
            Parsed::Whole(length) => length,
            Parsed::Broken(kind, at) => return Err(self.damage(kind, at)),
            Parsed::Cut => return Err(self.cut("a record")),
        };
        let at = self.here();
        let bytes = self.window.rest().get(..length).unwrap_or_default().to_vec();
        self.window.pass(length);
        if self.rows == 0 {
            self.first = Some(hash(&bytes));
        }
        self.rows += 1;
        Ok(Some(Element { bytes, at, elements }))
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
            ReaderState::Envelope { .. } => Around::Envelope,
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
            (Some(Line::Element), ReaderState::Array { elements, depth, .. }) => {
                self.state = ReaderState::Array { elements, depth, comma: Comma::Any };
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

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// The value that the text begins with. `is_all`: no text follows.
pub(super) fn parse(text: &[u8], is_all: bool) -> Parsed {
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

/// Whether the object is valid up to the frame's array.
fn is_valid_before(object: &[u8], frame: &Frame) -> bool {
    let before = object.get(..frame.array).unwrap_or_default();
    let closed = [before, b"null", b"}".repeat(frame.depth).as_slice()].concat();
    matches!(parse(&closed, true), Parsed::Whole(length) if length == closed.len())
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
