//! Reads JSON text one value at a time: strings with escapes, selectors with wildcards, and objects whose keys have escapes.
//!
//! The functions expect valid JSON. On other text their results mean nothing, but they end and do not panic; a message is checked
//! as a whole before a match is reported.

use crate::engine::compile::ValueKind;
use crate::engine::simd::{Block, InstructionSet, Kernel, Simd64};
use memchr::memchr2;

/// The type of the value that begins with this byte.
#[inline]
pub(crate) fn kind(first: u8) -> Option<ValueKind> {
    Some(match first {
        b'"' => ValueKind::Text,
        b'-' | b'0'..=b'9' => ValueKind::Number,
        b't' => ValueKind::True,
        b'f' => ValueKind::False,
        b'n' => ValueKind::Null,
        b'[' => ValueKind::Array,
        b'{' => ValueKind::Object,
        _ => return None,
    })
}

/// The offset of the first byte from `at` on that is no blank.
#[inline]
pub(crate) fn skip_blanks(text: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\t' | b'\r' | b'\n') = text.get(at) {
        at += 1;
    }
    at
}

/// The offset of the closing quote of the string that opens at `at`, and whether the string has escapes.
#[inline]
pub(crate) fn string_end(text: &[u8], at: usize) -> Option<(usize, bool)> {
    let mut from = at + 1;
    // most strings are short, and eight bytes at a time cost less than a call of `memchr2`
    for _ in 0..SHORT_WORDS {
        let Some(word) = text.get(from..).and_then(|rest| rest.first_chunk::<8>()) else { break };
        let word = u64::from_le_bytes(*word);
        let ends = zero_bytes(word ^ QUOTES) | zero_bytes(word ^ BACKSLASHES);
        if ends != 0 {
            from += (ends.trailing_zeros() / 8) as usize;
            if text.get(from) == Some(&b'"') {
                return Some((from, false));
            }
            break;
        }
        from += 8;
    }
    long_string_end(text, from)
}

/// The same, 64 bytes at a time.
#[inline]
pub(crate) fn string_end_on(instructions: InstructionSet, text: &[u8], at: usize) -> Option<(usize, bool)> {
    let block = text.get(at + 1..).and_then(|rest| rest.first_chunk::<64>());
    let Some(block) = block.filter(|_| instructions != InstructionSet::portable()) else {
        return string_end(text, at);
    };
    let from = at + 1 + instructions.run(FirstEnd(block)) as usize;
    if text.get(from) == Some(&b'"') { Some((from, false)) } else { long_string_end(text, from) }
}

/// The place of the first quote or backslash; 64 if there is none.
struct FirstEnd<'a>(&'a Block);

impl Kernel for FirstEnd<'_> {
    type Output = u32;

    #[inline(always)]
    fn run<C: Simd64>(self, simd: C) -> u32 {
        (simd.equal(self.0, b'"') | simd.equal(self.0, b'\\')).trailing_zeros()
    }
}

/// The words of eight bytes that are read before `memchr2` is called.
const SHORT_WORDS: usize = 6;
const QUOTES: u64 = u64::from_ne_bytes([b'"'; 8]);
const BACKSLASHES: u64 = u64::from_ne_bytes([b'\\'; 8]);

/// The lowest bit that is set is the highest bit of the first byte that is zero; the bits above it mean nothing.
#[inline(always)]
fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(u64::from_ne_bytes([1; 8])) & !word & u64::from_ne_bytes([0x80; 8])
}

/// The same from an offset inside the string that is not escaped and has no escape before it.
#[inline(never)]
fn long_string_end(text: &[u8], mut from: usize) -> Option<(usize, bool)> {
    let mut escapes = false;
    loop {
        let rest = text.get(from..)?;
        let found = from + memchr2(b'"', b'\\', rest)?;
        if text.get(found) == Some(&b'"') {
            return Some((found, escapes));
        }
        escapes = true;
        from = found + 2;
    }
}

/// The number that begins at `at`.
#[inline]
pub(crate) fn number(text: &[u8], at: usize) -> &[u8] {
    let rest = text.get(at..).unwrap_or_default();
    let is_number = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
    let length = rest.iter().position(|byte| !is_number(byte)).unwrap_or(rest.len());
    rest.get(..length).unwrap_or_default()
}

/// The offset after the value that begins at `at`.
pub(crate) fn value_end(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at)? {
        b'"' => string_end(text, at).map(|(end, _)| end + 1),
        b'{' | b'[' => container_end(text, at),
        _ => {
            let rest = text.get(at..)?;
            let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n');
            Some(at + rest.iter().position(ends).unwrap_or(rest.len()))
        }
    }
}

fn container_end(text: &[u8], at: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut at = at;
    loop {
        match text.get(at)? {
            b'"' => at = string_end(text, at)?.0,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// The members of the object whose brace is at `at`, as offsets of the key's opening quote and of the value.
pub(crate) fn members(text: &[u8], at: usize) -> impl Iterator<Item = (usize, usize)> {
    let mut parts = Parts::after(at);
    std::iter::from_fn(move || {
        let key = parts.next(text)?;
        if text.get(key) != Some(&b'"') {
            return None;
        }
        let colon = skip_blanks(text, string_end(text, key)?.0 + 1);
        let value = skip_blanks(text, colon + 1);
        parts.previous = Some(value);
        Some((key, value))
    })
}

/// The offsets of the elements of the array whose bracket is at `at`.
pub(crate) fn elements(text: &[u8], at: usize) -> impl Iterator<Item = usize> {
    let mut parts = Parts::after(at);
    std::iter::from_fn(move || {
        let value = parts.next(text)?;
        if matches!(text.get(value), None | Some(b']')) {
            return None;
        }
        parts.previous = Some(value);
        Some(value)
    })
}

/// The parts of a container. The end of a part is searched for only when the next part is asked for.
struct Parts {
    first: Option<usize>,
    previous: Option<usize>,
}

impl Parts {
    fn after(bracket: usize) -> Self {
        Parts { first: Some(bracket + 1), previous: None }
    }

    fn next(&mut self, text: &[u8]) -> Option<usize> {
        let from = match self.first.take() {
            Some(first) => first,
            None => {
                let end = skip_blanks(text, value_end(text, self.previous.take()?)?);
                (text.get(end) == Some(&b',')).then_some(end + 1)?
            }
        };
        Some(skip_blanks(text, from))
    }
}

/// Appends the content of a string with its escapes decoded. Half of a surrogate pair becomes its three bytes in WTF-8, which
/// equal no text that a pattern can have.
pub(crate) fn unescape(inside: &[u8], out: &mut Vec<u8>) {
    let mut rest = inside;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(rest.get(..at).unwrap_or_default());
        let escape = rest.get(at + 1..).unwrap_or_default();
        let width = match escape.first() {
            Some(b'u') => unicode(escape, out),
            Some(&other) => {
                out.push(match other {
                    b'b' => 8,
                    b'f' => 12,
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    itself => itself,
                });
                1
            }
            None => 0,
        };
        rest = escape.get(width..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
}

/// `u12ab`, or `ud83d\ude00` as one character; returns the bytes taken.
fn unicode(escape: &[u8], out: &mut Vec<u8>) -> usize {
    let hex = |from: usize| {
        let digits = std::str::from_utf8(escape.get(from..from + 4)?).ok()?;
        u32::from_str_radix(digits, 16).ok()
    };
    let Some(first) = hex(1) else { return 1 };
    if (0xd800..0xdc00).contains(&first) && escape.get(5..7) == Some(b"\\u") {
        let low = hex(7).filter(|low| (0xdc00..0xe000).contains(low));
        let pair = low.and_then(|low| char::from_u32(0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00)));
        if let Some(character) = pair {
            out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            return 11;
        }
    }
    match char::from_u32(first) {
        Some(character) => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        None => out.extend([
            0xe0 | (first >> 12) as u8,
            0x80 | (first >> 6 & 0x3f) as u8,
            0x80 | (first & 0x3f) as u8,
        ]),
    }
    5
}
