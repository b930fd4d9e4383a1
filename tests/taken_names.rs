//! A metric filter under a recorded name that the stack still asks for: one with neither the pattern nor the metric that the stack wrote
//! may be another's, and is not written over. And what others set at a subscription of the stack.

mod account;

use account::{Group, Memory, REGION, State, topic_arn};
use cwfilter::provision::{
    Action, Options, Plan, Purpose, Stack, apply, desired, destruction, identify, observe, plan,
};
use cwfilter::rules::RuleFile;
use serde_json::{Value, json};
use std::path::Path;

fn stack() -> Stack {
    let text = format!(
        "name = \"s\"\nregion = \"{REGION}\"\nrules = [\"rules.toml\"]\nlog_group = {{ name = \"trail\" }}\n\
         topic = {{ name = \"alerts\", subscription = [{{ protocol = \"https\", endpoint = \"https://example.com/a\" }}] }}\n"
    );
    Stack::parse(Path::new("cwfilter.toml"), &text).unwrap_or_else(|errors| panic!("{}", errors[0]))
}

fn rules() -> Vec<RuleFile> {
    let text = "[[rule]]\nid = \"a\"\npattern = 'ours'\nmetric = { namespace = \"S\", name = \"a\", value = \"1\" }\n\
        alarm = { statistic = \"Sum\", period = \"5m\", threshold = 1 }\n";
    vec![cwfilter::rules::parse(Path::new("rules.toml"), text.to_owned()).unwrap()]
}

/// An account with the stack.
fn account() -> Memory {
    let mut state = State::default();
    state.groups.insert("trail".to_owned(), Group::default());
    let memory = Memory::with(state);
    let first = planned(&memory, &Options::default());
    apply(&memory, &first, |_| ());
    assert!(planned(&memory, &Options::default()).is_empty());
    memory
}

fn planned(memory: &Memory, options: &Options) -> Plan {
    let (stack, target) = (stack(), identify(memory, &stack()).unwrap());
    let wanted = desired(&stack, &rules(), &target).unwrap();
    let observed = observe(memory, &stack, &wanted, &target, Purpose::Plan).unwrap();
    plan(&stack, &wanted, &observed, options)
}

fn destroyed(memory: &Memory) -> Plan {
    let (stack, target) = (stack(), identify(memory, &stack()).unwrap());
    let wanted = desired(&stack, &rules(), &target).unwrap();
    let observed = observe(memory, &stack, &wanted, &target, Purpose::Destroy).unwrap();
    let plan = destruction(&stack, &wanted, &observed, &[]);
    apply(memory, &plan, |_| ());
    plan
}

fn filter(memory: &Memory) -> Value {
    memory.state().groups["trail"].filters.get("s.a").cloned().unwrap_or_default()
}

/// What others did, and whether the metric filter is still provably the stack's.
#[test]
fn a_taken_name_is_not_written_over() {
    type Event = fn(&mut Value);
    let table: [(&str, Event, bool); 5] = [
        ("another pattern", |it| it["filterPattern"] = json!("theirs"), true),
        ("another metric", |it| it["metricTransformations"][0]["metricName"] = json!("theirs"), true),
        ("another value", |it| it["metricTransformations"][0]["metricValue"] = json!("7"), true),
        (
            "another pattern and metric",
            |it| {
                it["filterPattern"] = json!("theirs");
                it["metricTransformations"][0]["metricName"] = json!("theirs");
            },
            false,
        ),
        (
            "another pattern and namespace",
            |it| {
                it["filterPattern"] = json!("theirs");
                it["metricTransformations"][0]["metricNamespace"] = json!("Theirs");
            },
            false,
        ),
    ];
    for (what, event, is_ours) in table {
        let memory = account();
        let own = filter(&memory);
        event(memory.state.borrow_mut().groups.get_mut("trail").unwrap().filters.get_mut("s.a").unwrap());
        let theirs = filter(&memory);
        let found = planned(&memory, &Options::default());
        assert_eq!(found.refusals.is_empty(), is_ours, "{what}: {found}");
        apply(&memory, &found, |_| ());
        assert_eq!(filter(&memory), if is_ours { own.clone() } else { theirs.clone() }, "{what}");
        if is_ours {
            continue;
        }
        let said =
            "the metric filter s.a in trail is not the stack's, and differs: filterPattern: theirs -> ours, ";
        assert!(found.to_string().contains(said), "{what}: {found}");
        assert!(found.to_string().contains("; `--adopt s.a` takes it over"), "{what}: {found}");
        assert!(found.is_drift() && found.findings.iter().all(|it| !it.is_repaired), "{what}: {found}");
        let gone = destroyed(&memory);
        assert!(gone.to_string().contains("the metric filter s.a in trail stays: "), "{what}: {gone}");
        assert_eq!(filter(&memory), theirs, "{what}, destroyed");

        let memory = account();
        event(memory.state.borrow_mut().groups.get_mut("trail").unwrap().filters.get_mut("s.a").unwrap());
        let adopted = planned(&memory, &Options::default().adopt(["s.a".to_owned()]));
        apply(&memory, &adopted, |_| ());
        assert_eq!(filter(&memory), own, "{what}, adopted: {adopted}");
        assert!(planned(&memory, &Options::default()).is_empty(), "{what}, adopted");
        destroyed(&memory);
        assert_eq!(filter(&memory), Value::Null, "{what}, adopted and destroyed");
    }
}

/// Attributes of the stack's own subscription that change what arrives.
#[test]
fn attributes_of_a_subscription() {
    let table = [
        ("RawMessageDelivery", "true", "false", true),
        ("RawMessageDelivery", "false", "false", false),
        ("DeliveryPolicy", r#"{"healthyRetryPolicy":{"numRetries":0}}"#, "", true),
        ("DeliveryPolicy", "", "", false),
    ];
    for (name, value, repaired, is_drift) in table {
        let memory = account();
        let arn = topic_arn("alerts");
        let attribute = |memory: &Memory| {
            let all = memory.state().topics[&arn].subscriptions.clone();
            all.values().next().unwrap()["Attributes"][name].clone()
        };
        for it in memory.state.borrow_mut().topics.get_mut(&arn).unwrap().subscriptions.values_mut() {
            it["Attributes"] = json!({ name: value });
        }
        let found = planned(&memory, &Options::default());
        let changed: Vec<_> =
            found.steps.iter().map(|it| (it.action, it.changes[0].property.as_str())).collect();
        let expected = if is_drift { vec![(Action::Update, name)] } else { Vec::new() };
        assert_eq!(changed, expected, "{name} {value}: {found}");
        apply(&memory, &found, |_| ());
        assert_eq!(attribute(&memory), repaired, "{name} {value}");
        assert!(planned(&memory, &Options::default()).is_empty(), "{name} {value}");
    }
}
