//! A metric over time.

use super::samples::{Sample, Samples};
use super::settings::Alarm;
use super::timestamp::Timestamp;
use std::collections::{BTreeMap, VecDeque};

/// The statistic of a period with data.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "analysis", derive(serde::Serialize))]
pub struct Reading {
    /// The statistic.
    pub value: f64,
    /// The number of its samples.
    pub samples: f64,
}

impl Reading {
    /// A statistic, and the number of its samples.
    #[must_use]
    pub fn new(value: f64, samples: f64) -> Self {
        Reading { value, samples }
    }
}

/// The samples of one metric, by the second.
#[derive(Debug, Clone, Default)]
pub struct Series {
    seconds: BTreeMap<i64, Samples>,
}

impl Series {
    /// Adds a sample.
    pub fn add(&mut self, time: Timestamp, sample: Sample) {
        self.seconds.entry(time.seconds()).or_default().add(sample);
    }

    /// Adds the samples of a whole period.
    pub fn join(&mut self, time: Timestamp, samples: &Samples) {
        if *samples != Samples::default() {
            self.seconds.entry(time.seconds()).or_default().join(samples);
        }
    }

    /// Whether there is no sample.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.seconds.is_empty()
    }

    /// The samples of the `length` seconds from `start`.
    #[must_use]
    pub fn samples(&self, start: Timestamp, length: u64) -> Samples {
        let end = start.plus_seconds(i64::try_from(length).unwrap_or(i64::MAX));
        let mut all = Samples::default();
        self.seconds.range(start.seconds()..end.seconds()).for_each(|(_, samples)| all.join(samples));
        all
    }

    /// The reading of the period that begins at `start`. `None` if the period has no data.
    #[must_use]
    pub fn reading(&self, alarm: &Alarm, start: Timestamp) -> Option<Reading> {
        reading(&self.samples(start, alarm.period), alarm)
    }

    /// The first and the last second with a sample.
    pub(super) fn span(&self) -> Option<(i64, i64)> {
        Some((*self.seconds.first_key_value()?.0, *self.seconds.last_key_value()?.0))
    }

    /// The first second with a sample, at or after the given second.
    pub(super) fn next_from(&self, second: i64) -> Option<i64> {
        self.seconds.range(second..).next().map(|(second, _)| *second)
    }
}

fn reading(samples: &Samples, alarm: &Alarm) -> Option<Reading> {
    let value = samples.statistic(alarm.statistic).filter(|value| value.is_finite())?;
    Some(Reading { value, samples: samples.count() })
}

/// The readings of a window that moves forward over a series, each second of it joined a bounded number of times:
/// two stacks, as in "In-Order Sliding-Window Aggregation in Worst-Case Constant Time" (Tangwongsan, Hirzel, Schneider, 2020).
pub(super) struct Sliding<'a> {
    alarm: &'a Alarm,
    coming: std::iter::Peekable<std::collections::btree_map::Range<'a, i64, Samples>>,
    /// oldest last: the samples of this second and of all younger ones of the front
    front: Vec<(i64, Samples)>,
    back: VecDeque<(i64, &'a Samples)>,
    /// all of `back`
    back_joined: Samples,
}

impl<'a> Sliding<'a> {
    pub(super) fn new(alarm: &'a Alarm, series: &'a Series) -> Self {
        let coming = series.seconds.range(..).peekable();
        Sliding { alarm, coming, front: Vec::new(), back: VecDeque::new(), back_joined: Samples::default() }
    }

    /// The reading of the period that begins at `start`. Each call needs a `start` that is not before the one of the call before.
    pub(super) fn reading(&mut self, start: Timestamp) -> Option<Reading> {
        let start = start.seconds();
        let end = start.saturating_add(self.alarm.seconds());
        while let Some((second, samples)) = self.coming.next_if(|(second, _)| **second < end) {
            self.back.push_back((*second, samples));
            self.back_joined.join(samples);
        }
        self.drop_before(start);
        let mut all = self.front.last().map(|(_, samples)| samples.clone()).unwrap_or_default();
        all.join(&self.back_joined);
        reading(&all, self.alarm)
    }

    fn drop_before(&mut self, start: i64) {
        while self.front.pop_if(|(second, _)| *second < start).is_some() {}
        if !self.front.is_empty() || self.back.front().is_none_or(|(second, _)| *second >= start) {
            return;
        }
        // the back becomes the front
        let mut joined = Samples::default();
        for (second, samples) in self.back.drain(..).rev() {
            if second < start {
                break;
            }
            joined.join(samples);
            self.front.push((second, joined.clone()));
        }
        self.back_joined = Samples::default();
    }
}
