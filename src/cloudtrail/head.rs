//! What people know a record by.

use crate::engine::json::text::{members, skip_blanks, string_end, unescape};
use std::borrow::Cow;

/// When and what; a member is `None` if the record does not have it as a string.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head<'a> {
    /// `eventTime`, as it is written: UTC, such as `2026-03-01T12:00:00Z`
    pub event_time: Option<Cow<'a, str>>,
    /// `eventName`
    pub event_name: Option<Cow<'a, str>>,
}

/// The head of a record, which has to be valid JSON; of anything else it is empty or wrong, but safe.
///
/// ```
/// let head = cwfilter::cloudtrail::head(br#"{"eventTime":"2026-03-01T12:00:00Z","eventName":"StopLogging"}"#);
/// assert_eq!(head.event_name.as_deref(), Some("StopLogging"));
/// ```
#[must_use]
pub fn head(record: &[u8]) -> Head<'_> {
    let mut head = Head::default();
    for (key, value) in members(record, skip_blanks(record, 0)) {
        let wanted = match text(record, key).as_deref() {
            Some("eventTime") => &mut head.event_time,
            Some("eventName") => &mut head.event_name,
            _ => continue,
        };
        *wanted = text(record, value);
        // both are near the front; the rest is not read
        if head.event_time.is_some() && head.event_name.is_some() {
            break;
        }
    }
    head
}

/// The string whose opening quote is at `at`.
fn text(record: &[u8], at: usize) -> Option<Cow<'_, str>> {
    if record.get(at) != Some(&b'"') {
        return None;
    }
    let (end, has_escapes) = string_end(record, at)?;
    let inside = record.get(at + 1..end)?;
    if !has_escapes {
        return Some(String::from_utf8_lossy(inside));
    }
    let mut decoded = Vec::new();
    unescape(inside, &mut decoded);
    Some(String::from_utf8_lossy(&decoded).into_owned().into())
}
