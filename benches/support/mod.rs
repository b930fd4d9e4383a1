//! What the benchmarks run over: seeded CloudTrail records and seeded rules, the same on every machine.
//!
//! Shapes, field order, sizes and frequencies follow what unedited trail files show: management events
//! of 0.8 to 2.3 KB with 19 top-level and 45 keys in all, 5 % errors of which half are refusals, 0.2 % by
//! root, event names distributed by Zipf's law. All values are invented.

mod records;
mod rules;

pub(crate) use records::records;
#[allow(unused_imports, reason = "each benchmark uses its part")]
pub(crate) use rules::{Clause, Rule, rules};

/// A small generator of pseudo-random numbers (Steele and Vigna's SplitMix64).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Random(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// Below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// True so many times in a thousand.
    pub(crate) fn per_mille(&mut self, share: usize) -> bool {
        self.below(1000) < share
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, list: &'a [&'a T]) -> &'a T {
        list[self.below(list.len())]
    }

    pub(crate) fn hex(&mut self, digits: usize) -> String {
        (0..digits).map(|_| char::from(b"0123456789abcdef"[self.below(16)])).collect()
    }

    /// Small ranks often, large ones seldom: Zipf's law with exponent 1.3.
    pub(crate) fn zipf(&mut self, bound: usize) -> usize {
        let uniform = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        let rank = ((1.0 - uniform * (1.0 - (bound as f64).powf(-0.3))).powf(-1.0 / 0.3)).floor();
        (rank as usize - 1).min(bound - 1)
    }
}
