//! What an alarm watches and when it goes off.

use super::evaluate::State;
use std::str::FromStr;

/// A metric alarm; only settings that CloudWatch takes can be [checked](Alarm::check).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Alarm {
    /// Its name.
    pub name: String,
    /// What becomes of the values of a period.
    pub statistic: Statistic,
    /// Length of a period, in seconds.
    pub period: u64,
    /// What the statistic is compared with.
    pub threshold: f64,
    /// How.
    pub comparison: Comparison,
    /// N: periods that are looked at.
    pub evaluation_periods: usize,
    /// M: how many of them have to breach.
    pub datapoints_to_alarm: usize,
    /// What a period without data counts as.
    pub missing: Missing,
    /// `ActionsEnabled`: whether anything is published at all.
    pub actions_enabled: bool,
    /// The states whose beginning is published: `AlarmActions`, `OKActions`, `InsufficientDataActions`.
    pub actions: Vec<State>,
}

/// What becomes of the values of a period.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Statistic {
    /// Their sum.
    Sum,
    /// How many there are.
    SampleCount,
    /// Sum divided by count.
    Average,
    /// The least.
    Minimum,
    /// The greatest.
    Maximum,
    /// `p0` to `p100`: the value below which so many percent lie, between neighbours in proportion.
    Percentile(f64),
}

/// `ComparisonOperator`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Comparison {
    /// `GreaterThanOrEqualToThreshold`
    GreaterOrEqual,
    /// `GreaterThanThreshold`
    Greater,
    /// `LessThanThreshold`
    Less,
    /// `LessThanOrEqualToThreshold`
    LessOrEqual,
}

/// `TreatMissingData`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Missing {
    /// `missing`: without any data the state is INSUFFICIENT_DATA.
    #[default]
    Missing,
    /// `ignore`: the state is kept.
    Ignore,
    /// `breaching`: as if it breached.
    Breaching,
    /// `notBreaching`: as if it did not.
    NotBreaching,
}

/// Settings that CloudWatch refuses.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AlarmError {
    /// Not 10, 20, 30 or a multiple of 60 seconds.
    #[error("a period of {0} s; 10, 20, 30 and multiples of 60 are allowed")]
    Period(u64),
    /// Periods that are looked at go too far back: a week, or a day for periods below an hour.
    #[error("{periods} periods of {period} s are more than {allowed} s")]
    Range {
        /// How many.
        periods: usize,
        /// How long.
        period: u64,
        /// What is allowed.
        allowed: u64,
    },
    /// M is not between 1 and N.
    #[error("{m} of {n}: the first number is 1 to the second")]
    MOfN {
        /// M
        m: usize,
        /// N
        n: usize,
    },
    /// A name that is not known.
    #[error("no {what} `{text}`")]
    Unknown {
        /// Of what.
        what: &'static str,
        /// The text.
        text: String,
    },
}

impl Alarm {
    /// 1 of 1, `>=`, missing data is missing, actions enabled. The period is in seconds.
    #[must_use]
    pub fn new(name: impl Into<String>, statistic: Statistic, period: u64, threshold: f64) -> Self {
        Alarm {
            name: name.into(),
            statistic,
            period,
            threshold,
            comparison: Comparison::GreaterOrEqual,
            evaluation_periods: 1,
            datapoints_to_alarm: 1,
            missing: Missing::default(),
            actions_enabled: true,
            actions: vec![State::Alarm],
        }
    }

    /// With another treatment of missing data.
    #[must_use]
    pub fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// With M of N periods.
    #[must_use]
    pub fn m_of_n(mut self, m: usize, n: usize) -> Self {
        (self.datapoints_to_alarm, self.evaluation_periods) = (m, n);
        self
    }

    /// With actions for the beginning of these states, instead of ALARM alone.
    #[must_use]
    pub fn actions(mut self, states: impl Into<Vec<State>>) -> Self {
        self.actions = states.into();
        self
    }

    /// Whether the beginning of a state is published.
    #[must_use]
    pub fn notifies(&self, state: State) -> bool {
        self.actions_enabled && self.actions.contains(&state)
    }

    /// With another comparison.
    #[must_use]
    pub fn comparison(mut self, comparison: Comparison) -> Self {
        self.comparison = comparison;
        self
    }

    /// Whether CloudWatch takes the settings.
    ///
    /// # Errors
    /// The first one that it does not take (API reference of `PutMetricAlarm`).
    pub fn check(&self) -> Result<(), AlarmError> {
        let Alarm { period, evaluation_periods: n, datapoints_to_alarm: m, .. } = *self;
        if !(matches!(period, 10 | 20 | 30) || period > 0 && period.is_multiple_of(60)) {
            return Err(AlarmError::Period(period));
        }
        const HOUR: u64 = 3600;
        let allowed = if period < HOUR { 24 * HOUR } else { 7 * 24 * HOUR };
        if period.saturating_mul(n as u64) > allowed {
            return Err(AlarmError::Range { periods: n, period, allowed });
        }
        if m == 0 || m > n {
            return Err(AlarmError::MOfN { m, n });
        }
        Ok(())
    }

    /// Whether a statistic breaches the threshold.
    #[must_use]
    pub fn breaches(&self, value: f64) -> bool {
        match self.comparison {
            Comparison::GreaterOrEqual => value >= self.threshold,
            Comparison::Greater => value > self.threshold,
            Comparison::Less => value < self.threshold,
            Comparison::LessOrEqual => value <= self.threshold,
        }
    }
}

impl FromStr for State {
    type Err = AlarmError;

    fn from_str(text: &str) -> Result<Self, AlarmError> {
        let states = [State::Ok, State::Alarm, State::InsufficientData];
        states.into_iter().find(|state| state.name() == text).ok_or_else(|| unknown("alarm state", text))
    }
}

fn unknown(what: &'static str, text: &str) -> AlarmError {
    AlarmError::Unknown { what, text: text.to_owned() }
}

impl FromStr for Statistic {
    type Err = AlarmError;

    fn from_str(text: &str) -> Result<Self, AlarmError> {
        Ok(match text {
            "Sum" => Statistic::Sum,
            "SampleCount" => Statistic::SampleCount,
            "Average" => Statistic::Average,
            "Minimum" => Statistic::Minimum,
            "Maximum" => Statistic::Maximum,
            other => {
                let percent = other.strip_prefix('p').and_then(|digits| digits.parse::<f64>().ok());
                let percent = percent.filter(|percent| (0.0..=100.0).contains(percent));
                Statistic::Percentile(percent.ok_or_else(|| unknown("statistic", text))?)
            }
        })
    }
}

impl FromStr for Comparison {
    type Err = AlarmError;

    /// The API's names, or the signs.
    fn from_str(text: &str) -> Result<Self, AlarmError> {
        Ok(match text {
            "GreaterThanOrEqualToThreshold" | ">=" => Comparison::GreaterOrEqual,
            "GreaterThanThreshold" | ">" => Comparison::Greater,
            "LessThanThreshold" | "<" => Comparison::Less,
            "LessThanOrEqualToThreshold" | "<=" => Comparison::LessOrEqual,
            _ => return Err(unknown("comparison", text)),
        })
    }
}

impl Comparison {
    /// The API's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Comparison::GreaterOrEqual => "GreaterThanOrEqualToThreshold",
            Comparison::Greater => "GreaterThanThreshold",
            Comparison::Less => "LessThanThreshold",
            Comparison::LessOrEqual => "LessThanOrEqualToThreshold",
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Comparison::GreaterOrEqual => "greater than or equal to",
            Comparison::Greater => "greater than",
            Comparison::Less => "less than",
            Comparison::LessOrEqual => "less than or equal to",
        }
    }
}

impl FromStr for Missing {
    type Err = AlarmError;

    fn from_str(text: &str) -> Result<Self, AlarmError> {
        Ok(match text {
            "missing" => Missing::Missing,
            "ignore" => Missing::Ignore,
            "breaching" => Missing::Breaching,
            "notBreaching" => Missing::NotBreaching,
            _ => return Err(unknown("treatment of missing data", text)),
        })
    }
}

impl Missing {
    /// The API's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Missing::Missing => "missing",
            Missing::Ignore => "ignore",
            Missing::Breaching => "breaching",
            Missing::NotBreaching => "notBreaching",
        }
    }
}
