//! The members that a JSON Schema names, and those that a value has.

use serde_json::Value;
use std::collections::BTreeSet;

/// Schemas that a schema consists of at one place: itself, the alternatives, and what `$ref` names.
fn parts<'a>(root: &'a Value, schema: &'a Value, found: &mut Vec<&'a Value>) {
    found.push(schema);
    if let Some(name) = schema["$ref"].as_str() {
        parts(root, root.pointer(name.trim_start_matches('#')).expect("the definition exists"), found);
    }
    for key in ["oneOf", "anyOf"] {
        for alternative in schema[key].as_array().into_iter().flatten() {
            parts(root, alternative, found);
        }
    }
}

/// The paths of all members that a schema names, such as `rules[].id`; `*` is a member of any name.
pub(crate) fn named(root: &Value, schema: &Value, path: &str, found: &mut BTreeSet<String>) {
    let mut all = Vec::new();
    parts(root, schema, &mut all);
    for part in all {
        for (key, member) in part["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}.{key}");
            found.insert(path.clone());
            named(root, member, &path, found);
        }
        if part["additionalProperties"].is_object() {
            named(root, &part["additionalProperties"], &format!("{path}.*"), found);
        }
        if part["items"].is_object() {
            named(root, &part["items"], &format!("{path}[]"), found);
        }
    }
}

/// The paths of the members that a value has, as [`named`] writes them. Names that the schema leaves open are not listed.
pub(crate) fn had(root: &Value, schema: &Value, value: &Value, path: &str, found: &mut BTreeSet<String>) {
    let mut all = Vec::new();
    parts(root, schema, &mut all);
    for part in all {
        for (key, member) in value.as_object().into_iter().flatten() {
            if let Some(of_member) = part["properties"].get(key) {
                let path = format!("{path}.{key}");
                found.insert(path.clone());
                had(root, of_member, member, &path, found);
            } else if part["additionalProperties"].is_object() {
                had(root, &part["additionalProperties"], member, &format!("{path}.*"), found);
            }
        }
        for element in value.as_array().into_iter().flatten().filter(|_| part["items"].is_object()) {
            had(root, &part["items"], element, &format!("{path}[]"), found);
        }
    }
}

/// Fails unless the schema allows each value, and each member that it names is in one of them.
// a test of many schemas looks for the members after all its runs
#[allow(dead_code)]
pub(crate) fn hold(schema: &Value, values: impl IntoIterator<Item = Value>) -> jsonschema::Validator {
    let validator = jsonschema::validator_for(schema).unwrap();
    let (mut seen, mut all) = (BTreeSet::new(), BTreeSet::new());
    for value in values {
        let errors = errors(&validator, &value);
        assert!(errors.is_empty(), "{errors:#?}\n{value:#}");
        had(schema, schema, &value, "", &mut seen);
    }
    named(schema, schema, "", &mut all);
    let unseen: Vec<&String> = all.difference(&seen).collect();
    assert!(unseen.is_empty(), "no value has these members: {unseen:?}");
    validator
}

/// Why a value is not allowed, with the place of each error.
pub(crate) fn errors(validator: &jsonschema::Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|it| format!("{}: {it}", it.instance_path())).collect()
}
