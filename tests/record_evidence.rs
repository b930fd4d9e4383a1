//! Scores of rules about CloudTrail: an event that no record can be is no evidence, a change that no record shows is equivalent over records,
//! and generated events and witnesses pass the check that the events of tests have to pass.

use cwfilter::FilterPattern;
use cwfilter::analysis::{Bounds, Decision, Domain, satisfiable};
use cwfilter::rules::{self, Loader, Rule};
use cwfilter::syntax::ast::Pattern;
use std::path::Path;

fn rule(source: &str) -> Rule {
    let file = Loader::new().parse("rules.toml".as_ref(), source.to_owned());
    file.unwrap_or_else(|errors| panic!("{errors:?}\n{source}")).rules.remove(0)
}

/// A rule with one test, which matches.
fn with_event(pattern: &str, event: &str) -> Rule {
    rule(&format!(
        "[[rule]]\nid = \"r\"\npattern = '''{pattern}'''\n[[rule.test]]\nname = \"t\"\nlog = '''{event}'''\nexpect = \"match\"\n"
    ))
}

/// A pattern, an event that it matches, and a part of the reason why the event is no evidence. Empty: it is evidence.
const EVENTS: &[(&str, &str, &str)] = &[
    (
        r#"{ $.eventName = "ConsoleLogin" && $.eventType = "AwsApiCall" }"#,
        r#"{"eventName":"ConsoleLogin","eventType":"AwsApiCall"}"#,
        "never `AwsApiCall`",
    ),
    (
        r#"{ $.eventSource = "cloudtrail.amazonaws.com" && $.eventName = "ConsoleLogin" }"#,
        r#"{"eventSource":"cloudtrail.amazonaws.com","eventName":"ConsoleLogin"}"#,
        "never recorded by `cloudtrail.amazonaws.com`",
    ),
    (
        r#"{ $.eventName = "A" && $.readOnly = "true" }"#,
        r#"{"eventName":"A","readOnly":"true"}"#,
        "never \"true\"",
    ),
    (
        r#"{ $.eventName = "A" && $.eventTime IS NULL }"#,
        r#"{"eventName":"A","eventTime":null}"#,
        "never null",
    ),
    (
        r#"{ $.eventName = "A" && $.eventTime NOT EXISTS }"#,
        r#"{"eventName":"A"}"#,
        "every record has `eventTime`",
    ),
    (
        r#"{ $.eventType = "AwsApiCall" && $.eventName NOT EXISTS }"#,
        r#"{"eventType":"AwsApiCall"}"#,
        "every record has `eventName`",
    ),
    (
        r#"{ $.eventName = "A" && $.userIdentity.typ = "x" }"#,
        r#"{"eventName":"A","userIdentity":{"typ":"x"}}"#,
        "no record has a field",
    ),
    (r#"{ $.eventName = "Run*" }"#, r#"{"\u0065ventName":"RunInstances"}"#, "never as"),
    // evidence
    (
        r#"{ $.eventName = "ConsoleLogin" && $.eventType = "AwsConsoleSignIn" }"#,
        r#"{"eventName":"ConsoleLogin","eventType":"AwsConsoleSignIn"}"#,
        "",
    ),
    (
        r#"{ $.eventSource = "new.amazonaws.com" && $.eventName = "RunInstances" }"#,
        r#"{"eventSource":"new.amazonaws.com","eventName":"RunInstances"}"#,
        "",
    ),
    (
        r#"{ $.eventSource = "s3.amazonaws.com" && $.eventName = "NewEvent" }"#,
        r#"{"eventSource":"s3.amazonaws.com","eventName":"NewEvent"}"#,
        "",
    ),
    (r#"{ $.eventSource = "x" && $.eventName NOT EXISTS }"#, r#"{"eventSource":"x"}"#, ""),
    (r#"{ $.eventName = "A" && $.errorCode IS NULL }"#, r#"{"eventName":"A","errorCode":null}"#, ""),
    // not about CloudTrail
    (
        r#"{ $.kind = "ConsoleLogin" && $.readOnly = "true" }"#,
        r#"{"kind":"ConsoleLogin","readOnly":"true"}"#,
        "",
    ),
];

#[test]
fn an_event_that_no_record_can_be_is_no_evidence() {
    let mut wrong = Vec::new();
    for (pattern, event, reason) in EVENTS {
        let rule = with_event(pattern, event);
        assert!(rules::run_tests(&rule).iter().all(rules::TestResult::passed), "{pattern}");
        let (coverage, mutation) = (rules::coverage(&rule), rules::mutate(&rule));
        let named: Vec<_> = coverage.impossible.iter().map(|it| it.reason.as_str()).collect();
        let is_evidence = reason.is_empty();
        let is_named =
            named.len() == 1 && named[0].contains(if is_evidence { "no such reason" } else { reason });
        if is_named == is_evidence || coverage.impossible != mutation.impossible {
            wrong.push(format!("{pattern}: {named:?}, {:?}", mutation.impossible));
        }
        let (killed, without) = (mutation.killed, mutation.noticed_without_evidence);
        if (coverage.ways().0 > 0) != is_evidence
            || (killed > 0) != is_evidence
            || (without > 0) == is_evidence
        {
            wrong.push(format!("{pattern}: {:?}, {killed} and {without}", coverage.ways()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A pattern, a changed one, and where the two are equivalent: `all messages`, a part of the reason, or empty if they are not.
const CHANGES: &[(&str, &str, &str)] = &[
    (
        r#"{ $.eventName = "ConsoleLogin" && $.eventType = "AwsConsoleSignIn" }"#,
        r#"{ $.eventName = "ConsoleLogin" }"#,
        "over CloudTrail records",
    ),
    (
        r#"{ $.eventName = "StopLogging" && $.eventSource = "cloudtrail.amazonaws.com" }"#,
        r#"{ $.eventName = "StopLogging" }"#,
        "over CloudTrail records",
    ),
    (
        r#"{ $.eventName = "ConsoleLogin" && $.additionalEventData.MFAUsed != "Yes" }"#,
        r#"{ $.eventName = "ConsoleLogin" && $.additionalEventData.MFAUsed != "Yes*" }"#,
        "over CloudTrail records",
    ),
    (
        r#"{ $.eventName = "RunInstances" && $.readOnly != "true" }"#,
        r#"{ $.eventName = "RunInstances" && $.readOnly != "TRUE" }"#,
        "over CloudTrail records",
    ),
    (
        r#"{ $.eventName = "RunInstances" && $.errorCode NOT EXISTS }"#,
        r#"{ $.eventName = "RunInstances" }"#,
        "",
    ),
    ("{ $.a = %x+y% }", "{ $.a = %xy% }", "all messages"),
];

#[test]
fn a_change_that_no_record_shows_is_equivalent_over_records() {
    let mut wrong = Vec::new();
    for (pattern, changed, expected) in CHANGES {
        let mutation = rules::mutate(&rule(&format!("[[rule]]\nid = \"r\"\npattern = '''{pattern}'''\n")));
        let is_it = |mutant: &&rules::Mutant| mutant.pattern.as_str() == *changed;
        let found = match mutation.equivalent.iter().find(is_it) {
            Some(mutant) => mutant.reason.as_deref().unwrap_or("all messages"),
            None => "",
        };
        let is_survivor = mutation.survivors.iter().any(|it| is_it(&it));
        if found.is_empty() != expected.is_empty()
            || !found.starts_with(expected)
            || is_survivor != found.is_empty()
        {
            wrong.push(format!(
                "{pattern}: {changed}: {found:?}, survives: {is_survivor}, {} undecided",
                mutation.undecided.len()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The patterns of the packs, and of a sample of public repositories.
fn patterns() -> Vec<String> {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("patterns");
    let files = rules::load(&[packs]).unwrap_or_else(|errors| panic!("{errors:?}"));
    // one in six: there are many
    let rules = files.iter().flat_map(|file| &file.rules).step_by(6);
    let of_packs = rules.map(|rule| rule.pattern.as_str().to_owned());
    let rows = include_str!("differential/public.tsv").lines().filter_map(|row| row.split_once('\t'));
    let public = rows.map(|(_, text)| text.to_owned()).filter(|text| text.parse::<FilterPattern>().is_ok());
    of_packs.chain(public).collect()
}

/// The generated tests, as if their events had been written by hand: coverage finds no event that cannot be a record.
#[test]
fn generated_events_pass_the_check_of_written_events() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for pattern in patterns() {
        let parsed: FilterPattern = pattern.parse().unwrap();
        let tests = rules::generate(&parsed);
        // an event of another log, which has fields of the same names
        if tests.iter().all(|test| !test.message.contains("eventVersion")) {
            continue;
        }
        let tests = rules::to_toml(&tests).replace("origin = \"generated\"\n", "");
        let rule = rule(&format!("[[rule]]\nid = \"r\"\npattern = '''{pattern}'''\n{tests}"));
        count += rule.tests.len();
        wrong.extend(rules::coverage(&rule).impossible.iter().map(|it| format!("{pattern}: {it:?}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 600, "{count}");
}

/// A pattern of a sign-in with the type of a call of an API gets no event, not even as one of another log.
#[test]
fn a_pattern_that_no_record_matches_gets_no_event() {
    for pattern in [
        r#"{ $.eventName = "ConsoleLogin" && $.eventType = "AwsApiCall" }"#,
        r#"{ $.eventName = "ConsoleLogin" && $.errorCode IS TRUE }"#,
        r#"{ $.eventSource = "ec2.amazonaws.com" && $.eventName = "ConsoleLogin" }"#,
    ] {
        let parsed: FilterPattern = pattern.parse().unwrap();
        let found = rules::generate_all(&parsed);
        assert!(!found.tests.iter().any(|test| test.matches), "{pattern}: {found:#?}");
        assert!(found.missing.iter().any(|it| it.matches), "{pattern}: {found:#?}");
    }
    // an event of another log is no record
    let other: FilterPattern = r#"{ $.eventType = "click" && $.eventName = "buy" }"#.parse().unwrap();
    assert!(rules::generate(&other).iter().all(|test| !test.message.contains("eventVersion")));
}

/// The witness over CloudTrail records of each pattern, and those of the changes of some.
#[test]
fn witnesses_pass_the_check_of_written_events() {
    let bounds = Bounds::default().in_domain(Domain::CloudTrail);
    let is_json = |text: &String| matches!(text.parse::<FilterPattern>().unwrap().ast(), Pattern::Json(_));
    let (mut count, mut changes) = (0, 0);
    for (at, pattern) in patterns().into_iter().filter(is_json).enumerate() {
        let parsed: FilterPattern = pattern.parse().unwrap();
        if let Decision::Yes(Some(event)) = satisfiable(&parsed, &bounds) {
            count += 1;
            assert_eq!(Domain::CloudTrail.excludes(&event), None, "{pattern}: {event}");
            assert!(Domain::CloudTrail.contains(&event), "{pattern}: {event}");
        }
        // a rule without tests has many changes
        if at % 120 != 0 || pattern.len() > 150 {
            continue;
        }
        let rule = rule(&format!("[[rule]]\nid = \"r\"\npattern = '''{pattern}'''\n"));
        let has_events = |mutant: &rules::Mutant| mutant.witness.clone();
        for event in rules::mutate(&rule).survivors.iter().filter_map(has_events) {
            changes += 1;
            let impossible = rules::coverage(&with_event(&pattern, &event)).impossible;
            assert!(impossible.is_empty(), "{pattern}: {event}: {impossible:?}");
        }
    }
    assert!(count > 200 && changes > 10, "{count} {changes}");
}

/// Texts whose form the domain does not fix have an ordinary form, if the patterns allow it.
#[test]
fn a_witness_has_ordinary_texts() {
    let bounds = Bounds::default().in_domain(Domain::CloudTrail);
    for (pattern, path, expected) in [
        (r#"{ $.eventName = "StopLogging" }"#, "/eventTime", "2026-03-01T12:00:00Z"),
        (
            r#"{ $.eventTime != "2026-03-01*" && $.eventName = "StopLogging" }"#,
            "/eventTime",
            "2026-11-20T23:59:59Z",
        ),
        (r#"{ $.awsRegion != "x" }"#, "/awsRegion", "us-east-1"),
        (r#"{ $.awsRegion != "us-east-1" }"#, "/awsRegion", "eu-central-1"),
        (r#"{ $.recipientAccountId != "1" }"#, "/recipientAccountId", "123456789012"),
        (r#"{ $.userIdentity.accountId != "123456789012" }"#, "/userIdentity/accountId", "210987654321"),
        (r#"{ $.eventVersion != "1" }"#, "/eventVersion", "1.11"),
        (r#"{ $.userIdentity.arn != "x" }"#, "/userIdentity/arn", "arn:aws:iam::123456789012:user/alice"),
        // only another form satisfies the pattern
        (r#"{ $.awsRegion = "mars" }"#, "/awsRegion", "mars"),
    ] {
        let parsed: FilterPattern = pattern.parse().unwrap();
        let Decision::Yes(Some(event)) = satisfiable(&parsed, &bounds) else { panic!("{pattern}") };
        let record: serde_json::Value = serde_json::from_str(&event).unwrap();
        assert_eq!(record.pointer(path).and_then(|it| it.as_str()), Some(expected), "{pattern}: {event}");
    }
}
