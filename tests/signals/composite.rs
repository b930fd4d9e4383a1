use super::{all_right, lines, text};
use cwfilter::alarm::{Account, AlarmRule, State, TriggeringChild, composite_reason_data};
use serde_json::Value;
use std::collections::BTreeMap;

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The error that the rule gets, or none.
fn refusal(line: &Value) -> Option<String> {
    let rule: AlarmRule = match text(line, "/alarm_rule").parse() {
        Ok(rule) => rule,
        Err(error) => return Some(cwfilter::alarm::AlarmRuleError::aws_message(&error)),
    };
    let existing = strings(&line["existing_alarms"]);
    let exists = |name: &str| existing.contains(&name);
    rule.check_alarms(line["own_name"].as_str(), &Account::default(), exists).err().map(|error| error.message)
}

#[test]
fn every_rule_is_taken_or_refused_in_aws_words() {
    let mut answers = Vec::new();
    for line in lines(include_str!("composite.jsonl")).iter().filter(|line| line["kind"] == "rule") {
        let (got, expected) = (refusal(line), line.pointer("/result/message").and_then(Value::as_str));
        let answer =
            if got.as_deref() == expected { Ok(()) } else { Err(format!("{got:?}, not {expected:?}")) };
        answers.push((text(line, "/id").to_owned(), answer));
    }
    all_right("composite rules", 30, answers);
}

#[test]
fn every_state_follows_from_those_of_the_children() {
    let mut answers = Vec::new();
    for line in lines(include_str!("composite.jsonl")).iter().filter(|line| line["kind"] == "state") {
        let children = line["children"].as_object().unwrap().values();
        let states: BTreeMap<&str, State> =
            children.map(|child| (text(child, "/name"), text(child, "/state").parse().unwrap())).collect();
        let rule: AlarmRule = text(line, "/alarm_rule").parse().unwrap();
        let state = rule.evaluate(|name| states[name]);
        let expected = text(line, "/expected/StateValue");
        let answer = if state.name() == expected { Ok(()) } else { Err(state.to_string()) };
        answers.push((text(line, "/id").to_owned(), answer));
    }
    all_right("composite states", 14, answers);
}

#[test]
fn the_children_that_led_to_a_state() {
    let mut answers = Vec::new();
    let account = Account::default();
    for line in lines(include_str!("composite.jsonl")).iter().filter(|line| line["kind"] == "state") {
        // a rule without children that did not change the state: AWS still shows the cause of the last change
        if text(line, "/id") == "state.rule-false-no-change" {
            continue;
        }
        let children: BTreeMap<&str, &Value> = line["children"]
            .as_object()
            .unwrap()
            .values()
            .map(|child| (text(child, "/name"), child))
            .collect();
        let state = |name: &str| -> State { text(children[name], "/state").parse().unwrap() };
        let rule: AlarmRule = text(line, "/alarm_rule").parse().unwrap();
        let triggering: Vec<TriggeringChild> = rule
            .triggering(state)
            .into_iter()
            .map(|name| {
                let since = text(children[name], "/since").parse().unwrap();
                TriggeringChild::new(account.alarm_arn(name), state(name), since)
            })
            .collect();
        let data = composite_reason_data(&triggering).to_string();
        let is_right = data == text(line, "/expected/StateReasonData");
        answers.push((text(line, "/id").to_owned(), if is_right { Ok(()) } else { Err(data) }));
    }
    all_right("triggering alarms", 13, answers);
}
