//! Statistics of a period: `Statistic` and `ExtendedStatistic` of the API.

use super::error::AlarmError;
use std::fmt::{Display, Formatter};
use std::str::FromStr;

/// A statistic of the samples of a period.
///
/// `FromStr` reads the API's names: `Sum`, `p99.9`, `tm90`, `TM(10%:90%)`, `PR(:300)`, `IQM` (user guide,
/// "CloudWatch statistics definitions").
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Statistic {
    /// The sum of the samples.
    Sum,
    /// The number of samples.
    SampleCount,
    /// Sum divided by number.
    Average,
    /// The least sample.
    Minimum,
    /// The greatest sample.
    Maximum,
    /// `p0` to `p100`: the value below which this percentage of the samples lies.
    Percentile(f64),
    /// `tm90`, `TM(10%:90%)`, `TM(2:10)`: the mean of the samples within the bounds.
    TrimmedMean(Bounds),
    /// `tc90`, `TC(…)`: the number of samples within the bounds.
    TrimmedCount(Bounds),
    /// `ts90`, `TS(…)`: their sum.
    TrimmedSum(Bounds),
    /// `wm90`, `WM(…)`: the mean after samples beyond a bound are replaced by the value at the bound.
    WinsorizedMean(Bounds),
    /// `PR(2:10)`: the percentage of the samples that is within the bounds.
    PercentileRank(Bounds),
    /// `IQM`: the trimmed mean of the middle half.
    InterquartileMean,
}

/// The bounds of a trimmed statistic. `None`: no bound on this side.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Bounds {
    /// Percent of the samples, 0 to 100.
    Percent {
        /// From.
        lower: Option<f64>,
        /// To.
        upper: Option<f64>,
    },
    /// Values of the metric.
    Values {
        /// From.
        lower: Option<f64>,
        /// To.
        upper: Option<f64>,
    },
}

impl Statistic {
    /// Whether the API takes it as `ExtendedStatistic`, not as `Statistic`.
    #[must_use]
    pub fn is_extended(self) -> bool {
        !matches!(
            self,
            Statistic::Sum
                | Statistic::SampleCount
                | Statistic::Average
                | Statistic::Minimum
                | Statistic::Maximum
        )
    }

    fn bounds(self) -> Option<(&'static str, Bounds)> {
        Some(match self {
            Statistic::TrimmedMean(bounds) => ("TM", bounds),
            Statistic::TrimmedCount(bounds) => ("TC", bounds),
            Statistic::TrimmedSum(bounds) => ("TS", bounds),
            Statistic::WinsorizedMean(bounds) => ("WM", bounds),
            Statistic::PercentileRank(bounds) => ("PR", bounds),
            _ => return None,
        })
    }
}

impl Display for Statistic {
    /// The API's name.
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        if let Some((name, bounds)) = self.bounds() {
            return bounds.write(name, f);
        }
        match self {
            Statistic::Sum => f.write_str("Sum"),
            Statistic::SampleCount => f.write_str("SampleCount"),
            Statistic::Average => f.write_str("Average"),
            Statistic::Minimum => f.write_str("Minimum"),
            Statistic::Maximum => f.write_str("Maximum"),
            Statistic::Percentile(percent) => write!(f, "p{percent}"),
            _ => f.write_str("IQM"),
        }
    }
}

impl Bounds {
    fn write(self, name: &str, f: &mut Formatter<'_>) -> std::fmt::Result {
        let text =
            |bound: Option<f64>, sign: &str| bound.map_or(String::new(), |bound| format!("{bound}{sign}"));
        match self {
            Bounds::Percent { lower: None, upper: Some(upper) } => {
                write!(f, "{}{upper}", name.to_ascii_lowercase())
            }
            Bounds::Percent { lower, upper } => {
                write!(f, "{name}({}:{})", text(lower, "%"), text(upper, "%"))
            }
            Bounds::Values { lower, upper } => write!(f, "{name}({}:{})", text(lower, ""), text(upper, "")),
        }
    }
}

impl FromStr for Statistic {
    type Err = AlarmError;

    fn from_str(text: &str) -> Result<Self, AlarmError> {
        let simple = match text {
            "Sum" => Some(Statistic::Sum),
            "SampleCount" => Some(Statistic::SampleCount),
            "Average" => Some(Statistic::Average),
            "Minimum" => Some(Statistic::Minimum),
            "Maximum" => Some(Statistic::Maximum),
            _ if text.eq_ignore_ascii_case("IQM") => Some(Statistic::InterquartileMean),
            _ => None,
        };
        let found = simple.or_else(|| percentile(text)).or_else(|| trimmed(text));
        found.ok_or_else(|| AlarmError::Unknown { what: "statistic", text: text.to_owned() })
    }
}

/// A number without sign or exponent.
fn plain_number(text: &str) -> Option<f64> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_plain.then(|| text.parse().ok())?
}

fn percent(text: &str) -> Option<f64> {
    plain_number(text).filter(|percent| (0.0..=100.0).contains(percent))
}

fn percentile(text: &str) -> Option<Statistic> {
    percent(text.strip_prefix('p')?).map(Statistic::Percentile)
}

fn trimmed(text: &str) -> Option<Statistic> {
    let (name, rest) = text.split_at_checked(2)?;
    let make = match name.to_ascii_uppercase().as_str() {
        "TM" => Statistic::TrimmedMean,
        "TC" => Statistic::TrimmedCount,
        "TS" => Statistic::TrimmedSum,
        "WM" => Statistic::WinsorizedMean,
        "PR" => Statistic::PercentileRank,
        _ => return None,
    };
    let is_rank = name.eq_ignore_ascii_case("PR");
    if let Some(upper) = percent(rest) {
        return (!is_rank).then(|| make(Bounds::Percent { lower: None, upper: Some(upper) }));
    }
    let (lower, upper) = rest.strip_prefix('(')?.strip_suffix(')')?.split_once(':')?;
    let (lower, upper) = (lower.trim(), upper.trim());
    let has_percent = lower.ends_with('%') || upper.ends_with('%');
    let bound = |text: &str| -> Option<Option<f64>> {
        match (text, has_percent) {
            ("", _) => Some(None),
            (text, true) => percent(text.strip_suffix('%')?).map(Some),
            (text, false) => text.parse().ok().filter(|value: &f64| value.is_finite()).map(Some),
        }
    };
    let (lower, upper) = (bound(lower)?, bound(upper)?);
    let in_order = !matches!((lower, upper), (Some(lower), Some(upper)) if lower > upper);
    if !in_order || (lower.is_none() && upper.is_none()) || (is_rank && has_percent) {
        return None;
    }
    Some(make(if has_percent { Bounds::Percent { lower, upper } } else { Bounds::Values { lower, upper } }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_statistics() {
        for text in [
            "Sum",
            "p99.9",
            "p0",
            "tm90",
            "tc5",
            "ts99.5",
            "wm98",
            "TM(25%:75%)",
            "TC(:2.5)",
            "PR(2:10)",
            "IQM",
            "WM(1.1:)",
        ] {
            let statistic: Statistic = text.parse().unwrap();
            assert_eq!(statistic.to_string(), text);
        }
        assert_eq!("TM(:90%)".parse::<Statistic>().unwrap().to_string(), "tm90");
        for wrong in [
            "sum",
            "p101",
            "p-1",
            "p1e1",
            "p",
            "TM()",
            "TM(:)",
            "TM(9:1)",
            "TM(10%:90)",
            "PR(1%:2%)",
            "pr90",
            "é(1:2)",
        ] {
            assert!(wrong.parse::<Statistic>().is_err(), "{wrong}");
        }
    }
}
