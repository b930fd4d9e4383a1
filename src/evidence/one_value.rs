//! Values that are taken for one log event each, as the columns of a table have them, and are none.
//!
//! No pattern would match such a value, and "no match" would be no answer about the events inside. What decides is what the readers of
//! files do with the same bytes: they open them, or say that they cannot read them.

use super::detect::{Content, foreign, is_text};
use super::encoded::{is_compressed, is_whole_payload, is_zlib};
use super::frames::ARRAYS;
use super::marks::first_of;
use super::reads::{Readable, Reads};
use super::suspicion::{is_unmarked, suspicion, suspicion_of_encoding};
use super::transport::packer;
use super::values::{begins_as_record, string};
use super::within::{Found, container};
use crate::engine::PatternSet;
use crate::engine::json::text::value_end;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// What a value is instead of a log event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Instead {
    /// Something compressed, or an archive, with the name of the program.
    Packed(&'static str),
    /// A format that is no text, such as UTF-16, with the way out.
    Format(&'static str, &'static str),
    /// Base64 of something compressed.
    PackedBase64,
    /// Base64 of a text.
    Base64,
    /// A container of log events: a delivery file, a payload of a subscription, an array of events.
    Container,
    /// Several log events, one after the other.
    Several,
    /// A JSON string with a log event in it.
    JsonString,
    /// What the readers say that it may be, with the way out.
    Doubtful(String),
}

/// What bytes are that are no text: something compressed, or a format of its own.
#[must_use]
pub fn instead_of_text(value: &[u8]) -> Option<Instead> {
    let is_no_text = || value.split(|byte| *byte == b'\n').any(|line| !is_text(line));
    if let Some(packer) = packer(value) {
        return is_no_text().then_some(Instead::Packed(packer));
    }
    match foreign(value) {
        // nothing but a byte order mark
        Some(_) if value.len() < SHORTEST_FORMAT => None,
        // a text may begin with the same letters
        Some(foreign) if is_no_text() => Some(match foreign.packer() {
            Some(packer) => Instead::Packed(packer),
            None => {
                let (what, help) = foreign.texts();
                Instead::Format(what, help)
            }
        }),
        Some(_) => None,
        None => (is_zlib(value) && std::str::from_utf8(value).is_err()).then_some(Instead::Packed("zlib")),
    }
}

/// Bytes of the shortest format that has more than its mark.
const SHORTEST_FORMAT: usize = 4;

/// Judges values that a set of patterns is asked about.
#[derive(Debug)]
pub struct OneValue {
    reads: Reads,
}

impl OneValue {
    /// For these patterns.
    #[must_use]
    pub fn of(set: &PatternSet) -> Self {
        OneValue { reads: Reads::of(set.ids().filter_map(|id| set.pattern(id))) }
    }

    /// What the value is, if it is no log event.
    #[must_use]
    pub fn instead(&self, value: &[u8]) -> Option<Instead> {
        if let Some(instead) = instead_of_text(value) {
            return Some(instead);
        }
        let text = value.trim_ascii();
        if is_whole_payload(text) {
            return Some(if is_compressed(first_line(text)) {
                Instead::PackedBase64
            } else {
                Instead::Base64
            });
        }
        if self.reads.has_json { self.instead_of_json(text) } else { None }
    }

    /// What the text is that a JSON pattern is asked about. A pattern that reads a member of it is written for values of this form.
    fn instead_of_json(&self, text: &[u8]) -> Option<Instead> {
        let is_read = || self.reads.can_read(text) == Readable::Yes;
        match text.first()? {
            b'{' if self.is_several(text) => Some(Instead::Several),
            b'{' if begins_as_record(text) => None,
            b'{' if may_be_frame(text) && is_container(text) => (!is_read()).then_some(Instead::Container),
            b'{' if self.reads.is_of_trail && !is_unmarked(text) => {
                let doubt = suspicion(text).filter(|_| !is_read())?;
                Some(Instead::Doubtful(doubt.to_string()))
            }
            b'{' => None,
            b'[' => (is_container(text) && !is_read()).then_some(Instead::Container),
            b'"' => is_string_of_object(text).then_some(Instead::JsonString),
            _ => suspicion_of_encoding(text).map(|doubt| Instead::Doubtful(doubt.to_string())),
        }
    }

    /// Whether several objects follow each other. A message of an application may have some, each on a line of its own.
    fn is_several(&self, text: &[u8]) -> bool {
        let is_glued = memchr::memmem::find(text, b"}{").is_some();
        let may_be = is_glued || self.reads.is_of_trail && memchr::memchr(b'\n', text).is_some();
        let after = || value_end(text, 0).and_then(|end| text.get(end..)).unwrap_or_default();
        may_be && after().trim_ascii_start().starts_with(b"{")
    }
}

fn first_line(text: &[u8]) -> &[u8] {
    text.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii()
}

static FRAMES: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| first_of(ARRAYS.map(|name| format!("\"{name}\""))));

/// Whether the name of an array is in the text, in one pass.
fn may_be_frame(text: &[u8]) -> bool {
    // the automaton cannot fail for these texts
    FRAMES.as_ref().is_none_or(|frames| frames.is_match(text))
}

fn is_container(text: &[u8]) -> bool {
    matches!(container(text, text.len(), false), Some(Found { before: 0, content: Content::Json }))
}

/// Whether the text is one JSON string, and in it is an object.
fn is_string_of_object(text: &[u8]) -> bool {
    let is_one = value_end(text, 0).is_some_and(|end| end == text.len());
    is_one && string(text, 0).is_some_and(|inside| inside.trim_ascii_start().starts_with('{'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::FilterPattern;

    /// How a value is named here: the variant, and what it says.
    fn named(instead: Option<Instead>) -> String {
        match instead {
            None => "an event".to_owned(),
            Some(Instead::Doubtful(text)) => {
                format!("Doubtful {}", text.split(':').next().unwrap_or_default())
            }
            Some(other) => format!("{other:?}"),
        }
    }

    fn judged(pattern: &str, value: &[u8]) -> String {
        let pattern: FilterPattern = pattern.parse().unwrap();
        let set = PatternSet::builder().add("one", pattern).build().unwrap();
        named(OneValue::of(&set).instead(value))
    }

    const TRAIL: &str = r#"{ $.eventName = "StopLogging" && $.userIdentity.type = "Root" }"#;
    const APP: &str = r#"{ $.level = "ERROR" }"#;
    const TERM: &str = "StopLogging";

    #[test]
    fn bytes_that_are_no_text() {
        let rows: [(&[u8], &str); 14] = [
            (b"\x1f\x8b\x08\0\0", r#"Packed("gzip")"#),
            (b"\x28\xb5\x2f\xfd\x04", r#"Packed("Zstandard")"#),
            (b"PK\x03\x04\x14\0", r#"Packed("zip")"#),
            (b"BZh91AY&SY\x9c\xff", r#"Packed("bzip2")"#),
            (b"\xfd7zXZ\0\0", r#"Packed("xz")"#),
            (b"\x04\x22\x4d\x18\x60", r#"Packed("lz4")"#),
            (b"\xff\x06\0\0sNaPpY", r#"Packed("Snappy")"#),
            (b"x\x9c\xab\x56\x4a\x2d", r#"Packed("zlib")"#),
            (b"{\0\"\0a\0\"\0", "Format(\"text in UTF-16\""),
            (b"PAR1\x15\0", "Format(\"a Parquet file\""),
            // texts
            (b"BZh91AY&SY is how bzip2 begins", "an event"),
            (b"PAR1 of the course", "an event"),
            (b"x^2 = 4", "an event"),
            (b"\xff\xfe", "an event"),
        ];
        for (value, expected) in rows {
            for pattern in [TRAIL, TERM] {
                let found = judged(pattern, value);
                assert!(found.starts_with(expected), "{}: {found}", value.escape_ascii());
            }
        }
    }

    #[test]
    fn texts_that_hold_events() {
        let event = r#"{"eventVersion":"1.11","eventName":"StopLogging"}"#;
        let gzip = "H4sIAAAAAAAAA6tWSi1LzSvxS8xNVbJSCi7JL/DJT0/PzEtXqgUAXxoLmxsAAAA=";
        let wrapped = format!("{}\r\n{}\n", &gzip[..40], &gzip[40..]);
        let data = r#"{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s","subscriptionFilters":[],"logEvents":[{"id":"1","timestamp":1,"message":"x"}]}"#;
        let rows = [
            // value, of a pattern for CloudTrail, of one for an application, of a term
            (gzip.to_owned(), "PackedBase64", "PackedBase64", "PackedBase64"),
            (wrapped, "PackedBase64", "PackedBase64", "PackedBase64"),
            ("eyJldmVudE5hbWUiOiJTdG9wTG9nZ2luZyJ9".to_owned(), "Base64", "Base64", "Base64"),
            ("H4sIAAAA".to_owned(), "an event", "an event", "an event"),
            (format!("{gzip} is it"), "an event", "an event", "an event"),
            (format!("{{\"Records\":[{event}]}}"), "Container", "Container", "an event"),
            (format!("[{event},{event}]"), "Container", "Container", "an event"),
            (data.to_owned(), "Container", "Container", "an event"),
            (format!("{event:?}"), "JsonString", "JsonString", "an event"),
            ("7b226576656e744e616d65223a2253746f70227d".to_owned(), "Doubtful", "Doubtful", "an event"),
            (format!("{{\"log\":{event:?}}}"), "Doubtful", "an event", "an event"),
            (event.to_owned(), "an event", "an event", "an event"),
            (format!("{event}{event}"), "Several", "Several", "an event"),
            (format!("{event}\r\n{event}\n"), "Several", "an event", "an event"),
            (r#"{"a":"}{"}"#.to_owned(), "an event", "an event", "an event"),
            (r#"{"Records":[{"eventSource":"aws:s3"}]}"#.to_owned(), "an event", "an event", "an event"),
            (r#"{"level":"INFO","events":[1]}"#.to_owned(), "an event", "an event", "an event"),
            ("[INFO] started".to_owned(), "an event", "an event", "an event"),
            ("\"quoted\" is a word".to_owned(), "an event", "an event", "an event"),
        ];
        for (value, of_trail, of_app, of_term) in rows {
            for (pattern, expected) in [(TRAIL, of_trail), (APP, of_app), (TERM, of_term)] {
                let found = judged(pattern, value.as_bytes());
                assert!(found.starts_with(expected), "{pattern} of {value}: {found}");
            }
        }
    }

    #[test]
    fn a_pattern_that_reads_the_form_has_a_verdict() {
        let data = br#"{"messageType":"DATA_MESSAGE","logGroup":"g","logEvents":[{"id":"1","message":"x"}]}"#;
        assert_eq!(judged("{ $.logEvents[0].message = \"x\" }", data), "an event");
        assert_eq!(judged("{ $.log = \"x\" }", br#"{"log":"{\"eventVersion\":\"1.11\"}"}"#), "an event");
    }
}
