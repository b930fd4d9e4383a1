//! Pairs of bytes at one distance, as the nibble tables of Teddy.

use super::block::Block;

/// A block and the 64 bytes after it, which may hold the second byte of a pair.
pub(crate) type PairWindow = [u8; 128];

/// Two bytes at a distance of 1 to 63 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) first: u8,
    pub(crate) second: u8,
    pub(crate) distance: usize,
}

impl Pair {
    /// The window's first half, and the block `distance` bytes after it.
    #[inline(always)]
    pub(super) fn blocks<'a>(&self, window: &'a PairWindow) -> (&'a Block, &'a Block) {
        blocks(window, self.distance)
    }
}

/// Pairs of one distance and two single bytes, searched for at once: four tables by the halves of both bytes (Teddy's nibble
/// tables). Each pair has a bit of its own in all four tables; from the seventh pair on, pairs share bits, which costs false
/// candidates and misses none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PairTables {
    distance: usize,
    /// by the lower and the upper half of the first byte, then of the second
    pub(super) tables: [[u8; 16]; 4],
}

impl PairTables {
    /// Tables for `pairs` of this distance, 1 to 63, and for two single ASCII `bytes`.
    pub(crate) fn new(distance: usize, pairs: impl Iterator<Item = (u8, u8)>, bytes: [u8; 2]) -> PairTables {
        debug_assert!(
            (1..64).contains(&distance) && bytes.is_ascii(),
            "a window holds no pair of this distance"
        );
        let mut tables = [[0; 16]; 4];
        let [first_low, first_high, second_low, second_high] = &mut tables;
        for (number, (first, second)) in pairs.enumerate() {
            let bit = 1 << (number % 6);
            mark(first_low, first_high, first, bit);
            mark(second_low, second_high, second, bit);
        }
        for (byte, bit) in bytes.into_iter().zip([1 << 6, 1 << 7]) {
            mark(first_low, first_high, byte, bit);
            // any byte may follow
            second_low.iter_mut().chain(second_high.iter_mut()).for_each(|bits| *bits |= bit);
        }
        PairTables { distance, tables }
    }

    /// The window's first half, and the block `distance` bytes after it.
    #[inline(always)]
    pub(super) fn blocks<'a>(&self, window: &'a PairWindow) -> (&'a Block, &'a Block) {
        blocks(window, self.distance)
    }
}

/// Sets the bit for both halves of the byte.
fn mark(low: &mut [u8; 16], high: &mut [u8; 16], byte: u8, bit: u8) {
    for (table, half) in [(low, byte & 15), (high, byte >> 4)] {
        if let Some(bits) = table.get_mut(usize::from(half)) {
            *bits |= bit;
        }
    }
}

#[inline(always)]
fn blocks(window: &PairWindow, distance: usize) -> (&Block, &Block) {
    const NO_BLOCK: &Block = &[0; 64];
    let after = window.get(distance & 63..).and_then(|rest| rest.first_chunk::<64>());
    (window.first_chunk::<64>().unwrap_or(NO_BLOCK), after.unwrap_or(NO_BLOCK))
}
