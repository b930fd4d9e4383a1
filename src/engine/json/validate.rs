//! Whether a message is one whole JSON object (docs/filter-patterns.md#json-events): a state machine over tokens. Log events are
//! checked when they are about to match, records of event files always.

use super::blocks::{Blocks, Strings};
use super::nesting::Nesting;
use super::scalar::{escapes, is_scalar};
use super::validate_minified::{ValidateMinified, Validity};
use crate::engine::simd::{InstructionSet, Kernel, Simd64};

/// The complete proof: RFC 8259 with blanks around one object, valid UTF-8.
pub(crate) fn is_json_object(instructions: InstructionSet, message: &[u8], nesting: &mut Vec<u64>) -> bool {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let start = message.iter().position(|byte| !is_blank(byte)).unwrap_or(0);
    let end = message.iter().rposition(|byte| !is_blank(byte)).map_or(0, |last| last + 1);
    let message = message.get(start..end).unwrap_or_default();
    match instructions.run(ValidateMinified { message, nesting }) {
        Validity::Valid => true,
        Validity::Invalid => false,
        Validity::HasBlanks => instructions.run(Check { message, nesting }),
    }
}

/// The check of a text that may have blanks between its tokens.
struct Check<'a> {
    message: &'a [u8],
    nesting: &'a mut Vec<u64>,
}

/// The tokens that may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum State {
    Start,
    /// after `{`
    KeyOrEnd,
    /// after a comma in an object
    Key,
    /// after a key
    Colon,
    /// after a colon, or a comma in an array
    Value,
    /// after `[`
    ValueOrEnd,
    /// after a value
    CommaOrEnd,
    End,
    Bad,
}

impl Kernel for Check<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<C: Simd64>(self, simd: C) -> bool {
        let Check { message, nesting } = self;
        let mut nesting = Nesting::new(nesting);
        let mut strings = Strings::default();
        let mut state = State::Start;
        let mut scalar_before = 0u64;
        let mut is_ascii = true;
        let mut blocks = Blocks::new(message);
        while let Some((base, block)) = blocks.next() {
            let masks = simd.masks(block);
            let syntax = simd.syntax_masks(block);
            let escaped_before = strings;
            let (quotes, inside) = strings.step(simd, masks.quote, masks.backslash);
            is_ascii &= syntax.below_blank & inside == 0;
            if syntax.control & inside != 0
                || (masks.backslash != 0 && !escapes(message, base, escaped_before, masks.backslash, inside))
            {
                return false;
            }
            let punctuation = (masks.open | masks.close | masks.colon | syntax.comma) & !inside;
            let scalar = !(inside | quotes | punctuation | syntax.blank);
            let scalar_starts = scalar & !(scalar << 1 | scalar_before);
            scalar_before = scalar >> 63;
            let opening = quotes & inside;
            let mut tokens = punctuation | opening | scalar_starts;
            while tokens != 0 {
                let at = tokens.trailing_zeros() as usize;
                tokens &= tokens - 1;
                let byte = block.get(at).copied().unwrap_or_default();
                state = next(state, byte, &mut nesting, message, base + at);
                if state == State::Bad {
                    return false;
                }
            }
        }
        state == State::End && !strings.is_open() && (is_ascii || std::str::from_utf8(message).is_ok())
    }
}

#[inline(always)]
fn next(state: State, byte: u8, nesting: &mut Nesting<'_>, message: &[u8], at: usize) -> State {
    match (byte, state) {
        (b'"', State::KeyOrEnd | State::Key) => State::Colon,
        (b'"', State::Value | State::ValueOrEnd) => State::CommaOrEnd,
        (b':', State::Colon) => State::Value,
        (b',', State::CommaOrEnd) if nesting.in_object() => State::Key,
        (b',', State::CommaOrEnd) => State::Value,
        (b'{', State::Start | State::Value | State::ValueOrEnd) => {
            nesting.push(true);
            State::KeyOrEnd
        }
        (b'[', State::Value | State::ValueOrEnd) => {
            nesting.push(false);
            State::ValueOrEnd
        }
        (b'}', State::KeyOrEnd | State::CommaOrEnd) => closed(nesting, true),
        (b']', State::ValueOrEnd | State::CommaOrEnd) => closed(nesting, false),
        (b'{' | b'}' | b'[' | b']' | b':' | b',' | b'"', _) => State::Bad,
        (_, State::Value | State::ValueOrEnd) if is_scalar(message, at) => State::CommaOrEnd,
        _ => State::Bad,
    }
}

#[inline(always)]
fn closed(nesting: &mut Nesting<'_>, is_object: bool) -> State {
    match nesting.pop(is_object) {
        false => State::Bad,
        true if nesting.depth == 0 => State::End,
        true => State::CommaOrEnd,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_serde_json(message: &[u8]) -> bool {
        let value: Result<&serde_json::value::RawValue, _> = serde_json::from_slice(message);
        value.is_ok_and(|value| value.get().starts_with('{'))
    }

    fn check(message: &[u8]) {
        for instructions in InstructionSet::available() {
            let valid = is_json_object(instructions, message, &mut Vec::new());
            let text = String::from_utf8_lossy(message);
            assert_eq!(valid, by_serde_json(message), "{} on {text}", instructions.name());
        }
    }

    #[test]
    fn agrees_with_serde_json_on_every_small_change_of_a_document() {
        let document =
            r#" {"a":[1,-0.5e+3,true,{"b":null}],"cé\"\\\u00e9":{"d":[],"e":{}},"f":"x\ny/","g":false} "#;
        check(document.as_bytes());
        // Miri takes a thousand times as long: a slice of the places is enough there
        for at in (0..document.len()).step_by(if cfg!(miri) { 29 } else { 1 }) {
            check(&document.as_bytes()[..at]);
            for byte in *b"\"\\{}[]:,01tn-.e \n\x01\xff" {
                let mut changed = document.as_bytes().to_vec();
                changed[at] = byte;
                check(&changed);
                changed.insert(at, byte);
                check(&changed);
                changed.drain(at..at + 2);
                check(&changed);
            }
        }
    }

    #[test]
    fn agrees_with_serde_json_across_blocks() {
        let paddings: Vec<usize> = if cfg!(miri) { vec![0, 55, 61, 63, 64] } else { (0..130).collect() };
        for padding in paddings {
            let pad = "x".repeat(padding);
            for tail in [
                "\\\\\\\"\"}",
                "\\\"}",
                "\\u12",
                "\\u12aF\"}",
                "\\q\"}",
                "\",\"b\":tru}",
                "\",\"b\":12345678901}",
                "\"}}",
                "\"} {",
                "\"}\u{0}",
            ] {
                check(format!("{{\"{pad}\":\"{tail}").as_bytes());
            }
            let deep = format!("{{\"a\":{}{}}}", "[{\"b\":".repeat(padding), "0}]".repeat(padding));
            check(deep.as_bytes());
            check(deep.replacen("}]", "]}", 1).as_bytes());
            check(&deep.as_bytes()[..deep.len() - 1]);
        }
    }
}
