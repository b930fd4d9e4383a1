//! The domains of a proof: a table of relations over all messages and over CloudTrail records, and the records that are witnesses.

use cwfilter::FilterPattern;
use cwfilter::analysis::{Bounds, Decision, Domain, Relation, compare_within, implies, satisfiable};
use cwfilter::controls::controls;

fn parsed(text: &str) -> FilterPattern {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn relation(a: &str, b: &str, domain: Domain) -> Relation {
    let (pattern_a, pattern_b) = (parsed(a), parsed(b));
    let found = compare_within(&pattern_a, &pattern_b, &Bounds::default().in_domain(domain));
    assert_eq!(found.domain, domain);
    for witness in &found.witnesses {
        assert!(domain.contains(&witness.event), "{a}  {b}  no event of {domain}: {}", witness.event);
        assert_eq!(pattern_a.is_match(&witness.event), witness.matches_a, "{a} on {}", witness.event);
        assert_eq!(pattern_b.is_match(&witness.event), witness.matches_b, "{b} on {}", witness.event);
    }
    found.relation
}

#[test]
fn relations_over_messages_and_records() {
    use Relation::{Disjoint, Equivalent, Implied, Implies, Incomparable};
    let table = [
        // the source of an event name
        (
            r#"{ $.eventName = StopLogging }"#,
            r#"{ $.eventName = StopLogging && $.eventSource = "cloudtrail.amazonaws.com" }"#,
            Implied,
            Equivalent,
        ),
        (
            r#"{ $.eventName = StopLogging }"#,
            r#"{ $.eventSource = "s3.amazonaws.com" }"#,
            Incomparable,
            Disjoint,
        ),
        // a name with two sources, and one that the catalogue does not have
        (
            r#"{ $.eventName = PutBucketPolicy }"#,
            r#"{ $.eventName = PutBucketPolicy && $.eventSource = "s3.amazonaws.com" }"#,
            Implied,
            Implied,
        ),
        (
            r#"{ $.eventName = NoSuchEvent }"#,
            r#"{ $.eventSource = "s3.amazonaws.com" }"#,
            Incomparable,
            Incomparable,
        ),
        (
            r#"{ $.eventName = "Stop*" }"#,
            r#"{ $.eventSource = "iam.amazonaws.com" }"#,
            Incomparable,
            Incomparable,
        ),
        // sign-in
        (r#"{ $.eventName = ConsoleLogin }"#, r#"{ $.eventType = AwsConsoleSignIn }"#, Incomparable, Implies),
        (
            r#"{ $.eventName = ConsoleLogin && $.eventSource = "ec2.amazonaws.com" }"#,
            r#"{ $.eventType = x }"#,
            Incomparable,
            Equivalent,
        ),
        // fields that each record has, and their types
        ("{ $.eventTime NOT EXISTS }", "{ $.a = x && $.a = y }", Implied, Equivalent),
        ("{ $.eventVersion IS NULL }", "{ $.eventVersion > 1 }", Disjoint, Equivalent),
        ("{ $.readOnly = \"true\" }", "{ $.readOnly IS TRUE }", Disjoint, Implies),
        ("{ $.userIdentity = x }", "{ $.eventName.a = x }", Incomparable, Equivalent),
        (
            "{ $.eventType = AwsApiCall && $.eventName = * }",
            "{ $.eventType = AwsApiCall }",
            Implies,
            Equivalent,
        ),
        ("{ $.eventName = * }", "{ $.eventSource = * }", Incomparable, Incomparable),
        // Insights events have their names in another place
        ("{ $.eventName NOT EXISTS }", "{ $.eventType = AwsApiCall }", Incomparable, Disjoint),
        // closed values
        (
            r#"{ $.additionalEventData.MFAUsed = "No" }"#,
            r#"{ $.additionalEventData.MFAUsed != "Yes" }"#,
            Implies,
            Equivalent,
        ),
        // unknown fields and values stay open
        ("{ $.requestParameters.a = 1 }", "{ $.requestParameters.a = x }", Disjoint, Disjoint),
        ("{ $.errorCode = x }", "{ $.errorCode = AccessDenied }", Disjoint, Disjoint),
        ("{ $.resources[0].ARN = \"*x\" }", "{ $.resources[*].ARN = \"*x\" }", Implies, Implies),
        // terms
        ("StopLogging", "StopLogging -s3", Implied, Implied),
    ];
    for (a, b, over_messages, over_records) in table {
        assert_eq!(relation(a, b, Domain::Json), over_messages, "{a}  {b}  over messages");
        assert_eq!(relation(a, b, Domain::CloudTrail), over_records, "{a}  {b}  over records");
    }
}

/// Each control of CIS that names no source, with the source of its events: the same over records, narrower over messages.
#[test]
fn a_source_does_not_weaken_a_control() {
    let sources = [("4.5", "cloudtrail"), ("4.6", "signin"), ("4.12", "ec2")];
    for (id, source) in sources {
        let control = controls("cis-aws").find(|it| it.id == id).unwrap();
        let inner = control.text.trim().trim_start_matches('{').trim_end_matches('}');
        let with = parsed(&format!("{{ $.eventSource = \"{source}.amazonaws.com\" && ({inner}) }}"));
        let over = |domain| implies(&control.pattern, &with, &Bounds::default().in_domain(domain));
        assert!(over(Domain::CloudTrail).is_yes(), "{id}");
        assert!(over(Domain::Json).is_no(), "{id}");
        let other = parsed(&format!("{{ $.eventSource = \"support.amazonaws.com\" && ({inner}) }}"));
        let bounds = Bounds::default().in_domain(Domain::CloudTrail);
        assert_eq!(satisfiable(&other, &bounds), Decision::No(None), "{id}");
    }
}

/// The example of each control is a record that can exist.
#[test]
fn examples_of_controls_are_records() {
    let bounds = Bounds::default().in_domain(Domain::CloudTrail);
    for control in controls("cis-aws").chain(controls("security-hub")) {
        match satisfiable(&control.pattern, &bounds) {
            Decision::Yes(Some(event)) => {
                assert!(Domain::CloudTrail.contains(&event), "{}: {event}", control.id);
                assert!(control.pattern.is_match(&event), "{}: {event}", control.id);
            }
            other => panic!("{}: {other:?}", control.id),
        }
    }
}

#[test]
fn records_that_can_exist() {
    let record = |name: &str, source: &str, kind: &str, more: &str| {
        format!(
            r#"{{"eventVersion":"1.11","eventTime":"2026-03-01T12:00:00Z","awsRegion":"us-east-1","eventID":"x","eventType":"{kind}","eventName":"{name}","eventSource":"{source}"{more}}}"#
        )
    };
    let (ec2, signin) = ("ec2.amazonaws.com", "signin.amazonaws.com");
    for (event, can_exist) in [
        (record("RunInstances", ec2, "AwsApiCall", ""), true),
        (record("NoSuchEvent", "new.amazonaws.com", "AwsApiCall", ""), true),
        (record("RunInstances", "s3.amazonaws.com", "AwsApiCall", ""), false),
        (record("ConsoleLogin", signin, "AwsConsoleSignIn", ""), true),
        (record("ConsoleLogin", signin, "AwsApiCall", ""), false),
        (record("RunInstances", ec2, "NoSuchType", ""), false),
        (record("x", ec2, "AwsCloudTrailInsight", "").replace(r#""x""#, "null"), false),
        (record("RunInstances", ec2, "AwsApiCall", r#","readOnly":"true""#), false),
        (record("RunInstances", ec2, "AwsApiCall", r#","readOnly":true,"errorCode":null"#), true),
        (record("RunInstances", ec2, "AwsApiCall", r#","userIdentity":{"type":"Nobody"}"#), false),
        (record("RunInstances", ec2, "AwsApiCall", r#","userIdentity":{"type":"Root"}"#), true),
        (record("RunInstances", ec2, "AwsApiCall", r#","requestParameters":{"readOnly":"x"}"#), true),
        (record("RunInstances", ec2, "AwsApiCall", r#","resources":{}"#), false),
        ("{}".to_owned(), false),
        ("RunInstances".to_owned(), false),
    ] {
        assert_eq!(Domain::CloudTrail.contains(&event), can_exist, "{event}");
    }
}

#[test]
fn names_of_domains() {
    for domain in Domain::ALL {
        assert_eq!(domain.name().parse(), Ok(domain));
    }
    assert!("CloudTrail".parse::<Domain>().is_err());
}
