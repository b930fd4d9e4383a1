//! Which events the domain of CloudTrail records excludes, and why: an event that can be a part of a record is not excluded.

use cwfilter::FilterPattern;
use cwfilter::analysis::{Bounds, Decision, Domain, Relation, compare_within, satisfiable};

/// A whole record; `more` are members that are added, and that replace others.
fn record(more: &[(&str, &str)]) -> String {
    let mut members = vec![
        ("eventVersion", r#""1.11""#),
        ("eventTime", r#""2026-03-01T12:00:00Z""#),
        ("awsRegion", r#""us-east-1""#),
        ("eventID", r#""a1""#),
        ("eventType", r#""AwsApiCall""#),
        ("eventName", r#""RunInstances""#),
        ("eventSource", r#""ec2.amazonaws.com""#),
    ];
    members.retain(|(key, _)| !more.iter().any(|(other, _)| other == key));
    let all = members.iter().chain(more).map(|(key, value)| format!("\"{key}\":{value}"));
    format!("{{{}}}", all.collect::<Vec<_>>().join(","))
}

/// A part of a record, and a part of the reason why no record can have it. Empty: one can.
const PARTS: &[(&str, &str)] = &[
    ("{}", ""),
    (r#"{"eventName":"ConsoleLogin"}"#, ""),
    (r#"{"eventName":"ConsoleLogin","eventType":"AwsConsoleSignIn"}"#, ""),
    // sign-in
    (r#"{"eventName":"ConsoleLogin","eventType":"AwsApiCall"}"#, "`AwsConsoleSignIn`, never `AwsApiCall`"),
    (
        r#"{"eventName":"SwitchRole","eventType":"AwsServiceEvent"}"#,
        "`AwsConsoleSignIn`, never `AwsServiceEvent`",
    ),
    // a source and a name that do not belong together
    (
        r#"{"eventName":"ConsoleLogin","eventSource":"cloudtrail.amazonaws.com"}"#,
        "but by `signin.amazonaws.com`",
    ),
    (
        r#"{"eventName":"RunInstances","eventSource":"s3.amazonaws.com"}"#,
        "never recorded by `s3.amazonaws.com`",
    ),
    (r#"{"eventName":"RunInstances","eventSource":"ec2.amazonaws.com"}"#, ""),
    // unknown is not impossible: the name, the source, and a name of an IAM policy
    (r#"{"eventName":"NoSuchEvent","eventSource":"s3.amazonaws.com"}"#, ""),
    (r#"{"eventName":"RunInstances","eventSource":"new.amazonaws.com"}"#, ""),
    (r#"{"eventName":"RunInstances","eventSource":"ec2.amazonaws.com.cn"}"#, ""),
    (r#"{"eventName":"InvokeFunction","eventSource":"s3.amazonaws.com"}"#, ""),
    (r#"{"eventName":"TagResource","eventSource":"s3.amazonaws.com"}"#, ""),
    // types and closed values
    (r#"{"readOnly":"true"}"#, "`readOnly` is never \"true\""),
    (r#"{"readOnly":true,"managementEvent":null}"#, ""),
    (r#"{"userIdentity":"Root"}"#, "`userIdentity` is never \"Root\""),
    (r#"{"userIdentity":{"type":"root"}}"#, "CloudTrail writes Root, IAMUser"),
    (r#"{"eventName":["RunInstances"]}"#, "`eventName` is never an array"),
    (r#"{"resources":{}}"#, "`resources` is never an object"),
    (r#"{"resources":["x"]}"#, "an element of `resources` is never \"x\""),
    (r#"{"resources":[null,{"ARN":true}]}"#, "`resources.ARN` is never true"),
    (r#"{"resources":[{"ARN":"x","other":true}],"requestParameters":{"ARN":[true]}}"#, ""),
    (r#"{"eventTime":null}"#, "`eventTime` is never null"),
    (r#"{"errorCode":null,"additionalEventData":{"MFAUsed":null}}"#, ""),
    (
        r#"{"userIdentity":{"sessionContext":{"attributes":{"mfaAuthenticated":false}}}}"#,
        r#"never false, CloudTrail writes "true", "false""#,
    ),
    (r#"{"additionalEventData":{"MFAUsed":"no"}}"#, "CloudTrail writes Yes, No"),
    // fields that the catalogue does not have
    (r#"{"newField":1,"requestParameters":{"readOnly":"x"}}"#, ""),
    // the text: escapes of letters, keys that occur twice, no object
    (r#"{"\u0061wsRegion":"us-east-1"}"#, r"never as `\u0061`"),
    (r#"{"eventName":"\u0052unInstances"}"#, r"never as `\u0052`"),
    (r#"{"userAgent":"a \u003d b \u0026 \u00fc \" \\u0061 \n"}"#, ""),
    (r#"{"eventName":"ConsoleLogin","eventName":"RunInstances"}"#, "`eventName` twice"),
    (r#"{"userIdentity":{"type":"Root","type":"Root"}}"#, "`type` twice"),
    (r#"{"requestParameters":{"a":1e999}}"#, "no record has a number of this size"),
    ("a line", "it is not JSON"),
    (r#"{"eventName":"RunInstances"} x"#, "it is not JSON"),
    ("[]", "it is not a JSON object"),
];

#[test]
fn parts_of_records_are_excluded_for_a_reason() {
    let mut wrong = Vec::new();
    for (event, reason) in PARTS {
        let found = Domain::CloudTrail.excludes(event);
        let is_right = match &found {
            None => reason.is_empty(),
            Some(found) => !reason.is_empty() && found.contains(reason),
        };
        if !is_right {
            wrong.push(format!("{event}: {found:?} and not {reason:?}"));
        }
        assert_eq!(Domain::Json.excludes(event), None);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Members of a whole record, and whether it is one of the domain. The last rows are excluded from no part of a record.
#[test]
fn what_is_excluded_is_not_in_the_domain() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let rows: &[(&[(&str, &str)], bool)] = &[
        (&[], true),
        (&[("errorCode", r#""\u003d""#)], true),
        (&[("eventName", r#""ConsoleLogin""#), ("eventSource", r#""signin.amazonaws.com""#)], false),
        (
            &[
                ("eventName", r#""ConsoleLogin""#),
                ("eventSource", r#""signin.amazonaws.com""#),
                ("eventType", r#""AwsConsoleSignIn""#),
            ],
            true,
        ),
        (&[(r"\u0061", "1")], false),
        (&[("x", r#""\u0078""#)], false),
        (&[("x", "1"), ("x", "1")], false),
        (&[("requestParameters", &deep)], false),
        (&[("eventID", "null")], false),
        // a known name of a source that the catalogue does not have
        (&[("eventSource", r#""new.amazonaws.com""#)], false),
    ];
    for (members, is_in) in rows {
        let event = record(members);
        assert_eq!(Domain::CloudTrail.contains(&event), *is_in, "{event}");
        if *is_in {
            assert_eq!(Domain::CloudTrail.excludes(&event), None, "{event}");
        }
    }
    // a key with an escape is decoded, as the engine decodes it
    let escaped = record(&[]).replace("awsRegion", r"\u0061wsRegion");
    let pattern: FilterPattern = r#"{ $.awsRegion = "us-east-1" }"#.parse().unwrap();
    assert!(pattern.is_match(&escaped) && !Domain::CloudTrail.contains(&escaped), "{escaped}");
}

/// Two patterns, and their relation over all messages and over records: a text beside a value of another type.
const TYPES: &[(&str, &str, Relation, Relation)] = &[
    // a boolean is no text
    ("{ $.readOnly = \"true\" }", "{ $.readOnly IS TRUE }", Relation::Disjoint, Relation::Implies),
    ("{ $.x = \"true\" }", "{ $.x IS TRUE }", Relation::Disjoint, Relation::Disjoint),
    ("{ $.readOnly = \"true\" }", "{ $.readOnly = \"false\" }", Relation::Disjoint, Relation::Equivalent),
    (
        "{ $.readOnly != \"true\" }",
        "{ $.readOnly != \"false\" }",
        Relation::Incomparable,
        Relation::Equivalent,
    ),
    (
        "{ $.readOnly IS TRUE || $.readOnly = \"true\" }",
        "{ $.readOnly IS TRUE }",
        Relation::Implied,
        Relation::Equivalent,
    ),
    // a text is no boolean
    (
        "{ $.userIdentity.sessionContext.attributes.mfaAuthenticated IS TRUE }",
        "{ $.userIdentity.sessionContext.attributes.mfaAuthenticated = \"true\" }",
        Relation::Disjoint,
        Relation::Implies,
    ),
    ("{ $.eventVersion IS FALSE }", "{ $.eventVersion > 1 }", Relation::Disjoint, Relation::Equivalent),
    // elements of the known arrays are objects
    (
        "{ $.resources[0].ARN IS TRUE }",
        "{ $.resources[0] = \"x\" }",
        Relation::Disjoint,
        Relation::Equivalent,
    ),
    (
        "{ $.resources[*].accountId IS NULL }",
        "{ $.resources[*].accountId IS TRUE }",
        Relation::Incomparable,
        Relation::Implied,
    ),
    (
        "{ $.resources[1].ARN = \"x\" }",
        "{ $.resources[*].ARN = \"x\" }",
        Relation::Implies,
        Relation::Implies,
    ),
    // what is below requestParameters can have any type
    (
        "{ $.requestParameters.a = \"true\" }",
        "{ $.requestParameters.a IS TRUE }",
        Relation::Disjoint,
        Relation::Disjoint,
    ),
];

#[test]
fn the_type_of_a_field_decides() {
    let mut wrong = Vec::new();
    for (a, b, over_messages, over_records) in TYPES {
        for (domain, expected) in [(Domain::Json, over_messages), (Domain::CloudTrail, over_records)] {
            let (a, b): (FilterPattern, FilterPattern) = (a.parse().unwrap(), b.parse().unwrap());
            let found = compare_within(&a, &b, &Bounds::default().in_domain(domain));
            if found.relation != *expected {
                wrong.push(format!("{domain}: {} {}: {:?}", a.as_str(), b.as_str(), found));
            }
            for witness in &found.witnesses {
                assert!(domain.contains(&witness.event), "{a:?} {b:?}: {}", witness.event);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // a text that a boolean never is: no record, and no example of one
    let quoted: FilterPattern = "{ $.managementEvent = \"true\" }".parse().unwrap();
    let over = |domain| satisfiable(&quoted, &Bounds::default().in_domain(domain));
    assert_eq!(over(Domain::CloudTrail), Decision::No(None));
    assert!(over(Domain::Json).is_yes());
}
