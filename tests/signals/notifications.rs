use super::{all_right, lines, text};
use cwfilter::alarm::{Account, Actions, Alarm, CompositeAlarm, Notification, Transition, TriggeringChild};
use serde_json::Value;

/// The transition that a message tells.
pub(super) fn transition(message: &Value) -> Transition {
    let mut it = Transition::new(
        text(message, "/OldStateValue").parse().unwrap(),
        text(message, "/NewStateValue").parse().unwrap(),
        text(message, "/NewStateReason"),
        text(message, "/StateChangeTime").parse().unwrap(),
    );
    if let Some(time) = message["AlarmConfigurationUpdatedTimestamp"].as_str() {
        it.configuration_updated = time.parse().unwrap();
    }
    it
}

pub(super) fn children(message: &Value) -> Vec<TriggeringChild> {
    let child = |it: &Value| {
        let state = text(it, "/State/Value").parse().unwrap();
        TriggeringChild::new(text(it, "/Arn"), state, text(it, "/State/Timestamp").parse().unwrap())
    };
    message["TriggeringChildren"].as_array().into_iter().flatten().map(child).collect()
}

fn compared(line: &Value, told: Notification<'_>) -> Result<(), String> {
    let texts = [
        ("/message", told.message().to_string()),
        ("/subject", told.subject()),
        ("/sms", told.sms()),
        ("/email", told.email()),
    ];
    for (pointer, text) in texts {
        // members that were not recorded are null
        if line.pointer(pointer).is_some_and(|expected| !expected.is_null() && *expected != text.as_str()) {
            return Err(format!("{pointer}: {text:?}"));
        }
    }
    Ok(())
}

#[test]
fn every_message_character_for_character() {
    let mut answers = Vec::new();
    for line in lines(include_str!("notifications.jsonl")).iter().filter(|line| line["channel"] == "sns") {
        let message: Value = serde_json::from_str(text(line, "/message")).unwrap();
        let (transition, account) = (transition(&message), Account::default());
        let request = &line["alarm"];
        let answer = if request["AlarmRule"].is_string() {
            let (alarm, actions): (CompositeAlarm, Actions) = CompositeAlarm::from_request(request).unwrap();
            let children = children(&message);
            compared(line, Notification::of_composite(&alarm, &children, &actions, &transition, &account))
        } else {
            let (alarm, actions) = Alarm::from_request(request).unwrap();
            compared(line, Notification::new(&alarm, &actions, &transition, &account))
        };
        answers.push((text(line, "/id").to_owned(), answer));
    }
    all_right("notifications", 4, answers);
}
