//! The primitives of NEON.

use super::block::Block;
use super::kernel::{Kernel, Simd64};
use super::portable::Portable;
use super::vector::Vector;
use std::arch::aarch64::*;

#[target_feature(enable = "neon")]
pub(super) fn run_neon<T: Kernel>(kernel: T) -> T::Output {
    kernel.run(Neon(()))
}

#[derive(Clone, Copy)]
pub(super) struct Neon(());

impl Neon {
    #[inline(always)]
    fn table(table: &[u8; 16]) -> uint8x16_t {
        // SAFETY: a load of 16 bytes; neon is proved by Self.
        unsafe { vld1q_u8(table.as_ptr()) }
    }
}

impl Vector for Neon {
    type Bytes = [uint8x16_t; 4];
    type Lanes = [uint8x16_t; 4];
    const SELECTS: bool = false;

    #[inline(always)]
    fn load(self, block: &Block) -> Self::Bytes {
        let from = block.as_ptr();
        // SAFETY: four loads of 16 bytes lie within the 64 of the block; neon is proved by self.
        unsafe { [vld1q_u8(from), vld1q_u8(from.add(16)), vld1q_u8(from.add(32)), vld1q_u8(from.add(48))] }
    }

    #[inline(always)]
    fn or(self, bytes: Self::Bytes, bits: u8) -> Self::Bytes {
        // SAFETY: arithmetic on registers; neon is proved by self.
        bytes.map(|lane| unsafe { vorrq_u8(lane, vdupq_n_u8(bits)) })
    }

    #[inline(always)]
    fn and(self, a: Self::Bytes, b: Self::Bytes) -> Self::Bytes {
        // SAFETY: arithmetic on registers; neon is proved by self.
        unsafe { [vandq_u8(a[0], b[0]), vandq_u8(a[1], b[1]), vandq_u8(a[2], b[2]), vandq_u8(a[3], b[3])] }
    }

    #[inline(always)]
    fn equal_to(self, bytes: Self::Bytes, byte: u8) -> Self::Lanes {
        // SAFETY: arithmetic on registers; neon is proved by self.
        bytes.map(|lane| unsafe { vceqq_u8(lane, vdupq_n_u8(byte)) })
    }

    #[inline(always)]
    fn below(self, bytes: Self::Bytes, bound: i8) -> Self::Lanes {
        // SAFETY: arithmetic on registers; neon is proved by self.
        bytes.map(|lane| unsafe { vcltq_s8(vreinterpretq_s8_u8(lane), vdupq_n_s8(bound)) })
    }

    #[inline(always)]
    fn same(self, a: Self::Bytes, b: Self::Bytes) -> Self::Lanes {
        // SAFETY: arithmetic on registers; neon is proved by self.
        unsafe { [vceqq_u8(a[0], b[0]), vceqq_u8(a[1], b[1]), vceqq_u8(a[2], b[2]), vceqq_u8(a[3], b[3])] }
    }

    #[inline(always)]
    fn either(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes {
        // SAFETY: arithmetic on registers; neon is proved by self.
        unsafe { [vorrq_u8(a[0], b[0]), vorrq_u8(a[1], b[1]), vorrq_u8(a[2], b[2]), vorrq_u8(a[3], b[3])] }
    }

    #[inline(always)]
    fn is_any(self, lanes: Self::Lanes) -> bool {
        self.have_common_bits(lanes, lanes)
    }

    #[inline(always)]
    fn bits_at(self, bytes: Self::Bytes, bit: u8) -> u64 {
        // SAFETY: arithmetic on registers; neon is proved by self.
        self.bits(bytes.map(|lane| unsafe { vtstq_u8(lane, vdupq_n_u8(1 << (bit & 7))) }))
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
        const WEIGHTS: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];
        // SAFETY: one load of a 16-byte constant, then arithmetic on registers; neon is proved by self.
        unsafe {
            let weights = vld1q_u8(WEIGHTS.as_ptr());
            let [a, b, c, d] = lanes.map(|lane| vandq_u8(lane, weights));
            let sums = vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d));
            vgetq_lane_u64::<0>(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)))
        }
    }

    #[inline(always)]
    fn look_up_low(self, table: &[u8; 16], bytes: Self::Bytes) -> Self::Bytes {
        self.look_up_low_of_any(table, bytes)
    }

    #[inline(always)]
    fn look_up_low_of_any(self, table: &[u8; 16], bytes: Self::Bytes) -> Self::Bytes {
        let table = Self::table(table);
        // SAFETY: arithmetic on registers; neon is proved by self.
        bytes.map(|lane| unsafe { vqtbl1q_u8(table, vandq_u8(lane, vdupq_n_u8(15))) })
    }

    #[inline(always)]
    fn look_up_high(self, table: &[u8; 16], bytes: Self::Bytes) -> Self::Bytes {
        let table = Self::table(table);
        // SAFETY: arithmetic on registers; neon is proved by self.
        bytes.map(|lane| unsafe { vqtbl1q_u8(table, vshrq_n_u8::<4>(lane)) })
    }

    #[inline(always)]
    fn have_common_bits(self, a: Self::Bytes, b: Self::Bytes) -> bool {
        let [a, b, c, d] = self.and(a, b);
        // SAFETY: arithmetic on registers; neon is proved by self.
        unsafe { vmaxvq_u8(vorrq_u8(vorrq_u8(a, b), vorrq_u8(c, d))) != 0 }
    }

    #[inline(always)]
    fn running_parity(self, bits: u64) -> u64 {
        Portable.prefix_xor(bits)
    }

    #[inline(always)]
    fn prefetch_after(self, _block: &Block) {}
}
