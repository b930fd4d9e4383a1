//! The operations of an instruction set, and the algorithms that run on them.

use super::block::{Block, Masks, TokenMasks};
use super::pair_tables::{Pair, PairTables, PairWindow};

/// The operations on 64 bytes that kernels use. A value proves that the processor has the instructions.
pub(crate) trait Simd64: Copy {
    /// Whether `compress` is an instruction for each list.
    const COMPRESSES: bool;
    fn masks(self, block: &Block) -> Masks;
    fn token_masks(self, block: &Block) -> TokenMasks;
    /// Whether the block has neither a backslash, nor a control character, nor a byte beyond ASCII.
    fn is_plain(self, block: &Block) -> bool;
    /// The bytes that are below `bound`, both as signed numbers: a byte beyond ASCII is below 0.
    fn below(self, block: &Block, bound: i8) -> u64;
    /// The bytes that equal `byte`.
    fn equal(self, block: &Block, byte: u8) -> u64;
    /// The places in the window's first half where the pair begins.
    #[inline(always)]
    fn pair(self, window: &PairWindow, pair: Pair) -> u64 {
        let (here, after) = pair.blocks(window);
        self.equal(here, pair.first) & self.equal(after, pair.second)
    }
    /// Whether the window's first half holds one of the single bytes, or the beginning of one of the pairs.
    fn any(self, window: &PairWindow, pairs: &PairTables) -> bool;
    /// Tells the processor that bytes some blocks after `block` will be read soon. The memory's latency limits a pass that
    /// reads every byte once (`benches/RESULTS.md`).
    #[inline(always)]
    fn prefetch(self, _block: &Block) {}
    /// The bits of each list that `mask` selects, side by side from bit 0 on.
    fn compress<const N: usize>(self, lists: [u64; N], mask: u64) -> [u64; N];
    /// Bit n of the result is the parity of bits 0 to n.
    fn prefix_xor(self, bits: u64) -> u64;
}

/// An algorithm over blocks, compiled once for each instruction set. `run` and all that it calls for a block have to be
/// `#[inline(always)]`: only code that is inlined into the function with `#[target_feature]` may use its instructions.
pub(crate) trait Kernel {
    type Output;
    fn run<C: Simd64>(self, simd: C) -> Self::Output;
}
