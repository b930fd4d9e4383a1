//! Changes of an alarm's configuration: the EventBridge event `CloudWatch Alarm Configuration Change` and the history item
//! `ConfigurationUpdate` (`tests/signals/notifications.jsonl`, `tests/signals/alarm_history.jsonl`).
//!
//! Both show the same configuration, with other names and another order of members. An identical call changes nothing: there is no
//! event and no item (recorded).

use super::eventbridge::{envelope, metrics, rule};
use super::published::HistoryItem;
use super::sns::capitals;
use super::{EventIds, StateRecord, Subject, TriggeringChild};
use crate::alarm::account::Account;
use crate::alarm::actions::Actions;
use crate::alarm::composite::CompositeAlarm;
use crate::alarm::document::Document;
use crate::alarm::expression::{MetricQuery, QuerySource};
use crate::alarm::settings::{Alarm, LowSamples, Missing};
use crate::alarm::timestamp::Timestamp;

type Members = Vec<(&'static str, Document)>;

/// What happened to an alarm.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum ConfigurationChange<'a> {
    /// It was created.
    Created,
    /// It was updated. This is the configuration before.
    Updated(&'a Configuration<'a>),
    /// It was deleted.
    Deleted,
}

/// An alarm as it was configured at a moment.
///
/// ```
/// use cwfilter::alarm::{
///     Account, Actions, Alarm, Configuration, ConfigurationChange, State, StateRecord, Statistic, Timestamp,
/// };
/// let (alarm, actions) = (Alarm::new("errors", Statistic::Sum, 300, 1.0), Actions::default());
/// let now: Timestamp = "2026-09-14T07:59:16.935Z".parse()?;
/// let state = StateRecord::new(State::InsufficientData, "Unchecked: Initial alarm creation", now);
/// let configuration = Configuration::new(&alarm, &actions, now);
/// let item = configuration.history_item(ConfigurationChange::Created, &state, &Account::default());
/// assert_eq!(item.summary, "Alarm \"errors\" created");
/// # Ok::<(), cwfilter::alarm::TimestampError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Configuration<'a> {
    subject: Subject<'a>,
    actions: &'a Actions,
    updated: Timestamp,
}

impl<'a> Configuration<'a> {
    /// Of a metric alarm, configured at this moment.
    #[must_use]
    pub fn new(alarm: &'a Alarm, actions: &'a Actions, updated: Timestamp) -> Self {
        Configuration { subject: Subject::Metric(alarm), actions, updated }
    }

    /// Of a composite alarm over these alarms, configured at this moment.
    #[must_use]
    pub fn of_composite(
        alarm: &'a CompositeAlarm,
        children: &'a [TriggeringChild],
        actions: &'a Actions,
        updated: Timestamp,
    ) -> Self {
        Configuration { subject: Subject::Composite(alarm, children), actions, updated }
    }

    fn actions_enabled(&self) -> bool {
        match self.subject {
            Subject::Metric(alarm) => alarm.actions_enabled,
            Subject::Composite(alarm, _) => alarm.actions_enabled,
        }
    }

    /// The event `CloudWatch Alarm Configuration Change`. `state` is the alarm's state at this time.
    #[must_use]
    pub fn event(
        &self,
        change: ConfigurationChange<'_>,
        state: &StateRecord,
        account: &Account,
        ids: EventIds<'_>,
    ) -> Document {
        let name = self.subject.name();
        let (operation, time) = match change {
            ConfigurationChange::Created => ("create", self.updated),
            ConfigurationChange::Updated(_) => ("update", self.updated),
            ConfigurationChange::Deleted => ("delete", ids.deleted.unwrap_or(self.updated)),
        };
        let mut of_state: Members = vec![("value", state.state.name().into())];
        if matches!(change, ConfigurationChange::Deleted) {
            of_state.push(("reason", state.reason.as_str().into()));
        }
        of_state.push(("timestamp", state.time.to_string().into()));
        let mut detail: Members = vec![
            ("alarmName", name.into()),
            ("operation", operation.into()),
            ("state", Document::Object(of_state)),
            ("configuration", Document::Object(self.in_event(ids.query))),
        ];
        if let ConfigurationChange::Updated(before) = change {
            let query = ids.previous_query.unwrap_or(ids.query);
            detail.push(("previousConfiguration", Document::Object(before.in_event(query))));
        }
        envelope("CloudWatch Alarm Configuration Change", name, time, account, ids, Document::Object(detail))
    }

    fn in_event(&self, query: &str) -> Members {
        let mut members: Members = match self.subject {
            Subject::Metric(alarm) => {
                let mut members = settings(alarm, Order::Event);
                members.push(("metrics", metrics(alarm, query)));
                members
            }
            Subject::Composite(alarm, _) => rule(alarm),
        };
        members.push(("alarmName", self.subject.name().into()));
        members.extend(self.subject.description().map(|text| ("description", text.into())));
        members.push(("actionsEnabled", Document::Bool(self.actions_enabled())));
        members.push(("timestamp", self.updated.to_string().into()));
        members.push(("okActions", texts(&self.actions.ok)));
        members.push(("alarmActions", texts(&self.actions.alarm)));
        members.push(("insufficientDataActions", texts(&self.actions.insufficient_data)));
        members
    }

    /// The `ConfigurationUpdate` item. `state` is the alarm's state at this time.
    #[must_use]
    pub fn history_item(
        &self,
        change: ConfigurationChange<'_>,
        state: &StateRecord,
        account: &Account,
    ) -> HistoryItem {
        let (done, kind, member) = match change {
            ConfigurationChange::Created => ("created", "Create", "createdAlarm"),
            ConfigurationChange::Updated(_) => ("updated", "Update", "updatedAlarm"),
            ConfigurationChange::Deleted => ("deleted", "Delete", "deletedAlarm"),
        };
        let alarm = self.in_history(Some(state), account);
        let mut data: Members =
            vec![("version", "1.0".into()), ("type", kind.into()), (member, Document::Object(alarm))];
        if let ConfigurationChange::Updated(before) = change {
            data.push(("originalUpdatedFields", Document::Object(self.changed(before, account))));
        }
        HistoryItem {
            summary: format!("Alarm \"{}\" {done}", self.subject.name()),
            data: Document::Object(data),
        }
    }

    /// The members of the configuration before that are now other ones. A member that was not set before is not among them.
    fn changed(&self, before: &Configuration<'_>, account: &Account) -> Members {
        let now = self.in_history(None, account);
        let is_same = |name: &str, value: &Document| {
            now.iter().any(|(other, now)| *other == name && now.to_string() == value.to_string())
        };
        let before = before.in_history(None, account);
        before.into_iter().filter(|(name, value)| !is_same(name, value)).collect()
    }

    /// Without a state, children are shown by their ARNs alone.
    fn in_history(&self, state: Option<&StateRecord>, account: &Account) -> Members {
        let name = self.subject.name();
        let mut members: Members = vec![("alarmName", name.into())];
        members.extend(self.subject.description().map(|text| ("alarmDescription", text.into())));
        members.push(("alarmArn", account.alarm_arn(name).into()));
        members.push(("alarmConfigurationUpdatedTimestamp", self.updated.to_string().into()));
        match self.subject {
            Subject::Metric(alarm) => {
                members.extend(watched(alarm));
                members.extend(settings(alarm, Order::History));
            }
            Subject::Composite(alarm, _) => members.extend(rule(alarm)),
        }
        if let Some(state) = state {
            members.push(("stateValue", state.state.name().into()));
            members.push(("stateUpdatedTimestamp", state.time.to_string().into()));
        }
        members.push(("actionsEnabled", Document::Bool(self.actions_enabled())));
        members.push(("alarmActions", texts(&self.actions.alarm)));
        members.push(("insufficientDataActions", texts(&self.actions.insufficient_data)));
        if let Subject::Composite(_, children) = self.subject {
            let list = children.iter().map(|it| child(it, state.is_some())).collect();
            members.push(("childStates", Document::List(list)));
        }
        members.push(("okactions", texts(&self.actions.ok)));
        members
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Event,
    History,
}

/// The members that say when a metric alarm goes off.
fn settings(alarm: &Alarm, order: Order) -> Members {
    let count = |number: usize| Document::Integer(i64::try_from(number).unwrap_or(i64::MAX));
    let mut periods: Members = vec![("evaluationPeriods", count(alarm.evaluation_periods))];
    periods.extend(alarm.datapoints_to_alarm.map(|m| ("datapointsToAlarm", count(m))));
    let threshold: Members = vec![
        ("threshold", Document::Number(alarm.threshold)),
        ("comparisonOperator", alarm.comparison.name().into()),
    ];
    let mut members = match order {
        Order::Event => [periods, threshold].concat(),
        Order::History => [threshold, periods].concat(),
    };
    members.extend(alarm.missing.map(Missing::name).map(|name| ("treatMissingData", name.into())));
    let low_samples = alarm.low_samples.map(LowSamples::name);
    members.extend(low_samples.map(|name| ("evaluateLowSampleCountPercentile", name.into())));
    members
}

/// The metric or the metric query of an alarm. The recorded alarms have neither dimensions nor a unit.
fn watched(alarm: &Alarm) -> Members {
    let period = |seconds: u64| Document::Integer(i64::try_from(seconds).unwrap_or(i64::MAX));
    let dimensions = |list: &[(String, String)]| {
        let dimension = |(name, value): &(String, String)| {
            Document::Object(vec![("name", name.as_str().into()), ("value", value.as_str().into())])
        };
        Document::List(list.iter().map(dimension).collect())
    };
    if alarm.queries.is_empty() {
        let statistic = alarm.statistic.to_string();
        let shown = if alarm.statistic.is_extended() { statistic } else { capitals(&statistic) };
        let mut members: Members = vec![
            ("namespace", alarm.metric.namespace.as_str().into()),
            ("metricName", alarm.metric.name.as_str().into()),
            ("extendedStatistic", shown.into()),
            ("period", period(alarm.period)),
        ];
        members.extend(alarm.unit.iter().map(|unit| ("unit", unit.as_str().into())));
        members.push(("dimensions", dimensions(&alarm.metric.dimensions)));
        return members;
    }
    let query = |query: &MetricQuery| {
        let returns = ("returnData", Document::Bool(query.returns_data));
        let label = query.label.iter().map(|label| ("label", label.as_str().into()));
        let mut members: Members = Vec::new();
        match &query.source {
            QuerySource::Expression { expression, period: seconds } => {
                members.push(("expression", expression.as_str().into()));
                members.push(("id", query.id.as_str().into()));
                members.extend(label);
                members.push(returns);
                members.extend(seconds.map(|seconds| ("period", period(seconds))));
            }
            QuerySource::Metric { metric, statistic, period: seconds, unit } => {
                let metric = Document::Object(vec![
                    ("dimensions", dimensions(&metric.dimensions)),
                    ("metricName", metric.name.as_str().into()),
                    ("namespace", metric.namespace.as_str().into()),
                ]);
                let mut stat: Members = vec![
                    ("metric", metric),
                    ("period", period(*seconds)),
                    ("stat", statistic.to_string().into()),
                ];
                stat.extend(unit.iter().map(|unit| ("unit", unit.as_str().into())));
                members.push(("id", query.id.as_str().into()));
                members.extend(label);
                members.push(("metricStat", Document::Object(stat)));
                members.push(returns);
            }
        }
        Document::Object(members)
    };
    vec![
        ("dimensions", Document::List(Vec::new())),
        ("metrics", Document::List(alarm.queries.iter().map(query).collect())),
    ]
}

fn child(it: &TriggeringChild, with_state: bool) -> Document {
    let mut members: Members = vec![("arn", it.arn.as_str().into())];
    if with_state {
        let since = it.since.to_string();
        let state = vec![
            ("value", it.state.name().into()),
            ("transitionTimestamp", since.as_str().into()),
            ("timestamp", since.as_str().into()),
        ];
        members.push(("state", Document::Object(state)));
    }
    Document::Object(members)
}

fn texts(list: &[String]) -> Document {
    Document::List(list.iter().map(|text| text.as_str().into()).collect())
}
