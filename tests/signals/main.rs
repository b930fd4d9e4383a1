//! Recordings of AWS's alarms and metric filters, line by line.

mod admission;
mod composite;
mod configuration;
mod emission;
mod evaluations;
mod history;
mod notifications;
mod statistics;
mod suppression;

use serde_json::Value;
use std::collections::BTreeMap;

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Ids of lines that are answered otherwise, with the reason.
fn differences() -> BTreeMap<&'static str, &'static str> {
    let rows = include_str!("differences.tsv").lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| row.split_once('\t').unwrap()).collect()
}

fn text<'a>(line: &'a Value, pointer: &str) -> &'a str {
    line.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// Equal, with numbers compared as numbers: `100` is `100.0`.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && b.iter().all(|(name, b)| a.get(name).is_some_and(|a| same(a, b)))
        }
        _ => a == b,
    }
}

/// Fails with all lines that are wrong at once, but for those in the table of differences, which have to be wrong.
fn all_right(what: &str, least: usize, answers: Vec<(String, Result<(), String>)>) {
    let known = differences();
    assert!(answers.len() >= least, "{what}: only {} lines were asked", answers.len());
    let mut wrong = Vec::new();
    for (id, answer) in answers {
        match (answer, known.get(id.as_str())) {
            (Err(why), None) => wrong.push(format!("{id}: {why}")),
            (Ok(()), Some(_)) => wrong.push(format!("{id} is right: take it out of differences.tsv")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{what}\n{}", wrong.join("\n"));
}
