//! Composite alarms of an account as `[[composite]]` tables of a rule file.

use crate::alarm::{AlarmRule, AlarmRuleError, is_shown_of_composite_alarm};
use crate::limits::SUPPRESSOR_PERIOD_SECONDS;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;

/// A composite alarm of an account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ListedComposite {
    /// `AlarmName`
    pub alarm_name: String,
    /// `AlarmDescription`
    #[serde(default)]
    pub alarm_description: String,
    /// `AlarmRule`, over the names or ARNs of alarms.
    pub alarm_rule: String,
    /// `ActionsEnabled`
    #[serde(default = "enabled")]
    pub actions_enabled: bool,
    /// `AlarmActions`
    #[serde(default)]
    pub alarm_actions: Vec<String>,
    /// `OKActions`
    #[serde(default, rename = "OKActions")]
    pub ok_actions: Vec<String>,
    /// `InsufficientDataActions`
    #[serde(default)]
    pub insufficient_data_actions: Vec<String>,
    /// `ActionsSuppressor`: name or ARN of an alarm.
    pub actions_suppressor: Option<String>,
    /// `ActionsSuppressorWaitPeriod`, in seconds.
    #[serde(default)]
    pub actions_suppressor_wait_period: i64,
    /// `ActionsSuppressorExtensionPeriod`, in seconds.
    #[serde(default)]
    pub actions_suppressor_extension_period: i64,
    /// As AWS describes it.
    #[serde(skip)]
    pub answer: Value,
}

fn enabled() -> bool {
    true
}

/// Reads an entry of `CompositeAlarms`. Members that are not known are named in `notes`, and so is an entry that cannot be read.
pub(super) fn read(value: &Value, name: &str, notes: &mut Vec<String>) -> Option<ListedComposite> {
    let members = value.as_object().into_iter().flat_map(|object| object.keys());
    let unknown = members.filter(|member| !is_shown_of_composite_alarm(member));
    notes.extend(unknown.map(|member| {
        format!("the composite alarm `{name}` has `{member}`, which a rule file cannot express")
    }));
    match ListedComposite::deserialize(value) {
        Ok(composite) => Some(ListedComposite { answer: value.clone(), ..composite }),
        Err(error) => {
            notes.push(format!("the composite alarm `{name}` is left out: {error}"));
            None
        }
    }
}

/// A `[[composite]]` table.
#[derive(Serialize)]
pub(super) struct CompositeToml {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    rule: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    notify: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actions_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressor: Option<SuppressorToml>,
}

impl CompositeToml {
    pub(super) fn id(&self) -> &str {
        &self.id
    }
}

#[derive(Serialize)]
struct SuppressorToml {
    alarm: String,
    wait: String,
    extension: String,
}

/// The tables of the composite alarms whose alarms are all imported, with the alarms that they come from. `ids` maps the names of
/// imported alarms to their rules; `id` makes an id of a name. Each alarm that is left out is named in `notes`, with its rule.
pub(super) fn tables<'a>(
    composites: &'a [ListedComposite],
    mut ids: HashMap<&'a str, String>,
    mut id: impl FnMut(&str) -> String,
    notes: &mut Vec<String>,
) -> Vec<(CompositeToml, &'a ListedComposite)> {
    let mut open: Vec<(&ListedComposite, AlarmRule)> = Vec::new();
    for composite in composites {
        match composite.alarm_rule.parse() {
            Ok(rule) => open.push((composite, rule)),
            Err(error) => {
                let error: AlarmRuleError = error;
                notes.push(left_out(composite, &error.aws_message()));
            }
        }
    }
    // a composite alarm may name one that comes later: each round takes those whose alarms are all known
    let mut taken = Vec::new();
    loop {
        let (ready, waiting): (Vec<_>, Vec<_>) =
            open.into_iter().partition(|(composite, rule)| missing(composite, rule, &ids).is_none());
        let is_last = ready.is_empty();
        for (composite, rule) in ready {
            let id = id(&composite.alarm_name);
            match table(composite, &rule, id.clone(), &ids) {
                Ok(table) => {
                    ids.insert(&composite.alarm_name, id);
                    taken.push((table, composite));
                }
                Err(why) => notes.push(left_out(composite, why)),
            }
        }
        open = waiting;
        if is_last {
            break;
        }
    }
    for (composite, rule) in &open {
        let why = missing(composite, rule, &ids).unwrap_or_default();
        notes.push(left_out(composite, &why));
    }
    taken
}

fn left_out(composite: &ListedComposite, why: &str) -> String {
    let ListedComposite { alarm_name, alarm_rule, .. } = composite;
    format!("the composite alarm `{alarm_name}` is left out: {why}; its rule is: {alarm_rule}")
}

/// The alarm's name if a rule names it by its ARN.
fn name_of(name: &str) -> &str {
    let is_arn = name.starts_with("arn:");
    name.split_once(":alarm:").filter(|_| is_arn).map_or(name, |(_, name)| name)
}

/// Why a composite alarm cannot be taken now: it names an alarm that is not imported.
fn missing(composite: &ListedComposite, rule: &AlarmRule, ids: &HashMap<&str, String>) -> Option<String> {
    let is_missing = |name: &&str| !ids.contains_key(name_of(name));
    if let Some(name) = rule.alarms().into_iter().find(is_missing) {
        return Some(format!("it names `{name}`, which is not imported"));
    }
    let suppressor = composite.actions_suppressor.as_deref().filter(is_missing)?;
    Some(format!("its suppressor is `{suppressor}`, which is not imported"))
}

fn table(
    composite: &ListedComposite,
    rule: &AlarmRule,
    id: String,
    ids: &HashMap<&str, String>,
) -> Result<CompositeToml, &'static str> {
    let of_rule = |name: &str| ids.get(name_of(name)).cloned().unwrap_or_default();
    let periods = [composite.actions_suppressor_wait_period, composite.actions_suppressor_extension_period];
    if !periods.iter().all(|period| (0..=SUPPRESSOR_PERIOD_SECONDS).contains(period)) {
        return Err("a period of its suppressor is longer than AWS allows");
    }
    let [wait, extension] = periods.map(length);
    let suppressor = composite.actions_suppressor.as_deref();
    let states = [
        ("ALARM", &composite.alarm_actions),
        ("OK", &composite.ok_actions),
        ("INSUFFICIENT_DATA", &composite.insufficient_data_actions),
    ];
    let notify: Vec<&str> =
        states.iter().filter(|(_, actions)| !actions.is_empty()).map(|(state, _)| *state).collect();
    Ok(CompositeToml {
        id,
        description: Some(composite.alarm_description.clone()).filter(|text| !text.is_empty()),
        rule: rule.renamed(of_rule).to_string(),
        notify: (notify != ["ALARM"]).then_some(notify),
        actions_enabled: (!composite.actions_enabled).then_some(false),
        suppressor: suppressor.map(|alarm| SuppressorToml { alarm: of_rule(alarm), wait, extension }),
    })
}

fn length(seconds: i64) -> String {
    if seconds > 0 && seconds % 60 == 0 { format!("{}m", seconds / 60) } else { format!("{seconds}s") }
}
