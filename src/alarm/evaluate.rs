//! The state that follows from the periods of an evaluation.
//!
//! The rule reproduces both tables of "Configuring how CloudWatch alarms treat missing data" in the user guide
//! (`tests/alarm/missing.tsv`) and every recorded evaluation (`tests/signals/alarm_evaluations.jsonl`).

use super::series::{Reading, Series};
use super::settings::{Alarm, LowSamples, Missing};
use super::state::State;
use super::statistic::Statistic;
use super::timestamp::Timestamp;

/// A period of an evaluation: when it begins, and its reading; `None` without data.
pub type Period = (Timestamp, Option<Reading>);

/// A period with data in an evaluation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Used {
    pub(super) start: Timestamp,
    pub(super) reading: Reading,
    pub(super) breaches: bool,
    /// in periods; the newest period of the evaluation is 1 old
    age: usize,
}

impl Alarm {
    /// The periods of an evaluation at `at` with their readings, oldest first.
    #[must_use]
    pub fn periods(&self, at: Timestamp, series: &Series) -> Vec<Period> {
        let starts = self.periods_before(self.newest_period(at));
        starts.into_iter().map(|start| (start, series.reading(self, start))).collect()
    }

    /// The state after an evaluation of these periods, oldest first, if it was `before` until then. Only the
    /// newest N with data within the [evaluation range](Alarm::evaluation_range) decide.
    #[must_use]
    pub fn evaluate(&self, before: State, periods: &[Period]) -> State {
        let used = self.used(periods);
        if self.has_too_few_samples(&used) {
            return before;
        }
        let (m, n) = (self.m(), self.evaluation_periods);
        let breaching = used.iter().filter(|point| point.breaches).count();
        let alarm_if = |condition| if condition { State::Alarm } else { State::Ok };
        let fill = n.saturating_sub(used.len());
        match self.treat_missing_data() {
            _ if fill == 0 => alarm_if(breaching >= m),
            Missing::Breaching => alarm_if(breaching + fill >= m),
            Missing::NotBreaching => alarm_if(breaching >= m),
            Missing::Missing if used.is_empty() => State::InsufficientData,
            Missing::Ignore if used.is_empty() => before,
            Missing::Missing | Missing::Ignore if breaching >= m => State::Alarm,
            Missing::Missing | Missing::Ignore if breaching < used.len() => State::Ok,
            Missing::Ignore => before,
            // every real datapoint breaches, and the oldest one is old enough
            Missing::Missing if used.iter().any(|point| point.age >= m) => State::Alarm,
            Missing::Missing => before,
        }
    }

    /// The periods that decide: of the evaluated ones the newest N with data, oldest first.
    #[must_use]
    pub fn deciding_periods(&self, periods: &[Period]) -> Vec<Period> {
        let used = self.used(periods);
        used.iter().rev().map(|point| (point.start, Some(point.reading))).collect()
    }

    /// The newest N periods with data within the evaluation range, newest first.
    pub(super) fn used(&self, periods: &[Period]) -> Vec<Used> {
        let newest_first = periods.iter().rev().take(self.evaluation_range()).enumerate();
        let with_data = newest_first.filter_map(|(at, (start, reading))| {
            let reading = (*reading)?;
            Some(Used { start: *start, reading, breaches: self.breaches(reading.value), age: at + 1 })
        });
        with_data.take(self.evaluation_periods).collect()
    }

    /// `EvaluateLowSampleCountPercentile` = ignore: below 10/(1-p) samples for the upper half, 10/p for the lower,
    /// the state is kept (user guide, "Percentile-based alarms"; recorded for p90: 99 and 100 samples).
    fn has_too_few_samples(&self, used: &[Used]) -> bool {
        self.least_samples().is_some_and(|least| used.iter().any(|point| point.reading.samples < least))
    }

    /// The samples that each period needs before the alarm is evaluated. `None` if few samples are evaluated, too.
    pub(crate) fn least_samples(&self) -> Option<f64> {
        let (Some(LowSamples::Ignore), Statistic::Percentile(percent)) = (self.low_samples, self.statistic)
        else {
            return None;
        };
        // 10/(1-p) is not exact in binary: 10/(1-0.9) would be 100.00000000000001
        Some(1000.0 / percent.min(100.0 - percent))
    }
}
