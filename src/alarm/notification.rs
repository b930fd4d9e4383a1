//! What CloudWatch publishes to SNS when an alarm changes, and what subscribers get of it.

use super::evaluate::State;
use super::history::Change;
use super::settings::{Alarm, Statistic};
use crate::time::civil;
use serde_json::{Value, json};

/// Whose alarm it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// Twelve digits.
    pub id: String,
    /// Such as `us-east-1`.
    pub region: String,
}

impl Default for Account {
    /// AWS's documentation account in us-east-1.
    fn default() -> Self {
        Account { id: "123456789012".to_owned(), region: "us-east-1".to_owned() }
    }
}

/// A message about a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Notification {
    alarm: Alarm,
    change: Change,
    metric: (String, String),
    account: Account,
    topic: String,
}

impl Notification {
    /// Of an alarm on the metric `name` in `namespace`, published to the topic of this name.
    #[must_use]
    pub fn new(
        alarm: &Alarm,
        change: &Change,
        namespace: &str,
        name: &str,
        account: &Account,
        topic: &str,
    ) -> Self {
        Notification {
            alarm: alarm.clone(),
            change: change.clone(),
            metric: (namespace.to_owned(), name.to_owned()),
            account: account.clone(),
            topic: topic.to_owned(),
        }
    }

    fn arn(&self, service: &str, resource: &str) -> String {
        let Account { id, region } = &self.account;
        format!("arn:aws:{service}:{region}:{id}:{resource}")
    }

    /// The subject, which e-mail has for a title.
    #[must_use]
    pub fn subject(&self) -> String {
        format!("{}: \"{}\" in {}", self.change.new, self.alarm.name, region_name(&self.account.region))
    }

    /// Why the state changed, in CloudWatch's words.
    #[must_use]
    pub fn reason(&self) -> String {
        let real: Vec<(i64, f64)> =
            self.change.periods.iter().filter_map(|(start, reading)| Some((*start, (*reading)?))).collect();
        let missing = self.change.periods.len() - real.len();
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        if self.change.new == State::InsufficientData {
            return "Insufficient Data: no datapoints were received.".to_owned();
        }
        if real.is_empty() {
            let treated = if self.change.new == State::Alarm { "Breaching" } else { "NonBreaching" };
            let periods = self.alarm.evaluation_periods;
            return format!(
                "Threshold Crossed: no datapoints were received for {periods} period{} and {missing} missing \
                 datapoint{} treated as [{treated}].",
                plural(periods),
                if missing == 1 { " was" } else { "s were" }
            );
        }
        let shown: Vec<String> = real
            .iter()
            .rev()
            .map(|(start, value)| format!("{} ({})", decimal(*value), short_time(*start)))
            .collect();
        let not = if self.change.new == State::Alarm { "" } else { "not " };
        let verb = if real.len() == 1 { "was" } else { "were" };
        format!(
            "Threshold Crossed: {} datapoint{} [{}] {verb} {not}{} the threshold ({}).",
            real.len(),
            plural(real.len()),
            shown.join(", "),
            self.alarm.comparison.words(),
            decimal(self.alarm.threshold)
        )
    }

    /// The message as CloudWatch publishes it (fields as recorded in 2025 and 2026).
    #[must_use]
    pub fn message(&self) -> Value {
        let actions = |state: State| {
            if self.alarm.actions.contains(&state) {
                json!([self.arn("sns", &self.topic)])
            } else {
                json!([])
            }
        };
        let (statistic, statistic_type) = match self.alarm.statistic {
            Statistic::Sum => ("SUM".to_owned(), "Statistic"),
            Statistic::SampleCount => ("SAMPLE_COUNT".to_owned(), "Statistic"),
            Statistic::Average => ("AVERAGE".to_owned(), "Statistic"),
            Statistic::Minimum => ("MINIMUM".to_owned(), "Statistic"),
            Statistic::Maximum => ("MAXIMUM".to_owned(), "Statistic"),
            Statistic::Percentile(percent) => (format!("p{percent}"), "ExtendedStatistic"),
        };
        let (namespace, name) = &self.metric;
        let mut trigger = json!({
            "MetricName": name,
            "Namespace": namespace,
            "StatisticType": statistic_type,
            "Unit": null,
            "Dimensions": [],
            "Period": self.alarm.period,
            "EvaluationPeriods": self.alarm.evaluation_periods,
            "DatapointsToAlarm": self.alarm.datapoints_to_alarm,
            "ComparisonOperator": self.alarm.comparison.name(),
            "Threshold": self.alarm.threshold,
            "TreatMissingData": self.alarm.missing.name(),
            "EvaluateLowSampleCountPercentile": "",
        });
        if let Value::Object(trigger) = &mut trigger {
            trigger.insert(statistic_type.to_owned(), statistic.into());
        }
        json!({
            "AlarmName": self.alarm.name,
            "AlarmDescription": null,
            "AWSAccountId": self.account.id,
            "AlarmConfigurationUpdatedTimestamp": long_time(self.change.time),
            "NewStateValue": self.change.new.name(),
            "NewStateReason": self.reason(),
            "StateChangeTime": long_time(self.change.time),
            "Region": region_name(&self.account.region),
            "AlarmArn": self.arn("cloudwatch", &format!("alarm:{}", self.alarm.name)),
            "OldStateValue": self.change.old.name(),
            "OKActions": actions(State::Ok),
            "AlarmActions": actions(State::Alarm),
            "InsufficientDataActions": actions(State::InsufficientData),
            "Trigger": trigger,
        })
    }

    /// The e-mail: subject and text.
    #[must_use]
    pub fn email(&self) -> String {
        let (namespace, name) = &self.metric;
        format!(
            "Subject: {}\n\nYou are receiving this email because your Amazon CloudWatch Alarm \"{}\" in the {} region has \
             entered the {} state, because \"{}\" at \"{}\".\n\nAlarm Details:\n- Name: {}\n- State Change: {} -> {}\n\
             - Reason for State Change: {}\n- AWS Account: {}\n\nMonitored Metric:\n- MetricNamespace: {namespace}\n\
             - MetricName: {name}\n- Period: {} seconds\n- TreatMissingData: {}\n",
            self.subject(),
            self.alarm.name,
            region_name(&self.account.region),
            self.change.new,
            self.reason(),
            long_time(self.change.time),
            self.alarm.name,
            self.change.old,
            self.change.new,
            self.reason(),
            self.account.id,
            self.alarm.period,
            self.alarm.missing.name(),
        )
    }

    /// The text message: SNS sends the subject.
    #[must_use]
    pub fn sms(&self) -> String {
        self.subject()
    }
}

/// A number as CloudWatch prints it: with a decimal point.
fn decimal(value: f64) -> String {
    format!("{value:?}")
}

fn long_time(seconds: i64) -> String {
    let (year, month, day, hour, minute) = civil(seconds);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}.000+0000", seconds.rem_euclid(60))
}

/// As in reasons: `04/03/26 10:15:00`.
fn short_time(seconds: i64) -> String {
    let (year, month, day, hour, minute) = civil(seconds);
    format!("{day:02}/{month:02}/{:02} {hour:02}:{minute:02}:00", year.rem_euclid(100))
}

/// The name that messages have for a region; its code when it is not known.
fn region_name(code: &str) -> &str {
    match code {
        "us-east-1" => "US East (N. Virginia)",
        "us-east-2" => "US East (Ohio)",
        "us-west-1" => "US West (N. California)",
        "us-west-2" => "US West (Oregon)",
        "ca-central-1" => "Canada (Central)",
        "eu-west-1" => "EU (Ireland)",
        "eu-west-2" => "EU (London)",
        "eu-west-3" => "EU (Paris)",
        "eu-central-1" => "EU (Frankfurt)",
        "eu-north-1" => "EU (Stockholm)",
        "eu-south-1" => "EU (Milan)",
        "ap-south-1" => "Asia Pacific (Mumbai)",
        "ap-southeast-1" => "Asia Pacific (Singapore)",
        "ap-southeast-2" => "Asia Pacific (Sydney)",
        "ap-northeast-1" => "Asia Pacific (Tokyo)",
        "ap-northeast-2" => "Asia Pacific (Seoul)",
        "sa-east-1" => "South America (Sao Paulo)",
        other => other,
    }
}
