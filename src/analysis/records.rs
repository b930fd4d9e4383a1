//! What is assumed of CloudTrail records ([`Domain::CloudTrail`](super::Domain::CloudTrail)), and the completion of a witness.

use super::domain::Domain;
use super::formula::Formula;
use super::tree::{FieldPredicate, Shape};
use super::values::ValuePredicate;
use crate::cloudtrail::catalogue::{
    Evidence, FieldKind, event_names, evidence_of_name, field, known_values, names_of, sources_of,
};
use crate::limits::SOURCES_OF_NAME;
use crate::semantics::Wildcard;
use crate::span::Span;
use crate::syntax::ast::{Equality, Node, Predicate, Step, Value};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;

/// Fields that each record has, as texts: AWS CloudTrail user guide, "CloudTrail record contents" and "CloudTrail record contents for
/// Insights events" (`Optional: False` in both).
const IN_EACH_RECORD: [&str; 5] = ["eventVersion", "eventTime", "awsRegion", "eventID", "eventType"];

/// Fields that each record has, as texts, except records of the types [`WITHOUT_NAME`].
const NAMES: [&str; 2] = ["eventName", "eventSource"];

/// The types of records that have their names in another place: AWS CloudTrail user guide, "CloudTrail record contents for Insights events".
const WITHOUT_NAME: [&str; 2] = ["AwsCloudTrailInsight", "AwsAggregatedEvent"];

/// Event names with the type [`SIGN_IN`]: AWS CloudTrail user guide, "AWS Management Console sign-in events".
const SIGN_INS: [&str; 5] = ["ConsoleLogin", "CheckMfa", "SwitchRole", "ExitRole", "RenewRole"];

const SIGN_IN: &str = "AwsConsoleSignIn";

/// The type of nearly all records.
const USUAL_TYPE: &str = "AwsApiCall";

/// Names that a witness has if nothing is asked of its name; their sources are known, too.
const USUAL_NAMES: [&str; 4] = ["DescribeInstances", "ConsoleLogin", "RunInstances", "CreateUser"];

/// What is assumed of the fields that the formula reads.
pub(super) fn axioms(formula: &Formula<FieldPredicate>) -> Formula<FieldPredicate> {
    let mut names: BTreeSet<String> = USUAL_NAMES.map(str::to_owned).into();
    let mut paths: BTreeSet<String> = BTreeSet::from(["eventType".to_owned()]);
    formula.for_each(&mut |atom| {
        let Some(path) = path_of(&atom.steps) else { return };
        if path == "eventName"
            && let Some(text) = atom.predicate.whole_text()
        {
            names.insert(text.to_owned());
        }
        paths.insert(path);
    });
    let mut all: Vec<Formula<FieldPredicate>> = IN_EACH_RECORD.iter().map(|path| exists(path)).collect();
    let named = Formula::And(NAMES.iter().map(|path| exists(path)).collect());
    all.push(Formula::Or(WITHOUT_NAME.iter().map(|kind| equals("eventType", kind)).chain([named]).collect()));
    for path in &paths {
        if let Some(known) = known_values(path).filter(|known| known.is_closed) {
            let mut any: Vec<_> = known.values.iter().map(|value| equals(path, value)).collect();
            any.push(literal(path, Predicate::NotExists));
            any.push(literal(path, Predicate::IsNull));
            // a value that is no scalar is left to the types
            all.push(Formula::Or(any));
        }
    }
    for name in &names {
        if let Some(sources) = known_sources(name) {
            let from = sources.iter().map(|source| equals("eventSource", source));
            all.push(Formula::Or(std::iter::once(equals("eventName", name).not()).chain(from).collect()));
        }
        if SIGN_INS.contains(&name.as_str()) {
            all.push(Formula::Or(vec![equals("eventName", name).not(), equals("eventType", SIGN_IN)]));
        }
    }
    Formula::And(all)
}

/// The sources of an event name, if it is known well enough that it has no others.
fn known_sources(name: &str) -> Option<&'static [&'static str]> {
    let is_strong = matches!(evidence_of_name(name), Some(Evidence::Recorded | Evidence::Operation));
    Some(sources_of(name)).filter(|sources| is_strong && sources.len() <= SOURCES_OF_NAME)
}

/// The keys of a path, joined by dots. `None` if it has other steps.
fn path_of(steps: &[Step]) -> Option<String> {
    let keys: Option<Vec<&str>> = steps.iter().map(Step::key).collect();
    // a key with a dot is not in the catalogue
    keys.filter(|keys| keys.iter().all(|key| !key.contains('.'))).map(|keys| keys.join("."))
}

fn literal(path: &str, predicate: Predicate) -> Formula<FieldPredicate> {
    let steps = path.split('.').map(|key| Step::Key(key.to_owned())).collect();
    Formula::literal(FieldPredicate { steps, predicate: ValuePredicate::new(predicate, Wildcard::Observed) })
}

fn equals(path: &str, text: &str) -> Formula<FieldPredicate> {
    let value = Node::new(Span::default(), Value::Quoted(text.to_owned()));
    literal(path, Predicate::Compare(Equality::Equal, value))
}

fn exists(path: &str) -> Formula<FieldPredicate> {
    literal(path, Predicate::NotExists).not()
}

/// Whether the field is a text in each record that has it.
fn is_always_a_text(path: &str) -> bool {
    IN_EACH_RECORD.contains(&path) || NAMES.contains(&path)
}

/// The types that the value at a path can have.
pub(super) fn shape(steps: &[Step]) -> Shape {
    let Some(path) = path_of(steps) else { return Shape::ANY };
    let Some(field) = field(&path) else { return Shape::ANY };
    let null = !is_always_a_text(&path);
    let none = Shape { text: false, number: false, boolean: false, null, object: false, array: false };
    match field.kind {
        FieldKind::String => Shape { text: true, ..none },
        FieldKind::Number => Shape { number: true, ..none },
        FieldKind::Boolean => Shape { boolean: true, ..none },
        FieldKind::Object => Shape { object: true, ..none },
        FieldKind::Array => Shape { array: true, ..none },
        FieldKind::Any => Shape::ANY,
    }
}

impl Domain {
    /// Whether an event is one of the domain.
    ///
    /// ```
    /// use cwfilter::analysis::Domain;
    /// assert!(Domain::Json.contains("any text"));
    /// assert!(!Domain::CloudTrail.contains(r#"{"eventName":"StopLogging"}"#));
    /// ```
    #[must_use]
    pub fn contains(self, event: &str) -> bool {
        match self {
            Domain::Json => true,
            Domain::CloudTrail => can_exist(event),
        }
    }
}

/// Whether a record with this text can exist. It reads the record and does not use the search.
fn can_exist(event: &str) -> bool {
    let Ok(Json::Object(record)) = serde_json::from_str::<Json>(event) else { return false };
    let text = |key: &str| record.get(key).and_then(Json::as_str);
    if !IN_EACH_RECORD.iter().all(|key| text(key).is_some()) {
        return false;
    }
    let is_without_name = text("eventType").is_some_and(|kind| WITHOUT_NAME.contains(&kind));
    if !is_without_name && NAMES.iter().any(|key| text(key).is_none()) {
        return false;
    }
    if let Some(name) = text("eventName") {
        let source = text("eventSource").unwrap_or_default();
        if known_sources(name).is_some_and(|known| !known.contains(&source))
            || SIGN_INS.contains(&name) && text("eventType") != Some(SIGN_IN)
        {
            return false;
        }
    }
    has_types(&record, "")
}

/// Whether the fields have types and values that the catalogue allows.
fn has_types(object: &Map<String, Json>, above: &str) -> bool {
    object.iter().all(|(key, value)| {
        let path = if above.is_empty() { key.clone() } else { format!("{above}.{key}") };
        if key.contains('.') {
            return true;
        }
        if value.is_null() && is_always_a_text(&path) {
            return false;
        }
        let has_type = match (field(&path).map(|field| field.kind), value) {
            (None | Some(FieldKind::Any), _) | (_, Json::Null) => true,
            (Some(FieldKind::String), it) => it.is_string(),
            (Some(FieldKind::Number), it) => it.is_number(),
            (Some(FieldKind::Boolean), it) => it.is_boolean(),
            (Some(FieldKind::Object), it) => it.is_object(),
            (Some(FieldKind::Array), it) => it.is_array(),
        };
        let is_known = || match (known_values(&path), value) {
            (Some(known), value) if known.is_closed && !value.is_null() => {
                value.as_str().is_some_and(|text| known.values.contains(&text))
            }
            _ => true,
        };
        has_type && is_known() && value.as_object().is_none_or(|inner| has_types(inner, &path))
    })
}

/// The record with the fields that nearly all records have, and with a name that its source records, as far as `holds` stays true. Of names,
/// `tried` are tried.
pub(super) fn completed(event: String, tried: usize, holds: impl Fn(&String) -> bool) -> String {
    let Ok(Json::Object(mut record)) = serde_json::from_str::<Json>(&event) else { return event };
    let mut best = event;
    let mut try_with = |record: &mut Map<String, Json>, members: &[(&str, Json)]| {
        let mut other = record.clone();
        other.extend(members.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
        let text = Json::Object(other.clone()).to_string();
        let is_good = can_exist(&text) && holds(&text);
        if is_good {
            (*record, best) = (other, text);
        }
        is_good
    };
    let text = |record: &Map<String, Json>, key: &str| {
        record.get(key).and_then(Json::as_str).unwrap_or_default().to_owned()
    };
    // an ordinary record, if there is one: a call of an API, or a sign-in
    if ![USUAL_TYPE, SIGN_IN].contains(&text(&record, "eventType").as_str()) {
        let named = |name: &str| {
            let source = sources_of(name).first().copied().unwrap_or_default();
            let kind = if SIGN_INS.contains(&name) { SIGN_IN } else { USUAL_TYPE };
            [("eventType", json!(kind)), ("eventName", json!(name)), ("eventSource", json!(source))]
        };
        let _ = [USUAL_TYPE, SIGN_IN].iter().any(|kind| try_with(&mut record, &[("eventType", json!(kind))]))
            || USUAL_NAMES.iter().any(|name| try_with(&mut record, &named(name)));
    }
    if WITHOUT_NAME.contains(&text(&record, "eventType").as_str()) {
        return best;
    }
    let (name, source) = (text(&record, "eventName"), text(&record, "eventSource"));
    if !names_of(&source).contains(&name.as_str()) {
        let of_source = names_of(&source).iter().take(tried);
        let _ = of_source.copied().any(|name| try_with(&mut record, &[("eventName", json!(name))]))
            || similar_names(&name, tried).into_iter().any(|name| {
                let from = sources_of(name).first().copied().unwrap_or_default();
                try_with(&mut record, &[("eventName", json!(name)), ("eventSource", json!(from))])
            });
    }
    for (key, value) in [
        ("sourceIPAddress", json!("203.0.113.7")),
        ("recipientAccountId", json!("123456789012")),
        ("userIdentity", json!({ "type": "IAMUser" })),
    ] {
        if !record.contains_key(key) {
            try_with(&mut record, &[(key, value)]);
        }
    }
    best
}

/// Usual event names, and then known ones that contain a text, short ones first.
fn similar_names(text: &str, tried: usize) -> Vec<&'static str> {
    let mut names: Vec<&str> = event_names().filter(|name| name.contains(text)).collect();
    names.sort_unstable_by_key(|name| (name.len(), *name));
    names.splice(0..0, USUAL_NAMES);
    names.truncate(tried);
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::NAMES_TRIED;

    /// A witness gets a name that its source records, if one of the first names holds.
    #[test]
    fn more_names_are_tried_with_more_steps() {
        let source = "ec2.amazonaws.com";
        let far = names_of(source).get(NAMES_TRIED).copied().expect("more names than are tried");
        let event = json!({
            "eventName": "x", "eventSource": source, "eventType": USUAL_TYPE, "eventVersion": "1.11", "awsRegion": "us-east-1",
            "eventTime": "2026-03-01T12:00:00Z", "eventID": "a"
        });
        let is_far = |event: &String| event.contains(&format!("\"{far}\""));
        assert!(!is_far(&completed(event.to_string(), NAMES_TRIED, is_far)));
        assert!(is_far(&completed(event.to_string(), 2 * NAMES_TRIED, is_far)));
    }
}
