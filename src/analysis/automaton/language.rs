//! Sets of texts, and the automaton of UTF-8.

use super::state::DEAD;

/// A set of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::analysis) enum Language {
    /// The strings of JSON: UTF-8, and single halves of surrogate pairs.
    Any,
    /// Messages: UTF-8.
    Messages,
    /// JSON numbers.
    Numbers,
    /// The texts that are numbers in a column (docs/filter-patterns.md#column-conditions).
    Decimals,
    /// Messages except the texts of `Decimals`.
    NoDecimals,
}

impl Language {
    pub(super) fn start(self) -> u32 {
        0
    }

    /// How many classes of bytes there are.
    pub(super) const CLASSES: usize = 7;

    pub(super) fn class(byte: u8) -> u8 {
        match byte {
            b'0' => 1,
            b'1'..=b'9' => 2,
            b'-' => 3,
            b'+' => 4,
            b'.' => 5,
            b'e' | b'E' => 6,
            _ => 0,
        }
    }

    /// States: sign 1, zero 2, digits 3, point 4, fraction 5, e 6, sign of the exponent 7, digits of the exponent 8, not a number 9.
    pub(super) fn step(self, state: u32, byte: u8) -> u32 {
        let class = Self::class(byte);
        let next = match (self, state, class) {
            (Language::Any | Language::Messages, ..) => return 0,
            (_, 0, 3) => 1,
            (Language::Decimals | Language::NoDecimals, 0, 4) => 1,
            (Language::Numbers, 0 | 1, 1) => 2,
            (_, 0 | 1 | 3, 1 | 2) => 3,
            (_, 2 | 3, 5) => 4,
            (_, 4 | 5, 1 | 2) => 5,
            (_, 2 | 3 | 5, 6) => 6,
            (_, 6, 3 | 4) => 7,
            (_, 6..=8, 1 | 2) => 8,
            _ => 9,
        };
        if next == 9 && self != Language::NoDecimals { DEAD } else { next }
    }

    pub(super) fn accepts(self, state: u32) -> bool {
        let is_number = matches!(state, 2 | 3 | 5 | 8);
        match self {
            Language::Any | Language::Messages => true,
            Language::Numbers | Language::Decimals => is_number,
            Language::NoDecimals => !is_number,
        }
    }
}

/// The automaton of UTF-8 with single halves of surrogate pairs, which JSON strings can contain.
pub(super) struct Utf8;

impl Utf8 {
    pub(super) const START: u32 = 0;
    pub(super) const NEVER: u8 = 11;
    /// after half a pair
    pub(super) const HALF: u32 = 9;
    /// after two of the three bytes of half a pair
    pub(super) const IN_HALF: u32 = 8;

    pub(super) fn is_whole(state: u32) -> bool {
        state == Self::START || state == Self::HALF
    }

    pub(super) fn class(byte: u8) -> u8 {
        match byte {
            0..=0x7f => 0,
            0x80..=0x8f => 1,
            0x90..=0x9f => 2,
            0xa0..=0xbf => 3,
            0xc2..=0xdf => 4,
            0xe0 => 5,
            0xed => 6,
            0xe1..=0xef => 7,
            0xf0 => 8,
            0xf1..=0xf3 => 9,
            0xf4 => 10,
            _ => Self::NEVER,
        }
    }

    pub(super) fn step(state: u32, byte: u8) -> u32 {
        match (state, Self::class(byte)) {
            (Self::START | Self::HALF, 0) | (1, 1..=3) => Self::START,
            (Self::START | Self::HALF, 4) | (2, 1..=3) | (4, 3) | (5 | 10, 1 | 2) => 1,
            (Self::START | Self::HALF, 5) => 4,
            (Self::START, 6) => 5,
            (Self::HALF, 6) => 10,
            (Self::START | Self::HALF, 7) | (3, 1..=3) | (6, 2 | 3) | (7, 1) => 2,
            (Self::START | Self::HALF, 8) => 6,
            (Self::START | Self::HALF, 9) => 3,
            (Self::START | Self::HALF, 10) => 7,
            (5, 3) => Self::IN_HALF,
            (Self::IN_HALF, 1..=3) => Self::HALF,
            _ => DEAD,
        }
    }
}
