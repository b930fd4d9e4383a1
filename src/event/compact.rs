//! The syntax of JSON without blanks between its tokens, checked by what may stand side by side: for all
//! 64 bytes of a block at once, and one by one only at brackets and scalars.
//!
//! Every token restricts what stands in front of it. Three rules are left that reach further than one
//! token: a string behind `{` or a comma is a key when a colon follows it; only keys stand in an object;
//! brackets close in pairs. The first is carried from such a string's opening to its closing quote by an
//! addition, whose carry runs through the string's bits. The second becomes two masks, places that need
//! an object and places that need an array, compared with the innermost bracket from one bracket to the
//! next.

use super::block::{Blocks, Strings};
use super::nesting::Nesting;
use super::simd::{Block, Classify, Task};
use super::validate::{escapes, is_scalar};

pub(super) struct Compact<'a> {
    /// without blanks at its ends
    pub(super) message: &'a [u8],
    pub(super) nesting: &'a mut Vec<u64>,
}

pub(super) enum Answer {
    Valid,
    Invalid,
    /// Blanks between tokens: not for these rules.
    HasBlanks,
}

/// A class of places: 1 if the previous block ended with one.
#[derive(Clone, Copy, Default)]
struct Behind(u64);

impl Behind {
    /// The places behind these.
    #[inline(always)]
    fn of(&mut self, places: u64) -> u64 {
        let behind = places << 1 | self.0;
        self.0 = places >> 63;
        behind
    }
}

/// A class of strings, and whether one of them goes on in the next block.
#[derive(Clone, Copy, Default)]
struct Ends(bool);

impl Ends {
    /// The closing quotes of the strings that open at these places.
    #[inline(always)]
    fn of(&mut self, openings: u64, inside: u64) -> u64 {
        let (sum, first) = inside.overflowing_add(openings);
        let (sum, second) = sum.overflowing_add(u64::from(self.0));
        self.0 = first | second;
        // a run that nothing was added to stays; one that was leaves a bit where it ended
        sum & !inside
    }
}

#[derive(Default)]
struct Sides {
    colon: Behind,
    comma: Behind,
    brace: Behind,
    bracket: Behind,
    /// the last byte of a value, or of a key
    end: Behind,
    scalar: Behind,
    keys: Ends,
    key_end: Behind,
}

/// What one block's tokens ask for.
#[derive(Clone, Copy)]
struct Needs {
    object: u64,
    array: u64,
    bad: u64,
    scalar_starts: u64,
}

/// The tokens of one block, each class a mask.
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

impl Sides {
    /// In front of the first bracket a value may begin, as behind a colon.
    fn before_value() -> Sides {
        Sides { colon: Behind(1), ..Sides::default() }
    }

    #[inline(always)]
    fn check(&mut self, tokens: &Tokens) -> Needs {
        let Tokens { opening, closing, inside, brace, open, close, colon, comma, scalar } = *tokens;
        let behind_comma = self.comma.of(comma);
        let (behind_brace, behind_bracket) = (self.brace.of(brace), self.bracket.of(open & !brace));
        let behind_end = self.end.of(close | closing | scalar);
        let scalar_starts = scalar & !self.scalar.of(scalar);
        let may_be_key = opening & (behind_brace | behind_comma);
        let behind_key = self.key_end.of(self.keys.of(may_be_key, inside));
        let takes_value = self.colon.of(colon) | behind_bracket | behind_comma;
        let other_value = open | scalar_starts;
        let bad = other_value & !takes_value
            | opening & !(takes_value | behind_brace)
            | colon & !behind_key
            | comma & !behind_end
            | close & !(behind_end | behind_brace | behind_bracket);
        Needs { object: colon, array: behind_key & !colon | behind_comma & other_value, bad, scalar_starts }
    }
}

/// The syntax of a text from its first bracket on, a block at a time.
pub(super) struct Syntax<'a> {
    pub(super) nesting: Nesting<'a>,
    strings: Strings,
    sides: Sides,
}

/// What a block is found to be.
#[derive(Clone, Copy)]
pub(super) struct Checked {
    pub(super) open: u64,
    pub(super) close: u64,
    /// the bytes that belong to the text
    pub(super) present: u64,
    /// blanks between tokens
    pub(super) blank: u64,
    /// what cannot be right, whatever bracket it is in
    pub(super) bad: u64,
    pub(super) is_ascii: bool,
    object: u64,
    array: u64,
}

impl Checked {
    /// Of the places in `part`, those that are wrong inside the innermost open bracket.
    #[inline(always)]
    pub(super) fn misplaced(&self, nesting: &Nesting<'_>, part: u64) -> u64 {
        part & if nesting.in_object() { self.array } else { self.object }
    }
}

impl<'a> Syntax<'a> {
    pub(super) fn new(nesting: &'a mut Vec<u64>) -> Self {
        let (strings, sides) = (Strings::default(), Sides::before_value());
        Syntax { nesting: Nesting::new(nesting), strings, sides }
    }

    #[inline(always)]
    pub(super) fn check<C: Classify>(
        &mut self,
        classify: C,
        text: &[u8],
        base: usize,
        block: &Block,
    ) -> Checked {
        // the last block is filled up with blanks, which are no part of the text
        let present = if text.len() - base >= 64 { !0 } else { (1u64 << (text.len() - base)) - 1 };
        let masks = classify.masks(block);
        let syntax = classify.syntax_masks(block);
        let before = self.strings;
        let (quotes, inside) = self.strings.step(classify, masks.quote, masks.backslash);
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
            brace: classify.equal(block, b'{') & !inside,
            open,
            close,
            colon,
            comma,
            scalar,
        };
        let needs = self.sides.check(&tokens);
        bad |= needs.bad & present;
        let mut starts = needs.scalar_starts;
        while starts != 0 {
            let bit = starts & starts.wrapping_neg();
            if !is_scalar(text, base + starts.trailing_zeros() as usize) {
                bad |= bit;
            }
            starts ^= bit;
        }
        let blank = syntax.to_blank & !inside & present;
        let Needs { object, array, .. } = needs;
        Checked { open, close, present, blank, bad, is_ascii, object, array }
    }
}

impl Task for Compact<'_> {
    type Output = Answer;

    #[inline(always)]
    fn run<C: Classify>(self, classify: C) -> Answer {
        let Compact { message, nesting } = self;
        if message.first() != Some(&b'{') {
            return Answer::Invalid;
        }
        let mut syntax = Syntax::new(nesting);
        let mut is_ascii = true;
        let mut blocks = Blocks::new(message);
        while let Some((base, block)) = blocks.next() {
            let checked = syntax.check(classify, message, base, block);
            is_ascii &= checked.is_ascii;
            if checked.blank | checked.bad != 0 {
                return if checked.blank != 0 { Answer::HasBlanks } else { Answer::Invalid };
            }
            let mut left = checked.present;
            let mut brackets = checked.open | checked.close;
            while brackets != 0 {
                let bit = brackets & brackets.wrapping_neg();
                let through = brackets ^ (brackets - 1);
                brackets ^= bit;
                // up to the bracket and including it: this part is inside the bracket that was open before
                if checked.misplaced(&syntax.nesting, left & through) != 0 {
                    return Answer::Invalid;
                }
                left &= !through;
                let at = bit.trailing_zeros() as usize;
                let is_brace = block.get(at).is_some_and(|byte| byte & 0x20 != 0);
                if checked.open & bit != 0 {
                    syntax.nesting.push(is_brace);
                } else if !syntax.nesting.pop(is_brace) {
                    return Answer::Invalid;
                } else if syntax.nesting.depth == 0 {
                    let is_last = base + at + 1 == message.len();
                    let is_text = is_ascii || std::str::from_utf8(message).is_ok();
                    return if is_last && is_text { Answer::Valid } else { Answer::Invalid };
                }
            }
            if checked.misplaced(&syntax.nesting, left) != 0 {
                return Answer::Invalid;
            }
        }
        Answer::Invalid
    }
}
