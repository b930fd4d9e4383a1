//! A stack's file, and plans against accounts that are only thought of.

use cwfilter::provision::resource::{STACK_TAG, Tags};
use cwfilter::provision::{
    Kind, LogGroup, Observed, Options, Plan, Resource, Stack, Target, desired, destruction, gate, plan,
};
use cwfilter::rules::RuleFile;
use serde_json::{Value, json};
use std::path::Path;

const GOOD: &str = r#"
name = "security"
region = "us-east-1"
rules = ["rules.toml"]
namespace = "Security"
log_group = { name = "trail", create = true, retention_days = 365 }
alarm = { statistic = "Sum", period = "5m", threshold = 1 }

[topic]
name = "security-alerts"
subscription = [{ protocol = "email", endpoint = "security@example.com" }]

[trail]
name = "security"
bucket = "trail-123456789012"
role = "trail-to-logs"
"#;

const RULES: &str = r#"
[[rule]]
id = "stopped"
title = "Somebody stops the trail"
pattern = '{ $.eventName = "StopLogging" }'

[[rule]]
id = "deleted"
pattern = '{ $.eventName = "DeleteTrail" }'
metric = { namespace = "Own", name = "Deleted", value = "1" }
alarm = { statistic = "p99", period = "1h", threshold = 2, evaluate = "2 of 3", notify = ["ALARM", "OK"] }
"#;

fn stack(text: &str) -> Result<Stack, String> {
    let shown = |errors: Vec<cwfilter::rules::RuleError>| {
        errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    Stack::parse(Path::new("cwfilter.toml"), text).map_err(shown)
}

fn rules(text: &str) -> Vec<RuleFile> {
    vec![cwfilter::rules::parse("rules.toml".as_ref(), text.to_owned()).unwrap()]
}

fn target() -> Target {
    Target::new("123456789012", "us-east-1")
}

fn wanted() -> Vec<Resource> {
    desired(&stack(GOOD).unwrap(), &rules(RULES), &target()).unwrap()
}

/// The account after the stack was applied.
fn applied() -> Observed {
    Observed::with(&stack(GOOD).unwrap(), target(), wanted())
}

fn planned(observed: &Observed) -> Plan {
    plan(&stack(GOOD).unwrap(), &wanted(), observed, &Options::default())
}

fn steps(plan: &Plan) -> Vec<String> {
    plan.steps
        .iter()
        .map(|step| format!("{} {} {}", step.action.sign(), step.resource.kind.words(), step.resource.name))
        .collect()
}

#[test]
fn errors_stand_at_their_character() {
    let table = [
        ("name = \"security\"", "name = \"a.b\"", "2:8: `a.b` is no name of a stack; 1 to 64 letters"),
        ("us-east-1", "Virginia", "3:10: `Virginia` is no region; a region's code"),
        ("us-east-1", "us-est-1", "3:10: `us-est-1` is no region; a region's code"),
        ("us-east-1", "us-east", "3:10: `us-east` is no region"),
        ("[\"rules.toml\"]", "[]", "4:9: the stack has no rules; write `rules = [\"patterns\"]`"),
        ("namespace = \"Security\"", "namespace = \"AWS/Logs\"", "5:13: `AWS/Logs` is no metric namespace"),
        ("namespace", "namespaces", "5:1: unknown field `namespaces`"),
        ("365", "91", "6:63: 91 days cannot be kept; CloudWatch Logs takes [1, 3, 5, 7,"),
        ("name = \"trail\"", "name = \"a trail\"", "6:22: `a trail` is no name of a log group"),
        ("\"5m\"", "\"45s\"", "7:9: a period of 45 s; 10, 20, 30 and multiples of 60 are allowed"),
        ("security-alerts", "security.alerts", "10:8: `security.alerts` is no name of a topic"),
        ("\"email\"", "\"fax\"", "11:30: no protocol `fax`; one of `email`"),
        (
            "security@example.com",
            "security",
            "11:50: `security` is no endpoint for `email`; an e-mail address",
        ),
        (
            "\"trail-123456789012\"",
            "\"Trail\"",
            "15:10: `Trail` is no name of a bucket; 3 to 63 small letters",
        ),
        ("\"trail-to-logs\"", "\"a b\"", "16:8: `a b` is no name of a role"),
        (
            "[trail]\nname = \"security\"",
            "[trail]\nname = \"a--b\"",
            "14:8: `a--b` is no name of a trail; 3 to 128",
        ),
        (
            "subscription = [",
            "subscription = [{ protocol = \"email\", endpoint = \"security@example.com\" }, ",
            "11:76: the subscription is here twice",
        ),
        ("role = ", "roles = ", "16:1: unknown field `roles`"),
        (
            "create = true, ",
            "",
            "6:48: the stack does not create the log group, and so does not change its settings",
        ),
        ("region = ", "account = 1\nregion = ", "3:11: invalid type: integer `1`, expected a string"),
        ("region = ", "account = \"1\"\nregion = ", "3:11: `1` is no account id; twelve digits, in quotes"),
        ("region = ", "was = [\"a.b\"]\nregion = ", "3:8: `a.b` is no name of a stack"),
        ("name = \"security-alerts\"", "arn = \"alerts\"", "10:7: `alerts` is no ARN of a topic"),
        (
            "name = \"security-alerts\"",
            "arn = \"arn:aws:sns:us-east-1:210987654321:alerts\"",
            "10:7: the stack does not change a topic that it names by ARN",
        ),
        (
            "[topic]",
            "[names.stopped]\nmetric_filter = \"a:b\"\n[topic]",
            "9:1: `a:b` is no name of a metric filter",
        ),
    ];
    for (good, bad, error) in table {
        assert!(GOOD.contains(good), "{good}");
        let found = stack(&GOOD.replacen(good, bad, 1)).expect_err(bad);
        assert!(found.starts_with(&format!("cwfilter.toml:{error}")), "{found}");
    }
    let two = stack(&GOOD.replace("us-east-1", "x").replace("365", "2")).unwrap_err();
    assert_eq!(two.lines().count(), 2, "{two}");
}

#[test]
fn names_that_services_take_or_refuse() {
    let table = [
        (
            "bucket",
            "trail-123456789012",
            &["a.b-c", "abc"][..],
            &["ab", "-abc", "a..b", "ABC", "1.2.3.4", "a_b"][..],
        ),
        ("role", "trail-to-logs", &["a", "x+=,.@_-"][..], &["", "a/b", "a b"][..]),
        ("endpoint", "security@example.com", &["a.b+c@d.org"][..], &["@a.b", "a@b", "a b@c.de"][..]),
    ];
    for (key, value, good, bad) in table {
        let with = |text: &str| GOOD.replace(&format!("{key} = \"{value}\""), &format!("{key} = \"{text}\""));
        for text in good {
            assert!(stack(&with(text)).is_ok(), "{key} {text}");
        }
        for text in bad {
            assert!(stack(&with(text)).is_err(), "{key} {text}");
        }
    }
    let regions = "us-east-1 us-gov-west-1 us-iso-east-1 ap-southeast-7 eusc-de-east-1 cn-northwest-1 me-central-1 mx-central-1 sa-east-1";
    for (region, is_good) in
        regions.split(' ').map(|it| (it, true)).chain([("eu-wets-1", false), ("east-1", false)])
    {
        assert_eq!(stack(&GOOD.replace("us-east-1", region)).is_ok(), is_good, "{region}");
    }
    for (protocol, endpoint, is_good) in [
        ("sms", "+15555550100", true),
        ("sms", "15555550100", false),
        ("sms", "+1555call", false),
        ("https", "https://example.com/hook", true),
        ("https", "http://example.com/hook", false),
        ("sqs", "arn:aws:sqs:us-east-1:123456789012:alerts", true),
        ("sqs", "alerts", false),
    ] {
        let text =
            GOOD.replace("\"email\"", &format!("\"{protocol}\"")).replace("security@example.com", endpoint);
        assert_eq!(stack(&text).is_ok(), is_good, "{protocol} {endpoint}");
    }
}

#[test]
fn rules_become_filters_and_alarms() {
    let wanted = wanted();
    let alarms: Vec<&Resource> = wanted.iter().filter(|it| it.kind == Kind::Alarm).collect();
    let topic = json!(["arn:aws:sns:us-east-1:123456789012:security-alerts"]);
    let table = [
        (0, "ExtendedStatistic", json!("p99")),
        (0, "Statistic", Value::Null),
        (0, "Period", json!(3600)),
        (0, "DatapointsToAlarm", json!(2)),
        (0, "EvaluationPeriods", json!(3)),
        (0, "AlarmActions", topic.clone()),
        (0, "OKActions", topic),
        (0, "InsufficientDataActions", json!([])),
        (0, "Namespace", json!("Security")),
        (0, "MetricName", json!("Deleted")),
        // without a metric of its own
        (1, "MetricName", json!("stopped")),
        (1, "AlarmDescription", json!("Somebody stops the trail")),
        (1, "TreatMissingData", json!("missing")),
    ];
    assert_eq!(alarms[0].name, "security.deleted");
    for (number, member, value) in table {
        assert_eq!(alarms[number].get(member), value, "{member}");
    }
    let bare = GOOD.replace("namespace = \"Security\"\n", "");
    let error = desired(&stack(&bare).unwrap(), &rules(RULES), &target()).unwrap_err();
    assert!(
        error[0]
            .to_string()
            .starts_with("rules.toml:3:6: the rule has no metric, and the stack no namespace"),
        "{}",
        error[0]
    );
}

#[test]
fn an_alarm_on_dimensions_would_be_deaf() {
    let text = RULES.replace("value = \"1\" }", "value = \"1\", dimensions = { User = \"$.user\" } }");
    let error = desired(&stack(GOOD).unwrap(), &rules(&text), &target()).unwrap_err();
    assert!(error[0].to_string().contains("it would never see a datapoint"), "{}", error[0]);
}

/// The metric's unit, the alarm's, whether it is refused. `-`: not set.
#[test]
fn an_alarm_on_another_unit_would_be_deaf() {
    for (published, watched, is_refused) in [
        ("-", "-", false),
        ("Count", "-", false),
        ("Count", "Count", false),
        ("-", "None", false),
        ("-", "Count", true),
        ("Count", "None", true),
        ("Count", "Seconds", true),
    ] {
        let unit = |unit: &str| if unit == "-" { String::new() } else { format!(", unit = \"{unit}\"") };
        let text = RULES
            .replace("value = \"1\" }", &format!("value = \"1\"{} }}", unit(published)))
            .replace(", threshold = 2", &format!("{}, threshold = 2", unit(watched)));
        let found = desired(&stack(GOOD).unwrap(), &rules(&text), &target());
        let refused = found.err().map_or(String::new(), |errors| errors[0].to_string());
        assert_eq!(refused.contains("it would never see a datapoint"), is_refused, "{text}: {refused}");
    }
    // the stack's alarm, for a rule without an alarm
    let text = GOOD.replace("threshold = 1 }", "threshold = 1, unit = \"Count\" }");
    let error = desired(&stack(&text).unwrap(), &rules(RULES), &target()).unwrap_err();
    assert!(error[0].to_string().contains("it would never see a datapoint"), "{}", error[0]);
}

#[test]
fn a_threshold_of_the_stack_is_a_number() {
    for number in ["nan", "inf", "-inf"] {
        let text = GOOD.replace("threshold = 1 }", &format!("threshold = {number} }}"));
        let refused = stack(&text).unwrap_err();
        assert!(refused.contains("is not a number"), "{refused}");
    }
}

#[test]
fn nothing_to_do_twice() {
    let plan = planned(&applied());
    assert!(plan.is_empty(), "{plan}");
}

/// Every member that decides whether an alarm rings: a difference is a change. What others may decide stays.
#[test]
fn drift() {
    let filters = ["~ metric filter security.deleted", "~ metric filter security.stopped"];
    let alarms = ["~ alarm security.deleted", "~ alarm security.stopped"];
    let table: [(Kind, &str, Value, &[&str]); 24] = [
        (Kind::LogGroup, "retentionInDays", json!(1), &["~ log group trail"]),
        (Kind::LogGroup, "kmsKeyId", json!("theirs"), &[]),
        (Kind::Topic, "Policy", Value::Null, &["~ topic security-alerts"]),
        (Kind::MetricFilter, "filterPattern", json!("x"), &filters),
        (Kind::MetricFilter, "metricValue", json!("2"), &filters),
        (Kind::MetricFilter, "defaultValue", json!(0), &filters),
        (Kind::MetricFilter, "unit", json!("Count"), &filters),
        (Kind::MetricFilter, "unit", json!("None"), &[]),
        (Kind::MetricFilter, "dimensions", json!({ "A": "$.a" }), &filters),
        (Kind::MetricFilter, "applyOnTransformedLogs", json!(true), &filters),
        (Kind::MetricFilter, "fieldSelectionCriteria", json!("@aws.region = \"x\""), &filters),
        (Kind::MetricFilter, "emitSystemFieldDimensions", json!(["@aws.account"]), &filters),
        (Kind::Alarm, "AlarmActions", json!([]), &alarms),
        (Kind::Alarm, "AlarmActions", json!(["arn:aws:sns:us-east-1:123456789012:other"]), &alarms),
        (
            Kind::Alarm,
            "InsufficientDataActions",
            json!(["arn:aws:sns:us-east-1:123456789012:other"]),
            &alarms,
        ),
        (Kind::Alarm, "ActionsEnabled", json!(false), &alarms),
        (Kind::Alarm, "Dimensions", json!({ "A": "b" }), &alarms),
        (Kind::Alarm, "Unit", json!("Count"), &alarms),
        (Kind::Alarm, "EvaluationWindow", json!({ "WallClockWindow": {} }), &alarms),
        (Kind::Alarm, "EvaluateLowSampleCountPercentile", json!("ignore"), &alarms),
        (Kind::Alarm, "Threshold", json!(9), &alarms),
        (Kind::Alarm, "Metrics", json!([{ "Id": "a" }]), &alarms),
        (Kind::Alarm, "TreatMissingData", json!("breaching"), &alarms),
        (Kind::Alarm, "Period", json!(60), &alarms),
    ];
    for (number, (kind, member, value, expected)) in table.iter().enumerate() {
        let mut observed = applied();
        for it in observed.resources.iter_mut().filter(|it| it.kind == *kind) {
            it.properties.insert((*member).to_owned(), value.clone());
        }
        assert_eq!(steps(&planned(&observed)), *expected, "row {number}: {member}");
    }
    // tags of others stay, and the stack's own is put back
    let mut observed = applied();
    for it in &mut observed.resources {
        it.tags.insert("team".into(), "x".into());
    }
    assert!(planned(&observed).is_empty());
}

#[test]
fn what_is_not_the_stacks_is_neither_tagged_nor_deleted() {
    let mut observed = applied();
    for it in &mut observed.resources {
        match it.kind {
            Kind::LogGroup => it.tags = Tags::new(),
            Kind::Alarm if it.name == "security.stopped" => {
                it.tags = Tags::from([(STACK_TAG.into(), "other".into())]);
            }
            _ => {}
        }
    }
    let plan = planned(&observed);
    assert!(plan.is_empty(), "{plan}");
    assert_eq!(
        [&plan.notes[0], plan.notes.last().unwrap()],
        [
            "uses the log group trail, which the stack did not create",
            "uses the alarm security.stopped, which the stack did not create (it is that of the stack `other`)"
        ]
    );
    let away = destruction(&stack(GOOD).unwrap(), &wanted(), &observed, &[Kind::LogGroup, Kind::Topic]);
    let expected = [
        "- alarm security.deleted",
        "- metric filter security.deleted",
        "- metric filter security.stopped",
        "- record cwfilter-security",
        "- topic security-alerts",
    ];
    assert_eq!(steps(&away), expected);
}

#[test]
fn the_gate() {
    let test =
        "\n[[rule.test]]\nname = \"other\"\nevent = { eventName = \"DeleteTrail\" }\nexpect = \"EXPECT\"\n";
    let with = |expect: &str| gate(&rules(&(RULES.to_owned() + &test.replace("EXPECT", expect))));
    assert!(with("match").is_empty());
    let refusals = with("no-match");
    assert!(refusals[0].to_string().contains("the test `other` of `deleted` fails"), "{}", refusals[0]);
}

#[test]
fn a_log_group_may_be_named_with_everything_allowed() {
    let text = GOOD.replace("name = \"trail\"", "name = \"/aws/cloud.trail_1#x-y\"");
    let LogGroup { name, .. } = stack(&text).unwrap().log_group;
    assert_eq!(name, "/aws/cloud.trail_1#x-y");
}
