//! Patches on the event of a rule test: set a field, remove a field.

use crate::plural::counted;
use crate::syntax::ast::{Selector, Step};
use crate::syntax::parse_selector;
use serde_json::{Map, Number, Value};

/// The path of the field that a patch names: a selector without wildcards, in which `$.` may be omitted.
pub(super) fn path(text: &str) -> Result<Vec<Step>, String> {
    let selector = if text.starts_with('$') { text.to_owned() } else { format!("$.{text}") };
    let steps = parse_selector(&selector).map(|selector| selector.steps).unwrap_or_default();
    if steps.is_empty() || steps.iter().any(Step::is_wildcard) {
        return Err(format!("`{text}` does not name a field"));
    }
    Ok(steps)
}

/// Sets the field at the end of the path to `value`. Creates the objects and arrays on the path that are missing.
pub(super) fn set(event: &mut Value, steps: &[Step], value: Value) -> Result<(), String> {
    let mut place = event;
    for (at, step) in steps.iter().enumerate() {
        let parent = || name(steps.get(..at).unwrap_or_default());
        place = match step {
            Step::Key(key) | Step::QuotedKey(key) => {
                if place.is_null() {
                    *place = Value::Object(Map::new());
                }
                let object =
                    place.as_object_mut().ok_or_else(|| format!("`{}` is not an object", parent()))?;
                object.entry(key.clone()).or_insert(Value::Null)
            }
            Step::Index(index) => {
                if place.is_null() && *index == 0 {
                    *place = Value::Array(Vec::new());
                }
                let array = place.as_array_mut().ok_or_else(|| format!("`{}` is not an array", parent()))?;
                let length = array.len();
                if *index == length {
                    array.push(Value::Null);
                }
                array
                    .get_mut(*index)
                    .ok_or_else(|| format!("`{}` has {}", parent(), counted(length, "element", "elements")))?
            }
            Step::AnyKey | Step::AnyIndex => {
                debug_assert!(false, "a patch names one field");
                return Err(format!("`{}` does not name a field", name(steps)));
            }
        };
    }
    *place = value;
    Ok(())
}

/// Removes the field at the end of the path. A field that is missing is an error, because the test would then show nothing.
pub(super) fn remove(event: &mut Value, steps: &[Step]) -> Result<(), String> {
    let missing = || format!("the event has no `{}` to remove", name(steps));
    let (last, parents) = steps.split_last().ok_or_else(missing)?;
    let parent = parents.iter().try_fold(event, |place, step| match step {
        Step::Key(key) | Step::QuotedKey(key) => place.get_mut(key),
        Step::Index(index) => place.get_mut(index),
        Step::AnyKey | Step::AnyIndex => None,
    });
    let parent = parent.ok_or_else(missing)?;
    let removed = match last {
        Step::Key(key) | Step::QuotedKey(key) => parent.as_object_mut().and_then(|it| it.remove(key)),
        Step::Index(index) => {
            parent.as_array_mut().filter(|it| *index < it.len()).map(|it| it.remove(*index))
        }
        Step::AnyKey | Step::AnyIndex => {
            debug_assert!(false, "a patch names one field");
            None
        }
    };
    removed.map(|_| ()).ok_or_else(missing)
}

fn name(steps: &[Step]) -> String {
    Selector { steps: steps.to_vec() }.to_string()
}

/// A TOML value as JSON. Dates become strings.
pub(super) fn json(value: toml::Value) -> Result<Value, String> {
    Ok(match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => Value::from(number),
        toml::Value::Float(number) => match Number::from_f64(number) {
            Some(number) => Value::Number(number),
            None => return Err(format!("JSON has no `{number}`, so that no event has it")),
        },
        toml::Value::Boolean(flag) => Value::Bool(flag),
        toml::Value::Datetime(time) => Value::String(time.to_string()),
        toml::Value::Array(values) => values.into_iter().map(json).collect::<Result<_, _>>()?,
        toml::Value::Table(table) => {
            let entries = table.into_iter().map(|(key, value)| Ok((key, json(value)?)));
            Value::Object(entries.collect::<Result<_, String>>()?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn patches() {
        let mut event = json!({"a": {"b": 1}, "list": [1]});
        set(&mut event, &path("a.c.d").unwrap(), json!("x")).unwrap();
        set(&mut event, &path("$.list[1]").unwrap(), json!(2)).unwrap();
        set(&mut event, &path("new[0].x").unwrap(), json!(3)).unwrap();
        assert_eq!(remove(&mut event, &path("new").unwrap()), Ok(()));
        set(&mut event, &path("['a b']").unwrap_or(path("$.['a b']").unwrap()), json!(true)).unwrap();
        remove(&mut event, &path("a.b").unwrap()).unwrap();
        assert_eq!(event, json!({"a": {"c": {"d": "x"}}, "list": [1, 2], "a b": true}));
        assert_eq!(
            remove(&mut event, &path("a.b").unwrap()).unwrap_err(),
            "the event has no `$.a.b` to remove"
        );
        assert_eq!(
            set(&mut event, &path("list.x").unwrap(), json!(1)).unwrap_err(),
            "`$.list` is not an object"
        );
        assert!(path("a[*]").is_err() && path("a b").is_err());
    }
}
