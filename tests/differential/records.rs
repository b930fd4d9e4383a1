//! Patterns about CloudTrail records, and records.

use super::generate::Random;
use cwfilter::cloudtrail::catalogue::{known_values, names_of, sources_of};

const NAMES: [&str; 9] = [
    "ConsoleLogin",
    "StopLogging",
    "RunInstances",
    "PutBucketPolicy",
    "TagResource",
    "NoSuchEvent",
    "CheckMfa",
    "AssumeRole",
    "DescribeInstances",
];
const SOURCES: [&str; 7] = [
    "signin.amazonaws.com",
    "cloudtrail.amazonaws.com",
    "ec2.amazonaws.com",
    "s3.amazonaws.com",
    "iam.amazonaws.com",
    "sts.amazonaws.com",
    "new.amazonaws.com",
];

/// A pattern about the fields of records.
pub(crate) fn pattern(random: &mut Random) -> String {
    let count = 1 + random.below(4);
    let joint = random.pick(&[" && ", " || "]);
    let parts: Vec<String> = (0..count)
        .map(|_| match random.below(4) {
            0 => format!("({} || {})", condition(random), condition(random)),
            1 => format!("({} && {})", condition(random), condition(random)),
            _ => condition(random),
        })
        .collect();
    format!("{{ {} }}", parts.join(joint))
}

fn condition(random: &mut Random) -> String {
    let equality = random.pick(&["=", "=", "=", "!="]);
    match random.below(12) {
        0..=3 => format!("$.eventName {equality} \"{}\"", name(random)),
        4 | 5 => format!("$.eventSource {equality} \"{}\"", random.pick(&SOURCES)),
        6 => format!("$.eventName {equality} \"{}\"", random.pick(&["Stop*", "*Login", "Put*", "*", "*s"])),
        7 => format!("$.eventType {equality} \"{}\"", kind(random)),
        8 => format!("$.userIdentity.type {equality} \"{}\"", random.pick(&["Root", "IAMUser", "x"])),
        9 => format!("$.errorCode {}", random.pick(&["NOT EXISTS", "= \"Access*\"", "IS NULL", "!= x"])),
        10 => format!("$.readOnly {}", random.pick(&["IS TRUE", "IS FALSE", "= \"true\"", "NOT EXISTS"])),
        _ => random
            .pick(&[
                "$.eventTime NOT EXISTS",
                "$.eventName NOT EXISTS",
                "$.additionalEventData.MFAUsed != \"Yes\"",
                "$.additionalEventData.MFAUsed = \"No\"",
                "$.requestParameters.* = x",
                "$.* = \"us-east-1\"",
                "$.userIdentity = x",
                "$.resources[0].ARN = \"*x\"",
                "$.resources[*].ARN IS TRUE",
                "$.resources[1].ARN = \"*x\"",
                "$.resources[0] = x",
                "$.resources IS NULL",
                "$.sourceIPAddress != 1",
            ])
            .to_owned(),
    }
}

fn name(random: &mut Random) -> &'static str {
    random.pick(&NAMES)
}

fn kind(random: &mut Random) -> &'static str {
    let known = known_values("eventType").expect("it is in the catalogue");
    known.values[random.below(known.values.len())]
}

/// The text of a record; some cannot exist.
pub(crate) fn record(random: &mut Random) -> String {
    let (name, source) = match random.below(3) {
        0 => (name(random), random.pick(&SOURCES)),
        1 => {
            let name = name(random);
            let sources = sources_of(name);
            (
                name,
                if sources.is_empty() { "new.amazonaws.com" } else { sources[random.below(sources.len())] },
            )
        }
        _ => {
            let source = random.pick(&SOURCES);
            let names = names_of(source);
            (if names.is_empty() { "NoSuchEvent" } else { names[random.below(names.len())] }, source)
        }
    };
    let kind = match name {
        "ConsoleLogin" | "CheckMfa" => "AwsConsoleSignIn",
        _ => kind(random),
    };
    let mut members = vec![
        "\"eventVersion\":\"1.08\"".to_owned(),
        "\"eventTime\":\"2026-03-01T12:00:00Z\"".to_owned(),
        format!("\"awsRegion\":\"{}\"", random.pick(&["us-east-1", "x"])),
        "\"eventID\":\"x\"".to_owned(),
        format!("\"eventType\":\"{kind}\""),
    ];
    if random.below(8) > 0 {
        members.push(format!("\"eventName\":\"{name}\""));
    }
    if random.below(8) > 0 {
        members.push(format!("\"eventSource\":\"{source}\""));
    }
    let more = [
        r#""userIdentity":{"type":"Root"}"#,
        r#""userIdentity":{"type":"IAMUser","userName":"x"}"#,
        r#""userIdentity":null"#,
        r#""errorCode":"AccessDenied""#,
        r#""errorCode":null"#,
        r#""readOnly":true"#,
        r#""readOnly":false"#,
        r#""additionalEventData":{"MFAUsed":"No"}"#,
        r#""additionalEventData":{"MFAUsed":"Yes"}"#,
        r#""additionalEventData":null"#,
        r#""requestParameters":{"a":"x"}"#,
        r#""requestParameters":"x""#,
        r#""resources":[{"ARN":"xx"}]"#,
        r#""resources":["x",{"ARN":"xx"}]"#,
        r#""resources":[null,{"ARN":"xx"}]"#,
        r#""resources":[{"ARN":true}]"#,
        r#""\u006fther":"us-east-1""#,
        r#""other":"us-east-1""#,
        r#""sourceIPAddress":"1""#,
    ];
    for member in more {
        let key = member.split(':').next();
        if random.below(3) == 0 && !members.iter().any(|it| it.split(':').next() == key) {
            members.push(member.to_owned());
        }
    }
    format!("{{{}}}", members.join(","))
}
