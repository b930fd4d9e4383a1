//! Composite alarms of rule files: a boolean expression over the states of alarms.

use super::composite_timeline::{CompositeTimeline, CompositeTimelineEntry, CompositeTimelineResult};
use super::context::{Context, span};
use super::error::RuleError;
use super::locate::in_file;
use crate::alarm::{AlarmRule, AlarmRuleError, State, Suppressor};
use crate::escaped::Escaped;
use crate::limits::SUPPRESSOR_PERIOD_SECONDS;
use crate::span::Span;
use crate::spanned::Spanned;
use crate::time::duration;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A composite alarm of a rule file (`[[composite]]`), AWS's `PutCompositeAlarm`. It names an alarm by the id of its rule or composite
/// alarm.
///
/// ```
/// let file = cwfilter::rules::parse("rules.toml".as_ref(), r#"
///     [[composite]]
///     id = "both"
///     rule = "ALARM(errors) AND ALARM(latency)"
///     suppressor = { alarm = "deployment", wait = "1m", extension = "2m" }
/// "#.to_owned()).unwrap();
/// assert_eq!(file.composites[0].alarms(), ["errors", "latency", "deployment"]);
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Composite {
    /// The id, unique among the rules and composite alarms that are loaded together.
    pub id: String,
    /// The place of the id's string, with its quotes.
    pub id_span: Span,
    /// One line for people.
    pub title: Option<String>,
    /// The reason for the composite alarm.
    pub description: Option<String>,
    /// `AlarmRule`, parsed.
    pub rule: AlarmRule,
    /// `AlarmRule`, as it is written.
    pub rule_text: String,
    /// The place of the rule's string, with its quotes.
    pub rule_span: Span,
    /// `ActionsSuppressor`, with its periods in seconds.
    pub suppressor: Option<Suppressor>,
    /// The states whose start is published; only `ALARM` if the file has no `notify`.
    pub notify: Vec<State>,
    /// `ActionsEnabled`
    pub actions_enabled: bool,
    /// The tests, in the order of the file.
    pub tests: Vec<CompositeTest>,
    /// Its timelines, in the order of the file.
    pub timelines: Vec<CompositeTimeline>,
}

/// A test of a composite alarm (`[[composite.test]]`): states of the alarms that it names, and its own state.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompositeTest {
    /// The name of the test.
    pub name: String,
    /// The place of the name's string, with its quotes.
    pub span: Span,
    /// The state of each alarm, by its name. An alarm that is not listed is in `OK`.
    pub states: BTreeMap<String, State>,
    /// The expected state of the composite alarm.
    pub expect: State,
}

impl CompositeTest {
    /// The state of the composite alarm for the states of this test.
    ///
    /// ```
    /// let file = cwfilter::rules::parse("rules.toml".as_ref(), r#"
    ///     [[composite]]
    ///     id = "both"
    ///     rule = "ALARM(errors) AND ALARM(latency)"
    ///     [[composite.test]]
    ///     name = "one of two"
    ///     states = { errors = "ALARM" }
    ///     expect = "OK"
    /// "#.to_owned()).unwrap();
    /// let composite = &file.composites[0];
    /// assert_eq!(composite.tests[0].state(composite), composite.tests[0].expect);
    /// ```
    #[must_use]
    pub fn state(&self, composite: &Composite) -> State {
        composite.rule.evaluate(|alarm| self.states.get(alarm).copied().unwrap_or(State::Ok))
    }
}

impl Composite {
    /// The names of the alarms in the rule, each once, and then the suppressor.
    #[must_use]
    pub fn alarms(&self) -> Vec<&str> {
        let mut names = self.rule.alarms();
        let suppressor = self.suppressor.iter().map(|it| it.alarm.as_str());
        names.extend(suppressor.filter(|name| !self.rule.alarms().contains(name)));
        names
    }

    /// Runs a timeline: the rule, the suppressor and the actions of the composite alarm by the clock.
    ///
    /// ```
    /// let file = cwfilter::rules::parse("rules.toml".as_ref(), r#"
    ///     [[composite]]
    ///     id = "quiet"
    ///     rule = "ALARM(errors)"
    ///     suppressor = { alarm = "deploy", wait = "2m", extension = "1m" }
    ///     [[composite.timeline]]
    ///     name = "the actions wait for the suppressor"
    ///     change = [{ at = "5m", alarm = "errors", state = "ALARM" }, { at = "6m", alarm = "deploy", state = "ALARM" }]
    ///     until = "30m"
    ///     expect = { alarm = ["ALARM at 5m"], notifications = 0 }
    /// "#.to_owned()).unwrap();
    /// let composite = &file.composites[0];
    /// let timeline = &composite.timelines[0];
    /// assert!(timeline.is_expected(&composite.run(timeline)));
    /// ```
    #[must_use]
    pub fn run(&self, timeline: &CompositeTimeline) -> CompositeTimelineResult {
        timeline.run(&self.rule, self.suppressor.as_ref(), |state| self.notifies(state))
    }

    /// Whether the start of a state is published. The suppressor may still prevent it.
    #[must_use]
    pub fn notifies(&self, state: State) -> bool {
        self.actions_enabled && self.notify.contains(&state)
    }
}

// the comments of these types are the descriptions of the JSON Schema: an editor shows them

/// A composite alarm: an alarm rule over the states of other alarms.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table with a composite alarm's keys")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "composite"))]
pub(super) struct CompositeEntry {
    /// The name of the alarm, unique among all loaded rules and composite alarms.
    id: Spanned<String>,
    /// One line for people.
    title: Option<String>,
    /// The reason for the composite alarm.
    description: Option<String>,
    /// `AlarmRule`, such as `ALARM(errors) AND NOT OK(latency)`. It names an alarm by the id of its rule or composite alarm.
    rule: Spanned<String>,
    /// The alarm that suppresses notifications (`ActionsSuppressor`).
    suppressor: Option<SuppressorEntry>,
    /// The states whose start is published; only `ALARM` without this key.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Vec<State>>", extend("default" = ["ALARM"])))]
    notify: Option<Vec<Spanned<String>>>,
    /// If `false`, nothing is published.
    #[cfg_attr(feature = "schema", schemars(extend("default" = true)))]
    actions_enabled: Option<bool>,
    /// Tests of the rule, `[[composite.test]]`.
    #[serde(default)]
    test: Vec<CompositeTestEntry>,
    /// Tests by the clock, `[[composite.timeline]]`: the suppressor and its periods count.
    #[serde(default)]
    timeline: Vec<CompositeTimelineEntry>,
}

impl CompositeEntry {
    pub(super) fn leave_out_tests(&mut self) {
        (self.test, self.timeline) = (Vec::new(), Vec::new());
    }
}

/// An alarm that suppresses notifications.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table with `alarm`, `wait` and `extension`")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "suppressor"))]
struct SuppressorEntry {
    /// The name of the alarm that suppresses notifications.
    alarm: String,
    /// How long a notification waits for the suppressor, such as `2m`; at most 7 days.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = crate::time::DURATION)))]
    wait: Spanned<String>,
    /// How long notifications stay suppressed after the suppressor ends, such as `1m`; at most 7 days.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = crate::time::DURATION)))]
    extension: Spanned<String>,
}

/// A test of a composite alarm: states of the alarms that it names, and its own state.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table with `name`, `states` and `expect`")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "compositeTest"))]
struct CompositeTestEntry {
    /// The name of the test.
    name: Spanned<String>,
    /// From the name of an alarm to its state; an alarm that is not listed is in `OK`.
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, State>"))]
    states: BTreeMap<Spanned<String>, Spanned<String>>,
    /// The state of the composite alarm.
    #[cfg_attr(feature = "schema", schemars(with = "State"))]
    expect: Spanned<String>,
}

impl Context<'_> {
    pub(super) fn composite(&self, entry: CompositeEntry) -> Result<Composite, Vec<RuleError>> {
        self.check_id(&entry.id).map_err(|error| vec![error])?;
        let rule_span = span(&entry.rule);
        let rule: AlarmRule = entry.rule.get_ref().parse().map_err(|error: AlarmRuleError| {
            let at = in_file(self.source, rule_span, error.span());
            vec![self.error(at, error.aws_message()).help_line(error.help())]
        })?;
        let mut errors = Vec::new();
        if rule.alarms().contains(&entry.id.get_ref().as_str()) {
            let message =
                format!("the rule names its own alarm `{}`, which AWS refuses", Escaped(entry.id.get_ref()));
            errors.push(self.error(rule_span, message).help_line("name other alarms"));
        }
        let suppressor = entry.suppressor.and_then(|it| self.suppressor(it).map_err(|e| errors.push(e)).ok());
        let mut state = |text: &Spanned<String>| match self.state(text) {
            Ok(state) => Some(state),
            Err(error) => {
                errors.push(error);
                None
            }
        };
        let notify = match &entry.notify {
            Some(states) => states.iter().filter_map(&mut state).collect(),
            None => vec![State::Alarm],
        };
        let mut tests = Vec::new();
        for test in entry.test {
            let expect = state(&test.expect);
            let mut states = BTreeMap::new();
            for (alarm, text) in test.states {
                let is_named = rule.alarms().contains(&alarm.get_ref().as_str());
                match state(&text) {
                    Some(state) if is_named => drop(states.insert(alarm.into_inner(), state)),
                    _ if is_named => {}
                    _ => {
                        let message = format!("the rule does not name the alarm `{}`", alarm.get_ref());
                        tests.push(Err(self.error(span(&alarm), message)));
                    }
                }
            }
            let at = span(&test.name);
            let test = |expect| CompositeTest { name: test.name.into_inner(), span: at, states, expect };
            tests.extend(expect.map(|expect| Ok(test(expect))));
        }
        let mut taken = Vec::new();
        for test in tests {
            match test {
                Ok(test) => taken.push(test),
                Err(error) => errors.push(error),
            }
        }
        let mut names = rule.alarms();
        names.extend(suppressor.as_ref().map(|it: &Suppressor| it.alarm.as_str()));
        let mut timelines = Vec::new();
        for timeline in entry.timeline {
            match self.composite_timeline(timeline, &names) {
                Ok(timeline) => timelines.push(timeline),
                Err(error) => errors.push(error),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Composite {
            id_span: span(&entry.id),
            id: entry.id.into_inner(),
            title: entry.title,
            description: entry.description,
            rule,
            rule_text: entry.rule.into_inner(),
            rule_span,
            suppressor,
            notify,
            actions_enabled: entry.actions_enabled.unwrap_or(true),
            tests: taken,
            timelines,
        })
    }

    fn suppressor(&self, entry: SuppressorEntry) -> Result<Suppressor, RuleError> {
        let period = |text: &Spanned<String>| {
            duration(text.get_ref()).filter(|seconds| *seconds <= SUPPRESSOR_PERIOD_SECONDS).ok_or_else(
                || {
                    let message = format!("`{}` is not a duration of at most 7 days", text.get_ref());
                    self.error(span(text), message).help_line("write `0s`, `90s`, `2m`, `1h`")
                },
            )
        };
        Ok(Suppressor::new(entry.alarm, period(&entry.wait)?, period(&entry.extension)?))
    }
}
