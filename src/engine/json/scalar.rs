//! The tokens of JSON that need a check byte by byte: numbers, `true`, `false`, `null`, and escapes in strings (RFC 8259).

use super::blocks::Strings;

/// Whether `true`, `false`, `null` or a number begins at `at` and ends before a blank or punctuation.
#[inline]
pub(super) fn is_scalar(message: &[u8], at: usize) -> bool {
    let rest = message.get(at..).unwrap_or_default();
    let length = match rest.first() {
        Some(b't') if rest.starts_with(b"true") => 4,
        Some(b'f') if rest.starts_with(b"false") => 5,
        Some(b'n') if rest.starts_with(b"null") => 4,
        Some(b'-' | b'0'..=b'9') => match number_length(rest) {
            Some(length) => length,
            None => return false,
        },
        _ => return false,
    };
    matches!(rest.get(length), None | Some(b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n'))
}

/// RFC 8259: `-? (0 | [1-9] digits*) (. digits+)? ([eE] [+-]? digits+)?`
fn number_length(text: &[u8]) -> Option<usize> {
    let digits = |from: usize| {
        let count = text.get(from..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
        (count > 0).then_some(from + count)
    };
    let start = usize::from(text.first() == Some(&b'-'));
    let mut end = digits(start)?;
    if text.get(start) == Some(&b'0') && end > start + 1 {
        return None;
    }
    if text.get(end) == Some(&b'.') {
        end = digits(end + 1)?;
    }
    if let Some(b'e' | b'E') = text.get(end) {
        let sign = usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        end = digits(end + 1 + sign)?;
    }
    Some(end)
}

/// Whether each backslash of the block is inside a string and begins a legal escape.
#[cold]
pub(super) fn escapes(message: &[u8], base: usize, before: Strings, backslash: u64, inside: u64) -> bool {
    let mut starts = backslash & !before.first_is_escaped();
    while starts != 0 {
        let bit = starts.trailing_zeros() as usize;
        starts &= starts - 1;
        // if the next byte is a backslash, too, it is the escaped character
        starts &= !(2u64.checked_shl(bit as u32).unwrap_or(0));
        if inside >> bit & 1 == 0 || !is_escape(message.get(base + bit + 1..).unwrap_or_default()) {
            return false;
        }
    }
    true
}

fn is_escape(rest: &[u8]) -> bool {
    match rest.first() {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => true,
        Some(b'u') => rest.get(1..5).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
        _ => false,
    }
}
