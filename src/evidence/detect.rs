//! Decides how a text is read, by its first bytes and never by its name.

use super::charset::is_of_another_charset;
use super::columns::{columns, event_column, header, is_header};
use super::encoded::{is_payload, is_zlib};
use super::encrypted::is_encrypted;
use super::foreign::{Foreign, fold};
use crate::engine::json::text::{skip_blanks, string_end};

/// How a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// JSON values, one after the other.
    Json,
    /// Lines of text.
    Lines,
    /// A table in CSV, with the names of the columns on its first line.
    Csv,
    /// Base64 of something compressed, on one line or several.
    Base64,
    /// Something that is not read.
    Foreign(Foreign),
}

/// The number of bytes at the start of a text that decide how it is read.
pub(super) const LOOK_BYTES: usize = 4096;

/// How a text is read that begins with `start`.
pub(super) fn content(start: &[u8]) -> Content {
    if let Some(foreign) = foreign(start) {
        return Content::Foreign(foreign);
    }
    let text = start.strip_prefix("\u{feff}".as_bytes()).unwrap_or(start);
    let text = text.get(skip_blanks(text, 0)..).unwrap_or_default();
    if text.first() == Some(&RECORD_SEPARATOR) {
        return Content::Json;
    }
    let second = text.get(1..).map(|rest| skip_blanks(rest, 0)).and_then(|at| text.get(1 + at));
    match (text.first(), second) {
        (None | Some(b'{' | b'}' | b']' | b',' | b':'), _) => return Content::Json,
        (Some(b'['), None | Some(b'{' | b'[' | b'"' | b']' | b',')) => return Content::Json,
        _ => {}
    }
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if is_payload(line.trim_ascii_end()) {
        return Content::Base64;
    }
    if let Some(content) = coloured_or_table(text) {
        return content;
    }
    match text.first() {
        // a line of text may begin with a quote, too
        Some(b'"') if is_one_string(line.trim_ascii_end()) => Content::Json,
        _ if is_text(line) || is_of_another_charset(start) && !is_zlib(start) => Content::Lines,
        _ => Content::Foreign(Foreign::Binary),
    }
}

/// A table of log events, or a format that is known and not read, by the first line of the text.
pub(super) fn coloured_or_table(text: &[u8]) -> Option<Content> {
    if is_coloured(text) {
        return Some(Content::Foreign(Foreign::Coloured));
    }
    table(header(text))
}

/// How an escape sequence of a terminal begins.
const ESCAPE: &[u8] = b"\x1b[";

/// Whether the text is JSON with the colours of a terminal in it, as `jq -C` prints it: colours are before a bracket, and before what is inside.
fn is_coloured(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some(sequence) = rest.strip_prefix(ESCAPE) {
        let Some(end) = sequence.iter().position(|byte| matches!(byte, 0x40..=0x7e)) else { return false };
        rest = sequence.get(end + 1..).unwrap_or_default();
    }
    let inside = rest.strip_prefix(b"{").or_else(|| rest.strip_prefix(b"["));
    rest.len() < text.len() && inside.is_some_and(|inside| inside.trim_ascii_start().starts_with(ESCAPE))
}

/// The format that is known and not read, by the first bytes of a text.
pub(super) fn foreign(start: &[u8]) -> Option<Foreign> {
    let is_utf16 = start.starts_with(&[0xff, 0xfe])
        || start.starts_with(&[0xfe, 0xff])
        || matches!(start, [b'{' | b'[', 0, second, 0, ..] if *second != 0)
        || matches!(start, [0, b'{' | b'[', 0, second, ..] if *second != 0);
    match start {
        _ if is_utf16 => Some(Foreign::Utf16),
        _ if is_encrypted(start) => Some(Foreign::Encrypted),
        _ if start.starts_with(b"PAR1") => Some(Foreign::Parquet),
        _ if start.starts_with(b"Obj\x01") => Some(Foreign::Avro),
        _ if start.starts_with(b"ORC") && start.get(3).is_some_and(|byte| !byte.is_ascii_graphic()) => {
            Some(Foreign::Orc)
        }
        _ if start.starts_with(b"\xfd7zXZ\0") => Some(Foreign::Xz),
        _ if start.starts_with(b"BZh") && start.get(4..7) == Some(b"1AY") => Some(Foreign::Bzip2),
        _ if start.starts_with(b"7z\xbc\xaf\x27\x1c") => Some(Foreign::SevenZip),
        _ if start.starts_with(b"Rar!\x1a\x07") => Some(Foreign::Rar),
        _ if start.starts_with(b"\x04\x22\x4d\x18") => Some(Foreign::Lz4),
        _ if start.starts_with(b"\xff\x06\0\0sNaPpY") => Some(Foreign::Snappy),
        _ => None,
    }
}

/// Whether a line is text: UTF-8 (its last character may be cut off) without control characters except tab, carriage return, form feed and
/// escape.
pub(super) fn is_text(line: &[u8]) -> bool {
    let is_control = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\r' | 0x1b | 0x0c);
    let is_utf8 = match std::str::from_utf8(line) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    is_utf8 && !line.iter().any(is_control)
}

/// Whether the line is one JSON string, perhaps with a comma after it, or begins one that does not end within what is looked at.
fn is_one_string(line: &[u8]) -> bool {
    match string_end(line, 0) {
        Some((end, _)) => matches!(line.get(end + 1..).map(<[u8]>::trim_ascii), Some(b"" | b",")),
        None => line.len() + 1 >= LOOK_BYTES,
    }
}

/// Put before each value of a JSON text sequence (RFC 7464).
pub(super) const RECORD_SEPARATOR: u8 = 0x1e;

/// Whether the line names the columns of a table of log events.
fn table(line: &[u8]) -> Option<Content> {
    let (names, _) = columns(line);
    let has = |name: &str| names.iter().any(|column| column.eq_ignore_ascii_case(name));
    if event_column(&names).is_some() {
        return is_header(&names).then_some(Content::Csv);
    }
    if has("class_uid") && has("metadata") {
        return Some(Content::Foreign(Foreign::Ocsf));
    }
    // an object or a sentence has more words around a comma
    let is_column = |name: &String| name.len() <= LONGEST_COLUMN && !name.contains(['{', '=', ':']);
    if !names.iter().all(is_column) {
        return None;
    }
    let folded: Vec<String> = names.iter().map(|name| fold(name)).collect();
    let telling = TRAIL.iter().filter(|name| folded.iter().any(|column| column.starts_with(**name))).count();
    let of_search = names.iter().any(|name| SEARCH_TIMES.iter().any(|time| name.starts_with(time)));
    let is_trail = folded.iter().any(|name| name == "eventname") && telling + usize::from(of_search) >= 2;
    is_trail.then_some(Content::Foreign(Foreign::Columns))
}

/// Columns that a table of CloudTrail's events has, [folded](fold); `useridentity` may be several.
const TRAIL: [&str; 8] = [
    "eventname",
    "eventsource",
    "eventtime",
    "eventid",
    "awsregion",
    "sourceipaddress",
    "useridentity",
    "useragent",
];

/// How the columns of the time begin in tables of Splunk and of Sentinel.
const SEARCH_TIMES: [&str; 2] = ["_time", "TimeGenerated"];

/// Bytes of the longest name of a column that is taken for one of a table of CloudTrail's events.
const LONGEST_COLUMN: usize = 64;
