//! The primitives of AVX2 and AVX-512.

use super::block::Block;
use super::kernel::{Kernel, Simd64};
use super::portable::Portable;
use super::vector::Vector;
use std::arch::x86_64::*;

#[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
pub(super) fn run_avx2<T: Kernel>(kernel: T) -> T::Output {
    kernel.run(Avx2::<true>(()))
}

/// The same without `PEXT`.
#[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
pub(super) fn run_avx2_without_pext<T: Kernel>(kernel: T) -> T::Output {
    kernel.run(Avx2::<false>(()))
}

/// Whether `PEXT` is slow: before Zen 3, AMD's processors take some ten cycles for each bit (Agner Fog, *Instruction tables*).
pub(super) fn has_slow_pext() -> bool {
    amd_family().is_some_and(|family| family < ZEN_3)
}

/// Whether AVX-512, if the processor has it, is the faster one for the structural pass and all after it. Measured on Zen 4 and Zen 5: 5 to 10 %
/// less time (docs/performance.md#instruction-sets). Processors of others were not measured, and keep AVX2.
pub(super) fn has_fast_avx512() -> bool {
    amd_family().is_some_and(|family| family >= ZEN_4)
}

/// Whether AVX-512, if the processor has it, is the slower one for the prefilter: on Zen 4, an operation on 512 bits takes two turns.
pub(super) fn searches_slowly_on_avx512() -> bool {
    amd_family() == Some(ZEN_4)
}

/// The family of an AMD processor; `None` for processors of others.
fn amd_family() -> Option<u32> {
    if cfg!(miri) {
        return None;
    }
    #[allow(unused_unsafe, reason = "safe in newer compilers")]
    // SAFETY: all processors with AVX2 have this instruction.
    let (vendor, version) = unsafe { (__cpuid(0).ebx, __cpuid(1).eax) };
    let base = version >> 8 & 0xf;
    let family = if base == 0xf { base + (version >> 20 & 0xff) } else { base };
    let is_amd = [*b"Auth", *b"Hygo"].map(u32::from_le_bytes).contains(&vendor);
    is_amd.then_some(family)
}

/// The processor family of Zen 3.
const ZEN_3: u32 = 0x19;

/// The processor family of Zen 4. Zen 3 has the same one, and no AVX-512.
const ZEN_4: u32 = 0x19;

#[target_feature(enable = "avx512f,avx512bw,avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
pub(super) fn run_avx512<T: Kernel>(kernel: T) -> T::Output {
    kernel.run(Avx512(()))
}

#[derive(Clone, Copy)]
pub(super) struct Avx2<const PEXT: bool>(());

impl<const PEXT: bool> Avx2<PEXT> {
    #[inline(always)]
    fn table(table: &[u8; 16]) -> __m256i {
        // SAFETY: an unaligned load of 16 bytes; avx2 is proved by Self.
        unsafe { _mm256_broadcastsi128_si256(_mm_loadu_si128(table.as_ptr().cast())) }
    }

    #[inline(always)]
    fn low_halves(half: __m256i) -> __m256i {
        // SAFETY: arithmetic on registers; avx2 is proved by Self.
        unsafe { _mm256_and_si256(half, _mm256_set1_epi8(15)) }
    }
}

impl<const PEXT: bool> Vector for Avx2<PEXT> {
    type Bytes = [__m256i; 2];
    type Lanes = [__m256i; 2];
    const SELECTS: bool = PEXT;

    #[inline(always)]
    fn load(self, block: &Block) -> Self::Bytes {
        let from = block.as_ptr();
        // SAFETY: both unaligned loads of 32 bytes lie within the 64 of the block; avx is proved by self.
        unsafe { [_mm256_loadu_si256(from.cast()), _mm256_loadu_si256(from.add(32).cast())] }
    }

    #[inline(always)]
    fn or(self, bytes: Self::Bytes, bits: u8) -> Self::Bytes {
        // SAFETY: arithmetic on registers; avx2 is proved by self.
        bytes.map(|half| unsafe { _mm256_or_si256(half, _mm256_set1_epi8(bits as i8)) })
    }

    #[inline(always)]
    fn and(self, a: Self::Bytes, b: Self::Bytes) -> Self::Bytes {
        // SAFETY: arithmetic on registers; avx2 is proved by self.
        unsafe { [_mm256_and_si256(a[0], b[0]), _mm256_and_si256(a[1], b[1])] }
    }

    #[inline(always)]
    fn equal_to(self, bytes: Self::Bytes, byte: u8) -> Self::Lanes {
        // SAFETY: arithmetic on registers; avx2 is proved by self.
        bytes.map(|half| unsafe { _mm256_cmpeq_epi8(half, _mm256_set1_epi8(byte as i8)) })
    }

    #[inline(always)]
    fn below(self, bytes: Self::Bytes, bound: i8) -> Self::Lanes {
        // SAFETY: arithmetic on registers; avx2 is proved by self.
        bytes.map(|half| unsafe { _mm256_cmpgt_epi8(_mm256_set1_epi8(bound), half) })
    }

    #[inline(always)]
    fn same(self, a: Self::Bytes, b: Self::Bytes) -> Self::Lanes {
        // SAFETY: arithmetic on registers; avx2 is proved by self.
        unsafe { [_mm256_cmpeq_epi8(a[0], b[0]), _mm256_cmpeq_epi8(a[1], b[1])] }
    }

    #[inline(always)]
    fn either(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes {
        // SAFETY: arithmetic on registers; avx2 is proved by self.
        unsafe { [_mm256_or_si256(a[0], b[0]), _mm256_or_si256(a[1], b[1])] }
    }

    #[inline(always)]
    fn is_any(self, lanes: Self::Lanes) -> bool {
        let [low, high] = lanes;
        // SAFETY: arithmetic on registers; avx2 is proved by self.
        unsafe { _mm256_movemask_epi8(_mm256_or_si256(low, high)) != 0 }
    }

    #[inline(always)]
    fn bits_at(self, bytes: Self::Bytes, bit: u8) -> u64 {
        // the bit becomes the highest of its byte; what comes from the neighbour is below it
        // SAFETY: arithmetic on registers; avx2 is proved by self.
        self.bits(bytes.map(|half| unsafe {
            match bit {
                0 => _mm256_slli_epi16::<7>(half),
                2 => _mm256_slli_epi16::<5>(half),
                5 => _mm256_slli_epi16::<2>(half),
                _ => _mm256_sll_epi16(half, _mm_cvtsi32_si128(7 - i32::from(bit))),
            }
        }))
    }

    #[inline(always)]
    fn select<const N: usize>(self, lists: [u64; N], mask: u64) -> [u64; N] {
        if PEXT { extract(lists, mask) } else { Portable.compress(lists, mask) }
    }

    #[inline(always)]
    fn both(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes {
        self.and(a, b)
    }

    #[inline(always)]
    fn bits(self, lanes: Self::Lanes) -> u64 {
        // SAFETY: arithmetic on registers; avx2 is proved by self.
        let [low, high] = lanes.map(|half| unsafe { _mm256_movemask_epi8(half) } as u32);
        u64::from(high) << 32 | u64::from(low)
    }

    #[inline(always)]
    fn look_up_low(self, table: &[u8; 16], bytes: Self::Bytes) -> Self::Bytes {
        let table = Self::table(table);
        // SAFETY: arithmetic on registers; avx2 is proved by self.
        bytes.map(|half| unsafe { _mm256_shuffle_epi8(table, half) })
    }

    #[inline(always)]
    fn look_up_low_of_any(self, table: &[u8; 16], bytes: Self::Bytes) -> Self::Bytes {
        self.look_up_low(table, bytes.map(Self::low_halves))
    }

    #[inline(always)]
    fn look_up_high(self, table: &[u8; 16], bytes: Self::Bytes) -> Self::Bytes {
        // SAFETY: arithmetic on registers; avx2 is proved by self.
        let shifted = bytes.map(|half| unsafe { _mm256_srli_epi16::<4>(half) });
        self.look_up_low(table, shifted.map(Self::low_halves))
    }

    #[inline(always)]
    fn have_common_bits(self, a: Self::Bytes, b: Self::Bytes) -> bool {
        let [low, high] = self.and(a, b);
        // SAFETY: arithmetic on registers; avx2 is proved by self.
        unsafe {
            let any = _mm256_or_si256(low, high);
            _mm256_testz_si256(any, any) == 0
        }
    }

    #[inline(always)]
    fn running_parity(self, bits: u64) -> u64 {
        carryless(bits)
    }

    #[inline(always)]
    fn prefetch_after(self, block: &Block) {
        prefetch(block);
    }
}

#[derive(Clone, Copy)]
pub(super) struct Avx512(());

impl Avx512 {
    #[inline(always)]
    fn table(table: &[u8; 16]) -> __m512i {
        // SAFETY: an unaligned load of 16 bytes; avx512f is proved by Self.
        unsafe { _mm512_broadcast_i32x4(_mm_loadu_si128(table.as_ptr().cast())) }
    }

    #[inline(always)]
    fn low_halves(bytes: __m512i) -> __m512i {
        // SAFETY: arithmetic on registers; avx512f is proved by Self.
        unsafe { _mm512_and_si512(bytes, _mm512_set1_epi8(15)) }
    }
}

impl Vector for Avx512 {
    type Bytes = __m512i;
    type Lanes = u64;
    const SELECTS: bool = true;

    #[inline(always)]
    fn load(self, block: &Block) -> __m512i {
        // SAFETY: an unaligned load of the block's 64 bytes; avx512f is proved by self.
        unsafe { _mm512_loadu_si512(block.as_ptr().cast()) }
    }

    #[inline(always)]
    fn or(self, bytes: __m512i, bits: u8) -> __m512i {
        // SAFETY: arithmetic on registers; avx512f is proved by self.
        unsafe { _mm512_or_si512(bytes, _mm512_set1_epi8(bits as i8)) }
    }

    #[inline(always)]
    fn and(self, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: arithmetic on registers; avx512f is proved by self.
        unsafe { _mm512_and_si512(a, b) }
    }

    #[inline(always)]
    fn equal_to(self, bytes: __m512i, byte: u8) -> u64 {
        // SAFETY: arithmetic on registers; avx512bw is proved by self.
        unsafe { _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte as i8)) }
    }

    #[inline(always)]
    fn below(self, bytes: __m512i, bound: i8) -> u64 {
        // SAFETY: arithmetic on registers; avx512bw is proved by self.
        unsafe { _mm512_cmplt_epi8_mask(bytes, _mm512_set1_epi8(bound)) }
    }

    #[inline(always)]
    fn same(self, a: __m512i, b: __m512i) -> u64 {
        // SAFETY: arithmetic on registers; avx512bw is proved by self.
        unsafe { _mm512_cmpeq_epi8_mask(a, b) }
    }

    #[inline(always)]
    fn either(self, a: u64, b: u64) -> u64 {
        a | b
    }

    #[inline(always)]
    fn is_any(self, lanes: u64) -> bool {
        lanes != 0
    }

    #[inline(always)]
    fn bits_at(self, bytes: __m512i, bit: u8) -> u64 {
        // SAFETY: arithmetic on registers; avx512bw is proved by self.
        unsafe { _mm512_test_epi8_mask(bytes, _mm512_set1_epi8((1u8 << (bit & 7)) as i8)) }
    }

    #[inline(always)]
    fn select<const N: usize>(self, lists: [u64; N], mask: u64) -> [u64; N] {
        extract(lists, mask)
    }

    #[inline(always)]
    fn both(self, a: u64, b: u64) -> u64 {
        a & b
    }

    #[inline(always)]
    fn bits(self, lanes: u64) -> u64 {
        lanes
    }

    #[inline(always)]
    fn look_up_low(self, table: &[u8; 16], bytes: __m512i) -> __m512i {
        // SAFETY: arithmetic on registers; avx512bw is proved by self.
        unsafe { _mm512_shuffle_epi8(Self::table(table), bytes) }
    }

    #[inline(always)]
    fn look_up_low_of_any(self, table: &[u8; 16], bytes: __m512i) -> __m512i {
        self.look_up_low(table, Self::low_halves(bytes))
    }

    #[inline(always)]
    fn look_up_high(self, table: &[u8; 16], bytes: __m512i) -> __m512i {
        // SAFETY: arithmetic on registers; avx512bw is proved by self.
        let shifted = unsafe { _mm512_srli_epi16::<4>(bytes) };
        self.look_up_low(table, Self::low_halves(shifted))
    }

    #[inline(always)]
    fn have_common_bits(self, a: __m512i, b: __m512i) -> bool {
        // SAFETY: arithmetic on registers; avx512bw is proved by self.
        unsafe { _mm512_test_epi8_mask(a, b) != 0 }
    }

    #[inline(always)]
    fn running_parity(self, bits: u64) -> u64 {
        carryless(bits)
    }

    #[inline(always)]
    fn prefetch_after(self, block: &Block) {
        prefetch(block);
    }
}

/// Bytes to fetch ahead. Measured: 1 KB and 2 KB are equally good.
const AHEAD: usize = 1536;

#[inline(always)]
fn prefetch(block: &Block) {
    let ahead = block.as_ptr().wrapping_add(AHEAD);
    // SAFETY: a hint; it reads nothing and faults on no address.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(ahead.cast()) }
}

#[inline(always)]
fn extract<const N: usize>(lists: [u64; N], mask: u64) -> [u64; N] {
    // SAFETY: arithmetic on registers; bmi2 is proved by the two callers' Self.
    lists.map(|list| unsafe { _pext_u64(list, mask) })
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
