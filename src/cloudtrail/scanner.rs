//! A set of patterns over whole event files as they are stored.

use super::RecordError;
use super::records::records;
use super::text::{Shape, Text, read_whole};
use crate::engine::{Matcher, PatternId, PatternSet};
use crate::event::SplitError;
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
/// assert!(scanned.error.is_none());
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
    /// The record's number in the input, from 1.
    pub number: u64,
    /// The record's JSON text.
    pub record: &'a [u8],
    /// The patterns that match, ascending.
    pub ids: &'a [PatternId],
}

/// What an input came to.
#[derive(Debug)]
pub struct Scanned {
    /// How many records were read.
    pub records: u64,
    /// Why there are no more than that, when the input is damaged. The records before the damage were matched.
    pub error: Option<ScanError>,
}

/// Damage of an input, with its place and what to do.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ScanError {
    /// In a delivery file that was taken whole.
    #[error("{0}; the file is damaged from here on")]
    Split(#[from] SplitError),
    /// In an input that was taken a record at a time.
    #[error("{0}; {help}", help = .0.help())]
    Record(#[from] RecordError),
}

impl ScanError {
    /// Where, in bytes from the start of the inflated text.
    #[must_use]
    pub fn offset(&self) -> u64 {
        match self {
            ScanError::Split(error) => error.offset() as u64,
            ScanError::Record(error) => error.offset(),
        }
    }
}

impl Scanner {
    /// A scanner for the set.
    #[must_use]
    pub fn new(set: &PatternSet) -> Self {
        Scanner { matcher: set.matcher(), text: Text::default() }
    }

    /// Matches every record of the input, plain or gzip. `visit` gets those that some pattern matches, in order.
    /// An input of usual size is taken whole, which is several times as fast; anything unusual goes the way that
    /// knows all shapes and names all damage. So does what no checksum vouches for, until it was looked through:
    /// a damaged record matches nothing, and would be passed over in silence.
    ///
    /// # Errors
    /// Only those of `visit`, which is not called again then. Damage is part of what is returned.
    pub fn scan<E>(
        &mut self,
        input: impl Read,
        visit: impl FnMut(Hit<'_>) -> Result<(), E>,
    ) -> Result<Scanned, E> {
        let Scanner { matcher, text } = self;
        if let Some(rest) = read_whole(input, text) {
            return stream(matcher, text.bytes().chain(rest), 0, visit);
        }
        match text.shape() {
            Shape::Delivery if text.is_checked => delivery(matcher, text, visit),
            Shape::Lines if text.is_checked || text.lines().all(|line| matcher.is_json(line)) => {
                lines(matcher, text, visit)
            }
            _ => stream(matcher, text.bytes(), 0, visit),
        }
    }
}

fn delivery<E>(
    matcher: &mut Matcher,
    text: &Text,
    mut visit: impl FnMut(Hit<'_>) -> Result<(), E>,
) -> Result<Scanned, E> {
    let mut stopped = Ok(());
    let result = matcher.scan_records(text.bytes(), |number, place, ids| {
        if stopped.is_ok() {
            stopped = visit(Hit { number, record: text.bytes().get(place).unwrap_or_default(), ids });
        }
    });
    stopped?;
    let error = match result {
        Ok(records) => return Ok(Scanned { records, error: None }),
        Err(error) if error.is_other_shape() => return stream(matcher, text.bytes(), 0, visit),
        Err(error) => error,
    };
    let Some(start) = error.rest() else {
        return Ok(Scanned { records: error.records(), error: Some(error.into()) });
    };
    // several delivery files, one behind the other
    let rest = text.bytes().get(start..).unwrap_or_default();
    let scanned = stream(matcher, rest, error.records(), visit)?;
    let error = scanned.error.map(|error| match error {
        ScanError::Record(error) => ScanError::Record(error.behind(start)),
        other => other,
    });
    Ok(Scanned { error, ..scanned })
}

fn lines<E>(
    matcher: &mut Matcher,
    text: &Text,
    mut visit: impl FnMut(Hit<'_>) -> Result<(), E>,
) -> Result<Scanned, E> {
    let mut number = 0;
    for record in text.lines() {
        number += 1;
        let ids = matcher.match_event(record);
        if !ids.is_empty() {
            visit(Hit { number, record, ids })?;
        }
    }
    Ok(Scanned { records: number, error: None })
}

/// `before`: how many records stand before the input.
fn stream<E>(
    matcher: &mut Matcher,
    input: impl Read,
    before: u64,
    mut visit: impl FnMut(Hit<'_>) -> Result<(), E>,
) -> Result<Scanned, E> {
    let mut scanned = Scanned { records: before, error: None };
    for record in records(input) {
        let record = match record {
            Ok(record) => record,
            Err(error) => return Ok(Scanned { error: Some(error.into()), ..scanned }),
        };
        scanned.records += 1;
        let ids = matcher.match_event(&record.bytes);
        if !ids.is_empty() {
            visit(Hit { number: scanned.records, record: &record.bytes, ids })?;
        }
    }
    Ok(scanned)
}
