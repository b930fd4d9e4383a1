//! Engines that run event patterns of EventBridge: the crate `quamina`, and with `CWFILTER_EVENT_RULER=COMMAND` another one.
//!
//! quamina has no `$or`, so that the patterns without it are tried one by one. It has no `anything-but` of a prefix, a suffix or a wildcard, and
//! a `numeric` with one bound takes texts too (0.7.0), and it does not find keys with newlines: these patterns are not run. COMMAND gets two files, each with a JSON list of texts, the events and the event patterns, and prints for
//! each pattern a JSON list of the indexes of the events that it selects, or `{"error": …}`.

use crate::engines::{Selected, scratch};
use serde_json::{Map, Value, json};
use std::process::Command;

/// As EventBridge delivers an event of CloudTrail.
fn delivered(event: &str) -> String {
    format!(
        "{{\"version\":\"0\",\"id\":\"4a\",\"detail-type\":\"AWS API Call via CloudTrail\",\"source\":\"aws.ec2\",\"account\":\"123456789012\",\
         \"time\":\"2026-03-04T10:00:00Z\",\"region\":\"eu-west-1\",\"resources\":[],\"detail\":{event}}}"
    )
}

/// Runs event patterns. `None` if the engine cannot run a pattern.
pub(crate) fn quamina(patterns: &[&str], events: &[&str]) -> Vec<Option<Result<Vec<usize>, String>>> {
    let events: Vec<String> = events.iter().map(|event| delivered(event)).collect();
    let run = |text: &&str| {
        let pattern: Value = match serde_json::from_str(text) {
            Ok(pattern) => pattern,
            Err(error) => return Some(Err(error.to_string())),
        };
        if !is_known(&pattern) {
            return None;
        }
        let mut engine = quamina::Quamina::<usize>::new();
        for alternative in without_or(&pattern) {
            if let Err(error) = engine.add_pattern(0, &alternative.to_string()) {
                return Some(Err(format!("{error}: {alternative}")));
            }
        }
        let is_match = |at: &usize| engine.has_matches(events[*at].as_bytes()).unwrap();
        Some(Ok((0..events.len()).filter(is_match).collect()))
    };
    patterns.iter().map(run).collect()
}

/// Whether quamina has the matchers of a pattern.
fn is_known(pattern: &Value) -> bool {
    match pattern {
        Value::Object(members) => {
            let has_one_bound =
                |numeric: &Value| numeric.as_array().is_some_and(|it| it.len() == 2 && it[0] != "=");
            !members.keys().any(|key| key.contains(char::is_control))
                && !members.get("anything-but").is_some_and(Value::is_object)
                && !members.get("numeric").is_some_and(has_one_bound)
                && members.values().all(is_known)
        }
        Value::Array(items) => items.iter().all(is_known),
        _ => true,
    }
}

/// The patterns without `$or` that match what the pattern matches.
fn without_or(pattern: &Value) -> Vec<Value> {
    let Value::Object(members) = pattern else { return vec![pattern.clone()] };
    let mut all = vec![Map::new()];
    for (key, value) in members {
        let choices: Vec<Map<String, Value>> = match (key.as_str(), value) {
            ("$or", Value::Array(items)) => {
                let objects = items.iter().flat_map(without_or);
                objects.filter_map(|it| it.as_object().cloned()).collect()
            }
            _ => without_or(value).into_iter().map(|it| Map::from_iter([(key.clone(), it)])).collect(),
        };
        all = all.iter().flat_map(|one| choices.iter().map(move |choice| merged(one, choice))).collect();
    }
    all.into_iter().map(Value::Object).collect()
}

fn merged(one: &Map<String, Value>, two: &Map<String, Value>) -> Map<String, Value> {
    let mut all = one.clone();
    for (key, value) in two {
        let both = match (all.get(key), value) {
            (Some(Value::Object(one)), Value::Object(two)) => Value::Object(merged(one, two)),
            (Some(_), _) => panic!("a field twice: {key}"),
            (None, value) => value.clone(),
        };
        all.insert(key.clone(), both);
    }
    all
}

/// Runs event patterns with the command of `CWFILTER_EVENT_RULER`. `None` if it is not set.
pub(crate) fn event_ruler(patterns: &[&str], events: &[&str]) -> Option<Selected> {
    let command = std::env::var("CWFILTER_EVENT_RULER").ok()?;
    let events: Vec<String> = events.iter().map(|event| delivered(event)).collect();
    let (events, patterns) = (
        scratch("events.json", &json!(events).to_string()),
        scratch("patterns.json", &json!(patterns).to_string()),
    );
    let files = format!("{command} {} {}", events.display(), patterns.display());
    let output = Command::new("sh").arg("-c").arg(files).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for file in [events, patterns] {
        std::fs::remove_file(file).unwrap();
    }
    Some(crate::engines::selected(&output.stdout))
}
