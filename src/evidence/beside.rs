//! Records of CloudTrail and compressed payloads that no reader takes: beside the log event of a container, or inside a record.
//!
//! The search for the name `eventVersion` and for the first bytes of payloads ends nearly always at once: what is taken has all of them.

use super::encoded::{COMPRESSED_MARKS, IN_BASE64, VERSION_IN_BASE64, ZLIB_MARKS, is_compressed};
use super::error::{RecordErrorKind, begins};
use super::marks::first_of;
use super::reads::is_of_trail;
use super::values::{
    VALUES_SEARCHED, begins_as_record, is_record, member, object, raw, string, values_named,
};
use crate::engine::json::text::elements;
use aho_corasick::AhoCorasick;
use memchr::memmem;
use std::sync::LazyLock;

/// What a reader takes of an element of a container.
#[derive(Debug, Clone, Copy)]
pub(super) enum Taken<'t> {
    Nothing,
    /// An object of the element.
    Object(&'t [u8]),
    /// A text of the element, without its escapes.
    Text(&'t str),
}

impl Taken<'_> {
    fn bytes(&self) -> &[u8] {
        match self {
            Taken::Nothing => b"",
            Taken::Object(object) => object,
            Taken::Text(text) => text.as_bytes(),
        }
    }

    /// Whether the object is what is taken.
    fn is(&self, object: &[u8]) -> bool {
        matches!(self, Taken::Object(taken) if std::ptr::eq(*taken, object))
    }

    /// Whether what is taken has this text, or the same events: containers have copies of a record.
    fn has(&self, candidate: &[u8]) -> bool {
        let taken = self.bytes();
        if taken.is_empty() {
            return false;
        }
        let mut ids = event_ids(candidate).peekable();
        let has_ids = ids.peek().is_some();
        memmem::find(taken, candidate).is_some() || has_ids && ids.all(|id| memmem::find(taken, id).is_some())
    }
}

/// The values of the members `eventID` in a text, which may be escaped.
fn event_ids(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    values_named(text, b"eventID").filter_map(|id| {
        let length = id.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
        id.get(..length).filter(|id| !id.is_empty())
    })
}

/// What each value that is searched for has.
static MARKS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let compressed = COMPRESSED_MARKS.into_iter().chain(ZLIB_MARKS);
    let marks = ["eventVersion"].into_iter().chain(compressed).chain(VERSION_IN_BASE64);
    first_of(marks)
});

/// The number of marks in the text.
fn marks(text: &[u8]) -> usize {
    // the automaton cannot fail for these texts
    MARKS.as_ref().map_or(usize::from(!text.is_empty()), |marks| marks.find_iter(text).count())
}

/// The record or payload in an element of a container beside what is taken of it, or in the members around an array of log events.
pub(super) fn beside(element: &[u8], taken: Taken<'_>) -> Option<RecordErrorKind> {
    if marks(element) <= marks(taken.bytes()) {
        return None;
    }
    search(element, taken, &|_| false)
}

/// The record or payload in a member of a record that CloudTrail does not write. CloudTrail's own may have one: the parameters of a call
/// that tests a rule.
pub(super) fn inside(record: &[u8]) -> Option<RecordErrorKind> {
    let own = usize::from(begins_as_record(record) || member(record, 0, "eventVersion").is_some());
    if marks(record) <= own {
        return None;
    }
    let id = member(record, 0, "eventID").and_then(|at| string(record, at)).unwrap_or_default();
    search(record, Taken::Text(&id), &is_of_trail)
}

/// The first record or payload in the value that `text` begins with. `is_known`: names of members that are not searched.
fn search(text: &[u8], taken: Taken<'_>, is_known: &dyn Fn(&str) -> bool) -> Option<RecordErrorKind> {
    let mut names: Vec<String> = Vec::new();
    let mut open = vec![(0, None)];
    let mut visited = 0;
    while let Some((at, name)) = open.pop() {
        visited += 1;
        let found = |what: &'static str, value: &[u8]| {
            let member = name.and_then(|name: usize| names.get(name)).cloned().unwrap_or_default();
            Some(RecordErrorKind::Beside { what, member, begins: begins(value) })
        };
        if visited > VALUES_SEARCHED {
            return found(PERHAPS, text);
        }
        match text.get(at) {
            Some(b'{') => {
                if at > 0 && taken.is(raw(text, at)) {
                    continue;
                }
                if at > 0 && is_trail(text, at) && !taken.has(raw(text, at)) {
                    return found(RECORD, raw(text, at));
                }
                // a cell of Logs Insights
                let field = match name {
                    None if at > 0 => member(text, at, "field").and_then(|field| string(text, field)),
                    _ => None,
                };
                let name = name.or_else(|| {
                    names.push(field?.into_owned());
                    Some(names.len() - 1)
                });
                for (key, value) in object(text, at) {
                    let is_searched = matches!(text.get(value), Some(b'{' | b'[' | b'"'));
                    if !is_searched || name.is_none() && is_known(&key) {
                        continue;
                    }
                    let name = name.or_else(|| {
                        // the rest of an object has no name
                        let name = (!key.is_empty()).then_some(names.len())?;
                        names.push(key.into_owned());
                        Some(name)
                    });
                    open.push((value, name));
                }
            }
            Some(b'[') => open.extend(elements(text, at).map(|value| (value, name))),
            Some(b'"') => {
                if marks(raw(text, at)) == 0 {
                    continue;
                }
                let value = string(text, at).unwrap_or_default();
                if let Some(what) = of_text(&value).filter(|_| !taken.has(value.as_bytes())) {
                    return found(what, value.as_bytes());
                }
            }
            _ => {}
        }
    }
    None
}

const RECORD: &str = "a record of CloudTrail";
const ENCODED: &str = "a record of CloudTrail in base64";
const PAYLOAD: &str = "a compressed payload in base64";
const PERHAPS: &str = "perhaps a record of CloudTrail";

/// What a text is, if it is searched for.
fn of_text(text: &str) -> Option<&'static str> {
    if holds_record(text) {
        return Some(RECORD);
    }
    if is_compressed(text.trim().as_bytes()) {
        return Some(PAYLOAD);
    }
    let is_encoded = IN_BASE64.iter().any(|version| version.find(text.as_bytes()).is_some());
    is_encoded.then_some(ENCODED)
}

/// Whether a text has a record of CloudTrail in it: an object, and the version of CloudTrail's records.
pub(super) fn holds_record(text: &str) -> bool {
    let text = text.as_bytes();
    let Some(begin) = memchr::memchr(b'{', text) else { return false };
    let mut versions = values_named(text.get(begin..).unwrap_or_default(), b"eventVersion");
    versions.any(|version| version.starts_with(b"1.") && !is_of_lambda(version, text))
}

/// Whether two texts hold the same events.
#[cfg(feature = "evidence")]
pub(super) fn is_copy(text: &str, of: &str) -> bool {
    Taken::Text(of).has(text.as_bytes())
}

/// Whether the version is 1.0 or 1.1, as in records of Kinesis, DynamoDB and SES, and the text has a source as Lambda writes it.
fn is_of_lambda(version: &[u8], text: &[u8]) -> bool {
    let digits = version.iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b'.')).count();
    matches!(version.get(..digits), Some(b"1.0" | b"1.1")) && memmem::find(text, b"\"aws:").is_some()
}

/// Whether the object at `at` is a record of CloudTrail, also with typed values as DynamoDB has them.
fn is_trail(text: &[u8], at: usize) -> bool {
    let source = member(text, at, "eventSource").map(|source| raw(text, source)).unwrap_or_default();
    if source.starts_with(b"\"aws:") {
        return false;
    }
    let version = member(text, at, "eventVersion").map(|version| raw(text, version)).unwrap_or_default();
    is_record(text, at) || version.starts_with(b"\"1.") && member(text, at, "eventName").is_some()
}
