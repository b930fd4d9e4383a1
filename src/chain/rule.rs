//! The checks of rules: whether metric filter and alarm are there, fit together, and act.
//!
//! A rule is not deployed if the account has no part of it yet. That is no dead link: the plan creates it. A rule that was deployed and
//! now lacks a part is dead.

use super::checks::Checks;
use crate::aws::text;
use crate::resource::{Kind, Resource, changes, is_empty};
use serde_json::{Map, Value};

/// What the account has of a wanted resource.
enum Part<'a> {
    Missing,
    /// A resource of others has its name, and differs: the plan refuses it.
    OfOthers,
    There(&'a Resource),
}

/// Whether an alarm has an action in a list such as `AlarmActions`.
pub(super) fn names(alarm: &Resource, member: &str, action: &str) -> bool {
    alarm.get(member).as_array().is_some_and(|all| all.iter().any(|it| it == action))
}

impl<'a> Checks<'a> {
    fn part(&self, wanted: &Resource) -> Part<'a> {
        match self.observed.find(wanted) {
            None => Part::Missing,
            Some(it) if self.observed.was_ours(it) || changes(it, wanted).is_empty() => Part::There(it),
            Some(_) => Part::OfOthers,
        }
    }

    fn alarms(&self) -> impl Iterator<Item = &'a Resource> + use<'a> {
        self.wanted.iter().filter(|it| matches!(it.kind, Kind::Alarm | Kind::CompositeAlarm))
    }

    /// Whether a metric filter or an alarm of the stack is there, or was: before the first deployment nothing is broken.
    pub(super) fn is_deployed(&self) -> bool {
        let mut of_rules = self.wanted.iter().filter(|it| it.kind.is_of_rule());
        of_rules.any(|it| self.observed.record.has(it) || matches!(self.part(it), Part::There(_)))
    }

    pub(super) fn rules(&mut self) {
        for alarm in self.alarms() {
            let filter =
                self.filters().into_iter().find(|it| alarm.kind == Kind::Alarm && it.rule == alarm.rule);
            self.settings(alarm, filter);
            // one that others made in place of the stack's rings as it is
            let is_deployed = filter.is_some_and(|it| self.observed.record.has(it));
            let now = match self.part(alarm) {
                Part::OfOthers => {
                    self.observed.find(alarm).filter(|_| is_deployed).map_or(Part::OfOthers, Part::There)
                }
                part => part,
            };
            if let Some(filter) = filter {
                self.pair(filter, alarm, &now);
            }
            if let Part::There(now) = now {
                self.actions(alarm, now);
            }
        }
    }

    /// What the rule itself says.
    fn settings(&mut self, alarm: &Resource, filter: Option<&Resource>) {
        let (name, unit) = (&alarm.name, alarm.text("Unit"));
        let published = filter.map(|it| it.text("unit")).unwrap_or_default();
        if filter.is_some() && !unit.is_empty() && unit != published {
            let what =
                format!("`{name}` looks at the unit {unit}, and its metric filter publishes {published}");
            self.dead("alarm", what);
        }
        if alarm.get("ActionsEnabled") == Value::Bool(false) {
            self.note("alarm", format!("the actions of `{name}` are disabled by its rule"));
        } else if filter.is_some() && is_empty(&alarm.get("AlarmActions")) && self.stack.topic.is_some() {
            self.note("alarm", format!("`{name}` does nothing when it goes to ALARM"));
        }
    }

    /// The metric filter and the alarm of a rule, as they are.
    fn pair(&mut self, filter: &Resource, alarm: &Resource, now: &Part<'a>) {
        let (watching, publishing) = match (self.part(filter), now) {
            (Part::There(_), Part::Missing) => {
                return self.repaired("alarm", format!("`{}` does not exist", alarm.name));
            }
            (Part::Missing, Part::Missing) if !self.observed.record.has(filter) => return,
            (Part::Missing, Part::Missing | Part::There(_)) => {
                let what = format!("the {} does not exist", filter.shown());
                return self.repaired("metric filter", what);
            }
            (Part::There(filter), Part::There(alarm)) => (*alarm, filter),
            _ => return,
        };
        // an expression of metrics is not compared
        if !is_empty(&watching.get("Metrics")) {
            return;
        }
        let metric =
            |it: &Resource, [namespace, name]: [&str; 2]| format!("{}/{}", it.text(namespace), it.text(name));
        let watched = metric(watching, ["Namespace", "MetricName"]);
        let published = metric(publishing, ["metricNamespace", "metricName"]);
        let units = [watching.text("Unit"), publishing.text("unit")];
        let [emitted, dimensions] = [emitted(publishing), keys(&watching.get("Dimensions"))];
        let was_fit = alarm.get("Unit").is_null() || alarm.text("Unit") == filter.text("unit");
        let what = if watched != published {
            format!("looks at the metric {watched}, and its metric filter publishes {published}")
        } else if dimensions != emitted {
            let [emitted, dimensions] = [emitted, dimensions].map(|it| it.join(", "));
            format!("looks at the dimensions [{dimensions}], and its metric filter publishes [{emitted}]")
        } else if watching.get("Dimensions") != alarm.get("Dimensions") {
            "looks at other values of its dimensions than its rule".to_owned()
        } else if was_fit && !["", &units[1]].contains(&units[0].as_str()) {
            format!("looks at the unit {}, and its metric filter publishes {}", units[0], units[1])
        } else {
            return;
        };
        self.repaired("alarm", format!("`{}` {what}", alarm.name));
    }

    /// What an alarm does, as it is.
    fn actions(&mut self, alarm: &Resource, now: &'a Resource) {
        let name = &alarm.name;
        let wanted = alarm.get("AlarmActions");
        let mut wanted = wanted.as_array().into_iter().flatten().filter_map(Value::as_str);
        if now.get("ActionsEnabled") == Value::Bool(false)
            && alarm.get("ActionsEnabled") != Value::Bool(false)
        {
            self.repaired("alarm", format!("the actions of `{name}` are disabled"));
        } else if let Some(topic) = wanted.find(|topic| !names(now, "AlarmActions", topic)) {
            self.repaired("alarm", format!("`{name}` does not publish to {topic}"));
        }
        if text(&now.answer, "StateValue") == "ALARM" {
            self.note("alarm", format!("`{name}` is in ALARM and rings again only after another state"));
        }
        for member in unmodelled(now) {
            self.note("alarm", format!("`{name}` has `{member}`, which is not modelled"));
        }
    }
}

fn keys(map: &Value) -> Vec<String> {
    map.as_object().map(Map::keys).into_iter().flatten().cloned().collect()
}

/// The dimensions that a metric filter publishes.
fn emitted(filter: &Resource) -> Vec<String> {
    let system = filter.get("emitSystemFieldDimensions");
    let system = system.as_array().into_iter().flatten().filter_map(|it| Some(it.as_str()?.to_owned()));
    let mut all = keys(&filter.get("dimensions"));
    all.extend(system);
    all.sort();
    all
}

/// Members of an alarm that are neither in the table nor a description of its state.
fn unmodelled(alarm: &Resource) -> impl Iterator<Item = &String> {
    const KNOWN: [&str; 6] = [
        "AlarmName",
        "AlarmArn",
        "AlarmConfigurationUpdatedTimestamp",
        "EvaluationState",
        "StateValue",
        "Tags",
    ];
    let is_known = |name: &str| {
        let is_state =
            name.starts_with("StateReason") || name.starts_with("State") && name.ends_with("Timestamp");
        let is_suppressed = name.starts_with("ActionsSuppressed");
        is_state
            || is_suppressed
            || KNOWN.contains(&name)
            || alarm.kind.members().iter().any(|it| it.name() == name)
    };
    let names = alarm.answer.as_object().into_iter().flatten().filter(|(_, value)| !is_empty(value));
    names.map(|(name, _)| name).filter(move |name| !is_known(name))
}
