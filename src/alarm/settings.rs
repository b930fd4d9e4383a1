//! What an alarm watches and when it goes off.

use super::error::AlarmError;
use super::expression::MetricQuery;
use super::metric::Metric;
use super::state::State;
use super::statistic::Statistic;
use super::window::EvaluationWindow;
use crate::metric::Datapoint;
use std::str::FromStr;

/// A metric alarm; only settings that CloudWatch takes can be [checked](Alarm::check).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Alarm {
    /// `AlarmName`
    pub name: String,
    /// `AlarmDescription`
    pub description: Option<String>,
    /// The metric it watches.
    pub metric: Metric,
    /// `Metrics` of an alarm on a metric query. Empty for an alarm on a single metric.
    pub queries: Vec<MetricQuery>,
    /// `Unit`: samples with another unit are not looked at. `None`: samples of every unit are added up.
    pub unit: Option<String>,
    /// The statistic of the values of a period.
    pub statistic: Statistic,
    /// Length of a period, in seconds.
    pub period: u64,
    /// What the statistic is compared with.
    pub threshold: f64,
    /// How.
    pub comparison: Comparison,
    /// N: periods that are looked at.
    pub evaluation_periods: usize,
    /// `DatapointsToAlarm`, M: how many of them have to breach. `None`: all N; CloudWatch words its reasons
    /// otherwise then.
    pub datapoints_to_alarm: Option<usize>,
    /// `TreatMissingData`: what a period without data counts as. `None`: see
    /// [`treat_missing_data`](Alarm::treat_missing_data).
    pub missing: Option<Missing>,
    /// `EvaluateLowSampleCountPercentile`; `None`: evaluate.
    pub low_samples: Option<LowSamples>,
    /// `EvaluationWindow`
    pub window: EvaluationWindow,
    /// `ActionsEnabled`: whether anything is published at all.
    pub actions_enabled: bool,
    /// The states whose beginning is published: `AlarmActions`, `OKActions`, `InsufficientDataActions`.
    pub actions: Vec<State>,
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

/// `EvaluateLowSampleCountPercentile`: what an alarm on a percentile does with too few samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LowSamples {
    /// `evaluate`: evaluates however few there are.
    Evaluate,
    /// `ignore`: keeps the state.
    Ignore,
}

impl Alarm {
    /// One period, `>=`, `TreatMissingData` not set, actions enabled. The period is in seconds.
    ///
    /// ```
    /// use cwfilter::alarm::{Alarm, Metric, Missing, State, Statistic, Timestamp};
    /// let alarm = Alarm::new("errors", Statistic::Sum, 300, 1.0);
    /// let history = alarm.history();
    /// assert_eq!(history.reading(Timestamp::from_seconds(0)), None);
    /// ```
    #[must_use]
    pub fn new(name: impl Into<String>, statistic: Statistic, period: u64, threshold: f64) -> Self {
        Alarm {
            name: name.into(),
            description: None,
            metric: Metric::default(),
            queries: Vec::new(),
            unit: None,
            statistic,
            period,
            threshold,
            comparison: Comparison::GreaterOrEqual,
            evaluation_periods: 1,
            datapoints_to_alarm: None,
            missing: None,
            low_samples: None,
            window: EvaluationWindow::default(),
            actions_enabled: true,
            actions: vec![State::Alarm],
        }
    }

    /// With another treatment of missing data.
    #[must_use]
    pub fn missing(mut self, missing: Missing) -> Self {
        self.missing = Some(missing);
        self
    }

    /// On this metric.
    #[must_use]
    pub fn metric(mut self, metric: Metric) -> Self {
        self.metric = metric;
        self
    }

    /// With `DatapointsToAlarm` M and `EvaluationPeriods` N.
    ///
    /// ```
    /// use cwfilter::alarm::{Alarm, Metric, Missing, State, Statistic, Timestamp};
    /// let alarm = Alarm::new("errors", Statistic::Sum, 300, 1.0).m_of_n(2, 3);
    /// assert_eq!((alarm.m(), alarm.evaluation_periods), (2, 3));
    /// ```
    #[must_use]
    pub fn m_of_n(mut self, m: usize, n: usize) -> Self {
        (self.datapoints_to_alarm, self.evaluation_periods) = (Some(m), n);
        self
    }

    /// The metrics that it looks at: its own, or those of its query.
    #[must_use]
    pub fn metrics(&self) -> Vec<&Metric> {
        if self.queries.is_empty() {
            return vec![&self.metric];
        }
        self.queries.iter().filter_map(MetricQuery::metric).collect()
    }

    /// Whether it looks at samples of this unit; `None` is the unit `None`.
    #[must_use]
    pub fn takes_unit(&self, unit: Option<&str>) -> bool {
        self.unit.as_deref().is_none_or(|wanted| wanted == unit.unwrap_or("None"))
    }

    /// Whether it sees what a metric filter on its metric publishes: the same dimensions, and its unit if it has one.
    #[must_use]
    pub fn sees(&self, point: &Datapoint) -> bool {
        self.metric.has_dimensions(&point.dimensions) && self.takes_unit(Some(&point.unit))
    }

    /// M: how many of the N periods have to breach.
    #[must_use]
    pub fn m(&self) -> usize {
        self.datapoints_to_alarm.unwrap_or(self.evaluation_periods)
    }

    /// How a period without data counts: as `missing` if the alarm does not set it. An alarm on metrics of
    /// AWS/DynamoDB alone keeps its state then (recorded).
    #[must_use]
    pub fn treat_missing_data(&self) -> Missing {
        const KEEPS_STATE: &str = "AWS/DynamoDB";
        let queried: Vec<&str> = self
            .queries
            .iter()
            .filter_map(MetricQuery::metric)
            .map(|metric| metric.namespace.as_str())
            .collect();
        let keeps = if self.queries.is_empty() {
            self.metric.namespace == KEEPS_STATE
        } else {
            !queried.is_empty() && queried.iter().all(|namespace| *namespace == KEEPS_STATE)
        };
        self.missing.unwrap_or(if keeps { Missing::Ignore } else { Missing::Missing })
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
    /// The first setting that it refuses (API reference of `PutMetricAlarm`).
    pub fn check(&self) -> Result<(), AlarmError> {
        let Alarm { period, evaluation_periods: n, .. } = *self;
        let m = self.m();
        if !self.threshold.is_finite() {
            return Err(AlarmError::Threshold(self.threshold));
        }
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

fn unknown(what: &'static str, text: &str) -> AlarmError {
    AlarmError::Unknown { what, text: text.to_owned() }
}

impl FromStr for Comparison {
    type Err = AlarmError;

    /// The API's names, or the signs.
    fn from_str(text: &str) -> Result<Self, AlarmError> {
        const OF_A_BAND: [&str; 3] = [
            "LessThanLowerOrGreaterThanUpperThreshold",
            "LessThanLowerThreshold",
            "GreaterThanUpperThreshold",
        ];
        if OF_A_BAND.contains(&text) {
            let what = format!("the comparison {text} with an anomaly detection band");
            return Err(AlarmError::NotModelled { what });
        }
        let found = Comparison::ALL.into_iter().find(|it| it.name() == text || it.sign() == text);
        found.ok_or_else(|| unknown("comparison", text))
    }
}

impl Comparison {
    /// All comparisons.
    pub const ALL: [Comparison; 4] =
        [Comparison::GreaterOrEqual, Comparison::Greater, Comparison::Less, Comparison::LessOrEqual];

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

    /// Its sign: `>=`.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Comparison::GreaterOrEqual => ">=",
            Comparison::Greater => ">",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
        }
    }

    /// As AWS words it: `greater than or equal to`.
    #[must_use]
    pub fn words(self) -> &'static str {
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
        let found = Missing::ALL.into_iter().find(|it| it.name() == text);
        found.ok_or_else(|| unknown("treatment of missing data", text))
    }
}

impl Missing {
    /// All treatments.
    pub const ALL: [Missing; 4] =
        [Missing::Missing, Missing::Ignore, Missing::Breaching, Missing::NotBreaching];

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

impl FromStr for LowSamples {
    type Err = AlarmError;

    fn from_str(text: &str) -> Result<Self, AlarmError> {
        let found = LowSamples::ALL.into_iter().find(|it| it.name() == text);
        found.ok_or_else(|| unknown("treatment of few samples", text))
    }
}

impl LowSamples {
    /// Both treatments.
    pub const ALL: [LowSamples; 2] = [LowSamples::Evaluate, LowSamples::Ignore];

    /// The API's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            LowSamples::Evaluate => "evaluate",
            LowSamples::Ignore => "ignore",
        }
    }
}
