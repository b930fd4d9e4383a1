//! A record that begins as CloudTrail writes it, with one member that was changed or added: found wherever in the record it is.

use super::scan;

/// The members of a record, in CloudTrail's order.
const MEMBERS: [&str; 14] = [
    r#""eventVersion":"1.11""#,
    r#""userIdentity":{"type":"Root","sessionContext":{"attributes":{"mfaAuthenticated":"false"}}}"#,
    r#""eventTime":"2026-03-04T10:15:30Z""#,
    r#""eventSource":"cloudtrail.amazonaws.com""#,
    r#""eventName":"StopLogging""#,
    r#""awsRegion":"eu-west-1""#,
    r#""sourceIPAddress":"203.0.113.1""#,
    r#""userAgent":"aws-cli/2.15 { \"x\" } [y]""#,
    r#""requestParameters":{"name":"trail","policy":"{\"a\":[{\"b\":1}]}"}"#,
    r#""responseElements":null"#,
    r#""additionalEventData":{"MFAUsed":"No"}"#,
    r#""resources":[{"ARN":"arn:aws:s3:::b","type":"AWS::S3::Bucket"}]"#,
    r#""readOnly":false"#,
    r#""eventType":"AwsApiCall""#,
];

const STOPPED: &str = r#"{ $.eventName = "StopLogging" }"#;
const NAME: &str = r#"{ $.requestParameters.name = "trail" && $.eventName = "StopLogging" }"#;
const MFA: &str = r#"{ $.additionalEventData.MFAUsed = "No" && $.eventName = "ConsoleLogin" }"#;
const ERROR: &str = r#"{ $.errorCode = "AccessDenied" }"#;

/// Pattern, the member that is left out, the one that is put in, and words of the error.
const TABLE: &[(&str, &str, &str, &str)] = &[
    (STOPPED, "eventName", r#""EventName":"StopLogging""#, "has the member `EventName`"),
    (STOPPED, "eventName", r#""eventname":"StopLogging""#, "has the member `eventname`"),
    (STOPPED, "eventName", r#""EVENTNAME":"StopLogging""#, "has the member `EVENTNAME`"),
    (STOPPED, "eventName", r#""eventNam\u0065s":1,"eventNAME":"StopLogging""#, "has the member `eventNAME`"),
    (ERROR, "", r#""ErrorCode":"AccessDenied""#, "has the member `ErrorCode`"),
    (
        NAME,
        "requestParameters",
        r#""requestParameters":"{\"name\":\"trail\"}""#,
        "has the member `requestParameters`",
    ),
    (
        NAME,
        "requestParameters",
        r#""requestParameters.name":"trail""#,
        "has the member `requestParameters.name`",
    ),
    (
        NAME,
        "requestParameters",
        r#""requestParameters_name":"trail""#,
        "has the member `requestParameters_name`",
    ),
    (
        MFA,
        "additionalEventData",
        r#""additionalEventData":"{\"MFAUsed\":\"No\"}""#,
        "has the member `additionalEventData`",
    ),
    (
        MFA,
        "additionalEventData",
        r#""AdditionalEventData":{"MFAUsed":"No"}"#,
        "has the member `AdditionalEventData`",
    ),
    // a member that CloudTrail does not write
    (
        STOPPED,
        "",
        r#""raw":"{\"eventVersion\":\"1.11\",\"eventName\":\"DeleteTrail\"}""#,
        "in the member `raw`",
    ),
    (STOPPED, "", r#""a":{"b":[{"eventVersion":"1.11","eventName":"DeleteTrail"}]}"#, "in the member `a`"),
    (STOPPED, "", r#""p":"H4sIAAAAAAAAA6tWSkxRslIqLk1OVqoFAJ5eN6MQAAAA""#, "in the member `p`"),
    // nothing is wrong
    (STOPPED, "", r#""note":"x""#, ""),
    (STOPPED, "", r#""EventName":"x""#, ""),
    (STOPPED, "requestParameters", r#""requestParameters":"{}""#, ""),
    (STOPPED, "", r#""errorCode":"AccessDenied""#, ""),
];

#[test]
fn a_change_is_found_wherever_it_is() {
    let mut wrong = Vec::new();
    for (pattern, left_out, put_in, said) in TABLE {
        let is_left_out = |member: &&str| member.starts_with(&format!("\"{left_out}\":"));
        let members: Vec<&str> = MEMBERS.into_iter().filter(|member| !is_left_out(member)).collect();
        for place in 1..=members.len() {
            let mut all = members.clone();
            all.insert(place, put_in);
            let record = format!("{{{}}}", all.join(","));
            for text in [format!("{record}\n"), format!("[{record}]"), format!("{{\"Records\":[{record}]}}")]
            {
                let (_, scanned) = scan(pattern, text.as_bytes());
                let messages = scanned.messages().collect::<Vec<_>>().concat();
                if messages.is_empty() != said.is_empty() || !messages.contains(said) {
                    wrong.push(format!("{text}: {messages}"));
                }
            }
        }
    }
    let first = wrong.iter().take(5).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} wrong:\n{first}", wrong.len());
}

/// In a file of many records, all members of the first 64 and of each further sixteenth record are looked at.
#[test]
fn a_change_of_all_records_of_a_large_file_is_found() {
    let record = format!("{{{}}}", MEMBERS.join(","));
    let changed = record.replace("eventName", "EventName");
    // the records that are changed, and whether it is found
    let cases: [(&dyn Fn(usize) -> bool, bool); 6] = [
        (&|_| true, true),
        (&|number| number > 100, true),
        (&|number| number == 64, true),
        (&|number| number == 160, true),
        (&|number| number == 161, false),
        (&|_| false, false),
    ];
    for (at, (is_changed, is_found)) in cases.iter().enumerate() {
        let records: Vec<&str> = (1..=200)
            .map(|number| if is_changed(number) { &changed } else { &record })
            .map(String::as_str)
            .collect();
        for text in [
            records.join("\n"),
            format!("[{}]", records.join(",")),
            format!("{{\"Records\":[{}]}}", records.join(",")),
        ] {
            let (_, scanned) = scan(STOPPED, text.as_bytes());
            assert_eq!(scanned.damages > 0, *is_found, "case {at}, {:.20}: {:?}", text, scanned.errors);
        }
    }
}
