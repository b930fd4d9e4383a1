//! What values are taken for: a number, a truth value, a key, the members of a collection.

use crate::sources::value::{Data, Place, Value};
use crate::span::Span;

/// A number, or a text that is one.
pub(super) fn number(value: &Value) -> Option<f64> {
    match &value.data {
        Data::Number(number) => Some(*number),
        Data::Text(_) => value.as_str()?.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        Data::Unknown(_) | Data::Null | Data::Bool(_) | Data::List(_) | Data::Map(_) => None,
    }
}

/// A truth value, or a text that is one.
pub(super) fn truth(value: &Value) -> Option<bool> {
    match &value.data {
        Data::Bool(is_true) => Some(*is_true),
        Data::Text(_) => value.as_str()?.parse().ok(),
        Data::Unknown(_) | Data::Null | Data::Number(_) | Data::List(_) | Data::Map(_) => None,
    }
}

/// The key or index that a value is in a traversal.
pub(super) fn key_text(value: &Value) -> Option<String> {
    value.to_string()
}

/// Keys and values of what `for` and `for_each` walk through.
pub(super) fn entries(collection: &Value) -> Option<Vec<(Value, Value)>> {
    match &collection.data {
        Data::Map(map) => Some(
            map.iter()
                .map(|(key, value)| {
                    let mut value = value.clone();
                    value.add_uses(&collection.uses);
                    (Value::computed(key.as_str(), collection.at), value)
                })
                .collect(),
        ),
        Data::List(list) => Some(
            list.iter()
                .enumerate()
                .map(|(at, value)| {
                    let mut value = value.clone();
                    value.add_uses(&collection.uses);
                    (Value::new(Data::Number(at as f64), collection.at), value)
                })
                .collect(),
        ),
        _ => None,
    }
}

/// Not known since `cause` is not, or is of a kind that has no meaning there.
pub(super) fn unknown_of(cause: &Value, what: &str, at: Place) -> Value {
    match cause.any_unknown() {
        Some(why) => Value::unknown(why, at),
        None => Value::unknown(format!("{what} is {}", cause.kind()), at),
    }
}

/// A number, `true`, `false` or `null`.
pub(super) fn plain(text: &str, at: Place) -> Value {
    let data = match text {
        "true" => Data::Bool(true),
        "false" => Data::Bool(false),
        "null" | "" | "~" => Data::Null,
        number => match number.parse::<f64>() {
            Ok(number) if number.is_finite() => Data::Number(number),
            _ => return Value::computed(text, at),
        },
    };
    Value::new(data, at)
}

/// The text of a range of a file, on one line.
pub(super) fn shown(source: &str, span: Span) -> String {
    span.of(source).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A list without repetitions, texts in the order of their bytes: the order in which Terraform walks through a set.
pub(super) fn as_set(list: Vec<Value>, of: &Value) -> Value {
    let mut out: Vec<Value> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for item in list {
        let is_new = match item.to_string() {
            Some(text) => seen.insert(text),
            None => true,
        };
        if is_new {
            out.push(item);
        }
    }
    let is_number = out.iter().all(|item| matches!(item.data, Data::Number(_)));
    if is_number {
        out.sort_by(|a, b| number(a).partial_cmp(&number(b)).unwrap_or(std::cmp::Ordering::Equal));
    } else if out.iter().all(|item| item.as_str().is_some()) {
        out.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    }
    Value { uses: of.uses.clone(), ..Value::list(out, of.at) }
}
