//! A set of patterns over whole event files as they are stored.

use super::answer::Answer;
use super::beside::{Taken, beside};
use super::doubts::Doubts;
use super::elements::Elements;
use super::envelope::Envelope;
use super::error::RecordError;
use super::expand::{Expanded, expand};
use super::frames::frame;
#[cfg(feature = "gzip")]
use super::inflate::Inflater;
use super::pages::{Page, Pages};
use super::reads::Reads;
use super::record::{Outer, Record, RecordMatcher, message};
use super::records::{Records, Skipped};
use super::stream::{Comma, ReaderState, Stream};
use super::text::{Shape, Text, read_whole};
use super::transport::{File, Files, is_packed};
use super::unread::{Origin, Unread};
use super::usual::is_usual_of_many;
use super::values::is_surely_record;
use crate::engine::json::{Rest, SplitError};
use crate::engine::{FilterPattern, PatternId, PatternSet};
use crate::limits::{DAMAGES_DESCRIBED, RECORD_BYTES};
use crate::plural::counted;
use std::io::Read;
use std::sync::Arc;

/// Reads inputs of every shape that [`records`](super::records) knows and matches their records; its memory is used
/// again for the next input. For one thread; every thread makes its own from the same set.
///
/// ```
/// use cwfilter::{PatternSet, cloudtrail::Scanner};
/// let set = PatternSet::builder().add("stopped", r#"{ $.eventName = "StopLogging" }"#.parse()?).build()?;
/// let file = br#"{"Records":[{"eventName":"ConsoleLogin"},{"eventName":"StopLogging"}]}"#;
///
/// let mut numbers = Vec::new();
/// let scanned = Scanner::new(&set).scan(&file[..], |hit| {
///     numbers.push(hit.number);
///     Ok::<(), std::convert::Infallible>(())
/// })?;
/// assert_eq!((scanned.records, numbers), (2, vec![2]));
/// assert!(scanned.errors.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Scanner {
    matcher: RecordMatcher,
    reads: Arc<Reads>,
    text: Text,
    /// an object as it is stored
    #[cfg(feature = "gzip")]
    stored: Text,
    #[cfg(feature = "gzip")]
    inflater: Inflater,
}

/// A record that some pattern matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit<'a> {
    /// The record's number in the input, from 1. A damaged record has a number too, which is left out.
    pub number: u64,
    /// The record's JSON text.
    pub record: &'a [u8],
    /// The patterns that match, ascending.
    pub ids: &'a [PatternId],
    /// What the record's container says about it.
    pub envelope: &'a Envelope,
    outer: Option<&'a Outer>,
}

impl<'a> Hit<'a> {
    /// The text that the pattern was matched against: the record, or the event or line around it. See
    /// [`Record::message`](super::Record::message).
    ///
    /// ```
    /// use cwfilter::{PatternSet, evidence::Scanner};
    /// let pattern = r#"{ $.detail.eventName = "StopLogging" }"#.parse::<cwfilter::FilterPattern>()?;
    /// let set = PatternSet::builder().add("stopped", pattern.clone()).build()?;
    /// let event = br#"{"detail-type":"x","detail":{"eventName":"StopLogging"}}"#;
    /// Scanner::new(&set).scan(&event[..], |hit| {
    ///     assert_eq!(hit.record, br#"{"eventName":"StopLogging"}"#);
    ///     assert_eq!(hit.message(&pattern), event);
    ///     Ok::<(), std::convert::Infallible>(())
    /// })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn message(&self, pattern: &FilterPattern) -> &'a [u8] {
        message(self.record, self.outer, pattern)
    }
}

/// What an input came to.
#[derive(Debug, Default)]
pub struct Scanned {
    /// How many records were read. Each one was proved to be JSON.
    pub records: u64,
    /// What is damaged, in order: the first [`DAMAGES_DESCRIBED`] places. The records around them were matched as far as
    /// [`RecordError::resumed`] says.
    pub errors: Vec<RecordError>,
    /// How many places are damaged, those in `errors` among them.
    pub damages: u64,
    /// How many of the records are text. No JSON pattern matches them.
    pub texts: u64,
    /// How many of the JSON records have no member that a JSON pattern reads, or are parts of records of CloudTrail.
    pub unread: u64,
    /// Counts of what was read and is not a log event.
    pub skipped: Skipped,
    /// the number of the last record
    number: u64,
    doubts: Doubts,
    not_read: Unread,
}

impl Scanned {
    fn damaged(&mut self, error: RecordError) {
        self.damages += 1;
        if self.errors.len() < DAMAGES_DESCRIBED {
            self.errors.push(error);
        }
    }

    /// What is damaged, for people: a line for each place with what to do, then how many more there are.
    pub fn messages(&self) -> impl Iterator<Item = String> {
        let more = self.damages - self.errors.len() as u64;
        let rest = (more > 0).then(|| counted(more, "more damaged place", "more damaged places"));
        self.errors.iter().map(|error| format!("{error}; {}", error.help())).chain(rest)
    }
}

impl Scanner {
    /// A scanner for the set.
    #[must_use]
    pub fn new(set: &PatternSet) -> Self {
        Scanner {
            matcher: RecordMatcher::new(set),
            reads: Arc::new(Reads::of(set.ids().filter_map(|id| set.pattern(id)))),
            text: Text::default(),
            #[cfg(feature = "gzip")]
            stored: Text::default(),
            #[cfg(feature = "gzip")]
            inflater: Inflater::default(),
        }
    }

    /// Matches every record of the input, plain or gzip. `visit` gets those that some pattern matches, in order.
    /// An input of usual size is taken whole, which is several times as fast; from the first place on that is unusual or
    /// damaged, the reader of [`records`](super::records) continues, so that records, numbers and errors are the same.
    ///
    /// ```
    /// use cwfilter::{PatternSet, cloudtrail::Scanner};
    /// let set = PatternSet::builder().add("stopped", r#"{ $.eventName = "StopLogging" }"#.parse()?).build()?;
    /// let file = br#"{"Records":[{"eventName":"LookupEvents"},{"eventName":"StopLogging"}]}"#;
    /// let mut hits = 0;
    /// let scanned = Scanner::new(&set).scan(&file[..], |_| { hits += 1; Ok::<(), std::io::Error>(()) })?;
    /// assert_eq!((hits, scanned.errors.len()), (1, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Only those of `visit`, which is not called again then. Damage is part of what is returned.
    pub fn scan<E>(
        &mut self,
        input: impl Read,
        visit: impl FnMut(Hit<'_>) -> Result<(), E>,
    ) -> Result<Scanned, E> {
        let mut visit = visit;
        let mut scanned = Scanned { not_read: Unread::new(self.reads.clone()), ..Scanned::default() };
        let rest = read_whole(Box::new(input), &mut self.text);
        if rest.is_none() && (!is_packed(self.text.bytes()) || self.inflated()) {
            self.whole(None, &mut scanned, &mut visit)?;
        } else {
            self.files(rest, &mut scanned, &mut visit)?;
        }
        scanned.unread = scanned.not_read.count();
        let doubt = scanned.doubts.first(self.reads.has_json).or_else(|| scanned.not_read.error());
        if let Some(error) = doubt {
            scanned.damaged(error);
        }
        Ok(scanned)
    }

    /// Inflates the text in one call, if all of it is gzip and what is inside is a text of usual size. Else nothing changes.
    #[cfg(feature = "gzip")]
    fn inflated(&mut self) -> bool {
        let Scanner { text, stored, inflater, .. } = self;
        std::mem::swap(text, stored);
        let is_text = match inflater.whole(stored.bytes(), text) {
            true => !is_packed(text.bytes()),
            false => false,
        };
        if !is_text {
            std::mem::swap(text, stored);
        }
        is_text
    }

    #[cfg(not(feature = "gzip"))]
    fn inflated(&mut self) -> bool {
        false
    }

    /// The files of an archive, or what is compressed in an unusual way. `rest` comes after the text that was read.
    fn files<'r, E>(
        &mut self,
        rest: Option<Box<dyn Read + 'r>>,
        scanned: &mut Scanned,
        visit: &mut impl FnMut(Hit<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let stored = std::mem::take(&mut self.text);
        let rest = rest.unwrap_or_else(|| Box::new(std::io::empty()));
        let mut files = Files::of(stored.bytes().chain(rest));
        loop {
            match files.next() {
                Ok(Some(file)) => self.file(file, scanned, visit)?,
                Ok(None) => break,
                Err(error) => scanned.damaged(error),
            }
        }
        scanned.skipped.archive_files += files.skipped_files;
        Ok(())
    }

    fn file<E>(
        &mut self,
        file: File<'_>,
        scanned: &mut Scanned,
        visit: &mut impl FnMut(Hit<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let File { name, text } = file;
        match read_whole(text, &mut self.text) {
            None => self.whole(name, scanned, visit),
            Some(rest) => {
                let Scanner { matcher, text, .. } = self;
                let file = File { name, text: Box::new(text.bytes().chain(rest)) };
                of_file(matcher, file, scanned, visit)
            }
        }
    }

    /// The text of a file, which is held whole.
    fn whole<E>(
        &mut self,
        name: Option<Arc<str>>,
        scanned: &mut Scanned,
        visit: &mut impl FnMut(Hit<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let Scanner { matcher, text, .. } = self;
        let envelope = Envelope { member: name.clone(), ..Envelope::default() };
        match text.shape() {
            Shape::Delivery => delivery(matcher, text, envelope, scanned, visit)?,
            Shape::Lines => lines(matcher, text, envelope, scanned, visit)?,
            Shape::Other => {
                let file = File { name: name.clone(), text: Box::new(text.bytes()) };
                of_file(matcher, file, scanned, visit)?;
            }
        }
        scanned.not_read.end_file(name.as_deref());
        Ok(())
    }
}

fn of_file<E>(
    matcher: &mut RecordMatcher,
    file: File<'_>,
    scanned: &mut Scanned,
    visit: &mut impl FnMut(Hit<'_>) -> Result<(), E>,
) -> Result<(), E> {
    match Records::of_file(file, scanned.number) {
        Ok(records) => {
            let records = records.continuing(std::mem::take(&mut scanned.not_read));
            stream(matcher, records, scanned, visit)
        }
        Err(error) => {
            scanned.damaged(error);
            Ok(())
        }
    }
}

fn delivery<E>(
    matcher: &mut RecordMatcher,
    text: &Text,
    envelope: Envelope,
    scanned: &mut Scanned,
    visit: &mut impl FnMut(Hit<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut stopped = Ok(());
    let before = scanned.number;
    let mut last = 0;
    let patterns = matcher.set().clone();
    let result = matcher.bare().visit_records(text.bytes(), |number, place, ids| {
        last = place.end;
        let record = text.bytes().get(place).unwrap_or_default();
        let (of_text, number) = (number, before + number);
        look(record, number, of_text, Origin::Records, scanned);
        if !ids.is_empty() && stopped.is_ok() {
            matched(record, ids, &patterns, scanned);
            stopped = visit(Hit { number, record, ids, envelope: &envelope, outer: None });
        }
    });
    stopped?;
    let records = match &result {
        Ok(records) => *records,
        Err(error) => error.records(),
    };
    scanned.records += records;
    scanned.number += records;
    match result {
        Ok(_) => {
            let pages = after_records(text.bytes().get(last..).unwrap_or_default(), records, scanned);
            scanned.skipped.partial_answers += pages.partial();
            Ok(())
        }
        Err(error) => {
            let rest = unread(text.bytes(), &error, scanned.number);
            let rest = match error.unread() {
                Rest::Followed(at) => {
                    let file = text.bytes().get(last..at).unwrap_or_default();
                    rest.with_pages(after_records(file, records, scanned))
                }
                _ => rest,
            };
            let not_read = std::mem::take(&mut scanned.not_read);
            stream(matcher, Records::of(rest, envelope, not_read), scanned, visit)
        }
    }
}

/// Looks at the members after the records of a delivery file. `rest`: the text after the last record, or all of a file without records.
fn after_records(rest: &[u8], rows: u64, scanned: &mut Scanned) -> Pages {
    let mut pages = Pages::default();
    let members = rest.trim_ascii_start().strip_prefix(b"]");
    if members.is_some_and(|members| members.trim_ascii() == b"}") {
        return pages;
    }
    let object = members.map_or_else(|| rest.to_vec(), |members| [b"{\"\":null", members].concat());
    if let Some(kind) = beside(&object, Taken::Nothing) {
        scanned.doubts.not_taken(kind);
    }
    // records of Kinesis, perhaps, and none
    let (name, kind) = ("Records".to_owned(), Elements::Records);
    pages.add(Page { name, kind, answer: Answer::of(&object, kind), rows, first: None });
    pages
}

/// What the fast pass over a delivery file left. `number` is that of the last record before it.
fn unread<'a>(text: &'a [u8], error: &SplitError, number: u64) -> Stream<'a> {
    let (at, state) = match error.unread() {
        Rest::All => return Stream::after(text, 0, number, ReaderState::Top, 1),
        Rest::Records(at) => {
            let (comma, elements) = match error.records() {
                0 => (Comma::First, Elements::Records),
                _ => (Comma::Required, Elements::Bare),
            };
            (at, ReaderState::Array { elements, depth: 1, comma })
        }
        Rest::Envelope(at) => (at, ReaderState::Envelope { depth: 1 }),
        Rest::Followed(at) => (at, ReaderState::Top),
    };
    let blanks = text.iter().take_while(|byte| **byte != b'{');
    let line = 1 + blanks.filter(|byte| **byte == b'\n').count() as u64;
    Stream::after(text, at, number, state, line)
}

fn lines<E>(
    matcher: &mut RecordMatcher,
    text: &Text,
    envelope: Envelope,
    scanned: &mut Scanned,
    visit: &mut impl FnMut(Hit<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let patterns = matcher.set().clone();
    let before = scanned.number;
    let mut unread = Some(0);
    for (begin, record) in text.lines() {
        let is_json = record.len() <= RECORD_BYTES && matcher.bare().is_json(record);
        if !is_json || !is_bare(record, scanned.number - before + 1, scanned) {
            unread = Some(begin);
            break;
        }
        unread = None;
        scanned.records += 1;
        scanned.number += 1;
        let ids = matcher.bare().match_proved(record);
        if !ids.is_empty() {
            matched(record, ids, &patterns, scanned);
            visit(Hit { number: scanned.number, record, ids, envelope: &envelope, outer: None })?;
        }
    }
    match unread {
        Some(at) => {
            let rest = Stream::after(text.bytes(), at, scanned.number, ReaderState::Top, 1);
            let not_read = std::mem::take(&mut scanned.not_read);
            stream(matcher, Records::of(rest, envelope, not_read), scanned, visit)
        }
        None => Ok(()),
    }
}

/// Whether the line is a log event itself, and no container. `of_text`: its number in the text.
fn is_bare(line: &[u8], of_text: u64, scanned: &mut Scanned) -> bool {
    let is_record = is_surely_record(line);
    if !is_record && (frame(line).is_some() || expand(line, Elements::Objects, &[]) != Expanded::Itself) {
        return false;
    }
    look(line, scanned.number + 1, of_text, Origin::File, scanned);
    true
}

/// Looks for what is doubtful about a record that was proved to be JSON. `of_text`: its number in the text.
#[inline]
fn look(record: &[u8], number: u64, of_text: u64, origin: Origin, scanned: &mut Scanned) {
    if is_usual_of_many(record, of_text) {
        scanned.not_read.usual();
    } else {
        scanned.doubts.look(record, true);
        scanned.not_read.look(record, number, true, origin);
    }
}

/// Takes note that the patterns match the record.
fn matched(record: &[u8], ids: &[PatternId], patterns: &PatternSet, scanned: &mut Scanned) {
    if !scanned.doubts.is_empty() {
        scanned.doubts.matched(record, true, ids.iter().filter_map(|id| patterns.pattern(*id)));
    }
}

fn stream<E>(
    matcher: &mut RecordMatcher,
    mut records: Records<'_>,
    scanned: &mut Scanned,
    visit: &mut impl FnMut(Hit<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let patterns = matcher.set().clone();
    while let Some(record) = records.next() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                scanned.damaged(error);
                continue;
            }
        };
        scanned.records += 1;
        scanned.texts += u64::from(!record.is_json);
        let ids = matcher.matches(&record);
        if !ids.is_empty() {
            records.matched(&record, ids.iter().filter_map(|id| patterns.pattern(*id)));
            let Record { number, bytes, envelope, outer, .. } = &record;
            visit(Hit { number: *number, record: bytes, ids, envelope, outer: outer.as_ref() })?;
        }
    }
    scanned.number = records.number();
    scanned.skipped.merge(records.skipped());
    let doubts;
    (doubts, scanned.not_read) = records.into_doubts();
    scanned.doubts.merge(doubts);
    Ok(())
}
