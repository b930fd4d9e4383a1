//! The masks without special instructions, in plain Rust.

use super::block::{Block, Masks, TokenMasks};
use super::kernel::Simd64;
use super::pair_tables::{PairTables, PairWindow};

/// The instruction set without special instructions.
#[derive(Clone, Copy)]
pub(super) struct Portable;

impl Portable {
    #[inline(always)]
    fn collect(block: &Block, is: impl Fn(u8) -> bool) -> u64 {
        block.iter().rev().fold(0, |bits, &byte| bits << 1 | u64::from(is(byte)))
    }
}

impl Simd64 for Portable {
    const COMPRESSES: bool = false;

    #[inline(always)]
    fn masks(self, block: &Block) -> Masks {
        Masks {
            quote: Self::collect(block, |byte| byte == b'"'),
            backslash: Self::collect(block, |byte| byte == b'\\'),
            open: Self::collect(block, |byte| byte | 0x20 == b'{'),
            close: Self::collect(block, |byte| byte | 0x20 == b'}'),
            colon: Self::collect(block, |byte| byte == b':'),
        }
    }

    #[inline(always)]
    fn token_masks(self, block: &Block) -> TokenMasks {
        TokenMasks {
            quote: Self::collect(block, |byte| byte == b'"'),
            punctuation: Self::collect(block, |byte| {
                matches!(byte, b'{' | b'[' | b'}' | b']' | b':' | b',' | 0x0c | 0x1a)
            }),
            bits: [0, 2, 5].map(|bit| Self::collect(block, |byte| byte >> bit & 1 == 1)),
        }
    }

    #[inline(always)]
    fn is_plain(self, block: &Block) -> bool {
        block.iter().all(|&byte| byte as i8 >= 0x20 && byte != b'\\')
    }

    #[inline(always)]
    fn below(self, block: &Block, bound: i8) -> u64 {
        Self::collect(block, |byte| (byte as i8) < bound)
    }

    #[inline(always)]
    fn compress<const N: usize>(self, lists: [u64; N], mut mask: u64) -> [u64; N] {
        let mut compressed = [0; N];
        let mut place = 0;
        while mask != 0 {
            let bit = mask.trailing_zeros();
            mask &= mask - 1;
            for (to, from) in compressed.iter_mut().zip(lists) {
                *to |= (from >> bit & 1) << place;
            }
            place += 1;
        }
        compressed
    }

    #[inline(always)]
    fn equal(self, block: &Block, byte: u8) -> u64 {
        Self::collect(block, |other| other == byte)
    }

    #[inline(always)]
    fn any(self, window: &PairWindow, pairs: &PairTables) -> bool {
        let [first_low, first_high, second_low, second_high] = &pairs.tables;
        let bits =
            |table: &[u8; 16], half: u8| table.get(usize::from(half & 15)).copied().unwrap_or_default();
        let (here, after) = pairs.blocks(window);
        here.iter().zip(after).any(|(first, second)| {
            let first = bits(first_low, *first) & bits(first_high, first >> 4);
            first & bits(second_low, *second) & bits(second_high, second >> 4) != 0
        })
    }

    #[inline(always)]
    fn prefix_xor(self, bits: u64) -> u64 {
        [1, 2, 4, 8, 16, 32].iter().fold(bits, |bits, shift| bits ^ bits << shift)
    }
}
