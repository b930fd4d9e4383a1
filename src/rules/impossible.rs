//! Why no CloudTrail record can be as an event is: one check for the events of tests, for generated events, and for the witnesses of changes.

use crate::analysis::{Domain, of_value};
use crate::cloudtrail::catalogue::{FieldKind, field};
use serde_json::Value as Json;

/// Why no CloudTrail record can have the members of an event: the [domain](Domain::excludes) excludes it, or it has a field that no record has.
/// `None` if one can.
pub(super) fn impossible(event: &str) -> Option<String> {
    if let Some(reason) = Domain::CloudTrail.excludes(event) {
        return Some(reason);
    }
    let event: Json = serde_json::from_str(event).ok()?;
    let mut fault = None;
    leaves(&event, &mut String::new(), &mut |path, value| {
        fault = fault.take().or_else(|| never(path, value));
    });
    fault
}

/// Why no record has this value at this path, by what AWS documents. The value is no object and no array.
pub(super) fn never(path: &str, value: &Json) -> Option<String> {
    if field(path).is_some() {
        // an element of a known array is an object
        return of_value(path, value);
    }
    let mut parents = path.match_indices('.').map(|(at, _)| path.get(..at).unwrap_or_default()).rev();
    let parent = parents.find_map(field);
    match parent.map(|it| it.kind) {
        Some(FieldKind::Any) => of_value(path, value),
        _ => Some(format!("no record has a field `{path}`")),
    }
}

/// Calls `visit` for each value that is no object and no array, with its path.
pub(super) fn leaves(value: &Json, path: &mut String, visit: &mut impl FnMut(&str, &Json)) {
    match value {
        Json::Object(object) => {
            for (key, value) in object {
                let length = path.len();
                path.push_str(if length == 0 { "" } else { "." });
                path.push_str(key);
                leaves(value, path, visit);
                path.truncate(length);
            }
        }
        Json::Array(values) => values.iter().for_each(|value| leaves(value, path, visit)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => visit(path, value),
    }
}
