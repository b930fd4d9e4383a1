//! An alarm over the life of its metric: when its state changes.

use super::document::Document;
use super::evaluate::Period;
use super::samples::{Sample, Samples};
use super::schedule::EVALUATION_DELAY_SECONDS;
use super::series::{Reading, Series, Sliding};
use super::settings::Alarm;
use super::state::State;
use super::timestamp::Timestamp;

use std::collections::BTreeMap;

/// The samples of the metric that an alarm watches.
#[derive(Debug, Clone)]
pub struct History<'a> {
    alarm: &'a Alarm,
    series: Series,
}

/// A change of state.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "analysis", derive(serde::Serialize))]
pub struct Change {
    /// When the evaluation ran.
    pub time: Timestamp,
    /// The state before.
    pub old: State,
    /// The state from now on.
    pub new: State,
    /// The periods of the evaluation, oldest first.
    pub periods: Vec<Period>,
    /// `StateReason`
    pub reason: String,
    /// `StateReasonData`
    pub reason_data: Document,
}

/// The evaluation that came closest to ALARM.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Nearest {
    /// When it ran.
    pub time: Timestamp,
    /// The statistic of the period nearest to the threshold.
    pub value: f64,
    /// How many of its periods breach.
    pub breaching: usize,
}

impl Alarm {
    /// An empty history of the metric that the alarm watches.
    #[must_use]
    pub fn history(&self) -> History<'_> {
        History { alarm: self, series: Series::default() }
    }

    fn change(&self, at: Timestamp, old: State, new: State, periods: Vec<Period>) -> Change {
        let (reason, reason_data) =
            (self.state_reason(new, &periods), self.state_reason_data(new, at, &periods));
        Change { time: at, old, new, periods, reason, reason_data }
    }
}

/// A value of a metric filter belongs to the minute of its log event.
const MINUTE: i64 = 60;

fn minute_of(time: Timestamp) -> Timestamp {
    Timestamp::from_seconds(time.seconds().div_euclid(MINUTE) * MINUTE)
}

impl History<'_> {
    /// A value that a metric filter published for a log event of `time`: it counts for the whole minute.
    ///
    /// ```
    /// use cwfilter::alarm::{Alarm, Metric, Missing, State, Statistic, Timestamp};
    /// let alarm = Alarm::new("errors", Statistic::Sum, 300, 1.0);
    /// let mut history = alarm.history();
    /// history.add(Timestamp::from_seconds(90), 1.0);
    /// assert_eq!(history.reading(Timestamp::from_seconds(0)).map(|reading| reading.value), Some(1.0));
    /// ```
    pub fn add(&mut self, time: Timestamp, value: f64) {
        self.add_many(time, value, 1);
    }

    /// Adds the same value several times.
    pub fn add_many(&mut self, time: Timestamp, value: f64, times: u64) {
        if times > 0 {
            self.series.add(minute_of(time), Sample::Value { value, count: times as f64 });
        }
    }

    /// Adds all values of a minute at once.
    pub fn add_samples(&mut self, time: Timestamp, samples: &Samples) {
        self.series.join(minute_of(time), samples);
    }

    /// Hides a period shorter than a minute until the minute of its datapoint is over at `end`: the datapoint has the first second of the
    /// minute, and may be that of an event of the last second. An alarm must not ring before its event.
    fn hide_unfinished(&self, (start, reading): &mut Period, end: i64) {
        let last = start.plus_seconds(self.alarm.seconds() - 1);
        if self.alarm.seconds() < MINUTE && minute_of(last).seconds().saturating_add(MINUTE) > end {
            *reading = None;
        }
    }

    /// The statistic of the period that begins at `start`.
    #[must_use]
    pub fn reading(&self, start: Timestamp) -> Option<Reading> {
        self.series.reading(self.alarm, start)
    }

    /// The periods with data, as a graph shows them: each begins at a multiple of its length. An alarm with a sliding window also
    /// evaluates the periods that begin between them.
    #[must_use]
    pub fn readings(&self) -> Vec<(Timestamp, Reading)> {
        let period = self.alarm.seconds();
        let mut readings = Vec::new();
        let mut next = self.series.span().map(|(first, _)| first);
        while let Some(second) = next {
            let start = second.div_euclid(period) * period;
            let moment = Timestamp::from_seconds(start);
            readings.extend(self.reading(moment).map(|reading| (moment, reading)));
            next = self.series.next_from(start.saturating_add(period));
        }
        readings
    }

    /// The changes of state by evaluations of the time from `from` to `to`. The alarm begins in
    /// INSUFFICIENT_DATA and is evaluated every [`evaluation_interval`](Alarm::evaluation_interval),
    /// [`EVALUATION_DELAY_SECONDS`] after the end of the newest period. AWS evaluates each alarm at a second of its
    /// own, so a change may come up to one interval later than this time. With a period below a minute, a datapoint counts when its
    /// minute is over; AWS may evaluate it earlier, as soon as the log event is there (not observed).
    ///
    /// ```
    /// use cwfilter::alarm::{Alarm, Metric, Missing, State, Statistic, Timestamp};
    /// let alarm = Alarm::new("errors", Statistic::Sum, 300, 1.0).missing(Missing::NotBreaching);
    /// let mut history = alarm.history();
    /// history.add(Timestamp::from_seconds(90), 1.0);
    /// let changes = history.changes(Timestamp::from_seconds(60), Timestamp::from_seconds(1800));
    /// assert_eq!(changes.iter().map(|change| change.new).collect::<Vec<_>>(), [State::Alarm, State::Ok]);
    /// ```
    #[must_use]
    pub fn changes(&self, from: Timestamp, to: Timestamp) -> Vec<Change> {
        let mut state = State::InsufficientData;
        let mut changes = Vec::new();
        self.each_evaluation(from, to, |at, periods| {
            let new = self.alarm.evaluate(state, &periods);
            let is_change = new != state;
            if is_change {
                changes.push(self.alarm.change(at, state, new, periods));
                state = new;
            }
            is_change
        });
        changes
    }

    /// The evaluation that came closest to ALARM: the most breaching periods, then the value nearest to the threshold.
    /// `None` if no evaluation saw data.
    #[must_use]
    pub fn nearest(&self, from: Timestamp, to: Timestamp) -> Option<Nearest> {
        let mut nearest: Option<Nearest> = None;
        self.each_evaluation(from, to, |at, periods| {
            let used = self.alarm.deciding_periods(&periods);
            let values = || used.iter().filter_map(|(_, reading)| reading.map(|it| it.value));
            let breaching = values().filter(|value| self.alarm.breaches(*value)).count();
            let distance = |value: &f64| (value - self.alarm.threshold).abs();
            let best = values().min_by(|a, b| distance(a).total_cmp(&distance(b)));
            if let Some(value) = best {
                let is_nearer = nearest.as_ref().is_none_or(|it| {
                    breaching > it.breaching
                        || breaching == it.breaching && distance(&value) < distance(&it.value)
                });
                if is_nearer {
                    nearest = Some(Nearest { time: at, value, breaching });
                }
            }
            false
        });
        nearest
    }

    /// Calls `visit` for the evaluations from `from` to `to`, except those without data that change nothing; `visit`
    /// says whether the state changed.
    fn each_evaluation(
        &self,
        from: Timestamp,
        to: Timestamp,
        mut visit: impl FnMut(Timestamp, Vec<Period>) -> bool,
    ) {
        let interval = i64::try_from(self.alarm.evaluation_interval()).unwrap_or(MINUTE);
        let mut readings = Readings::new(self.alarm, &self.series);
        // the first evaluation also needs the readings of earlier periods in its range
        let looks_back = self.alarm.seconds().saturating_mul(self.alarm.evaluation_range() as i64 + 1);
        let first = self.series.span().map_or(from.seconds(), |(first, _)| first);
        let first = first.max(from.seconds().saturating_sub(looks_back)).min(from.seconds());
        let mut end = first.div_euclid(interval) * interval + interval;
        while end <= to.seconds() {
            let at = Timestamp::from_seconds(end.saturating_add(EVALUATION_DELAY_SECONDS));
            let mut periods = readings.at(at);
            let is_empty = periods.iter().all(|(_, reading)| reading.is_none());
            periods.iter_mut().for_each(|period| self.hide_unfinished(period, end));
            if end > from.seconds() && !visit(at, periods) && is_empty {
                // nothing changes until the next sample; one of a period of the clock that is not over has not been looked at
                let seen = self.alarm.newest_period(at).plus_seconds(self.alarm.seconds()).seconds();
                let Some(second) = self.series.next_from(seen.min(end)) else { break };
                end = end.max(second.div_euclid(interval) * interval);
            }
            end = end.saturating_add(interval);
        }
    }
}

/// The readings of evaluations that move forward, each period computed once.
struct Readings<'a> {
    alarm: &'a Alarm,
    series: &'a Series,
    newest: Sliding<'a>,
    known: BTreeMap<Timestamp, Reading>,
    /// whether the older periods of an evaluation were the newest ones of earlier evaluations
    is_aligned: bool,
}

impl<'a> Readings<'a> {
    fn new(alarm: &'a Alarm, series: &'a Series) -> Self {
        let is_aligned = alarm.period.is_multiple_of(alarm.evaluation_interval());
        Readings { alarm, series, newest: Sliding::new(alarm, series), known: BTreeMap::new(), is_aligned }
    }

    fn at(&mut self, at: Timestamp) -> Vec<Period> {
        let newest = self.alarm.newest_period(at);
        let starts = self.alarm.periods_before(newest);
        if !self.is_aligned {
            return starts.into_iter().map(|start| (start, self.series.reading(self.alarm, start))).collect();
        }
        if let Some(reading) = self.newest.reading(newest) {
            self.known.insert(newest, reading);
        }
        if let Some(oldest) = starts.first() {
            while self.known.first_key_value().is_some_and(|(start, _)| start < oldest) {
                self.known.pop_first();
            }
        }
        starts.into_iter().map(|start| (start, self.known.get(&start).copied())).collect()
    }
}
