//! Matches events against a set, with memory that is reused from event to event.

use super::session::Session;
use super::set::PatternSet;
use crate::engine::compile::PatternId;
use crate::engine::json::{SplitError, split_records};
use std::ops::Range;

impl PatternSet {
    /// Working memory to match with: one for each thread.
    ///
    /// ```
    /// let set = cwfilter::PatternSet::builder().add("errors", "ERROR".parse()?).build()?;
    /// let found: usize = std::thread::scope(|scope| {
    ///     let count = |event: &'static str| { let mut matcher = set.matcher(); move || matcher.count(event.as_bytes()) };
    ///     let threads = ["ERROR 1", "ERROR 2"].map(|event| scope.spawn(count(event)));
    ///     threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    /// });
    /// assert_eq!(found, 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn matcher(&self) -> Matcher {
        Matcher { set: self.clone(), session: Session::default() }
    }
}

/// Matches events against a [`PatternSet`], with working memory of its own: after the first events, an event allocates
/// nothing. Each thread needs its own; [`PatternSet::matcher`] makes one.
///
/// ```
/// let set = cwfilter::PatternSet::builder().add("errors", "ERROR".parse()?).build()?;
/// let mut matcher = set.matcher();
/// let errors = ["ERROR: disk full", "all is well"].iter().filter(|event| matcher.is_match(event.as_bytes())).count();
/// assert_eq!(errors, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Matcher {
    set: PatternSet,
    session: Session,
}

impl Matcher {
    /// The patterns that match the event, in the order of adding.
    ///
    /// ```
    /// let set = cwfilter::PatternSet::builder().add("errors", "ERROR".parse()?).add("disk", "disk".parse()?).build()?;
    /// let mut matcher = set.matcher();
    /// assert_eq!(matcher.match_event(b"ERROR: disk full"), set.ids().collect::<Vec<_>>());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn match_event(&mut self, event: &[u8]) -> &[PatternId] {
        self.match_line(event, false, false)
    }

    /// The same for an event that is proved to be a JSON object.
    pub(crate) fn match_proved(&mut self, event: &[u8]) -> &[PatternId] {
        self.match_line(event, false, true)
    }

    fn match_line(&mut self, event: &[u8], was_found: bool, is_proved: bool) -> &[PatternId] {
        self.session.run(self.set.compiled(), event, was_found, is_proved);
        &self.session.matched
    }

    /// The same as [`match_event`](Matcher::match_event), as an iterator.
    ///
    /// ```
    /// let set = cwfilter::PatternSet::builder().add("errors", "ERROR".parse()?).add("disk", "disk".parse()?).build()?;
    /// let mut matcher = set.matcher();
    /// assert_eq!(matcher.matches("disk full").map(|id| set.name(id)).collect::<Vec<_>>(), ["disk"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn matches(&mut self, event: impl AsRef<[u8]>) -> impl Iterator<Item = PatternId> {
        self.match_event(event.as_ref()).iter().copied()
    }

    /// Whether any pattern matches the event.
    ///
    /// ```
    /// let set = cwfilter::PatternSet::builder().add("errors", "ERROR".parse()?).add("disk", "disk".parse()?).build()?;
    /// let mut matcher = set.matcher();
    /// assert!(matcher.is_match(b"ERROR") && !matcher.is_match(b"all is well"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_match(&mut self, event: &[u8]) -> bool {
        !self.match_event(event).is_empty()
    }

    /// The number of patterns that match the event.
    ///
    /// ```
    /// let set = cwfilter::PatternSet::builder().add("errors", "ERROR".parse()?).add("disk", "disk".parse()?).build()?;
    /// let mut matcher = set.matcher();
    /// assert_eq!(matcher.count(b"ERROR: disk full"), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn count(&mut self, event: &[u8]) -> usize {
        self.match_event(event).len()
    }

    /// Whether the event is one whole JSON object, without which no JSON pattern matches it (docs/filter-patterns.md#json-events).
    ///
    /// ```
    /// let set = cwfilter::PatternSet::builder().add("errors", "ERROR".parse()?).add("disk", "disk".parse()?).build()?;
    /// let mut matcher = set.matcher();
    /// assert!(matcher.is_json(br#"{"a":1}"#) && !matcher.is_json(br#"{"a":1"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_json(&mut self, event: &[u8]) -> bool {
        self.session.is_json(self.set.compiled(), event)
    }

    /// Matches every line that is not blank. `visit` gets the line's place and its matches, for lines
    /// that have any. Returns the number of lines.
    ///
    /// ```
    /// let set = cwfilter::PatternSet::builder().add("errors", "ERROR".parse()?).add("disk", "disk".parse()?).build()?;
    /// let mut matcher = set.matcher();
    /// let text = b"ERROR: disk full\nall is well\n";
    /// let lines = matcher.scan_ndjson(text, |place, ids| assert_eq!((&text[place], ids.len()), (&b"ERROR: disk full"[..], 2)));
    /// assert_eq!(lines, 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn scan_ndjson(&mut self, text: &[u8], mut visit: impl FnMut(Range<usize>, &[PatternId])) -> u64 {
        let (mut start, mut lines) = (0, 0);
        while start < text.len() {
            let found = self.session.next_candidate(self.set.compiled(), text, start);
            if let Some(next) = found {
                lines += next.lines;
                self.session.sampler.count(next.lines + 1, u32::from(next.is_found));
                if !next.is_found {
                    break;
                }
                start = next.line;
            }
            let rest = text.get(start..).unwrap_or_default();
            let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let line = rest.get(..length).unwrap_or_default();
            if !line.trim_ascii().is_empty() {
                lines += 1;
                let ids = self.match_line(line, found.is_some(), false);
                if !ids.is_empty() {
                    visit(start..start + length, ids);
                }
            }
            start += length + 1;
        }
        lines
    }

    /// Matches every record of a delivery file's text, `{"Records":[…]}`. `visit` gets each record's
    /// number from 1, its place and its matches, for records that have any. Returns the number of records.
    /// Every counted record is checked to be valid JSON, and so is the text around the records.
    ///
    /// ```
    /// let set = cwfilter::PatternSet::builder().add("stopped", r#"{ $.eventName = "StopLogging" }"#.parse()?).build()?;
    /// let file = br#"{"Records":[{"eventName":"LookupEvents"},{"eventName":"StopLogging"}]}"#;
    /// let mut found = Vec::new();
    /// let records = set.matcher().scan_records(file, |number, _, ids| found.push((number, ids.len())))?;
    /// assert_eq!((records, found), (2, vec![(2, 1)]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If the text is not a delivery file, is not JSON, or is cut off: the records before that were visited.
    pub fn scan_records(
        &mut self,
        text: &[u8],
        mut visit: impl FnMut(u64, Range<usize>, &[PatternId]),
    ) -> Result<u64, SplitError> {
        self.visit_records(text, |number, place, ids| {
            if !ids.is_empty() {
                visit(number, place, ids);
            }
        })
    }

    /// [`scan_records`](Self::scan_records), and `visit` gets the records without matches, too.
    pub(crate) fn visit_records(
        &mut self,
        text: &[u8],
        mut visit: impl FnMut(u64, Range<usize>, &[PatternId]),
    ) -> Result<u64, SplitError> {
        let mut records = 0;
        let level = self.set.compiled().instructions();
        // the first place from the current record on that may set off a rule
        let mut hit = None;
        split_records(level, text, &mut |place| {
            records += 1;
            if hit.is_none_or(|hit| hit < place.start) {
                let next = self.session.next_candidate(self.set.compiled(), text, place.start);
                hit = next.map(|next| next.hit);
            }
            if let Some(hit) = hit {
                self.session.sampler.count(1, u32::from(hit < place.end));
                if hit >= place.end {
                    return visit(records, place, &[]);
                }
            }
            let ids = self.match_line(text.get(place.clone()).unwrap_or_default(), hit.is_some(), true);
            visit(records, place, ids);
        })
        .map_err(|error| error.after(records))?;
        Ok(records)
    }
}
