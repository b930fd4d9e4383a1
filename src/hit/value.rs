//! Reads the texts of a JSON object that is known to be valid.

use crate::engine::json::text::{members, number, skip_blanks, string_end, unescape};
use std::borrow::Cow;

/// The members of the object that begins at `at`: the key's text, and the offset of the value. Nothing if there is no object.
pub(super) fn object(record: &[u8], at: usize) -> impl Iterator<Item = (Cow<'_, [u8]>, usize)> {
    let is_object = record.get(at) == Some(&b'{');
    let all = is_object.then(|| members(record, at)).into_iter().flatten();
    all.filter_map(|(key, value)| Some((inside(record, key)?, value)))
}

/// The offset of the record's first byte that is no blank.
pub(super) fn start(record: &[u8]) -> usize {
    skip_blanks(record, 0)
}

/// A string or a number as text. `None` for other values, and for an empty string, which says nothing.
pub(super) fn text(record: &[u8], at: usize) -> Option<Cow<'_, str>> {
    let bytes = match record.get(at)? {
        b'"' => inside(record, at)?,
        b'-' | b'0'..=b'9' => Cow::Borrowed(number(record, at)),
        _ => return None,
    };
    let text = match bytes {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => String::from_utf8_lossy(&bytes).into_owned().into(),
    };
    (!text.is_empty()).then_some(text)
}

/// The content of the string whose opening quote is at `at`.
fn inside(record: &[u8], at: usize) -> Option<Cow<'_, [u8]>> {
    let (end, has_escapes) = string_end(record, at)?;
    let inside = record.get(at + 1..end)?;
    if !has_escapes {
        return Some(Cow::Borrowed(inside));
    }
    let mut decoded = Vec::new();
    unescape(inside, &mut decoded);
    Some(Cow::Owned(decoded))
}
