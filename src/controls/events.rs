//! Typical events of each control, and everyday events that no control is about, as CloudTrail records.

use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// An event and what it is about.
#[derive(Debug)]
pub(super) struct Typical {
    /// The subject of a control, or `everyday`.
    subject: &'static str,
    /// The record.
    pub(super) record: String,
}

static ALL: LazyLock<Vec<Typical>> =
    LazyLock::new(|| include_str!("events.tsv").lines().skip(1).filter_map(of_row).collect());

/// The typical events of a control: one for each event name that it lists, or for each case that its text tells apart.
pub(super) fn typical(subject: &str) -> impl Iterator<Item = &'static Typical> {
    ALL.iter().filter(move |it| it.subject == subject)
}

/// Events of every day: reads, calls of services and instances, a throttled call, a sign-in with MFA. No control is about them.
pub(super) fn everyday() -> impl Iterator<Item = &'static Typical> {
    typical("everyday")
}

/// Sources whose events CloudTrail records in us-east-1.
const GLOBAL: [&str; 3] = ["iam.amazonaws.com", "organizations.amazonaws.com", "signin.amazonaws.com"];

/// How the names of calls begin that are recorded with `readOnly`.
const READS: [&str; 6] = ["AssumeRole", "Decrypt", "Describe", "Get", "List", "LookupEvents"];

fn of_row(row: &'static str) -> Option<Typical> {
    let mut columns = row.split('\t');
    let mut column = || columns.next();
    let (subject, source, name, members) = (column()?, column()?, column()?, column()?);
    let mut record = json!({
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AROAIOSFODNN7EXAMPLE:operator",
            "arn": "arn:aws:sts::123456789012:assumed-role/operator/operator",
            "accountId": "123456789012",
        },
        "eventTime": "2026-01-05T09:30:00Z",
        "eventSource": source,
        "eventName": name,
        "awsRegion": if GLOBAL.contains(&source) { "us-east-1" } else { "eu-west-1" },
        "sourceIPAddress": "192.0.2.10",
        "userAgent": "aws-cli/2.15.0",
        "eventID": "b5ab4bdf-0a3d-4a4e-9d5f-6f5a4b3c2d1e",
        "eventType": "AwsApiCall",
        "readOnly": READS.iter().any(|start| name.starts_with(start)),
        "managementEvent": true,
        "recipientAccountId": "123456789012",
        "eventCategory": "Management",
    });
    let members: Map<String, Value> = serde_json::from_str(members).ok()?;
    record.as_object_mut()?.extend(members);
    Some(Typical { subject, record: record.to_string() })
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::{FRAMEWORKS, controls};
    use super::*;

    /// Each control matches its typical events, and no control matches an everyday event.
    #[test]
    fn controls_match_their_events() {
        assert!(everyday().count() > 10);
        // as in records: a condition on one of these fields must not look as if it left out every event
        let of_records = ["readOnly", "managementEvent", "eventCategory", "recipientAccountId"];
        for event in ALL.iter() {
            let record: Value = serde_json::from_str(&event.record).unwrap();
            assert!(of_records.iter().all(|field| record.get(field).is_some()), "{}", event.record);
        }
        for control in FRAMEWORKS.into_iter().flat_map(controls) {
            let matches = |it: &&Typical| control.pattern.is_match(it.record.as_bytes());
            let (all, matched) =
                (typical(&control.subject).count(), typical(&control.subject).filter(matches).count());
            // the seventh event name was added in version 5.0
            let later = usize::from(control.subject == "4.10" && !control.text.contains("ModifySecurity"));
            assert!(
                all > 0 && matched + later == all,
                "{} {}: {matched} of {all}",
                control.framework,
                control.id
            );
            assert_eq!(
                everyday().find(matches).map(|it| &it.record),
                None,
                "{} {}",
                control.framework,
                control.id
            );
        }
    }
}
