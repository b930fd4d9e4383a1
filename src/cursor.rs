//! A position in the text of a small language. The parsers of field selection criteria (`metric/selection.rs`) and of alarm rules
//! (`alarm/composite/syntax.rs`) read their text with it, from left to right. Filter patterns have a lexer of their own (`syntax/`).

use crate::span::Span;

/// A text, and the byte that is read next.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    token_length: fn(&str) -> usize,
}

impl<'a> Cursor<'a> {
    /// A cursor at the start of `text`. `token_length` returns the bytes of the token that a text starts with; 0 if the text is
    /// empty.
    pub(crate) fn new(text: &'a str, token_length: fn(&str) -> usize) -> Self {
        Cursor { text, at: 0, token_length }
    }

    /// The position, in bytes from the start of the text.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The text that was read.
    pub(crate) fn before(&self) -> &'a str {
        self.text.get(..self.at).unwrap_or_default()
    }

    /// The text that is not read yet.
    pub(crate) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next token. White space is not skipped.
    pub(crate) fn token(&self) -> &'a str {
        self.rest().get(..(self.token_length)(self.rest())).unwrap_or_default()
    }

    /// The bytes of the next token.
    pub(crate) fn token_span(&self) -> Span {
        Span::new(self.at, self.at + self.token().len())
    }

    /// Skips white space.
    pub(crate) fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Moves past `bytes` bytes, which end at a character boundary.
    pub(crate) fn advance(&mut self, bytes: usize) {
        debug_assert!(self.rest().is_char_boundary(bytes), "{bytes} of {:?}", self.rest());
        self.at += bytes;
    }

    /// Skips white space, and moves past `sign` if the text continues with it.
    pub(crate) fn takes(&mut self, sign: &str) -> bool {
        self.skip_blanks();
        let is_next = self.rest().starts_with(sign);
        if is_next {
            self.advance(sign.len());
        }
        is_next
    }

    /// Skips white space, and moves past the next token if `is_it` holds for it.
    pub(crate) fn takes_token(&mut self, is_it: impl Fn(&str) -> bool) -> bool {
        self.skip_blanks();
        let token = self.token();
        let is_next = is_it(token);
        if is_next {
            self.advance(token.len());
        }
        is_next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_tokens_and_ends() {
        let mut cursor = Cursor::new("  NOT(é)", |text| text.find(['(', ')']).unwrap_or(text.len()));
        assert!(!cursor.takes("("));
        assert!(!cursor.takes_token(|token| token == "NO") && cursor.takes_token(|token| token == "NOT"));
        assert!(cursor.takes("(") && !cursor.takes(")"));
        assert_eq!((cursor.token(), cursor.token_span(), cursor.at()), ("é", Span::new(6, 8), 6));
        cursor.advance(2);
        assert!(cursor.takes(")"));
        assert_eq!((cursor.token(), cursor.rest(), cursor.token_span()), ("", "", Span::new(9, 9)));
    }
}
