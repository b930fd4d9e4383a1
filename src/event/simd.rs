//! The one module with `unsafe`: 64 bytes at a time to bit masks, by whatever the processor has.
//!
//! Measured (`benches/RESULTS.md`): the structural pass runs about five times as fast on AVX2 as on the
//! portable path. A [`Classify`] value is a proof that the processor has the features: it is made only
//! in [`Level::run`], behind the detection, so that its methods are safe to call.

/// The characters of 64 bytes that structure JSON; bit n is byte n.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Masks {
    pub(crate) quote: u64,
    pub(crate) backslash: u64,
    /// `{` and `[`
    pub(crate) open: u64,
    /// `}` and `]`
    pub(crate) close: u64,
    pub(crate) colon: u64,
}

/// What else a complete check of the syntax needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct SyntaxMasks {
    pub(crate) comma: u64,
    /// blank, tab, CR, LF
    pub(crate) blank: u64,
    /// up to 0x20, and from 0x80 on: signed numbers up to a blank
    pub(crate) to_blank: u64,
    /// below 0x20, and from 0x80 on
    pub(crate) below_blank: u64,
    /// below 0x20
    pub(crate) control: u64,
}

/// 64 bytes of a text.
pub(crate) type Block = [u8; 64];

/// A block and the bytes behind it in which the second byte of a pair may stand.
pub(crate) type PairWindow = [u8; 128];

/// Two bytes, the second one so far behind the first, 1 to 63.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) first: u8,
    pub(crate) second: u8,
    pub(crate) distance: usize,
}

impl Pair {
    /// The window's first half, and what stands `distance` behind.
    #[inline(always)]
    fn blocks<'a>(&self, window: &'a PairWindow) -> (&'a Block, &'a Block) {
        const NONE: &Block = &[0; 64];
        let behind = window.get(self.distance & 63..).and_then(|rest| rest.first_chunk::<64>());
        (window.first_chunk::<64>().unwrap_or(NONE), behind.unwrap_or(NONE))
    }
}

/// A way to classify blocks.
pub(crate) trait Classify: Copy {
    fn masks(self, block: &Block) -> Masks;
    fn syntax_masks(self, block: &Block) -> SyntaxMasks;
    /// Bits that equal `byte`.
    fn equal(self, block: &Block, byte: u8) -> u64;
    /// Bits of the window's first half where the pair begins.
    #[inline(always)]
    fn pair(self, window: &PairWindow, pair: Pair) -> u64 {
        let (here, behind) = pair.blocks(window);
        self.equal(here, pair.first) & self.equal(behind, pair.second)
    }
    /// Whether any of the pairs begins, or any of the bytes stands, in the window's first half.
    #[inline(always)]
    fn any<const N: usize>(self, window: &PairWindow, pairs: &[Pair; N], bytes: [u8; 2]) -> bool {
        let mut any = 0;
        for pair in pairs {
            any |= self.pair(window, *pair);
        }
        let here = window.first_chunk::<64>();
        any != 0 || here.is_some_and(|here| self.equal(here, bytes[0]) | self.equal(here, bytes[1]) != 0)
    }
    /// Says that what stands some blocks behind `window` will be read soon. The memory's latency is what
    /// a search that looks at every byte once is bound by (`benches/RESULTS.md`).
    #[inline(always)]
    fn prefetch(self, _window: &PairWindow) {}
    /// Bit n of the result is the parity of bits 0 to n.
    fn prefix_xor(self, bits: u64) -> u64;
}

/// Something that runs over blocks. `run` has to be `#[inline(always)]`: it is compiled once per level.
pub(crate) trait Task {
    type Output;
    fn run<C: Classify>(self, classify: C) -> Self::Output;
}

/// Which instructions are used. Only those that the processor has can be obtained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Level(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Portable,
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    Avx2,
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    Avx512,
    #[cfg(all(target_arch = "aarch64", not(miri)))]
    Neon,
}

impl Level {
    /// All levels of this machine, the best one last.
    pub(crate) fn available() -> Vec<Level> {
        let mut levels = vec![Level::portable()];
        #[cfg(all(target_arch = "x86_64", not(miri)))]
        if std::is_x86_feature_detected!("avx2")
            && std::is_x86_feature_detected!("pclmulqdq")
            && std::is_x86_feature_detected!("bmi1")
            && std::is_x86_feature_detected!("bmi2")
            && std::is_x86_feature_detected!("lzcnt")
            && std::is_x86_feature_detected!("popcnt")
        {
            if std::is_x86_feature_detected!("avx512f") && std::is_x86_feature_detected!("avx512bw") {
                levels.push(Level(Kind::Avx512));
            }
            // the best one for most tasks where both are there: wider masks cost more moves than they save
            // (`benches/RESULTS.md`)
            levels.push(Level(Kind::Avx2));
        }
        #[cfg(all(target_arch = "aarch64", not(miri)))]
        if std::arch::is_aarch64_feature_detected!("neon") {
            levels.push(Level(Kind::Neon));
        }
        levels
    }

    /// No special instructions.
    pub(crate) fn portable() -> Level {
        Level(Kind::Portable)
    }

    /// The best level of this machine.
    pub(crate) fn detect() -> Level {
        Self::available().pop().unwrap_or(Level::portable())
    }

    /// The one that takes in most bytes at once: for tasks that make few masks.
    pub(crate) fn widest() -> Level {
        #[cfg(all(target_arch = "x86_64", not(miri)))]
        if let Some(wide) = Self::available().into_iter().find(|level| level.0 == Kind::Avx512) {
            return wide;
        }
        Self::detect()
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self.0 {
            Kind::Portable => "portable",
            #[cfg(all(target_arch = "x86_64", not(miri)))]
            Kind::Avx2 => "avx2",
            #[cfg(all(target_arch = "x86_64", not(miri)))]
            Kind::Avx512 => "avx512",
            #[cfg(all(target_arch = "aarch64", not(miri)))]
            Kind::Neon => "neon",
        }
    }

    /// Runs the task with the level's instructions.
    #[inline]
    pub(crate) fn run<T: Task>(self, task: T) -> T::Output {
        match self.0 {
            Kind::Portable => task.run(Portable),
            // SAFETY: the kind exists only after `available` detected all features named there, which are
            // those of the called function.
            #[cfg(all(target_arch = "x86_64", not(miri)))]
            Kind::Avx2 => unsafe { x86::run_avx2(task) },
            // SAFETY: as above, with avx512f and avx512bw.
            #[cfg(all(target_arch = "x86_64", not(miri)))]
            Kind::Avx512 => unsafe { x86::run_avx512(task) },
            // SAFETY: as above, with neon.
            #[cfg(all(target_arch = "aarch64", not(miri)))]
            Kind::Neon => unsafe { arm::run_neon(task) },
        }
    }
}

/// No special instructions.
#[derive(Clone, Copy)]
pub(crate) struct Portable;

impl Portable {
    #[inline(always)]
    fn collect(block: &Block, is: impl Fn(u8) -> bool) -> u64 {
        block.iter().rev().fold(0, |bits, &byte| bits << 1 | u64::from(is(byte)))
    }
}

impl Classify for Portable {
    #[inline(always)]
    fn masks(self, block: &Block) -> Masks {
        Masks {
            quote: Self::collect(block, |byte| byte == b'"'),
            backslash: Self::collect(block, |byte| byte == b'\\'),
            open: Self::collect(block, |byte| byte | 0x20 == b'{'),
            close: Self::collect(block, |byte| byte | 0x20 == b'}'),
            colon: Self::collect(block, |byte| byte == b':'),
        }
    }

    #[inline(always)]
    fn syntax_masks(self, block: &Block) -> SyntaxMasks {
        SyntaxMasks {
            comma: Self::collect(block, |byte| byte == b','),
            blank: Self::collect(block, |byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')),
            to_blank: Self::collect(block, |byte| byte as i8 <= 0x20),
            below_blank: Self::collect(block, |byte| (byte as i8) < 0x20),
            control: Self::collect(block, |byte| byte < 0x20),
        }
    }

    #[inline(always)]
    fn equal(self, block: &Block, byte: u8) -> u64 {
        Self::collect(block, |other| other == byte)
    }

    #[inline(always)]
    fn prefix_xor(self, bits: u64) -> u64 {
        [1, 2, 4, 8, 16, 32].iter().fold(bits, |bits, shift| bits ^ bits << shift)
    }
}

#[cfg(all(target_arch = "x86_64", not(miri)))]
mod x86 {
    use super::{Block, Classify, Masks, Pair, PairWindow, SyntaxMasks, Task};
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
    pub(super) fn run_avx2<T: Task>(task: T) -> T::Output {
        task.run(Avx2(()))
    }

    #[target_feature(enable = "avx512f,avx512bw,avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
    pub(super) fn run_avx512<T: Task>(task: T) -> T::Output {
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
                let (first, second) =
                    (_mm256_set1_epi8(pair.first as i8), _mm256_set1_epi8(pair.second as i8));
                [
                    _mm256_and_si256(_mm256_cmpeq_epi8(a, first), _mm256_cmpeq_epi8(c, second)),
                    _mm256_and_si256(_mm256_cmpeq_epi8(b, first), _mm256_cmpeq_epi8(d, second)),
                ]
            }
        }

        #[inline(always)]
        fn eq(halves: [__m256i; 2], byte: u8) -> u64 {
            // SAFETY: arithmetic on registers; avx2 is proved by Self.
            Self::bits(halves.map(|half| unsafe { _mm256_cmpeq_epi8(half, _mm256_set1_epi8(byte as i8)) }))
        }
    }

    impl Classify for Avx2 {
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
        fn any<const N: usize>(self, window: &PairWindow, pairs: &[Pair; N], bytes: [u8; 2]) -> bool {
            let pair = Pair { first: 0, second: 0, distance: 0 };
            let [low, high] = Self::load(pair.blocks(window).0);
            // SAFETY: arithmetic on registers; avx2 is proved by self.
            unsafe {
                let bytes = [_mm256_set1_epi8(bytes[0] as i8), _mm256_set1_epi8(bytes[1] as i8)];
                let first =
                    _mm256_or_si256(_mm256_cmpeq_epi8(low, bytes[0]), _mm256_cmpeq_epi8(high, bytes[0]));
                let second =
                    _mm256_or_si256(_mm256_cmpeq_epi8(low, bytes[1]), _mm256_cmpeq_epi8(high, bytes[1]));
                let mut any = _mm256_or_si256(first, second);
                for pair in pairs {
                    let [low, high] = Self::pair_lanes(window, *pair);
                    any = _mm256_or_si256(any, _mm256_or_si256(low, high));
                }
                _mm256_testz_si256(any, any) == 0
            }
        }

        #[inline(always)]
        fn prefetch(self, window: &PairWindow) {
            prefetch(window);
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
        fn eq(bytes: __m512i, byte: u8) -> u64 {
            // SAFETY: arithmetic on registers; avx512bw is proved by Self.
            unsafe { _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte as i8)) }
        }
    }

    impl Classify for Avx512 {
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
        fn any<const N: usize>(self, window: &PairWindow, pairs: &[Pair; N], bytes: [u8; 2]) -> bool {
            const DIFFERS: i32 = 0b1111_0110;
            let pair = Pair { first: 0, second: 0, distance: 0 };
            let here = Self::load(pair.blocks(window).0);
            // a byte that differs in nothing is zero; SAFETY: arithmetic on registers; avx512bw is proved by self.
            unsafe {
                let [first, second] = bytes.map(|byte| _mm512_xor_si512(here, _mm512_set1_epi8(byte as i8)));
                let mut least = _mm512_min_epu8(first, second);
                for pair in pairs {
                    let behind = Self::load(pair.blocks(window).1);
                    let first = _mm512_xor_si512(here, _mm512_set1_epi8(pair.first as i8));
                    let second = _mm512_set1_epi8(pair.second as i8);
                    least =
                        _mm512_min_epu8(least, _mm512_ternarylogic_epi32::<DIFFERS>(first, behind, second));
                }
                _mm512_testn_epi8_mask(least, least) != 0
            }
        }

        #[inline(always)]
        fn prefetch(self, window: &PairWindow) {
            prefetch(window);
        }

        #[inline(always)]
        fn prefix_xor(self, bits: u64) -> u64 {
            carryless(bits)
        }
    }

    /// How far ahead: measured, 1 to 2 KB are alike.
    const AHEAD: usize = 1536;

    #[inline(always)]
    fn prefetch(window: &PairWindow) {
        let ahead = window.as_ptr().wrapping_add(AHEAD);
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
}

#[cfg(all(target_arch = "aarch64", not(miri)))]
mod arm {
    use super::{Block, Classify, Masks, Portable, SyntaxMasks, Task};
    use std::arch::aarch64::*;

    #[target_feature(enable = "neon")]
    pub(super) fn run_neon<T: Task>(task: T) -> T::Output {
        task.run(Neon(()))
    }

    #[derive(Clone, Copy)]
    pub(super) struct Neon(());

    impl Neon {
        #[inline(always)]
        fn load(block: &Block) -> [uint8x16_t; 4] {
            let from = block.as_ptr();
            // SAFETY: four loads of 16 bytes lie within the 64 of the block; neon is proved by Self.
            unsafe {
                [vld1q_u8(from), vld1q_u8(from.add(16)), vld1q_u8(from.add(32)), vld1q_u8(from.add(48))]
            }
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

    impl Classify for Neon {
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
                Self::bits(
                    lanes.map(|lane| unsafe { vcltq_s8(vreinterpretq_s8_u8(lane), vdupq_n_s8(bound)) }),
                )
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
        fn prefix_xor(self, bits: u64) -> u64 {
            Portable.prefix_xor(bits)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct All<'a>(&'a PairWindow);

    impl Task for All<'_> {
        type Output = (Masks, SyntaxMasks, u64, u64, u64, [bool; 2]);
        #[inline(always)]
        fn run<C: Classify>(self, classify: C) -> Self::Output {
            let block = self.0.first_chunk::<64>().unwrap();
            let masks = classify.masks(block);
            let parity = classify.prefix_xor(masks.quote);
            let pair = |distance| Pair { first: b'N', second: b'N', distance };
            let any = [
                classify.any(self.0, &[pair(1), pair(63)], [b'K', b'K']),
                classify.any(self.0, &[pair(5)], [0x7f, 0x1f]),
            ];
            (
                masks,
                classify.syntax_masks(block),
                classify.equal(block, b'N'),
                parity,
                classify.pair(self.0, pair(9)),
                any,
            )
        }
    }

    #[test]
    fn every_level_classifies_as_the_portable_one() {
        let mut seed = 1u64;
        let alphabet = b"\"\\{}[]:, \t\r\n\x00\x1f\x7f\x80\xffNaZ;Kk";
        for _ in 0..2000 {
            let mut block = [0u8; 128];
            for byte in &mut block {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                *byte = if seed & 1 == 0 {
                    (seed >> 40) as u8
                } else {
                    alphabet[(seed >> 33) as usize % alphabet.len()]
                };
            }
            let expected = Level(Kind::Portable).run(All(&block));
            for level in Level::available() {
                assert_eq!(level.run(All(&block)), expected, "{} on {block:?}", level.name());
            }
        }
    }
}
