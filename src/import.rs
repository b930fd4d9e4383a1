//! From what an account has to rule files.

mod composite;
mod stack_file;

pub use composite::ListedComposite;
pub use stack_file::{ImportedNames, StackFile};

use crate::FilterPattern;
use crate::alarm::{EvaluationWindow, is_shown_of_metric_alarm};
use crate::escaped::EscapedLines;
use crate::rules::array_of_tables;
use composite::CompositeToml;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

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
    /// The names that the rules' resources have in the account.
    pub names: Vec<ImportedNames>,
}

impl Imported {
    /// A stack's file that names the imported rules, which are in the file `rules` beside it.
    ///
    /// # Errors
    /// If the metric filters belong to several log groups: a stack has one.
    pub fn stack_file(&self, region: &str, rules: &Path) -> Result<StackFile, String> {
        stack_file::stack_file(&self.names, region, rules)
    }
}

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
        let it: FilterJson = match serde_json::from_value(value) {
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
        });
    }
    Ok(listed)
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
    let kinds = ["MetricAlarms", "CompositeAlarms", "LogAlarms", "NextToken", "ResponseMetadata"];
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
        if !kinds.contains(&member.as_str()) && !value.is_array() {
            listed.notes.push(format!("the member `{member}` of the answer is not known"));
        }
    }
    if answer.get("NextToken").is_some_and(Value::is_string) {
        listed.notes.push("the answer has a `NextToken`: there are more alarms than it lists".to_owned());
    }
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

#[derive(Serialize)]
struct File {
    rule: Vec<RuleToml>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    composite: Vec<CompositeToml>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    field_selection_criteria: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    emit_system_field_dimensions: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    apply_on_transformed_logs: bool,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    low_sample_percentile: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    window: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    dimensions: BTreeMap<String, String>,
}

/// A rule for each metric filter, with the alarm on its metric, and the composite alarms over these alarms. `prefix` is taken off
/// the names. What a rule cannot say is named in the notes. Each rule is one that [`rules::parse`](crate::rules::parse) takes.
#[must_use]
pub fn import(
    filters: &[MetricFilter],
    alarms: &[ListedAlarm],
    composites: &[ListedComposite],
    prefix: &str,
) -> Imported {
    let (mut rules, mut notes, mut ids) = (Vec::new(), Vec::new(), HashSet::new());
    let mut names = Vec::new();
    let mut used: HashSet<&str> = HashSet::new();
    let mut of_alarms: HashMap<&str, String> = HashMap::new();
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
        // of several alarms on a metric the one of the same name
        let of_filter = alarms.iter().filter(|alarm| watches(&alarm.alarm, filter));
        let alarm = of_filter.max_by_key(|alarm| alarm.alarm.name == filter.name);
        used.extend(alarm.map(|alarm| alarm.alarm.name.as_str()));
        let entry = rule(filter, alarm, unique(&filter.name, prefix, &mut ids));
        let entry = taken(entry, filter, alarm, &mut notes);
        names.extend(entry.iter().map(|entry| {
            let alarm = alarm.filter(|_| entry.alarm.is_some()).map(|it| &it.alarm);
            let all = alarm.map(|it| [&it.alarm_actions, &it.ok_actions, &it.insufficient_data_actions]);
            ImportedNames {
                rule: entry.id.clone(),
                log_group: filter.log_group.clone(),
                metric_filter: filter.name.clone(),
                alarm: alarm.map(|it| it.name.clone()),
                topics: topics(all.into_iter().flatten()),
            }
        }));
        if let (Some(RuleToml { id, alarm: Some(_), .. }), Some(alarm)) = (&entry, alarm) {
            of_alarms.entry(&alarm.alarm.name).or_insert_with(|| id.clone());
        }
        rules.extend(entry);
    }
    name_unused(filters, alarms, &used, &mut notes);
    let rules_count = rules.len();
    let id = |name: &str| unique(name, prefix, &mut ids);
    let composites = composite::tables(composites, of_alarms, id, &mut notes);
    for (table, composite) in &composites {
        let ListedComposite { alarm_actions, ok_actions, insufficient_data_actions, .. } = composite;
        name_actions(
            &composite.alarm_name,
            [alarm_actions, ok_actions, insufficient_data_actions],
            &mut notes,
        );
        names.push(ImportedNames {
            rule: table.id().to_owned(),
            alarm: Some(composite.alarm_name.clone()),
            topics: topics([alarm_actions, ok_actions, insufficient_data_actions]),
            ..ImportedNames::default()
        });
    }
    let composite = composites.into_iter().map(|(table, _)| table).collect();
    let toml = to_toml(&File { rule: rules, composite });
    Imported { toml, rules: rules_count, notes, names }
}

/// The ARNs of topics among actions, each once.
fn topics<'a>(actions: impl IntoIterator<Item = &'a Vec<String>>) -> Vec<String> {
    let arns = actions.into_iter().flatten().filter(|arn| arn.split(':').nth(2) == Some("sns"));
    let all: BTreeSet<&String> = arns.collect();
    all.into_iter().cloned().collect()
}

fn watches(alarm: &Alarm, filter: &MetricFilter) -> bool {
    alarm.namespace == filter.metric_namespace && alarm.metric_name == filter.metric_name
}

/// The rule if a rule file may have it: else without its alarm, and else nothing.
fn taken(
    mut entry: RuleToml,
    filter: &MetricFilter,
    alarm: Option<&ListedAlarm>,
    notes: &mut Vec<String>,
) -> Option<RuleToml> {
    let refusal = |entry: &RuleToml| {
        let toml = array_of_tables("rule", &toml::Table::try_from(entry).into_iter().collect::<Vec<_>>());
        let errors = crate::rules::parse(Path::new("imported.toml"), toml).err()?;
        errors.first().map(|error| error.message().to_owned())
    };
    let mut why = refusal(&entry);
    if let (Some(reason), Some(alarm)) = (&why, alarm) {
        entry.alarm = None;
        why = match refusal(&entry) {
            None => {
                let Alarm { name, statistic, .. } = &alarm.alarm;
                notes.push(format!("the alarm `{name}` ({statistic}) is left out: {reason}"));
                return Some(entry);
            }
            still => still,
        };
    }
    match (why, alarm) {
        (Some(reason), _) => {
            notes.push(format!("the metric filter `{}` is left out: {reason}", filter.name));
            return None;
        }
        (None, Some(ListedAlarm { alarm, .. })) => {
            let all = [&alarm.alarm_actions, &alarm.ok_actions, &alarm.insufficient_data_actions];
            name_actions(&alarm.name, all, notes);
        }
        (None, None) => {}
    }
    Some(entry)
}

/// A rule says for which states something is published; the stack says to which topic.
fn name_actions(alarm: &str, all: [&Vec<String>; 3], notes: &mut Vec<String>) {
    let mut named: Vec<&str> = Vec::new();
    for action in all.into_iter().flatten().map(String::as_str) {
        if named.contains(&action) {
            continue;
        }
        named.push(action);
        let is_topic = action.split(':').nth(2) == Some("sns");
        let whose = if is_topic { "the topic is the stack's" } else { "a rule cannot say it" };
        notes.push(format!("the alarm `{alarm}` has the action {action}: {whose}"));
    }
}

/// Every alarm that has not become a rule's.
fn name_unused(
    filters: &[MetricFilter],
    alarms: &[ListedAlarm],
    used: &HashSet<&str>,
    notes: &mut Vec<String>,
) {
    for ListedAlarm { alarm, .. } in alarms.iter().filter(|it| !used.contains(it.alarm.name.as_str())) {
        let why = if filters.iter().any(|filter| watches(alarm, filter)) {
            "its metric has another one, and a rule has one alarm".to_owned()
        } else {
            format!("no imported filter feeds its metric {}/{}", alarm.namespace, alarm.metric_name)
        };
        notes.push(format!("the alarm `{}` is left out: {why}", alarm.name));
    }
}

/// As people write it, unless a text has characters that are not to be written raw.
fn to_toml(file: &File) -> String {
    let pretty = toml::to_string_pretty(file).unwrap_or_default();
    if EscapedLines(&pretty).to_string() == pretty && !pretty.contains('\t') {
        return pretty;
    }
    let tables: Result<Vec<toml::Table>, _> = file.rule.iter().map(toml::Table::try_from).collect();
    let composites: Result<Vec<toml::Table>, _> = file.composite.iter().map(toml::Table::try_from).collect();
    let rules = array_of_tables("rule", &tables.unwrap_or_default());
    let composites = array_of_tables("composite", &composites.unwrap_or_default());
    [rules, composites].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

fn unique(name: &str, prefix: &str, ids: &mut HashSet<String>) -> String {
    let id = name.strip_prefix(prefix).unwrap_or(name);
    let numbered = (2..).map(|number| format!("{id}-{number}"));
    // filters of several log groups may share a name
    let mut candidates = std::iter::once(id.to_owned()).chain(numbered);
    candidates.find(|id| ids.insert(id.clone())).unwrap_or_default()
}

fn rule(filter: &MetricFilter, alarm: Option<&ListedAlarm>, id: String) -> RuleToml {
    RuleToml {
        id,
        description: alarm.map(|it| it.alarm.alarm_description.clone()).filter(|text| !text.is_empty()),
        pattern: filter.filter_pattern.clone(),
        metric: Metric {
            namespace: filter.metric_namespace.clone(),
            name: filter.metric_name.clone(),
            value: filter.metric_value.clone(),
            default: filter.default_value,
            unit: (filter.unit != "None").then(|| filter.unit.clone()),
            dimensions: filter.dimensions.clone(),
            field_selection_criteria: filter.field_selection_criteria.clone(),
            emit_system_field_dimensions: filter.emit_system_field_dimensions.clone(),
            apply_on_transformed_logs: filter.apply_on_transformed_logs,
        },
        alarm: alarm.map(alarm_entry),
    }
}

fn alarm_entry(listed: &ListedAlarm) -> AlarmToml {
    let alarm = &listed.alarm;
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
        unit: listed.unit.clone(),
        low_sample_percentile: listed.low_sample_percentile.clone(),
        window: listed.window.clone(),
        dimensions: alarm.dimensions.clone(),
    }
}

fn period(seconds: i32) -> String {
    match seconds {
        hours if hours % 3600 == 0 => format!("{}h", hours / 3600),
        minutes if minutes % 60 == 0 => format!("{}m", minutes / 60),
        seconds => format!("{seconds}s"),
    }
}
