//! The instruction sets of this processor: detection, and running a kernel on one.

#[cfg(all(target_arch = "aarch64", not(cwfilter_portable)))]
use super::arm;
use super::kernel::Kernel;
use super::portable::Portable;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128", not(cwfilter_portable)))]
use super::wasm::Simd128;
#[cfg(all(target_arch = "x86_64", not(cwfilter_portable)))]
use super::x86;

/// The instructions that kernels run on. A value exists only for instructions that the processor has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InstructionSet(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Portable,
    #[cfg(all(target_arch = "x86_64", not(cwfilter_portable)))]
    Avx2,
    #[cfg(all(target_arch = "x86_64", not(cwfilter_portable)))]
    Avx2WithoutPext,
    #[cfg(all(target_arch = "x86_64", not(cwfilter_portable)))]
    Avx512,
    #[cfg(all(target_arch = "aarch64", not(cwfilter_portable)))]
    Neon,
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128", not(cwfilter_portable)))]
    Simd128,
}

impl InstructionSet {
    /// All instruction sets of this machine, the best one last.
    pub(crate) fn available() -> Vec<InstructionSet> {
        #[cfg_attr(
            any(
                cwfilter_portable,
                not(any(target_arch = "x86_64", target_arch = "aarch64", target_feature = "simd128"))
            ),
            allow(unused_mut)
        )]
        let mut available = vec![InstructionSet::portable()];
        #[cfg(all(target_arch = "x86_64", not(cwfilter_portable)))]
        if std::is_x86_feature_detected!("avx2")
            && std::is_x86_feature_detected!("pclmulqdq")
            && std::is_x86_feature_detected!("bmi1")
            && std::is_x86_feature_detected!("bmi2")
            && std::is_x86_feature_detected!("lzcnt")
            && std::is_x86_feature_detected!("popcnt")
        {
            let mut avx2 = [InstructionSet(Kind::Avx2WithoutPext), InstructionSet(Kind::Avx2)];
            if x86::has_slow_pext() {
                avx2.reverse();
            }
            available.extend(avx2);
            if std::is_x86_feature_detected!("avx512f") && std::is_x86_feature_detected!("avx512bw") {
                let best = if x86::has_fast_avx512() { available.len() } else { 1 };
                available.insert(best, InstructionSet(Kind::Avx512));
            }
        }
        #[cfg(all(target_arch = "aarch64", not(cwfilter_portable)))]
        if std::arch::is_aarch64_feature_detected!("neon") {
            available.push(InstructionSet(Kind::Neon));
        }
        // a module with instructions that its host does not have is not compiled by the host
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128", not(cwfilter_portable)))]
        available.push(InstructionSet(Kind::Simd128));
        available
    }

    /// No special instructions.
    pub(crate) fn portable() -> InstructionSet {
        InstructionSet(Kind::Portable)
    }

    /// The best instruction set of this machine.
    pub(crate) fn detect() -> InstructionSet {
        Self::available().pop().unwrap_or(InstructionSet::portable())
    }

    /// The best instruction set for the prefilter, which makes few masks.
    pub(crate) fn for_search() -> InstructionSet {
        #[cfg(all(target_arch = "x86_64", not(cwfilter_portable)))]
        {
            let other = if x86::searches_slowly_on_avx512() { Kind::Avx2 } else { Kind::Avx512 };
            if let Some(found) = Self::available().into_iter().find(|instructions| instructions.0 == other) {
                return found;
            }
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
            Kind::Avx2WithoutPext => "avx2-without-pext",
            #[cfg(all(target_arch = "x86_64", not(cwfilter_portable)))]
            Kind::Avx512 => "avx512",
            #[cfg(all(target_arch = "aarch64", not(cwfilter_portable)))]
            Kind::Neon => "neon",
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128", not(cwfilter_portable)))]
            Kind::Simd128 => "simd128",
        }
    }

    /// Runs the kernel on these instructions.
    #[inline]
    pub(crate) fn run<T: Kernel>(self, kernel: T) -> T::Output {
        match self.0 {
            Kind::Portable => kernel.run(Portable),
            // SAFETY: the kind exists only after `available` detected all features named there, which are
            // those of the called function.
            #[cfg(all(target_arch = "x86_64", not(cwfilter_portable)))]
            Kind::Avx2 => unsafe { x86::run_avx2(kernel) },
            // SAFETY: as above.
            #[cfg(all(target_arch = "x86_64", not(cwfilter_portable)))]
            Kind::Avx2WithoutPext => unsafe { x86::run_avx2_without_pext(kernel) },
            // SAFETY: as above, with avx512f and avx512bw.
            #[cfg(all(target_arch = "x86_64", not(cwfilter_portable)))]
            Kind::Avx512 => unsafe { x86::run_avx512(kernel) },
            // SAFETY: as above, with neon.
            #[cfg(all(target_arch = "aarch64", not(cwfilter_portable)))]
            Kind::Neon => unsafe { arm::run_neon(kernel) },
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128", not(cwfilter_portable)))]
            Kind::Simd128 => kernel.run(Simd128),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::block::{Masks, TokenMasks};
    use super::super::kernel::Simd64;
    use super::super::pair_tables::{Pair, PairTables, PairWindow};
    use super::*;

    struct All<'a>(&'a PairWindow);

    impl Kernel for All<'_> {
        type Output = (Masks, TokenMasks, [u64; 3], [u64; 4], [bool; 4]);
        #[inline(always)]
        fn run<C: Simd64>(self, simd: C) -> Self::Output {
            let block = self.0.first_chunk::<64>().unwrap();
            let masks = simd.masks(block);
            let parity = simd.prefix_xor(masks.quote);
            simd.prefetch(block);
            let pair = Pair { first: b'N', second: b'N', distance: 9 };
            let tokens = simd.token_masks(block);
            let compressed = simd.compress(tokens.bits, tokens.punctuation | masks.quote);
            let any = [
                simd.is_plain(block),
                simd.any(
                    self.0,
                    &PairTables::new(63, [(b'N', b'N'), (b'a', b'Z')].into_iter(), [b'K', b'K']),
                ),
                simd.any(self.0, &PairTables::new(5, [(b'N', b'a')].into_iter(), [0x7f, 0x1f])),
                simd.any(self.0, &PairTables::new(1, std::iter::repeat_n((b'"', b';'), 9), [0x7e, 0x7e])),
            ];
            let others = [simd.equal(block, b'N'), simd.below(block, 0x20), parity, simd.pair(self.0, pair)];
            (masks, tokens, compressed, others, any)
        }
    }

    #[test]
    fn every_instruction_set_computes_the_masks_of_the_portable_path() {
        let names: Vec<_> = InstructionSet::available().into_iter().map(InstructionSet::name).collect();
        println!("instruction sets: {}", names.join(", "));
        let mut seed = 1u64;
        let alphabet = b"\"\\{}[]:, \t\r\n\x00\x1f\x7f\x80\xffNaZ;Kk";
        // Miri takes a thousand times as long
        for round in 0..if cfg!(miri) { 12 } else { 2000 } {
            let mut block = [0u8; 128];
            for byte in &mut block {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                *byte = if seed & 1 == 0 {
                    (seed >> 40) as u8
                } else {
                    alphabet[(seed >> 33) as usize % alphabet.len()]
                };
            }
            // blocks of plain characters, and those with one other
            if round % 4 == 0 {
                block.iter_mut().filter(|byte| !(b' '..=b'[').contains(byte)).for_each(|byte| *byte = b'{');
                if let Some(byte) = block.get_mut(round as usize) {
                    *byte = [b'\\', 0x1f, 0x80, 0x7f][round as usize / 4 % 4];
                }
            }
            let expected = InstructionSet(Kind::Portable).run(All(&block));
            for instructions in InstructionSet::available() {
                assert_eq!(instructions.run(All(&block)), expected, "{} on {block:?}", instructions.name());
            }
        }
    }
}
