//! AVX2 and AVX-512.

use super::{Block, Kernel, Masks, Pair, PairTables, PairWindow, Simd64, SyntaxMasks};
use std::arch::x86_64::*;

#[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
pub(super) fn run_avx2<T: Kernel>(task: T) -> T::Output {
    task.run(Avx2(()))
}

#[target_feature(enable = "avx512f,avx512bw,avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
pub(super) fn run_avx512<T: Kernel>(task: T) -> T::Output {
    task.run(Avx512(()))
}

#[derive(Clone, Copy)]
pub(super) struct Avx2(());

impl Avx2 {
    #[inline(always)]
    fn load(block: &Block) -> [__m256i; 2] {
        let from = block.as_ptr();
        // SAFETY: both unaligned loads of 32 bytes lie within the 64 of the block; avx is proved by Self.
        unsafe { [_mm256_loadu_si256(from.cast()), _mm256_loadu_si256(from.add(32).cast())] }
    }

    #[inline(always)]
    fn bits(halves: [__m256i; 2]) -> u64 {
        // SAFETY: arithmetic on registers; avx2 is proved by Self.
        let [low, high] = halves.map(|half| unsafe { _mm256_movemask_epi8(half) } as u32);
        u64::from(high) << 32 | u64::from(low)
    }

    #[inline(always)]
    fn pair_lanes(window: &PairWindow, pair: Pair) -> [__m256i; 2] {
        let (here, behind) = pair.blocks(window);
        let ([a, b], [c, d]) = (Self::load(here), Self::load(behind));
        // SAFETY: arithmetic on registers; avx2 is proved by Self.
        unsafe {
            let (first, second) = (_mm256_set1_epi8(pair.first as i8), _mm256_set1_epi8(pair.second as i8));
            [
                _mm256_and_si256(_mm256_cmpeq_epi8(a, first), _mm256_cmpeq_epi8(c, second)),
                _mm256_and_si256(_mm256_cmpeq_epi8(b, first), _mm256_cmpeq_epi8(d, second)),
            ]
        }
    }

    /// For each byte of `first` the bits of the pairs that begin there.
    #[inline(always)]
    fn pair_bits(first: __m256i, second: __m256i, pairs: &PairTables) -> __m256i {
        let [a, b, c, d] = &pairs.tables;
        let (a, b, c, d) = (Self::table(a), Self::table(b), Self::table(c), Self::table(d));
        // SAFETY: arithmetic on registers; avx2 is proved by Self.
        unsafe {
            let low = _mm256_set1_epi8(15);
            let first_high = _mm256_and_si256(_mm256_srli_epi16::<4>(first), low);
            let second_high = _mm256_and_si256(_mm256_srli_epi16::<4>(second), low);
            // a byte beyond ASCII has no bits, and begins no pair
            let of_first =
                _mm256_and_si256(_mm256_shuffle_epi8(a, first), _mm256_shuffle_epi8(b, first_high));
            let second_low = _mm256_and_si256(second, low);
            let of_second =
                _mm256_and_si256(_mm256_shuffle_epi8(c, second_low), _mm256_shuffle_epi8(d, second_high));
            _mm256_and_si256(of_first, of_second)
        }
    }

    #[inline(always)]
    fn table(table: &[u8; 16]) -> __m256i {
        // SAFETY: an unaligned load of 16 bytes; avx2 is proved by Self.
        unsafe { _mm256_broadcastsi128_si256(_mm_loadu_si128(table.as_ptr().cast())) }
    }

    #[inline(always)]
    fn eq(halves: [__m256i; 2], byte: u8) -> u64 {
        // SAFETY: arithmetic on registers; avx2 is proved by Self.
        Self::bits(halves.map(|half| unsafe { _mm256_cmpeq_epi8(half, _mm256_set1_epi8(byte as i8)) }))
    }
}

impl Simd64 for Avx2 {
    #[inline(always)]
    fn masks(self, block: &Block) -> Masks {
        let halves = Self::load(block);
        // SAFETY: arithmetic on registers; avx2 is proved by self.
        let folded = halves.map(|half| unsafe { _mm256_or_si256(half, _mm256_set1_epi8(0x20)) });
        Masks {
            quote: Self::eq(halves, b'"'),
            backslash: Self::eq(halves, b'\\'),
            open: Self::eq(folded, b'{'),
            close: Self::eq(folded, b'}'),
            colon: Self::eq(halves, b':'),
        }
    }

    #[inline(always)]
    fn syntax_masks(self, block: &Block) -> SyntaxMasks {
        let halves = Self::load(block);
        // `byte < bound`, signed
        let below = |bound: i8| {
            // SAFETY: arithmetic on registers; avx2 is proved by self.
            Self::bits(halves.map(|half| unsafe { _mm256_cmpgt_epi8(_mm256_set1_epi8(bound), half) }))
        };
        // unsigned `byte <= 0x1f`
        let control = halves.map(|half| {
            // SAFETY: arithmetic on registers; avx2 is proved by self.
            unsafe { _mm256_cmpeq_epi8(_mm256_min_epu8(half, _mm256_set1_epi8(0x1f)), half) }
        });
        SyntaxMasks {
            comma: Self::eq(halves, b','),
            blank: Self::eq(halves, b' ')
                | Self::eq(halves, b'\t')
                | Self::eq(halves, b'\r')
                | Self::eq(halves, b'\n'),
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
    fn pair(self, window: &PairWindow, pair: Pair) -> u64 {
        Self::bits(Self::pair_lanes(window, pair))
    }

    #[inline(always)]
    fn any(self, window: &PairWindow, pairs: &PairTables) -> bool {
        let (here, behind) = pairs.blocks(window);
        let ([a, b], [c, d]) = (Self::load(here), Self::load(behind));
        let any = [Self::pair_bits(a, c, pairs), Self::pair_bits(b, d, pairs)];
        // SAFETY: arithmetic on registers; avx2 is proved by self.
        unsafe {
            let any = _mm256_or_si256(any[0], any[1]);
            _mm256_testz_si256(any, any) == 0
        }
    }

    #[inline(always)]
    fn prefetch(self, block: &Block) {
        prefetch(block);
    }

    #[inline(always)]
    fn prefix_xor(self, bits: u64) -> u64 {
        carryless(bits)
    }
}

#[derive(Clone, Copy)]
pub(super) struct Avx512(());

impl Avx512 {
    #[inline(always)]
    fn load(block: &Block) -> __m512i {
        // SAFETY: an unaligned load of the block's 64 bytes; avx512f is proved by Self.
        unsafe { _mm512_loadu_si512(block.as_ptr().cast()) }
    }

    #[inline(always)]
    fn table(table: &[u8; 16]) -> __m512i {
        // SAFETY: an unaligned load of 16 bytes; avx512f is proved by Self.
        unsafe { _mm512_broadcast_i32x4(_mm_loadu_si128(table.as_ptr().cast())) }
    }

    #[inline(always)]
    fn eq(bytes: __m512i, byte: u8) -> u64 {
        // SAFETY: arithmetic on registers; avx512bw is proved by Self.
        unsafe { _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte as i8)) }
    }
}

impl Simd64 for Avx512 {
    #[inline(always)]
    fn masks(self, block: &Block) -> Masks {
        let bytes = Self::load(block);
        // SAFETY: arithmetic on registers; avx512f is proved by self.
        let folded = unsafe { _mm512_or_si512(bytes, _mm512_set1_epi8(0x20)) };
        Masks {
            quote: Self::eq(bytes, b'"'),
            backslash: Self::eq(bytes, b'\\'),
            open: Self::eq(folded, b'{'),
            close: Self::eq(folded, b'}'),
            colon: Self::eq(bytes, b':'),
        }
    }

    #[inline(always)]
    fn syntax_masks(self, block: &Block) -> SyntaxMasks {
        let bytes = Self::load(block);
        // SAFETY: arithmetic on registers; avx512bw is proved by self.
        let (to_blank, below_blank, control) = unsafe {
            let blank = _mm512_set1_epi8(0x20);
            (
                _mm512_cmple_epi8_mask(bytes, blank),
                _mm512_cmplt_epi8_mask(bytes, blank),
                _mm512_cmplt_epu8_mask(bytes, blank),
            )
        };
        SyntaxMasks {
            comma: Self::eq(bytes, b','),
            blank: Self::eq(bytes, b' ')
                | Self::eq(bytes, b'\t')
                | Self::eq(bytes, b'\r')
                | Self::eq(bytes, b'\n'),
            to_blank,
            below_blank,
            control,
        }
    }

    #[inline(always)]
    fn equal(self, block: &Block, byte: u8) -> u64 {
        Self::eq(Self::load(block), byte)
    }

    #[inline(always)]
    fn pair(self, window: &PairWindow, pair: Pair) -> u64 {
        let (here, behind) = pair.blocks(window);
        let (here, behind) = (Self::load(here), Self::load(behind));
        // SAFETY: arithmetic on registers; avx512bw is proved by self.
        unsafe {
            let first = _mm512_cmpeq_epi8_mask(here, _mm512_set1_epi8(pair.first as i8));
            _mm512_mask_cmpeq_epi8_mask(first, behind, _mm512_set1_epi8(pair.second as i8))
        }
    }

    #[inline(always)]
    fn any(self, window: &PairWindow, pairs: &PairTables) -> bool {
        let (here, behind) = pairs.blocks(window);
        let (first, second) = (Self::load(here), Self::load(behind));
        let [a, b, c, d] = &pairs.tables;
        let (a, b, c, d) = (Self::table(a), Self::table(b), Self::table(c), Self::table(d));
        // SAFETY: arithmetic on registers; avx512bw is proved by self.
        unsafe {
            let low = _mm512_set1_epi8(15);
            let first_high = _mm512_and_si512(_mm512_srli_epi16::<4>(first), low);
            let second_high = _mm512_and_si512(_mm512_srli_epi16::<4>(second), low);
            // a byte beyond ASCII has no bits, and begins no pair
            let of_first =
                _mm512_and_si512(_mm512_shuffle_epi8(a, first), _mm512_shuffle_epi8(b, first_high));
            let second_low = _mm512_and_si512(second, low);
            let of_second =
                _mm512_and_si512(_mm512_shuffle_epi8(c, second_low), _mm512_shuffle_epi8(d, second_high));
            _mm512_test_epi8_mask(of_first, of_second) != 0
        }
    }

    #[inline(always)]
    fn prefetch(self, block: &Block) {
        prefetch(block);
    }

    #[inline(always)]
    fn prefix_xor(self, bits: u64) -> u64 {
        carryless(bits)
    }
}

/// How far ahead: measured, 1 to 2 KB are alike.
const AHEAD: usize = 1536;

#[inline(always)]
fn prefetch(block: &Block) {
    let ahead = block.as_ptr().wrapping_add(AHEAD);
    // SAFETY: a hint; it reads nothing and faults on no address.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(ahead.cast()) }
}

/// A carry-less product with all ones is the running parity.
#[inline(always)]
fn carryless(bits: u64) -> u64 {
    // SAFETY: arithmetic on registers; pclmulqdq is proved by the two callers' Self.
    unsafe {
        let product = _mm_clmulepi64_si128::<0>(_mm_set_epi64x(0, bits as i64), _mm_set1_epi8(-1));
        _mm_cvtsi128_si64(product) as u64
    }
}
