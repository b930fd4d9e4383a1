//! Mutation and coverage count what is evidence: every survivor has an event that can exist, equivalent changes are proved, generated and
//! impossible events do not count, and a score of nothing is no score.

use cwfilter::FilterPattern;
use cwfilter::cloudtrail::catalogue::evidence;
use cwfilter::rules::{self, Loader, Mutation, Origin, Rule};
use serde_json::Value as Json;

fn rule(source: &str) -> Rule {
    let file = Loader::new().parse("rules.toml".as_ref(), source.to_owned());
    file.unwrap_or_else(|errors| panic!("{errors:?}\n{source}")).rules.remove(0)
}

/// The mutants of a rule without tests.
fn mutation(pattern: &str) -> Mutation {
    rules::mutate(&rule(&format!("[[rule]]\nid = \"r\"\npattern = '''{pattern}'''\n")))
}

/// A pattern, and mutants that survive because there is no test.
const SURVIVORS: &[(&str, &[&str])] = &[
    (
        "%^ab+[0-9x]?c{2}$|.d%",
        &[
            "%ab+[0-9x]?c{2}$|.d%",
            "%^ab+[0-9x]?c{2}|.d%",
            "%^ab*[0-9x]?c{2}$|.d%",
            "%^ab+[x]?c{2}$|.d%",
            "%^ab+[^0-9x]?c{2}$|.d%",
            "%^ab+[0-9x]c{2}$|.d%",
            "%^ab+[0-9x]?c{3}$|.d%",
            "%^ab+[0-9x]?c{2}$|\\.d%",
            "%.d%",
            "%^ab+[0-9x]?c{2}$%",
            "%^AB+[0-9x]?c{2}$|.d%",
        ],
    ),
    ("{ $.a = %^x|2% }", &["{ $.a = %x|2% }", "{ $.a = %2% }", "{ $.a = %^x% }", "{ $.a = %^x|2$% }"]),
    ("{ $.a = 1 && ($.b = 2 || $.c = 3) }", &["{ $.a = 1 && $.b = 2 || $.c = 3 }"]),
    ("{ $.a = 1 && $.b = 2 || $.c = 3 }", &["{ $.a = 1 && ($.b = 2 || $.c = 3) }"]),
    ("{ $.a = 1 || $.b = 2 && $.c = 3 }", &["{ ($.a = 1 || $.b = 2) && $.c = 3 }"]),
    ("{ $.a = \"x\" }", &["{ $.a = \"x*\" }", "{ $.a = \"*x\" }", "{ $.a = \"X\" }", "{ $.A = \"x\" }"]),
    ("{ $.a != x }", &["{ ($.a NOT EXISTS || $.a IS NULL || $.a != x) }"]),
    ("{ $.a >= 10 }", &["{ $.a >= 11 }", "{ $.a >= 9 }", "{ $.a > 10 }"]),
    ("{ $.a < 0.5 }", &["{ $.a < 0.6 }", "{ $.a < 0.4 }", "{ $.a <= 0.5 }"]),
    ("{ $.a = 404 }", &["{ $.a = 405 }", "{ $.a = 403 }", "{ $.a = 404* }"]),
    ("{ $.a[1].b = 5 }", &["{ $.a[0].b = 5 }", "{ $.a[2].b = 5 }", "{ $.a[*].b = 5 }"]),
    ("{ $.a[*] = 5 }", &["{ $.a[0] = 5 }", "{ $.a[1] = 5 }"]),
    ("{ $.a.x = 1 && $.a.y = 2 }", &["{ $.a.y = 1 && $.a.y = 2 }", "{ $.a.x = 1 && $.a.x = 2 }"]),
    ("{ $.a NOT EXISTS }", &["{ $.a = * }", "{ $.a IS NULL }"]),
    ("{ $.a = \"*b*c\" }", &["{ $.a = \"b*c\" }", "{ $.a = \"*bc\" }", "{ $.a = \"*b*c*\" }"]),
    ("?a ?b", &["a ?b", "?a b", "-a ?b"]),
    ("ERROR -timeout", &["ERROR timeout", "-ERROR -timeout", "error -timeout"]),
    (
        "[ip, status = 404]",
        &["[status = 404, ip]", "[status = 404]", "[ip, status = 405]", "[ip, status = 404*]"],
    ),
    ("[status = 5*, ...]", &["[..., status = 5*]"]),
    ("[ip, status = 500, ...]", &["[ip, status = 500]", "[status = 500, ...]", "[status = 500, ip, ...]"]),
    ("[w = %^[0-9]+$%]", &["[w = %^[0-9]*$%]", "[w = %[0-9]+$%]"]),
    (
        "{ $.sourceIPAddress = \"10.*\" }",
        &["{ $.sourceIPAddress = \"*10.*\" }", "{ $.userAgent = \"10.*\" }"],
    ),
    ("{ $.userIdentity.type = \"Root\" }", &["{ $.userIdentity.principalId = \"Root\" }"]),
    ("{ $.eventName = \"CreateVpc\" }", &["{ $.eventName = \"CreateVpc*\" }"]),
    ("{ $.a = \"é*ß\" }", &["{ $.a = \"éß\" }", "{ $.a = \"É*SS\" }"]),
];

#[test]
fn every_kind_of_change_survives_without_a_test() {
    for (text, expected) in SURVIVORS {
        let pattern: FilterPattern = text.parse().unwrap();
        let mutation = mutation(text);
        let survivors: Vec<&str> = mutation.survivors.iter().map(|it| it.pattern.as_str()).collect();
        for mutant in *expected {
            assert!(
                survivors.contains(mutant),
                "{text}: without {mutant}: {survivors:#?}\n{:#?}",
                mutation.undecided
            );
        }
        for mutant in &mutation.survivors {
            let event = mutant.witness.as_deref().unwrap_or_else(|| panic!("{text}: {mutant:?}"));
            assert_ne!(pattern.is_match(event), mutant.pattern.is_match(event), "{text}: {mutant:?}");
        }
    }
}

/// A pattern about CloudTrail, a mutant, and what is known about it.
const FATES: &[(&str, &str, &str)] = &[
    (
        r#"{ $.eventName != "ConsoleLogin" }"#,
        r#"{ ($.eventName NOT EXISTS || $.eventName IS NULL || $.eventName != "ConsoleLogin") }"#,
        "equivalent",
    ),
    (r#"{ $.userIdentity.type = "Root" }"#, r#"{ $.userIdentity.type = "Root*" }"#, "equivalent"),
    (
        r#"{ $.eventName = "ConsoleLogin" && $.responseElements.ConsoleLogin = "Success" }"#,
        r#"{ $.eventName = "ConsoleLogin" && $.responseElements.ConsoleLogin = "Success*" }"#,
        "equivalent",
    ),
    (r#"{ $.eventName = "ConsoleLogin" }"#, r#"{ $.eventName = "ConsoleLogin*" }"#, "undecided"),
    (r#"{ $.eventName = "DisableKey" }"#, r#"{ $.eventName = "DisableKey*" }"#, "survives"),
    (
        r#"{ $.eventName = "CreateVpc" && $.eventSource = "ec2.amazonaws.com" }"#,
        r#"{ $.eventName = "CreateVpc*" && $.eventSource = "ec2.amazonaws.com" }"#,
        "survives",
    ),
    (r#"{ $.errorCode = "AccessDenied*" }"#, r#"{ $.errorCode = "AccessDenied" }"#, "survives"),
    (r#"{ $.readOnly IS TRUE }"#, r#"{ $.readOnly IS FALSE }"#, "survives"),
    ("{ $.a = %^x.*% }", "{ $.a = %^x% }", "none"),
    ("{ $.a = %x.*% }", "{ $.a = %x.+% }", "survives"),
    ("{ $.a = %x+y% }", "{ $.a = %xy% }", "equivalent"),
];

#[test]
fn a_change_survives_is_equivalent_or_undecided() {
    for (text, mutant, expected) in FATES {
        let mutation = mutation(text);
        let has = |list: &[rules::Mutant]| list.iter().any(|it| it.pattern.as_str() == *mutant);
        let found = match () {
            () if has(&mutation.survivors) => "survives",
            () if has(&mutation.equivalent) => "equivalent",
            () if has(&mutation.undecided) => "undecided",
            () => "none",
        };
        assert_eq!(found, *expected, "{text}: {mutant}");
        assert!(mutation.undecided.iter().all(|it| it.reason.is_some()), "{text}");
    }
}

#[test]
fn a_witness_about_cloudtrail_is_a_record() {
    for text in [
        r#"{ $.eventName = "ConsoleLogin" && $.additionalEventData.MFAUsed != "Yes" && $.userIdentity.type = "IAMUser" }"#,
        r#"{ ($.eventName = "CreateVpc") || ($.eventName = "DeleteVpc") }"#,
        r#"{ $.eventSource = "kms.amazonaws.com" && ($.eventName = "DisableKey" || $.eventName = "ScheduleKeyDeletion") }"#,
        r#"{ $.sourceIPAddress != "10.*" && $.errorCode NOT EXISTS }"#,
        r#"{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }"#,
        r#"{ $.eventName = "ModifySnapshotAttribute" && $.requestParameters.createVolumePermission.add.items[*].group = "all" }"#,
    ] {
        let mutation = mutation(text);
        assert!(mutation.survivors.len() > 5, "{text}");
        for mutant in &mutation.survivors {
            let event: Json = serde_json::from_str(mutant.witness.as_deref().unwrap()).unwrap();
            let text = |key: &str| event[key].as_str().unwrap_or_default();
            for key in ["eventVersion", "eventTime", "eventID", "awsRegion", "sourceIPAddress", "eventType"] {
                assert!(event[key].is_string(), "{mutant:?}");
            }
            assert!(evidence(text("eventSource"), text("eventName")).is_some(), "{mutant:?}");
            let items = &event["requestParameters"]["createVolumePermission"]["add"]["items"];
            assert!(items.is_array() || items.is_null(), "{mutant:?}");
        }
    }
}

const STOPPED: &str = "[[rule]]\nid = \"r\"\npattern = '{ $.eventName = \"StopLogging\" }'\n";

fn test(name: &str, event: &str, more: &str) -> String {
    format!("[[rule.test]]\nname = \"{name}\"\nevent = {{ {event} }}\n{more}\n")
}

#[test]
fn only_recorded_and_written_events_count() {
    let tests = |origin: &str| {
        let with = |expect: &str| format!("{origin}\nexpect = \"{expect}\"");
        let yes = test("yes", "eventName = \"StopLogging\"", &with("match"));
        let no = test("no", "eventName = \"StartLogging\"", &with("no-match"));
        rule(&format!("{STOPPED}{yes}{no}"))
    };
    for (origin, seen, recorded, generated) in [
        ("", 2, 0, 0),
        ("origin = \"written\"", 2, 0, 0),
        ("origin = \"recorded\"", 2, 2, 0),
        ("origin = \"generated\"", 0, 0, 2),
    ] {
        let rule = tests(origin);
        let coverage = rules::coverage(&rule);
        let ways = (coverage.ways(), coverage.ways_by(Origin::Recorded), coverage.ways_by(Origin::Generated));
        assert_eq!(ways, ((seen, 2), recorded, generated), "{origin}");
        let mutation = rules::mutate(&rule);
        let (killed, all) = mutation.score();
        assert!(all > 3, "{origin}: {mutation:?}");
        assert_eq!(killed > 0, seen > 0, "{origin}: {mutation:?}");
        assert_eq!(mutation.killed_by_recorded, if recorded > 0 { killed } else { 0 }, "{origin}");
        assert_eq!(mutation.noticed_without_evidence > 0, generated > 0, "{origin}");
    }
}

#[test]
fn an_event_that_is_changed_is_not_recorded() {
    for change in ["with = { a = 1 }", "without = [\"eventName\"]", "each = { a = [1] }"] {
        let more = format!("{change}\norigin = \"recorded\"\nexpect = \"no-match\"");
        let source = format!("{STOPPED}{}", test("t", "eventName = \"x\"", &more));
        let errors = Loader::new().parse("rules.toml".as_ref(), source).unwrap_err();
        assert!(errors[0].message().contains("change the event"), "{change}: {errors:?}");
    }
    let source =
        format!("{STOPPED}{}", test("t", "eventName = \"x\"", "origin = \"real\"\nexpect = \"no-match\""));
    assert!(Loader::new().parse("rules.toml".as_ref(), source).is_err());
}

/// Fields and values that no record has, in the pattern and in its test.
#[test]
fn an_event_that_cloudtrail_does_not_write_is_no_evidence() {
    for (condition, event, reason) in [
        ("$.additionalEventData.MFAUsed = \"no\"", "additionalEventData = { MFAUsed = \"no\" }", "Yes, No"),
        ("$.userIdentity.type = \"root\"", "userIdentity = { type = \"root\" }", "IAMUser"),
        ("$.userIdentity.name = \"x\"", "userIdentity = { name = \"x\" }", "no record has a field"),
        ("$.readOnly = \"true\"", "readOnly = \"true\"", "never \"true\""),
        (
            "$.responseElements.ConsoleLogin = \"Failed\"",
            "responseElements = { ConsoleLogin = \"Failed\" }",
            "Success, Failure",
        ),
    ] {
        let pattern = format!("{{ $.eventName = \"ConsoleLogin\" && {condition} }}");
        let yes = test("yes", &format!("eventName = \"ConsoleLogin\", {event}"), "expect = \"match\"");
        let no = test("no", "eventName = \"ConsoleLogin\"", "expect = \"no-match\"");
        let rule = rule(&format!("[[rule]]\nid = \"r\"\npattern = '{pattern}'\n{yes}{no}"));
        assert!(rules::run_tests(&rule).iter().all(rules::TestResult::passed), "{pattern}");
        let coverage = rules::coverage(&rule);
        assert!(coverage.impossible[0].reason.contains(reason), "{pattern}: {coverage:?}");
        assert!(coverage.clauses.iter().all(|clause| !clause.seen_true), "{pattern}: {coverage:?}");
        assert!(rules::mutate(&rule).noticed_without_evidence > 0, "{pattern}");
    }
}

/// Patterns without a change that counts, and patterns that are hard to change.
#[test]
fn hard_patterns_end() {
    for (text, has_score) in [
        ("", false),
        ("[...]", false),
        ("[a]", false),
        ("{ $.a = * }", true),
        ("%x%", true),
        ("{ $.a = 1e400 }", true),
        ("{ $.a > 1e400 || $.a < -1e400 }", true),
        ("{ $.a = 99999999999999999999999999999999999999999999 }", true),
        ("\"日本\" -\"ﬀ\"", true),
        ("{ $.a = \"ﬀ日本*\" }", true),
        ("{ $.a = %a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q|r|s|t$% }", true),
        ("{ $.a = %[ab]*a*[bc]*x{0,20}y% }", true),
    ] {
        let (killed, all) = mutation(text).score();
        assert_eq!((killed, all > 0), (0, has_score), "{text}");
    }
}
