//! What holds for a type that is written: its objects have no other members.

use schemars::Schema;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::{Map, Value, json};

/// Closes objects, and makes descriptions plain text.
#[derive(Clone)]
pub(super) struct Closed {
    /// Whether a member that an object may lack can be null. A type that leaves `None` out never writes null.
    pub(super) writes_null: bool,
}

/// The keywords of alternatives.
const ALTERNATIVES: [&str; 2] = ["anyOf", "oneOf"];

impl Transform for Closed {
    fn transform(&mut self, schema: &mut Schema) {
        // the names of Rust's types, and the sizes of its numbers
        for key in ["title", "format"] {
            schema.remove(key);
        }
        if let Some(Value::String(text)) = schema.get_mut("description") {
            *text = plain(text);
        }
        if let Some(members) = schema.as_object_mut() {
            distribute(members);
        }
        if schema.get("const").is_some() {
            schema.remove("minimum");
        }
        if !self.writes_null {
            optional_members(schema).for_each(without_null);
        }
        let is_object = match schema.get("type") {
            Some(Value::Array(types)) => types.iter().any(|it| it == "object"),
            other => other.is_some_and(|it| it == "object"),
        };
        if is_object && schema.get("additionalProperties").is_none() {
            schema.insert("additionalProperties".to_owned(), false.into());
        }
        transform_subschemas(self, schema);
    }
}

/// The schemas of the members that an object may lack.
fn optional_members(schema: &mut Schema) -> impl Iterator<Item = &mut Value> {
    let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let members = schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten();
    members.filter(move |(name, _)| !required.iter().any(|it| it == name.as_str())).map(|(_, member)| member)
}

/// Takes null out of the types of a member.
fn without_null(member: &mut Value) {
    if let Some(Value::Array(types)) = member.get_mut("type") {
        types.retain(|it| it != "null");
        if let [only] = types.as_slice() {
            member["type"] = only.clone();
        }
    }
    if let Some(Value::Array(values)) = member.get_mut("enum") {
        values.retain(|it| !it.is_null());
    }
    if let Some(Value::Array(alternatives)) = member.get_mut("anyOf") {
        alternatives.retain(|it| it != &json!({ "type": "null" }));
        if let [Value::Object(only)] = alternatives.as_slice() {
            let only = only.clone();
            let Value::Object(member) = member else { return };
            member.remove("anyOf");
            // the description is that of the member, if it has one
            for (key, value) in only {
                member.entry(key).or_insert(value);
            }
        }
    }
}

/// Moves the members of an object into each of its alternatives, which are then closed, too.
fn distribute(schema: &mut Map<String, Value>) {
    let Some(key) = ALTERNATIVES.into_iter().find(|key| schema.contains_key(*key)) else { return };
    let Some(Value::Object(properties)) = schema.remove("properties") else { return };
    let required = schema.remove("required").unwrap_or_else(|| json!([]));
    schema.remove("type");
    for alternative in schema.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten() {
        let Value::Object(alternative) = alternative else { continue };
        alternative.insert("type".to_owned(), "object".into());
        if let Value::Object(own) = alternative.entry("properties").or_insert_with(|| json!({})) {
            own.extend(properties.clone());
        }
        if let Value::Array(own) = alternative.entry("required").or_insert_with(|| json!([])) {
            own.splice(0..0, required.as_array().into_iter().flatten().cloned());
        }
    }
}

/// A doc comment without links into the code, with a line for each paragraph.
fn plain(text: &str) -> String {
    let lines = |paragraph: &str| paragraph.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let text = text.split("\n\n").map(lines).collect::<Vec<_>>().join("\n\n");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some((before, link)) = rest.split_once('[') {
        out += before;
        let Some((shown, after)) = link.split_once(']') else {
            out.push('[');
            rest = link;
            continue;
        };
        out += shown;
        rest = match after.strip_prefix('(').and_then(|it| it.split_once(')')) {
            Some((_, after)) => after,
            None => after,
        };
    }
    out + rest
}

#[test]
fn links_of_doc_comments_are_left_out() {
    for (text, shown) in [
        ("The name of a [`Domain`](crate::analysis::Domain).", "The name of a `Domain`."),
        ("If it is [`Relation::Unknown`],\nopen.\n\nMore.", "If it is `Relation::Unknown`, open.\n\nMore."),
        ("`[a` is open", "`[a` is open"),
    ] {
        assert_eq!(plain(text), shown);
    }
}
