//! Stacks that contradict themselves, AWS or the account: each is refused before anything is written.

mod account;

use account::{Group, Memory, State};
use cwfilter::provision::{
    Account, CallError, Options, Plan, Purpose, Request, Stack, Target, apply, desired, identify, observe,
    plan,
};
use cwfilter::rules::{RuleError, RuleFile};
use serde_json::{Value, json};
use std::path::Path;

const STACK: &str =
    "name = \"s\"\nregion = \"us-east-1\"\nrules = [\"rules.toml\"]\nlog_group = { name = \"trail\" }\n";

fn shown(errors: &[RuleError]) -> String {
    let line = |error: &RuleError| {
        let at = cwfilter::LineColumn::of(error.source_text(), error.span().map_or(0, |span| span.start));
        let help = error.help().unwrap_or_default();
        format!("{}:{}:{}: {}; {help}\n", error.path().display(), at.line, at.column, error.message())
    };
    errors.iter().map(line).collect()
}

fn stack(text: &str) -> Stack {
    Stack::parse(Path::new("cwfilter.toml"), text).unwrap_or_else(|errors| panic!("{}", shown(&errors)))
}

fn rule(id: &str) -> String {
    format!(
        "[[rule]]\nid = \"{id}\"\npattern = '{{ $.eventName = \"{id}\" }}'\nmetric = {{ namespace = \"S\", name = \"{id}\", value = \"1\" }}\n\
         alarm = {{ statistic = \"Sum\", period = \"5m\", threshold = 1 }}\n"
    )
}

fn rules(text: String) -> Vec<RuleFile> {
    vec![cwfilter::rules::parse(Path::new("rules.toml"), text).unwrap()]
}

/// What is put before or after the stack, and its error.
#[test]
fn files_that_contradict_themselves() {
    let table = [
        (
            "",
            "topic = { name = \"cwfilter-s\" }",
            "5:18: the topic `cwfilter-s` holds the stack's record; alarms need a topic",
        ),
        (
            "was = [\"t\"]\n",
            "topic = { name = \"cwfilter-t\" }",
            "6:18: the topic `cwfilter-t` holds the stack's record",
        ),
        ("was = [\"s\"]\n", "", "1:8: the stack has the name `s` already; `was` lists other, earlier names"),
        ("was = [\"t\", \"t\"]\n", "", "1:13: the stack has the name `t` already"),
        (
            "",
            "topic = { arn = \"arn:aws:sns:eu-west-1:123456789012:alerts\" }",
            "5:17: the topic is in the region `eu-west-1`, and the stack in `us-east-1`; alarms publish to topics of their own region",
        ),
        (
            "",
            "topic = { name = \"t\", kms_key = \"arn:aws:kms:eu-west-1:123456789012:key/k\" }",
            "5:33: the key is in the region `eu-west-1`, and the stack in `us-east-1`; a key encrypts in its own region",
        ),
        (
            "",
            "topic = { name = \"t\", subscription = [{ protocol = \"email\", endpoint = \"a\\u001b[2J@example.com\" }] }",
            "5:72: `a\\u{1b}[2J@example.com` is no endpoint for `email`",
        ),
        (
            "",
            "topic = { name = \"t\", subscription = [{ protocol = \"sqs\", endpoint = \"arn:aws:sqs:us-east-1:123456789012:q\\n\" }] }",
            "is no endpoint for `sqs`",
        ),
    ];
    for (before, after, expected) in table {
        let text = format!("{before}{STACK}{after}\n");
        let errors = Stack::parse(Path::new("cwfilter.toml"), &text).expect_err(expected);
        assert_eq!(errors.len(), 1, "{}", shown(&errors));
        let found = shown(&errors).replace('\u{1b}', "\\u{1b}");
        assert!(found.contains(expected), "{found}");
    }
    let key = STACK.replace(
        "name = \"trail\"",
        "name = \"trail\", create = true, kms_key = \"arn:aws:kms:eu-west-1:123456789012:key/k\"",
    );
    let errors = Stack::parse(Path::new("cwfilter.toml"), &key).unwrap_err();
    assert!(shown(&errors).contains("4:56: the key is in the region `eu-west-1`"), "{}", shown(&errors));
    // the same region and another account
    stack(&format!("{STACK}topic = {{ arn = \"arn:aws:sns:us-east-1:210987654321:alerts\" }}\n"));
    stack(&format!("{STACK}topic = {{ name = \"cwfilter-alerts\" }}\n"));
}

/// Two rules with one name: the later would replace the earlier one, and its alarm would never ring.
#[test]
fn no_two_resources_have_one_name() {
    let composite = "[[composite]]\nid = \"c\"\nrule = 'ALARM(a)'\n";
    let table = [
        (
            "[names.a]\nalarm = \"same\"\n[names.b]\nalarm = \"same\"\n",
            "rules.toml:7:6: the alarm would be called `same`, as that of `a`",
        ),
        (
            "[names.a]\nmetric_filter = \"same\"\n[names.b]\nmetric_filter = \"same\"\n",
            "the metric filter would be called `same`, as that of `a`",
        ),
        ("[names.a]\nalarm = \"s.b\"\n", "rules.toml:7:6: the alarm would be called `s.b`, as that of `a`"),
        ("[names.c]\nalarm = \"s.a\"\n", "the alarm would be called `s.a`, as that of `a`"),
        // a metric filter and an alarm may share a name
        ("[names.a]\nmetric_filter = \"s.b\"\n[names.b]\nmetric_filter = \"s.a\"\n", ""),
    ];
    for (names, expected) in table {
        let stack = stack(&format!("{STACK}topic = {{ name = \"alerts\" }}\n{names}"));
        let files = rules(rule("a") + &rule("b") + composite);
        let found = desired(&stack, &files, &Target::new("123456789012", "us-east-1"));
        let errors = found.map_or_else(|errors| shown(&errors), |_| String::new());
        assert!(errors.contains(expected) && errors.is_empty() == expected.is_empty(), "{names}: {errors}");
        assert!(expected.is_empty() || errors.lines().count() == 1, "{errors}");
    }
}

fn planned(memory: &Memory, rules_text: String) -> Plan {
    let stack = stack(&format!("{STACK}topic = {{ name = \"alerts\" }}\n"));
    let files = rules(rules_text);
    let target = identify(memory, &stack).unwrap();
    let wanted = desired(&stack, &files, &target).unwrap();
    let observed = observe(memory, &stack, &wanted, &target, Purpose::Plan).unwrap();
    plan(&stack, &wanted, &observed, &Options::default())
}

fn account() -> State {
    let mut state = State::default();
    state.groups.insert("trail".to_owned(), Group::default());
    state
}

/// Alarms of both kinds share their names: a composite alarm of others is not replaced by a metric alarm, nor the other way round.
#[test]
fn an_alarm_of_the_other_kind_is_not_replaced() {
    let metric = json!({ "AlarmName": "s.a", "Namespace": "T", "MetricName": "m", "Statistic": "Sum", "Period": 60, "StateValue": "OK" });
    let composite = json!({ "AlarmName": "s.a", "AlarmRule": "TRUE", "StateValue": "OK" });
    let of_composite = rule("b") + "[[composite]]\nid = \"a\"\nrule = 'ALARM(b)'\n";
    let table: [(Value, String, &str); 2] = [
        (
            composite,
            rule("a"),
            "the composite alarm s.a has the name of an alarm of the other kind; `[names.RULE]`",
        ),
        (metric, of_composite, "the alarm s.a has the name of an alarm of the other kind; `[names.RULE]`"),
    ];
    for (theirs, rules, expected) in table {
        let mut state = account();
        state.alarms.insert("s.a".to_owned(), theirs);
        state.alarm_tags.insert("s.a".to_owned(), Default::default());
        let memory = Memory::with(state.clone());
        let plan = planned(&memory, rules);
        assert!(plan.refusals.iter().any(|it| it.starts_with(expected)), "{plan}");
        apply(&memory, &plan, |_| ());
        assert_eq!(memory.state(), state, "something was written");
    }
    // the stack's own alarm, whose rule became a composite alarm
    let memory = Memory::with(account());
    apply(&memory, &planned(&memory, rule("a") + &rule("b")), |_| ());
    let plan = planned(&memory, rule("b") + "[[composite]]\nid = \"a\"\nrule = 'ALARM(b)'\n");
    assert!(plan.refusals.iter().any(|it| it.contains("take the rule out, run `apply --prune`")), "{plan}");
}

/// An account whose answers name nothing.
struct Nothing;

impl Account for Nothing {
    fn calls(&self, requests: &[Request]) -> Vec<Result<Value, CallError>> {
        requests.iter().map(|_| Ok(json!({}))).collect()
    }
}

#[test]
fn an_account_without_an_id_is_refused() {
    let error = identify(&Nothing, &stack(STACK)).unwrap_err();
    assert_eq!(error.to_string(), "GetCallerIdentity: the answer names no account");
}
