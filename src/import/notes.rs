//! What an import says of alarms that it does not take over whole: once for all that share the reason.

use super::choice::{settings, watches};
use super::listed::{ListedAlarm, MetricFilter};
use crate::plural::counted;
use std::collections::{BTreeMap, HashMap};

/// The actions of imported alarms. A rule says for which states something is published; the stack says to which topic.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Actions(BTreeMap<String, Vec<String>>);

impl Actions {
    pub(super) fn add<'a>(&mut self, alarm: &str, all: impl IntoIterator<Item = &'a Vec<String>>) {
        for action in all.into_iter().flatten() {
            let alarms = self.0.entry(action.clone()).or_default();
            if alarms.last().is_none_or(|last| last != alarm) {
                alarms.push(alarm.to_owned());
            }
        }
    }

    /// A note for each action, but for the topic that the stack's file names.
    pub(super) fn notes(&self, topic: Option<&str>) -> Vec<String> {
        let note = |(action, alarms): (&String, &Vec<String>)| {
            let is_topic = action.split(':').nth(2) == Some("sns");
            let whose = if is_topic { "the topic is the stack's" } else { "a rule cannot say it" };
            match alarms.as_slice() {
                [alarm] => format!("the alarm `{alarm}` has the action {action}: {whose}"),
                all => format!("{} have the action {action}: {whose}", counted(all.len(), "alarm", "alarms")),
            }
        };
        self.0.iter().filter(|(action, _)| Some(action.as_str()) != topic).map(note).collect()
    }
}

/// Every alarm that has not become a rule's; `used` are the rules by the names of their alarms.
pub(super) fn unused(
    filters: &[MetricFilter],
    alarms: &[ListedAlarm],
    used: &HashMap<&str, String>,
) -> Vec<String> {
    let (mut notes, mut elsewhere) = (Vec::new(), Vec::new());
    for it in alarms.iter().filter(|it| !used.contains_key(it.alarm.name.as_str())) {
        let name = &it.alarm.name;
        let same = alarms
            .iter()
            .filter(|other| filters.iter().any(|filter| watches(it, filter) && watches(other, filter)));
        let kept =
            same.filter_map(|other| Some((&other.alarm.name, used.get(other.alarm.name.as_str())?))).next();
        match kept {
            Some((kept, rule)) => notes.push(format!(
                "the alarm `{name}` ({}) is left out: the rule `{rule}` has the alarm `{kept}` on the same metric, and a rule has one alarm",
                settings(it)
            )),
            None if filters.iter().any(|filter| watches(it, filter)) => notes.push(format!(
                "the alarm `{name}` ({}) is left out: no rule takes it", settings(it)
            )),
            None => elsewhere.push((name, format!("{}/{}", it.alarm.namespace, it.alarm.metric_name))),
        }
    }
    match elsewhere.as_slice() {
        [] => {}
        [(name, metric)] => {
            notes.push(format!(
                "the alarm `{name}` is left out: no imported filter feeds its metric {metric}"
            ));
        }
        all => {
            let named: Vec<String> =
                all.iter().map(|(name, metric)| format!("`{name}` ({metric})")).collect();
            let count = counted(all.len(), "alarm is", "alarms are");
            notes.push(format!(
                "{count} left out, because no imported filter feeds their metrics: {}",
                named.join(", ")
            ));
        }
    }
    notes
}
