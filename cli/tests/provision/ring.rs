//! `ring` as a person uses it: an alarm of others, what is shown before the question, and signals during the wait.

use crate::emulators::emulators;
use crate::gateway::{Fault, Gateway};
use crate::lifecycle::other;
use crate::stacks::{Run, TestStack};
use crate::trial;
use cwfilter::aws::{Account, Service};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("ring_refuses_alarms_of_others", ring_refuses_alarms_of_others),
        trial("ring_shows_the_actions_of_the_account", ring_shows_the_actions_of_the_account),
        trial("ring_is_interrupted", ring_is_interrupted),
        trial("ring_cannot_set_back", ring_cannot_set_back),
        trial("ring_says_what_is_dead", ring_says_what_is_dead),
    ]
}

const ALERTS: &str = "arn:aws:sns:us-east-1:123456789012:NAME-alerts";

/// A stack that was applied, and whose alarm is in OK.
fn applied(gateway: &Gateway, name: &str) -> TestStack {
    let stack = TestStack::new(name, &["stopped"], &[], false);
    stack.run(gateway, "apply --yes").expect(0);
    set_state(gateway, name, "OK");
    gateway.answer("DescribeAlarmHistory", json!({ "AlarmHistoryItems": [] }));
    stack
}

fn call(gateway: &Gateway, operation: &'static str, input: Value) -> Value {
    other(gateway).call(Service::CloudWatch, operation, input).unwrap()
}

fn set_state(gateway: &Gateway, name: &str, state: &str) {
    let input = json!({ "AlarmName": format!("{name}.stopped"), "StateValue": state, "StateReason": "test" });
    call(gateway, "SetAlarmState", input);
    gateway.take_seen();
}

fn described(gateway: &Gateway, name: &str) -> Value {
    let names = [format!("{name}.stopped")];
    call(gateway, "DescribeAlarms", json!({ "AlarmNames": names }))["MetricAlarms"][0].clone()
}

/// Writes the alarm anew with another member.
fn put(gateway: &Gateway, name: &str, member: &str, value: Value) {
    write(gateway, name, described(gateway, name), member, value);
}

/// Somebody deletes the alarm and makes another one of its name.
fn replace(gateway: &Gateway, name: &str) {
    let now = described(gateway, name);
    call(gateway, "DeleteAlarms", json!({ "AlarmNames": [format!("{name}.stopped")] }));
    write(gateway, name, now, "AlarmDescription", json!("theirs"));
}

fn write(gateway: &Gateway, name: &str, now: Value, member: &str, value: Value) {
    let mut input = json!({});
    for key in [
        "AlarmName",
        "Namespace",
        "MetricName",
        "Statistic",
        "Period",
        "EvaluationPeriods",
        "DatapointsToAlarm",
        "Threshold",
        "ComparisonOperator",
        "TreatMissingData",
        "AlarmActions",
        "ActionsEnabled",
        "AlarmDescription",
    ] {
        if !now[key].is_null() {
            input[key] = now[key].clone();
        }
    }
    input[member] = value;
    call(gateway, "PutMetricAlarm", input);
    set_state(gateway, name, "OK");
}

fn writes(gateway: &Gateway) -> usize {
    gateway.take_seen().iter().filter(|it| it.operation == "SetAlarmState").count()
}

fn ring_refuses_alarms_of_others() {
    let gateway = Gateway::start(emulators());
    let stack = applied(&gateway, "ring-others");
    let arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:ring-others.stopped";
    replace(&gateway, "ring-others");
    let way_out = "help: `cwfilter apply --adopt 'ring-others.stopped'` takes it over";
    let refused = stack.run(&gateway, "ring stopped --yes").expect(1);
    let text = "error: the alarm `ring-others.stopped` is not the stack's: it has no tag `cwfilter:stack`; nothing was rung";
    assert!(refused.err.contains(text) && refused.err.contains(way_out), "{}", refused.err);
    let tags = json!([{ "Key": "cwfilter:stack", "Value": "theirs" }]);
    call(&gateway, "TagResource", json!({ "ResourceARN": arn, "Tags": tags }));
    let refused = stack.run(&gateway, "ring stopped --yes").expect(1);
    assert!(refused.err.contains("it is that of the stack `theirs`"), "{}", refused.err);
    assert_eq!(writes(&gateway), 0, "an alarm of others was rung");
    assert_eq!(described(&gateway, "ring-others")["StateValue"], "OK");
    // the way out
    stack.run(&gateway, "apply --yes --adopt ring-others.stopped").expect(0);
    let asked = stack.run(&gateway, "ring stopped").expect(2);
    assert!(asked.err.contains("nothing was rung; `--yes` does not ask"), "{}", asked.err);
}

fn ring_shows_the_actions_of_the_account() {
    let gateway = Gateway::start(emulators());
    let stack = applied(&gateway, "ring-actions");
    let board = "arn:aws:sns:us-east-1:123456789012:ring-board";
    other(&gateway).call(Service::Sns, "CreateTopic", json!({ "Name": "ring-board" })).unwrap();
    put(&gateway, "ring-actions", "AlarmActions", json!([board]));
    let asked = stack.run(&gateway, "ring stopped").expect(2);
    let alerts = ALERTS.replace("NAME", "ring-actions");
    for line in [
        "the alarm `ring-actions.stopped` in us-east-1 of account 123456789012 is in OK\n".to_owned(),
        format!("  rings {board}, which the stack's file does not have\n"),
        format!("  does not ring {alerts}, which the stack's file has\n"),
    ] {
        assert!(asked.out.contains(&line), "{line}{}", asked.out);
    }
    gateway.take_seen();
    let offline = stack.run(&gateway, "ring stopped --offline").expect(0);
    let alerts = alerts.replace("123456789012", "ACCOUNT");
    let text = format!(
        "as the stack's file has them, its actions are: {alerts}\nthe account may have others; no account was asked, and nothing was sent\n"
    );
    assert!(offline.out.ends_with(&text), "{}", offline.out);
    assert!(gateway.take_seen().is_empty(), "an account was asked");
    let unknown = stack.run(&gateway, "ring nothing --offline").expect(2);
    assert!(unknown.err.contains("the stack has no rule `nothing`"), "{}", unknown.err);
}

/// Rings, and waits until the alarm is in ALARM and its history is asked for.
fn ringing(gateway: &Gateway, stack: &TestStack) -> Child {
    gateway.take_seen();
    let child = stack.command(gateway, "ring stopped --yes").spawn().unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    let mut seen: Vec<String> = Vec::new();
    while seen.iter().rev().take_while(|it| *it != "SetAlarmState").count() == 0
        || !seen.contains(&"SetAlarmState".to_owned())
    {
        assert!(Instant::now() < until, "it does not ring: {seen:?}");
        seen.extend(gateway.take_seen().into_iter().map(|it| it.operation));
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

fn ring_is_interrupted() {
    use std::os::unix::process::ExitStatusExt;
    let gateway = Gateway::start(emulators());
    let stack = applied(&gateway, "ring-signal");
    for (signal, number) in [("INT", 2), ("TERM", 15), ("HUP", 1)] {
        let child = ringing(&gateway, &stack);
        assert_eq!(described(&gateway, "ring-signal")["StateValue"], "ALARM", "{signal}");
        let id = child.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &id]).status().unwrap().success());
        let output = child.wait_with_output().unwrap();
        assert_eq!(described(&gateway, "ring-signal")["StateValue"], "OK", "{signal}");
        // as a shell expects it
        assert_eq!(output.status.signal(), Some(number), "{signal}: {output:?}");
        let run = Run::of(output);
        assert!(run.out.contains("waiting up to 60 s; Ctrl-C sets the alarm back"), "{}", run.out);
        assert!(run.out.ends_with("set back to OK\n"), "{}", run.out);
        assert!(run.err.contains("error: interrupted; the alarm is set back to OK\n"), "{}", run.err);
    }
}

fn ring_cannot_set_back() {
    let gateway = Gateway::start(emulators());
    let stack = applied(&gateway, "ring-stuck");
    let child = ringing(&gateway, &stack);
    gateway.break_down("SetAlarmState", Fault::Denied);
    assert!(Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status().unwrap().success());
    let run = Run::of(child.wait_with_output().unwrap()).expect(3);
    gateway.repair();
    assert_eq!(described(&gateway, "ring-stuck")["StateValue"], "ALARM");
    assert!(!run.out.contains("set back to"), "{}", run.out);
    let error = "error: the alarm `ring-stuck.stopped` is not set back: SetAlarmState: AccessDeniedException";
    let help = "help: this sets it back: aws cloudwatch set-alarm-state --region us-east-1 --alarm-name='ring-stuck.stopped' --state-value OK";
    assert!(run.err.contains(error) && run.err.contains(help), "{}", run.err);
    // it is in ALARM now
    let again = stack.run(&gateway, "ring stopped --yes").expect(1);
    assert!(again.err.contains("is in ALARM: it would not ring again"), "{}", again.err);
}

fn ring_says_what_is_dead() {
    let gateway = Gateway::start(emulators());
    let stack = applied(&gateway, "ring-dead");
    let summary = "Failed to execute action arn:aws:sns:us-east-1:123456789012:ring-dead-alerts";
    gateway.answer_first(
        "DescribeAlarmHistory",
        &[json!([]), json!([{ "HistoryItemType": "Action", "HistorySummary": summary, "Timestamp": 1 }])],
    );
    let failed = stack.run(&gateway, "ring stopped --yes").expect(4);
    assert!(
        failed.err.contains("error: an action failed") && failed.out.contains("set back to OK"),
        "{}",
        failed.err
    );
    put(&gateway, "ring-dead", "ActionsEnabled", json!(false));
    let disabled = stack.run(&gateway, "ring stopped --yes").expect(4);
    assert!(
        disabled.err.contains("error: the actions of `ring-dead.stopped` are disabled; nothing was rung"),
        "{}",
        disabled.err
    );
    let plan = stack.run(&gateway, "plan --check").expect(4);
    let line = "dead: alarm: the actions of `ring-dead.stopped` are disabled; `apply` repairs it\n";
    assert!(plan.out.contains(line), "{}", plan.out);
    call(&gateway, "DeleteAlarms", json!({ "AlarmNames": ["ring-dead.stopped"] }));
    let missing = stack.run(&gateway, "ring stopped --yes").expect(4);
    assert!(
        missing.err.contains("error: there is no alarm `ring-dead.stopped`; nothing was rung"),
        "{}",
        missing.err
    );
}
