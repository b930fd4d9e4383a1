//! A metric over time, and the changes of an alarm on it.

use super::evaluate::{Reading, State, WIDER, evaluate};
use super::settings::{Alarm, Statistic};
use std::collections::BTreeMap;

/// The datapoints of a metric, by the minute.
#[derive(Debug, Clone)]
pub struct History<'a> {
    alarm: &'a Alarm,
    minutes: BTreeMap<i64, Values>,
}

/// What is known of the values of a minute or period.
#[derive(Debug, Clone, Default)]
struct Values {
    count: u64,
    sum: f64,
    least: f64,
    greatest: f64,
    /// all of them, for percentiles only
    each: Vec<f64>,
}

impl Values {
    fn add(&mut self, value: f64, times: u64, keeps_each: bool) {
        (self.least, self.greatest) = match self.count {
            0 => (value, value),
            _ => (self.least.min(value), self.greatest.max(value)),
        };
        self.count += times;
        self.sum += value * times as f64;
        if keeps_each {
            self.each.extend(std::iter::repeat_n(value, usize::try_from(times).unwrap_or(usize::MAX)));
        }
    }

    fn join(&mut self, other: &Values) {
        (self.least, self.greatest) = match self.count {
            0 => (other.least, other.greatest),
            _ => (self.least.min(other.least), self.greatest.max(other.greatest)),
        };
        self.count += other.count;
        self.sum += other.sum;
        self.each.extend_from_slice(&other.each);
    }

    fn statistic(&mut self, statistic: Statistic) -> Reading {
        if self.count == 0 {
            return None;
        }
        Some(match statistic {
            Statistic::Sum => self.sum,
            Statistic::SampleCount => self.count as f64,
            Statistic::Average => self.sum / self.count as f64,
            Statistic::Minimum => self.least,
            Statistic::Maximum => self.greatest,
            Statistic::Percentile(percent) => self.percentile(percent),
        })
    }

    /// Between the two nearest values in proportion.
    fn percentile(&mut self, percent: f64) -> f64 {
        self.each.sort_by(f64::total_cmp);
        let place = percent / 100.0 * self.each.len().saturating_sub(1) as f64;
        let at = |place: f64| self.each.get(place as usize).copied().unwrap_or_default();
        let (low, high) = (at(place.floor()), at(place.ceil()));
        low + (high - low) * place.fract()
    }
}

/// A change of state.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Change {
    /// When it was noticed, in seconds.
    pub time: i64,
    /// The state before.
    pub old: State,
    /// The state from now on.
    pub new: State,
    /// The last N periods with when they began, oldest first.
    pub periods: Vec<(i64, Reading)>,
}

impl Alarm {
    /// An empty history of the metric that the alarm watches.
    #[must_use]
    pub fn history(&self) -> History<'_> {
        History { alarm: self, minutes: BTreeMap::new() }
    }
}

/// CloudWatch stores values by the minute.
const MINUTE: i64 = 60;

impl History<'_> {
    /// A value that was published at `time`, in seconds.
    pub fn add(&mut self, time: i64, value: f64) {
        self.add_many(time, value, 1);
    }

    /// The same value several times.
    pub fn add_many(&mut self, time: i64, value: f64, times: u64) {
        let keeps_each = matches!(self.alarm.statistic, Statistic::Percentile(_));
        if times > 0 {
            self.minutes.entry(time.div_euclid(MINUTE)).or_default().add(value, times, keeps_each);
        }
    }

    /// The statistic of the period that begins at `start`, in seconds.
    #[must_use]
    pub fn reading(&self, start: i64) -> Reading {
        let first = start.div_euclid(MINUTE);
        let last = first + (self.alarm.period as i64).div_euclid(MINUTE).max(1);
        let mut values = Values::default();
        self.minutes.range(first..last).for_each(|(_, minute)| values.join(minute));
        values.statistic(self.alarm.statistic)
    }

    /// The periods with data, by when they began, in seconds.
    #[must_use]
    pub fn readings(&self) -> Vec<(i64, f64)> {
        let period = self.alarm.period.max(60) as i64;
        let mut starts: Vec<i64> =
            self.minutes.keys().map(|minute| (minute * MINUTE).div_euclid(period) * period).collect();
        starts.dedup();
        starts.into_iter().filter_map(|start| Some((start, self.reading(start)?))).collect()
    }

    /// The changes of state from `from` to `to`, in seconds. The alarm is evaluated at the end of every
    /// minute over whole periods that end then; it begins in INSUFFICIENT_DATA.
    #[must_use]
    pub fn changes(&self, from: i64, to: i64) -> Vec<Change> {
        let mut state = State::InsufficientData;
        let mut changes = Vec::new();
        let period = self.alarm.period.max(60) as i64;
        let range = self.alarm.evaluation_periods + WIDER;
        // periods begin at multiples of their length
        let mut end = from.div_euclid(period) * period + period;
        while end <= to {
            let starts = (1..=range as i64).rev().map(|back| end - back * period);
            // before the first minute nothing was watched yet
            let readings: Vec<(i64, Reading)> = starts
                .map(|start| (start, self.reading(start)))
                .filter(|(start, _)| *start >= from - period)
                .collect();
            let values: Vec<Reading> = readings.iter().map(|(_, reading)| *reading).collect();
            let new = evaluate(self.alarm, state, &values);
            if new == state && values.iter().all(Option::is_none) {
                // nothing changes until the next datapoint
                let Some((minute, _)) = self.minutes.range(end.div_euclid(MINUTE)..).next() else { break };
                end = (minute * MINUTE).div_euclid(period) * period + period;
                continue;
            }
            if new != state {
                let skip = readings.len().saturating_sub(self.alarm.evaluation_periods);
                let periods = readings.into_iter().skip(skip).collect();
                changes.push(Change { time: end, old: state, new, periods });
                state = new;
            }
            end += period;
        }
        changes
    }
}
