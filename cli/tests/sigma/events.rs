//! Events that show where a pattern and a Sigma rule differ: the generated events of the pattern, with each field that the rule reads
//! missing, null, of another type, in another case, with more text around it.

use cwfilter::cloudtrail::catalogue::{
    Evidence, FieldKind, event_names, evidence_of_name, field, known_values, list_evidence, recorded_sources,
};
use cwfilter::sigma::DifferenceKind;
use rsigma_parser::{Detection, SigmaRule, SigmaValue};
use serde_json::{Map, Value, json};

/// An event, with the kind of change that made it, if a difference may be due to the change.
pub struct Changed {
    pub event: Value,
    pub kinds: Vec<DifferenceKind>,
}

/// The fields of a rule with their values as texts.
pub fn fields(rule: &SigmaRule) -> Vec<(String, Vec<String>)> {
    fn walk(detection: &Detection, found: &mut Vec<(String, Vec<String>)>) {
        match detection {
            Detection::AllOf(items) => {
                for item in items {
                    let Some(name) = &item.field.name else { continue };
                    let text = |value: &SigmaValue| match value {
                        SigmaValue::String(text) => text.original.replace(['*', '?'], "x"),
                        other => other.to_string(),
                    };
                    found.push((name.clone(), item.values.iter().map(text).collect()));
                }
            }
            Detection::AnyOf(all) | Detection::And(all) => all.iter().for_each(|it| walk(it, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    rule.detection.named.values().for_each(|it| walk(it, &mut found));
    found.sort();
    found
}

/// Whether CloudTrail may write the values: documented texts are no objects, lists or booleans, and the caller's address is one, or a name.
pub fn is_of_cloudtrail(event: &Value, fields: &[(String, Vec<String>)]) -> bool {
    fields.iter().all(|(path, _)| {
        let found = path.split('.').try_fold(event, |value, key| value.get(key));
        let Some(found) = found.filter(|it| !it.is_null()) else { return true };
        let is_address = |text: &str| {
            text.parse::<std::net::IpAddr>().is_ok() || !text.starts_with(|c: char| c.is_ascii_digit())
        };
        match field(path).map(|it| it.kind) {
            Some(FieldKind::String) if path == "sourceIPAddress" => found.as_str().is_some_and(is_address),
            Some(FieldKind::String) => found.is_string() || found.is_number(),
            Some(FieldKind::Boolean) => found.is_boolean(),
            Some(FieldKind::Number) => found.is_number(),
            _ => true,
        }
    })
}

/// The event as it is, and each change of one of the fields.
pub fn changed(event: &Value, fields: &[(String, Vec<String>)]) -> Vec<Changed> {
    let mut all = vec![Changed { event: event.clone(), kinds: vec![] }];
    for (path, values) in fields {
        let is_documented =
            field(path).is_some_and(|it| matches!(it.kind, FieldKind::String | FieldKind::Boolean));
        let is_list = list_evidence(path).is_some();
        let is_recorded = recorded_sources().values().any(|source| source.field(path).is_some());
        let mut add = |value: Option<Value>, kinds: &[DifferenceKind]| {
            let mut event = event.clone();
            if set(&mut event, path, value) {
                all.push(Changed { event, kinds: kinds.to_vec() });
            }
        };
        add(None, &[]);
        if !path.contains('[') {
            add(Some(Value::Null), &[]);
        }
        for value in values {
            let known = known_spellings(path, value);
            let mut texts = known.clone().unwrap_or_else(|| vec![value.clone()]);
            if known.is_none() {
                texts.extend([value.to_uppercase(), value.to_lowercase(), swapped(value)]);
            }
            if let Some(addresses) = addresses(value) {
                texts = addresses;
            } else {
                let around = |it: &String| {
                    [
                        format!("x{it}"),
                        format!("{it}x"),
                        format!("x{it}x"),
                        format!("{it}{it}"),
                        format!("{it} {it}"),
                    ]
                };
                texts.extend(texts.clone().iter().take(2).flat_map(around));
            }
            for text in texts {
                let kinds =
                    [DifferenceKind::Case, DifferenceKind::FirstOccurrence, DifferenceKind::NumberText];
                if is_list {
                    add(Some(json!([text])), &kinds);
                    add(Some(json!(["other", text])), &kinds);
                } else {
                    add(Some(json!(text)), &kinds);
                    if !is_documented && !is_recorded {
                        add(Some(json!([text])), &[DifferenceKind::List]);
                        add(Some(json!({ "x": text })), &[DifferenceKind::List]);
                    }
                }
            }
        }
        if is_list {
            add(Some(json!([])), &[DifferenceKind::List]);
            continue;
        }
        add(Some(json!("")), &[]);
        add(Some(json!("another text")), &[]);
        let numbers: Vec<i64> = values.iter().filter_map(|it| it.parse().ok()).collect();
        for number in numbers.iter().flat_map(|it| [it - 1, *it, it + 1]).chain([7]) {
            add(Some(json!(number)), &[]);
        }
        for boolean in [true, false] {
            add(Some(json!(boolean)), &[]);
        }
    }
    all
}

/// The forms in which AWS writes a value, if it is a name of the catalogue or a value of a field that has few. The import does not name
/// other cases as a difference.
fn known_spellings(path: &str, value: &str) -> Option<Vec<String>> {
    let lower = value.to_lowercase();
    let owned = |found: Vec<&str>| {
        if found.is_empty() { vec![value.to_owned()] } else { found.into_iter().map(str::to_owned).collect() }
    };
    if path == "eventName" {
        // actions of policies and names of test data are no events
        let is_event =
            |name: &&str| !matches!(evidence_of_name(name), Some(Evidence::Action | Evidence::Written));
        let names = event_names().filter(is_event).filter(|name| name.to_lowercase().contains(&lower));
        return Some(owned(names.take(5).collect()));
    }
    if ["eventSource", "awsRegion"].contains(&path) || lower == "true" || lower == "false" {
        return Some(vec![lower]);
    }
    let equal = |known: &&str| known.to_lowercase() == lower;
    if let Some(known) = known_values(path) {
        return Some(owned(known.values.iter().copied().filter(|it| equal(it)).collect()));
    }
    let fields = recorded_sources().values().filter_map(|source| source.field(path));
    let recorded: Vec<&str> = fields
        .flat_map(|field| field.values.iter().map(|(value, _)| *value))
        .filter(|it| equal(it))
        .collect();
    (!recorded.is_empty()).then(|| owned(recorded))
}

/// Addresses in and beside a network.
fn addresses(value: &str) -> Option<Vec<String>> {
    let (network, _) = value.split_once('/')?;
    let octets: Vec<u8> = network.parse::<std::net::Ipv4Addr>().ok()?.octets().to_vec();
    let mut found = vec![network.to_owned()];
    for at in 0..4 {
        for step in [1_u8, 3, 4, 15, 16, 64, 127, 128, 255] {
            let mut other = octets.clone();
            other[at] = other[at].wrapping_add(step);
            found.push(other.iter().map(u8::to_string).collect::<Vec<_>>().join("."));
        }
    }
    Some(found)
}

fn swapped(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
        .collect()
}

/// Sets or removes the field at a path. `false` if a list is on the way.
fn set(event: &mut Value, path: &str, value: Option<Value>) -> bool {
    let steps: Vec<&str> = path.split('.').collect();
    let (last, above) = steps.split_last().unwrap();
    let mut at = event;
    for step in above {
        if !at.is_object() {
            return false;
        }
        at = at.as_object_mut().unwrap().entry(*step).or_insert_with(|| Value::Object(Map::new()));
    }
    let Some(object) = at.as_object_mut() else { return false };
    match value {
        Some(value) => object.insert((*last).to_owned(), value),
        None => object.remove(*last),
    };
    true
}
