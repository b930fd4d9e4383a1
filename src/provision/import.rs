//! From what an account has to rule files.

use super::resource::{Alarm, MetricFilter};
use crate::FilterPattern;
use crate::escaped::EscapedLines;
use crate::rules::rule_tables;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// A rule file made of an account's metric filters and alarms.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Imported {
    /// The rule file.
    pub toml: String,
    /// How many rules it has.
    pub rules: usize,
    /// What could not be taken over, and why.
    pub notes: Vec<String>,
}

/// The answer of `aws logs describe-metric-filters`.
///
/// # Errors
/// When the text is something else.
pub fn read_metric_filters(json: &str) -> Result<Vec<MetricFilter>, serde_json::Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Response {
        metric_filters: Vec<FilterJson>,
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
    let response: Response = serde_json::from_str(json)?;
    let filter = |it: FilterJson| {
        let transformation = it.metric_transformations.into_iter().next().unwrap_or_default();
        MetricFilter {
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
        }
    };
    Ok(response.metric_filters.into_iter().map(filter).collect())
}

/// The answer of `aws cloudwatch describe-alarms`; alarms on expressions and composite ones are left out.
///
/// # Errors
/// When the text is something else.
pub fn read_alarms(json: &str) -> Result<Vec<Alarm>, serde_json::Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Response {
        metric_alarms: Vec<AlarmJson>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct AlarmJson {
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
        #[serde(default)]
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
    let response: Response = serde_json::from_str(json)?;
    let alarm = |it: AlarmJson| {
        Some(Alarm {
            name: it.alarm_name,
            alarm_description: it.alarm_description,
            namespace: it.namespace?,
            metric_name: it.metric_name?,
            dimensions: it.dimensions.into_iter().map(|it| (it.name, it.value)).collect(),
            statistic: it.statistic.or(it.extended_statistic)?,
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
            tags: BTreeMap::new(),
        })
    };
    Ok(response.metric_alarms.into_iter().filter_map(alarm).collect())
}

#[derive(Serialize)]
struct File {
    rule: Vec<RuleToml>,
}

#[derive(Serialize)]
struct RuleToml {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    pattern: String,
    metric: Metric,
    #[serde(skip_serializing_if = "Option::is_none")]
    alarm: Option<AlarmToml>,
}

#[derive(Serialize)]
struct Metric {
    namespace: String,
    name: String,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    dimensions: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct AlarmToml {
    statistic: String,
    period: String,
    threshold: f64,
    comparison: String,
    evaluate: String,
    missing: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    notify: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actions_enabled: Option<bool>,
}

/// A rule for each metric filter, with the alarm on its metric. `prefix` is taken off the names.
#[must_use]
pub fn import(filters: &[MetricFilter], alarms: &[Alarm], prefix: &str) -> Imported {
    let (mut rules, mut notes, mut ids) = (Vec::new(), Vec::new(), HashSet::new());
    let mut used: HashSet<&str> = HashSet::new();
    for filter in filters {
        if let Err(error) = filter.filter_pattern.parse::<FilterPattern>() {
            notes.push(format!(
                "the pattern of `{}` is left out: {error}; {}: {}",
                filter.name,
                error.help(),
                filter.filter_pattern
            ));
            continue;
        }
        for lost in not_in_a_rule(filter) {
            notes.push(format!("`{}` also has {lost}, which a rule cannot say", filter.name));
        }
        let of_metric = |alarm: &&Alarm| {
            alarm.namespace == filter.metric_namespace && alarm.metric_name == filter.metric_name
        };
        // of several alarms on a metric the one of the same name
        let alarm = alarms.iter().filter(of_metric).max_by_key(|alarm| alarm.name == filter.name);
        used.extend(alarm.map(|alarm| alarm.name.as_str()));
        let entry = rule(filter, alarm, unique(&filter.name, prefix, &mut ids), &mut notes);
        rules.push(entry);
    }
    let unused = alarms.iter().filter(|alarm| !used.contains(alarm.name.as_str()));
    let of_filters = unused.filter(|alarm| {
        filters.iter().any(|it| it.metric_namespace == alarm.namespace && it.metric_name == alarm.metric_name)
    });
    notes.extend(of_filters.map(|alarm| {
        format!(
            "the alarm `{}` is left out: its metric has another one, and a rule has one alarm",
            alarm.name
        )
    }));
    let rules_count = rules.len();
    let toml = to_toml(&File { rule: rules });
    Imported { toml, rules: rules_count, notes }
}

/// As people write it, unless a text has characters that are not to be written raw.
fn to_toml(file: &File) -> String {
    let pretty = toml::to_string_pretty(file).unwrap_or_default();
    if EscapedLines(&pretty).to_string() == pretty && !pretty.contains('\t') {
        return pretty;
    }
    let tables: Result<Vec<toml::Table>, _> = file.rule.iter().map(toml::Table::try_from).collect();
    rule_tables(&tables.unwrap_or_default())
}

fn unique(name: &str, prefix: &str, ids: &mut HashSet<String>) -> String {
    let id = name.strip_prefix(prefix).unwrap_or(name);
    let numbered = (2..).map(|number| format!("{id}-{number}"));
    // filters of several log groups may share a name
    let mut candidates = std::iter::once(id.to_owned()).chain(numbered);
    candidates.find(|id| ids.insert(id.clone())).unwrap_or_default()
}

fn not_in_a_rule(filter: &MetricFilter) -> Vec<&'static str> {
    let lost = [
        (filter.apply_on_transformed_logs, "`applyOnTransformedLogs`"),
        (filter.field_selection_criteria.is_some(), "`fieldSelectionCriteria`"),
        (!filter.emit_system_field_dimensions.is_empty(), "`emitSystemFieldDimensions`"),
    ];
    lost.into_iter().filter_map(|(is_there, name)| is_there.then_some(name)).collect()
}

fn rule(filter: &MetricFilter, alarm: Option<&Alarm>, id: String, notes: &mut Vec<String>) -> RuleToml {
    let kept = alarm.filter(|alarm| {
        let keeps = alarm.dimensions.is_empty();
        if !keeps {
            notes
                .push(format!("the alarm `{}` is left out: it watches one value of a dimension", alarm.name));
        }
        keeps
    });
    RuleToml {
        id,
        description: alarm.map(|alarm| alarm.alarm_description.clone()).filter(|text| !text.is_empty()),
        pattern: filter.filter_pattern.clone(),
        metric: Metric {
            namespace: filter.metric_namespace.clone(),
            name: filter.metric_name.clone(),
            value: filter.metric_value.clone(),
            default: filter.default_value,
            unit: (filter.unit != "None").then(|| filter.unit.clone()),
            dimensions: filter.dimensions.clone(),
        },
        alarm: kept.map(alarm_toml),
    }
}

fn alarm_toml(alarm: &Alarm) -> AlarmToml {
    let states = [
        ("ALARM", &alarm.alarm_actions),
        ("OK", &alarm.ok_actions),
        ("INSUFFICIENT_DATA", &alarm.insufficient_data_actions),
    ];
    let notify: Vec<String> = states
        .iter()
        .filter(|(_, actions)| !actions.is_empty())
        .map(|(state, _)| (*state).to_owned())
        .collect();
    AlarmToml {
        statistic: alarm.statistic.clone(),
        period: period(alarm.period),
        threshold: alarm.threshold,
        comparison: alarm.comparison_operator.clone(),
        evaluate: format!("{} of {}", alarm.datapoints_to_alarm, alarm.evaluation_periods),
        missing: alarm.treat_missing_data.clone(),
        notify: (notify != ["ALARM"]).then_some(notify),
        actions_enabled: (!alarm.actions_enabled).then_some(false),
    }
}

fn period(seconds: i32) -> String {
    match seconds {
        hours if hours % 3600 == 0 => format!("{}h", hours / 3600),
        minutes if minutes % 60 == 0 => format!("{}m", minutes / 60),
        seconds => format!("{seconds}s"),
    }
}
