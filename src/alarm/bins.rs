//! Percentiles and trimmed statistics as CloudWatch approximates them: over logarithmic bins.
//!
//! A sample falls into the bin `[1.1^k, 1.1^(k+1))`, and each bin is clipped to the minimum and maximum of the
//! period. The values of the samples inside a bin are not kept. The rules come from recordings, which they
//! reproduce to nine digits (`tests/signals/statistics.jsonl`).

use super::statistic::Bounds;
use std::collections::BTreeMap;

/// The width of a bin: its end divided by its start.
const BASE: f64 = 1.1;

/// The numbers of samples in each bin.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Bins {
    zero: Option<f64>,
    /// by `k`
    counts: BTreeMap<i32, f64>,
}

/// A bin, clipped.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bin {
    low: f64,
    high: f64,
    count: f64,
}

/// The part of a bin between two bounds, as fractions of it.
struct Part {
    bin: Bin,
    from: f64,
    to: f64,
}

impl Part {
    fn count(&self) -> f64 {
        self.bin.count * (self.to - self.from)
    }

    /// Sum of the samples. The first and the last bin of a range are taken as evenly filled, the others by
    /// their geometric middle.
    fn sum(&self, at_edge: bool) -> f64 {
        let Bin { low, high, .. } = self.bin;
        let middle =
            if at_edge { low + (high - low) * (self.from + self.to) / 2.0 } else { (low * high).sqrt() };
        self.count() * middle
    }
}

/// The samples within bounds, and those beyond them.
pub(super) struct Trimmed {
    /// Number of samples within the bounds.
    pub(super) count: f64,
    /// Their sum.
    pub(super) sum: f64,
    /// The samples beyond the bounds in a winsorized mean: their number times the value that replaces them.
    pub(super) replaced: f64,
}

impl Bins {
    /// Adds `count` samples of a value that is not negative. Zero with a count of zero makes no bin.
    pub(super) fn add(&mut self, value: f64, count: f64) {
        if value > 0.0 {
            *self.counts.entry(bin_of(value)).or_default() += count;
        } else if count > 0.0 {
            *self.zero.get_or_insert_default() += count;
        }
    }

    pub(super) fn join(&mut self, other: &Bins) {
        if let Some(count) = other.zero {
            *self.zero.get_or_insert_default() += count;
        }
        for (bin, count) in &other.counts {
            *self.counts.entry(*bin).or_default() += count;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.zero.is_none() && self.counts.is_empty()
    }

    fn clipped(&self, minimum: f64, maximum: f64) -> Vec<Bin> {
        let zero = self.zero.map(|count| Bin { low: 0.0, high: 0.0, count });
        let others = self.counts.iter().map(|(k, count)| Bin {
            low: BASE.powi(*k).max(minimum),
            high: BASE.powi(k.saturating_add(1)).min(maximum),
            count: *count,
        });
        zero.into_iter().chain(others).collect()
    }

    /// The value at a rank, 0 to the number of samples.
    pub(super) fn at_rank(&self, rank: f64, minimum: f64, maximum: f64) -> Option<f64> {
        let bins = self.clipped(minimum, maximum);
        let (before, bin) = first_to_reach(&bins, rank)?;
        if bin.low <= 0.0 || bin.count <= 0.0 {
            return Some(bin.low);
        }
        Some(bin.low * (bin.high / bin.low).powf((rank - before) / bin.count))
    }

    /// The samples within bounds, of `samples` in all.
    pub(super) fn trimmed(&self, bounds: Bounds, samples: f64, minimum: f64, maximum: f64) -> Trimmed {
        let bins = self.clipped(minimum, maximum);
        match bounds {
            Bounds::Percent { lower, upper } => {
                let lower = lower.unwrap_or(0.0) / 100.0 * samples;
                let upper = upper.unwrap_or(100.0) / 100.0 * samples;
                let replaced = replaced_by_rank(&bins, lower, upper, samples, maximum);
                of_parts(&parts_by_rank(&bins, lower, upper), replaced)
            }
            Bounds::Values { lower, upper } => {
                let replaced = replaced_by_value(&bins, lower, upper);
                of_parts(&parts_by_value(&bins, lower, upper), replaced)
            }
        }
    }
}

/// The `k` with `1.1^k <= value < 1.1^(k+1)`.
fn bin_of(value: f64) -> i32 {
    // at the edge of a bin the rounded logarithm may be off by one
    let mut k = (value.ln() / BASE.ln()).floor() as i32;
    if BASE.powi(k) > value {
        k = k.saturating_sub(1);
    } else if BASE.powi(k.saturating_add(1)) <= value {
        k = k.saturating_add(1);
    }
    k
}

/// The first bin whose end reaches a rank, and the number of samples before it.
fn first_to_reach(bins: &[Bin], rank: f64) -> Option<(f64, Bin)> {
    // ranks are computed from percentages
    const ROUNDING: f64 = 1e-12;
    let mut before = 0.0;
    for bin in bins {
        if before + bin.count >= rank - ROUNDING * rank.max(1.0) {
            return Some((before, *bin));
        }
        before += bin.count;
    }
    bins.last().map(|bin| (before - bin.count, *bin))
}

fn parts_by_rank(bins: &[Bin], lower: f64, upper: f64) -> Vec<Part> {
    let mut before = 0.0;
    let mut parts = Vec::new();
    for bin in bins {
        let (from, to) = (lower.max(before), upper.min(before + bin.count));
        if to > from {
            parts.push(Part { bin: *bin, from: (from - before) / bin.count, to: (to - before) / bin.count });
        }
        before += bin.count;
    }
    parts
}

fn parts_by_value(bins: &[Bin], lower: Option<f64>, upper: Option<f64>) -> Vec<Part> {
    let (lower, upper) = (lower.unwrap_or(f64::NEG_INFINITY), upper.unwrap_or(f64::INFINITY));
    let part = |bin: &Bin| {
        let width = bin.high - bin.low;
        if width <= 0.0 {
            return (lower..=upper).contains(&bin.low).then_some(Part { bin: *bin, from: 0.0, to: 1.0 });
        }
        let (from, to) = ((lower.max(bin.low) - bin.low) / width, (upper.min(bin.high) - bin.low) / width);
        (to > from).then_some(Part { bin: *bin, from, to })
    };
    bins.iter().filter_map(part).collect()
}

fn of_parts(parts: &[Part], replaced: f64) -> Trimmed {
    let last = parts.len().saturating_sub(1);
    let sum = parts.iter().enumerate().map(|(at, part)| part.sum(at == 0 || at == last)).sum();
    Trimmed { count: parts.iter().map(Part::count).sum(), sum, replaced }
}

/// Each sample below the lower rank counts as the value there, each above the upper one as the value there.
fn replaced_by_rank(bins: &[Bin], lower: f64, upper: f64, samples: f64, maximum: f64) -> f64 {
    let value = |rank: f64| {
        first_to_reach(bins, rank).map(|(before, bin)| {
            let exponent = if bin.count == 1.0 { rank - before } else { 1.0 };
            (bin, (bin.low * BASE.powf(exponent)).min(maximum))
        })
    };
    let Some((upper_bin, high)) = value(upper) else { return 0.0 };
    let low = match value(lower) {
        // both bounds in one bin: the upper value serves for both
        Some((bin, _)) if bin == upper_bin => high,
        Some((_, low)) => low,
        None => 0.0,
    };
    lower * low + (samples - upper) * high
}

/// Each sample beyond a bound counts as the bound.
fn replaced_by_value(bins: &[Bin], lower: Option<f64>, upper: Option<f64>) -> f64 {
    let below = |bin: &Bin, bound: f64| {
        let width = bin.high - bin.low;
        if width <= 0.0 {
            f64::from(u8::from(bin.low < bound))
        } else {
            ((bound - bin.low) / width).clamp(0.0, 1.0)
        }
    };
    let above = |bin: &Bin, bound: f64| {
        let width = bin.high - bin.low;
        if width <= 0.0 {
            f64::from(u8::from(bin.low > bound))
        } else {
            ((bin.high - bound) / width).clamp(0.0, 1.0)
        }
    };
    let share = |bin: &Bin| {
        let low = lower.map_or(0.0, |bound| below(bin, bound) * bound);
        let high = upper.map_or(0.0, |bound| above(bin, bound) * bound);
        bin.count * (low + high)
    };
    bins.iter().map(share).sum()
}
