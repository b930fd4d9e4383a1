//! What an alarm would do: the operations evaluate, statistics, composite, admit and notify.

use super::ServiceError;
use super::metric_filter::MetricFilterRequest;
use crate::alarm::{
    Account, Alarm, AlarmKind, AlarmRule, CompositeAlarm, Document, Metric, Notification, Refusal, Sample,
    Samples, Series, State, Statistic, Timestamp, Transition, TriggeringChild, admit_metric_alarm,
    composite_reason_data,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A request, without its id: `op` and the members of the operation.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct AlarmRequest(Operation);

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "lowercase")]
enum Operation {
    Evaluate(Evaluate),
    Statistics(Statistics),
    Composite(Composite),
    Admit(Admit),
    Notify(Notify),
}

/// The answer to a request; serialized it is an object with the members of the operation's answer.
#[derive(Serialize)]
#[serde(transparent)]
pub struct AlarmAnswer(Answer);

#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Evaluated {
        state: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        #[serde(rename = "reasonData", skip_serializing_if = "Option::is_none")]
        reason_data: Option<ReasonData>,
    },
    Computed {
        statistics: BTreeMap<String, Document>,
    },
    State {
        state: &'static str,
        #[serde(rename = "reasonData", skip_serializing_if = "Option::is_none")]
        reason_data: Option<Document>,
    },
    Told {
        message: String,
        subject: String,
        sms: String,
        email: String,
    },
    Taken {},
}

#[derive(Serialize)]
#[serde(untagged)]
enum ReasonData {
    New(Document),
    Kept(Value),
}

impl AlarmRequest {
    /// The answer.
    ///
    /// # Errors
    /// What AWS would answer with an error, in its code and words where they are known; a member that is wrong;
    /// a part of CloudWatch alarms that is not modelled, by name.
    pub fn answer(self) -> Result<AlarmAnswer, ServiceError> {
        let answer = match self.0 {
            Operation::Evaluate(it) => it.answer(),
            Operation::Statistics(it) => it.answer(),
            Operation::Composite(it) => it.answer(),
            Operation::Admit(it) => it.answer(),
            Operation::Notify(it) => it.answer(),
        };
        answer.map(AlarmAnswer)
    }
}

impl From<Refusal> for ServiceError {
    fn from(refusal: Refusal) -> Self {
        ServiceError::new(refusal.code, refusal.message)
    }
}

fn wrong(error: impl std::fmt::Display) -> ServiceError {
    ServiceError::new("ValidationError", error.to_string())
}

/// One entry of `PutMetricData`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Put {
    timestamp: Option<String>,
    value: Option<f64>,
    values: Option<Vec<f64>>,
    counts: Option<Vec<f64>>,
    statistic_values: Option<StatisticValues>,
    unit: Option<String>,
    metric: Option<PutMetric>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StatisticValues {
    sample_count: f64,
    sum: f64,
    minimum: f64,
    maximum: f64,
}

/// The metric that a put is for, where the alarm watches several.
#[derive(Deserialize)]
#[serde(untagged)]
enum PutMetric {
    Name(String),
    #[serde(rename_all = "PascalCase")]
    Metric {
        namespace: Option<String>,
        metric_name: String,
        #[serde(default)]
        dimensions: Vec<DimensionEntry>,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DimensionEntry {
    name: String,
    value: String,
}

impl Put {
    fn samples(&self) -> Result<Vec<Sample>, ServiceError> {
        let mut samples: Vec<Sample> = self.value.map(Sample::from).into_iter().collect();
        let values = self.values.as_deref().unwrap_or_default();
        let counts = self.counts.as_deref();
        if counts.is_some_and(|counts| counts.len() != values.len()) {
            return Err(wrong("The parameters Values and Counts must have the same number of entries"));
        }
        for (at, value) in values.iter().enumerate() {
            let count = counts.and_then(|counts| counts.get(at).copied()).unwrap_or(1.0);
            samples.push(Sample::Value { value: *value, count });
        }
        samples.extend(self.statistic_values.as_ref().map(|set| Sample::StatisticSet {
            count: set.sample_count,
            sum: set.sum,
            minimum: set.minimum,
            maximum: set.maximum,
        }));
        Ok(samples)
    }

    /// Whether the put is for this metric; one without a metric is for every metric of the alarm.
    fn is_for(&self, metric: &Metric) -> bool {
        match &self.metric {
            None => true,
            Some(PutMetric::Name(name)) => *name == metric.name,
            Some(PutMetric::Metric { namespace, metric_name, dimensions }) => {
                let mut own: Vec<_> =
                    dimensions.iter().map(|it| (it.name.clone(), it.value.clone())).collect();
                let mut wanted = metric.dimensions.clone();
                own.sort();
                wanted.sort();
                namespace.as_ref().is_none_or(|namespace| *namespace == metric.namespace)
                    && *metric_name == metric.name
                    && own == wanted
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Evaluate {
    alarm: Value,
    #[serde(default)]
    puts: Vec<Put>,
    prior: Option<Prior>,
    at: String,
    slots_left_out: Option<u32>,
}

/// The state before, with what DescribeAlarms shows of it. Members that say how it came about are passed over.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Prior {
    state: String,
    reason: Option<String>,
    reason_data: Option<Value>,
}

impl Evaluate {
    fn answer(self) -> Result<Answer, ServiceError> {
        let (alarm, _) = Alarm::from_request(&self.alarm).map_err(wrong)?;
        let at: Timestamp = self.at.parse().map_err(wrong)?;
        let before: State = match &self.prior {
            Some(prior) => prior.state.parse().map_err(wrong)?,
            None => State::InsufficientData,
        };
        let series = self.series(&alarm)?;
        let newest = match self.slots_left_out {
            Some(count) => alarm.newest_period_leaving_out(at, count),
            None => alarm.newest_period(at),
        };
        let periods = alarm.periods_of(&alarm.periods_before(newest), |metric| series.get(metric));
        let state = alarm.evaluate(before, &periods);
        let (reason, reason_data) = match self.prior {
            // CloudWatch goes on showing what led to the state
            Some(prior) if state == before => (prior.reason, prior.reason_data.map(ReasonData::Kept)),
            _ => (
                Some(alarm.state_reason(state, &periods)),
                Some(ReasonData::New(alarm.state_reason_data(state, at, &periods))),
            ),
        };
        Ok(Answer::Evaluated { state: state.name(), reason, reason_data })
    }

    /// The samples of each metric that the alarm looks at.
    fn series(&self, alarm: &Alarm) -> Result<BTreeMap<Metric, Series>, ServiceError> {
        let mut all: BTreeMap<Metric, Series> = BTreeMap::new();
        for metric in alarm.metrics() {
            let series = all.entry(metric.clone()).or_default();
            for put in
                self.puts.iter().filter(|put| put.is_for(metric) && alarm.takes_unit(put.unit.as_deref()))
            {
                let time = put.timestamp.as_deref().ok_or_else(|| wrong("a put has no timestamp"))?;
                let time: Timestamp = time.parse().map_err(wrong)?;
                put.samples()?.into_iter().for_each(|sample| series.add(time, sample));
            }
        }
        Ok(all)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Statistics {
    puts: Vec<Put>,
    statistics: Vec<String>,
}

impl Statistics {
    fn answer(self) -> Result<Answer, ServiceError> {
        let mut samples = Samples::default();
        for put in &self.puts {
            put.samples()?.into_iter().for_each(|sample| samples.add(sample));
        }
        let mut statistics = BTreeMap::new();
        for name in self.statistics {
            let statistic: Statistic = name.parse().map_err(wrong)?;
            let value = samples.statistic(statistic).map_or(Document::Null, Document::Number);
            statistics.insert(name, value);
        }
        Ok(Answer::Computed { statistics })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Composite {
    rule: String,
    existing: Option<Vec<String>>,
    children: Option<BTreeMap<String, Child>>,
    name: Option<String>,
    account: Option<String>,
    region: Option<String>,
}

#[derive(Deserialize)]
struct Child {
    state: String,
    since: Option<String>,
}

impl Composite {
    fn answer(self) -> Result<Answer, ServiceError> {
        let rule: AlarmRule =
            self.rule.parse().map_err(|error: crate::alarm::AlarmRuleError| wrong(error.aws_message()))?;
        let account = account(self.account, self.region);
        if let Some(existing) = &self.existing {
            let exists = |name: &str| existing.iter().any(|alarm| alarm == name);
            rule.check_alarms(self.name.as_deref(), &account, exists)?;
        }
        let Some(children) = self.children else { return Ok(Answer::Taken {}) };
        let mut states: BTreeMap<String, (State, Option<Timestamp>)> = BTreeMap::new();
        for (name, child) in children {
            let state: State = child.state.parse().map_err(wrong)?;
            let since = child.since.as_deref().map(str::parse).transpose().map_err(wrong)?;
            states.insert(account.alarm_arn(&name), (state, since));
            states.insert(name, (state, since));
        }
        if let Some(unknown) = rule.alarms().into_iter().find(|alarm| !states.contains_key(*alarm)) {
            return Err(wrong(format!("the state of {unknown} is not given")));
        }
        let of = |alarm: &str| states.get(alarm).map_or(State::InsufficientData, |(state, _)| *state);
        // with the times of all that led to the state its reason data is known, too
        let triggering: Option<Vec<TriggeringChild>> = rule
            .triggering(of)
            .into_iter()
            .map(|alarm| {
                let (state, since) = states.get(alarm)?;
                let arn = if alarm.starts_with("arn:") { alarm.to_owned() } else { account.alarm_arn(alarm) };
                Some(TriggeringChild::new(arn, *state, (*since)?))
            })
            .collect();
        let reason_data = triggering.map(|children| composite_reason_data(&children));
        Ok(Answer::State { state: rule.evaluate(of).name(), reason_data })
    }
}

fn account(id: Option<String>, region: Option<String>) -> Account {
    let default = Account::default();
    Account::new(id.unwrap_or(default.id), region.unwrap_or(default.region))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Admit {
    operation: String,
    request: Value,
    #[serde(default)]
    existing: BTreeMap<String, String>,
    #[serde(rename = "account")]
    _account: Option<String>,
    #[serde(rename = "region")]
    _region: Option<String>,
}

impl Admit {
    fn answer(self) -> Result<Answer, ServiceError> {
        match self.operation.as_str() {
            "PutMetricAlarm" => {
                let name = self.request.get("AlarmName").and_then(Value::as_str).unwrap_or_default();
                let existing = self.existing.get(name).map(|kind| match kind.as_str() {
                    "CompositeAlarm" => AlarmKind::Composite,
                    _ => AlarmKind::Metric,
                });
                admit_metric_alarm(&self.request, existing)?;
            }
            "PutMetricFilter" => {
                let request: MetricFilterRequest = serde_json::from_value(self.request)
                    .map_err(|error| ServiceError::new("SerializationException", error.to_string()))?;
                request.admitted()?;
            }
            other => return Err(wrong(format!("the operation {other} is not modelled"))),
        }
        Ok(Answer::Taken {})
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Notify {
    channel: String,
    alarm: Value,
    transition: TransitionEntry,
    account: Option<String>,
    region: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TransitionEntry {
    from: String,
    to: String,
    reason: String,
    time: String,
    configuration_updated: Option<String>,
    triggering_children: Option<Vec<ChildEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChildEntry {
    arn: String,
    state: String,
    since: String,
}

impl Notify {
    fn answer(self) -> Result<Answer, ServiceError> {
        if self.channel != "sns" {
            return Err(wrong(format!("the channel {} is not modelled", self.channel)));
        }
        let account = account(self.account, self.region);
        let it = &self.transition;
        let (old, new) = (it.from.parse().map_err(wrong)?, it.to.parse().map_err(wrong)?);
        let mut transition =
            Transition::new(old, new, it.reason.as_str(), it.time.parse::<Timestamp>().map_err(wrong)?);
        if let Some(time) = &it.configuration_updated {
            transition.configuration_updated = time.parse().map_err(wrong)?;
        }
        if self.alarm.get("AlarmRule").is_some() {
            let (alarm, actions) = CompositeAlarm::from_request(&self.alarm).map_err(wrong)?;
            let children: Vec<TriggeringChild> = it
                .triggering_children
                .iter()
                .flatten()
                .map(|child| {
                    let state = child.state.parse().map_err(wrong)?;
                    Ok(TriggeringChild::new(child.arn.as_str(), state, child.since.parse().map_err(wrong)?))
                })
                .collect::<Result<_, ServiceError>>()?;
            return Ok(told(Notification::of_composite(&alarm, &children, &actions, &transition, &account)));
        }
        let (alarm, actions) = Alarm::from_request(&self.alarm).map_err(wrong)?;
        if !alarm.queries.is_empty() {
            return Err(wrong("the message of an alarm on a metric query is not modelled"));
        }
        Ok(told(Notification::new(&alarm, &actions, &transition, &account)))
    }
}

fn told(it: Notification<'_>) -> Answer {
    Answer::Told {
        message: it.message().to_string(),
        subject: it.subject(),
        sms: it.sms(),
        email: it.email(),
    }
}
