//! A set of patterns over whole event files as they are stored.

use super::envelope::Envelope;
use super::error::RecordError;
use super::records::{Comma, ReaderState, Records};
use super::text::{Shape, Text, read_whole};
use crate::engine::json::{Rest, SplitError};
use crate::engine::{Matcher, PatternId, PatternSet};
use crate::limits::{DAMAGES_DESCRIBED, RECORD_BYTES};
use crate::plural::counted;
use std::io::Read;

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
    matcher: Matcher,
    text: Text,
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
}

/// The envelope of records that have none.
static EMPTY: Envelope = Envelope::EMPTY;

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
        Scanner { matcher: set.matcher(), text: Text::default() }
    }

    /// Matches every record of the input, plain or gzip. `visit` gets those that some pattern matches, in order.
    /// An input of usual size is taken whole, which is several times as fast; from the first place on that is unusual or
    /// damaged, the reader of [`records`](super::records) goes on, so that records, numbers and errors are the same.
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
        let Scanner { matcher, text } = self;
        let mut scanned = Scanned::default();
        match read_whole(input, text) {
            Err(error) => scanned.damaged(error),
            Ok(Some(rest)) => {
                stream(matcher, Records::of(text.bytes().chain(rest)), &mut scanned, visit)?;
            }
            Ok(None) => match text.shape() {
                Shape::Delivery => delivery(matcher, text, &mut scanned, visit)?,
                Shape::Lines => lines(matcher, text, &mut scanned, visit)?,
                Shape::Other => stream(matcher, Records::of(text.bytes()), &mut scanned, visit)?,
            },
        }
        Ok(scanned)
    }
}

fn delivery<E>(
    matcher: &mut Matcher,
    text: &Text,
    scanned: &mut Scanned,
    mut visit: impl FnMut(Hit<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut stopped = Ok(());
    let result = matcher.scan_records(text.bytes(), |number, place, ids| {
        if stopped.is_ok() {
            stopped = visit(Hit {
                number,
                record: text.bytes().get(place).unwrap_or_default(),
                ids,
                envelope: &EMPTY,
            });
        }
    });
    stopped?;
    match result {
        Ok(records) => {
            scanned.records = records;
            Ok(())
        }
        Err(error) => {
            scanned.records = error.records();
            stream(matcher, unread(text.bytes(), &error), scanned, visit)
        }
    }
}

/// What the fast pass over a delivery file left.
fn unread<'a>(text: &'a [u8], error: &SplitError) -> Records<'a> {
    let records = error.records();
    let (at, place) = match error.unread() {
        Rest::All => return Records::of(text),
        Rest::Records(at) => {
            let comma = if records == 0 { Comma::First } else { Comma::Required };
            (at, ReaderState::Array { of_envelope: true, comma })
        }
        Rest::Envelope(at) => (at, ReaderState::Envelope),
        Rest::Followed(at) => (at, ReaderState::Top),
    };
    let blanks = text.iter().take_while(|byte| **byte != b'{');
    let line = 1 + blanks.filter(|byte| **byte == b'\n').count() as u64;
    Records::after(text, at, records, place, line)
}

fn lines<E>(
    matcher: &mut Matcher,
    text: &Text,
    scanned: &mut Scanned,
    mut visit: impl FnMut(Hit<'_>) -> Result<(), E>,
) -> Result<(), E> {
    for (begin, record) in text.lines() {
        if record.len() > RECORD_BYTES || !matcher.is_json(record) {
            let rest = Records::after(text.bytes(), begin, scanned.records, ReaderState::Top, 1);
            return stream(matcher, rest, scanned, visit);
        }
        scanned.records += 1;
        let ids = matcher.match_proved(record);
        if !ids.is_empty() {
            visit(Hit { number: scanned.records, record, ids, envelope: &EMPTY })?;
        }
    }
    if scanned.records == 0 {
        return stream(matcher, Records::of(text.bytes()), scanned, visit);
    }
    Ok(())
}

fn stream<E>(
    matcher: &mut Matcher,
    records: Records<'_>,
    scanned: &mut Scanned,
    mut visit: impl FnMut(Hit<'_>) -> Result<(), E>,
) -> Result<(), E> {
    for record in records {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                scanned.damaged(error);
                continue;
            }
        };
        scanned.records += 1;
        let ids = matcher.match_proved(&record.bytes);
        if !ids.is_empty() {
            visit(Hit { number: record.number, record: &record.bytes, ids, envelope: &record.envelope })?;
        }
    }
    Ok(())
}
