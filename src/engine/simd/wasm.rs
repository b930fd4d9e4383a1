//! The primitives of WebAssembly's SIMD128. The host compiles a module whole, so that the instructions are chosen when the module is
//! built (`-Ctarget-feature=+simd128`), not when it runs.

use super::block::Block;
use super::kernel::Simd64;
use super::portable::Portable;
use super::vector::Vector;
use std::arch::wasm32::*;

#[derive(Clone, Copy)]
pub(super) struct Simd128;

#[inline(always)]
fn lane(bytes: &[u8; 64], at: usize) -> v128 {
    let half = |from: usize| {
        let half = bytes.get(from..).and_then(|rest| rest.first_chunk::<8>());
        u64::from_le_bytes(half.copied().unwrap_or_default())
    };
    u64x2(half(16 * at), half(16 * at + 8))
}

#[inline(always)]
fn table_of(table: &[u8; 16]) -> v128 {
    let number = u128::from_le_bytes(*table);
    u64x2(number as u64, (number >> 64) as u64)
}

impl Vector for Simd128 {
    type Bytes = [v128; 4];
    type Lanes = [v128; 4];
    const SELECTS: bool = false;

    #[inline(always)]
    fn load(self, block: &Block) -> Self::Bytes {
        [lane(block, 0), lane(block, 1), lane(block, 2), lane(block, 3)]
    }

    #[inline(always)]
    fn or(self, bytes: Self::Bytes, bits: u8) -> Self::Bytes {
        bytes.map(|lane| v128_or(lane, u8x16_splat(bits)))
    }

    #[inline(always)]
    fn and(self, a: Self::Bytes, b: Self::Bytes) -> Self::Bytes {
        [v128_and(a[0], b[0]), v128_and(a[1], b[1]), v128_and(a[2], b[2]), v128_and(a[3], b[3])]
    }

    #[inline(always)]
    fn equal_to(self, bytes: Self::Bytes, byte: u8) -> Self::Lanes {
        bytes.map(|lane| u8x16_eq(lane, u8x16_splat(byte)))
    }

    #[inline(always)]
    fn below(self, bytes: Self::Bytes, bound: i8) -> Self::Lanes {
        bytes.map(|lane| i8x16_lt(lane, i8x16_splat(bound)))
    }

    #[inline(always)]
    fn same(self, a: Self::Bytes, b: Self::Bytes) -> Self::Lanes {
        [u8x16_eq(a[0], b[0]), u8x16_eq(a[1], b[1]), u8x16_eq(a[2], b[2]), u8x16_eq(a[3], b[3])]
    }

    #[inline(always)]
    fn either(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes {
        [v128_or(a[0], b[0]), v128_or(a[1], b[1]), v128_or(a[2], b[2]), v128_or(a[3], b[3])]
    }

    #[inline(always)]
    fn is_any(self, lanes: Self::Lanes) -> bool {
        self.have_common_bits(lanes, lanes)
    }

    #[inline(always)]
    fn bits_at(self, bytes: Self::Bytes, bit: u8) -> u64 {
        // the mask of lanes reads the highest bit
        self.bits(bytes.map(|lane| u8x16_shl(lane, u32::from(7 - (bit & 7)))))
    }

    #[inline(always)]
    fn select<const N: usize>(self, lists: [u64; N], mask: u64) -> [u64; N] {
        Portable.compress(lists, mask)
    }

    #[inline(always)]
    fn both(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes {
        self.and(a, b)
    }

    #[inline(always)]
    fn bits(self, lanes: Self::Lanes) -> u64 {
        let [a, b, c, d] = lanes.map(|lane| u64::from(u8x16_bitmask(lane)));
        a | b << 16 | c << 32 | d << 48
    }

    #[inline(always)]
    fn look_up_low(self, table: &[u8; 16], bytes: Self::Bytes) -> Self::Bytes {
        self.look_up_low_of_any(table, bytes)
    }

    #[inline(always)]
    fn look_up_low_of_any(self, table: &[u8; 16], bytes: Self::Bytes) -> Self::Bytes {
        let table = table_of(table);
        bytes.map(|lane| u8x16_swizzle(table, v128_and(lane, u8x16_splat(15))))
    }

    #[inline(always)]
    fn look_up_high(self, table: &[u8; 16], bytes: Self::Bytes) -> Self::Bytes {
        let table = table_of(table);
        bytes.map(|lane| u8x16_swizzle(table, u8x16_shr(lane, 4)))
    }

    #[inline(always)]
    fn have_common_bits(self, a: Self::Bytes, b: Self::Bytes) -> bool {
        let [a, b, c, d] = self.and(a, b);
        v128_any_true(v128_or(v128_or(a, b), v128_or(c, d)))
    }

    #[inline(always)]
    fn running_parity(self, bits: u64) -> u64 {
        Portable.prefix_xor(bits)
    }

    #[inline(always)]
    fn prefetch_after(self, _block: &Block) {}
}
