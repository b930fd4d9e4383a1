//! Whether an event is one that a target's [assumptions](cwfilter::translate::Target::assumptions) are about, for a pattern.

use cwfilter::FilterPattern;
use cwfilter::syntax::ast::{Condition, Expr, Node, Pattern, Predicate, Step, Value as Operand};
use serde_json::Value;

/// The conditions of a JSON pattern.
fn conditions(pattern: &FilterPattern) -> Vec<&Condition> {
    fn of<'p>(expr: &'p Node<Expr<Condition>>, found: &mut Vec<&'p Condition>) {
        match &expr.item {
            Expr::Group(inner) => of(inner, found),
            Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(|part| of(part, found)),
            Expr::Condition(condition) => found.push(condition),
            _ => {}
        }
    }
    let mut found = Vec::new();
    if let Pattern::Json(expr) = pattern.ast() {
        of(expr, &mut found);
    }
    found
}

/// EventBridge: no selected field is in or is an array; keys have no dots; numbers are in its range.
pub(crate) fn of_event_bridge(pattern: &FilterPattern, event: &Value) -> bool {
    let in_range = |value: &Value| value.as_f64().is_none_or(|number| number.abs() <= 5.0e9);
    conditions(pattern).iter().all(|condition| !meets_array(&condition.selector.item.steps, event))
        && all(event, &|key| !key.contains('.'), &in_range)
}

/// Logs Insights: no text of digits where numbers are compared; keys are no numbers and have no dots.
pub(crate) fn of_insights(pattern: &FilterPattern, event: &Value) -> bool {
    let is_number_text =
        |value: &&Value| value.as_str().is_some_and(|text| text.trim().parse::<f64>().is_ok());
    let is_numeric = |predicate: &Predicate| match predicate {
        Predicate::Order(..) => true,
        Predicate::Compare(_, value) => matches!(value.item, Operand::Number(_)),
        _ => false,
    };
    let is_key = |key: &str| !key.is_empty() && !key.contains('.') && key.parse::<usize>().is_err();
    conditions(pattern).iter().all(|condition| {
        !is_numeric(&condition.predicate.item)
            || value(&condition.selector.item.steps, event).filter(is_number_text).is_none()
    }) && all(event, &is_key, &|_| true)
}

/// The table of CloudTrail's logs: fields are spelled as CloudTrail spells them, and have its types.
pub(crate) fn of_cloudtrail(event: &Value) -> bool {
    const TABLE: &str = include_str!("../../src/translate/cloudtrail_table.tsv");
    let rows: Vec<(&str, &str)> = TABLE.lines().filter_map(|line| line.split_once('\t')).collect();
    fn is_of(rows: &[(&str, &str)], above: &str, members: &serde_json::Map<String, Value>) -> bool {
        members.iter().all(|(key, value)| {
            let field = format!("{above}{key}");
            let row = rows.iter().find(|(name, _)| name.eq_ignore_ascii_case(&field));
            let Some((name, kind)) = row else { return true };
            let below = |value: &Value| {
                value.as_object().is_some_and(|members| is_of(rows, &format!("{field}."), members))
            };
            let is_kind = match *kind {
                "text" => value.is_string(),
                "boolean" => value.is_boolean(),
                "text or boolean" => value.is_string() || value.is_boolean(),
                "json" => value.is_object(),
                "object" => below(value),
                "array" => value.as_array().is_some_and(|items| items.iter().all(below)),
                other => panic!("{other}"),
            };
            *name == field && (value.is_null() || is_kind)
        })
    }
    event.as_object().is_some_and(|members| is_of(&rows, "", members))
}

/// Whether a selector meets an array that it does not look into.
fn meets_array(steps: &[Step], event: &Value) -> bool {
    match (steps, event) {
        ([Step::AnyIndex | Step::AnyKey | Step::Index(_), ..], _) => false,
        (_, Value::Array(_)) => true,
        ([Step::Key(key) | Step::QuotedKey(key), rest @ ..], Value::Object(members)) => {
            members.get(key).is_some_and(|value| meets_array(rest, value))
        }
        _ => false,
    }
}

fn value<'e>(steps: &[Step], event: &'e Value) -> Option<&'e Value> {
    steps.iter().try_fold(event, |value, step| match step {
        Step::Key(key) | Step::QuotedKey(key) => value.as_object()?.get(key),
        Step::Index(index) => value.as_array()?.get(*index),
        _ => None,
    })
}

fn all(event: &Value, is_key: &dyn Fn(&str) -> bool, is_value: &dyn Fn(&Value) -> bool) -> bool {
    match event {
        Value::Object(members) => {
            members.iter().all(|(key, value)| is_key(key) && all(value, is_key, is_value))
        }
        Value::Array(items) => items.iter().all(|item| all(item, is_key, is_value)),
        value => is_value(value),
    }
}
