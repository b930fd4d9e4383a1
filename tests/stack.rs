//! A stack's file, and plans against accounts that are only thought of.

use cwfilter::provision::resource::{ManagementEvents, STACK_TAG, Tags};
use cwfilter::provision::{
    Action, Kind, LogGroup, Observed, Options, Plan, Resource, Stack, Target, desired, destruction, gate,
    plan,
};
use cwfilter::rules::RuleFile;
use std::path::Path;

const GOOD: &str = r#"
name = "security"
region = "us-east-1"
rules = ["rules.toml"]
namespace = "Security"
log_group = { name = "trail", retention_days = 365 }
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
    let mut observed = Observed::nothing(target());
    observed.resources = wanted();
    for it in &mut observed.resources {
        if let Resource::Subscription(it) = it {
            it.arn = Some("arn:aws:sns:us-east-1:123456789012:security-alerts:1".to_owned());
        }
    }
    observed.filters = vec![("security.stopped".into(), "a".into()), ("security.deleted".into(), "b".into())];
    observed
}

fn planned(observed: &Observed) -> Plan {
    plan("security", &wanted(), observed, &Options::default())
}

fn steps(plan: &Plan) -> Vec<String> {
    plan.steps
        .iter()
        .map(|step| format!("{} {} {}", step.action.sign(), step.kind().words(), step.name()))
        .collect()
}

#[test]
fn errors_stand_at_their_character() {
    let table = [
        ("name = \"security\"", "name = \"a.b\"", "2:8: `a.b` is no name of a stack; 1 to 64 letters"),
        ("us-east-1", "Virginia", "3:10: `Virginia` is no region; a region's code"),
        ("[\"rules.toml\"]", "[]", "2:8: the stack has no rules; write `rules = [\"patterns\"]`"),
        ("namespace = \"Security\"", "namespace = \"AWS/Logs\"", "5:13: `AWS/Logs` is no metric namespace"),
        ("namespace", "namespaces", "5:1: unknown field `namespaces`"),
        ("365", "91", "6:48: 91 days cannot be kept; CloudWatch Logs takes [1, 3, 5, 7,"),
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
            "11:76: the subscription stands here twice",
        ),
        ("role = ", "roles = ", "16:1: unknown field `roles`"),
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
    let alarms: Vec<_> = wanted
        .iter()
        .filter_map(|it| match it {
            Resource::Alarm(it) => Some(it),
            _ => None,
        })
        .collect();
    let topic = vec!["arn:aws:sns:us-east-1:123456789012:security-alerts".to_owned()];
    assert_eq!(alarms[0].name, "security.deleted");
    assert_eq!((alarms[0].statistic.as_str(), alarms[0].period), ("p99", 3600));
    assert_eq!((alarms[0].datapoints_to_alarm, alarms[0].evaluation_periods), (2, 3));
    assert_eq!((&alarms[0].alarm_actions, &alarms[0].ok_actions), (&topic, &topic));
    assert_eq!((alarms[0].namespace.as_str(), alarms[0].metric_name.as_str()), ("Security", "Deleted"));
    // without a metric of its own
    assert_eq!(
        (alarms[1].metric_name.as_str(), alarms[1].alarm_description.as_str()),
        ("stopped", "Somebody stops the trail")
    );
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

#[test]
fn nothing_to_do_twice() {
    let plan = planned(&applied());
    assert!(plan.is_empty(), "{plan}");
    assert_eq!(plan.to_string(), "No changes. `security` in us-east-1 has 10 resources, all as described.\n");
}

#[test]
fn a_subscription_that_waits_is_shown_and_not_made_again() {
    let mut observed = applied();
    for it in &mut observed.resources {
        if let Resource::Subscription(it) = it {
            it.arn = None;
        }
    }
    let plan = planned(&observed);
    assert!(plan.is_empty(), "{plan}");
    assert_eq!(plan.notes, ["email security@example.com has not confirmed the subscription"]);
}

/// What is changed, and what stays as others have it.
#[test]
fn drift() {
    type Change = fn(&mut Resource);
    let table: [(Change, &[&str]); 9] = [
        (
            |it| {
                if let Resource::LogGroup(it) = it {
                    it.retention_in_days = None
                }
            },
            &["~ log group trail"],
        ),
        (
            |it| {
                if let Resource::LogGroup(it) = it {
                    it.kms_key_id = Some("theirs".into())
                }
            },
            &[],
        ),
        (
            |it| {
                if let Resource::LogGroup(it) = it {
                    it.tags.insert("team".into(), "x".into());
                }
            },
            &[],
        ),
        (
            |it| {
                if let Resource::Trail(it) = it {
                    it.is_logging = false
                }
            },
            &["~ trail security"],
        ),
        (
            |it| {
                if let Resource::Trail(it) = it {
                    it.management_events = ManagementEvents::Some
                }
            },
            &["~ trail security"],
        ),
        (
            |it| {
                if let Resource::Trail(it) = it {
                    it.management_events = ManagementEvents::Advanced
                }
            },
            &[],
        ),
        (
            |it| {
                if let Resource::MetricFilter(it) = it {
                    it.emit_system_field_dimensions = vec!["@aws.account".into()]
                }
            },
            &["~ metric filter security.deleted", "~ metric filter security.stopped"],
        ),
        (
            |it| {
                if let Resource::Alarm(it) = it {
                    it.alarm_actions.clear()
                }
            },
            &["~ alarm security.deleted", "~ alarm security.stopped"],
        ),
        (
            |it| {
                if let Resource::Topic(it) = it {
                    it.policy.clear()
                }
            },
            &["~ topic security-alerts"],
        ),
    ];
    for (number, (change, expected)) in table.iter().enumerate() {
        let mut observed = applied();
        observed.resources.iter_mut().for_each(change);
        assert_eq!(steps(&planned(&observed)), *expected, "row {number}");
    }
}

#[test]
fn what_is_not_the_stacks_is_neither_tagged_nor_deleted() {
    let mut observed = applied();
    for it in &mut observed.resources {
        match it {
            Resource::LogGroup(it) => it.tags = Tags::new(),
            Resource::Bucket(it) => (it.tags, it.block_public_access) = (Tags::new(), Some(false)),
            Resource::Alarm(it) if it.name == "security.stopped" => {
                it.tags = Tags::from([(STACK_TAG.into(), "other".into())])
            }
            _ => {}
        }
    }
    let plan = planned(&observed);
    // the alarm has the stack's name: it is taken over
    assert_eq!(steps(&plan), ["~ alarm security.stopped"]);
    assert!(
        plan.notes.contains(&"uses the log group `trail`, which the stack did not make".to_owned()),
        "{:?}",
        plan.notes
    );
    let kinds = [Kind::Bucket, Kind::LogGroup, Kind::Trail, Kind::Role, Kind::Topic];
    let away = destruction("security", &wanted(), &observed, &kinds);
    let deleted: Vec<String> = steps(&away).into_iter().filter(|step| step.starts_with('-')).collect();
    let expected = [
        "- alarm security.deleted",
        "- metric filter security.stopped",
        "- metric filter security.deleted",
        "- subscription email security@example.com",
        "- topic security-alerts",
        "- trail security",
        "- role trail-to-logs",
    ];
    assert_eq!(deleted, expected);
    // its policy loses what the trail needed
    assert!(
        away.steps.iter().any(|step| (step.action, step.kind()) == (Action::Update, Kind::Bucket)),
        "{away}"
    );
}

#[test]
fn prune_deletes_only_what_is_the_stacks() {
    let mut observed = applied();
    let mut other = |name: &str, tags: Tags| {
        for it in wanted() {
            match it {
                Resource::Alarm(mut it) if it.name == "security.stopped" => {
                    (it.name, it.tags) = (name.to_owned(), tags.clone());
                    observed.resources.push(Resource::Alarm(it));
                }
                _ => {}
            }
        }
    };
    other("security.old", Tags::from([(STACK_TAG.into(), "security".into())]));
    other("security.foreign", Tags::new());
    let plan = plan("security", &wanted(), &observed, &Options::default().prune(true));
    assert_eq!(steps(&plan), ["- alarm security.old"]);
    let kept = planned(&observed);
    assert!(kept.is_empty());
    assert_eq!(kept.notes, ["in no rule any more: alarm security.old; `--prune` deletes them"]);
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
