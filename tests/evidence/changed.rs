//! Records of CloudTrail whose members were changed on the way: a text in the place of an object, columns in its place, other capitals.

use super::{input, scan};

const ROOT: &str = r#"{ $.userIdentity.type = "Root" && $.eventType != "AwsServiceEvent" }"#;
const STOPPED: &str = r#"{ $.eventName = "StopLogging" }"#;
const MFA: &str = r#"{ $.additionalEventData.MFAUsed = "No" && $.eventName = "ConsoleLogin" }"#;
const NAME: &str = r#"{ $.requestParameters.name = "main" && $.eventName = "StopLogging" }"#;
const NO_IDENTITY: &str = r#"{ $.userIdentity NOT EXISTS && $.eventName = "x" }"#;
const LEVEL: &str = r#"{ $.level = "ERROR" && $.userIdentity.type = "Root" }"#;

/// Pattern, record, words of the error, and whether the summary counts the record.
const TABLE: &[(&str, &str, &str, bool)] = &[
    (
        ROOT,
        r#"{"eventName":"StopLogging","userIdentity":"{\"type\":\"Root\"}"}"#,
        "record 1 has the member `userIdentity`",
        true,
    ),
    (
        ROOT,
        r#"{"eventVersion":"1.11","userIdentity":"@{type=Root}","eventName":"x"}"#,
        "the member `userIdentity`",
        true,
    ),
    (
        ROOT,
        r#"{"eventVersion":"1.11","userIdentity":"{type=Root}","eventName":"x","eventType":"AwsApiCall"}"#,
        "the member `userIdentity`",
        true,
    ),
    (
        ROOT,
        r#"{"eventName":"StopLogging","userIdentity.type":"Root"}"#,
        "the member `userIdentity.type`",
        true,
    ),
    (
        ROOT,
        r#"{"eventName":"StopLogging","userIdentity_type":"Root"}"#,
        "the member `userIdentity_type`",
        true,
    ),
    (STOPPED, r#"{"eventVersion":"1.11","EventName":"StopLogging"}"#, "the member `EventName`", true),
    (
        MFA,
        r#"{"eventName":"ConsoleLogin","additionalEventData":"{\"MFAUsed\":\"No\"}"}"#,
        "the member `additionalEventData`",
        true,
    ),
    // rows with a few members
    (ROOT, r#"{"eventName":"StopLogging","awsRegion":"eu-west-1"}"#, "", true),
    // as CloudTrail writes them
    (ROOT, r#"{"eventVersion":"1.11","userIdentity":{"type":"Root"},"eventName":"x"}"#, "", false),
    (
        ROOT,
        r#"{"eventVersion":"1.07","eventTime":"x","eventName":"x","eventType":"AwsServiceEvent"}"#,
        "",
        false,
    ),
    (ROOT, r#"{"eventName":"x","eventType":"AwsServiceEvent","additionalEventData":null}"#, "", false),
    (MFA, r#"{"eventName":"ConsoleLogin","additionalEventData":null,"responseElements":"None"}"#, "", false),
    // no pattern reads the member
    (STOPPED, r#"{"eventName":"GetUser","userIdentity":"{\"type\":\"Root\"}"}"#, "", false),
    (STOPPED, r#"{"eventName":"GetUser","userIdentity.type":"Root"}"#, "", false),
    // masks, and what is empty: below them a pattern reads, or nothing is lost
    (ROOT, r#"{"eventName":"x","userIdentity":"***"}"#, "the member `userIdentity`", true),
    (ROOT, r#"{"eventName":"x","userIdentity":""}"#, "the member `userIdentity`", true),
    (ROOT, r#"{"eventName":"x","userIdentity":"{}"}"#, "the member `userIdentity`", true),
    (ROOT, r#"{"eventName":"x","userIdentity":null}"#, "", false),
    (NAME, r#"{"eventName":"x","requestParameters":"***"}"#, "the member `requestParameters`", true),
    (NAME, r#"{"eventName":"x","userIdentity":"***"}"#, "", false),
    (STOPPED, r#"{"eventName":"x","requestParameters":"***","userIdentity":""}"#, "", false),
    (NO_IDENTITY, r#"{"eventName":"x","userIdentity":"***"}"#, "", false),
    (NO_IDENTITY, r#"{"eventName":"x","UserIdentity":{"type":"Root"}}"#, "the member `UserIdentity`", true),
    // both names
    (ROOT, r#"{"eventName":"x","userIdentity":{"type":"IAMUser"},"userIdentity.type":"Root"}"#, "", false),
    // patterns of an application
    (LEVEL, r#"{"level":"INFO","eventName":"x","userIdentity":"alice"}"#, "", true),
];

#[test]
fn a_member_that_no_pattern_can_read_is_loud() {
    let mut wrong = Vec::new();
    for (pattern, record, said, is_counted) in TABLE {
        for text in [format!("{record}\n"), format!("[{record}]"), format!("{{\"Records\":[{record}]}}")] {
            let (_, scanned) = scan(pattern, text.as_bytes());
            let messages: Vec<String> = scanned.messages().collect();
            let is_right = messages.is_empty() == said.is_empty() && messages.concat().contains(said);
            if !is_right || (scanned.unread > 0) != *is_counted {
                wrong.push(format!("{text}: {} counted, {messages:?}", scanned.unread));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn whole_records_are_not_accused() {
    for pattern in [ROOT, STOPPED, MFA] {
        let (_, scanned) = scan(pattern, &input("lines.ndjson"));
        assert_eq!((scanned.damages, scanned.unread), (0, 0), "{pattern}");
    }
}
