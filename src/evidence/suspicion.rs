//! Records that may not be what they are taken for: a CloudTrail record is inside, or they are of another form of one.

use super::beside::inside;
use super::dump::is_dump;
use super::encoded::{
    COMPRESSED_MARKS, Encoding, IN_BASE64, VERSION_IN_BASE64, ZLIB_MARKS, begins_compressed, begins_zlib,
    encoding, is_base64, is_compressed, mark_offset,
};
use super::error::{RecordErrorKind, begins};
use super::foreign::{Foreign, fold};
use super::marks::first_of;
use super::other_forms::{is_projected, may_be_projected, names_of_calls, of_text};
use super::values::{
    VALUES_SEARCHED, first_inside, is_record, is_surely_record, member, object, raw, values_named,
};
use crate::limits::CONTAINER_NESTING;
use aho_corasick::AhoCorasick;
use memchr::memmem;
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// One of these is in each record that [`suspicion`] finds: one pass over an event of an application ends the search.
static MARKS: LazyLock<Marks> = LazyLock::new(Marks::new);

struct Marks(Option<AhoCorasick>);

impl Marks {
    fn new() -> Self {
        let fixed = ["eventVersion", "class_uid", OF_A_SERVICE, OF_CLOUDTRAIL];
        let of_payloads = COMPRESSED_MARKS.into_iter().chain(ZLIB_MARKS).chain(VERSION_IN_BASE64);
        let marks = fixed.into_iter().chain(of_payloads).chain(MARKS_OF_TEXT);
        Marks(first_of(marks.map(str::to_owned).chain(names_of_calls())))
    }

    /// Without the automaton, which cannot fail for these texts, every record is looked at.
    fn is_match(&self, record: &[u8]) -> bool {
        self.0.as_ref().is_none_or(|marks| marks.is_match(record))
    }
}

/// How a line of text begins, or what it has, that another tool wrote for people or another system; see [`of_text`].
const MARKS_OF_TEXT: [&str; 3] = ["CEF:", "LEEF:", "LookupEvents"];

const OF_A_SERVICE: &str = ".amazonaws.com";
const OF_CLOUDTRAIL: &str = "AWS CloudTrail";

static OF_SERVICE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(OF_A_SERVICE));
static PRODUCT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(OF_CLOUDTRAIL));

/// Whether nothing in a record is a mark of what the other functions of this file find. One pass, and true of most records that are no
/// records of CloudTrail.
pub(super) fn is_unmarked(record: &[u8]) -> bool {
    !is_surely_record(record) && !MARKS.is_match(record)
}

/// Why a record may not be what it is taken for: a CloudTrail record is inside, or it is one in another form.
pub(super) fn suspicion(record: &[u8]) -> Option<RecordErrorKind> {
    if is_surely_record(record) {
        return inside(record);
    }
    // what has a version of its own is a record, if a short one
    if is_record(record, 0) || member(record, 0, "eventVersion").is_some() {
        if let Some(inside) = inside(record) {
            return Some(inside);
        }
    } else if names_version(record) {
        return Some(RecordErrorKind::UnknownContainer { begins: begins(record) });
    }
    if payload_inside(record, true) {
        return Some(RecordErrorKind::UnknownPayload { begins: begins(record) });
    }
    if IN_BASE64.iter().any(|version| version.find(record).is_some()) {
        return Some(RecordErrorKind::EncodedRecords { begins: begins(record) });
    }
    if memmem::find(record, b"class_uid").is_some() && holds(record, &is_ocsf) {
        return Some(of_foreign(Foreign::Ocsf, record));
    }
    let names_service = OF_SERVICE.find(record).is_some() || PRODUCT.find(record).is_some();
    let is_renamed = names_service && holds(record, &is_renamed)
        || may_be_projected(record) && holds(record, &is_projected);
    is_renamed.then(|| of_foreign(Foreign::Renamed, record))
}

/// Why a JSON record may not be what it is taken for, if JSON patterns are matched: the payload may be part of the message.
pub(super) fn suspicion_of_json(record: &[u8]) -> Option<RecordErrorKind> {
    if is_surely_record(record) {
        return None;
    }
    payload_inside(record, false).then(|| RecordErrorKind::UnknownPayload { begins: begins(record) })
}

/// Why a line of text may not be what it is taken for, if JSON patterns are matched.
pub(super) fn suspicion_of_text(line: &[u8]) -> Option<RecordErrorKind> {
    if payloads(line).any(|at| is_long_payload(line, at)) {
        return Some(RecordErrorKind::UnknownPayload { begins: begins(line) });
    }
    of_text(line).map(|foreign| of_foreign(foreign, line))
}

/// The payload that a line of text is, in another encoding than base64. It has no mark.
pub(super) fn suspicion_of_encoding(line: &[u8]) -> Option<RecordErrorKind> {
    // of zlib, which has no mark within a text
    if is_compressed(line) {
        return Some(RecordErrorKind::UnknownPayload { begins: begins(line) });
    }
    if is_dump(line) {
        return Some(of_foreign(Foreign::Dump, line));
    }
    let foreign = match encoding(line)? {
        Encoding::Base32 => Foreign::Base32,
        Encoding::Hexadecimal => Foreign::Dump,
        Encoding::Uuencode => Foreign::Uuencode,
    };
    Some(of_foreign(foreign, line))
}

static PAYLOADS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| first_of(COMPRESSED_MARKS));

/// Where base64 of something compressed may begin.
fn payloads(text: &[u8]) -> impl Iterator<Item = usize> {
    let marks = PAYLOADS.iter().flat_map(move |marks| marks.find_iter(text));
    let starts = marks.filter_map(move |found| {
        let mark = text.get(found.range())?;
        found.start().checked_sub(mark_offset(mark))
    });
    starts.filter(move |at| text.get(*at..).is_some_and(begins_compressed))
}

/// Whether base64 of something compressed is a word of the text at `at`, and long enough for a log event.
fn is_long_payload(text: &[u8], at: usize) -> bool {
    const SHORTEST: usize = 32;
    let is_inside = |before: usize| text.get(before).is_some_and(u8::is_ascii_alphanumeric);
    let word = text.get(at..at + SHORTEST);
    !at.checked_sub(1).is_some_and(is_inside) && word.is_some_and(is_base64)
}

fn of_foreign(foreign: Foreign, record: &[u8]) -> RecordErrorKind {
    let (what, help) = foreign.texts();
    RecordErrorKind::Foreign { what, help, begins: begins(record) }
}

/// Whether `eventVersion` is in the text as CloudTrail writes it. Notices of S3 have version 2, the records of Kinesis, DynamoDB and SES
/// have 1.0 or 1.1, and an `eventSource` that begins with `aws:`.
pub(super) fn names_version(text: &[u8]) -> bool {
    values_named(text, b"eventVersion").any(|version| {
        let length =
            version.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b'.')).unwrap_or(version.len());
        let is_other = match version.get(..length).unwrap_or_default() {
            b"" => false,
            b"1.0" | b"1.1" => true,
            version => !version.starts_with(b"1."),
        };
        !is_other || !has_source_of_lambda(text)
    })
}

/// Whether an `eventSource` such as `aws:s3` is in the text. An ARN has a colon before `aws:`.
fn has_source_of_lambda(text: &[u8]) -> bool {
    memmem::find_iter(text, b"aws:").any(|at| at == 0 || text.get(at - 1).is_some_and(|byte| *byte == b'"'))
}

/// Whether the text has a string with base64 of something compressed: as a member `data` or `Data`, as subscriptions, Kinesis and Firehose
/// write it, or under any other name, if it is long enough for a log event.
fn payload_inside(text: &[u8], is_data_only: bool) -> bool {
    let has_payload = payloads(text).any(|at| {
        let Some((b'"', before)) = text.get(..at).and_then(<[u8]>::split_last) else { return false };
        let before = before.trim_ascii_end();
        let key = before.strip_suffix(b":").unwrap_or_default().trim_ascii_end();
        let is_data = key.ends_with(b"\"data\"") || key.ends_with(b"\"Data\"");
        is_data || !is_data_only && is_long_payload(text, at)
    });
    has_payload || !is_data_only && has_zlib(text)
}

static ZLIB: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| first_of(ZLIB_MARKS));

/// Whether the text has a string that begins as base64 of what zlib compressed does.
fn has_zlib(text: &[u8]) -> bool {
    let mut marks = ZLIB.iter().flat_map(|marks| marks.find_iter(text));
    marks.any(|found| text.get(found.start() + 1..).is_some_and(begins_zlib))
}

/// Whether the object at `at` is a record of OCSF.
fn is_ocsf(text: &[u8], at: usize) -> bool {
    const CLASSES: [&str; 4] = ["class_uid", "category_uid", "type_uid", "activity_id"];
    let has = |name: &str| member(text, at, name).is_some();
    has("metadata") && CLASSES.iter().filter(|name| has(name)).count() >= 2
}

/// Whether the object at `at` has the source and the name of an API call under other names than CloudTrail's, or columns in their place:
/// lower case, snake case, the SDK's `EventName`, Elastic's `event.provider` and `event.action`, UDM, a column each as pandas writes it.
fn is_renamed(text: &[u8], at: usize) -> bool {
    let (mut source, mut name, mut is_other) = (false, false, false);
    for (key, value) in object(text, at) {
        let is_text = text.get(value) == Some(&b'"');
        match fold(&key).as_str() {
            "provider" | "eventprovider" if memmem::find(text, b"cloudtrail").is_none() => {}
            "eventsource" | "eventprovider" | "provider" => {
                source |= OF_SERVICE.find(raw(text, value)).is_some();
                is_other |= key != "eventSource" || !is_text;
            }
            "productname" => source |= PRODUCT.find(raw(text, value)).is_some(),
            "eventname" => {
                name = true;
                is_other |= key != "eventName" || !is_text;
            }
            "eventaction" | "action" | "producteventtype" => (name, is_other) = (true, true),
            _ => {}
        }
    }
    source && name && is_other
}

/// Whether an array somewhere inside the object has a CloudTrail record for its first element.
pub(super) fn holds_records(text: &[u8]) -> bool {
    let of_array = |text: &[u8], at: usize| {
        text.get(at) == Some(&b'[') && first_inside(text, at).is_some_and(|first| is_record(text, first))
    };
    holds(text, &of_array)
}

/// Whether `is_it` holds for an object or array inside the object, or for the object. Of each array the first element counts.
fn holds(text: &[u8], is_it: &dyn Fn(&[u8], usize) -> bool) -> bool {
    let mut open = vec![(0, 0)];
    let mut visited = 0;
    while let Some((at, depth)) = open.pop() {
        visited += 1;
        if depth > CONTAINER_NESTING || visited > VALUES_SEARCHED {
            continue;
        }
        if is_it(text, at) {
            return true;
        }
        match text.get(at) {
            Some(b'{') => {
                let inside = object(text, at).map(|(_, value)| value);
                open.extend(
                    inside.filter(|at| matches!(text.get(*at), Some(b'{' | b'['))).map(|at| (at, depth + 1)),
                );
            }
            Some(b'[') => {
                let Some(first) = first_inside(text, at) else { continue };
                if matches!(text.get(first), Some(b'{' | b'[')) {
                    open.push((first, depth + 1));
                }
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_search_begins_with_a_mark() {
        let of_call = |name: &str| format!("{{\"{name}\":\"StopLogging\",\"EventId\":\"1\"}}");
        let names = ["EventName", "event_name", "Event Name", "event-name", "event.name", "EVENT_name"];
        let mut records: Vec<String> = names.map(of_call).into();
        records.extend(VERSION_IN_BASE64.map(|version| format!("{{\"a\":\"{version}\"}}")));
        records.extend(
            [
                r#"{"log":"{\"eventVersion\":\"1.11\"}"}"#,
                r#"{"a":{"data":"H4sIAAAA"}}"#,
                r#"{"metadata":{},"class_uid":1,"type_uid":1}"#,
                r#"{"eventname":"x","eventsource":"a.amazonaws.com"}"#,
                r#"{"productName":"AWS CloudTrail","action":"x"}"#,
            ]
            .map(str::to_owned),
        );
        for record in records {
            assert!(!is_unmarked(record.as_bytes()), "{record}");
            assert!(suspicion(record.as_bytes()).is_some(), "{record}");
        }
        for line in ["CEF:0|a|b|1|c|d|5|", "LEEF:2.0|a", "|  LookupEvents  |", "EventName: StopLogging"] {
            assert!(!is_unmarked(line.as_bytes()), "{line}");
            assert!(suspicion_of_text(line.as_bytes()).is_some(), "{line}");
        }
        assert!(is_unmarked(br#"{"level":"INFO","event":"name","msg":"the name of the event"}"#));
    }
}
