//! Tests of a rule's alarm: events by the clock, and the changes of state that follow.

use super::alarm::number_and_unit;
use super::error::RuleError;
use super::file::Rule;
use super::load::{Context, span};
use super::messages::EventEntry;
use crate::alarm::{State, Timestamp};
use crate::limits::EVENTS_PER_TIMELINE;
use crate::metric::SystemFields;
use crate::span::Span;
use serde::Deserialize;
use toml::Spanned;

/// Events and what becomes of the alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeline {
    /// What it is.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// Seconds from the start, and the message.
    pub events: Vec<(i64, String)>,
    /// Seconds that are watched.
    pub until: i64,
    /// Changes such as `ALARM at 15m`, by the minute of the evaluation, in order; that the alarm knows at first that all is well is none.
    pub alarm: Vec<String>,
    /// How many messages are sent.
    pub notifications: Option<usize>,
    /// The system fields of the events' log group.
    pub system: SystemFields,
}

/// What came of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimelineResult {
    /// The changes, as [`Timeline::alarm`] has them.
    pub alarm: Vec<String>,
    /// Messages sent.
    pub notifications: usize,
    /// Datapoints that the alarm never sees, because they have other dimensions than it or another unit.
    pub unseen: usize,
}

impl Timeline {
    /// Runs the events through the rule's metric filter and alarm; none for a rule that lacks one of them.
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

    /// Whether that is what is expected.
    #[must_use]
    pub fn is_expected(&self, result: &TimelineResult) -> bool {
        self.alarm == result.alarm && self.notifications.is_none_or(|count| count == result.notifications)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TimelineEntry {
    name: Spanned<String>,
    event: Spanned<EventEntry>,
    at: Vec<Spanned<String>>,
    until: Spanned<String>,
    expect: ExpectEntry,
    account: Option<String>,
    region: Option<String>,
    log_group: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectEntry {
    #[serde(default)]
    alarm: Vec<String>,
    notifications: Option<usize>,
}

impl Context<'_> {
    pub(super) fn timeline(&self, entry: TimelineEntry, has_alarm: bool) -> Result<Timeline, RuleError> {
        let name = span(&entry.name);
        if !has_alarm {
            return Err(self.error(name, "a timeline is for a rule with a `metric` and an `alarm`"));
        }
        let message = self.single_event(&entry.event)?;
        let mut events = Vec::new();
        for at in &entry.at {
            let help = "write `90s`, `5m`, `1h`, or `1m+30sx4` for one and four more in steps";
            let wrong = || self.error(span(at), format!("`{}` is no time", at.get_ref())).help_line(help);
            let times = times(at.get_ref()).filter(|times| events.len() + times.len() <= EVENTS_PER_TIMELINE);
            events.extend(times.ok_or_else(wrong)?.into_iter().map(|time| (time, message.clone())));
        }
        let until = length(entry.until.get_ref()).ok_or_else(|| {
            self.error(span(&entry.until), format!("`{}` is no time", entry.until.get_ref()))
        })?;
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
}

/// `90s`, `5m`, `1h`, `1d`, in seconds.
fn length(text: &str) -> Option<i64> {
    let (number, unit) = number_and_unit(text)?;
    number.trim().parse::<u32>().ok().map(|number| i64::from(number) * unit as i64)
}

/// `5m`, or `1m+30sx4`: one at 1m and four more in steps of 30s.
fn times(text: &str) -> Option<Vec<i64>> {
    let Some((start, steps)) = text.split_once('+') else { return Some(vec![length(text)?]) };
    let (step, count) = steps.split_once('x')?;
    let (start, step, count) = (length(start)?, length(step)?, count.trim().parse::<u32>().ok()?);
    let count = usize::try_from(count).ok().filter(|count| *count < EVENTS_PER_TIMELINE)?;
    Some((0..=count).map(|at| start + step * at as i64).collect())
}

/// The minute of an evaluation as `15m`: which second of it AWS evaluates an alarm in is not known. In seconds for
/// alarms that are evaluated more often.
fn shown(seconds: i64, interval: u64) -> String {
    if interval >= 60 || seconds % 60 == 0 { format!("{}m", seconds / 60) } else { format!("{seconds}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_the_compact_notation() {
        assert_eq!(times("5m"), Some(vec![300]));
        assert_eq!(times("1m+30sx4"), Some(vec![60, 90, 120, 150, 180]));
        assert_eq!(times("0s + 1hx1".replace(' ', "").as_str()), Some(vec![0, 3600]));
        for wrong in ["", "5", "m", "1m+x", "1m+1m", "1m+1mx-1", "1m+1mx99999999"] {
            assert_eq!(times(wrong), None, "{wrong}");
        }
        assert_eq!((shown(910, 60), shown(90, 10)), ("15m".to_owned(), "90s".to_owned()));
    }
}
