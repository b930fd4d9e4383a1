//! Splits a line into the tokens of space-delimited patterns (docs/filter-patterns.md#columns-of-an-event).

use memchr::memchr;

/// A token: its offset with delimiters, and its text without them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) start: usize,
    text: (usize, usize),
}

impl Token {
    pub(crate) fn text<'a>(&self, message: &'a [u8]) -> &'a [u8] {
        message.get(self.text.0..self.text.1).unwrap_or_default()
    }
}

/// Replaces `tokens` by the tokens of the message.
pub(crate) fn tokenize(message: &[u8], tokens: &mut Vec<Token>) {
    tokens.clear();
    let mut at = 0;
    // if a quote or bracket has no partner, later ones have none either
    let (mut quotes_left, mut brackets_left) = (true, true);
    while let Some(&first) = message.get(at) {
        if is_blank(first) {
            at += 1;
            continue;
        }
        let inside = message.get(at + 1..).unwrap_or_default();
        let close = match first {
            b'"' if quotes_left => memchr(b'"', inside).or_else(|| none(&mut quotes_left)),
            b'[' if brackets_left => memchr(b']', inside).or_else(|| none(&mut brackets_left)),
            _ => None,
        };
        let (text, next) = match close {
            Some(length) => ((at + 1, at + 1 + length), at + length + 2),
            None => {
                let length = inside.iter().position(|&byte| is_blank(byte)).unwrap_or(inside.len());
                ((at, at + 1 + length), at + 1 + length)
            }
        };
        tokens.push(Token { start: at, text });
        at = next;
    }
}

/// The message from a token on, without the white space at its end.
pub(crate) fn rest_from<'a>(message: &'a [u8], token: &Token) -> &'a [u8] {
    let rest = message.get(token.start..).unwrap_or_default();
    let length = rest.iter().rposition(|&byte| !is_blank(byte)).map_or(0, |last| last + 1);
    rest.get(..length).unwrap_or_default()
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn none(left: &mut bool) -> Option<usize> {
    *left = false;
    None
}
