//! Containers of log events that begin within a text: after a heading, a shell prompt, a warning, the headers of HTTP, or another container.
//!
//! A value of JSON on one line of a text is a log event, as a log group holds it. A container is not: it holds log events.

use super::detect::{Content, coloured_or_table, content};
use super::dump::is_dump;
use super::elements::Elements;
use super::encoded::{is_hexadecimal, is_payload};
use super::foreign::Foreign;
use super::frames::{Frame, bare_rows, frame};
use super::prefix::prefix;
use super::suspicion::{names_version, suspicion_of_text};
use super::transport::is_packed;
use super::values::{begins_as_record, first_inside, is_record, member, object};
use crate::engine::json::text::{skip_blanks, value_end};
use crate::limits::CONTAINER_NESTING;

/// A container within a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// Bytes of text before it, on its line.
    pub(super) before: usize,
    pub(super) content: Content,
}

/// The container that begins on the line that `text` begins with. `length`: bytes of the line. `is_heading`: the line is near the start of
/// the text, where a table may begin, too.
pub(super) fn container(text: &[u8], length: usize, is_heading: bool) -> Option<Found> {
    let line = text.get(..length).unwrap_or(text).trim_ascii_end();
    let found = |before, content| Some(Found { before, content });
    match line.first() {
        Some(b'{') => return is_frame(text, length).then_some(Found { before: 0, content: Content::Json }),
        Some(b'[') if is_array(text, length) => return found(0, Content::Json),
        _ if is_payload(line) => return found(0, Content::Base64),
        _ => {}
    }
    if is_heading && let Some(content) = coloured_or_table(text) {
        return found(0, content);
    }
    let (object, array) = (memchr::memchr(b'{', line), memchr::memrchr(b'[', line));
    let begins = |before: usize| {
        let (start, rest) = (line.get(before..)?, text.get(before..)?);
        let length = length.saturating_sub(before);
        let is_it = match start.split_first()? {
            (b'{', inside) => (inside.is_empty() || begins_member(inside)) && is_frame(rest, length),
            (_, inside) => (inside.is_empty() || inside == b"{") && is_array(rest, length),
        };
        is_it.then_some(Found { before, content: Content::Json })
    };
    array.and_then(begins).or_else(|| object.and_then(begins))
}

fn begins_member(text: &[u8]) -> bool {
    text.trim_ascii_start().first() == Some(&b'"')
}

/// Whether the text begins an object whose first member is on a later line.
pub(super) fn is_printed_object(text: &[u8]) -> bool {
    let second = skip_blanks(text, 1);
    text.first() == Some(&b'{') && text.get(second) == Some(&b'"') && object(text, 0).next().is_some()
}

/// Whether the text begins an object with an array of log events. `length`: bytes of its first line.
fn is_frame(text: &[u8], length: usize) -> bool {
    let Some(Frame { elements, array, .. }) = frame(text) else { return false };
    // functions of Lambda log events of other services, each on one line
    let is_printed = array >= length;
    elements != Elements::Records
        || is_printed
        || first_inside(text, array).is_some_and(|first| {
            is_record(text, first) || begins_as_record(text.get(first..).unwrap_or_default())
        })
}

/// Whether the text begins an array of objects, of their texts, or of rows, on a line of its own.
fn is_array(text: &[u8], length: usize) -> bool {
    let is_alone = |end: usize| {
        let after = text.get(end..length).unwrap_or_default().trim_ascii();
        matches!(after, b"" | b"," | b";")
    };
    // an array that does not end yet ends on a later line
    if value_end(text, 0).is_some_and(|end| end <= length && !is_alone(end)) {
        return false;
    }
    let mut at = 0;
    for _ in 0..CONTAINER_NESTING {
        let Some(first) = first_inside(text, at) else { return false };
        match text.get(first) {
            Some(b'{') => {
                // one row in an array of rows, unless it is printed
                let is_row = at == 0 || first >= length || bare_rows(text, at) == Some(Elements::Insights);
                return is_row && object(text, first).next().is_some() || is_record(text, first);
            }
            Some(b'"') => {
                return text
                    .get(first + 1..)
                    .is_some_and(|inside| inside.trim_ascii_start().starts_with(b"{"));
            }
            Some(b'[') => at = first,
            _ => return false,
        }
    }
    false
}

/// Whether a file whose first bytes are `start` seems to hold log events: it is compressed, JSON, a table of log events, has lines that
/// begin with a time, as export tasks write them, a container of log events after a heading, or a record of CloudTrail in any form. Any other text does not count. For files whose name does not say what they are.
///
/// ```
/// use cwfilter::evidence::is_evidence;
/// assert!(is_evidence(b"{\"Records\":["));
/// assert!(!is_evidence(b"All rights reserved."));
/// ```
#[must_use]
pub fn is_evidence(start: &[u8]) -> bool {
    // bytes before the first file of a zip are an error
    if is_packed(start) || memchr::memmem::find(start, b"PK\x03\x04").is_some() {
        return true;
    }
    match content(start) {
        Content::Json => !start.trim_ascii().is_empty(),
        Content::Csv | Content::Base64 => true,
        Content::Lines => {
            let line = start.trim_ascii_start().split(|byte| *byte == b'\n').next().unwrap_or_default();
            let has_time = std::str::from_utf8(line).is_ok_and(|line| prefix(line).is_some());
            // an array in C has its name on a line before
            let mut lines = start.trim_ascii_start().split(|byte| *byte == b'\n').take(2);
            let is_digits = lines.any(is_dump) || is_hexadecimal(line.trim_ascii_end());
            has_time
                || is_digits
                || line.starts_with(TEXT_OF_EVENTS)
                || names_version(start)
                || suspicion_of_text(start).is_some()
                || has_container(start)
        }
        Content::Foreign(foreign) => !matches!(foreign, Foreign::Binary),
    }
}

/// How the lines of `filter-log-events`, `get-log-events` and `lookup-events` with `--output text` begin.
const TEXT_OF_EVENTS: &[u8] = b"EVENTS\t";

/// Whether a container begins within the text, for files whose name does not say what they are. An array counts if it has records of
/// CloudTrail, because documents have examples of others.
pub(super) fn has_container(text: &[u8]) -> bool {
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count().min(length);
        let begin = rest.get(blanks..).unwrap_or_default();
        if let Some(Found { before, content }) = container(begin, length - blanks, true) {
            let is_array = begin.get(before) == Some(&b'[');
            let has_version = || {
                first_inside(begin, before)
                    .is_some_and(|first| member(begin, first, "eventVersion").is_some())
            };
            return !matches!(content, Content::Foreign(_)) && (!is_array || has_version());
        }
        at += length + 1;
    }
    false
}
