//! Reads the tokens of a text, 64 bytes at a time, and puts them side by side.
//!
//! A token is a string, a scalar, a bracket, a colon or a comma. Each block of 64 bytes gives a mask of the places where tokens
//! begin. The bytes between them mean nothing for the syntax, so the three bits that say each token's kind are moved together
//! (`PEXT`), and one word holds the kinds of up to 64 tokens in a row, whatever blanks and strings are between them:
//!
//! ```text
//! {"a":[1,"b"],"c":{}}
//! 11..1111..1.111..111   tokens
//! {"  :[1,"   ],"  :{}   moved together:  {":[1,"],":{}
//! ```
//!
//! `token_rules.rs` checks the order of these tokens. A scalar and the inside of a string are checked here, because only they need
//! their bytes.

use super::blocks::Strings;
use super::scalar::{escapes, is_scalar};
use crate::engine::simd::{Block, Simd64};

/// The state between two blocks.
#[derive(Debug, Default)]
pub(super) struct TokenReader {
    strings: Strings,
    /// 1 if the last byte of the previous block belongs to a scalar
    scalar: u64,
    /// the end of the last block that has bytes beyond ASCII
    pub(super) other_until: usize,
}

/// The tokens of one block, up to the first place that is wrong.
#[derive(Debug, Clone, Copy)]
pub(super) struct BlockTokens {
    /// where they begin
    pub(super) places: u64,
    /// of each byte, a bit of the kinds in [`TokenWord`]
    kinds: [u64; 3],
    /// Whether a scalar or a string of the block is wrong.
    pub(super) is_bad: bool,
}

impl TokenReader {
    #[inline(always)]
    pub(super) fn read<C: Simd64>(
        &mut self,
        simd: C,
        text: &[u8],
        base: usize,
        block: &Block,
    ) -> BlockTokens {
        let masks = simd.token_masks(block);
        let (quotes, inside, mut bad) = if simd.is_plain(block) && self.strings.first_is_escaped() == 0 {
            let (quotes, inside) = self.strings.step_plain(simd, masks.quote);
            (quotes, inside, 0)
        } else {
            self.read_strings(simd, text, base, block, masks.quote)
        };
        let mut places = masks.punctuation & !inside | quotes & inside;
        let [bracket, comma_or_close, in_object] = masks.bits;
        let mut kinds = [bracket, comma_or_close, in_object & !quotes];
        let others = !(inside | quotes | masks.punctuation);
        if others == 0 {
            self.scalar = 0;
        } else {
            // without blanks; a control character or a byte beyond ASCII is already bad
            let scalar = others & !simd.below(block, 0x21);
            let starts = scalar & !(scalar << 1 | self.scalar);
            self.scalar = scalar >> 63;
            places |= starts;
            kinds = [kinds[0] & !starts, kinds[1] | starts, kinds[2] & !starts];
            let mut left = starts;
            while left != 0 {
                let bit = left & left.wrapping_neg();
                left ^= bit;
                if !is_scalar(text, base + bit.trailing_zeros() as usize) {
                    bad |= bit;
                }
            }
        }
        let is_bad = bad != 0;
        if is_bad {
            places &= bad.wrapping_sub(1) & !bad;
        }
        BlockTokens { places, kinds, is_bad }
    }

    /// The quotes, the bytes inside strings, and the bad bytes of a block that has escapes, control characters or bytes beyond ASCII.
    #[inline(always)]
    fn read_strings<C: Simd64>(
        &mut self,
        simd: C,
        text: &[u8],
        base: usize,
        block: &Block,
        quote: u64,
    ) -> (u64, u64, u64) {
        let backslash = simd.equal(block, b'\\');
        let before = self.strings;
        let (quotes, inside) = self.strings.step(simd, quote, backslash);
        let others = simd.below(block, 0);
        let control = simd.below(block, 0x20) & !others;
        let blank = simd.equal(block, b'\n') | simd.equal(block, b'\r') | simd.equal(block, b'\t');
        if others & inside != 0 {
            self.other_until = base + 64;
        }
        let mut bad = control & inside | (control & !blank | others) & !inside;
        if backslash != 0 && !escapes(text, base, before, backslash, inside) {
            bad = !0;
        }
        (quotes, inside, bad)
    }
}

/// Up to 64 tokens in a row. The three bits of each token are
///
/// | | bracket | comma or close | in object |
/// |---|---|---|---|
/// | string | 0 | 0 | 0 |
/// | scalar | 0 | 1 | 0 |
/// | `:` | 0 | 0 | 1 |
/// | `,` | 0 | 1 | 1 |
/// | `[` | 1 | 0 | 0 |
/// | `{` | 1 | 0 | 1 |
/// | `]` | 1 | 1 | 0 |
/// | `}` | 1 | 1 | 1 |
///
/// Those of punctuation are bits 0, 2 and 5 of its byte.
#[derive(Debug, Default)]
pub(super) struct TokenWord {
    pub(super) kinds: [u64; 3],
    pub(super) count: u32,
}

impl TokenWord {
    /// Whether the block's tokens fit. All tokens of a block fit in an empty word.
    #[inline(always)]
    pub(super) fn has_room(&self, block: &BlockTokens) -> bool {
        self.count + block.places.count_ones() < u64::BITS
    }

    /// Adds the tokens of a block, which fit.
    #[inline(always)]
    pub(super) fn push<C: Simd64>(&mut self, simd: C, block: &BlockTokens) {
        let [first, second, third] = simd.compress(block.kinds, block.places);
        let by = self.count;
        let [a, b, c] = self.kinds;
        self.kinds = [a | first.wrapping_shl(by), b | second.wrapping_shl(by), c | third.wrapping_shl(by)];
        self.count += block.places.count_ones();
    }
}
