//! Tags that others removed or edited: what the stack can no longer prove is not changed, and the plan says why.

mod account;

use account::{Group, Memory, State, topic_arn};
use cwfilter::provision::{
    CallError, Options, Plan, Purpose, Stack, apply, desired, identify, observe, plan,
};
use cwfilter::rules::RuleFile;
use serde_json::{Map, Value, json};
use std::path::Path;

const STACK: &str = "name = \"s\"\nregion = \"us-east-1\"\nrules = [\"rules.toml\"]\nlog_group = { name = \"trail\" }\n\
    topic = { name = \"alerts\" }\n";

const RULES: &str = "[[rule]]\nid = \"a\"\npattern = '{ $.eventName = \"a\" }'\nmetric = { namespace = \"S\", name = \"a\", value = \"1\" }\n\
    alarm = { statistic = \"Sum\", period = \"5m\", threshold = 1 }\n";

struct Bench {
    memory: Memory,
    stack: Stack,
    files: Vec<RuleFile>,
}

impl Bench {
    fn applied() -> Self {
        let mut state = State::default();
        state.groups.insert("trail".to_owned(), Group::default());
        let stack = Stack::parse(Path::new("cwfilter.toml"), STACK).unwrap();
        let files = vec![cwfilter::rules::parse(Path::new("rules.toml"), RULES.to_owned()).unwrap()];
        let bench = Bench { memory: Memory::with(state), stack, files };
        apply(&bench.memory, &bench.plan(), |_| ());
        assert!(bench.plan().is_empty());
        bench
    }

    fn plan(&self) -> Plan {
        let target = identify(&self.memory, &self.stack).unwrap();
        let wanted = desired(&self.stack, &self.files, &target).unwrap();
        let observed = observe(&self.memory, &self.stack, &wanted, &target, Purpose::Plan).unwrap();
        plan(&self.stack, &wanted, &observed, &Options::default())
    }

    fn record(&self, change: impl FnOnce(&mut Map<String, Value>)) {
        let state = &mut *self.memory.state.borrow_mut();
        change(&mut state.topics.get_mut(&topic_arn("cwfilter-s")).unwrap().tags);
    }
}

/// Texts in the place of the record, and the parts that are no record. AWS refuses a log group of such a name.
#[test]
fn a_record_that_somebody_edited() {
    let good = "0123456789abcdef";
    let table: [(String, &[&str]); 6] = [
        (format!("trail={good}"), &[]),
        (format!("=x:trail={good}"), &["=x"]),
        (format!("a b={good}:trail=+{good}"), &["a b=0123456789abcdef"]),
        ("trail=zz".to_owned(), &["trail=zz"]),
        ("trail=0123456789abcdeg:\u{1b}=".to_owned(), &["trail=0123456789abcdeg", "\\u{1b}="]),
        (":::".to_owned(), &[]),
    ];
    for (text, damaged) in table {
        let bench = Bench::applied();
        bench.record(|tags| drop(tags.insert("cwfilter:record-00".to_owned(), json!(text))));
        let plan = bench.plan().to_string();
        let notes: Vec<&str> =
            plan.lines().filter(|line| line.starts_with("note: a part of the record")).collect();
        let why = "and the metric filters that it listed count as those of others";
        let expected: Vec<String> = damaged
            .iter()
            .map(|part| format!("note: a part of the record cwfilter-s cannot be read, {why}: {part}"))
            .collect();
        assert_eq!(notes, expected, "{text}: {plan}");
        let said = [
            "uses the metric filter s.a in trail, which the stack did not create",
            "so these count as those of others: metric filter s.a in trail;",
        ];
        assert!(said.iter().any(|said| plan.contains(said)), "{text}: {plan}");
    }
}

#[test]
fn a_record_without_its_tag() {
    let bench = Bench::applied();
    bench.record(|tags| drop(tags.remove("cwfilter:stack")));
    let before = bench.memory.state();
    bench.memory.state.borrow_mut().groups.get_mut("trail").unwrap().filters.clear();
    let plan = bench.plan();
    let refusal = "the topic `cwfilter-s`, whose name the record needs, is not the stack's; \
        give it the tag cwfilter:stack=s again if it was, or the stack another name";
    assert_eq!(plan.refusals, [refusal]);
    apply(&bench.memory, &plan, |_| ());
    assert!(bench.memory.state().groups["trail"].filters.is_empty(), "something was written");
    // the help helps
    *bench.memory.state.borrow_mut() = before;
    bench.record(|tags| drop(tags.insert("cwfilter:stack".to_owned(), json!("s"))));
    let plan = bench.plan();
    assert!(plan.is_empty() && plan.refusals.is_empty(), "{plan}");
}

/// An alarm that another stack has taken over is used, and its owner is named.
#[test]
fn the_other_stack_is_named() {
    let bench = Bench::applied();
    let tag = json!("other");
    bench
        .memory
        .state
        .borrow_mut()
        .alarm_tags
        .get_mut("s.a")
        .unwrap()
        .insert("cwfilter:stack".to_owned(), tag);
    let plan = bench.plan();
    let note = "uses the alarm s.a, which the stack did not create (it is that of the stack `other`)";
    assert!(plan.is_empty() && plan.notes.contains(&note.to_owned()), "{plan}");
    bench.memory.state.borrow_mut().alarms.get_mut("s.a").unwrap()["Threshold"] = json!(9);
    let plan = bench.plan();
    let refusal = "the alarm s.a is not the stack's (it is that of the stack `other`), and differs: Threshold: 9 -> 1.0;";
    assert!(plan.refusals[0].starts_with(refusal), "{plan}");
}

#[test]
fn an_error_without_words_ends_with_its_code() {
    let table = [
        (CallError::answered("DescribeTrails", "HTTP 500", ""), "DescribeTrails: HTTP 500"),
        (CallError::answered("DescribeTrails", "HTTP 500", "no"), "DescribeTrails: HTTP 500: no"),
        (CallError::new("DescribeTrails", "no answer"), "DescribeTrails: no answer"),
    ];
    for (error, text) in table {
        assert_eq!(error.to_string(), text);
    }
}
