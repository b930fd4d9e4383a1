//! Answers of AWS that list metric filters and alarms.

use super::composite::{self, ListedComposite};
use crate::alarm::{EvaluationWindow, is_shown_of_metric_alarm};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What an answer of AWS lists.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listed<T> {
    /// What was read.
    pub items: Vec<T>,
    /// The composite alarms of an answer of `describe-alarms`.
    pub composites: Vec<ListedComposite>,
    /// What was not imported, with the reason.
    pub notes: Vec<String>,
}

/// A metric filter with its one transformation.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MetricFilter {
    /// Its name.
    pub name: String,
    /// The log group it is on.
    pub log_group: String,
    /// The pattern's text.
    pub filter_pattern: String,
    /// `metricNamespace`
    pub metric_namespace: String,
    /// `metricName`
    pub metric_name: String,
    /// `metricValue`
    pub metric_value: String,
    /// `defaultValue`
    pub default_value: Option<f64>,
    /// `unit`; AWS leaves `None` out of its answers.
    pub unit: String,
    /// `dimensions`
    pub dimensions: BTreeMap<String, String>,
    /// `applyOnTransformedLogs`
    pub apply_on_transformed_logs: bool,
    /// `fieldSelectionCriteria`
    pub field_selection_criteria: Option<String>,
    /// `emitSystemFieldDimensions`
    pub emit_system_field_dimensions: Vec<String>,
    /// As AWS describes it.
    pub answer: Value,
}

/// A metric alarm.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Alarm {
    /// Its name.
    pub name: String,
    /// `AlarmDescription`
    pub alarm_description: String,
    /// `Namespace`
    pub namespace: String,
    /// `MetricName`
    pub metric_name: String,
    /// `Dimensions`
    pub dimensions: BTreeMap<String, String>,
    /// `Statistic` or `ExtendedStatistic`
    pub statistic: String,
    /// Seconds.
    pub period: i32,
    /// `Threshold`
    pub threshold: f64,
    /// `ComparisonOperator`
    pub comparison_operator: String,
    /// N: `EvaluationPeriods`
    pub evaluation_periods: i32,
    /// M: `DatapointsToAlarm`
    pub datapoints_to_alarm: i32,
    /// `TreatMissingData`
    pub treat_missing_data: String,
    /// `ActionsEnabled`
    pub actions_enabled: bool,
    /// ARNs for ALARM.
    pub alarm_actions: Vec<String>,
    /// ARNs for OK.
    pub ok_actions: Vec<String>,
    /// ARNs for INSUFFICIENT_DATA.
    pub insufficient_data_actions: Vec<String>,
}

/// A metric alarm, with its less common members.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ListedAlarm {
    /// The alarm.
    pub alarm: Alarm,
    /// `Unit`
    pub unit: Option<String>,
    /// `EvaluateLowSampleCountPercentile`
    pub low_sample_percentile: Option<String>,
    /// `EvaluationWindow`, as a rule file says it.
    pub window: Option<String>,
    /// As AWS describes it.
    pub answer: Value,
}

/// The answer of `aws logs describe-metric-filters`. An entry that cannot be read is named, and the others are read.
///
/// # Errors
/// When the text is something else.
pub fn read_metric_filters(json: &str) -> Result<Listed<MetricFilter>, serde_json::Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Answer {
        metric_filters: Vec<Value>,
        #[serde(flatten)]
        others: serde_json::Map<String, Value>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct FilterJson {
        filter_name: String,
        #[serde(default)]
        filter_pattern: String,
        #[serde(default)]
        log_group_name: String,
        #[serde(default)]
        metric_transformations: Vec<Transformation>,
        #[serde(default)]
        apply_on_transformed_logs: bool,
        field_selection_criteria: Option<String>,
        #[serde(default)]
        emit_system_field_dimensions: Vec<String>,
    }
    #[derive(Deserialize, Default)]
    #[serde(rename_all = "camelCase")]
    struct Transformation {
        metric_name: String,
        metric_namespace: String,
        metric_value: String,
        default_value: Option<f64>,
        unit: Option<String>,
        #[serde(default)]
        dimensions: BTreeMap<String, String>,
    }
    let answer: Answer = serde_json::from_str(json)?;
    let mut listed = Listed { items: Vec::new(), composites: Vec::new(), notes: Vec::new() };
    for value in answer.metric_filters {
        let name = name_of(&value, "filterName");
        listed.name_unknown("metric filter", &name, &value, |member| FILTER_MEMBERS.contains(&member));
        for entry in value.get("metricTransformations").and_then(Value::as_array).into_iter().flatten() {
            let is_known = |member: &str| TRANSFORMATION_MEMBERS.contains(&member);
            listed.name_unknown("metric transformation of", &name, entry, is_known);
        }
        let it: FilterJson = match serde_json::from_value(value.clone()) {
            Ok(it) => it,
            Err(error) => {
                listed.notes.push(format!("the metric filter `{name}` is left out: {error}"));
                continue;
            }
        };
        if it.metric_transformations.len() != 1 {
            let count = it.metric_transformations.len();
            listed.notes.push(format!(
                "the metric filter `{name}` has {count} metric transformations, and a rule has one metric"
            ));
        }
        let Some(transformation) = it.metric_transformations.into_iter().next() else { continue };
        listed.items.push(MetricFilter {
            name: it.filter_name,
            log_group: it.log_group_name,
            filter_pattern: it.filter_pattern,
            metric_namespace: transformation.metric_namespace,
            metric_name: transformation.metric_name,
            metric_value: transformation.metric_value,
            default_value: transformation.default_value,
            unit: transformation.unit.unwrap_or_else(|| "None".to_owned()),
            dimensions: transformation.dimensions,
            apply_on_transformed_logs: it.apply_on_transformed_logs,
            field_selection_criteria: it.field_selection_criteria,
            emit_system_field_dimensions: it.emit_system_field_dimensions,
            answer: value,
        });
    }
    listed.notes.extend(further_page(&answer.others, "metric filters"));
    Ok(listed)
}

/// The note on an answer that names a further page. The API spells the member with a small letter, the command line with a capital one.
fn further_page(answer: &serde_json::Map<String, Value>, what: &str) -> Option<String> {
    let is_token = |name: &&str| answer.get(*name).is_some_and(|token| !token.is_null() && token != "");
    let name = ["NextToken", "nextToken"].into_iter().find(is_token)?;
    Some(format!("the answer has a `{name}`: there are more {what} than it lists"))
}

const FILTER_MEMBERS: [&str; 8] = [
    "filterName",
    "filterPattern",
    "logGroupName",
    "creationTime",
    "metricTransformations",
    "applyOnTransformedLogs",
    "fieldSelectionCriteria",
    "emitSystemFieldDimensions",
];

/// Members of a metric transformation.
const TRANSFORMATION_MEMBERS: [&str; 6] =
    ["metricName", "metricNamespace", "metricValue", "defaultValue", "unit", "dimensions"];

fn name_of(value: &Value, member: &str) -> String {
    value.get(member).and_then(Value::as_str).unwrap_or("without a name").to_owned()
}

impl<T> Listed<T> {
    /// Members that are not known are named.
    fn name_unknown(&mut self, kind: &str, name: &str, value: &Value, is_known: impl Fn(&str) -> bool) {
        let members = value.as_object().into_iter().flat_map(|object| object.keys());
        let unknown = members.filter(|member| !is_known(member));
        self.notes.extend(
            unknown.map(|member| format!("the {kind} `{name}` has `{member}`, which a rule cannot say")),
        );
    }
}

/// The lists of an answer of `describe-alarms`.
const ALARM_LISTS: [&str; 3] = ["MetricAlarms", "CompositeAlarms", "LogAlarms"];

/// Its other members.
const OF_ANSWER: [&str; 3] = ["NextToken", "nextToken", "ResponseMetadata"];

/// Why an alarm of `MetricAlarms` is not on one metric.
fn not_on_a_metric(value: &Value) -> Option<&'static str> {
    let text = value.to_string();
    if value.get("ThresholdMetricId").is_some() || text.contains("ANOMALY_DETECTION_BAND") {
        return Some("it watches an anomaly detection band");
    }
    if value.get("EvaluationCriteria").is_some() || text.contains("PromQL") {
        return Some("it watches a PromQL query");
    }
    let has_queries = value.get("Metrics").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    has_queries.then_some("it watches metric math")
}

/// The answer of `aws cloudwatch describe-alarms`. Alarms that a rule cannot say are named: those on metric math,
/// anomaly detection bands, PromQL and log queries, and those that cannot be read.
///
/// # Errors
/// When the text is something else.
pub fn read_alarms(json: &str) -> Result<Listed<ListedAlarm>, serde_json::Error> {
    let answer: serde_json::Map<String, Value> = serde_json::from_str(json)?;
    let mut listed = Listed { items: Vec::new(), composites: Vec::new(), notes: Vec::new() };
    for (member, value) in &answer {
        for value in value.as_array().into_iter().flatten() {
            let name = name_of(value, "AlarmName");
            match member.as_str() {
                "MetricAlarms" => metric_alarm(value, &name, &mut listed),
                "CompositeAlarms" => {
                    let composite = composite::read(value, &name, &mut listed.notes);
                    listed.composites.extend(composite);
                }
                "LogAlarms" => listed
                    .notes
                    .push(format!("the log alarm `{name}` is left out: it watches a query, not a metric")),
                kind => listed.notes.push(format!("the alarm `{name}` of `{kind}` is left out: not known")),
            }
        }
        let is_known = ALARM_LISTS.contains(&member.as_str()) || OF_ANSWER.contains(&member.as_str());
        if !is_known && !value.is_array() {
            listed.notes.push(format!("the member `{member}` of the answer is not known"));
        }
    }
    if !answer.keys().any(|member| ALARM_LISTS.contains(&member.as_str())) {
        listed.notes.push("the answer has no list of alarms, such as `MetricAlarms`".to_owned());
    }
    listed.notes.extend(further_page(&answer, "alarms"));
    Ok(listed)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedEntry {
    alarm_name: String,
    #[serde(default)]
    alarm_description: String,
    namespace: Option<String>,
    metric_name: Option<String>,
    #[serde(default)]
    dimensions: Vec<Dimension>,
    statistic: Option<String>,
    extended_statistic: Option<String>,
    #[serde(default)]
    period: i32,
    threshold: f64,
    comparison_operator: String,
    evaluation_periods: i32,
    datapoints_to_alarm: Option<i32>,
    treat_missing_data: Option<String>,
    #[serde(default = "yes")]
    actions_enabled: bool,
    #[serde(default)]
    alarm_actions: Vec<String>,
    #[serde(default, rename = "OKActions")]
    ok_actions: Vec<String>,
    #[serde(default)]
    insufficient_data_actions: Vec<String>,
    unit: Option<String>,
    evaluate_low_sample_count_percentile: Option<String>,
    evaluation_window: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Dimension {
    name: String,
    value: String,
}

fn yes() -> bool {
    true
}

fn metric_alarm(value: &Value, name: &str, listed: &mut Listed<ListedAlarm>) {
    if let Some(why) = not_on_a_metric(value) {
        listed.notes.push(format!("the alarm `{name}` is left out: {why}, which a rule cannot say"));
        return;
    }
    let it: ListedEntry = match ListedEntry::deserialize(value) {
        Ok(it) => it,
        Err(error) => {
            listed.notes.push(format!("the alarm `{name}` is left out: {error}"));
            return;
        }
    };
    let statistic = it.statistic.or(it.extended_statistic);
    let (Some(namespace), Some(metric_name), Some(statistic)) = (it.namespace, it.metric_name, statistic)
    else {
        listed
            .notes
            .push(format!("the alarm `{name}` is left out: it has no namespace, metric name or statistic"));
        return;
    };
    let window = match it.evaluation_window.as_ref().map(window) {
        None => None,
        Some(Some(window)) => Some(window),
        Some(None) => {
            listed.notes.push(format!(
                "the alarm `{name}` is left out: its evaluation window is not modelled: {}",
                it.evaluation_window.unwrap_or_default()
            ));
            return;
        }
    };
    listed.name_unknown("alarm", name, value, is_shown_of_metric_alarm);
    let alarm = Alarm {
        name: it.alarm_name,
        alarm_description: it.alarm_description,
        namespace,
        metric_name,
        dimensions: it.dimensions.into_iter().map(|it| (it.name, it.value)).collect(),
        statistic,
        period: it.period,
        threshold: it.threshold,
        comparison_operator: it.comparison_operator,
        evaluation_periods: it.evaluation_periods,
        datapoints_to_alarm: it.datapoints_to_alarm.unwrap_or(it.evaluation_periods),
        treat_missing_data: it.treat_missing_data.unwrap_or_else(|| "missing".to_owned()),
        actions_enabled: it.actions_enabled,
        alarm_actions: it.alarm_actions,
        ok_actions: it.ok_actions,
        insufficient_data_actions: it.insufficient_data_actions,
    };
    listed.items.push(ListedAlarm {
        alarm,
        unit: it.unit,
        low_sample_percentile: it.evaluate_low_sample_count_percentile,
        window: window.filter(|window| window != "sliding"),
        answer: value.clone(),
    });
}

/// An `EvaluationWindow` as a rule file says it; `None` for what is not modelled.
fn window(value: &Value) -> Option<String> {
    if value.get("SlidingWindow").is_some() || value.as_str() == Some("SlidingWindow") {
        return Some("sliding".to_owned());
    }
    let zone = value.get("WallClockWindow")?.get("Timezone").and_then(Value::as_str).unwrap_or("UTC");
    let text = if zone == "UTC" { "wall clock".to_owned() } else { format!("wall clock {zone}") };
    text.parse::<EvaluationWindow>().is_ok().then_some(text)
}
