//! The EventBridge event of a change of state (`tests/signals/notifications.jsonl`). It comes with actions disabled, too.

use super::{Notification, StateRecord, Subject};
use crate::alarm::composite::CompositeAlarm;
use crate::alarm::document::Document;
use crate::alarm::settings::Alarm;
use crate::alarm::timestamp::Timestamp;

type Members = Vec<(&'static str, Document)>;

/// The ids in an event, which AWS makes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventIds<'a> {
    /// `id` of the event.
    pub event: &'a str,
    /// `id` of the metric query that stands for the metric. It stays until the alarm's configuration changes.
    pub query: &'a str,
}

impl<'a> EventIds<'a> {
    /// These ids.
    #[must_use]
    pub fn new(event: &'a str, query: &'a str) -> Self {
        EventIds { event, query }
    }
}

impl Notification<'_> {
    /// The event `CloudWatch Alarm State Change`.
    #[must_use]
    pub fn event(&self, previous: &StateRecord, state: &StateRecord, ids: EventIds<'_>) -> Document {
        let configuration = match self.subject {
            Subject::Metric(alarm) => metric(alarm, ids.query),
            Subject::Composite(alarm, _) => composite(alarm),
        };
        let detail = Document::Object(vec![
            ("alarmName", self.name().into()),
            ("state", record(state)),
            ("previousState", record(previous)),
            ("configuration", Document::Object(configuration)),
        ]);
        Document::Object(vec![
            ("version", "0".into()),
            ("id", ids.event.into()),
            ("detail-type", "CloudWatch Alarm State Change".into()),
            ("source", "aws.cloudwatch".into()),
            ("account", self.account.id.as_str().into()),
            ("time", in_seconds(state.time).into()),
            ("region", self.account.region.as_str().into()),
            ("resources", Document::List(vec![self.arn().into()])),
            ("detail", detail),
        ])
    }
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

fn metric(alarm: &Alarm, id: &str) -> Members {
    // names of dimensions are the caller's, so that the object is written out
    let dimensions: Vec<String> = alarm
        .metric
        .dimensions
        .iter()
        .map(|(name, value)| format!("{}:{}", Document::from(name.as_str()), Document::from(value.as_str())))
        .collect();
    let metric = Document::Object(vec![
        ("namespace", alarm.metric.namespace.as_str().into()),
        ("name", alarm.metric.name.as_str().into()),
        ("dimensions", Document::Raw(format!("{{{}}}", dimensions.join(",")))),
    ]);
    let stat = Document::Object(vec![
        ("metric", metric),
        ("period", Document::Integer(i64::try_from(alarm.period).unwrap_or(i64::MAX))),
        ("stat", alarm.statistic.to_string().into()),
    ]);
    let query =
        Document::Object(vec![("id", id.into()), ("metricStat", stat), ("returnData", Document::Bool(true))]);
    let mut members = vec![("metrics", Document::List(vec![query]))];
    members.extend(alarm.description.iter().map(|text| ("description", text.as_str().into())));
    members
}

fn composite(alarm: &CompositeAlarm) -> Members {
    let mut members: Members = vec![("alarmRule", alarm.rule.as_str().into())];
    if let Some(suppressor) = &alarm.suppressor {
        members.push(("actionsSuppressor", suppressor.alarm.as_str().into()));
        members.push(("actionsSuppressorWaitPeriod", Document::Integer(suppressor.wait)));
        members.push(("actionsSuppressorExtensionPeriod", Document::Integer(suppressor.extension)));
    }
    members.extend(alarm.description.iter().map(|text| ("description", text.as_str().into())));
    members
}

/// `2026-09-14T05:45:02Z`
fn in_seconds(time: Timestamp) -> String {
    let text = time.to_string();
    format!("{}Z", text.split('.').next().unwrap_or_default())
}
