//! What others do with the resources of a stack: they use a topic that the stack no longer needs, and they filter what its subscribers get.

mod account;

use account::{Group, Memory, REGION, State, topic_arn};
use cwfilter::provision::{
    Kind, Options, Plan, Purpose, Stack, apply, desired, destruction, identify, observe, plan,
};
use serde_json::{Value, json};
use std::path::Path;

const RULES: &str = "[[rule]]\nid = \"a\"\npattern = '{ $.eventName = \"a\" }'\nmetric = { namespace = \"S\", name = \"a\", value = \"1\" }\n\
    alarm = { statistic = \"Sum\", period = \"5m\", threshold = 1 }\n";

fn stack(topic: &str) -> Stack {
    let text = format!(
        "name = \"s\"\nregion = \"{REGION}\"\nrules = [\"rules.toml\"]\nlog_group = {{ name = \"trail\" }}\n[topic]\nname = \"{topic}\"\n\
         subscription = [{{ protocol = \"email\", endpoint = \"security@example.com\" }}]\n"
    );
    Stack::parse(Path::new("cwfilter.toml"), &text).unwrap_or_else(|errors| panic!("{}", errors[0]))
}

fn planned(memory: &Memory, stack: &Stack, options: &Options) -> Plan {
    let files = [cwfilter::rules::parse(Path::new("rules.toml"), RULES.to_owned()).unwrap()];
    let target = identify(memory, stack).unwrap();
    let wanted = desired(stack, &files, &target).unwrap();
    let observed = observe(memory, stack, &wanted, &target, Purpose::Plan).unwrap();
    plan(stack, &wanted, &observed, options)
}

fn applied(memory: &Memory, stack: &Stack, options: &Options) -> Plan {
    let plan = planned(memory, stack, options);
    apply(memory, &plan, |_| ());
    plan
}

fn destroyed(memory: &Memory, stack: &Stack, delete: &[Kind]) -> Plan {
    let files = [cwfilter::rules::parse(Path::new("rules.toml"), RULES.to_owned()).unwrap()];
    let target = identify(memory, stack).unwrap();
    let wanted = desired(stack, &files, &target).unwrap();
    let observed = observe(memory, stack, &wanted, &target, Purpose::Destroy).unwrap();
    let plan = destruction(stack, &wanted, &observed, delete);
    apply(memory, &plan, |_| ());
    plan
}

fn account() -> Memory {
    let mut state = State::default();
    state.groups.insert("trail".to_owned(), Group::default());
    Memory::with(state)
}

/// Who uses the old topic, whether that is the stack alone, and what a plan says of it.
#[test]
fn an_old_topic() {
    type Event = fn(&mut State);
    let table: [(&str, Event, bool); 4] = [
        ("no one", |_| (), false),
        (
            "an alarm",
            |state| {
                let it = json!({ "AlarmName": "theirs", "AlarmActions": [topic_arn("alerts")], "StateValue": "OK" });
                state.alarms.insert("theirs".to_owned(), it);
                state.alarm_tags.insert("theirs".to_owned(), Default::default());
            },
            true,
        ),
        (
            "a subscriber",
            |state| {
                let arn = topic_arn("alerts");
                let it = json!({ "SubscriptionArn": format!("{arn}:x"), "Protocol": "email", "Endpoint": "o@example.com", "Attributes": {} });
                state.topics.get_mut(&arn).unwrap().subscriptions.insert(format!("{arn}:x"), it);
            },
            true,
        ),
        (
            "a statement",
            |state| {
                let policy = &mut state.topics.get_mut(&topic_arn("alerts")).unwrap().attributes["Policy"];
                let mut document: Value = serde_json::from_str(policy.as_str().unwrap()).unwrap();
                document["Statement"].as_array_mut().unwrap().push(json!({ "Sid": "theirs" }));
                *policy = json!(document.to_string());
            },
            true,
        ),
    ];
    for (who, event, is_used) in table {
        let memory = account();
        applied(&memory, &stack("alerts"), &Options::default());
        event(&mut memory.state.borrow_mut());
        applied(&memory, &stack("pager"), &Options::default());
        let plan = planned(&memory, &stack("pager"), &Options::default());
        assert!(plan.is_empty(), "{who}: {plan}");
        let text = plan.to_string();
        assert_eq!(text.contains("the topic alerts stays: others use it"), is_used, "{who}: {text}");
        assert_eq!(text.contains("`--prune` deletes it"), !is_used, "{who}: {text}");
        assert_eq!(plan.is_drift(), !is_used, "{who}: {text}");
        applied(&memory, &stack("pager"), &Options::default().prune(true));
        assert_eq!(memory.state().topics.contains_key(&topic_arn("alerts")), is_used, "{who}");
        // the way out that the note names
        if is_used {
            memory.state.borrow_mut().topics.get_mut(&topic_arn("alerts")).unwrap().tags.clear();
            let plan = planned(&memory, &stack("pager"), &Options::default());
            assert!(!plan.to_string().contains("alerts stays") && !plan.is_drift(), "{who}: {plan}");
        }
    }
}

/// A filter policy on the stack's own subscription is drift, which `apply` repairs; those of others stay.
#[test]
fn a_filter_policy() {
    let table = [
        (r#"{"a":["b"]}"#, "MessageAttributes", true),
        (r#"{"NewStateValue":["OK"]}"#, "MessageBody", true),
        ("{}", "MessageAttributes", false),
        ("", "", false),
    ];
    for (policy, scope, is_drift) in table {
        let memory = account();
        applied(&memory, &stack("alerts"), &Options::default());
        let arn = topic_arn("alerts");
        let attributes = json!({ "FilterPolicy": policy, "FilterPolicyScope": scope });
        let theirs = json!({ "SubscriptionArn": format!("{arn}:x"), "Protocol": "email", "Endpoint": "o@example.com", "Attributes": attributes });
        let own = {
            let state = &mut *memory.state.borrow_mut();
            let all = &mut state.topics.get_mut(&arn).unwrap().subscriptions;
            let own = all.keys().next().unwrap().clone();
            all.get_mut(&own).unwrap()["Attributes"] = attributes.clone();
            all.insert(format!("{arn}:x"), theirs.clone());
            own
        };
        let plan = applied(&memory, &stack("alerts"), &Options::default());
        assert_eq!(plan.steps.len(), usize::from(is_drift), "{policy}: {plan}");
        let change = format!("    FilterPolicy: {policy} -> (none)\n");
        assert_eq!(plan.to_string().contains(&change), is_drift, "{policy}: {plan}");
        let all = memory.state().topics[&arn].subscriptions.clone();
        let now = all[&own]["Attributes"]["FilterPolicy"].as_str().unwrap();
        assert!(now.is_empty() || now == "{}", "{policy}: {now}");
        assert_eq!(all[&format!("{arn}:x")], theirs, "{policy}");
        let plan = planned(&memory, &stack("alerts"), &Options::default());
        assert!(plan.is_empty(), "{policy}: {plan}");
    }
}

/// A subscription goes with its topic only: others may publish to the topic, and may have made the subscription.
#[test]
fn subscriptions_stay_with_their_topic() {
    let theirs = json!({ "AlarmName": "theirs", "AlarmActions": [topic_arn("alerts")], "StateValue": "OK" });
    for (delete, is_used, stays) in [
        (&[][..], false, true),
        (&[][..], true, true),
        (&[Kind::Topic][..], true, true),
        (&[Kind::Topic][..], false, false),
    ] {
        let memory = account();
        applied(&memory, &stack("alerts"), &Options::default());
        if is_used {
            memory.state.borrow_mut().alarms.insert("theirs".to_owned(), theirs.clone());
        }
        let plan = destroyed(&memory, &stack("alerts"), delete);
        let state = memory.state();
        let subscribers = state.topics.get(&topic_arn("alerts")).map(|topic| topic.subscriptions.len());
        assert_eq!(subscribers, stays.then_some(1), "{delete:?} {is_used}: {plan}");
        assert_eq!(plan.to_string().contains("the topic alerts stays"), stays, "{plan}");
        assert!(!state.alarms.contains_key("s.a") && state.groups["trail"].filters.is_empty(), "{plan}");
    }
}

/// An alarm that a composite alarm of others looks at stays with its metric filter, also if the rule is gone; and the note says why.
#[test]
fn an_alarm_below_a_composite_alarm_of_others() {
    let named =
        ["ALARM(s.a)", "NOT OK(\"arn:aws:cloudwatch:us-east-1:123456789012:alarm:s.a\")", "ALARM(elsewhere)"];
    for rule in named {
        let memory = account();
        applied(&memory, &stack("alerts"), &Options::default());
        let composite = json!({ "AlarmName": "platform", "AlarmRule": rule, "StateValue": "OK" });
        memory.state.borrow_mut().alarms.insert("platform".to_owned(), composite);
        let plan = destroyed(&memory, &stack("alerts"), &[Kind::Topic]);
        let (state, is_named) = (memory.state(), rule != "ALARM(elsewhere)");
        assert_eq!(state.alarms.contains_key("s.a"), is_named, "{rule}: {plan}");
        assert_eq!(state.groups["trail"].filters.len(), usize::from(is_named), "{rule}: {plan}");
        let said = "the alarm s.a stays: others use it: composite alarm platform";
        assert_eq!(plan.to_string().contains(said), is_named, "{rule}: {plan}");
    }
}
