//! The input of the benchmarks: seeded CloudTrail records and seeded rules, the same on every machine.
//!
//! Shapes, field order, sizes and frequencies follow what unedited trail files show: management events
//! of 0.8 to 2.3 KB with 19 top-level and 45 keys in all, 5 % errors (half of them refusals), 0.2 % by
//! root, event names distributed by Zipf's law. All values are invented.

mod random;
mod records;
mod rules;

pub(crate) use random::Random;
pub(crate) use records::records;
#[allow(unused_imports, reason = "each benchmark uses its part")]
pub(crate) use rules::{Clause, Rule, rules};

impl Random {
    /// True with this probability, in thousandths.
    pub(crate) fn per_mille(&mut self, share: usize) -> bool {
        self.below(1000) < share
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
