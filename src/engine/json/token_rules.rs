//! The order of JSON's tokens: rules between neighbours, for up to 64 tokens at once, and one by one only at the brackets of arrays.
//!
//! Almost every rule names the kinds that may come before a token, so it is an `&` of a mask with another mask that is shifted by
//! one:
//!
//! ```text
//! { " : [ 1 , " ] , " : { }     tokens, side by side (`token_reader.rs`)
//! . . . . 1 . 1 1 . 1 . . 1     ends of values, and of keys
//! . . . . . 1 . . 1 . . . .     commas: each has to follow an end
//! ```
//!
//! Two rules reach further than one token. (1) A string after `{` or a comma is a key if a colon follows it. Only keys are in an
//! object. This becomes two masks, places that need an object and places that need an array, which are compared with the innermost
//! bracket from one bracket to the next. (2) Brackets close in pairs (`nesting.rs`).

use super::nesting::Nesting;
use super::token_reader::TokenWord;

/// The facts about the last tokens of the previous word, 1 if true.
#[derive(Debug, Default)]
pub(super) struct TokenRules {
    colon: u64,
    comma: u64,
    open: u64,
    brace: u64,
    /// a string that may be a key
    key: u64,
}

/// The result for one word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Checked {
    /// all tokens of the word
    pub(super) present: u64,
    pub(super) open: u64,
    pub(super) close: u64,
    /// braces among the brackets; also colons and commas
    pub(super) in_object: u64,
    /// strings and scalars
    pub(super) value: u64,
    /// tokens that are wrong inside any bracket
    pub(super) bad: u64,
    /// tokens that are wrong in an array: colons
    pub(super) object: u64,
    /// tokens that are wrong in an object: what follows a comma, or a comma and a string, without a key there
    pub(super) array: u64,
}

impl TokenRules {
    /// Before the first token a value may begin, as after a colon.
    pub(super) fn before_value() -> TokenRules {
        TokenRules { colon: 1, ..TokenRules::default() }
    }

    /// Inside an object that was just opened.
    pub(super) fn after_brace() -> TokenRules {
        TokenRules { open: 1, brace: 1, ..TokenRules::default() }
    }

    /// Checks the word after the previous one.
    #[inline(always)]
    pub(super) fn check(&mut self, word: &TokenWord) -> Checked {
        let [bracket, comma_or_close, in_object] = word.kinds;
        let present = u64::MAX.checked_shr(u64::BITS - word.count).unwrap_or(0);
        let (open, close) = (bracket & !comma_or_close, bracket & comma_or_close);
        let brace = open & in_object;
        let (colon, comma) = (in_object & !bracket & !comma_or_close, in_object & comma_or_close & !bracket);
        let value = present & !(bracket | in_object);
        let scalar = value & comma_or_close;
        let string = value & !comma_or_close;
        let last = word.count.wrapping_sub(1);
        // the places after these
        let after = |places: u64, carried: &mut u64| {
            let shifted = places << 1 | *carried;
            *carried = places.wrapping_shr(last) & 1;
            shifted
        };
        let after_colon = after(colon, &mut self.colon);
        let after_comma = after(comma, &mut self.comma);
        let after_open = after(open, &mut self.open);
        let after_brace = after(brace, &mut self.brace);
        let after_key = after(string & (after_brace | after_comma), &mut self.key);
        let takes_value = after_colon | after_comma | after_open & !after_brace;
        let after_end = !(after_colon | after_comma | after_open);
        let other_value = open | scalar;
        let bad = other_value & !takes_value
            | string & after_end
            | colon & !after_key
            | comma & !after_end
            | close & !(after_end | after_open);
        Checked {
            present,
            open,
            close,
            in_object,
            value,
            bad,
            object: colon,
            array: (after_key & !colon | after_comma & other_value) & present,
        }
    }
}

impl Checked {
    /// The tokens before the first one that is wrong inside any bracket.
    #[inline(always)]
    pub(super) fn sound(&self) -> u64 {
        self.present & self.bad.wrapping_sub(1) & !self.bad
    }

    /// The tokens in `part` that are wrong inside the innermost open bracket.
    #[inline(always)]
    pub(super) fn misplaced(&self, nesting: &Nesting<'_>, part: u64) -> u64 {
        part & if nesting.in_object() { self.array } else { self.object }
    }
}
