//! The JSON that is published to SNS. Metric and composite alarms have other members and another order.

use super::{Notification, Subject, TriggeringChild};
use crate::alarm::composite::CompositeAlarm;
use crate::alarm::document::Document;
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
        members.push(("Trigger", trigger(alarm)));
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

fn trigger(alarm: &Alarm) -> Document {
    let count = |number: usize| Document::Integer(i64::try_from(number).unwrap_or(i64::MAX));
    // value before name, as in messages that others published; the recorded alarms have no dimensions
    let dimension = |(name, value): &(String, String)| {
        Document::Object(vec![("value", value.as_str().into()), ("name", name.as_str().into())])
    };
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
    members.push(("Dimensions", Document::List(alarm.metric.dimensions.iter().map(dimension).collect())));
    members.push(("Period", Document::Integer(i64::try_from(alarm.period).unwrap_or(i64::MAX))));
    members.push(("EvaluationPeriods", count(alarm.evaluation_periods)));
    members.extend(alarm.datapoints_to_alarm.map(|m| ("DatapointsToAlarm", count(m))));
    members.push(("ComparisonOperator", alarm.comparison.name().into()));
    members.push(("Threshold", Document::Number(alarm.threshold)));
    members.push(("TreatMissingData", alarm.missing.unwrap_or_default().name().into()));
    members.push(("EvaluateLowSampleCountPercentile", alarm.low_samples.map_or("", LowSamples::name).into()));
    Document::Object(members)
}

/// `AVERAGE`, `SAMPLE_COUNT`
fn capitals(statistic: &str) -> String {
    if statistic == "SampleCount" { "SAMPLE_COUNT".to_owned() } else { statistic.to_ascii_uppercase() }
}
