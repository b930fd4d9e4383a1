//! Tests of a composite alarm by the clock: states of its alarms at given times, and the changes that follow.

use super::context::{Context, span};
use super::error::RuleError;
use super::expectation::ExpectEntry;
use crate::alarm::{AlarmRule, CompositeChange, CompositeHistory, State, Suppressor, Timestamp};
use crate::limits::EVENTS_PER_TIMELINE;
use crate::span::Span;
use crate::spanned::Spanned;
use crate::time::duration;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A timeline of a composite alarm (`[[composite.timeline]]`). All alarms are in `OK` at the start.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompositeTimeline {
    /// Its name.
    pub name: String,
    /// The place of the name.
    pub span: Span,
    /// The changes of the alarms, in order of time: seconds from the start, name and new state.
    pub changes: Vec<(i64, String, State)>,
    /// The seconds that the composite alarm is watched.
    pub until: i64,
    /// The expected changes to and from `ALARM`, in order, such as `ALARM at 5m`.
    pub alarm: Vec<String>,
    /// The expected number of messages, if it is checked.
    pub notifications: Option<usize>,
}

/// The result of a timeline of a composite alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompositeTimelineResult {
    /// The changes to and from `ALARM`, in the form of [`CompositeTimeline::alarm`].
    pub alarm: Vec<String>,
    /// The number of messages that were published until the end of the timeline.
    pub notifications: usize,
}

impl CompositeTimeline {
    /// Whether a result is the expected one.
    #[must_use]
    pub fn is_expected(&self, result: &CompositeTimelineResult) -> bool {
        self.alarm == result.alarm && self.notifications.is_none_or(|count| count == result.notifications)
    }

    pub(super) fn run(
        &self,
        rule: &AlarmRule,
        suppressor: Option<&Suppressor>,
        notifies: impl Fn(State) -> bool,
    ) -> CompositeTimelineResult {
        let at = Timestamp::from_seconds;
        let mut history = CompositeHistory::new(rule.clone(), suppressor.cloned());
        let mut states: BTreeMap<&str, (State, Timestamp)> = BTreeMap::new();
        let (mut changes, mut released): (Vec<CompositeChange>, Vec<(Timestamp, State)>) = Default::default();
        let mut evaluate = |time: Timestamp, states: &BTreeMap<&str, (State, Timestamp)>| {
            let step = history.evaluate(time, |name| states.get(name).copied().unwrap_or((State::Ok, at(0))));
            changes.extend(step.change);
            released.extend(step.released);
        };
        evaluate(at(0), &states);
        let within = || self.changes.iter().filter(|(time, ..)| *time <= self.until);
        for (number, (time, alarm, state)) in within().enumerate() {
            states.insert(alarm, (*state, at(*time)));
            // changes of one moment are evaluated together
            let next = within().nth(number + 1).map(|(next, ..)| next);
            if next != Some(time) {
                evaluate(at(*time), &states);
            }
        }
        released.extend(history.until(at(self.until)));
        let news = changes.iter().filter(|change| change.new == State::Alarm || change.old == State::Alarm);
        CompositeTimelineResult {
            alarm: news.map(|change| format!("{} at {}", change.new, shown(change.time.seconds()))).collect(),
            notifications: released.iter().filter(|(_, state)| notifies(*state)).count(),
        }
    }
}

// the comments of these types are the descriptions of the JSON Schema: an editor shows them

/// A test of a composite alarm by the clock. All alarms are in `OK` at the start.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table with a timeline's keys")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "compositeTimeline"))]
pub(super) struct CompositeTimelineEntry {
    /// The name of the timeline.
    name: Spanned<String>,
    /// The state changes of the alarms.
    #[cfg_attr(feature = "schema", schemars(length(max = crate::limits::EVENTS_PER_TIMELINE)))]
    change: Vec<ChangeEntry>,
    /// The time that the composite alarm is watched, such as `30m`.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = crate::time::DURATION)))]
    until: Spanned<String>,
    /// What follows.
    expect: ExpectEntry,
}

/// A state change of an alarm.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table with `at`, `alarm` and `state`")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "change"))]
struct ChangeEntry {
    /// The time, such as `5m`.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = crate::time::DURATION)))]
    at: Spanned<String>,
    /// The alarm: one that the rule names, or the suppressor.
    alarm: Spanned<String>,
    /// Its new state.
    #[cfg_attr(feature = "schema", schemars(with = "State"))]
    state: Spanned<String>,
}

impl Context<'_> {
    /// `alarms` are the names that the rule and the suppressor have.
    pub(super) fn composite_timeline(
        &self,
        entry: CompositeTimelineEntry,
        alarms: &[&str],
    ) -> Result<CompositeTimeline, RuleError> {
        let time = |text: &Spanned<String>| {
            duration(text.get_ref()).ok_or_else(|| {
                let error = self.error(span(text), format!("`{}` is not a time", text.get_ref()));
                error.help_line("write `90s`, `5m`, `1h`")
            })
        };
        if entry.change.len() > EVENTS_PER_TIMELINE {
            let message = format!("a timeline has at most {EVENTS_PER_TIMELINE} changes");
            return Err(self.error(span(&entry.name), message));
        }
        let until = time(&entry.until)?;
        let mut changes = Vec::new();
        for change in entry.change {
            let alarm = change.alarm.get_ref();
            if !alarms.contains(&alarm.as_str()) {
                let message = format!("the composite alarm does not name the alarm `{alarm}`");
                return Err(self.error(span(&change.alarm), message));
            }
            let state = self.state(&change.state)?;
            let moment = time(&change.at)?;
            if moment > until {
                return Err(self.after(span(&change.at), entry.until.get_ref()));
            }
            changes.push((moment, change.alarm.into_inner(), state));
        }
        changes.sort_by_key(|(time, ..)| *time);
        let at = span(&entry.name);
        let ExpectEntry { alarm, notifications } = entry.expect;
        let name = entry.name.into_inner();
        Ok(CompositeTimeline { name, span: at, changes, until, alarm, notifications })
    }

    pub(super) fn state(&self, text: &Spanned<String>) -> Result<State, RuleError> {
        text.get_ref().parse().map_err(|_| {
            let message = format!("`{}` is not a state", text.get_ref());
            self.error(span(text), message).help_line("write `OK`, `ALARM` or `INSUFFICIENT_DATA`")
        })
    }
}

/// `5m`, or `90s`.
fn shown(seconds: i64) -> String {
    if seconds % 60 == 0 { format!("{}m", seconds / 60) } else { format!("{seconds}s") }
}
