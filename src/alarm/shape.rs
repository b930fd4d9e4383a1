//! The JSON types of the members of the requests that make alarms (service model of CloudWatch).

use super::error::AlarmError;
use serde_json::Value;

/// The type of a member.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    Text,
    /// A whole number from 0.
    Count,
    /// Any whole number.
    Whole,
    Number,
    Flag,
    List(&'static Shape),
    Object(&'static [Member]),
}

/// Name, type, and whether it is required.
type Member = (&'static str, Shape, bool);

use Shape::{Count, Flag, List, Number, Object, Text, Whole};

const DIMENSION: Shape = Object(&[("Name", Text, true), ("Value", Text, true)]);
const TAG: Shape = Object(&[("Key", Text, true), ("Value", Text, true)]);
const METRIC: Shape = Object(&[
    ("Namespace", Text, false),
    ("MetricName", Text, false),
    ("Dimensions", List(&DIMENSION), false),
]);
const METRIC_STAT: Shape =
    Object(&[("Metric", METRIC, true), ("Period", Count, true), ("Stat", Text, true), ("Unit", Text, false)]);
const QUERY: Shape = Object(&[
    ("Id", Text, true),
    ("MetricStat", METRIC_STAT, false),
    ("Expression", Text, false),
    ("Label", Text, false),
    ("ReturnData", Flag, false),
    ("Period", Count, false),
    ("AccountId", Text, false),
]);
const WINDOW: Shape = Object(&[
    ("SlidingWindow", Object(&[]), false),
    ("WallClockWindow", Object(&[("Timezone", Text, false)]), false),
]);

/// The members of `PutMetricAlarm` and `PutCompositeAlarm`. Whether one is required is the question of their readers.
const MEMBERS: [Member; 26] = [
    ("AlarmName", Text, false),
    ("AlarmDescription", Text, false),
    ("ActionsEnabled", Flag, false),
    ("OKActions", List(&Text), false),
    ("AlarmActions", List(&Text), false),
    ("InsufficientDataActions", List(&Text), false),
    ("MetricName", Text, false),
    ("Namespace", Text, false),
    ("Statistic", Text, false),
    ("ExtendedStatistic", Text, false),
    ("Dimensions", List(&DIMENSION), false),
    ("Period", Whole, false),
    ("Unit", Text, false),
    ("EvaluationPeriods", Whole, false),
    ("DatapointsToAlarm", Whole, false),
    ("Threshold", Number, false),
    ("ComparisonOperator", Text, false),
    ("TreatMissingData", Text, false),
    ("EvaluateLowSampleCountPercentile", Text, false),
    ("EvaluationWindow", WINDOW, false),
    ("Metrics", List(&QUERY), false),
    ("Tags", List(&TAG), false),
    ("AlarmRule", Text, false),
    ("ActionsSuppressor", Text, false),
    ("ActionsSuppressorWaitPeriod", Whole, false),
    ("ActionsSuppressorExtensionPeriod", Whole, false),
];

/// Checks the types of the members of a request, at any depth, and that the objects in them have no unknown member. Unknown members of
/// the request itself are the question of its reader.
pub(super) fn check_shape(request: &Value) -> Result<(), AlarmError> {
    let Some(members) = request.as_object() else {
        return Err(mismatch("", "an object", request));
    };
    for (name, value) in members {
        let known = MEMBERS.iter().find(|(member, ..)| member == name);
        known.map_or(Ok(()), |(_, shape, _)| check(value, *shape, name))?;
    }
    Ok(())
}

/// A member that is null is absent. `path` is the path of the value.
fn check(value: &Value, shape: Shape, path: &str) -> Result<(), AlarmError> {
    let is = match shape {
        _ if value.is_null() => true,
        Text => value.is_string(),
        Count => value.is_u64(),
        Whole => value.is_i64() || value.is_u64(),
        Number => value.is_number(),
        Flag => value.is_boolean(),
        List(_) => value.is_array(),
        Object(_) => value.is_object(),
    };
    if !is {
        return Err(mismatch(path, expected(shape), value));
    }
    match (shape, value) {
        (List(item), Value::Array(items)) => {
            for (at, value) in items.iter().enumerate() {
                let path = format!("{path}[{at}]");
                if value.is_null() {
                    return Err(mismatch(&path, expected(*item), value));
                }
                check(value, *item, &path)?;
            }
            Ok(())
        }
        (Object(members), Value::Object(given)) => {
            for (name, value) in given {
                let path = format!("{path}.{name}");
                let Some((_, shape, _)) = members.iter().find(|(member, ..)| member == name) else {
                    return Err(AlarmError::Unknown { what: "member", text: path });
                };
                check(value, *shape, &path)?;
            }
            let is_missing = |name: &str| given.get(name).is_none_or(Value::is_null);
            match members.iter().find(|(name, _, is_required)| *is_required && is_missing(name)) {
                Some((name, ..)) => Err(AlarmError::Member { member: format!("{path}.{name}") }),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

fn expected(shape: Shape) -> &'static str {
    match shape {
        Text => "a text",
        Count => "a whole number from 0",
        Whole => "a whole number",
        Number => "a number",
        Flag => "true or false",
        List(_) => "a list",
        Object(_) => "an object",
    }
}

/// The value at `path` has another type. A path that is empty is the request.
pub(super) fn mismatch(path: &str, expected: &'static str, value: &Value) -> AlarmError {
    let found = match value {
        Value::Null => "null".to_owned(),
        Value::Bool(is) => is.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(_) => "a text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    };
    let member = if path.is_empty() { "the request".to_owned() } else { path.to_owned() };
    AlarmError::Type { member, expected, found }
}

#[cfg(test)]
mod tests {
    use super::MEMBERS;
    use crate::alarm::members::{MemberUse, PUT_COMPOSITE_ALARM, PUT_METRIC_ALARM};

    #[test]
    fn each_member_that_is_read_has_a_type() {
        let requests = || PUT_METRIC_ALARM.iter().chain(&PUT_COMPOSITE_ALARM);
        for (member, used) in requests() {
            let has_type = MEMBERS.iter().any(|(name, ..)| name == member);
            assert_eq!(has_type, *used != MemberUse::NotModelled, "{member}");
        }
        for (member, ..) in MEMBERS {
            assert!(requests().any(|(name, _)| *name == member), "{member}");
        }
    }
}
