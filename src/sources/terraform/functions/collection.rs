//! Functions of lists, sets and maps.

use super::super::kinds::{as_set, key_text, truth};
use super::call::{Call, Outcome};
use crate::limits::EXPANDED_VALUES;
use crate::sources::value::{Data, Value, same};
use std::collections::BTreeMap;

pub(super) const NAMES: &[&str] = &[
    "alltrue",
    "anytrue",
    "can",
    "chunklist",
    "coalesce",
    "coalescelist",
    "compact",
    "concat",
    "contains",
    "distinct",
    "element",
    "ephemeralasnull",
    "flatten",
    "index",
    "keys",
    "length",
    "lookup",
    "matchkeys",
    "merge",
    "nonsensitive",
    "one",
    "range",
    "reverse",
    "sensitive",
    "setintersection",
    "setproduct",
    "setsubtract",
    "setunion",
    "slice",
    "sort",
    "tobool",
    "tolist",
    "tomap",
    "tonumber",
    "toset",
    "tostring",
    "transpose",
    "try",
    "values",
    "zipmap",
];

pub(super) fn call(it: &Call<'_>, name: &str) -> Option<Outcome> {
    let is_absent = |value: &&Value| !value.is_null() && value.as_str() != Some("");
    Some(match name {
        "length" => length(it),
        "concat" => {
            let lists: Result<Vec<&[Value]>, String> =
                (0..it.arguments.len()).map(|index| it.list(index)).collect();
            lists.and_then(|lists| it.listed(lists.concat()))
        }
        "flatten" => it.list(0).and_then(|list| {
            let mut out = Vec::new();
            flatten(list, &mut out)?;
            it.listed(out)
        }),
        "merge" => merge(it),
        "keys" => it
            .map(0)
            .and_then(|map| it.listed(map.keys().map(|key| Value::computed(key.as_str(), it.at)).collect())),
        "values" => it.map(0).and_then(|map| it.listed(map.values().cloned().collect())),
        "lookup" => lookup(it),
        "element" => it.list(0).and_then(|list| {
            let index = it.number(1)?;
            let index = if list.is_empty() { 0.0 } else { index.rem_euclid(list.len() as f64) };
            list.get(index as usize).cloned().ok_or_else(|| "the list is empty".to_owned())
        }),
        "index" => it.list(0).and_then(|list| {
            let wanted = it.argument(1)?;
            let found = list.iter().position(|item| same(item, wanted) == Some(true));
            found.map_or(Err("the list has no such element".to_owned()), |at| it.numeric(at as f64))
        }),
        "contains" => it.list(0).and_then(|list| {
            let wanted = it.argument(1)?;
            it.truth(list.iter().any(|item| same(item, wanted) == Some(true)))
        }),
        "coalesce" => first(it, is_absent),
        "coalescelist" => first(it, |value| value.as_list().is_some_and(|list| !list.is_empty())),
        "compact" => it.list(0).and_then(|list| it.listed(list.iter().filter(is_absent).cloned().collect())),
        "distinct" => it.list(0).and_then(|list| it.listed(distinct(list))),
        "sort" => it.list(0).and_then(|list| {
            let mut list: Vec<Value> = list.to_vec();
            list.sort_by_key(Value::to_string);
            it.listed(list)
        }),
        "reverse" => it.list(0).and_then(|list| it.listed(list.iter().rev().cloned().collect())),
        "slice" => it.list(0).and_then(|list| {
            let range = it.number(1)? as usize..it.number(2)? as usize;
            list.get(range).map_or(Err("the list is shorter".to_owned()), |part| it.listed(part.to_vec()))
        }),
        "chunklist" => it.list(0).and_then(|list| {
            let size = (it.number(1)? as usize).max(1);
            it.listed(list.chunks(size).map(|part| Value::list(part.to_vec(), it.at)).collect())
        }),
        "zipmap" => it.list(0).and_then(|keys| {
            let keys: Option<Vec<String>> = keys.iter().map(key_text).collect();
            let keys = keys.ok_or_else(|| "a key is no text".to_owned())?;
            Ok(Value::map(keys.into_iter().zip(it.list(1)?.iter().cloned()).collect(), it.at))
        }),
        "matchkeys" => it.list(0).and_then(|values| {
            let (keys, wanted) = (it.list(1)?, it.list(2)?);
            if keys.len() != values.len() {
                return Err("the lists are not of one length".to_owned());
            }
            let is_wanted = |key: &Value| wanted.iter().any(|it| same(it, key) == Some(true));
            let found = values.iter().zip(keys).filter(|(_, key)| is_wanted(key));
            it.listed(found.map(|(value, _)| value.clone()).collect())
        }),
        "transpose" => transpose(it),
        "one" => it.list(0).and_then(|list| match list {
            [] => Ok(Value::new(Data::Null, it.at)),
            [only] => Ok(only.clone()),
            _ => Err("the list has several elements".to_owned()),
        }),
        "alltrue" => it.list(0).and_then(|list| it.truth(list.iter().all(|item| truth(item) == Some(true)))),
        "anytrue" => it.list(0).and_then(|list| it.truth(list.iter().any(|item| truth(item) == Some(true)))),
        "range" => range(it),
        "setunion" => sets(it, |all, _| !all.is_empty()),
        "setintersection" => sets(it, |all, count| all.len() == count),
        "setsubtract" => sets(it, |all, _| all == [0]),
        "setproduct" => product(it),
        "toset" => it.list(0).map(|list| {
            as_set(list.to_vec(), it.arguments.first().unwrap_or(&Value::new(Data::Null, it.at)))
        }),
        "tolist" | "tomap" | "sensitive" | "nonsensitive" | "ephemeralasnull" => it.argument(0).cloned(),
        "tostring" => it.argument(0).and_then(|value| match &value.data {
            Data::Null => Ok(value.clone()),
            Data::Text(_) => Ok(value.clone()),
            _ => it.computed(it.string(0)?),
        }),
        "tonumber" => it.number(0).and_then(|number| it.numeric(number)),
        "tobool" => it
            .argument(0)
            .and_then(|value| truth(value).map_or(Err(it.why(value, "a truth value")), |is| it.truth(is))),
        "can" => it.argument(0).and_then(|value| match value.any_unknown() {
            Some(why) if is_error(&why) => it.truth(false),
            Some(why) => Err(why.to_string()),
            None => it.truth(true),
        }),
        "try" => attempt(it),
        _ => return None,
    })
}

fn length(it: &Call<'_>) -> Outcome {
    let value = it.argument(0)?;
    match &value.data {
        Data::List(list) => it.numeric(list.len() as f64),
        Data::Map(map) => it.numeric(map.len() as f64),
        _ => it.numeric(it.string(0)?.chars().count() as f64),
    }
}

fn flatten(list: &[Value], out: &mut Vec<Value>) -> Result<(), String> {
    for item in list {
        match item.as_list() {
            Some(inner) => flatten(inner, out)?,
            None => out.push(item.clone()),
        }
        if out.len() > EXPANDED_VALUES {
            return Err(format!("it has more than {EXPANDED_VALUES} values"));
        }
    }
    Ok(())
}

fn merge(it: &Call<'_>) -> Outcome {
    let mut out: BTreeMap<String, Value> = BTreeMap::new();
    let mut uses = Vec::new();
    for argument in &it.arguments {
        if argument.is_null() {
            continue;
        }
        let map = argument.as_map().ok_or_else(|| it.why(argument, "a map"))?;
        for (key, value) in map {
            let mut value = value.clone();
            value.add_uses(&argument.uses);
            out.insert(key.clone(), value);
        }
        uses.extend(argument.uses.iter().cloned());
    }
    Ok(Value::map(out, it.at))
}

fn lookup(it: &Call<'_>) -> Outcome {
    let key = it.string(1)?;
    match it.map(0)?.get(&key) {
        Some(value) => {
            let mut value = value.clone();
            value.add_uses(&it.argument(0)?.uses);
            Ok(value)
        }
        None => it.argument(2).cloned().map_err(|_| format!("the map has no member `{key}`")),
    }
}

/// The first argument that has a value.
fn first(it: &Call<'_>, is_it: impl Fn(&&Value) -> bool) -> Outcome {
    for argument in &it.arguments {
        if let Some(why) = argument.why_unknown() {
            return Err(why.to_string());
        }
        if is_it(&argument) {
            return Ok(argument.clone());
        }
    }
    Err("no argument has a value".to_owned())
}

/// Whether Terraform reports an error, too. Every other reason means that the value is only not known here.
fn is_error(why: &str) -> bool {
    let errors =
        ["has no member", "is not declared", "the list has no such element", "the expression finds nothing"];
    why.starts_with("an argument is ") || errors.iter().any(|error| why.contains(error))
}

/// The first argument that has a value.
fn attempt(it: &Call<'_>) -> Outcome {
    let failed = |value: &Value| value.any_unknown().is_some_and(|why| is_error(&why));
    match it.arguments.iter().find(|value| !failed(value)) {
        Some(value) => Ok(value.clone()),
        None => Err("no argument of `try` has a value".to_owned()),
    }
}

fn distinct(list: &[Value]) -> Vec<Value> {
    let mut out: Vec<Value> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for item in list {
        let is_new = match item.to_string() {
            Some(text) => seen.insert(text),
            None => !out.iter().any(|known| same(known, item) == Some(true)),
        };
        if is_new {
            out.push(item.clone());
        }
    }
    out
}

fn range(it: &Call<'_>) -> Outcome {
    let numbers: Result<Vec<f64>, String> = (0..it.arguments.len()).map(|index| it.number(index)).collect();
    let (start, end, step) = match numbers?.as_slice() {
        [end] => (0.0, *end, if *end < 0.0 { -1.0 } else { 1.0 }),
        [start, end] => (*start, *end, if end < start { -1.0 } else { 1.0 }),
        [start, end, step] => (*start, *end, *step),
        _ => return Err("`range` has one to three arguments".to_owned()),
    };
    let (mut out, mut at) = (Vec::new(), start);
    while step != 0.0 && (if step > 0.0 { at < end } else { at > end }) {
        if out.len() >= EXPANDED_VALUES {
            return Err(format!("it has more than {EXPANDED_VALUES} values"));
        }
        out.push(Value::new(Data::Number(at), it.at));
        at += step;
    }
    it.listed(out)
}

/// The elements for which the sets that have them are as asked: their numbers, and how many sets there are.
fn sets(it: &Call<'_>, keeps: impl Fn(&[usize], usize) -> bool) -> Outcome {
    let mut all: BTreeMap<String, (Value, Vec<usize>)> = BTreeMap::new();
    for index in 0..it.arguments.len() {
        for item in distinct(it.list(index)?) {
            let key = item.to_string().ok_or_else(|| it.why(&item, "a text or a number"))?;
            all.entry(key).or_insert((item, Vec::new())).1.push(index);
        }
    }
    let count = it.arguments.len();
    let kept = all.into_values().filter(|(_, sets)| keeps(sets, count)).map(|(value, _)| value).collect();
    Ok(as_set(kept, &Value::new(Data::Null, it.at)))
}

fn product(it: &Call<'_>) -> Outcome {
    let mut out: Vec<Vec<Value>> = vec![Vec::new()];
    for index in 0..it.arguments.len() {
        let list = it.list(index)?;
        if out.len().saturating_mul(list.len()) > EXPANDED_VALUES {
            return Err(format!("it has more than {EXPANDED_VALUES} values"));
        }
        out = out
            .iter()
            .flat_map(|left| {
                list.iter().map(move |item| [left.as_slice(), std::slice::from_ref(item)].concat())
            })
            .collect();
    }
    it.listed(out.into_iter().map(|list| Value::list(list, it.at)).collect())
}

fn transpose(it: &Call<'_>) -> Outcome {
    let mut out: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (key, value) in it.map(0)? {
        for item in value.as_list().unwrap_or_default() {
            let name = item.to_string().ok_or_else(|| it.why(item, "a text"))?;
            out.entry(name).or_default().push(Value::computed(key.as_str(), it.at));
        }
    }
    let out = out.into_iter().map(|(key, list)| (key, Value::list(list, it.at)));
    Ok(Value::map(out.collect(), it.at))
}
