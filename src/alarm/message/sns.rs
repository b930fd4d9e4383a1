//! The JSON that is published to SNS. Metric and composite alarms have other members and another order.

use super::{Notification, Subject, TriggeringChild};
use crate::alarm::composite::CompositeAlarm;
use crate::alarm::document::Document;
use crate::alarm::expression::{MetricQuery, QuerySource};
use crate::alarm::settings::{Alarm, LowSamples};
use crate::alarm::state::State;

type Members = Vec<(&'static str, Document)>;

impl Notification<'_> {
    /// The message. `to_string` is the text that CloudWatch publishes.
    #[must_use]
    pub fn message(&self) -> Document {
        Document::Object(match self.subject {
            Subject::Metric(alarm) => self.of_metric(alarm),
            Subject::Composite(alarm, children) => self.of_rule(alarm, children),
        })
    }

    fn of_metric(&self, alarm: &Alarm) -> Members {
        let transition = self.transition;
        let mut members = self.head();
        members.push((
            "AlarmConfigurationUpdatedTimestamp",
            transition.configuration_updated.to_string().into(),
        ));
        members.extend(self.new_state());
        members.push(("OldStateValue", transition.old.name().into()));
        members.push(("ActionExecutedAfterMuteWindow", Document::Bool(false)));
        members.extend(self.actions());
        members.push(("Trigger", trigger(alarm, &self.account.id)));
        members
    }

    fn of_rule(&self, alarm: &CompositeAlarm, children: &[TriggeringChild]) -> Members {
        let mut members = self.head();
        members.extend(self.new_state());
        members.extend(self.actions());
        members.push(("ActionExecutedAfterMuteWindow", Document::Bool(false)));
        members.push(("OldStateValue", self.transition.old.name().into()));
        members.push(("AlarmRule", alarm.rule.as_str().into()));
        members.push(("TriggeringChildren", Document::List(children.iter().map(child).collect())));
        members
    }

    fn head(&self) -> Members {
        vec![
            ("AlarmName", self.name().into()),
            ("AlarmDescription", self.description().map_or(Document::Null, Document::from)),
            ("AWSAccountId", self.account.id.as_str().into()),
        ]
    }

    fn new_state(&self) -> Members {
        vec![
            ("NewStateValue", self.transition.new.name().into()),
            ("NewStateReason", self.transition.reason.as_str().into()),
            ("StateChangeTime", self.transition.time.to_string().into()),
            ("Region", self.account.region_name().into()),
            ("AlarmArn", self.arn().into()),
        ]
    }

    fn actions(&self) -> Members {
        let list =
            |state| Document::List(self.actions.of(state).iter().map(|arn| arn.as_str().into()).collect());
        vec![
            ("OKActions", list(State::Ok)),
            ("AlarmActions", list(State::Alarm)),
            ("InsufficientDataActions", list(State::InsufficientData)),
        ]
    }
}

fn child(it: &TriggeringChild) -> Document {
    let state = vec![("Value", it.state.name().into()), ("Timestamp", it.since.to_string().into())];
    Document::Object(vec![("Arn", it.arn.as_str().into()), ("State", Document::Object(state))])
}

// value before name, as in messages that others published; the recorded alarms have no dimensions
fn dimensions(list: &[(String, String)]) -> Document {
    let dimension = |(name, value): &(String, String)| {
        Document::Object(vec![("value", value.as_str().into()), ("name", name.as_str().into())])
    };
    Document::List(list.iter().map(dimension).collect())
}

fn seconds(period: u64) -> Document {
    Document::Integer(i64::try_from(period).unwrap_or(i64::MAX))
}

/// An alarm on a single metric shows the metric first, and one on a metric query its entries last.
fn trigger(alarm: &Alarm, account: &str) -> Document {
    let count = |number: usize| Document::Integer(i64::try_from(number).unwrap_or(i64::MAX));
    let mut members: Members = Vec::new();
    if alarm.queries.is_empty() {
        members.extend(metric(alarm));
    }
    members.push(("Period", seconds(alarm.period)));
    members.push(("EvaluationPeriods", count(alarm.evaluation_periods)));
    members.extend(alarm.datapoints_to_alarm.map(|m| ("DatapointsToAlarm", count(m))));
    members.push(("ComparisonOperator", alarm.comparison.name().into()));
    members.push(("Threshold", Document::Number(alarm.threshold)));
    members.push(("TreatMissingData", alarm.missing.unwrap_or_default().name().into()));
    members.push(("EvaluateLowSampleCountPercentile", alarm.low_samples.map_or("", LowSamples::name).into()));
    if !alarm.queries.is_empty() {
        let list = alarm.queries.iter().map(|it| query(it, account)).collect();
        members.push(("Metrics", Document::List(list)));
    }
    Document::Object(members)
}

fn metric(alarm: &Alarm) -> Members {
    let statistic = alarm.statistic.to_string();
    let mut members: Members = vec![
        ("MetricName", alarm.metric.name.as_str().into()),
        ("Namespace", alarm.metric.namespace.as_str().into()),
    ];
    if alarm.statistic.is_extended() {
        members.push(("StatisticType", "ExtendedStatistic".into()));
        members.push(("ExtendedStatistic", statistic.into()));
    } else {
        members.push(("StatisticType", "Statistic".into()));
        members.push(("Statistic", capitals(&statistic).into()));
    }
    members.push(("Unit", alarm.unit.as_deref().map_or(Document::Null, Document::from)));
    members.push(("Dimensions", dimensions(&alarm.metric.dimensions)));
    members
}

/// An entry of `Metrics`. The account is shown for metrics only (recorded).
fn query(query: &MetricQuery, account: &str) -> Document {
    let (id, returns) =
        (("Id", query.id.as_str().into()), ("ReturnData", Document::Bool(query.returns_data)));
    let label = query.label.iter().map(|label| ("Label", label.as_str().into()));
    let mut members: Members = Vec::new();
    match &query.source {
        QuerySource::Expression { expression, period } => {
            members.push(("Expression", expression.as_str().into()));
            members.push(id);
            members.extend(label);
            members.push(returns);
            members.extend(period.map(|period| ("Period", seconds(period))));
        }
        QuerySource::Metric { metric, statistic, period, unit } => {
            let metric = Document::Object(vec![
                ("Dimensions", dimensions(&metric.dimensions)),
                ("MetricName", metric.name.as_str().into()),
                ("Namespace", metric.namespace.as_str().into()),
            ]);
            let mut stat: Members = vec![
                ("Metric", metric),
                ("Period", seconds(*period)),
                ("Stat", statistic.to_string().into()),
            ];
            stat.extend(unit.iter().map(|unit| ("Unit", unit.as_str().into())));
            members.push(id);
            members.extend(label);
            members.push(("MetricStat", Document::Object(stat)));
            members.push(returns);
            members.push(("AccountId", account.into()));
        }
    }
    Document::Object(members)
}

/// `AVERAGE`, `SAMPLE_COUNT`
pub(super) fn capitals(statistic: &str) -> String {
    if statistic == "SampleCount" { "SAMPLE_COUNT".to_owned() } else { statistic.to_ascii_uppercase() }
}
