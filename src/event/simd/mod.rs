//! The one module with `unsafe`: 64 bytes at a time to bit masks, by whatever the processor has.
//!
//! Measured (`benches/RESULTS.md`): the structural pass runs five to six times as fast on AVX2 as on
//! the portable path. A [`Classify`] value is a proof that the processor has the features: it is made only
//! in [`Level::run`], behind the detection, so that its methods are safe to call. The portable path has no
//! `unsafe`, which `.ci/run` has the compiler prove with `--cfg cwfilter_portable`. Miri interprets AVX2 where it is told that
//! the processor has it, and the portable path elsewhere.

#[cfg(all(target_arch = "aarch64", not(cwfilter_portable)))]
mod arm;
#[cfg(all(target_arch = "x86_64", not(cwfilter_portable)))]
mod x86;

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
        blocks(window, self.distance)
    }
}

/// Pairs of one distance, and single bytes: what is told apart from all else at once, by the halves of each
/// byte. A pair has a bit of its own in all four tables, as long as there are no more than six.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pairs {
    distance: usize,
    /// by the lower and the upper half of the first byte, then of the second
    tables: [[u8; 16]; 4],
}

impl Pairs {
    /// `pairs` are to have this distance, 1 to 63; `bytes` are ASCII.
    pub(crate) fn new(distance: usize, pairs: impl Iterator<Item = (u8, u8)>, bytes: [u8; 2]) -> Pairs {
        let mut tables = [[0; 16]; 4];
        let [first_low, first_high, second_low, second_high] = &mut tables;
        for (number, (first, second)) in pairs.enumerate() {
            let bit = 1 << (number % 6);
            mark(first_low, first_high, first, bit);
            mark(second_low, second_high, second, bit);
        }
        for (byte, bit) in bytes.into_iter().zip([1 << 6, 1 << 7]) {
            mark(first_low, first_high, byte, bit);
            // whatever stands behind
            second_low.iter_mut().chain(second_high.iter_mut()).for_each(|bits| *bits |= bit);
        }
        Pairs { distance, tables }
    }

    /// The window's first half, and what stands `distance` behind.
    #[inline(always)]
    fn blocks<'a>(&self, window: &'a PairWindow) -> (&'a Block, &'a Block) {
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
    const NONE: &Block = &[0; 64];
    let behind = window.get(distance & 63..).and_then(|rest| rest.first_chunk::<64>());
    (window.first_chunk::<64>().unwrap_or(NONE), behind.unwrap_or(NONE))
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
    fn any(self, window: &PairWindow, pairs: &Pairs) -> bool;
    /// Says that what stands some blocks behind `block` will be read soon: the memory's latency bounds whatever looks
    /// at every byte once (`benches/RESULTS.md`).
    #[inline(always)]
    fn prefetch(self, _block: &Block) {}
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
    #[cfg(all(target_arch = "x86_64", not(cwfilter_portable)))]
    Avx2,
    #[cfg(all(target_arch = "x86_64", not(cwfilter_portable)))]
    Avx512,
    #[cfg(all(target_arch = "aarch64", not(cwfilter_portable)))]
    Neon,
}

impl Level {
    /// All levels of this machine, the best one last.
    pub(crate) fn available() -> Vec<Level> {
        #[cfg_attr(cwfilter_portable, allow(unused_mut))]
        let mut levels = vec![Level::portable()];
        #[cfg(all(target_arch = "x86_64", not(cwfilter_portable)))]
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
        #[cfg(all(target_arch = "aarch64", not(cwfilter_portable)))]
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
        #[cfg(all(target_arch = "x86_64", not(cwfilter_portable)))]
        if let Some(wide) = Self::available().into_iter().find(|level| level.0 == Kind::Avx512) {
            return wide;
        }
        Self::detect()
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self.0 {
            Kind::Portable => "portable",
            #[cfg(all(target_arch = "x86_64", not(cwfilter_portable)))]
            Kind::Avx2 => "avx2",
            #[cfg(all(target_arch = "x86_64", not(cwfilter_portable)))]
            Kind::Avx512 => "avx512",
            #[cfg(all(target_arch = "aarch64", not(cwfilter_portable)))]
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
            #[cfg(all(target_arch = "x86_64", not(cwfilter_portable)))]
            Kind::Avx2 => unsafe { x86::run_avx2(task) },
            // SAFETY: as above, with avx512f and avx512bw.
            #[cfg(all(target_arch = "x86_64", not(cwfilter_portable)))]
            Kind::Avx512 => unsafe { x86::run_avx512(task) },
            // SAFETY: as above, with neon.
            #[cfg(all(target_arch = "aarch64", not(cwfilter_portable)))]
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
    fn any(self, window: &PairWindow, pairs: &Pairs) -> bool {
        let [first_low, first_high, second_low, second_high] = &pairs.tables;
        let bits =
            |table: &[u8; 16], half: u8| table.get(usize::from(half & 15)).copied().unwrap_or_default();
        let (here, behind) = pairs.blocks(window);
        here.iter().zip(behind).any(|(first, second)| {
            let first = bits(first_low, *first) & bits(first_high, first >> 4);
            first & bits(second_low, *second) & bits(second_high, second >> 4) != 0
        })
    }

    #[inline(always)]
    fn prefix_xor(self, bits: u64) -> u64 {
        [1, 2, 4, 8, 16, 32].iter().fold(bits, |bits, shift| bits ^ bits << shift)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct All<'a>(&'a PairWindow);

    impl Task for All<'_> {
        type Output = (Masks, SyntaxMasks, u64, u64, u64, [bool; 3]);
        #[inline(always)]
        fn run<C: Classify>(self, classify: C) -> Self::Output {
            let block = self.0.first_chunk::<64>().unwrap();
            let masks = classify.masks(block);
            let parity = classify.prefix_xor(masks.quote);
            classify.prefetch(block);
            let pair = Pair { first: b'N', second: b'N', distance: 9 };
            let any = [
                classify.any(self.0, &Pairs::new(63, [(b'N', b'N'), (b'a', b'Z')].into_iter(), [b'K', b'K'])),
                classify.any(self.0, &Pairs::new(5, [(b'N', b'a')].into_iter(), [0x7f, 0x1f])),
                classify.any(self.0, &Pairs::new(1, std::iter::repeat_n((b'"', b';'), 9), [0x7e, 0x7e])),
            ];
            (
                masks,
                classify.syntax_masks(block),
                classify.equal(block, b'N'),
                parity,
                classify.pair(self.0, pair),
                any,
            )
        }
    }

    #[test]
    fn every_level_classifies_as_the_portable_one() {
        let names: Vec<_> = Level::available().into_iter().map(Level::name).collect();
        println!("levels: {}", names.join(", "));
        let mut seed = 1u64;
        let alphabet = b"\"\\{}[]:, \t\r\n\x00\x1f\x7f\x80\xffNaZ;Kk";
        // Miri takes a thousand times as long
        for _ in 0..if cfg!(miri) { 12 } else { 2000 } {
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
