//! The JSON that is published to SNS. Metric and composite alarms have other members and another order.

use super::{Notification, Subject, TriggeringChild};
use crate::alarm::composite::CompositeAlarm;
use crate::alarm::document::Document;
use crate::alarm::expression::{MetricQuery, QuerySource};
use crate::alarm::settings::{Alarm, LowSamples};
use crate::alarm::state::State;
use crate::alarm::typed::{Member, Nullable, object};

object! {
    /// Which alarm.
    pub(super) struct Head {
        /// The name of the alarm.
        "AlarmName" name: String,
        /// Its description.
        "AlarmDescription" description: Nullable,
        /// The account of the alarm.
        "AWSAccountId" account: String,
    }
}

object! {
    /// What it changed to.
    pub(super) struct Now {
        /// The state from now on.
        "NewStateValue" new: State,
        /// Why it is in this state.
        "NewStateReason" reason: String,
        /// When the state changed.
        "StateChangeTime" time: String,
        /// The region, as people read it.
        "Region" region: String,
        /// The ARN of the alarm.
        "AlarmArn" arn: String,
    }
}

object! {
    /// What it does in each state.
    pub(super) struct ActionLists {
        /// The ARNs of the actions in the state OK.
        "OKActions" ok_actions: Vec<String>,
        /// The ARNs of the actions in the state ALARM.
        "AlarmActions" alarm_actions: Vec<String>,
        /// The ARNs of the actions in the state INSUFFICIENT_DATA.
        "InsufficientDataActions" insufficient_actions: Vec<String>,
    }
}

object! {
    /// The message about a metric alarm.
    pub struct MetricAlarmMessage<T> {
        #[cfg_attr(feature = "schema", schemars(flatten))]
        "" head: Head,
        /// When the alarm was last configured.
        "AlarmConfigurationUpdatedTimestamp" configured: String,
        #[cfg_attr(feature = "schema", schemars(flatten))]
        "" now: Now,
        /// The state before.
        "OldStateValue" old: State,
        /// Always false: mute windows are not modelled.
        "ActionExecutedAfterMuteWindow" muted: bool,
        #[cfg_attr(feature = "schema", schemars(flatten))]
        "" actions: ActionLists,
        /// What the alarm watches.
        "Trigger" trigger: T,
    }
}

object! {
    /// The message about a composite alarm.
    pub struct CompositeAlarmMessage {
        #[cfg_attr(feature = "schema", schemars(flatten))]
        "" head: Head,
        #[cfg_attr(feature = "schema", schemars(flatten))]
        "" now: Now,
        #[cfg_attr(feature = "schema", schemars(flatten))]
        "" actions: ActionLists,
        /// Always false: mute windows are not modelled.
        "ActionExecutedAfterMuteWindow" muted: bool,
        /// The state before.
        "OldStateValue" old: State,
        /// The rule of the alarm.
        "AlarmRule" rule: String,
        /// The alarms that set it off.
        "TriggeringChildren" children: Vec<TriggeringAlarm>,
    }
}

object! {
    /// An alarm that set a composite alarm off.
    pub(super) struct TriggeringAlarm {
        /// Its ARN.
        "Arn" arn: String,
        /// Its state.
        "State" state: TriggeringState,
    }
}

object! {
    /// The state of such an alarm.
    pub(super) struct TriggeringState {
        /// The state.
        "Value" value: State,
        /// Since when.
        "Timestamp" since: String,
    }
}

object! {
    /// What an alarm on a single metric watches.
    pub struct MetricTrigger {
        /// The name of the metric.
        "MetricName" metric: String,
        /// Its namespace.
        "Namespace" namespace: String,
        /// `Statistic` or `ExtendedStatistic`.
        "StatisticType" kind: String,
        /// Such as `p99`.
        #[cfg_attr(feature = "schema", schemars(skip_serializing_if = "Option::is_none"))]
        "ExtendedStatistic" extended: Option<String>,
        /// Such as `SUM`.
        #[cfg_attr(feature = "schema", schemars(skip_serializing_if = "Option::is_none"))]
        "Statistic" statistic: Option<String>,
        /// The unit that the alarm looks at.
        "Unit" unit: Nullable,
        /// The dimensions of the metric.
        "Dimensions" dimensions: Vec<Dimension>,
        /// Seconds of a period.
        "Period" period: u64,
        /// Periods that are evaluated.
        "EvaluationPeriods" periods: u64,
        /// Datapoints among them that have to be beyond the threshold.
        #[cfg_attr(feature = "schema", schemars(skip_serializing_if = "Option::is_none"))]
        "DatapointsToAlarm" datapoints: Option<u64>,
        /// How a datapoint is compared with the threshold.
        "ComparisonOperator" comparison: String,
        /// The threshold.
        "Threshold" threshold: f64,
        /// What a period without a datapoint counts as.
        "TreatMissingData" missing: String,
        /// Whether a percentile of few samples is evaluated; empty if it is not set.
        "EvaluateLowSampleCountPercentile" low_samples: String,
    }
}

object! {
    /// What an alarm on a metric query watches.
    pub(super) struct QueryTrigger {
        "Period" period: u64,
        "EvaluationPeriods" periods: u64,
        "DatapointsToAlarm" datapoints: Option<u64>,
        "ComparisonOperator" comparison: String,
        "Threshold" threshold: f64,
        "TreatMissingData" missing: String,
        "EvaluateLowSampleCountPercentile" low_samples: String,
        "Metrics" metrics: Vec<Document>,
    }
}

object! {
    /// A dimension. The value is before the name, as in messages that others published; the recorded alarms have no dimensions.
    pub(super) struct Dimension {
        /// The value.
        "value" value: String,
        /// The name.
        "name" name: String,
    }
}

impl Notification<'_> {
    /// The message. `to_string` is the text that CloudWatch publishes.
    #[must_use]
    pub fn message(&self) -> Document {
        let message = match self.subject {
            Subject::Metric(alarm) if alarm.queries.is_empty() => {
                self.of_metric(metric_trigger(alarm)).member()
            }
            Subject::Metric(alarm) => self.of_metric(query_trigger(alarm, &self.account.id)).member(),
            Subject::Composite(alarm, children) => self.of_rule(alarm, children).member(),
        };
        message.unwrap_or(Document::Null)
    }

    fn of_metric<T>(&self, trigger: T) -> MetricAlarmMessage<T> {
        MetricAlarmMessage {
            head: self.head(),
            configured: self.transition.configuration_updated.to_string(),
            now: self.now(),
            old: self.transition.old,
            muted: false,
            actions: self.action_lists(),
            trigger,
        }
    }

    fn of_rule(&self, alarm: &CompositeAlarm, children: &[TriggeringChild]) -> CompositeAlarmMessage {
        CompositeAlarmMessage {
            head: self.head(),
            now: self.now(),
            actions: self.action_lists(),
            muted: false,
            old: self.transition.old,
            rule: alarm.rule.clone(),
            children: children.iter().map(child).collect(),
        }
    }

    fn head(&self) -> Head {
        Head {
            name: self.name().to_owned(),
            description: Nullable(self.description().map(str::to_owned)),
            account: self.account.id.clone(),
        }
    }

    fn now(&self) -> Now {
        Now {
            new: self.transition.new,
            reason: self.transition.reason.clone(),
            time: self.transition.time.to_string(),
            region: self.account.region_name().to_owned(),
            arn: self.arn(),
        }
    }

    fn action_lists(&self) -> ActionLists {
        let list = |state| self.actions.of(state).to_vec();
        ActionLists {
            ok_actions: list(State::Ok),
            alarm_actions: list(State::Alarm),
            insufficient_actions: list(State::InsufficientData),
        }
    }
}

fn child(it: &TriggeringChild) -> TriggeringAlarm {
    TriggeringAlarm {
        arn: it.arn.clone(),
        state: TriggeringState { value: it.state, since: it.since.to_string() },
    }
}

fn dimensions(list: &[(String, String)]) -> Vec<Dimension> {
    let dimension = |(name, value): &(String, String)| Dimension { value: value.clone(), name: name.clone() };
    list.iter().map(dimension).collect()
}

fn metric_trigger(alarm: &Alarm) -> MetricTrigger {
    let (statistic, is_extended) = (alarm.statistic.to_string(), alarm.statistic.is_extended());
    MetricTrigger {
        metric: alarm.metric.name.clone(),
        namespace: alarm.metric.namespace.clone(),
        kind: if is_extended { "ExtendedStatistic" } else { "Statistic" }.to_owned(),
        extended: is_extended.then(|| statistic.clone()),
        statistic: (!is_extended).then(|| capitals(&statistic)),
        unit: Nullable(alarm.unit.clone()),
        dimensions: dimensions(&alarm.metric.dimensions),
        period: alarm.period,
        periods: alarm.evaluation_periods as u64,
        datapoints: alarm.datapoints_to_alarm.map(|m| m as u64),
        comparison: alarm.comparison.name().to_owned(),
        threshold: alarm.threshold,
        missing: alarm.missing.unwrap_or_default().name().to_owned(),
        low_samples: alarm.low_samples.map_or("", LowSamples::name).to_owned(),
    }
}

fn query_trigger(alarm: &Alarm, account: &str) -> QueryTrigger {
    let MetricTrigger { period, periods, datapoints, comparison, threshold, missing, low_samples, .. } =
        metric_trigger(alarm);
    let metrics = alarm.queries.iter().map(|it| query(it, account)).collect();
    QueryTrigger { period, periods, datapoints, comparison, threshold, missing, low_samples, metrics }
}

type Members = Vec<(&'static str, Document)>;

fn seconds(period: u64) -> Document {
    Document::Integer(i64::try_from(period).unwrap_or(i64::MAX))
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
                ("Dimensions", dimensions(&metric.dimensions).member().unwrap_or(Document::Null)),
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
