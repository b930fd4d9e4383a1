//! What `PutMetricAlarm` refuses.
//!
//! Texts marked as recorded are AWS's, to the letter (`tests/signals/put_metric_alarm.jsonl`). The bounds of the
//! others are those of the API reference, their words follow the pattern of AWS's validation errors.

use super::error::AlarmError;
use super::settings::Alarm;
use super::shape::check_shape;
use super::statistic::Statistic;
use crate::limits::{
    ALARM_ACTIONS, ALARM_DESCRIPTION_CHARACTERS, ALARM_DIMENSIONS, ALARM_NAME_CHARACTERS, ALARM_TAGS,
    METRIC_NAME_CHARACTERS,
};
use crate::metric::UNITS;
use serde_json::Value;

/// A refusal: what the service answers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
#[non_exhaustive]
pub struct Refusal {
    /// The error code, such as `ValidationError`.
    pub code: &'static str,
    /// The message.
    pub message: String,
}

impl Refusal {
    /// A refusal with this code.
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Refusal { code, message: message.into() }
    }

    /// A `ValidationError`.
    #[must_use]
    pub fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationError", message)
    }

    fn constraint(value: &str, member: &str, constraint: &str) -> Self {
        Self::validation(format!(
            "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
        ))
    }
}

/// What kind of alarm has a name already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AlarmKind {
    /// A metric alarm, which the request replaces.
    Metric,
    /// A composite alarm.
    Composite,
}

/// Whether AWS takes a `PutMetricAlarm` request. `existing` says what kind of alarm has the name already.
///
/// ```
/// use cwfilter::alarm::admit_metric_alarm;
/// let request = serde_json::json!({
///     "AlarmName": "errors", "Namespace": "App", "MetricName": "Errors", "Statistic": "Sum", "Period": 45,
///     "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanThreshold",
/// });
/// assert_eq!(admit_metric_alarm(&request, None).unwrap_err().code, "ValidationError");
/// ```
///
/// # Errors
/// The answer of the service; a `ValidationError` of this crate for a part that is not modelled.
pub fn admit_metric_alarm(request: &Value, existing: Option<AlarmKind>) -> Result<(), Refusal> {
    check_shape(request).map_err(|error| refusal(&error))?;
    let text = |member: &str| request.get(member).and_then(Value::as_str);
    let name = text("AlarmName").unwrap_or_default();
    lengths(request, name)?;
    enums(&text)?;
    statistic(request, &text)?;
    periods(request)?;
    actions(request)?;
    tags(request, existing)?;
    // recorded
    if existing == Some(AlarmKind::Composite) {
        return Err(Refusal::validation(format!(
            "AlarmName [{name}] is already used by another alarm of a different type"
        )));
    }
    // whether AWS takes a part that is not modelled is not known
    Alarm::from_request(request).map(|_| ()).map_err(|error| refusal(&error))
}

fn refusal(error: &AlarmError) -> Refusal {
    let code = match error {
        AlarmError::Type { .. } => "SerializationException",
        _ => "ValidationError",
    };
    Refusal::new(code, error.to_string())
}

fn lengths(request: &Value, name: &str) -> Result<(), Refusal> {
    let at_most = |count: usize| format!("Member must have length less than or equal to {count}");
    if name.is_empty() {
        let least = "Member must have length greater than or equal to 1";
        return Err(Refusal::constraint(name, "alarmName", least));
    }
    let texts = [
        ("AlarmName", "alarmName", ALARM_NAME_CHARACTERS),
        ("AlarmDescription", "alarmDescription", ALARM_DESCRIPTION_CHARACTERS),
        ("MetricName", "metricName", METRIC_NAME_CHARACTERS),
        ("Namespace", "namespace", METRIC_NAME_CHARACTERS),
    ];
    for (member, shown, most) in texts {
        let text = request.get(member).and_then(Value::as_str).unwrap_or_default();
        if text.chars().count() > most {
            return Err(Refusal::constraint(text, shown, &at_most(most)));
        }
    }
    let lists = [
        ("Dimensions", "dimensions", ALARM_DIMENSIONS),
        ("OKActions", "oKActions", ALARM_ACTIONS),
        ("AlarmActions", "alarmActions", ALARM_ACTIONS),
        ("InsufficientDataActions", "insufficientDataActions", ALARM_ACTIONS),
    ];
    for (member, shown, most) in lists {
        let list = request.get(member).and_then(Value::as_array);
        if let Some(list) = list.filter(|list| list.len() > most) {
            let value = Value::Array(list.clone()).to_string();
            return Err(Refusal::constraint(&value, shown, &at_most(most)));
        }
    }
    Ok(())
}

fn enums<'a>(text: &impl Fn(&str) -> Option<&'a str>) -> Result<(), Refusal> {
    let set = |names: &[&str]| format!("Member must satisfy enum value set: [{}]", names.join(", "));
    const STATISTICS: [&str; 5] = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"];
    const COMPARISONS: [&str; 7] = [
        "GreaterThanOrEqualToThreshold",
        "GreaterThanThreshold",
        "LessThanThreshold",
        "LessThanOrEqualToThreshold",
        "LessThanLowerOrGreaterThanUpperThreshold",
        "LessThanLowerThreshold",
        "GreaterThanUpperThreshold",
    ];
    let members: [(&str, &str, &[&str]); 3] = [
        ("Statistic", "statistic", &STATISTICS),
        ("ComparisonOperator", "comparisonOperator", &COMPARISONS),
        ("Unit", "unit", &UNITS),
    ];
    for (member, shown, names) in members {
        if let Some(value) = text(member).filter(|value| !names.contains(value)) {
            return Err(Refusal::constraint(value, shown, &set(names)));
        }
    }
    if let Some(value) = text("TreatMissingData")
        && value.parse::<super::settings::Missing>().is_err()
    {
        return Err(Refusal::validation(format!(
            "The value {value} for parameter TreatMissingData is not supported."
        )));
    }
    Ok(())
}

fn statistic<'a>(request: &Value, text: &impl Fn(&str) -> Option<&'a str>) -> Result<(), Refusal> {
    let (simple, extended) = (text("Statistic"), text("ExtendedStatistic"));
    if simple.is_some() && extended.is_some() {
        // recorded
        return Err(Refusal::validation(
            "PutMetricAlarm request can not be made with both Statistic and ExtendedStatistic parameters. Only one of them \
             should be present",
        ));
    }
    if let Some(name) = extended
        && !name.parse::<Statistic>().is_ok_and(Statistic::is_extended)
    {
        // recorded
        return Err(Refusal::new(
            "InvalidParameterValue",
            format!("The value {name} for parameter ExtendedStatistic is not supported."),
        ));
    }
    let is_percentile =
        extended.and_then(|name| name.parse().ok()).is_some_and(|it| matches!(it, Statistic::Percentile(_)));
    if text("EvaluateLowSampleCountPercentile").is_some()
        && !is_percentile
        && request.get("Metrics").is_none()
    {
        // recorded that it is refused, not with which words
        return Err(Refusal::validation(
            "EvaluateLowSampleCountPercentile is only supported for an alarm on a percentile",
        ));
    }
    let has_metric = request.get("MetricName").is_some() || request.get("Namespace").is_some();
    if request.get("Metrics").is_some() {
        if has_metric || simple.is_some() || extended.is_some() {
            return Err(Refusal::validation(
                "Metrics list must not be given together with MetricName, Namespace, Statistic or ExtendedStatistic",
            ));
        }
    } else if simple.is_none() && extended.is_none() && request.get("EvaluationCriteria").is_none() {
        return Err(Refusal::validation("One of Statistic and ExtendedStatistic must be present"));
    }
    Ok(())
}

fn periods(request: &Value) -> Result<(), Refusal> {
    let number = |member: &str| request.get(member).and_then(Value::as_i64);
    for (member, shown) in [
        ("EvaluationPeriods", "evaluationPeriods"),
        ("DatapointsToAlarm", "datapointsToAlarm"),
        ("Period", "period"),
    ] {
        if let Some(value) = number(member).filter(|value| *value < 1) {
            let least = "Member must have value greater than or equal to 1";
            return Err(Refusal::constraint(&value.to_string(), shown, least));
        }
    }
    Ok(())
}

fn actions(request: &Value) -> Result<(), Refusal> {
    for member in ["OKActions", "AlarmActions", "InsufficientDataActions"] {
        let list = request.get(member).and_then(Value::as_array);
        for arn in list.into_iter().flatten().filter_map(Value::as_str) {
            // recorded; also while actions are disabled
            if arn.split(':').count() < 6 || !arn.starts_with("arn:") {
                return Err(Refusal::validation(format!("Invalid arn syntax: {arn}")));
            }
        }
    }
    Ok(())
}

/// Tags of an update are ignored (recorded), those of a new alarm are checked.
fn tags(request: &Value, existing: Option<AlarmKind>) -> Result<(), Refusal> {
    let tags = request.get("Tags").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if existing == Some(AlarmKind::Metric) {
        return Ok(());
    }
    let keys = tags.iter().filter_map(|tag| tag.get("Key")?.as_str());
    if keys.clone().any(|key| key.to_ascii_lowercase().starts_with("aws:")) {
        // recorded
        let message = "The provided tag keys must not start with any case of \"aws:\"";
        return Err(Refusal::new("AccessDenied", message));
    }
    if tags.len() > ALARM_TAGS {
        // recorded
        return Err(Refusal::validation("The resultant tag set must not have more than 50 user tags."));
    }
    Ok(())
}
