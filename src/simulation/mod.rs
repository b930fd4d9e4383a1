//! Sends an archive through metric filters and alarms, and computes when each alarm would have rung.
//!
//! Records may come in any order, as they do in delivery files. The simulation keeps one datapoint for each minute and metric, not the
//! records, so memory grows with the number of minutes that have matches.

mod composite;
mod course;
mod not_evaluated;
mod silence;

pub use crate::alarm::CompositeChange;
pub use composite::CompositeCourse;
pub use course::Course;
pub use not_evaluated::NotEvaluated;

use crate::PatternSet;
use crate::alarm::{Alarm, Change, History, Metric, Samples, State, Timestamp};
use crate::evidence::{Record, RecordMatcher};
use crate::metric::{MetricFilter, SystemFields};
use crate::rules::{Composite, Rule, lacking};
use std::collections::BTreeMap;

/// The metrics of some rules over an archive.
#[derive(Debug)]
pub struct Simulation<'a> {
    rules: Vec<Watched<'a>>,
    composites: Vec<&'a Composite>,
    system: SystemFields,
    /// seconds from an event to its delivery
    delay: i64,
    /// for the alarm of each rule, the datapoints of matches that it sees, by the minute since 1970
    seen: Vec<BTreeMap<i64, Seen>>,
    matcher: RecordMatcher,
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
    /// events that matched, by the minute since 1970
    minutes: BTreeMap<i64, u64>,
    matches: u64,
    untimed: u64,
    unseen: u64,
    /// the rules whose alarms watch the metric that this one feeds
    feeds: Vec<usize>,
}

/// What an alarm sees of a minute.
#[derive(Debug, Default, Clone)]
struct Seen {
    samples: Samples,
    /// events that published a sample
    count: u64,
    /// the first of them
    events: Vec<String>,
}

/// The number of events kept for a minute, to show which events set an alarm off.
const KEPT_EVENTS: usize = 5;

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
                untimed: 0,
                unseen: 0,
                feeds: Vec::new(),
            })
            .collect();
        let mut rules = rules;
        let watched: Vec<Option<Metric>> =
            rules.iter().map(|it| it.alarm.as_ref().map(|alarm| alarm.metric.clone())).collect();
        for rule in &mut rules {
            let fed = watched
                .iter()
                .enumerate()
                .filter(|(_, metric)| metric.as_ref().is_some_and(|it| rule.feeds(it)));
            rule.feeds = fed.map(|(at, _)| at).collect();
        }
        let patterns = rules.iter().map(|watched| (&watched.rule.id, watched.rule.pattern.clone()));
        let set = PatternSet::try_from_iter(patterns)?;
        Ok(Simulation {
            seen: vec![BTreeMap::new(); rules.len()],
            rules,
            composites: Vec::new(),
            system: SystemFields::default(),
            delay: 0,
            matcher: RecordMatcher::new(&set),
            minutes: BTreeMap::new(),
            untimed: 0,
        })
    }

    /// Adds composite alarms over the alarms of the rules.
    #[must_use]
    pub fn composites(mut self, composites: impl IntoIterator<Item = &'a Composite>) -> Self {
        self.composites.extend(composites);
        self
    }

    /// Sets the account, the region and the log group of the events.
    #[must_use]
    pub fn system(mut self, system: SystemFields) -> Self {
        self.system = system;
        self
    }

    /// Sets the seconds from an event to its delivery. A log event of CloudTrail has the time of its delivery (observed), and so has
    /// its datapoint.
    #[must_use]
    pub fn delay(mut self, seconds: i64) -> Self {
        self.delay = seconds;
        self
    }

    /// Sets the names of the alarms; `name` returns the name for the id of a rule. Without it, the id is the name.
    #[must_use]
    pub fn alarm_names(mut self, name: impl Fn(&str) -> String) -> Self {
        for watched in &mut self.rules {
            if let Some(alarm) = &mut watched.alarm {
                alarm.name = name(&watched.rule.id);
            }
        }
        self
    }

    /// Takes an event of `time`, in seconds since 1970. `label` returns where it is from; it is called only if the event is kept.
    pub fn add(&mut self, time: Option<i64>, event: &[u8], label: impl Fn() -> String) {
        self.add_record(time, &Record::bare(event), label);
    }

    /// Takes a record of a container. Returns whether a rule matches it.
    pub fn add_record(&mut self, time: Option<i64>, record: &Record, label: impl Fn() -> String) -> bool {
        let Some(minute) = time.map(|time| time.saturating_add(self.delay).div_euclid(60)) else {
            self.untimed += 1;
            let matches = self.matcher.matches(record);
            for id in matches {
                if let Some(watched) = self.rules.get_mut(id.index()) {
                    watched.untimed += 1;
                }
            }
            return !matches.is_empty();
        };
        let mut is_match = false;
        *self.minutes.entry(minute).or_default() += 1;
        for id in self.matcher.matches(record) {
            is_match = true;
            let at = id.index();
            let Some(watched) = self.rules.get_mut(at) else { continue };
            watched.matches += 1;
            *watched.minutes.entry(minute).or_default() += 1;
            let event = record.message(&watched.rule.pattern);
            let point = watched.filter.as_ref().and_then(|it| it.datapoint_of_match(event, &self.system));
            let Some(point) = point else { continue };
            let mut unseen = 0;
            let feeds = std::mem::take(&mut watched.feeds);
            for fed in &feeds {
                let alarm = self.rules.get(*fed).and_then(|it| it.alarm.as_ref());
                if !alarm.is_some_and(|alarm| alarm.sees(&point)) {
                    unseen += u64::from(*fed == at);
                } else if let Some(minutes) = self.seen.get_mut(*fed) {
                    let seen = minutes.entry(minute).or_default();
                    seen.samples.add(point.value.into());
                    seen.count += 1;
                    if seen.events.len() < KEPT_EVENTS {
                        seen.events.push(label());
                    }
                }
            }
            if let Some(watched) = self.rules.get_mut(at) {
                watched.unseen += unseen;
                watched.feeds = feeds;
            }
        }
        is_match
    }

    /// The number of events without a time, which are in no metric.
    #[must_use]
    pub fn untimed(&self) -> u64 {
        self.untimed
    }

    /// The number of events with a time.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.minutes.values().sum()
    }

    /// The first and the last minute with events, in seconds since 1970; `None` if there are no events.
    #[must_use]
    pub fn span(&self) -> Option<(i64, i64)> {
        let (first, last) = (self.minutes.first_key_value()?, self.minutes.last_key_value()?);
        Some((first.0 * 60, last.0 * 60))
    }

    /// The result for every rule, in the order of the rules.
    #[must_use]
    pub fn courses(&self) -> Vec<Course<'a>> {
        self.rules.iter().enumerate().map(|(at, watched)| self.course(at, watched)).collect()
    }

    /// The result for every composite alarm, from the results of the rules.
    #[must_use]
    pub fn composite_courses(&self, courses: &[Course<'_>]) -> Vec<CompositeCourse<'a>> {
        composite::courses(&self.composites, courses)
    }

    fn course(&self, at: usize, watched: &Watched<'a>) -> Course<'a> {
        let mut course = Course {
            rule: watched.rule,
            alarm: watched.alarm.clone(),
            matches: watched.matches,
            untimed: watched.untimed,
            changes: Vec::new(),
            readings: Vec::new(),
            unseen: watched.unseen,
            nearest: None,
            lacks: lacking(watched.rule, &self.system),
            is_on_transformed_logs: watched
                .rule
                .metric
                .as_ref()
                .is_some_and(|it| it.apply_on_transformed_logs),
            minutes: BTreeMap::new(),
            also_fed_by: Vec::new(),
        };
        let (Some(alarm), Some((from, to))) = (&watched.alarm, self.span()) else { return course };
        // a metric is known by its name: every filter that feeds it counts
        let feeding: Vec<&Watched<'a>> =
            self.rules.iter().filter(|other| other.feeds(&alarm.metric)).collect();
        let others = feeding.iter().filter(|other| other.rule.id != watched.rule.id);
        course.also_fed_by = others.map(|other| other.rule.id.as_str()).collect();
        let Some(minutes) = self.seen.get(at) else { return course };
        course.minutes = minutes.iter().map(|(minute, seen)| (*minute, seen.count)).collect();
        let mut history = alarm.history();
        feeding.iter().for_each(|feeding| self.fill_defaults(feeding, alarm, &mut history));
        for (minute, seen) in minutes {
            history.add_samples(Timestamp::from_seconds(minute * 60), &seen.samples);
        }
        let seconds = i64::try_from(alarm.period).unwrap_or(i64::MAX);
        // until everything has left the evaluation range
        let rest = seconds.saturating_mul(alarm.evaluation_range() as i64 + 2);
        let (from, to) = (Timestamp::from_seconds(from), Timestamp::from_seconds(to.saturating_add(rest)));
        let changes = history.changes(from, to);
        if watched.matches > 0 && !changes.iter().any(|change| change.new == State::Alarm) {
            course.nearest = history.nearest(from, to);
        }
        course.changes = changes
            .into_iter()
            .map(|change| {
                let events = events(alarm, &change, minutes);
                (change, events)
            })
            .collect();
        course.readings =
            history.readings().into_iter().map(|(start, reading)| (start.seconds(), reading.value)).collect();
        course
    }

    /// The datapoints that a rule's filter published for events that do not match.
    fn fill_defaults(&self, watched: &Watched<'a>, alarm: &Alarm, history: &mut History<'_>) {
        let default = watched.filter.as_ref().and_then(|filter| filter.default_in(&self.system));
        let Some(point) = default.filter(|point| alarm.sees(point)) else { return };
        for (minute, total) in &self.minutes {
            let matches = watched.minutes.get(minute).copied().unwrap_or_default();
            history.add_many(
                Timestamp::from_seconds(minute * 60),
                point.value,
                total.saturating_sub(matches),
            );
        }
    }
}

impl Watched<'_> {
    fn feeds(&self, metric: &Metric) -> bool {
        let name = self.filter.as_ref().map(|filter| filter.transformation());
        name.is_some_and(|it| it.namespace == metric.namespace && it.name == metric.name)
    }
}

/// Events of the periods that led to a change: those whose datapoints the alarm sees.
fn events(alarm: &Alarm, change: &Change, seen: &BTreeMap<i64, Seen>) -> Vec<String> {
    let deciding = alarm.deciding_periods(&change.periods);
    let breaching = deciding.iter().filter(|(_, reading)| reading.is_some_and(|it| alarm.breaches(it.value)));
    let period = i64::try_from(alarm.period).unwrap_or(i64::MAX);
    // the minute whose first second is in a period shorter than a minute
    let within = if period < 60 { period - 1 } else { 0 };
    let starts = breaching.map(|(start, _)| start.seconds().saturating_add(within).div_euclid(60));
    let length = i64::try_from(alarm.period / 60).unwrap_or(i64::MAX).max(1);
    let minutes = starts.flat_map(|first| seen.range(first..first.saturating_add(length)));
    minutes.flat_map(|(_, minute)| &minute.events).take(KEPT_EVENTS).cloned().collect()
}
