//! An archive through metric filters and alarms: when the phone would have rung.
//!
//! Records may come in any order, as delivery files do: what is kept is the metric by the minute, not the
//! records, so that memory grows with the minutes in which something matched.

use crate::alarm::{Alarm, Change, State};
use crate::metric::MetricFilter;
use crate::rules::Rule;
use crate::{Matcher, PatternSet};
use std::collections::BTreeMap;

/// The metrics of some rules over an archive.
#[derive(Debug)]
pub struct Simulation<'a> {
    rules: Vec<Watched<'a>>,
    matcher: Matcher,
    /// all events by the minute since 1970
    minutes: BTreeMap<i64, u64>,
    untimed: u64,
}

/// A rule and what it has seen.
#[derive(Debug)]
struct Watched<'a> {
    rule: &'a Rule,
    filter: Option<MetricFilter>,
    alarm: Option<Alarm>,
    minutes: BTreeMap<i64, Minute>,
    matches: u64,
}

/// A minute in which a rule matched.
#[derive(Debug, Default)]
struct Minute {
    matches: u64,
    /// values by their bits, with how often
    values: BTreeMap<u64, u64>,
    events: Vec<String>,
}

/// Events kept of a minute, to show what set an alarm off.
const KEPT_EVENTS: usize = 5;
/// Different values kept of a minute; more are counted with the last one.
const KEPT_VALUES: usize = 10_000;

/// What became of a rule.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Course<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Its alarm, if it has one.
    pub alarm: Option<Alarm>,
    /// Events that matched.
    pub matches: u64,
    /// Changes of the alarm's state, with events of the periods that led to them.
    pub changes: Vec<(Change, Vec<String>)>,
    /// The metric: when each period with data began, in seconds, and its statistic.
    pub readings: Vec<(i64, f64)>,
}

impl Course<'_> {
    /// How often the alarm went off.
    #[must_use]
    pub fn alarms(&self) -> usize {
        self.changes.iter().filter(|(change, _)| change.new == State::Alarm).count()
    }

    /// The changes that are published.
    pub fn notifications(&self) -> impl Iterator<Item = &Change> {
        let notifies = |change: &&Change| self.alarm.as_ref().is_some_and(|alarm| alarm.notifies(change.new));
        self.changes.iter().map(|(change, _)| change).filter(notifies)
    }
}

impl<'a> Simulation<'a> {
    /// Watches events for these rules, whose ids differ.
    ///
    /// # Errors
    /// As [`PatternSetBuilder::build`](crate::PatternSetBuilder::build).
    pub fn new(rules: impl IntoIterator<Item = &'a Rule>) -> Result<Self, crate::SetError> {
        let rules: Vec<Watched<'a>> = rules
            .into_iter()
            .map(|rule| Watched {
                rule,
                filter: rule.metric_filter().and_then(Result::ok),
                alarm: rule.alarm_settings().and_then(Result::ok),
                minutes: BTreeMap::new(),
                matches: 0,
            })
            .collect();
        let add = |builder: crate::PatternSetBuilder, watched: &Watched<'_>| {
            builder.add(watched.rule.id.clone(), watched.rule.pattern.clone())
        };
        let set = rules.iter().fold(PatternSet::builder(), add).build()?;
        Ok(Simulation { rules, matcher: set.matcher(), minutes: BTreeMap::new(), untimed: 0 })
    }

    /// Takes an event of `time`, in seconds since 1970; `label` says where it is from, if it is needed.
    pub fn add(&mut self, time: Option<i64>, event: &[u8], label: impl Fn() -> String) {
        let Some(minute) = time.map(|time| time.div_euclid(60)) else {
            self.untimed += 1;
            return;
        };
        *self.minutes.entry(minute).or_default() += 1;
        for id in self.matcher.match_event(event) {
            let Some(watched) = self.rules.get_mut(id.index()) else { continue };
            watched.matches += 1;
            let seen = watched.minutes.entry(minute).or_default();
            seen.matches += 1;
            if seen.events.len() < KEPT_EVENTS {
                seen.events.push(label());
            }
            let value =
                watched.filter.as_ref().and_then(|filter| filter.datapoint(event)).map(|point| point.value);
            if let Some(value) = value {
                let bits = value.to_bits();
                if seen.values.len() < KEPT_VALUES || seen.values.contains_key(&bits) {
                    *seen.values.entry(bits).or_default() += 1;
                }
            }
        }
    }

    /// Events without a time, which no metric shows.
    #[must_use]
    pub fn untimed(&self) -> u64 {
        self.untimed
    }

    /// Events with a time.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.minutes.values().sum()
    }

    /// The first and the last minute with events, in seconds since 1970; none when there are no events.
    #[must_use]
    pub fn span(&self) -> Option<(i64, i64)> {
        let (first, last) = (self.minutes.first_key_value()?, self.minutes.last_key_value()?);
        Some((first.0 * 60, last.0 * 60))
    }

    /// What became of every rule, in the order they were given.
    #[must_use]
    pub fn courses(&self) -> Vec<Course<'a>> {
        self.rules.iter().map(|watched| self.course(watched)).collect()
    }

    fn course(&self, watched: &Watched<'a>) -> Course<'a> {
        let mut course = Course {
            rule: watched.rule,
            alarm: watched.alarm.clone(),
            matches: watched.matches,
            changes: Vec::new(),
            readings: Vec::new(),
        };
        let (Some(alarm), Some((from, to))) = (&watched.alarm, self.span()) else { return course };
        let default = watched.filter.as_ref().and_then(|filter| filter.transformation().default);
        let mut history = alarm.history();
        for (minute, total) in &self.minutes {
            let seen = watched.minutes.get(minute);
            if let Some(default) = default {
                history.add_many(minute * 60, default, total - seen.map_or(0, |seen| seen.matches));
            }
            for (bits, times) in seen.iter().flat_map(|seen| &seen.values) {
                history.add_many(minute * 60, f64::from_bits(*bits), *times);
            }
        }
        let period = alarm.period.max(60) as i64;
        let changes = history.changes(from, to + (alarm.evaluation_periods as i64 + 3) * period);
        course.changes = changes
            .into_iter()
            .map(|change| {
                let events = watched.events(&change, period);
                (change, events)
            })
            .collect();
        course.readings = history.readings();
        course
    }
}

impl Watched<'_> {
    /// Events of the periods that a change is about.
    fn events(&self, change: &Change, period: i64) -> Vec<String> {
        let Some((first, _)) = change.periods.first() else { return Vec::new() };
        let minutes =
            first.div_euclid(60)..change.time.div_euclid(60).max(first.div_euclid(60) + period / 60);
        let events = self.minutes.range(minutes).flat_map(|(_, minute)| &minute.events);
        events.take(KEPT_EVENTS).cloned().collect()
    }
}
