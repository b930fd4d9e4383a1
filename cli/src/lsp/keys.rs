//! Completion of the keys of TOML files, and of their values, by the JSON Schemas of the files.

use super::proposal::Proposal;
use lsp_types::CompletionItemKind;
use serde_json::Value;

/// The keys of `.cwfilter.toml`.
pub(super) fn settings() -> Vec<Proposal> {
    let all = super::super::config::KEYS;
    let of = |(key, about): &(&str, &str)| Proposal {
        about: (*about).to_owned(),
        ..Proposal::new(*key, "", CompletionItemKind::PROPERTY)
    };
    all.iter().map(of).collect()
}

/// The keys of the table that the cursor is in, or the values that a key takes, by a schema.
pub(super) fn keys(schema: &str, before: &str, head: &str) -> Vec<Proposal> {
    let Ok(schema) = serde_json::from_str::<Value>(schema) else { return Vec::new() };
    let headers = before.lines().rev().filter_map(|line| line.trim().strip_prefix('['));
    let header =
        headers.map(|line| line.trim_matches(['[', ']', ' '])).find(|line| !line.contains(['"', '\'', ',']));
    let mut table = &schema;
    for key in header.unwrap_or_default().split('.').filter(|key| !key.is_empty()) {
        table = member(&schema, table, key);
    }
    let key = head.split(['=', '{']).next().unwrap_or_default().trim();
    if let Some((_, inline)) = head.split_once('{').filter(|(_, inline)| !inline.contains('}')) {
        // `metric = { na`: the keys of the inline table, unless a value is typed
        return match inline.trim_end().ends_with([',', ' ']) || inline.trim().is_empty() {
            true => of_table(member(&schema, table, key)),
            false => {
                let inner = inline.rsplit(',').next().unwrap_or_default();
                let inner = inner.split('=').next().unwrap_or_default().trim();
                of_enum(member(&schema, member(&schema, table, key), inner))
            }
        };
    }
    if head.is_empty() {
        return of_table(table);
    }
    match head.ends_with(['"', '\'']) {
        true => of_enum(member(&schema, table, key)),
        false => Vec::new(),
    }
}

/// The schema of a key of a table; for an array that of its elements.
fn member<'a>(schema: &'a Value, table: &'a Value, key: &str) -> &'a Value {
    let follow = |mut it: &'a Value| {
        if let Some(items) = it.get("items") {
            it = items;
        }
        let name = it.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix("#/$defs/"));
        name.map_or(it, |name| &schema["$defs"][name])
    };
    follow(&table["properties"][key])
}

fn of_table(table: &Value) -> Vec<Proposal> {
    let Some(properties) = table["properties"].as_object() else { return Vec::new() };
    let of = |(name, it): (&String, &Value)| Proposal {
        about: it["description"].as_str().unwrap_or_default().to_owned(),
        ..Proposal::new(name.clone(), kind(it), CompletionItemKind::PROPERTY)
    };
    properties.iter().map(of).collect()
}

/// The name of a schema's type, which its alternatives may share.
fn kind(it: &Value) -> &str {
    let own = it["type"].as_str();
    own.or_else(|| alternatives(it).next().and_then(|first| first["type"].as_str())).unwrap_or_default()
}

fn alternatives(it: &Value) -> impl Iterator<Item = &Value> {
    ["oneOf", "anyOf"].into_iter().flat_map(|key| it[key].as_array().into_iter().flatten())
}

/// The value that a schema allows alone, and its description.
fn described(it: &Value) -> Option<(&str, &str)> {
    Some((it["const"].as_str()?, it["description"].as_str().unwrap_or_default()))
}

/// The values that a schema lists, each with its description if it has one.
fn of_enum(it: &Value) -> Vec<Proposal> {
    let listed = it["enum"].as_array().into_iter().flatten();
    let plain = listed.filter_map(Value::as_str).map(|value| (value, ""));
    // `"none"` of `metric` is an alternative of an alternative
    let nested = alternatives(it).flat_map(|it| std::iter::once(it).chain(alternatives(it)));
    let values = plain.chain(nested.filter_map(described));
    let proposal = |(value, about): (&str, &str)| Proposal {
        about: about.to_owned(),
        ..Proposal::new(value, "", CompletionItemKind::ENUM_MEMBER)
    };
    values.map(proposal).collect()
}
