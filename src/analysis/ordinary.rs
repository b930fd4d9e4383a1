//! Makes the witness of a question about CloudTrail records an ordinary record, as far as the patterns allow it.

use super::record_check::is_whole;
use super::records::{SIGN_IN, SIGN_INS, USUAL_NAMES, WITHOUT_NAME};
use crate::cloudtrail::catalogue::{
    FieldKind, event_names, fields, is_account, is_event_time, is_recorded_region, names_of, sources_of,
};
use serde_json::{Map, Value as Json, json};

/// The type of nearly all records.
const USUAL_TYPE: &str = "AwsApiCall";

/// A field of a record, values of an ordinary record, and whether an ordinary record can have a text there.
type Ordinary = (&'static [&'static str], &'static [&'static str], fn(&str) -> bool);

/// The domain assumes nothing about the form of these texts; a witness has an ordinary one, if one satisfies the patterns.
const ORDINARY: [Ordinary; 12] = [
    (&["eventVersion"], &["1.11"], is_version),
    (&["eventTime"], &["2026-03-01T12:00:00Z", "2026-11-20T23:59:59Z"], is_event_time),
    (&["awsRegion"], &["us-east-1", "eu-west-1"], is_recorded_region),
    (&["eventID"], &["a1b2c3d4-5678-90ab-cdef-EXAMPLE11111"], is_plain),
    (&["recipientAccountId"], &["123456789012", "210987654321"], is_account),
    (&["sourceIPAddress"], &["203.0.113.7", "cloudformation.amazonaws.com"], is_plain),
    (&["userAgent"], &["aws-cli/2.27.0", "console.amazonaws.com"], is_plain),
    (&["errorCode"], &["AccessDenied", "ValidationException"], is_plain),
    (&["userIdentity", "accountId"], &["123456789012", "210987654321"], is_account),
    (&["userIdentity", "userName"], &["alice", "bob"], is_plain),
    (&["userIdentity", "principalId"], &["AIDACKCEVSQ6C2EXAMPLE"], is_plain),
    (&["userIdentity", "arn"], &["arn:aws:iam::123456789012:user/alice"], is_arn),
];

/// Two numbers with a point between them.
fn is_version(text: &str) -> bool {
    let is_number = |it: &str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('.').is_some_and(|(major, minor)| is_number(major) && is_number(minor))
}

fn is_arn(text: &str) -> bool {
    text.starts_with("arn:") && text.split(':').count() >= 6
}

/// A text with a letter or a digit, and without control characters.
fn is_plain(text: &str) -> bool {
    text.contains(char::is_alphanumeric) && !text.contains(char::is_control)
}

/// The record with the fields that nearly all records have, with a name that its source records, and with ordinary texts, as far as `holds`
/// stays true. Of names, `tried` are tried.
pub(super) fn completed(event: String, tried: usize, holds: impl Fn(&String) -> bool) -> String {
    let Ok(Json::Object(mut record)) = serde_json::from_str::<Json>(&event) else { return event };
    let mut best = event;
    let mut try_with = |record: &mut Map<String, Json>, members: &[(&str, Json)]| {
        let mut other = record.clone();
        other.extend(members.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
        let text = Json::Object(other.clone()).to_string();
        let is_good = is_whole(&other) && holds(&text);
        if is_good {
            (*record, best) = (other, text);
        }
        is_good
    };
    let text = |record: &Map<String, Json>, key: &str| {
        record.get(key).and_then(Json::as_str).unwrap_or_default().to_owned()
    };
    for member in with_objects(&record) {
        try_with(&mut record, &[member]);
    }
    // an ordinary record, if there is one: a call of an API, or a sign-in
    if ![USUAL_TYPE, SIGN_IN].contains(&text(&record, "eventType").as_str()) {
        let named = |name: &str| {
            let source = sources_of(name).first().copied().unwrap_or_default();
            let kind = if SIGN_INS.contains(&name) { SIGN_IN } else { USUAL_TYPE };
            [("eventType", json!(kind)), ("eventName", json!(name)), ("eventSource", json!(source))]
        };
        let _ = [USUAL_TYPE, SIGN_IN].iter().any(|kind| try_with(&mut record, &[("eventType", json!(kind))]))
            || USUAL_NAMES.iter().any(|name| try_with(&mut record, &named(name)));
    }
    if !WITHOUT_NAME.contains(&text(&record, "eventType").as_str()) {
        let (name, source) = (text(&record, "eventName"), text(&record, "eventSource"));
        if !names_of(&source).contains(&name.as_str()) {
            let of_source = names_of(&source).iter().take(tried);
            let _ = of_source.copied().any(|name| try_with(&mut record, &[("eventName", json!(name))]))
                || similar_names(&name, tried).into_iter().any(|name| {
                    let from = sources_of(name).first().copied().unwrap_or_default();
                    try_with(&mut record, &[("eventName", json!(name)), ("eventSource", json!(from))])
                });
        }
        for (key, value) in [
            ("sourceIPAddress", json!("203.0.113.7")),
            ("recipientAccountId", json!("123456789012")),
            ("userIdentity", json!({ "type": "IAMUser" })),
        ] {
            if !record.contains_key(key) {
                try_with(&mut record, &[(key, value)]);
            }
        }
    }
    for (path, values, is_ordinary) in ORDINARY {
        for value in values {
            let Some(member) = ordinary(&record, path, value, is_ordinary) else { break };
            try_with(&mut record, &[member]);
        }
    }
    best
}

/// The known arrays of the record, with objects in place of other elements: the search writes a text for an element that no pattern reads.
fn with_objects(record: &Map<String, Json>) -> Vec<(&'static str, Json)> {
    let arrays = fields().iter().filter(|field| field.kind == FieldKind::Array);
    let changed = arrays.filter_map(|field| {
        let elements = record.get(field.path)?.as_array()?;
        let is_other = |element: &Json| !element.is_object() && !element.is_null();
        let object = |element: &Json| if is_other(element) { json!({}) } else { element.clone() };
        elements.iter().any(is_other).then(|| (field.path, elements.iter().map(object).collect()))
    });
    changed.collect()
}

/// The member of the record with the ordinary text at the path. `None` if the record has no text there, or an ordinary one.
fn ordinary(
    record: &Map<String, Json>,
    path: &[&'static str],
    value: &str,
    is_ordinary: fn(&str) -> bool,
) -> Option<(&'static str, Json)> {
    let (key, below) = path.split_first()?;
    let mut member = record.get(*key)?.clone();
    let place = below.iter().try_fold(&mut member, |place, key| place.get_mut(*key))?;
    if place.as_str().is_none_or(is_ordinary) {
        return None;
    }
    *place = value.into();
    Some((key, member))
}

/// Usual event names, and then known ones that contain a text, short ones first.
fn similar_names(text: &str, tried: usize) -> Vec<&'static str> {
    let mut names: Vec<&str> = event_names().filter(|name| name.contains(text)).collect();
    names.sort_unstable_by_key(|name| (name.len(), *name));
    names.splice(0..0, USUAL_NAMES);
    names.truncate(tried);
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::NAMES_TRIED;

    /// A witness gets a name that its source records, if one of the first names holds.
    #[test]
    fn more_names_are_tried_with_more_steps() {
        let source = "ec2.amazonaws.com";
        let far = names_of(source).get(NAMES_TRIED).copied().expect("more names than are tried");
        let event = json!({
            "eventName": "x", "eventSource": source, "eventType": USUAL_TYPE, "eventVersion": "1.11", "awsRegion": "us-east-1",
            "eventTime": "2026-03-01T12:00:00Z", "eventID": "a"
        });
        let is_far = |event: &String| event.contains(&format!("\"{far}\""));
        assert!(!is_far(&completed(event.to_string(), NAMES_TRIED, is_far)));
        assert!(is_far(&completed(event.to_string(), 2 * NAMES_TRIED, is_far)));
    }

    #[test]
    fn every_ordinary_value_is_ordinary() {
        for (path, values, is_ordinary) in ORDINARY {
            assert!(values.iter().all(|value| is_ordinary(value)), "{path:?}");
            assert!(!is_ordinary(""), "{path:?}");
        }
    }
}
