//! The EventBridge event of a change of state (`tests/signals/notifications.jsonl`). CloudWatch sends it while actions are disabled,
//! too.

use super::{Notification, StateRecord, Subject};
use crate::alarm::account::Account;
use crate::alarm::composite::CompositeAlarm;
use crate::alarm::document::Document;
use crate::alarm::expression::{MetricQuery, QuerySource};
use crate::alarm::metric::Metric;
use crate::alarm::settings::Alarm;
use crate::alarm::timestamp::Timestamp;

type Members = Vec<(&'static str, Document)>;

/// Values that AWS generates for an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventIds<'a> {
    /// `id` of the event.
    pub event: &'a str,
    /// `id` of the metric query of an alarm on a single metric. It stays until the alarm's configuration changes (recorded).
    pub query: &'a str,
    /// The same id before an update. `None` if it did not change: AWS keeps it if only the actions are enabled or disabled (recorded).
    pub previous_query: Option<&'a str>,
    /// When the alarm was deleted. `None`: when it was configured.
    pub deleted: Option<Timestamp>,
}

impl<'a> EventIds<'a> {
    /// These ids.
    #[must_use]
    pub fn new(event: &'a str, query: &'a str) -> Self {
        EventIds { event, query, previous_query: None, deleted: None }
    }

    /// With the id of the metric query before an update.
    #[must_use]
    pub fn previous_query(mut self, query: &'a str) -> Self {
        self.previous_query = Some(query);
        self
    }

    /// Of an alarm that was deleted at this moment.
    #[must_use]
    pub fn deleted(mut self, time: Timestamp) -> Self {
        self.deleted = Some(time);
        self
    }
}

impl Notification<'_> {
    /// The event `CloudWatch Alarm State Change`.
    #[must_use]
    pub fn event(&self, previous: &StateRecord, state: &StateRecord, ids: EventIds<'_>) -> Document {
        let mut configuration = match self.subject {
            Subject::Metric(alarm) => vec![("metrics", metrics(alarm, ids.query))],
            Subject::Composite(alarm, _) => rule(alarm),
        };
        configuration.extend(self.subject.description().map(|text| ("description", text.into())));
        let detail = Document::Object(vec![
            ("alarmName", self.name().into()),
            ("state", record(state)),
            ("previousState", record(previous)),
            ("configuration", Document::Object(configuration)),
        ]);
        envelope("CloudWatch Alarm State Change", self.name(), state.time, self.account, ids, detail)
    }
}

/// The members that every event has.
pub(super) fn envelope(
    kind: &str,
    alarm: &str,
    time: Timestamp,
    account: &Account,
    ids: EventIds<'_>,
    detail: Document,
) -> Document {
    Document::Object(vec![
        ("version", "0".into()),
        ("id", ids.event.into()),
        ("detail-type", kind.into()),
        ("source", "aws.cloudwatch".into()),
        ("account", account.id.as_str().into()),
        ("time", in_seconds(time).into()),
        ("region", account.region.as_str().into()),
        ("resources", Document::List(vec![account.alarm_arn(alarm).into()])),
        ("detail", detail),
    ])
}

fn record(it: &StateRecord) -> Document {
    let mut members: Members = Vec::new();
    if let Some((by, reason)) = &it.suppressed {
        members.push(("actionsSuppressedBy", by.name().into()));
        members.push(("actionsSuppressedReason", reason.as_str().into()));
    }
    members.push(("value", it.state.name().into()));
    members.push(("reason", it.reason.as_str().into()));
    members.extend(it.reason_data.iter().map(|data| ("reasonData", data.as_str().into())));
    members.push(("timestamp", it.time.to_string().into()));
    Document::Object(members)
}

/// The rule of a composite alarm, and its suppressor.
pub(super) fn rule(alarm: &CompositeAlarm) -> Members {
    let mut members: Members = vec![("alarmRule", alarm.rule.as_str().into())];
    if let Some(suppressor) = &alarm.suppressor {
        members.push(("actionsSuppressor", suppressor.alarm.as_str().into()));
        members.push(("actionsSuppressorWaitPeriod", Document::Integer(suppressor.wait)));
        members.push(("actionsSuppressorExtensionPeriod", Document::Integer(suppressor.extension)));
    }
    members
}

/// `metrics` of a metric alarm. The entries of a metric query are as in AWS's documented events; `id` is for a single metric.
pub(super) fn metrics(alarm: &Alarm, id: &str) -> Document {
    if alarm.queries.is_empty() {
        let stat = metric_stat(&alarm.metric, alarm.period, &alarm.statistic.to_string(), None);
        return Document::List(vec![Document::Object(vec![
            ("id", id.into()),
            ("metricStat", stat),
            ("returnData", Document::Bool(true)),
        ])]);
    }
    let entry = |query: &MetricQuery| {
        let mut members: Members = vec![("id", query.id.as_str().into())];
        match &query.source {
            QuerySource::Expression { expression, .. } => {
                members.push(("expression", expression.as_str().into()));
            }
            QuerySource::Metric { metric, statistic, period, unit } => {
                let stat = metric_stat(metric, *period, &statistic.to_string(), unit.as_deref());
                members.push(("metricStat", stat));
            }
        }
        members.extend(query.label.iter().map(|label| ("label", label.as_str().into())));
        members.push(("returnData", Document::Bool(query.returns_data)));
        Document::Object(members)
    };
    Document::List(alarm.queries.iter().map(entry).collect())
}

fn metric_stat(metric: &Metric, period: u64, statistic: &str, unit: Option<&str>) -> Document {
    // the names of dimensions are the caller's, so this object is written as text
    let dimensions: Vec<String> = metric
        .dimensions
        .iter()
        .map(|(name, value)| format!("{}:{}", Document::from(name.as_str()), Document::from(value.as_str())))
        .collect();
    let metric = Document::Object(vec![
        ("namespace", metric.namespace.as_str().into()),
        ("name", metric.name.as_str().into()),
        ("dimensions", Document::Raw(format!("{{{}}}", dimensions.join(",")))),
    ]);
    let mut members: Members = vec![
        ("metric", metric),
        ("period", Document::Integer(i64::try_from(period).unwrap_or(i64::MAX))),
        ("stat", statistic.into()),
    ];
    members.extend(unit.map(|unit| ("unit", unit.into())));
    Document::Object(members)
}

/// `2026-09-14T05:45:02Z`
fn in_seconds(time: Timestamp) -> String {
    let text = time.to_string();
    format!("{}Z", text.split('.').next().unwrap_or_default())
}
