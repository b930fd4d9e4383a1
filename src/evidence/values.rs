//! Reads single values of JSON text that is valid, or at least safe to walk: the functions end and do not panic on other text.

use crate::engine::json::text::{members, skip_blanks, string_end, unescape, value_end};
use memchr::memmem;
use std::borrow::Cow;

/// The string whose opening quote is at `at`, with its escapes decoded. Half of a surrogate pair becomes the replacement character.
pub(super) fn string(text: &[u8], at: usize) -> Option<Cow<'_, str>> {
    if text.get(at) != Some(&b'"') {
        return None;
    }
    let (end, has_escapes) = string_end(text, at)?;
    let inside = text.get(at + 1..end)?;
    if !has_escapes {
        return Some(String::from_utf8_lossy(inside));
    }
    let mut decoded = Vec::with_capacity(inside.len());
    unescape(inside, &mut decoded);
    Some(String::from_utf8_lossy(&decoded).into_owned().into())
}

/// The whole number that begins at `at`.
pub(super) fn integer(text: &[u8], at: usize) -> Option<i64> {
    std::str::from_utf8(raw(text, at)).ok()?.parse().ok()
}

/// The whole part of the number that begins at `at`, which is not negative; Logs Insights writes counts as `12000.0`.
pub(super) fn integer_part(text: &[u8], at: usize) -> Option<u64> {
    let number = std::str::from_utf8(raw(text, at)).ok()?;
    let whole = number.split('.').next().unwrap_or(number);
    whole.parse().ok()
}

/// The text of the value that begins at `at`.
pub(super) fn raw(text: &[u8], at: usize) -> &[u8] {
    value_end(text, at).and_then(|end| text.get(at..end)).unwrap_or_default()
}

/// The members of the object whose brace is at `at`: the key with its escapes decoded, and the offset of the value.
pub(super) fn object(text: &[u8], at: usize) -> impl Iterator<Item = (Cow<'_, str>, usize)> {
    let is_object = text.get(at) == Some(&b'{');
    let pairs = is_object.then(|| members(text, at)).into_iter().flatten();
    pairs.filter_map(|(key, value)| Some((string(text, key)?, value)))
}

/// The value of the first member of that name.
pub(super) fn member(text: &[u8], at: usize, name: &str) -> Option<usize> {
    object(text, at).find(|(key, _)| key == name).map(|(_, value)| value)
}

/// The first value inside the container whose bracket is at `at`; `None` if it has not been read or the container is empty.
pub(super) fn first_inside(text: &[u8], at: usize) -> Option<usize> {
    let first = skip_blanks(text, at + 1);
    text.get(first).filter(|byte| !matches!(byte, b']' | b'}')).map(|_| first)
}

/// Whether the array whose bracket is at `at` is empty.
pub(super) fn is_empty_array(text: &[u8], at: usize) -> bool {
    text.get(skip_blanks(text, at + 1)) == Some(&b']')
}

/// The members that tell a CloudTrail record from other objects.
const TELLING: [&str; 8] = [
    "eventVersion",
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "userIdentity",
    "eventID",
    "recipientAccountId",
];

/// Members of [`TELLING`] that an object needs to be taken for a CloudTrail record.
const ENOUGH: usize = 4;

/// Whether the object is a CloudTrail record beyond doubt, so that nothing else has to be looked at. Records of Kinesis, S3 and SQS have
/// members of the same names, and an `eventSource` that begins with `aws:`. Reads no further than it has to.
pub(super) fn is_surely_record(text: &[u8]) -> bool {
    if begins_as_record(text) {
        return true;
    }
    let (mut telling, mut has_source) = (0, false);
    for (key, value) in object(text, 0) {
        telling += usize::from(TELLING.contains(&key.as_ref()));
        if key == "eventSource" {
            has_source = text
                .get(value..)
                .is_some_and(|value| value.starts_with(b"\"") && !value.starts_with(b"\"aws:"));
            if !has_source {
                return false;
            }
        }
        if has_source && telling >= ENOUGH {
            return true;
        }
    }
    false
}

/// Whether the text begins as CloudTrail writes a record. Version 1.0 is also that of the events of Kinesis and DynamoDB, and version 2
/// that of S3.
pub(super) fn begins_as_record(text: &[u8]) -> bool {
    text.starts_with(b"{\"eventVersion\":\"1.") && !text.starts_with(b"{\"eventVersion\":\"1.0\"")
}

/// Whether the object at `at` looks like a CloudTrail record.
pub(super) fn is_record(text: &[u8], at: usize) -> bool {
    object(text, at).filter(|(key, _)| TELLING.contains(&key.as_ref())).take(ENOUGH).count() == ENOUGH
}

/// Objects and arrays that are searched for records.
pub(super) const VALUES_SEARCHED: usize = 10_000;

/// The rest of the text from each value of a member of this name; the text may be escaped.
pub(super) fn values_named<'t>(text: &'t [u8], name: &'static [u8]) -> impl Iterator<Item = &'t [u8]> {
    memmem::find_iter(text, name).map(|at| {
        let after = text.get(at + name.len()..).unwrap_or_default();
        let start = after.iter().position(|byte| !matches!(byte, b'"' | b'\\' | b':' | b' '));
        after.get(start.unwrap_or(after.len())..).unwrap_or_default()
    })
}
