//! NEON.

use super::{Block, Kernel, Masks, PairTables, PairWindow, Portable, Simd64, SyntaxMasks};
use std::arch::aarch64::*;

#[target_feature(enable = "neon")]
pub(super) fn run_neon<T: Kernel>(task: T) -> T::Output {
    task.run(Neon(()))
}

#[derive(Clone, Copy)]
pub(super) struct Neon(());

impl Neon {
    #[inline(always)]
    fn load(block: &Block) -> [uint8x16_t; 4] {
        let from = block.as_ptr();
        // SAFETY: four loads of 16 bytes lie within the 64 of the block; neon is proved by Self.
        unsafe { [vld1q_u8(from), vld1q_u8(from.add(16)), vld1q_u8(from.add(32)), vld1q_u8(from.add(48))] }
    }

    /// Lanes of all ones or all zeros to bits.
    #[inline(always)]
    fn bits(lanes: [uint8x16_t; 4]) -> u64 {
        const WEIGHTS: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];
        // SAFETY: one load of a 16-byte constant, then arithmetic on registers; neon is proved by Self.
        unsafe {
            let weights = vld1q_u8(WEIGHTS.as_ptr());
            let [a, b, c, d] = lanes.map(|lane| vandq_u8(lane, weights));
            let sums = vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d));
            vgetq_lane_u64::<0>(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)))
        }
    }

    #[inline(always)]
    fn eq(lanes: [uint8x16_t; 4], byte: u8) -> u64 {
        // SAFETY: arithmetic on registers; neon is proved by Self.
        Self::bits(lanes.map(|lane| unsafe { vceqq_u8(lane, vdupq_n_u8(byte)) }))
    }
}

impl Simd64 for Neon {
    #[inline(always)]
    fn masks(self, block: &Block) -> Masks {
        let lanes = Self::load(block);
        // SAFETY: arithmetic on registers; neon is proved by self.
        let folded = lanes.map(|lane| unsafe { vorrq_u8(lane, vdupq_n_u8(0x20)) });
        Masks {
            quote: Self::eq(lanes, b'"'),
            backslash: Self::eq(lanes, b'\\'),
            open: Self::eq(folded, b'{'),
            close: Self::eq(folded, b'}'),
            colon: Self::eq(lanes, b':'),
        }
    }

    #[inline(always)]
    fn syntax_masks(self, block: &Block) -> SyntaxMasks {
        let lanes = Self::load(block);
        // SAFETY: arithmetic on registers; neon is proved by self.
        let below = |bound: i8| {
            // SAFETY: as above.
            Self::bits(lanes.map(|lane| unsafe { vcltq_s8(vreinterpretq_s8_u8(lane), vdupq_n_s8(bound)) }))
        };
        // SAFETY: as above.
        let control = lanes.map(|lane| unsafe { vcltq_u8(lane, vdupq_n_u8(0x20)) });
        SyntaxMasks {
            comma: Self::eq(lanes, b','),
            blank: Self::eq(lanes, b' ')
                | Self::eq(lanes, b'\t')
                | Self::eq(lanes, b'\r')
                | Self::eq(lanes, b'\n'),
            to_blank: below(0x21),
            below_blank: below(0x20),
            control: Self::bits(control),
        }
    }

    #[inline(always)]
    fn equal(self, block: &Block, byte: u8) -> u64 {
        Self::eq(Self::load(block), byte)
    }

    #[inline(always)]
    fn any(self, window: &PairWindow, pairs: &PairTables) -> bool {
        let (here, behind) = pairs.blocks(window);
        let (here, behind) = (Self::load(here), Self::load(behind));
        let [a, b, c, d] = &pairs.tables;
        // SAFETY: four loads of 16 bytes from tables of 16, then arithmetic on registers; neon is proved by self.
        unsafe {
            let (a, b) = (vld1q_u8(a.as_ptr()), vld1q_u8(b.as_ptr()));
            let (c, d) = (vld1q_u8(c.as_ptr()), vld1q_u8(d.as_ptr()));
            let low = vdupq_n_u8(15);
            let mut any = vdupq_n_u8(0);
            for (first, second) in here.into_iter().zip(behind) {
                let first_low = vqtbl1q_u8(a, vandq_u8(first, low));
                let first_high = vqtbl1q_u8(b, vshrq_n_u8::<4>(first));
                let second_low = vqtbl1q_u8(c, vandq_u8(second, low));
                let second_high = vqtbl1q_u8(d, vshrq_n_u8::<4>(second));
                let bits = vandq_u8(vandq_u8(first_low, first_high), vandq_u8(second_low, second_high));
                any = vorrq_u8(any, bits);
            }
            vmaxvq_u8(any) != 0
        }
    }

    #[inline(always)]
    fn prefix_xor(self, bits: u64) -> u64 {
        Portable.prefix_xor(bits)
    }
}
