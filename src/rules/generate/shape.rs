//! Members of a record that follow from its event: CloudTrail user guide, "CloudTrail record contents" and "Console sign-in events".

use serde_json::{Value as Json, json};

/// First words of the names of events that change nothing.
const READS: [&str; 8] = ["Get", "List", "Describe", "Head", "Lookup", "Search", "View", "Download"];

/// Sets the members of a record that its event name and source decide, unless a condition asks for them.
pub(super) fn fit(event: &mut Json, asks: impl Fn(&str) -> bool) {
    let text = |key: &str| event.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
    let (name, source) = (text("eventName"), text("eventSource"));
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
    put("readOnly", READS.iter().any(|word| name.starts_with(word)).into());
    if is_sign_in {
        put("eventType", "AwsConsoleSignIn".into());
        let is_asked = asks("$.responseElements") || asks("$.responseElements.ConsoleLogin");
        if name == "ConsoleLogin" && !is_asked && !record.contains_key("errorMessage") {
            let result = record.entry("responseElements").or_insert_with(|| json!({}));
            if let Some(members) = result.as_object_mut() {
                members.entry("ConsoleLogin").or_insert_with(|| json!("Success"));
            }
        }
    }
}
