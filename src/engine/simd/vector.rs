//! The masks on any instruction set: each algorithm once, over the primitives in `x86.rs` and `arm.rs`.
//!
//! Everything here has to be inlined into the function that carries the instruction set: `#[inline(always)]` on every
//! function, and no closure of several instructions. `tests/inlined.rs` looks at the compiled code for calls that are left.

use super::block::{Block, Masks, SyntaxMasks};
use super::kernel::Simd64;
use super::pair_tables::{Pair, PairTables, PairWindow};

/// The primitives of one instruction set on 64 bytes. A value proves that the processor has the instructions.
pub(super) trait Vector: Copy {
    /// 64 bytes in registers.
    type Bytes: Copy;
    /// A truth value for each of 64 bytes.
    type Lanes: Copy;

    fn load(self, block: &Block) -> Self::Bytes;
    /// Each byte, with the bits of `bits` set.
    fn or(self, bytes: Self::Bytes, bits: u8) -> Self::Bytes;
    fn and(self, a: Self::Bytes, b: Self::Bytes) -> Self::Bytes;
    fn equal_to(self, bytes: Self::Bytes, byte: u8) -> Self::Lanes;
    /// Whether each byte is below `bound`, both signed.
    fn below(self, bytes: Self::Bytes, bound: i8) -> Self::Lanes;
    /// Whether each byte is below 0x20, unsigned.
    fn is_control(self, bytes: Self::Bytes) -> Self::Lanes;
    fn both(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    /// Bit n is lane n.
    fn bits(self, lanes: Self::Lanes) -> u64;
    /// The table's entry for the lower half of each byte; for a byte beyond ASCII the entry or 0.
    fn look_up_low(self, table: &[u8; 16], bytes: Self::Bytes) -> Self::Bytes;
    /// The table's entry for the lower half of each byte.
    fn look_up_low_of_any(self, table: &[u8; 16], bytes: Self::Bytes) -> Self::Bytes;
    /// The table's entry for the upper half of each byte.
    fn look_up_high(self, table: &[u8; 16], bytes: Self::Bytes) -> Self::Bytes;
    /// Whether `a & b` has a bit anywhere.
    fn have_common_bits(self, a: Self::Bytes, b: Self::Bytes) -> bool;
    /// Bit n of the result is the parity of bits 0 to n.
    fn running_parity(self, bits: u64) -> u64;
    /// Tells the processor that bytes some blocks after `block` will be read soon.
    fn prefetch_after(self, block: &Block);
}

impl<V: Vector> Simd64 for V {
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
    fn syntax_masks(self, block: &Block) -> SyntaxMasks {
        let bytes = self.load(block);
        SyntaxMasks {
            comma: self.bits(self.equal_to(bytes, b',')),
            blank: self.bits(self.equal_to(bytes, b' '))
                | self.bits(self.equal_to(bytes, b'\t'))
                | self.bits(self.equal_to(bytes, b'\r'))
                | self.bits(self.equal_to(bytes, b'\n')),
            to_blank: self.bits(self.below(bytes, 0x21)),
            below_blank: self.bits(self.below(bytes, 0x20)),
            control: self.bits(self.is_control(bytes)),
        }
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
