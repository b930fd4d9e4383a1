//! An archive through metric filters and alarms: when the phone would have rung.
//!
//! Records may come in any order, as delivery files do: what is kept is the metric by the minute, not the
//! records, so that memory grows with the minutes in which something matched.

use crate::alarm::{Alarm, Change, History, Metric, Samples, State, Timestamp};
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
    with_dimensions: u64,
}

/// A minute in which a rule matched.
#[derive(Debug, Default)]
struct Minute {
    matches: u64,
    /// values without dimensions
    samples: Samples,
    events: Vec<String>,
}

/// Events kept of a minute, to show what set an alarm off.
const KEPT_EVENTS: usize = 5;

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
    /// Values with dimensions, which the alarm of a rule never sees: it watches the metric without.
    pub with_dimensions: u64,
    /// Other rules that feed the metric which the alarm watches.
    pub also_fed_by: Vec<&'a str>,
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
                with_dimensions: 0,
            })
            .collect();
        let patterns = rules.iter().map(|watched| (&watched.rule.id, watched.rule.pattern.clone()));
        let set = PatternSet::try_from_iter(patterns)?;
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
            match watched.filter.as_ref().and_then(|filter| filter.datapoint(event)) {
                Some(point) if point.dimensions.is_empty() => seen.samples.add(point.value.into()),
                Some(_) => watched.with_dimensions += 1,
                None => {}
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
            with_dimensions: watched.with_dimensions,
            also_fed_by: Vec::new(),
        };
        let (Some(alarm), Some((from, to))) = (&watched.alarm, self.span()) else { return course };
        // a metric is known by its name: every filter that feeds it counts
        let feeding: Vec<&Watched<'a>> =
            self.rules.iter().filter(|other| other.feeds(&alarm.metric)).collect();
        let others = feeding.iter().filter(|other| other.rule.id != watched.rule.id);
        course.also_fed_by = others.map(|other| other.rule.id.as_str()).collect();
        let mut history = alarm.history();
        for feeding in &feeding {
            self.fill(feeding, &mut history);
        }
        let seconds = i64::try_from(alarm.period).unwrap_or(i64::MAX);
        // until everything has left the evaluation range
        let rest = seconds.saturating_mul(alarm.evaluation_range() as i64 + 2);
        let changes =
            history.changes(Timestamp::from_seconds(from), Timestamp::from_seconds(to.saturating_add(rest)));
        course.changes = changes
            .into_iter()
            .map(|change| {
                let events = events(alarm, &change, &feeding);
                (change, events)
            })
            .collect();
        course.readings =
            history.readings().into_iter().map(|(start, reading)| (start.seconds(), reading.value)).collect();
        course
    }

    /// What a rule's filter published: for matches their values, for each other event the default.
    fn fill(&self, watched: &Watched<'a>, history: &mut History<'_>) {
        let default = watched.filter.as_ref().and_then(|filter| filter.transformation().default);
        for (minute, total) in self.minutes.iter().filter(|_| default.is_some()) {
            let matches = watched.minutes.get(minute).map_or(0, |seen| seen.matches);
            let time = Timestamp::from_seconds(minute * 60);
            history.add_many(time, default.unwrap_or_default(), total.saturating_sub(matches));
        }
        for (minute, seen) in &watched.minutes {
            history.add_samples(Timestamp::from_seconds(minute * 60), &seen.samples);
        }
    }
}

impl Watched<'_> {
    fn feeds(&self, metric: &Metric) -> bool {
        let name = self.filter.as_ref().map(|filter| filter.transformation());
        name.is_some_and(|it| it.namespace == metric.namespace && it.name == metric.name)
    }
}

/// Events of the periods that led to a change.
fn events(alarm: &Alarm, change: &Change, feeding: &[&Watched<'_>]) -> Vec<String> {
    let deciding = alarm.deciding_periods(&change.periods);
    let breaching = deciding.iter().filter(|(_, reading)| reading.is_some_and(|it| alarm.breaches(it.value)));
    let starts = breaching.map(|(start, _)| start.seconds().div_euclid(60));
    let length = i64::try_from(alarm.period / 60).unwrap_or(i64::MAX).max(1);
    let minutes = starts.flat_map(|first| {
        let within = first..first.saturating_add(length);
        feeding.iter().flat_map(move |watched| watched.minutes.range(within.clone()))
    });
    minutes.flat_map(|(_, minute)| &minute.events).take(KEPT_EVENTS).cloned().collect()
}
