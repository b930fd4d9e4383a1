//! The values that a statistic over a metric filter's metric can have.

use crate::alarm::{Bounds, Statistic};
use crate::metric_settings::Feed;
use std::fmt::{Display, Formatter};

/// The least and the greatest value of a statistic over a period with at least one sample. Infinite if there is no bound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Readings {
    pub(super) least: f64,
    pub(super) greatest: f64,
}

impl Readings {
    /// The readings of a metric to which these filters publish. `None` if they are not known.
    pub(super) fn of(feeds: &[&Feed], statistic: Statistic) -> Option<Self> {
        let (least, greatest) = match statistic {
            // every datapoint has a sample, whatever its value is
            Statistic::SampleCount => (1.0, f64::INFINITY),
            Statistic::TrimmedCount(_) => (0.0, f64::INFINITY),
            Statistic::PercentileRank(_) => (0.0, 100.0),
            Statistic::Sum => {
                let (least, greatest) = samples(feeds)?;
                // the least sum is that of one sample, if no sample lowers it
                (
                    if least < 0.0 { f64::NEG_INFINITY } else { least },
                    if greatest > 0.0 { f64::INFINITY } else { greatest },
                )
            }
            Statistic::TrimmedSum(_) => {
                let (least, greatest) = samples(feeds)?;
                (
                    if least < 0.0 { f64::NEG_INFINITY } else { 0.0 },
                    if greatest > 0.0 { f64::INFINITY } else { 0.0 },
                )
            }
            // the bounds replace samples
            Statistic::WinsorizedMean(Bounds::Values { .. })
            | Statistic::TrimmedMean(Bounds::Values { .. }) => return None,
            Statistic::Average
            | Statistic::Minimum
            | Statistic::Maximum
            | Statistic::Percentile(_)
            | Statistic::TrimmedMean(_)
            | Statistic::WinsorizedMean(_)
            | Statistic::InterquartileMean => samples(feeds)?,
        };
        Some(Readings { least, greatest })
    }
}

impl Display for Readings {
    /// `at least 1`, `at most 5`, `always 1`, `from 0 to 100`
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let Readings { least, greatest } = self;
        match (least.is_finite(), greatest.is_finite()) {
            (true, true) if least == greatest => write!(f, "always {least}"),
            (true, true) => write!(f, "from {least} to {greatest}"),
            (true, false) => write!(f, "at least {least}"),
            (false, true) => write!(f, "at most {greatest}"),
            (false, false) => f.write_str("any number"),
        }
    }
}

/// The least and the greatest sample that filters publish. `None` if some metric value or default value is not known.
fn samples(feeds: &[&Feed]) -> Option<(f64, f64)> {
    let of_feed = |feed: &&Feed| Some((feed.value?, feed.default?));
    let known: Vec<(f64, Option<f64>)> = feeds.iter().map(of_feed).collect::<Option<_>>()?;
    let all = || known.iter().flat_map(|(value, default)| std::iter::once(*value).chain(*default));
    Some((all().reduce(f64::min)?, all().reduce(f64::max)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: Option<f64>, default: Option<f64>, statistic: &str) -> String {
        let mut feed = Feed::default();
        (feed.value, feed.default) = (value, Some(default));
        let statistic = statistic.parse().unwrap();
        Readings::of(&[&feed], statistic).map_or("unknown".to_owned(), |it| it.to_string())
    }

    #[test]
    fn readings_of_each_statistic() {
        for (statistic, one, one_or_zero, minus_or_one, field) in [
            ("Sum", "at least 1", "at least 0", "any number", "unknown"),
            ("SampleCount", "at least 1", "at least 1", "at least 1", "at least 1"),
            ("Average", "always 1", "from 0 to 1", "from -1 to 1", "unknown"),
            ("Minimum", "always 1", "from 0 to 1", "from -1 to 1", "unknown"),
            ("Maximum", "always 1", "from 0 to 1", "from -1 to 1", "unknown"),
            ("p99", "always 1", "from 0 to 1", "from -1 to 1", "unknown"),
            ("tm90", "always 1", "from 0 to 1", "from -1 to 1", "unknown"),
            ("wm90", "always 1", "from 0 to 1", "from -1 to 1", "unknown"),
            ("IQM", "always 1", "from 0 to 1", "from -1 to 1", "unknown"),
            ("TM(2:3)", "unknown", "unknown", "unknown", "unknown"),
            ("WM(2:3)", "unknown", "unknown", "unknown", "unknown"),
            ("tc90", "at least 0", "at least 0", "at least 0", "at least 0"),
            ("ts90", "at least 0", "at least 0", "any number", "unknown"),
            ("PR(2:3)", "from 0 to 100", "from 0 to 100", "from 0 to 100", "from 0 to 100"),
        ] {
            assert_eq!(of(Some(1.0), None, statistic), one, "{statistic}");
            assert_eq!(of(Some(1.0), Some(0.0), statistic), one_or_zero, "{statistic}");
            assert_eq!(of(Some(-1.0), Some(1.0), statistic), minus_or_one, "{statistic}");
            assert_eq!(of(None, None, statistic), field, "{statistic}");
        }
        assert_eq!(of(Some(0.0), Some(0.0), "Sum"), "always 0");
        assert_eq!(of(Some(-1.0), None, "Sum"), "at most -1");
    }
}
