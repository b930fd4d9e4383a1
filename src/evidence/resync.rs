//! Where reading can go on after damage.

use super::detect::RECORD_SEPARATOR;
use super::window::Window;
use crate::limits::{RECORD_BYTES, SKIPPED_BYTES};

/// What is known of the damaged place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    /// A value of the top level.
    Top,
    /// An element of an array that began on the same line.
    Array,
    /// An element of an array whose elements have lines of their own.
    ArrayOfLines,
    /// The object that holds the records, after them.
    Envelope,
}

/// Passes a damaged value, and returns true, if its end on this line is beyond doubt: its brackets close in pairs, each
/// string is where a string may be, and what follows is what may follow a value there. A quote that is missing
/// turns strings inside out, which the strings' neighbours show.
pub(super) fn pass_value(window: &mut Window<'_>, around: Around) -> bool {
    let in_array = match around {
        Around::Top => false,
        Around::Array | Around::ArrayOfLines => true,
        Around::Envelope => return false,
    };
    loop {
        let rest = window.rest();
        let (text, is_full) = match rest.get(..=RECORD_BYTES) {
            Some(text) => (text, true),
            None => (rest, false),
        };
        match value_end(text, in_array) {
            End::At(end) => {
                window.pass(end);
                return true;
            }
            End::Unclear => return false,
            End::NotYet if is_full => break,
            End::NotYet => {
                let length = rest.len();
                window.ensure(2 * length);
                if window.rest().len() == length {
                    break;
                }
            }
        }
    }
    // the end of the text ends a line
    let text = [window.rest().get(..RECORD_BYTES).unwrap_or(window.rest()), b"\n"].concat();
    match value_end(&text, in_array) {
        End::At(end) => {
            window.pass(end);
            true
        }
        _ => false,
    }
}

enum End {
    At(usize),
    Unclear,
    NotYet,
}

fn value_end(text: &[u8], in_array: bool) -> End {
    let mut open = Vec::new();
    let (mut at, mut before) = (0, b':');
    loop {
        let Some(&byte) = text.get(at) else { return End::NotYet };
        match byte {
            b'\n' => return End::Unclear,
            b'"' => {
                let end = match string_end(text, at) {
                    End::At(end) => end,
                    other => return other,
                };
                let after = end + blanks(text, end);
                let Some(&next) = text.get(after) else { return End::NotYet };
                let follows = matches!(next, b':' | b',' | b'}' | b']');
                if !matches!(before, b'{' | b'[' | b',' | b':') || !follows {
                    return End::Unclear;
                }
                (at, before) = (end, b'"');
                if open.is_empty() {
                    break;
                }
                continue;
            }
            b'{' | b'[' => open.push(byte + 2),
            b'}' | b']' => match open.pop() {
                // the end of the array that holds the damage
                None if in_array && at > 0 && byte == b']' => return End::At(at),
                Some(bracket) if bracket == byte => {
                    if open.is_empty() {
                        at += 1;
                        break;
                    }
                }
                _ => return End::Unclear,
            },
            b',' if open.is_empty() => {
                return if in_array && at > 0 { End::At(at) } else { End::Unclear };
            }
            _ => {}
        }
        if !matches!(byte, b' ' | b'\t' | b'\r') {
            before = byte;
        }
        at += 1;
    }
    match (text.get(at + blanks(text, at)), in_array) {
        (None, _) => End::NotYet,
        (Some(b',' | b']'), true) | (Some(b'{' | b'[' | b'\n'), false) => End::At(at),
        _ => End::Unclear,
    }
}

/// Blanks within a line.
fn blanks(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count()
}

/// The position after the string whose quote is at `at`, which ends on its line.
fn string_end(text: &[u8], at: usize) -> End {
    let mut from = at + 1;
    while let Some(found) = memchr::memchr3(b'"', b'\\', b'\n', text.get(from..).unwrap_or_default()) {
        match text.get(from + found) {
            Some(b'"') => return End::At(from + found + 1),
            Some(b'\\') if text.get(from + found + 1) != Some(&b'\n') => from += found + 2,
            _ => return End::Unclear,
        }
    }
    End::NotYet
}

/// The start of the line on which reading continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// A value of the top level.
    Top,
    /// An element, or the end of the array.
    Element,
}

/// Passes the rest of the damaged lines. Goes on at a line that begins with `{` or `[` and is indented no deeper than the
/// damaged one, so that nothing inside of a value that is printed over several lines is taken for a record; after
/// something other than a record, at the very next line. None if the text ends first, or this costs more than the limit.
pub(super) fn pass_lines(window: &mut Window<'_>, around: Around) -> Option<Line> {
    let indent = window.indent();
    let is_garbage =
        around == Around::Top && !matches!(window.rest().first(), Some(&(b'{' | b'[' | RECORD_SEPARATOR)));
    let mut left = SKIPPED_BYTES;
    loop {
        pass_line(window, &mut left)?;
        let first = first_of_line(window, &mut left)?;
        let is_outer = window.indent() <= indent;
        match (around, first) {
            (_, b'\n') => {}
            (Around::Top, _) if is_garbage => return Some(Line::Top),
            (Around::ArrayOfLines, b'{') if is_outer => {
                return Some(if is_delivery_file(window) { Line::Top } else { Line::Element });
            }
            (Around::ArrayOfLines, b']') if is_outer => return Some(Line::Element),
            (Around::ArrayOfLines, _) => {}
            (_, b'{' | b'[' | RECORD_SEPARATOR) if is_outer => return Some(Line::Top),
            _ => {}
        }
    }
}

/// Whether a delivery file begins here, written as usual.
pub(super) fn is_delivery_file(window: &mut Window<'_>) -> bool {
    const ENOUGH: usize = 64;
    window.ensure(ENOUGH);
    let rest = window.rest();
    let mut text = rest.get(..ENOUGH).unwrap_or(rest);
    for token in [&b"{"[..], b"\"Records\"", b":", b"["] {
        let Some(after) = text.trim_ascii_start().strip_prefix(token) else { return false };
        text = after;
    }
    true
}

/// Passes the end of the line, if it is within the next `left` bytes, which are counted down.
fn pass_line(window: &mut Window<'_>, left: &mut usize) -> Option<()> {
    loop {
        let rest = window.rest();
        let rest = rest.get(..*left).unwrap_or(rest);
        let end = memchr::memchr(b'\n', rest);
        let count = end.map_or(rest.len(), |end| end + 1);
        window.pass(count);
        *left -= count;
        if end.is_some() {
            return Some(());
        }
        if *left == 0 || !window.fill() {
            return None;
        }
    }
}

/// Passes the blanks at a line's beginning; then its first byte.
fn first_of_line(window: &mut Window<'_>, left: &mut usize) -> Option<u8> {
    loop {
        let count = blanks(window.rest(), 0).min(*left);
        window.pass(count);
        *left -= count;
        if *left == 0 {
            return None;
        }
        if let Some(&first) = window.rest().first() {
            return Some(first);
        }
        if !window.fill() {
            return None;
        }
    }
}
