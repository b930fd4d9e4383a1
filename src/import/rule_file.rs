//! A rule file made of an account's metric filters and alarms.

use super::choice::alarm_of;
use super::composite::{self, CompositeToml, ListedComposite};
use super::listed::{Alarm, ListedAlarm, MetricFilter};
use super::notes::{Actions, unused};
use super::stack_file::{self, ImportedNames, StackFile};
use crate::FilterPattern;
use crate::escaped::EscapedLines;
use crate::rules::array_of_tables;
use serde::Serialize;
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
    actions: Actions,
}

impl Imported {
    /// A stack's file that names the imported rules, which are in the file `rules` beside it.
    ///
    /// # Errors
    /// If the metric filters belong to several log groups: a stack has one.
    pub fn stack_file(&self, region: &str, rules: &Path) -> Result<StackFile, String> {
        stack_file::stack_file(&self.names, region, rules)
    }

    /// The actions of the alarms that a rule cannot say: all but those for the topic of the stack's file, if there is one.
    #[must_use]
    pub fn action_notes(&self, stack: Option<&StackFile>) -> Vec<String> {
        self.actions.notes(stack.and_then(|stack| stack.topic.as_deref()))
    }
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
/// the names. What a rule cannot say is named in the notes. Each rule is one that [`rules::parse`](crate::rules::parse) takes. An alarm on
/// a metric that several filters feed is the alarm of one rule.
#[must_use]
pub fn import(
    filters: &[MetricFilter],
    alarms: &[ListedAlarm],
    composites: &[ListedComposite],
    prefix: &str,
) -> Imported {
    let (mut rules, mut notes, mut ids) = (Vec::new(), Vec::new(), HashSet::new());
    let (mut names, mut actions) = (Vec::new(), Actions::default());
    let mut taken_alarms: HashSet<&str> = HashSet::new();
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
        let alarm = alarm_of(filter, filters, alarms, &taken_alarms);
        taken_alarms.extend(alarm.map(|alarm| alarm.alarm.name.as_str()));
        let entry = rule(filter, alarm, unique(&filter.name, prefix, &mut ids));
        let entry = taken(entry, filter, alarm, &mut notes);
        let kept = alarm.filter(|_| entry.as_ref().is_some_and(|entry| entry.alarm.is_some()));
        let all = kept.map(|it| {
            let Alarm { alarm_actions, ok_actions, insufficient_data_actions, .. } = &it.alarm;
            [alarm_actions, ok_actions, insufficient_data_actions]
        });
        names.extend(entry.iter().map(|entry| ImportedNames {
            rule: entry.id.clone(),
            log_group: filter.log_group.clone(),
            metric_filter: filter.name.clone(),
            alarm: kept.map(|it| it.alarm.name.clone()),
            topics: topics(all.into_iter().flatten()),
        }));
        if let (Some(entry), Some(kept)) = (&entry, kept) {
            actions.add(&kept.alarm.name, all.into_iter().flatten());
            of_alarms.insert(&kept.alarm.name, entry.id.clone());
        }
        rules.extend(entry);
    }
    let named = |it: &&ListedAlarm| {
        let name = it.alarm.name.as_str();
        taken_alarms.contains(name) && !of_alarms.contains_key(name)
    };
    // an alarm that a rule file refuses is named where it was taken
    let open: Vec<ListedAlarm> = alarms.iter().filter(|it| !named(it)).cloned().collect();
    notes.extend(unused(filters, &open, &of_alarms));
    let rules_count = rules.len();
    let id = |name: &str| unique(name, prefix, &mut ids);
    let composites = composite::tables(composites, of_alarms, id, &mut notes);
    for (table, composite) in &composites {
        let ListedComposite { alarm_actions, ok_actions, insufficient_data_actions, .. } = composite;
        let all = [alarm_actions, ok_actions, insufficient_data_actions];
        actions.add(&composite.alarm_name, all);
        names.push(ImportedNames {
            rule: table.id().to_owned(),
            alarm: Some(composite.alarm_name.clone()),
            topics: topics(all),
            ..ImportedNames::default()
        });
    }
    let composite = composites.into_iter().map(|(table, _)| table).collect();
    let toml = to_toml(&File { rule: rules, composite });
    Imported { toml, rules: rules_count, notes, names, actions }
}

/// The ARNs of topics among actions, each once.
fn topics<'a>(actions: impl IntoIterator<Item = &'a Vec<String>>) -> Vec<String> {
    let arns = actions.into_iter().flatten().filter(|arn| arn.split(':').nth(2) == Some("sns"));
    let all: BTreeSet<&String> = arns.collect();
    all.into_iter().cloned().collect()
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
    if let Some(reason) = why {
        notes.push(format!("the metric filter `{}` is left out: {reason}", filter.name));
        return None;
    }
    Some(entry)
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
