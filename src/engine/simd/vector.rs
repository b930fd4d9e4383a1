//! The masks on any instruction set: each algorithm once, over the primitives in `x86.rs` and `arm.rs`.
//!
//! Everything here has to be inlined into the function that carries the instruction set: `#[inline(always)]` on every
//! function, and no closure of several instructions. `tests/inlined.rs` looks at the compiled code for calls that are left.

use super::block::{Block, Masks, TokenMasks};
use super::kernel::Simd64;
use super::pair_tables::{Pair, PairTables, PairWindow};

/// The primitives of one instruction set on 64 bytes. A value proves that the processor has the instructions.
pub(super) trait Vector: Copy {
    /// 64 bytes in registers.
    type Bytes: Copy;
    /// A truth value for each of 64 bytes.
    type Lanes: Copy;
    /// Whether `select` is an instruction for each list.
    const SELECTS: bool;

    fn load(self, block: &Block) -> Self::Bytes;
    /// Each byte, with the bits of `bits` set.
    fn or(self, bytes: Self::Bytes, bits: u8) -> Self::Bytes;
    fn and(self, a: Self::Bytes, b: Self::Bytes) -> Self::Bytes;
    fn equal_to(self, bytes: Self::Bytes, byte: u8) -> Self::Lanes;
    /// Whether each byte is below `bound`, both signed.
    fn below(self, bytes: Self::Bytes, bound: i8) -> Self::Lanes;
    /// Whether the bytes of each place are equal.
    fn same(self, a: Self::Bytes, b: Self::Bytes) -> Self::Lanes;
    fn both(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    fn either(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    fn is_any(self, lanes: Self::Lanes) -> bool;
    /// Bit n is lane n.
    fn bits(self, lanes: Self::Lanes) -> u64;
    /// Bit n is bit number `bit` of byte n.
    fn bits_at(self, bytes: Self::Bytes, bit: u8) -> u64;
    /// The table's entry for the lower half of each byte; for a byte beyond ASCII the entry or 0.
    fn look_up_low(self, table: &[u8; 16], bytes: Self::Bytes) -> Self::Bytes;
    /// The table's entry for the lower half of each byte.
    fn look_up_low_of_any(self, table: &[u8; 16], bytes: Self::Bytes) -> Self::Bytes;
    /// The table's entry for the upper half of each byte.
    fn look_up_high(self, table: &[u8; 16], bytes: Self::Bytes) -> Self::Bytes;
    /// Whether `a & b` has a bit anywhere.
    fn have_common_bits(self, a: Self::Bytes, b: Self::Bytes) -> bool;
    /// The bits of each list that `mask` selects, side by side from bit 0 on.
    fn select<const N: usize>(self, lists: [u64; N], mask: u64) -> [u64; N];
    /// Bit n of the result is the parity of bits 0 to n.
    fn running_parity(self, bits: u64) -> u64;
    /// Tells the processor that bytes some blocks after `block` will be read soon.
    fn prefetch_after(self, block: &Block);
}

/// The punctuation of JSON by the lower half of its byte, with bit 5 set.
const PUNCTUATION: [u8; 16] = {
    let mut table = [0; 16];
    table[0xa] = b':';
    table[0xb] = b'{';
    table[0xc] = b',';
    table[0xd] = b'}';
    table
};

impl<V: Vector> Simd64 for V {
    const COMPRESSES: bool = V::SELECTS;

    #[inline(always)]
    fn masks(self, block: &Block) -> Masks {
        let bytes = self.load(block);
        // `{` and `[`, `}` and `]` differ in this bit only
        let folded = self.or(bytes, 0x20);
        Masks {
            quote: self.bits(self.equal_to(bytes, b'"')),
            backslash: self.bits(self.equal_to(bytes, b'\\')),
            open: self.bits(self.equal_to(folded, b'{')),
            close: self.bits(self.equal_to(folded, b'}')),
            colon: self.bits(self.equal_to(bytes, b':')),
        }
    }

    #[inline(always)]
    fn token_masks(self, block: &Block) -> TokenMasks {
        let bytes = self.load(block);
        // with this bit, the six characters differ in their lower halves, and `{` is `[`
        let folded = self.or(bytes, 0x20);
        let only_candidate = self.look_up_low(&PUNCTUATION, bytes);
        TokenMasks {
            quote: self.bits(self.equal_to(bytes, b'"')),
            punctuation: self.bits(self.same(folded, only_candidate)),
            bits: [self.bits_at(bytes, 0), self.bits_at(bytes, 2), self.bits_at(bytes, 5)],
        }
    }

    #[inline(always)]
    fn is_plain(self, block: &Block) -> bool {
        let bytes = self.load(block);
        !self.is_any(self.either(Vector::below(self, bytes, 0x20), self.equal_to(bytes, b'\\')))
    }

    #[inline(always)]
    fn below(self, block: &Block, bound: i8) -> u64 {
        self.bits(Vector::below(self, self.load(block), bound))
    }

    #[inline(always)]
    fn compress<const N: usize>(self, lists: [u64; N], mask: u64) -> [u64; N] {
        self.select(lists, mask)
    }

    #[inline(always)]
    fn equal(self, block: &Block, byte: u8) -> u64 {
        self.bits(self.equal_to(self.load(block), byte))
    }

    #[inline(always)]
    fn pair(self, window: &PairWindow, pair: Pair) -> u64 {
        let (here, after) = pair.blocks(window);
        let first = self.equal_to(self.load(here), pair.first);
        let second = self.equal_to(self.load(after), pair.second);
        self.bits(self.both(first, second))
    }

    #[inline(always)]
    fn any(self, window: &PairWindow, pairs: &PairTables) -> bool {
        let (here, after) = pairs.blocks(window);
        let (first, second) = (self.load(here), self.load(after));
        let [first_low, first_high, second_low, second_high] = &pairs.tables;
        // a byte beyond ASCII has no bits in the upper table, and begins no pair
        let of_first = self.and(self.look_up_low(first_low, first), self.look_up_high(first_high, first));
        let of_second =
            self.and(self.look_up_low_of_any(second_low, second), self.look_up_high(second_high, second));
        self.have_common_bits(of_first, of_second)
    }

    #[inline(always)]
    fn prefetch(self, block: &Block) {
        self.prefetch_after(block);
    }

    #[inline(always)]
    fn prefix_xor(self, bits: u64) -> u64 {
        self.running_parity(bits)
    }
}
