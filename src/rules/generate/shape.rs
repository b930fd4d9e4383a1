//! Members of a record that follow from its event: CloudTrail user guide, "CloudTrail record contents" and "Console sign-in events", and
//! recorded events of the same name.

use crate::cloudtrail::catalogue::recorded_request;
use serde_json::{Value as Json, json};

/// First words of the names of events that change nothing.
const READS: [&str; 8] = ["Get", "List", "Describe", "Head", "Lookup", "Search", "View", "Download"];

/// Sets the members of a record that its event name and source decide, unless a condition asks for them.
pub(super) fn fit(event: &mut Json, asks: &impl Fn(&str) -> bool) {
    let text = |key: &str| event.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
    let (name, source) = (text("eventName"), text("eventSource"));
    let request = recorded_request(&source, &name);
    let is_sign_in = source == "signin.amazonaws.com";
    let Json::Object(record) = event else { return };
    // other events get no members of a record
    if !record.contains_key("eventVersion") {
        return;
    }
    let mut put = |key: &str, value: Json| {
        if !asks(&format!("$.{key}")) && record.contains_key(key) {
            record.insert(key.to_owned(), value);
        }
    };
    let is_read = || READS.iter().any(|word| name.starts_with(word));
    put("readOnly", request.map_or_else(is_read, |it| it.is_read_only).into());
    if is_sign_in {
        put("eventType", "AwsConsoleSignIn".into());
        let is_asked = asks("$.responseElements") || asks("$.responseElements.ConsoleLogin");
        if name == "ConsoleLogin" && !is_asked {
            let outcome = if record.contains_key("errorMessage") { "Failure" } else { "Success" };
            let result = record.entry("responseElements").or_insert_with(|| json!({}));
            if let Some(members) = result.as_object_mut() {
                members.entry("ConsoleLogin").or_insert_with(|| json!(outcome));
            }
        }
    }
}

/// Adds the request parameters that recorded events of this name have, unless a condition asks for them.
pub(super) fn add_request(event: &mut Json, asks: &impl Fn(&str) -> bool) {
    let text = |key: &str| event.get(key).and_then(Json::as_str).unwrap_or_default();
    let Some(request) = recorded_request(text("eventSource"), text("eventName")) else { return };
    let Json::Object(record) = event else { return };
    if !record.contains_key("eventVersion") {
        return;
    }
    // a test in TOML has no null: a member that is null is left out
    if let Ok(parameters @ Json::Object(_)) = serde_json::from_str::<Json>(request.parameters) {
        let place = record.remove("requestParameters");
        let asked = place.is_some();
        if let Some(merged) = merged(place, parameters, "$.requestParameters", asks)
            && (asked || !asks("$.requestParameters"))
        {
            record.insert("requestParameters".to_owned(), merged);
        }
    }
}

/// The recorded value with the asked one inside. `None` if a condition asks that there is no value.
fn merged(asked: Option<Json>, recorded: Json, path: &str, asks: &impl Fn(&str) -> bool) -> Option<Json> {
    match (asked, recorded) {
        (Some(Json::Object(mut asked)), Json::Object(recorded)) => {
            for (key, value) in recorded {
                let path = format!("{path}.{key}");
                if let Some(value) = merged(asked.remove(&key), value, &path, asks) {
                    asked.insert(key, value);
                }
            }
            Some(asked.into())
        }
        (Some(asked), _) => Some(asked),
        (None, _) if asks(path) => None,
        (None, Json::Object(recorded)) => {
            let below = recorded.into_iter().filter_map(|(key, value)| {
                let path = format!("{path}.{key}");
                Some((key, merged(None, value, &path, asks)?))
            });
            Some(Json::Object(below.collect()))
        }
        (None, recorded) => Some(recorded),
    }
}
