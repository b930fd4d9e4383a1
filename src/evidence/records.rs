//! The log events of an input, whatever container they are in.

use super::beside::{Taken, beside};
use super::detect::{Content, LOOK_BYTES, content};
use super::doubts::Doubts;
use super::elements::Elements;
#[cfg(feature = "evidence")]
use super::encoded::is_payload;
use super::envelope::Envelope;
use super::error::{Location, RecordError, RecordErrorKind, begins};
use super::expand::{Expanded, Skip, expand, is_finished, looks_like_object};
use super::foreign::Foreign;
use super::lines::{Line, Lines, Next};
use super::name::{Named, named};
use super::reads::Reads;
use super::record::{Outer, Record};
use super::stream::{Element, Parsed, Stream, parse};
#[cfg(feature = "evidence")]
use super::table::Row;
use super::transport::{File, Files};
use super::unread::{Origin, Unread};
use super::usual::is_usual_of_many;
use super::values::string;
use super::window::Window;
use crate::engine::FilterPattern;
use crate::limits::{CONTAINER_NESTING, PAYLOAD_BYTES};
use crate::plural::counted;
use std::io::{Cursor, Read};
use std::sync::Arc;

/// The log events of `reader`: a delivery file (`{"Records":[…]}`), NDJSON, a bare record, an array of records, events of EventBridge (the
/// record is their `detail`), answers of AWS's command line, payloads of subscriptions, tables, lines of text, or any of the first ones
/// one after the other; plain, compressed or in an archive. `docs/evidence.md` lists them. Each record was checked to be valid JSON, and
/// so was everything between them; a line of text is a record whose [`is_json`](Record::is_json) is false.
///
/// Each damaged place gives one error, which names the place where reading continues: after a record whose end is certain, or else at
/// the next line that begins a record. A file that is cut off gives the records before the cut, then an error.
///
/// ```
/// let file = br#"{"Records":[{"eventName":"ConsoleLogin"},{"eventName":"StopLogging"}]}"#;
/// let names = cwfilter::evidence::records(&file[..])
///     .map(|record| Ok(String::from_utf8_lossy(&record?.bytes).into_owned()))
///     .collect::<Result<Vec<_>, cwfilter::evidence::RecordError>>()?;
/// assert_eq!(names, [r#"{"eventName":"ConsoleLogin"}"#, r#"{"eventName":"StopLogging"}"#]);
/// # Ok::<(), cwfilter::evidence::RecordError>(())
/// ```
///
/// One cut line loses only itself:
///
/// ```
/// let lines = "{\"n\":1}\n{\"n\":\n{\"n\":3}\n";
/// let all: Vec<_> = cwfilter::evidence::records(lines.as_bytes()).collect();
/// assert_eq!(all[0].as_ref().unwrap().number, 1);
/// assert_eq!(all[1].as_ref().unwrap_err().line(), 2);
/// assert_eq!(all[2].as_ref().unwrap().number, 3);
/// ```
pub fn records<'a>(reader: impl Read + 'a) -> Records<'a> {
    Records::over(Files::of(reader), 0)
}

/// Counts of what was read and is not a log event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skipped {
    /// Control messages, with which CloudWatch Logs checks a destination.
    pub control_messages: u64,
    /// Notices of files in S3, and requests to confirm a subscription.
    pub notices: u64,
    /// Digest files of CloudTrail.
    pub digests: u64,
    /// Files of an archive that are no text, or of a system.
    pub archive_files: u64,
    /// Answers after which more exists on the service: they name a further page that the file does not have, count more events than they
    /// have, or say that not all was searched (`timed_out`, `searchedCompletely`, `MillisBehindLatest`).
    pub partial_answers: u64,
    /// Results that Splunk exported before the search was finished (`"preview":true`). They come again after it.
    pub previews: u64,
}

impl Skipped {
    fn add(&mut self, skip: Skip) {
        let count = match skip {
            Skip::Control => &mut self.control_messages,
            Skip::Notice => &mut self.notices,
            Skip::Digest => &mut self.digests,
            Skip::Preview => &mut self.previews,
        };
        *count += 1;
    }

    /// Adds the counts of another input.
    pub fn merge(&mut self, other: Skipped) {
        self.control_messages += other.control_messages;
        self.notices += other.notices;
        self.digests += other.digests;
        self.archive_files += other.archive_files;
        self.partial_answers += other.partial_answers;
        self.previews += other.previews;
    }

    /// A text for each count that is not zero, such as `2 control messages skipped`.
    ///
    /// ```
    /// assert_eq!(cwfilter::evidence::Skipped::default().texts().count(), 0);
    /// ```
    pub fn texts(&self) -> impl Iterator<Item = String> {
        let counts = [
            (self.control_messages, "control message skipped", "control messages skipped"),
            (
                self.notices,
                "notice of a file or subscription skipped",
                "notices of files and subscriptions skipped",
            ),
            (self.digests, "digest file skipped", "digest files skipped"),
            (self.archive_files, "file of an archive skipped", "files of archives skipped"),
            (
                self.partial_answers,
                "answer is partial: the service has a further page or more events than the answer, or did not search all",
                "answers are partial: the service has further pages or more events than the answers, or did not search all",
            ),
            (self.previews, "preview of a result of Splunk skipped", "previews of results of Splunk skipped"),
        ];
        let counts = counts.into_iter().filter(|(count, ..)| *count > 0);
        counts.map(|(count, one, more)| counted(count, one, more))
    }
}

/// The iterator of [`records`]. After an error it continues at the place that the error names.
pub struct Records<'a> {
    files: Files<'a>,
    reader: Option<Reader<'a>>,
    /// the payload that is read now
    child: Option<Box<Records<'static>>>,
    /// where the element is that holds the payload
    child_at: Location,
    /// what is known of all records of the current file
    envelope: Envelope,
    /// the columns of Athena's table
    columns: Vec<String>,
    number: u64,
    nesting: usize,
    /// bytes that a payload may still have
    left: Option<u64>,
    skipped: Skipped,
    doubts: Doubts,
    unread: Unread,
    /// the last results were previews of a search of Splunk
    is_preview: bool,
    /// records of the current file
    of_file: u64,
}

/// Reads the current file.
enum Reader<'a> {
    Json(Box<Stream<'a>>),
    Lines(Lines<'a>),
    #[cfg(feature = "evidence")]
    Table(Box<super::table::Table<'a>>),
    #[cfg(feature = "evidence")]
    Base64(super::payload::Lines<'a>),
}

impl Reader<'_> {
    /// Whether the last results of Splunk that ended were previews.
    fn take_preview(&mut self) -> Option<bool> {
        match self {
            Reader::Json(stream) => stream.take_preview(),
            #[cfg(feature = "evidence")]
            Reader::Table(table) => table.take_preview(),
            _ => None,
        }
    }
}

/// What a reader gives.
enum Piece {
    Element(Element, Envelope),
    Line(Line),
    /// what begins here, within a text
    Container(Content),
    #[cfg(feature = "evidence")]
    Cell(String, Location, Envelope),
    #[cfg(feature = "evidence")]
    Payload(String, Location),
    #[cfg(feature = "evidence")]
    Preview,
}

impl<'a> Records<'a> {
    fn over(files: Files<'a>, nesting: usize) -> Self {
        Records {
            files,
            reader: None,
            child: None,
            child_at: Location::START,
            envelope: Envelope::default(),
            columns: Vec::new(),
            number: 0,
            nesting,
            left: None,
            skipped: Skipped::default(),
            doubts: Doubts::default(),
            unread: Unread::default(),
            is_preview: false,
            of_file: 0,
        }
    }

    /// Sets the patterns for [`suspicion`](Self::suspicion), which then reports a file whose records no pattern can read.
    ///
    /// ```
    /// let pattern = r#"{ $.eventName = "StopLogging" }"#.parse::<cwfilter::FilterPattern>()?;
    /// let file = br#"[{"name":"StopLogging","time":"2026-03-04T10:15:30Z"}]"#;
    /// let mut records = cwfilter::evidence::records(&file[..]).read_by([&pattern]);
    /// records.by_ref().for_each(drop);
    /// assert!(records.suspicion(true).is_some());
    /// # Ok::<(), cwfilter::ParseError>(())
    /// ```
    #[must_use]
    pub fn read_by<'p>(self, patterns: impl IntoIterator<Item = &'p FilterPattern>) -> Self {
        Records { unread: Unread::new(Arc::new(Reads::of(patterns))), ..self }
    }

    /// Continues a file with a stream of its values.
    pub(super) fn of(stream: Stream<'a>, envelope: Envelope, unread: Unread) -> Self {
        let number = stream.number;
        let reader = Some(Reader::Json(Box::new(stream)));
        Records { reader, number, envelope, unread, ..Records::over(Files::none(), 0) }
    }

    /// The records of one file.
    pub(super) fn of_file(file: File<'a>, number: u64) -> Result<Self, RecordError> {
        let mut records = Records { number, ..Records::over(Files::none(), 0) };
        records.open(file)?;
        Ok(records)
    }

    /// Continues to look for what no pattern can read.
    pub(super) fn continuing(self, unread: Unread) -> Self {
        Records { unread, ..self }
    }

    /// Counts of what was read so far and is not a log event.
    #[must_use]
    pub fn skipped(&self) -> Skipped {
        let mut all = self.skipped;
        all.archive_files += self.files.skipped_files;
        if let Some(child) = &self.child {
            all.merge(child.skipped());
        }
        all
    }

    /// The number of the last record.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Takes note that the patterns match the record. If the record is one that [`suspicion`](Self::suspicion) is about, and a pattern
    /// reads one of its members, the pattern is written for records of this form, and they are no error.
    pub fn matched<'p>(&mut self, record: &Record, patterns: impl Iterator<Item = &'p FilterPattern>) {
        if !self.doubts.is_empty() || self.child.is_some() {
            self.doubts.matched(&record.bytes, record.is_json, patterns);
        }
    }

    /// JSON records so far without a member that a JSON pattern reads, if [`read_by`](Self::read_by) has named the patterns.
    #[must_use]
    pub fn unread(&self) -> u64 {
        self.child.as_ref().map_or_else(|| self.unread.count(), |child| child.unread())
    }

    /// What is doubtful, and what no pattern can read.
    pub(super) fn into_doubts(self) -> (Doubts, Unread) {
        let (mut doubts, mut unread) = (self.doubts, self.unread);
        if let Some(child) = self.child {
            let part;
            (part, unread) = child.into_doubts();
            doubts.merge(part);
        }
        (doubts, unread)
    }

    /// Why the records may not be what their reader takes them for: the first one so far that has a CloudTrail record inside, or that is
    /// of OCSF or another form of such records, unless a pattern [matches](Self::matched) a record of that form; or else the first file that
    /// no pattern of [`read_by`](Self::read_by) can read, if these patterns are CloudTrail's. `has_json`: JSON patterns are matched, which
    /// cannot read lines of CEF and other text.
    #[must_use]
    pub fn suspicion(&self, has_json: bool) -> Option<RecordError> {
        let of_child = || self.child.as_ref().and_then(|child| child.suspicion(has_json));
        self.doubts.first(has_json).or_else(of_child).or_else(|| self.unread.error())
    }

    /// Begins a file. `Ok(())` without a reader: the file is skipped.
    fn open(&mut self, file: File<'a>) -> Result<(), RecordError> {
        self.envelope.member.clone_from(&file.name);
        self.of_file = 0;
        let text = match self.left {
            Some(left) => Box::new(Capped { reader: file.text, left }),
            None => file.text,
        };
        let mut window = Window::new(text);
        window.ensure(LOOK_BYTES);
        let start = window.rest().get(..LOOK_BYTES).unwrap_or(window.rest());
        let content = content(start);
        // a file whose name says that it holds log events is an error, as it is outside of an archive
        let is_evidence = |path: &Arc<str>| named(path) == Named::Evidence;
        if content == Content::Foreign(Foreign::Binary)
            && self.envelope.member.as_ref().is_some_and(|path| !is_evidence(path))
        {
            self.skipped.archive_files += 1;
            return Ok(());
        }
        self.reader = Some(reader(content, window)?);
        Ok(())
    }

    /// Begins a container within a text. What cannot be read ends the file.
    fn open_container(&mut self, content: Content) -> Result<(), RecordError> {
        let Some(Reader::Lines(lines)) = self.reader.take() else { return Ok(()) };
        let window = lines.into_window();
        self.reader = Some(match content {
            Content::Json => Reader::Json(Box::new(Stream::within(window))),
            #[cfg(feature = "evidence")]
            Content::Base64 => Reader::Base64(super::payload::Lines::within(window)),
            _ => reader(content, window)?,
        });
        Ok(())
    }

    /// Ends what is read now; the text after it, if it was a container within a text.
    fn end_reader(&mut self) -> Option<Window<'a>> {
        match self.reader.take()? {
            Reader::Json(stream) => {
                self.skipped.partial_answers += stream.partial_answers();
                if let Some(kind) = stream.beside() {
                    self.doubts.not_taken(kind.clone());
                }
                stream.into_text()
            }
            #[cfg(feature = "evidence")]
            Reader::Table(table) => table.into_text(),
            #[cfg(feature = "evidence")]
            Reader::Base64(lines) => lines.into_text(),
            _ => None,
        }
    }

    fn advance(&mut self) -> Result<Option<Record>, RecordError> {
        loop {
            if let Some(record) = self.of_child()? {
                return Ok(Some(record));
            }
            let Some(reader) = &mut self.reader else {
                // an error here is not of the file before
                self.envelope.member = None;
                match self.files.next()? {
                    Some(file) => {
                        self.open(file)?;
                        continue;
                    }
                    None => return Ok(None),
                }
            };
            let piece = piece(reader, &mut self.number)?;
            self.is_preview = reader.take_preview().unwrap_or(self.is_preview);
            let Some(piece) = piece else {
                if let Some(window) = self.end_reader() {
                    self.reader = Some(Reader::Lines(Lines::new(window)));
                    continue;
                }
                // a payload is a part of a file
                if self.nesting == 0 {
                    self.unread.end_file(self.envelope.member.as_deref());
                }
                if std::mem::take(&mut self.is_preview) {
                    return Err(RecordError::new(RecordErrorKind::OnlyPreviews, Location::START));
                }
                continue;
            };
            if let Piece::Container(content) = piece {
                self.open_container(content)?;
                continue;
            }
            if let Some(record) = self.open_piece(piece)? {
                return Ok(Some(record));
            }
        }
    }

    /// The next record of the payload.
    fn of_child(&mut self) -> Result<Option<Record>, RecordError> {
        let Some(child) = &mut self.child else { return Ok(None) };
        let next = child.advance();
        self.number = child.number;
        match next {
            Ok(Some(record)) => {
                let envelope = record.envelope.within(&self.envelope);
                Ok(Some(Record { offset: self.child_at.offset, envelope, ..record }))
            }
            Ok(None) => {
                self.skipped = self.skipped();
                self.skipped.archive_files -= self.files.skipped_files;
                if let Some(child) = self.child.take() {
                    let doubts;
                    (doubts, self.unread) = child.into_doubts();
                    self.doubts.merge(doubts);
                }
                Ok(None)
            }
            Err(error) => Err(self.payload_error(&error, self.child_at)),
        }
    }

    /// What is wrong with the payload of the element at `at`.
    fn payload_error(&self, error: &RecordError, at: Location) -> RecordError {
        if let RecordErrorKind::Payload { .. }
        | RecordErrorKind::UnknownContainer { .. }
        | RecordErrorKind::Beside { .. }
        | RecordErrorKind::UnknownPayload { .. }
        | RecordErrorKind::EncodedRecords { .. } = error.kind()
        {
            return RecordError::new(error.kind().clone(), at).resumed_at(self.here());
        }
        let reason = error.to_string();
        RecordError::new(RecordErrorKind::Payload { reason }, at).resumed_at(self.here())
    }

    fn here(&self) -> Location {
        match &self.reader {
            Some(Reader::Json(stream)) => stream.here(),
            Some(Reader::Lines(lines)) => lines.here(),
            _ => self.child_at,
        }
    }

    fn open_piece(&mut self, piece: Piece) -> Result<Option<Record>, RecordError> {
        match piece {
            Piece::Element(element, envelope) => match element.bytes.first() {
                Some(b'"') => {
                    let text = string(&element.bytes, 0).unwrap_or_default();
                    #[cfg(feature = "evidence")]
                    if is_payload(text.trim().as_bytes()) {
                        return self.base64(&text, element.at);
                    }
                    // messages of `--query 'events[].message'`, or single facts of an event
                    let origin =
                        if looks_like_object(text.as_bytes()) { Origin::LogGroup } else { Origin::File };
                    self.message(&text, origin, envelope, element.at)
                }
                _ => self.value(element.bytes, element.elements, envelope, element.at, self.nesting),
            },
            // opened by `advance`
            Piece::Container(_) => Ok(None),
            Piece::Line(line) => {
                let envelope = Envelope { log_stream: line.stream, time: line.time, ..Envelope::default() };
                if line.is_object {
                    let objects = Elements::Objects;
                    return self.value(line.message, objects, envelope, line.at, self.nesting);
                }
                let record = self.record(line.message, false, Origin::File, envelope, line.at);
                Ok(Some(Record { outer: line.whole.map(Outer::Line), ..record }))
            }
            #[cfg(feature = "evidence")]
            Piece::Cell(text, at, envelope) => self.message(&text, Origin::LogGroup, envelope, at),
            #[cfg(feature = "evidence")]
            Piece::Payload(text, at) => self.base64(&text, at),
            #[cfg(feature = "evidence")]
            Piece::Preview => {
                self.skipped.add(Skip::Preview);
                Ok(None)
            }
        }
    }

    fn record(
        &mut self,
        bytes: Vec<u8>,
        is_json: bool,
        origin: Origin,
        envelope: Envelope,
        at: Location,
    ) -> Record {
        self.number += 1;
        let envelope = envelope.within(&self.envelope);
        self.of_file += 1;
        if is_json && is_usual_of_many(&bytes, self.of_file) {
            self.unread.usual();
        } else {
            self.doubts.look(&bytes, is_json);
            self.unread.look(&bytes, self.number, is_json, origin);
        }
        Record { bytes, number: self.number, offset: at.offset, is_json, envelope, outer: None }
    }

    /// A value that was proved to be JSON, and what is in it.
    fn value(
        &mut self,
        bytes: Vec<u8>,
        elements: Elements,
        envelope: Envelope,
        at: Location,
        nesting: usize,
    ) -> Result<Option<Record>, RecordError> {
        if nesting > CONTAINER_NESTING {
            return Err(
                self.unreadable(format!("more than {CONTAINER_NESTING} containers inside each other"), at)
            );
        }
        if self.is_preview && is_finished(&bytes) {
            self.is_preview = false;
        }
        let expanded = expand(&bytes, elements, &self.columns);
        if let Some(kind) = taken(&expanded).and_then(|taken| beside(&bytes, taken)) {
            self.doubts.not_taken(kind);
        }
        match expanded {
            Expanded::Itself => {
                let origin = match elements {
                    Elements::Records | Elements::Bare => Origin::Records,
                    _ => Origin::File,
                };
                Ok(Some(self.record(bytes, true, origin, envelope, at)))
            }
            Expanded::Detail(detail) => {
                let detail = detail.to_vec();
                let record = self.record(detail, true, Origin::LogGroup, envelope, at);
                Ok(Some(Record { outer: Some(Outer::Event(bytes)), ..record }))
            }
            Expanded::Message(text, inner) => {
                self.message(&text, Origin::LogGroup, inner.within(&envelope), at)
            }
            Expanded::Inner(object, inner) => {
                let (object, inner) = (object.to_vec(), inner.within(&envelope));
                self.value(object, Elements::Objects, inner, at, nesting + 1)
            }
            Expanded::Text(text, inner) => self.text(&text, inner.within(&envelope), at, nesting + 1),
            #[cfg(feature = "evidence")]
            Expanded::Base64(text) => self.base64(&text, at),
            #[cfg(not(feature = "evidence"))]
            Expanded::Base64(_) => {
                Err(RecordError::new(RecordErrorKind::EvidenceUnsupported("base64"), at)
                    .resumed_at(self.here()))
            }
            Expanded::Skipped(skip) => {
                self.is_preview |= skip == Skip::Preview;
                self.skipped.add(skip);
                Ok(None)
            }
            Expanded::NoRow => Ok(None),
            Expanded::Header(columns) => {
                self.columns = columns;
                Ok(None)
            }
            Expanded::Unreadable(why) => Err(self.unreadable(why.to_owned(), at)),
            Expanded::Unknown => {
                self.number += 1;
                let kind = RecordErrorKind::UnknownContainer { begins: begins(&bytes) };
                Err(RecordError::new(kind, at).resumed_at(self.here()))
            }
        }
    }

    /// A record in the place of one that cannot be read.
    fn unreadable(&mut self, reason: String, at: Location) -> RecordError {
        self.number += 1;
        RecordError::new(RecordErrorKind::Payload { reason }, at).resumed_at(self.here())
    }

    /// The message of a log event, as a log group holds it.
    fn message(
        &mut self,
        text: &str,
        origin: Origin,
        envelope: Envelope,
        at: Location,
    ) -> Result<Option<Record>, RecordError> {
        if !looks_like_object(text.as_bytes()) {
            return Ok(Some(self.record(text.as_bytes().to_vec(), false, origin, envelope, at)));
        }
        let text = text.trim_ascii();
        if let Some(error) = damage(text) {
            return Err(self.unreadable(error, at));
        }
        let bytes = text.as_bytes().to_vec();
        match expand(&bytes, Elements::Objects, &[]) {
            Expanded::Detail(detail) => {
                let detail = detail.to_vec();
                let record = self.record(detail, true, Origin::LogGroup, envelope, at);
                Ok(Some(Record { outer: Some(Outer::Event(bytes)), ..record }))
            }
            _ => Ok(Some(self.record(bytes, true, origin, envelope, at))),
        }
    }

    /// A text that may hold another container, or several records.
    fn text(
        &mut self,
        text: &str,
        envelope: Envelope,
        at: Location,
        nesting: usize,
    ) -> Result<Option<Record>, RecordError> {
        if looks_like_object(text.as_bytes()) && damage(text.trim_ascii()).is_none() {
            let bytes = text.trim_ascii().as_bytes();
            // an object with an array of elements is read as a stream
            if super::frames::frame(bytes).is_none() {
                return self.value(bytes.to_vec(), Elements::Objects, envelope, at, nesting);
            }
        }
        self.nested(text.as_bytes().to_vec(), envelope, at, nesting)
    }

    #[cfg(feature = "evidence")]
    fn base64(&mut self, text: &str, at: Location) -> Result<Option<Record>, RecordError> {
        match super::payload::decode(text) {
            Ok(bytes) => self.nested(bytes, Envelope::default(), at, self.nesting + 1),
            Err(why) => Err(self.unreadable(why, at)),
        }
    }

    /// Reads a payload as an input of its own.
    fn nested(
        &mut self,
        bytes: Vec<u8>,
        envelope: Envelope,
        at: Location,
        nesting: usize,
    ) -> Result<Option<Record>, RecordError> {
        if nesting > CONTAINER_NESTING {
            return Err(
                self.unreadable(format!("more than {CONTAINER_NESTING} containers inside each other"), at)
            );
        }
        let child = Records::over(Files::of(Cursor::new(bytes)), nesting);
        let left = Some(PAYLOAD_BYTES as u64);
        let unread = std::mem::take(&mut self.unread);
        self.child = Some(Box::new(Records { number: self.number, envelope, left, unread, ..child }));
        self.child_at = at;
        self.of_child()
    }
}

/// What is taken of a value; `None` if all of it is, or nothing can be.
fn taken<'t>(expanded: &'t Expanded<'_>) -> Option<Taken<'t>> {
    match expanded {
        Expanded::Detail(object) | Expanded::Inner(object, _) => Some(Taken::Object(object)),
        Expanded::Message(text, _) | Expanded::Text(text, _) | Expanded::Base64(text) => {
            Some(Taken::Text(text))
        }
        // its text comes again
        Expanded::Skipped(Skip::Preview) => None,
        Expanded::Skipped(_) => Some(Taken::Nothing),
        Expanded::Itself
        | Expanded::NoRow
        | Expanded::Header(_)
        | Expanded::Unreadable(_)
        | Expanded::Unknown => None,
    }
}

/// What reads the rest of a file, which has this content.
fn reader(content: Content, mut window: Window<'_>) -> Result<Reader<'_>, RecordError> {
    let here = Location { offset: window.offset(), line: window.line() };
    match content {
        Content::Json => Ok(Reader::Json(Box::new(Stream::new(window)))),
        Content::Lines => Ok(Reader::Lines(Lines::new(window))),
        #[cfg(feature = "evidence")]
        Content::Csv => Ok(Reader::Table(Box::new(super::table::Table::new(window)))),
        #[cfg(feature = "evidence")]
        Content::Base64 => Ok(Reader::Base64(super::payload::Lines::new(window))),
        #[cfg(not(feature = "evidence"))]
        Content::Csv | Content::Base64 => {
            Err(RecordError::new(RecordErrorKind::EvidenceUnsupported("CSV or base64"), here))
        }
        // a failure to read may be the reason
        Content::Foreign(foreign) => Err(match window.take_failure() {
            Some(error) => RecordError::new(RecordErrorKind::Read(Arc::new(error)), here),
            None => RecordError::foreign(foreign.texts(), window.rest(), here),
        }),
    }
}

/// Why the text is not one JSON object.
fn damage(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    match parse(bytes, true) {
        Parsed::Whole(length) if length == bytes.len() => None,
        Parsed::Whole(length) => Some(format!("invalid JSON: trailing characters (byte {length})")),
        Parsed::Broken(kind, at) => Some(format!("{kind} (byte {at})")),
        Parsed::Cut => Some("the record is cut off".to_owned()),
    }
}

/// The next piece of the file. Damage takes a number.
fn piece(reader: &mut Reader<'_>, number: &mut u64) -> Result<Option<Piece>, RecordError> {
    let counted = |error: RecordError, number: &mut u64| {
        *number += u64::from(error.resumed().is_some());
        error
    };
    match reader {
        Reader::Json(stream) => {
            stream.number = *number;
            let next = stream.next();
            *number = stream.number;
            Ok(next?.map(|element| Piece::Element(element, stream.envelope().clone())))
        }
        Reader::Lines(lines) => {
            let next = lines.next().map_err(|error| counted(error, number))?;
            Ok(next.map(|next| match next {
                Next::Line(line) => Piece::Line(line),
                Next::Container(content) => Piece::Container(content),
            }))
        }
        #[cfg(feature = "evidence")]
        Reader::Table(table) => {
            let row = table.next().map_err(|error| counted(error, number))?;
            Ok(row.map(|row| match row {
                Row::Preview => Piece::Preview,
                Row::Event { cell, at, envelope, is_payload: false } => Piece::Cell(cell, at, envelope),
                Row::Event { cell, at, .. } => Piece::Payload(cell, at),
            }))
        }
        #[cfg(feature = "evidence")]
        Reader::Base64(lines) => {
            let text = lines.next().map_err(|error| counted(error, number))?;
            Ok(text.map(|(text, at)| Piece::Payload(text, at)))
        }
    }
}

/// A reader that fails after a number of bytes, so that what is small as it is stored cannot become endless.
struct Capped<'a> {
    reader: Box<dyn Read + 'a>,
    left: u64,
}

impl Read for Capped<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.reader.read(buffer)?;
        match self.left.checked_sub(count as u64) {
            Some(left) => self.left = left,
            None => {
                let most = PAYLOAD_BYTES >> 20;
                return Err(std::io::Error::other(format!("a payload of more than {most} MiB")));
            }
        }
        Ok(count)
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Record, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.advance();
        next.map_err(|error| error.in_member(self.envelope.member.as_ref())).transpose()
    }
}
