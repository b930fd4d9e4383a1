//! The message that an alarm publishes to SNS.

use cwfilter::time::{parse, rfc3339};
use serde_json::Value;

/// A metric alarm's message, as far as it says which events made the alarm ring.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) alarm: String,
    /// From the alarm's ARN; `None` if it is no name of a region.
    pub(super) region: Option<String>,
    /// The domain of the console in the ARN's partition.
    pub(super) console: Option<&'static str>,
    /// Seconds since 1970.
    pub(super) changed: i64,
    pub(super) namespace: String,
    pub(super) metric: String,
    pub(super) dimensions: Vec<(String, String)>,
    /// Whether the statistic adds the values of a period up.
    pub(super) is_sum: bool,
    /// Seconds.
    pub(super) period: i64,
    pub(super) periods: i64,
    /// Whether the alarm rings for a low value, so that missing events make it ring.
    pub(super) rings_for_less: bool,
    /// The periods whose datapoints the reason names: starts in seconds since 1970, and values. Oldest first.
    pub(super) datapoints: Vec<(i64, f64)>,
}

/// The most seconds of all periods of an alarm together: seven days (docs/alarms.md). A bound for the period and for their number.
const MOST_SECONDS: i64 = 604_800;

const MINUTE: i64 = 60;

/// Seconds from the end of the newest period to the evaluation, at most (docs/alarms.md#when-an-alarm-is-evaluated): 12.9 were observed.
const EVALUATED_AFTER: i64 = 13;

/// More wrappings than services put around a message: SQS, Lambda, SNS.
const MOST_WRAPPINGS: usize = 8;

/// The message inside the JSON of SNS, SQS and Lambda: each holds it as a text, or as the only element of a list.
fn unwrapped(text: &str) -> Result<Value, String> {
    let mut value: Value =
        serde_json::from_str(text.trim()).map_err(|error| format!("is not JSON: {error}"))?;
    for _ in 0..MOST_WRAPPINGS {
        if value.get("AlarmName").is_some() {
            break;
        }
        let text =
            ["Message", "Body", "body"].iter().find_map(|name| Some((name, value.get(name)?.as_str()?)));
        let list = ["Records", "Messages"].iter().find_map(|name| Some((name, value.get(name)?.as_array()?)));
        value = match (text, list, value.get("Sns")) {
            (Some((name, text)), ..) => {
                serde_json::from_str(text).map_err(|error| format!("`{name}` is not JSON: {error}"))?
            }
            (None, Some((_, list)), _) if list.len() == 1 => list.first().cloned().unwrap_or_default(),
            (None, Some((name, list)), _) => {
                return Err(format!("has {} messages in `{name}`: give one of them", list.len()));
            }
            (None, None, Some(sns)) => sns.clone(),
            (None, None, None) => break,
        };
    }
    Ok(value)
}

/// The region in an alarm's ARN, and the domain of the console. The message comes from others: it must not lead elsewhere.
fn place(arn: &str) -> (Option<String>, Option<&'static str>) {
    let mut parts = arn.split(':').skip(1);
    let console = match parts.next() {
        Some("aws") => Some("console.aws.amazon.com"),
        Some("aws-cn") => Some("console.amazonaws.cn"),
        Some("aws-us-gov") => Some("console.amazonaws-us-gov.com"),
        _ => None,
    };
    let is_name = |it: &&str| {
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !it.is_empty() && it.len() <= 32 && it.bytes().all(is_plain)
    };
    (parts.nth(1).filter(is_name).map(str::to_owned), console)
}

/// Reads the message, also inside the JSON of SNS, SQS or Lambda.
///
/// # Errors
/// The reason why the message does not lead to events.
pub(super) fn message(text: &str) -> Result<Message, String> {
    let value = unwrapped(text)?;
    let member = |name: &str| {
        let text = value.get(name).and_then(Value::as_str);
        text.ok_or_else(|| format!("is not an alarm's message: it has no `{name}`"))
    };
    let (alarm, state) = (member("AlarmName")?, member("NewStateValue")?);
    if let Some(rule) = value.get("AlarmRule").and_then(Value::as_str) {
        return Err(format!(
            "is of the composite alarm `{alarm}`: give the message of an alarm in its rule, {rule}"
        ));
    }
    if state != "ALARM" {
        return Err(format!("says that `{alarm}` went to {state}, and no event makes an alarm do that"));
    }
    let changed = member("StateChangeTime")?;
    let changed = seconds(changed).ok_or_else(|| format!("`StateChangeTime`: `{changed}` is not a time"))?;
    let trigger = value.get("Trigger").ok_or("has no `Trigger`")?;
    if trigger.get("Metrics").is_some() {
        return Err(format!("is of `{alarm}`, an alarm on a metric query, which can have several metrics"));
    }
    let text = |name: &str| {
        let text = trigger.get(name).and_then(Value::as_str).map(str::to_owned);
        text.ok_or_else(|| format!("`Trigger` has no `{name}`"))
    };
    let number = |name: &str| {
        let number = trigger.get(name).and_then(Value::as_i64).filter(|it| (1..=MOST_SECONDS).contains(it));
        number.ok_or_else(|| format!("`Trigger.{name}` is not a number from 1 to {MOST_SECONDS}"))
    };
    let (region, console) = place(value.get("AlarmArn").and_then(Value::as_str).unwrap_or_default());
    let dimensions = trigger.get("Dimensions").and_then(Value::as_array).into_iter().flatten();
    let of_dimension = |it: &Value, name: &str| it.get(name)?.as_str().map(str::to_owned);
    Ok(Message {
        alarm: alarm.to_owned(),
        region,
        console,
        changed,
        namespace: text("Namespace")?,
        metric: text("MetricName")?,
        dimensions: dimensions
            .filter_map(|it| Some((of_dimension(it, "name")?, of_dimension(it, "value")?)))
            .collect(),
        is_sum: trigger.get("Statistic").and_then(Value::as_str) == Some("SUM"),
        period: number("Period")?,
        periods: number("EvaluationPeriods")?,
        rings_for_less: text("ComparisonOperator")?.starts_with("LessThan"),
        datapoints: datapoints(value.get("NewStateReason").and_then(Value::as_str).unwrap_or_default()),
    })
}

/// `2026-09-14T11:18:44.401+0000`
fn seconds(text: &str) -> Option<i64> {
    parse(&format!("{}Z", text.get(..19)?))
}

/// The datapoints of `[5.0 (09/05/25 19:56:00), 6.0 (…)]`.
fn datapoints(reason: &str) -> Vec<(i64, f64)> {
    let mut found: Vec<(i64, f64)> = reason
        .split_once('[')
        .and_then(|(_, rest)| rest.split_once(']'))
        .map(|(list, _)| list.split(", ").filter_map(datapoint).collect())
        .unwrap_or_default();
    found.sort_by_key(|(start, _)| *start);
    found
}

fn datapoint(text: &str) -> Option<(i64, f64)> {
    let (value, date) = text.strip_suffix(')')?.split_once(" (")?;
    let (day, time) = date.split_once(' ')?;
    let mut parts = day.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    Some((parse(&format!("20{year}-{month}-{day}T{time}Z"))?, value.parse().ok()?))
}

/// `2026-03-04T10:00:00Z to 2026-03-04T10:05:00Z`
pub(super) fn range((start, end): (i64, i64)) -> String {
    format!("{} to {}", rfc3339(start), rfc3339(end))
}

impl Message {
    /// The times whose events the alarm saw: the periods of the datapoints, or if the reason names none, the time before the change that
    /// an alarm looks at (docs/alarms.md#datapoints-that-decide).
    pub(super) fn windows(&self) -> Vec<(i64, i64)> {
        let minute = |second: i64| second - second.rem_euclid(MINUTE);
        // a datapoint of a metric filter is that of a whole minute, and has its first second
        let is_short = self.period < MINUTE;
        if self.datapoints.is_empty() {
            let start = match is_short {
                true => minute(self.changed - self.period * self.periods - MINUTE - EVALUATED_AFTER),
                false => self.changed - self.period * (self.periods + 2),
            };
            return vec![(start, self.changed)];
        }
        let window = |start: i64| match is_short {
            true => (minute(start + self.period - 1), minute(start + self.period - 1) + MINUTE),
            false => (start, start + self.period),
        };
        self.datapoints.iter().map(|(start, _)| window(*start)).collect()
    }
}
