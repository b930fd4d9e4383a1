//! The result of a simulation for one rule.

use crate::alarm::{Alarm, Change, Nearest, State};
use crate::rules::Rule;
use std::collections::BTreeMap;

/// The result of a simulation for one rule.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Course<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Its alarm, if it has one.
    pub alarm: Option<Alarm>,
    /// Events with a time that matched.
    pub matches: u64,
    /// Events without a time that matched: they are in no metric.
    pub untimed: u64,
    /// Changes of the alarm's state, with events of the periods that led to them.
    pub changes: Vec<(Change, Vec<String>)>,
    /// The metric: when each period with data began, in seconds, and its statistic.
    pub readings: Vec<(i64, f64)>,
    /// Datapoints of the rule that its alarm never sees, because their dimensions or unit differ from the alarm's.
    pub unseen: u64,
    /// The evaluation that came closest to ALARM. `None` if the alarm went to ALARM, or saw no data.
    pub nearest: Option<Nearest>,
    /// A system field that the metric filter needs and that is not known; its datapoints are then not known either.
    pub lacks: Option<&'a str>,
    /// `applyOnTransformedLogs` is set: no transformer is modelled, and the rule's metric has no data here.
    pub is_on_transformed_logs: bool,
    /// Events whose datapoints the alarm sees, of every rule that feeds its metric, by the minute since 1970. Empty without an alarm.
    pub minutes: BTreeMap<i64, u64>,
    /// Other rules that feed the metric which the alarm watches.
    pub also_fed_by: Vec<&'a str>,
}

impl Course<'_> {
    /// Events whose datapoints the alarm sees, from the minute of `from` to the minute of `to`, both in seconds since 1970.
    #[must_use]
    pub fn seen_between(&self, from: i64, to: i64) -> u64 {
        let (from, to) = (from.div_euclid(60), to.div_euclid(60));
        if from >= to { 0 } else { self.minutes.range(from..to).map(|(_, count)| count).sum() }
    }

    /// How often the alarm went off.
    #[must_use]
    pub fn alarms(&self) -> usize {
        self.changes.iter().filter(|(change, _)| change.new == State::Alarm).count()
    }

    /// Whether a change sends a notification.
    #[must_use]
    pub fn notifies(&self, change: &Change) -> bool {
        self.alarm.as_ref().is_some_and(|alarm| alarm.notifies(change.new))
    }

    /// The changes that send a notification.
    pub fn notifications(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().map(|(change, _)| change).filter(|change| self.notifies(change))
    }

    /// Whether the alarm goes to ALARM again by datapoints of a period that it went to ALARM by before: that AWS does the same is assumed
    /// (docs/alarms.md#one-burst-several-alarms).
    #[must_use]
    pub fn rings_again_for_the_same(&self) -> bool {
        let Some(alarm) = &self.alarm else { return false };
        let period = i64::try_from(alarm.period).unwrap_or(i64::MAX);
        let mut until = i64::MIN;
        for (change, _) in self.changes.iter().filter(|(change, _)| change.new == State::Alarm) {
            let deciding = alarm.deciding_periods(&change.periods);
            let breaching =
                deciding.iter().filter(|(_, reading)| reading.is_some_and(|it| alarm.breaches(it.value)));
            let starts: Vec<i64> = breaching.map(|(start, _)| start.seconds()).collect();
            if starts.iter().any(|start| *start < until) {
                return true;
            }
            until = starts.iter().map(|start| start.saturating_add(period)).fold(until, i64::max);
        }
        false
    }
}
