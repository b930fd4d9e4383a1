//! The samples of a period, as `PutMetricData` brings them, and their statistics.

use super::bins::Bins;
use super::statistic::{Bounds, Statistic};

/// One entry of `PutMetricData`, or one value of a metric filter.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Sample {
    /// `Value`, or one of `Values` with its `Count`.
    Value {
        /// The value.
        value: f64,
        /// The number of times that the value occurs. Fractions are accepted (recorded).
        count: f64,
    },
    /// `StatisticValues`
    StatisticSet {
        /// `SampleCount`
        count: f64,
        /// `Sum`
        sum: f64,
        /// `Minimum`
        minimum: f64,
        /// `Maximum`
        maximum: f64,
    },
}

impl Sample {
    fn is_finite(&self) -> bool {
        match *self {
            Sample::Value { value, count } => value.is_finite() && count.is_finite(),
            Sample::StatisticSet { count, sum, minimum, maximum } => {
                [count, sum, minimum, maximum].iter().all(|number| number.is_finite())
            }
        }
    }
}

impl From<f64> for Sample {
    /// One sample.
    fn from(value: f64) -> Self {
        Sample::Value { value, count: 1.0 }
    }
}

/// Everything CloudWatch keeps of the samples of a period.
///
/// ```
/// use cwfilter::alarm::{Samples, Statistic};
/// let mut samples = Samples::default();
/// [2.0, 10.0, 10.0].into_iter().for_each(|value| samples.add(value.into()));
/// assert_eq!(samples.statistic(Statistic::Sum), Some(22.0));
/// // percentiles are approximations: the median of these is 10
/// assert!(samples.statistic("p50".parse()?).unwrap() < 9.9);
/// # Ok::<(), cwfilter::alarm::AlarmError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Samples {
    count: f64,
    sum: f64,
    /// least and greatest; `None` without samples
    range: Option<(f64, f64)>,
    bins: Bins,
    is_partly_binned: bool,
    has_negative: bool,
}

impl Samples {
    /// Adds a sample. A count of zero still moves minimum and maximum (recorded). CloudWatch takes no number that is not
    /// finite: such a sample is left out.
    pub fn add(&mut self, sample: Sample) {
        if !sample.is_finite() {
            return;
        }
        match sample {
            Sample::Value { value, count } => {
                self.widen(value, value);
                (self.count, self.sum) = (self.count + count, self.sum + value * count);
                self.has_negative |= value < 0.0;
                self.bins.add(value.max(0.0), count);
            }
            Sample::StatisticSet { count, sum, minimum, maximum } => {
                self.widen(minimum, maximum);
                (self.count, self.sum) = (self.count + count, self.sum + sum);
                self.has_negative |= minimum < 0.0;
                // the values between the minimum and the maximum are not known
                if minimum == maximum && sum == count * minimum {
                    self.bins.add(minimum.max(0.0), count);
                } else {
                    self.is_partly_binned = true;
                }
            }
        }
    }

    /// Adds the samples of another period or source.
    pub fn join(&mut self, other: &Samples) {
        if let Some((minimum, maximum)) = other.range {
            self.widen(minimum, maximum);
        }
        (self.count, self.sum) = (self.count + other.count, self.sum + other.sum);
        self.bins.join(&other.bins);
        self.is_partly_binned |= other.is_partly_binned;
        self.has_negative |= other.has_negative;
    }

    fn widen(&mut self, minimum: f64, maximum: f64) {
        let (least, greatest) = self.range.unwrap_or((minimum, maximum));
        self.range = Some((least.min(minimum), greatest.max(maximum)));
    }

    /// The number of samples.
    #[must_use]
    pub fn count(&self) -> f64 {
        self.count
    }

    /// A statistic of the samples. `None` if CloudWatch returns no value: for no samples, and for percentiles of a statistic set,
    /// of less than one sample, or of a negative value (user guide, "Percentiles"). The average of samples
    /// that are counted zero times is not a number (recorded).
    #[must_use]
    pub fn statistic(&self, statistic: Statistic) -> Option<f64> {
        let (minimum, maximum) = self.range?;
        match statistic {
            Statistic::Sum => Some(self.sum),
            Statistic::SampleCount => Some(self.count),
            Statistic::Average => Some(self.sum / self.count),
            Statistic::Minimum => Some(minimum),
            Statistic::Maximum => Some(maximum),
            _ if self.has_negative => None,
            Statistic::Percentile(percent) => self.percentile(percent, minimum, maximum),
            Statistic::InterquartileMean => {
                let half = Bounds::Percent { lower: Some(25.0), upper: Some(75.0) };
                self.trimmed(Statistic::TrimmedMean(half), half)
            }
            Statistic::TrimmedMean(bounds)
            | Statistic::TrimmedCount(bounds)
            | Statistic::TrimmedSum(bounds)
            | Statistic::WinsorizedMean(bounds)
            | Statistic::PercentileRank(bounds) => self.trimmed(statistic, bounds),
        }
    }

    fn percentile(&self, percent: f64, minimum: f64, maximum: f64) -> Option<f64> {
        if percent <= 0.0 || minimum == maximum {
            return Some(minimum);
        }
        if percent >= 100.0 {
            return Some(maximum);
        }
        if self.is_partly_binned || self.count < 1.0 || self.bins.is_empty() {
            return None;
        }
        self.bins.at_rank(percent / 100.0 * self.count, minimum, maximum)
    }

    fn trimmed(&self, statistic: Statistic, bounds: Bounds) -> Option<f64> {
        let (minimum, maximum) = self.range?;
        if self.bins.is_empty() {
            return None;
        }
        if matches!(bounds, Bounds::Percent { .. }) {
            let is_too_small = self.count < 1.0 && minimum != maximum;
            if self.is_partly_binned || is_too_small {
                return None;
            }
        }
        let within = self.bins.trimmed(bounds, self.count, minimum, maximum);
        match statistic {
            Statistic::TrimmedCount(_) => Some(within.count),
            Statistic::TrimmedSum(_) if self.count == 0.0 => Some(f64::NAN),
            Statistic::TrimmedSum(_) => Some(within.sum),
            Statistic::PercentileRank(_) if self.count == 0.0 => Some(0.0),
            Statistic::PercentileRank(_) => Some(within.count / self.count * 100.0),
            Statistic::WinsorizedMean(_) => {
                (self.count > 0.0).then(|| (within.sum + within.replaced) / self.count)
            }
            _ => (within.count > 0.0).then(|| within.sum / within.count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_at_the_ends() {
        let mut samples = Samples::default();
        for value in [f64::MAX, f64::MIN_POSITIVE, 5e-324, 0.0, f64::NAN, f64::INFINITY] {
            samples.add(value.into());
        }
        assert_eq!(samples.count(), 4.0);
        for name in ["p0", "p1", "p50", "p99", "tm90", "IQM", "wm50", "PR(1:2)", "TM(1:)"] {
            let value = samples.statistic(name.parse().unwrap());
            assert!(value.is_none_or(|value| !value.is_nan()), "{name}: {value:?}");
        }
        samples.add((-1.0).into());
        assert_eq!(
            (samples.statistic(Statistic::Percentile(50.0)), samples.statistic(Statistic::Minimum)),
            (None, Some(-1.0))
        );
    }
}
