//! `PutLogAlarm`: an alarm on a scheduled query of Logs Insights, in the place of a metric filter and its alarm.
//!
//! The members are those of CloudWatch's API reference (`PutLogAlarm`, `ScheduledQueryConfiguration`). A setting of the rule's alarm that a log
//! alarm does not have is refused.

use super::insights;
use super::note::{Clause, Note, Refusal};
use super::walk::translate;
use crate::FilterPattern;
use crate::alarm::{Alarm, EvaluationWindow, LowSamples, Missing, State, Statistic};
use crate::limits::{LOG_ALARM_QUERY, LOG_ALARM_RESULTS};
use crate::rules::{Rule, RuleMetric};
use crate::syntax::ast::{Expr, Pattern, Selector, Step};
use serde_json::{Map, Value, json};

/// What a rule does not say about its log alarm.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogAlarmPlace {
    /// The names or ARNs of the log groups.
    pub log_groups: Vec<String>,
    /// The ARN of the role that runs the query.
    pub role: String,
    /// The ARN of the topic that gets the messages. `None`: nothing is published.
    pub topic: Option<String>,
}

/// The request of `PutLogAlarm`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LogAlarm {
    /// The request, as `aws cloudwatch put-log-alarm --cli-input-json` takes it.
    pub request: Value,
    /// What the log alarm does otherwise than the metric filter with its alarm.
    pub notes: Vec<Note>,
}

/// Why a rule has no log alarm.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogAlarmError {
    /// The rule has no alarm, or no metric.
    #[error("the rule has no metric with an alarm")]
    NoAlarm,
    /// CloudWatch does not take the rule's alarm.
    #[error("the rule's alarm: {0}")]
    Settings(String),
    /// Logs Insights cannot express the pattern.
    #[error("{0}")]
    Pattern(Refusal),
    /// A log alarm has no such setting.
    #[error("`{setting}`: {reason}")]
    Setting {
        /// The key in the rule file.
        setting: &'static str,
        /// The reason.
        reason: String,
    },
}

fn refused(setting: &'static str, reason: impl Into<String>) -> LogAlarmError {
    LogAlarmError::Setting { setting, reason: reason.into() }
}

/// The log alarm of a rule with an alarm.
///
/// ```
/// use cwfilter::translate::{LogAlarmPlace, log_alarm};
/// let file = cwfilter::rules::parse("rules.toml".as_ref(), r#"
///     [[rule]]
///     id = "trail-stopped"
///     pattern = '{ $.eventName = "StopLogging" }'
///     metric = { namespace = "Security", name = "TrailStopped", value = "1" }
///     alarm = { statistic = "Sum", period = "5m", threshold = 1 }
/// "#.to_owned()).unwrap();
/// let alarm = log_alarm(&file.rules[0], &LogAlarmPlace::default()).unwrap();
/// assert_eq!(alarm.request["ScheduledQueryConfiguration"]["AggregationExpression"], "count(*)");
/// ```
///
/// # Errors
/// The setting or the condition that a log alarm cannot express.
pub fn log_alarm(rule: &Rule, place: &LogAlarmPlace) -> Result<LogAlarm, LogAlarmError> {
    let (Some(metric), Some(alarm)) = (&rule.metric, rule.alarm_settings()) else {
        return Err(LogAlarmError::NoAlarm);
    };
    let alarm = alarm.map_err(|error| LogAlarmError::Settings(error.to_string()))?;
    check(metric, &alarm)?;
    let (query, mut notes) = translate(&rule.pattern, insights::Insights).map_err(LogAlarmError::Pattern)?;
    let characters = query.chars().count();
    if characters > LOG_ALARM_QUERY {
        let reason = format!("the query has {characters} characters, and CloudWatch takes {LOG_ALARM_QUERY}");
        return Err(refused("pattern", reason));
    }
    let aggregation = aggregation(metric, &alarm, &mut notes)?;
    let minutes = alarm.period / 60;
    let schedule = json!({
        "ScheduleExpression": format!("rate({minutes} minute{})", if minutes == 1 { "" } else { "s" }),
        "StartTimeOffset": alarm.period,
    });
    let mut request = Map::new();
    request.insert("AlarmName".to_owned(), json!(alarm.name));
    if let Some(description) = &alarm.description {
        request.insert("AlarmDescription".to_owned(), json!(description));
    }
    request.insert(
        "ScheduledQueryConfiguration".to_owned(),
        json!({
            "QueryString": query,
            "LogGroupIdentifiers": place.log_groups,
            "ScheduledQueryRoleARN": place.role,
            "ScheduleConfiguration": schedule,
            "AggregationExpression": aggregation,
        }),
    );
    request.insert("QueryResultsToEvaluate".to_owned(), json!(alarm.evaluation_periods));
    let to_alarm = alarm.datapoints_to_alarm.unwrap_or(alarm.evaluation_periods);
    request.insert("QueryResultsToAlarm".to_owned(), json!(to_alarm));
    request.insert("Threshold".to_owned(), json!(alarm.threshold));
    request.insert("ComparisonOperator".to_owned(), json!(alarm.comparison.name()));
    request.insert("TreatMissingData".to_owned(), json!(alarm.missing.unwrap_or(Missing::Missing).name()));
    request.insert("ActionsEnabled".to_owned(), json!(alarm.actions_enabled));
    if let Some(topic) = &place.topic {
        for (member, state) in [
            ("AlarmActions", State::Alarm),
            ("OKActions", State::Ok),
            ("InsufficientDataActions", State::InsufficientData),
        ] {
            if alarm.actions.contains(&state) {
                request.insert(member.to_owned(), json!([topic]));
            }
        }
    }
    notes.sort();
    notes.dedup();
    Ok(LogAlarm { request: Value::Object(request), notes })
}

/// Refuses the settings that a log alarm does not have.
fn check(metric: &RuleMetric, alarm: &Alarm) -> Result<(), LogAlarmError> {
    if metric.field_selection_criteria.is_some() || metric.apply_on_transformed_logs {
        return Err(refused(
            "metric",
            "a query reads all events as they are: it has no field selection and no transformer",
        ));
    }
    if !metric.dimensions.is_empty()
        || !metric.emit_system_field_dimensions.is_empty()
        || !alarm.metric.dimensions.is_empty()
    {
        return Err(refused("dimensions", "a query has no dimensions: its alarm would watch all of them"));
    }
    if alarm.unit.is_some() && alarm.unit != metric.unit {
        return Err(refused("unit", "the alarm sees no datapoint: its unit is not that of the metric"));
    }
    if !alarm.period.is_multiple_of(60) {
        return Err(refused("period", "a scheduled query runs every whole number of minutes"));
    }
    if alarm.evaluation_periods > LOG_ALARM_RESULTS {
        return Err(refused(
            "evaluate",
            format!("a log alarm evaluates at most {LOG_ALARM_RESULTS} results"),
        ));
    }
    if alarm.window != EvaluationWindow::default() {
        return Err(refused("window", "a log alarm has no wall-clock window"));
    }
    if alarm.low_samples == Some(LowSamples::Ignore) {
        return Err(refused("low_sample_percentile", "a log alarm evaluates every result"));
    }
    Ok(())
}

/// The aggregation that gives what the statistic of the metric gives.
fn aggregation(metric: &RuleMetric, alarm: &Alarm, notes: &mut Vec<Note>) -> Result<String, LogAlarmError> {
    let has_default = metric.default.is_some();
    if has_default && !(metric.default == Some(0.0) && alarm.statistic == Statistic::Sum) {
        return Err(refused("default", "a query does not count the events that do not match"));
    }
    if let Ok(value) = metric.value.parse::<f64>() {
        return match alarm.statistic {
            Statistic::SampleCount => Ok("count(*)".to_owned()),
            Statistic::Sum if value == 1.0 => Ok("count(*)".to_owned()),
            _ => Err(refused(
                "value",
                "of a constant value, a query can say the number of events only: use `Sum` of 1",
            )),
        };
    }
    let field = field(&metric.value, notes)?;
    let function = match alarm.statistic {
        Statistic::Sum => "sum",
        Statistic::SampleCount => "count",
        Statistic::Average => "avg",
        Statistic::Minimum => "min",
        Statistic::Maximum => "max",
        Statistic::Percentile(percent) => return Ok(format!("pct({field}, {percent})")),
        _ => return Err(refused("statistic", "Logs Insights has no such function")),
    };
    Ok(format!("{function}({field})"))
}

/// The discovered field of a selector.
fn field(value: &str, notes: &mut Vec<Note>) -> Result<String, LogAlarmError> {
    let unknown = || refused("value", "it is no selector of a field");
    let pattern: FilterPattern = format!("{{ {value} = * }}").parse().map_err(|_| unknown())?;
    let Pattern::Json(expr) = pattern.ast() else { return Err(unknown()) };
    let Expr::Condition(condition) = &expr.item else { return Err(unknown()) };
    let selector: &Selector = &condition.selector.item;
    if selector.steps.iter().any(Step::is_wildcard) {
        return Err(unknown());
    }
    insights::name(selector, &mut Clause::new(expr, notes)).map_err(LogAlarmError::Pattern)
}
