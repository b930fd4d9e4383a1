//! A log event, and which text of it a pattern is matched against.

use super::envelope::Envelope;
use super::values::member;
use crate::engine::{FilterPattern, Matcher, PatternId, PatternSet};
use crate::syntax::ast::{Pattern, Step};

/// One log event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// The message: a CloudTrail record or another JSON object, or a line of text.
    pub bytes: Vec<u8>,
    /// Its number in the input, from 1. A damaged record has a number too, which is left out.
    pub number: u64,
    /// Where it begins, in bytes of the inflated text. Inside a container, where the element of the container begins.
    pub offset: u64,
    /// Whether the message was proved to be one JSON object.
    pub is_json: bool,
    /// What its container says about it.
    pub envelope: Envelope,
    /// The other form in which a log group may hold the event.
    pub(super) outer: Option<Outer>,
}

/// Another form of a log event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outer {
    /// The event of EventBridge whose `detail` the record is.
    Event(Vec<u8>),
    /// The line, with a time before the message that may be part of it.
    Line(Vec<u8>),
}

/// Members of an event of EventBridge that CloudTrail records do not have.
const OF_EVENT: [&str; 3] = ["detail", "detail-type", "source"];

/// Whether the pattern reads members of the event of EventBridge around a record: `$.detail`, `$.detail-type` or `$.source`. A log group
/// that EventBridge writes to holds the whole event.
fn reads_event(pattern: &FilterPattern) -> bool {
    let Pattern::Json(expr) = pattern.ast() else { return false };
    let mut found = false;
    expr.item.for_each(&mut |condition| {
        if let Some(Step::Key(key) | Step::QuotedKey(key)) = condition.selector.item.steps.first() {
            found |= OF_EVENT.contains(&key.as_str());
        }
    });
    found
}

/// Whether the pattern reads a member that the record has. Patterns that are not JSON patterns read all of a message.
pub(super) fn reads_member(pattern: &FilterPattern, record: &[u8]) -> bool {
    let Pattern::Json(expr) = pattern.ast() else { return true };
    let mut found = reads_event(pattern);
    expr.item.for_each(&mut |condition| {
        found |= match condition.selector.item.steps.first() {
            Some(Step::Key(key) | Step::QuotedKey(key)) => member(record, 0, key).is_some(),
            _ => true,
        };
    });
    found
}

/// Whether the pattern reads the member of that name, or any. Patterns that are not JSON patterns read all of a message.
pub(super) fn reads_key(pattern: &FilterPattern, name: &str) -> bool {
    let Pattern::Json(expr) = pattern.ast() else { return true };
    let mut found = false;
    expr.item.for_each(&mut |condition| {
        found |= match condition.selector.item.steps.first() {
            Some(Step::Key(key) | Step::QuotedKey(key)) => key == name,
            _ => true,
        };
    });
    found
}

impl Record {
    /// A message without a container.
    ///
    /// ```
    /// let record = cwfilter::evidence::Record::bare(b"ERROR disk full");
    /// assert_eq!((record.number, record.is_json), (1, false));
    /// ```
    #[must_use]
    pub fn bare(message: &[u8]) -> Self {
        let (bytes, envelope) = (message.to_vec(), Envelope::default());
        Record { bytes, number: 1, offset: 0, is_json: false, envelope, outer: None }
    }

    /// The text that the pattern is matched against. Of an event of EventBridge it is the whole event for a pattern that reads
    /// `$.detail`, `$.detail-type` or `$.source`, and else the record in `detail`. Of a line of text that begins with a time it is the
    /// message, or else the whole line if the pattern matches that: the time may be of the export or of the application.
    ///
    /// ```
    /// let event = r#"{"detail-type":"AWS API Call via CloudTrail","detail":{"eventName":"StopLogging"}}"#;
    /// let record = cwfilter::evidence::records(event.as_bytes()).next().unwrap()?;
    /// let inner = r#"{ $.eventName = "StopLogging" }"#.parse::<cwfilter::FilterPattern>()?;
    /// let outer = r#"{ $.detail.eventName = "StopLogging" }"#.parse::<cwfilter::FilterPattern>()?;
    /// assert!(inner.is_match(record.message(&inner)) && outer.is_match(record.message(&outer)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn message(&self, pattern: &FilterPattern) -> &[u8] {
        message(&self.bytes, self.outer.as_ref(), pattern)
    }
}

/// See [`Record::message`].
pub(super) fn message<'r>(bytes: &'r [u8], outer: Option<&'r Outer>, pattern: &FilterPattern) -> &'r [u8] {
    match outer {
        Some(Outer::Event(event)) if reads_event(pattern) => event,
        Some(Outer::Line(line)) if !pattern.is_match(bytes) && pattern.is_match(line) => line,
        _ => bytes,
    }
}

/// Matches a set of patterns against records, each against the text that [`Record::message`] says.
#[derive(Debug)]
pub struct RecordMatcher {
    matcher: Matcher,
    set: PatternSet,
    /// by pattern
    reads_event: Vec<bool>,
    reads_any_event: bool,
    ids: Vec<PatternId>,
}

impl RecordMatcher {
    /// A matcher for the set. For one thread; every thread makes its own from the same set.
    ///
    /// ```
    /// use cwfilter::{PatternSet, evidence::{RecordMatcher, records}};
    /// let set = PatternSet::builder().add("stopped", r#"{ $.eventName = "StopLogging" }"#.parse()?).build()?;
    /// let record = records(&br#"{"eventName":"StopLogging"}"#[..]).next().unwrap()?;
    /// assert_eq!(RecordMatcher::new(&set).matches(&record).len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn new(set: &PatternSet) -> Self {
        let patterns = || set.ids().filter_map(|id| set.pattern(id));
        let reads_event: Vec<bool> = patterns().map(reads_event).collect();
        let reads_any_event = reads_event.contains(&true);
        RecordMatcher {
            matcher: set.matcher(),
            set: set.clone(),
            reads_event,
            reads_any_event,
            ids: Vec::new(),
        }
    }

    /// The patterns.
    pub(super) fn set(&self) -> &PatternSet {
        &self.set
    }

    /// The matcher for bare records.
    pub(super) fn bare(&mut self) -> &mut Matcher {
        &mut self.matcher
    }

    /// The patterns that match, ascending.
    pub fn matches(&mut self, record: &Record) -> &[PatternId] {
        let RecordMatcher { matcher, reads_event, ids, .. } = self;
        let reads = |id: &PatternId| reads_event.get(id.index()).copied().unwrap_or_default();
        match &record.outer {
            Some(Outer::Event(event)) if self.reads_any_event => {
                ids.clear();
                ids.extend(matcher.match_proved(&record.bytes).iter().filter(|id| !reads(id)));
                ids.extend(matcher.match_proved(event).iter().filter(|id| reads(id)));
                ids.sort_unstable();
                ids
            }
            Some(Outer::Line(line)) => {
                ids.clear();
                ids.extend_from_slice(matcher.match_event(&record.bytes));
                ids.extend_from_slice(matcher.match_event(line));
                ids.sort_unstable();
                ids.dedup();
                ids
            }
            _ if record.is_json => matcher.match_proved(&record.bytes),
            _ => matcher.match_event(&record.bytes),
        }
    }
}
