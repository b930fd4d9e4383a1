//! The syntax of minified JSON, checked by neighbours: for all 64 bytes of a block at once, and one by one only at brackets and
//! scalars.
//!
//! In JSON without blanks each token restricts the byte before it, so most rules are an `&` of a mask with another mask that is
//! shifted by one:
//!
//! ```text
//! {"a":[1,"b"],"c":{}}
//! ...1..1...11...1..11  ends: a closing quote, a closing bracket, a byte of a number or literal
//! ....1..1...11...1..1  ends, shifted by one
//! .......1....1.......  commas: `commas & !shifted` are errors, here none
//! ```
//!
//! Three rules reach further than one token. (1) A string after `{` or a comma is a key if a colon follows it. The fact "may be a
//! key" is carried from the opening to the closing quote by an addition, whose carry runs through the string's bits. (2) Only keys
//! are in an object. This becomes two masks, places that need an object and places that need an array, which are compared with the
//! innermost bracket from one bracket to the next. (3) Brackets close in pairs (`nesting.rs`).

use super::blocks::{Blocks, Strings};
use super::nesting::Nesting;
use super::scalar::{escapes, is_scalar};
use crate::engine::simd::{Block, Kernel, Simd64};

/// The check of a text that is expected to have no blanks between its tokens.
pub(super) struct ValidateMinified<'a> {
    /// without blanks at its ends
    pub(super) message: &'a [u8],
    pub(super) nesting: &'a mut Vec<u64>,
}

/// The result of [`ValidateMinified`].
pub(super) enum Validity {
    Valid,
    Invalid,
    /// There are blanks between tokens, for which these rules are not made.
    HasBlanks,
}

/// A class of tokens: 1 if the previous block ended with one.
#[derive(Clone, Copy, Default)]
struct Carry(u64);

impl Carry {
    /// The places after these.
    #[inline(always)]
    fn of(&mut self, places: u64) -> u64 {
        let after = places << 1 | self.0;
        self.0 = places >> 63;
        after
    }
}

/// A class of strings: whether one of them continues in the next block.
#[derive(Clone, Copy, Default)]
struct StringCarry(bool);

impl StringCarry {
    /// The closing quotes of the strings that open at these places.
    #[inline(always)]
    fn of(&mut self, openings: u64, inside: u64) -> u64 {
        let (sum, first) = inside.overflowing_add(openings);
        let (sum, second) = sum.overflowing_add(u64::from(self.0));
        self.0 = first | second;
        // a string that nothing was added to stays; the others leave a bit at their closing quote
        sum & !inside
    }
}

#[derive(Default)]
struct CarriedMasks {
    colon: Carry,
    comma: Carry,
    brace: Carry,
    bracket: Carry,
    /// the last byte of a value, or of a key
    end: Carry,
    scalar: Carry,
    keys: StringCarry,
    key_end: Carry,
}

/// The requirements of one block's tokens.
#[derive(Clone, Copy)]
struct Requirements {
    object: u64,
    array: u64,
    bad: u64,
    scalar_starts: u64,
}

/// The tokens of one block, a mask for each class.
struct Tokens {
    opening: u64,
    closing: u64,
    inside: u64,
    brace: u64,
    open: u64,
    close: u64,
    colon: u64,
    comma: u64,
    scalar: u64,
}

impl CarriedMasks {
    /// Before the first bracket a value may begin, as after a colon.
    fn before_value() -> CarriedMasks {
        CarriedMasks { colon: Carry(1), ..CarriedMasks::default() }
    }

    #[inline(always)]
    fn check(&mut self, tokens: &Tokens) -> Requirements {
        let Tokens { opening, closing, inside, brace, open, close, colon, comma, scalar } = *tokens;
        let after_comma = self.comma.of(comma);
        let (after_brace, after_bracket) = (self.brace.of(brace), self.bracket.of(open & !brace));
        let after_end = self.end.of(close | closing | scalar);
        let scalar_starts = scalar & !self.scalar.of(scalar);
        let may_be_key = opening & (after_brace | after_comma);
        let after_key = self.key_end.of(self.keys.of(may_be_key, inside));
        let takes_value = self.colon.of(colon) | after_bracket | after_comma;
        let other_value = open | scalar_starts;
        let bad = other_value & !takes_value
            | opening & !(takes_value | after_brace)
            | colon & !after_key
            | comma & !after_end
            | close & !(after_end | after_brace | after_bracket);
        Requirements {
            object: colon,
            array: after_key & !colon | after_comma & other_value,
            bad,
            scalar_starts,
        }
    }
}

/// Checks the syntax of a text from its first bracket on, a block at a time.
pub(super) struct Syntax<'a> {
    pub(super) nesting: Nesting<'a>,
    strings: Strings,
    carried: CarriedMasks,
}

/// The result for one block.
#[derive(Clone, Copy)]
pub(super) struct Checked {
    pub(super) open: u64,
    pub(super) close: u64,
    /// the bytes that belong to the text
    pub(super) present: u64,
    /// blanks between tokens
    pub(super) blank: u64,
    /// places that are wrong inside any bracket
    pub(super) bad: u64,
    pub(super) is_ascii: bool,
    object: u64,
    array: u64,
    /// opening braces
    brace: u64,
}

/// The brackets of one block, followed together.
pub(super) enum Together {
    /// They are right, and so are all places of the block.
    Right,
    Misplaced,
    /// They have to be followed one by one.
    No,
}

impl Checked {
    /// Follows the brackets of a block without a step for each, if all of them are braces inside an object. The block has no
    /// place that is wrong inside any bracket.
    #[inline(always)]
    pub(super) fn together<C: Simd64>(&self, simd: C, block: &Block, nesting: &mut Nesting<'_>) -> Together {
        let is_brace =
            self.open == self.brace && (self.close == 0 || self.close & !simd.equal(block, b'}') == 0);
        if !is_brace || !nesting.step_objects(self.open.count_ones(), self.close.count_ones()) {
            return Together::No;
        }
        // all places are inside an object
        if self.present & self.array == 0 { Together::Right } else { Together::Misplaced }
    }

    /// The places in `part` that are wrong inside the innermost open bracket.
    #[inline(always)]
    pub(super) fn misplaced(&self, nesting: &Nesting<'_>, part: u64) -> u64 {
        part & if nesting.in_object() { self.array } else { self.object }
    }
}

impl<'a> Syntax<'a> {
    pub(super) fn new(nesting: &'a mut Vec<u64>) -> Self {
        let (strings, carried) = (Strings::default(), CarriedMasks::before_value());
        Syntax { nesting: Nesting::new(nesting), strings, carried }
    }

    #[inline(always)]
    pub(super) fn check<C: Simd64>(&mut self, simd: C, text: &[u8], base: usize, block: &Block) -> Checked {
        // the last block is padded with blanks, which are not part of the text
        let present = if text.len() - base >= 64 { !0 } else { (1u64 << (text.len() - base)) - 1 };
        let masks = simd.masks(block);
        let syntax = simd.syntax_masks(block);
        let before = self.strings;
        let (quotes, inside) = self.strings.step(simd, masks.quote, masks.backslash);
        let is_ascii = syntax.below_blank & inside == 0;
        let mut bad = if is_ascii { 0 } else { syntax.control & inside };
        if masks.backslash != 0 && !escapes(text, base, before, masks.backslash, inside) {
            bad = !0;
        }
        let (open, close) = (masks.open & !inside, masks.close & !inside);
        let (colon, comma) = (masks.colon & !inside, syntax.comma & !inside);
        let scalar = !(inside | quotes | open | close | colon | comma) & present;
        let tokens = Tokens {
            opening: quotes & inside,
            closing: quotes & !inside,
            inside,
            brace: simd.equal(block, b'{') & !inside,
            open,
            close,
            colon,
            comma,
            scalar,
        };
        let required = self.carried.check(&tokens);
        bad |= required.bad & present;
        let mut starts = required.scalar_starts;
        while starts != 0 {
            let bit = starts & starts.wrapping_neg();
            if !is_scalar(text, base + starts.trailing_zeros() as usize) {
                bad |= bit;
            }
            starts ^= bit;
        }
        let blank = syntax.to_blank & !inside & present;
        let Requirements { object, array, .. } = required;
        Checked { open, close, present, blank, bad, is_ascii, object, array, brace: tokens.brace }
    }
}

impl Kernel for ValidateMinified<'_> {
    type Output = Validity;

    #[inline(always)]
    fn run<C: Simd64>(self, simd: C) -> Validity {
        let ValidateMinified { message, nesting } = self;
        if message.first() != Some(&b'{') {
            return Validity::Invalid;
        }
        let mut syntax = Syntax::new(nesting);
        let mut is_ascii = true;
        let mut blocks = Blocks::new(message);
        while let Some((base, block)) = blocks.next() {
            let checked = syntax.check(simd, message, base, block);
            is_ascii &= checked.is_ascii;
            if checked.blank | checked.bad != 0 {
                return if checked.blank != 0 { Validity::HasBlanks } else { Validity::Invalid };
            }
            let mut left = checked.present;
            let mut brackets = checked.open | checked.close;
            if brackets != 0 {
                match checked.together(simd, block, &mut syntax.nesting) {
                    Together::Right => continue,
                    Together::Misplaced => return Validity::Invalid,
                    Together::No => {}
                }
            }
            while brackets != 0 {
                let bit = brackets & brackets.wrapping_neg();
                let through = brackets ^ (brackets - 1);
                brackets ^= bit;
                // up to the bracket and including it: this part is inside the bracket that was open before
                if checked.misplaced(&syntax.nesting, left & through) != 0 {
                    return Validity::Invalid;
                }
                left &= !through;
                let at = bit.trailing_zeros() as usize;
                let is_brace = block.get(at).is_some_and(|byte| byte & 0x20 != 0);
                if checked.open & bit != 0 {
                    syntax.nesting.push(is_brace);
                } else if !syntax.nesting.pop(is_brace) {
                    return Validity::Invalid;
                } else if syntax.nesting.depth == 0 {
                    let is_last = base + at + 1 == message.len();
                    let is_text = is_ascii || std::str::from_utf8(message).is_ok();
                    return if is_last && is_text { Validity::Valid } else { Validity::Invalid };
                }
            }
            if checked.misplaced(&syntax.nesting, left) != 0 {
                return Validity::Invalid;
            }
        }
        Validity::Invalid
    }
}
