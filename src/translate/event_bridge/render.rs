//! Alternatives as the JSON of an event pattern.

use super::super::note::{Clause, Refusal};
use super::alternatives::{Alternatives, Fields};
use crate::escaped::json_text;
use serde_json::{Map, Value, json};

/// Names of matchers. A field inside `$or` cannot have them: EventBridge would take `$or` for a field.
const RESERVED: [&str; 10] = [
    "exactly",
    "exists",
    "prefix",
    "suffix",
    "numeric",
    "anything-but",
    "cidr",
    "wildcard",
    "equals-ignore-case",
    "$or",
];

/// The event pattern.
pub(super) fn pattern(alternatives: &Alternatives, clause: &Clause<'_>) -> Result<String, Refusal> {
    let all = &alternatives.0;
    let detail = match all.as_slice() {
        [] => {
            return Err(
                clause.refused("no event matches: the conditions exclude each other", "correct the pattern")
            );
        }
        [only] => Value::Object(object(only, clause)?),
        [first, ..] => {
            let common: Fields = first
                .iter()
                .filter(|(path, matchers)| all.iter().all(|it| it.get(*path) == Some(matchers)))
                .map(|(path, matchers)| (path.clone(), matchers.clone()))
                .collect();
            let rests: Vec<Fields> = all
                .iter()
                .map(|fields| {
                    fields.clone().into_iter().filter(|(path, _)| !common.contains_key(path)).collect()
                })
                .collect();
            let mut detail = object(&common, clause)?;
            // an alternative without further fields: the others add nothing
            if rests.iter().all(|rest| !rest.is_empty()) {
                let or: Result<Vec<Value>, Refusal> =
                    rests.iter().map(|rest| Ok(Value::Object(object(rest, clause)?))).collect();
                let names = rests.iter().flat_map(|rest| rest.keys().flatten());
                reserved(names.map(String::as_str), clause)?;
                conflicts(all, clause)?;
                detail.insert("$or".to_owned(), Value::Array(or?));
            }
            Value::Object(detail)
        }
    };
    let text = json!({ "detail": detail }).to_string();
    Ok(json_text(&text).into_owned())
}

fn reserved<'n>(mut names: impl Iterator<Item = &'n str>, clause: &Clause<'_>) -> Result<(), Refusal> {
    match names.find(|name| RESERVED.contains(name)) {
        None => Ok(()),
        Some(name) => {
            let reason = format!(
                "EventBridge takes no field `{name}` among alternatives: it is the name of a matcher"
            );
            Err(clause.refused(reason, "translate the alternatives one by one"))
        }
    }
}

/// Fields as nested objects.
fn object(fields: &Fields, clause: &Clause<'_>) -> Result<Map<String, Value>, Refusal> {
    let mut root = Map::new();
    for (path, matchers) in fields {
        let Some((last, above)) = path.split_last() else { continue };
        if path.iter().any(|key| key == "$or") {
            return Err(
                clause.refused("EventBridge takes a field `$or` for alternatives", "rename the field")
            );
        }
        let mut object = &mut root;
        for key in above {
            let inner = object.entry(key.as_str()).or_insert_with(|| json!({}));
            let Value::Object(inner) = inner else { return Err(conflict(path, clause)) };
            object = inner;
        }
        if object.contains_key(last) {
            return Err(conflict(path, clause));
        }
        object.insert(last.clone(), Value::Array(matchers.iter().map(|it| it.json()).collect()));
    }
    Ok(root)
}

/// A field and a field inside it must not be in one alternative, also if `$or` splits them.
fn conflicts(all: &[Fields], clause: &Clause<'_>) -> Result<(), Refusal> {
    all.iter().try_for_each(|fields| object(fields, clause).map(drop))
}

fn conflict(path: &[String], clause: &Clause<'_>) -> Refusal {
    let reason = format!(
        "an event pattern cannot have conditions on a field and on a field inside it, here of `{}`",
        path.join(".")
    );
    clause.refused(reason, "write conditions on the inner fields only")
}
