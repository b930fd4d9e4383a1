//! The record of a stack's metric filters holds nothing but what the stack wrote: a metric filter that others create under a name that
//! the stack once had is never deleted, wherever a run ends.

mod account;

use account::{Group, Memory, REGION, State, topic_arn};
use cwfilter::provision::{
    Kind, Options, Plan, Purpose, Stack, apply, desired, destruction, identify, observe, plan,
};
use cwfilter::rules::RuleFile;
use serde_json::{Value, json};
use std::path::Path;

/// A stack's name and what precedes it, its log group and its topic.
fn stack(name: &str, group: &str, topic: &str) -> Stack {
    let text = format!(
        "name = {name}\nregion = \"{REGION}\"\nrules = [\"rules.toml\"]\nlog_group = {{ name = \"{group}\" }}\n\
         topic = {{ name = \"{topic}\" }}\n"
    );
    Stack::parse(Path::new("cwfilter.toml"), &text).unwrap_or_else(|errors| panic!("{}", errors[0]))
}

fn first() -> Stack {
    stack("\"s\"", "trail", "alerts")
}

/// Another name, another log group and another topic: the old topic is left.
fn moved() -> Stack {
    stack("\"t\"\nwas = [\"s\"]", "other", "pager")
}

fn rules(pattern: &str, ids: &[&str]) -> Vec<RuleFile> {
    let rule = |id: &&str| {
        format!(
            "[[rule]]\nid = \"{id}\"\npattern = '{{ $.eventName = \"{pattern}{id}\" }}'\n\
             metric = {{ namespace = \"S\", name = \"{id}\", value = \"1\" }}\n\
             alarm = {{ statistic = \"Sum\", period = \"5m\", threshold = 1 }}\n"
        )
    };
    vec![cwfilter::rules::parse(Path::new("rules.toml"), ids.iter().map(rule).collect()).unwrap()]
}

fn account() -> Memory {
    let mut state = State::default();
    for name in ["trail", "other"] {
        state.groups.insert(name.to_owned(), Group::default());
    }
    Memory::with(state)
}

fn planned(memory: &Memory, stack: &Stack, files: &[RuleFile], options: &Options) -> Plan {
    let target = identify(memory, stack).unwrap();
    let wanted = desired(stack, files, &target).unwrap();
    let observed = observe(memory, stack, &wanted, &target, Purpose::Plan).unwrap();
    plan(stack, &wanted, &observed, options)
}

fn applied(memory: &Memory, stack: &Stack, files: &[RuleFile], options: &Options) -> Plan {
    let plan = planned(memory, stack, files, options);
    apply(memory, &plan, |_| ());
    plan
}

fn destroyed(memory: &Memory, stack: &Stack, files: &[RuleFile]) -> Plan {
    let target = identify(memory, stack).unwrap();
    let wanted = desired(stack, files, &target).unwrap();
    let observed = observe(memory, stack, &wanted, &target, Purpose::Destroy).unwrap();
    let plan = destruction(stack, &wanted, &observed, &[Kind::LogGroup, Kind::Topic]);
    apply(memory, &plan, |_| ());
    plan
}

/// A metric filter that somebody else makes.
fn theirs(memory: &Memory, group: &str, name: &str) {
    let it = json!({
        "filterName": name, "filterPattern": "THEIRS", "logGroupName": group, "applyOnTransformedLogs": false,
        "metricTransformations": [{ "metricNamespace": "Theirs", "metricName": "m", "metricValue": "1" }],
    });
    memory.state.borrow_mut().groups.get_mut(group).unwrap().filters.insert(name.to_owned(), it);
}

fn pattern(memory: &Memory, group: &str, name: &str) -> Option<String> {
    let state = memory.state();
    Some(state.groups[group].filters.get(name)?["filterPattern"].as_str().unwrap().to_owned())
}

fn record(memory: &Memory, stack: &str) -> Option<Value> {
    memory.state().topics.get(&topic_arn(&format!("cwfilter-{stack}"))).map(|it| json!(it.tags))
}

#[test]
fn a_move_forgets_the_old_names() {
    let (memory, files) = (account(), rules("", &["a", "b"]));
    applied(&memory, &first(), &files, &Options::default());
    let plan = applied(&memory, &moved(), &files, &Options::default());
    assert_eq!(plan.left, ["topic alerts"], "{plan}");
    assert_eq!(record(&memory, "s"), None, "the old record lists names that are free now");
    theirs(&memory, "trail", "s.a");
    for prune in [false, true] {
        applied(&memory, &moved(), &files, &Options::default().prune(prune));
        assert_eq!(pattern(&memory, "trail", "s.a").as_deref(), Some("THEIRS"), "prune {prune}");
    }
    destroyed(&memory, &moved(), &files);
    assert_eq!(pattern(&memory, "trail", "s.a").as_deref(), Some("THEIRS"), "destroyed");
}

/// A run that ends after any call; then others take the names that are free; then the run is repeated.
#[test]
fn a_move_that_is_killed_deletes_nothing_of_others() {
    let files = rules("", &["a", "b", "c"]);
    let mut is_whole = false;
    for calls in 0..300 {
        let memory = account();
        applied(&memory, &first(), &files, &Options::default());
        let plan = planned(&memory, &moved(), &files, &Options::default());
        *memory.calls_left.borrow_mut() = Some(calls);
        apply(&memory, &plan, |_| ());
        is_whole = memory.calls_left.take().is_some_and(|left| left > 0);
        let free: Vec<String> = ["s.a", "s.b", "s.c"].map(str::to_owned).into();
        let free: Vec<String> =
            free.into_iter().filter(|name| pattern(&memory, "trail", name).is_none()).collect();
        free.iter().for_each(|name| theirs(&memory, "trail", name));
        for prune in [false, true] {
            let again = applied(&memory, &moved(), &files, &Options::default().prune(prune));
            assert!(again.refusals.is_empty(), "{again}");
        }
        let state = memory.state();
        let left: Vec<&String> = state.groups["trail"].filters.keys().collect();
        assert_eq!(left, free.iter().collect::<Vec<_>>(), "after {calls} calls");
        assert!(free.iter().all(|name| pattern(&memory, "trail", name).as_deref() == Some("THEIRS")));
        assert_eq!(state.groups["other"].filters.len(), 3, "after {calls} calls");
        let last = planned(&memory, &moved(), &files, &Options::default());
        assert!(last.is_empty() && !last.is_drift(), "after {calls} calls: {last}");
        if is_whole {
            break;
        }
    }
    assert!(is_whole, "the run never ended");
}

/// Another pattern, and a run that ends after any call: the metric filter remains the stack's, with the old pattern or the new one.
#[test]
fn a_changed_pattern_that_is_killed_can_still_be_pruned() {
    let mut is_whole = false;
    for calls in 0..100 {
        let memory = account();
        applied(&memory, &first(), &rules("", &["a", "b"]), &Options::default());
        let plan = planned(&memory, &first(), &rules("x", &["a", "b"]), &Options::default());
        *memory.calls_left.borrow_mut() = Some(calls);
        apply(&memory, &plan, |_| ());
        is_whole = memory.calls_left.take().is_some_and(|left| left > 0);
        let pruned = applied(&memory, &first(), &rules("x", &["b"]), &Options::default().prune(true));
        assert_eq!(pattern(&memory, "trail", "s.a"), None, "after {calls} calls: {pruned}");
        if is_whole {
            break;
        }
    }
    assert!(is_whole, "the run never ended");
}

/// What happened to the metric filter of a rule that is gone, and whether it may be deleted.
#[test]
fn what_is_not_as_written_is_not_deleted() {
    type Event = fn(&mut Value);
    let table: [(&str, Event, bool); 6] = [
        ("nothing", |_| (), true),
        ("another default value", |it| it["metricTransformations"][0]["defaultValue"] = json!(7), true),
        ("another pattern", |it| it["filterPattern"] = json!("THEIRS"), false),
        ("another metric", |it| it["metricTransformations"][0]["metricName"] = json!("theirs"), false),
        ("another namespace", |it| it["metricTransformations"][0]["metricNamespace"] = json!("T"), false),
        ("another time", |it| it["creationTime"] = json!(9), true),
    ];
    for (what, event, is_deleted) in table {
        let changed = || {
            let memory = account();
            applied(&memory, &first(), &rules("", &["a", "b"]), &Options::default());
            event(memory.state.borrow_mut().groups.get_mut("trail").unwrap().filters.get_mut("s.a").unwrap());
            memory
        };
        let note =
            "the metric filter s.a in trail stays: its pattern or metric is not what the stack wrote last";
        let fewer = rules("", &["b"]);
        let memory = changed();
        let pruned = applied(&memory, &first(), &fewer, &Options::default().prune(true));
        assert_eq!(pattern(&memory, "trail", "s.a").is_none(), is_deleted, "{what}, pruned: {pruned}");
        assert_eq!(pruned.to_string().contains(note), !is_deleted, "{what}: {pruned}");
        // it has left the record: it is another's from now on, and no drift
        let again = planned(&memory, &first(), &fewer, &Options::default());
        assert!(again.is_empty() && !again.is_drift(), "{what}: {again}");
        assert!(!again.to_string().contains("s.a"), "{what}: {again}");

        let memory = changed();
        let gone = destroyed(&memory, &first(), &fewer);
        assert_eq!(pattern(&memory, "trail", "s.a").is_none(), is_deleted, "{what}, destroyed: {gone}");
        assert_eq!(gone.to_string().contains(note), !is_deleted, "{what}: {gone}");

        // a rule that is still there is drift that is repaired
        let memory = changed();
        applied(&memory, &first(), &rules("", &["a", "b"]), &Options::default());
        assert_eq!(
            pattern(&memory, "trail", "s.a").as_deref(),
            Some("{ $.eventName = \"a\" }"),
            "{what}, repaired"
        );
    }
}

/// A record of the form that it had before: hashes of names alone.
#[test]
fn a_record_of_names_alone_is_read() {
    let memory = account();
    let files = rules("", &["a", "b"]);
    applied(&memory, &first(), &files, &Options::default());
    let arn = topic_arn("cwfilter-s");
    let old = json!(format!("trail={}+{}", fnv("s.a"), fnv("s.b")));
    memory.state.borrow_mut().topics.get_mut(&arn).unwrap().tags.insert("cwfilter:record-00".into(), old);
    let plan = applied(&memory, &first(), &rules("", &["b"]), &Options::default().prune(true));
    assert_eq!(pattern(&memory, "trail", "s.a"), None, "{plan}");
    assert!(planned(&memory, &first(), &rules("", &["b"]), &Options::default()).is_empty());
}

/// What becomes of the record, and whether it is lost: then the metric filters are named with the way out, and taken over again.
#[test]
fn a_lost_record_is_said() {
    type Event = fn(&mut State);
    let table: [(&str, Event, bool); 4] = [
        ("nothing", |_| (), false),
        ("the topic is deleted", |state| drop(state.topics.remove(&topic_arn("cwfilter-s"))), true),
        (
            "the tags are deleted",
            |state| {
                let tags = &mut state.topics.get_mut(&topic_arn("cwfilter-s")).unwrap().tags;
                tags.retain(|key, _| key == "cwfilter:stack");
            },
            true,
        ),
        (
            "the topic and the alarms are deleted",
            |state| {
                state.topics.remove(&topic_arn("cwfilter-s"));
                state.alarms.clear();
                state.alarm_tags.clear();
            },
            false,
        ),
    ];
    let said = "the record of the stack's metric filters, the topic `cwfilter-s`, is missing or empty, and so these \
        count as those of others: metric filter s.a in trail, metric filter s.b in trail; `apply --adopt 's.*'`";
    let files = rules("", &["a", "b"]);
    for (what, event, is_lost) in table {
        let lost = || {
            let memory = account();
            applied(&memory, &first(), &files, &Options::default());
            event(&mut memory.state.borrow_mut());
            memory
        };
        let memory = lost();
        let plan = planned(&memory, &first(), &files, &Options::default());
        assert_eq!(plan.to_string().contains(said), is_lost, "{what}: {plan}");
        assert_eq!(plan.unrecorded.len(), if is_lost { 2 } else { 0 }, "{what}: {plan}");
        assert!(
            !is_lost || plan.is_drift() && !plan.to_string().contains("did not create"),
            "{what}: {plan}"
        );
        // what stays is named
        let gone = destroyed(&memory, &first(), &files);
        let stays = "these stay: metric filter s.a in trail, metric filter s.b in trail; ";
        let is_left = pattern(&memory, "trail", "s.a").is_some();
        assert_eq!(gone.to_string().contains(stays), is_left, "{what}: {gone}");
        assert_eq!(gone.to_string().contains("`apply --adopt 's.*'`"), is_lost, "{what}: {gone}");
        // the way out
        let memory = lost();
        applied(&memory, &first(), &files, &Options::default().adopt(["s.*".to_owned()]));
        let plan = planned(&memory, &first(), &files, &Options::default());
        assert!(plan.is_empty() && !plan.is_drift(), "{what}: {plan}");
        destroyed(&memory, &first(), &files);
        assert_eq!(pattern(&memory, "trail", "s.a"), None, "{what}");
    }
}

/// FNV-1a, 64 bits.
fn fnv(text: &str) -> String {
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    format!("{:016x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, fold))
}
