//! Tests of a rule's alarm: events at given times, and the state changes that follow.

use super::context::{Context, span};
use super::error::RuleError;
use super::expectation::ExpectEntry;
use super::file::{Rule, RuleAlarm, Timeline};
use super::messages::EventEntry;
use super::times::times;
use crate::FilterPattern;
use crate::alarm::{State, Timestamp};
use crate::limits::EVENTS_PER_TIMELINE;
use crate::metric::SystemFields;
use crate::span::Span;
use crate::spanned::Spanned;
use crate::time::duration;
use serde::Deserialize;

/// The result of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimelineResult {
    /// The changes to and from `ALARM`, in the form of [`Timeline::alarm`].
    pub alarm: Vec<String>,
    /// The number of messages that were published.
    pub notifications: usize,
    /// The number of datapoints that the alarm does not see, because their dimensions or their unit differ from those of the alarm.
    pub unseen: usize,
}

impl Timeline {
    /// Runs the events through the metric filter and the alarm of the rule. `None` if the rule lacks one of them.
    ///
    /// ```
    /// let file = cwfilter::rules::parse("rules.toml".as_ref(), r#"
    ///     [[rule]]
    ///     id = "stopped"
    ///     pattern = '{ $.eventName = "StopLogging" }'
    ///     metric = { namespace = "Security", name = "Stopped", value = "1" }
    ///     alarm = { statistic = "Sum", period = "5m", threshold = 1, missing = "notBreaching" }
    ///     [[rule.timeline]]
    ///     name = "one call is enough"
    ///     event = { eventName = "StopLogging" }
    ///     at = ["1m"]
    ///     until = "20m"
    ///     expect = { alarm = ["ALARM at 2m", "OK at 17m"], notifications = 1 }
    /// "#.to_owned()).unwrap();
    /// let rule = &file.rules[0];
    /// let result = rule.timelines[0].run(rule).unwrap();
    /// assert_eq!(result.alarm, ["ALARM at 2m", "OK at 17m"]);
    /// assert!(rule.timelines[0].is_expected(&result));
    /// ```
    #[must_use]
    pub fn run(&self, rule: &Rule) -> Option<TimelineResult> {
        let filter = rule.metric_filter()?.ok()?;
        let alarm = rule.alarm_settings()?.ok()?;
        let mut history = alarm.history();
        let mut unseen = 0;
        for (time, message) in &self.events {
            match filter.datapoint_in(message, &self.system) {
                Some(point) if alarm.sees(&point) => {
                    history.add(Timestamp::from_seconds(*time), point.value);
                }
                Some(_) => unseen += 1,
                None => {}
            }
        }
        let changes = history.changes(Timestamp::from_seconds(0), Timestamp::from_seconds(self.until));
        let news = changes.iter().filter(|change| change.new == State::Alarm || change.old == State::Alarm);
        Some(TimelineResult {
            alarm: news
                .map(|change| {
                    format!("{} at {}", change.new, shown(change.time.seconds(), alarm.evaluation_interval()))
                })
                .collect(),
            notifications: changes.iter().filter(|change| alarm.notifies(change.new)).count(),
            unseen,
        })
    }

    /// Whether a result is the expected one.
    #[must_use]
    pub fn is_expected(&self, result: &TimelineResult) -> bool {
        self.alarm == result.alarm && self.notifications.is_none_or(|count| count == result.notifications)
    }
}

// the comments of this type are the descriptions of the JSON Schema: an editor shows them

/// A test of the rule's alarm by the clock.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table with a timeline's keys")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "timeline"))]
pub(super) struct TimelineEntry {
    /// The name of the timeline.
    name: Spanned<String>,
    /// The event: a table of its fields, or the path of a file with one record.
    event: Spanned<EventEntry>,
    /// The times of the event: `"90s"`, `"5m"`, `"1h"`, `"1d"`; `"1m+30sx4"` is an event at 1 minute and four more, one every 30 seconds. At most
    /// 100,000 events.
    #[cfg_attr(feature = "schema", schemars(inner(regex(pattern = super::times::TIMES))))]
    at: Vec<Spanned<String>>,
    /// The time that the alarm is watched, such as `30m`.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = crate::time::DURATION)))]
    until: Spanned<String>,
    /// What follows.
    expect: ExpectEntry,
    /// The account of the events.
    account: Option<String>,
    /// The region of the events.
    region: Option<String>,
    /// The log group of the events.
    log_group: Option<String>,
}

impl Context<'_> {
    pub(super) fn timeline(
        &self,
        entry: TimelineEntry,
        pattern: &FilterPattern,
        alarm: Option<&RuleAlarm>,
    ) -> Result<Timeline, RuleError> {
        let name = span(&entry.name);
        let Some(settings) = alarm else {
            return Err(self.error(name, "a timeline needs a rule with a `metric` and an `alarm`"));
        };
        if entry.at.is_empty() && settings.missing.as_deref() != Some("breaching") {
            let message = "a timeline without events cannot fail: `at` is empty";
            let help = "only an alarm with `missing = \"breaching\"` rings without an event";
            return Err(self.error(name, message).help_line(help));
        }
        let message = self.single_event(&entry.event, pattern)?;
        let (mut events, mut last) = (Vec::new(), Vec::<i64>::new());
        for at in &entry.at {
            let help = "write `90s`, `5m`, `1h`, or `1m+30sx4` for an event at 1 minute and four more, one every 30 seconds";
            let wrong = || self.error(span(at), format!("`{}` is not a time", at.get_ref())).help_line(help);
            let times = times(at.get_ref()).filter(|times| events.len() + times.len() <= EVENTS_PER_TIMELINE);
            let times = times.ok_or_else(wrong)?;
            last.extend(times.last());
            events.extend(times.into_iter().map(|time| (time, message.clone())));
        }
        let until = duration(entry.until.get_ref()).ok_or_else(|| {
            self.error(span(&entry.until), format!("`{}` is not a time", entry.until.get_ref()))
        })?;
        if until == 0 {
            let message = "a timeline of no time cannot fail: the alarm is not evaluated";
            return Err(self.error(span(&entry.until), message));
        }
        if let Some(at) = entry.at.iter().zip(&last).find(|(_, last)| **last > until).map(|(at, _)| at) {
            return Err(self.after(span(at), entry.until.get_ref()));
        }
        let system =
            SystemFields { account: entry.account, region: entry.region, log_group: entry.log_group };
        let ExpectEntry { alarm, notifications } = entry.expect;
        Ok(Timeline {
            name: entry.name.into_inner(),
            span: name,
            events,
            until,
            alarm,
            notifications,
            system,
        })
    }

    /// The error of what happens after the end of a timeline.
    pub(super) fn after(&self, at: Span, until: &str) -> RuleError {
        let message =
            format!("it is after the end of the timeline, `until = \"{until}\"`, and shows nothing");
        self.error(at, message).help_line("give a later `until`, or an earlier time")
    }
}

/// The time of an evaluation: `15m`, because the second of the minute in which AWS evaluates an alarm is not known; or `90s` for an
/// alarm that is evaluated more often than once a minute.
fn shown(seconds: i64, interval: u64) -> String {
    if interval >= 60 || seconds % 60 == 0 { format!("{}m", seconds / 60) } else { format!("{seconds}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_or_seconds() {
        assert_eq!((shown(910, 60), shown(90, 10)), ("15m".to_owned(), "90s".to_owned()));
    }
}
