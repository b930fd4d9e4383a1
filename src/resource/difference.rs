//! What differs between two resources, by the forms of the table.

use super::Resource;
use super::schema::{Form, Kind, Member};
use crate::alarm::AlarmRule;
use serde::Serialize;
use serde_json::{Value, json};

/// A property that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Change {
    /// AWS's name.
    pub property: String,
    /// As it is.
    pub from: Value,
    /// As it should be.
    pub to: Value,
}

impl Change {
    pub(crate) fn new(property: &str, from: Value, to: Value) -> Self {
        Change { property: property.to_owned(), from, to }
    }
}

/// The properties of `found` that `wanted` has otherwise, without tags.
pub(crate) fn changes(found: &Resource, wanted: &Resource) -> Vec<Change> {
    let change = |member: &Member| {
        let (from, to) = (found.get(member.name()), wanted.get(member.name()));
        // a stack that says nothing of these leaves them as they are
        let is_left = matches!(wanted.kind, Kind::LogGroup | Kind::Topic) && to.is_null();
        (!is_left && !is_same(&from, &to, member.form)).then(|| Change::new(member.name(), from, to))
    };
    wanted.kind.members().iter().filter_map(change).collect()
}

/// The tags that `found` lacks. Tags of others stay.
pub(crate) fn missing_tags(found: &Resource, wanted: &Resource) -> Option<Change> {
    let is_there = |(key, value): (&String, &String)| found.tags.get(key) == Some(value);
    let mut after = found.tags.clone();
    after.extend(wanted.tags.clone());
    (!wanted.tags.iter().all(is_there)).then(|| Change::new("Tags", json!(found.tags), json!(after)))
}

fn is_same(a: &Value, b: &Value, form: Form) -> bool {
    match (a, b, form) {
        (.., Form::Creation) => true,
        (Value::Number(a), Value::Number(b), _) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b), Form::Actions) => {
            a.len() == b.len() && a.iter().all(|it| b.contains(it))
        }
        (Value::String(a), Value::String(b), Form::Rule) => a == b || means_the_same(a, b),
        _ => a == b,
    }
}

/// Whether two rules of composite alarms hold for the same states of their alarms, which may be named by their ARNs.
fn means_the_same(a: &str, b: &str) -> bool {
    let short = |name: &str| name.rsplit_once(":alarm:").map_or(name, |(_, name)| name).to_owned();
    let rule = |text: &str| Some(text.parse::<AlarmRule>().ok()?.renamed(short));
    rule(a).zip(rule(b)).is_some_and(|(a, b)| a.is_equivalent(&b))
}
