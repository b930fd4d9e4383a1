use super::{lines, same, text};
use cwfilter::alarm::{
    Account, Actions, Alarm, CompositeAlarm, EventIds, Notification, State, StateRecord, SuppressedBy,
    Suppression, SuppressionUpdate, Suppressor, Timestamp, Transition,
};
use serde_json::Value;

/// The composite alarm of `eventbridge.suppress.*`: what happened, and every event that AWS sent.
#[test]
fn a_suppressor_holds_actions_back() {
    let lines = lines(include_str!("notifications.jsonl"));
    let events = lines.iter().filter(|line| text(line, "/id").starts_with("eventbridge.suppress."));
    let mut suppression = Suppression::new(Suppressor::new("suppressor", 5, 5), State::Ok);
    let mut updates: Vec<SuppressionUpdate> = Vec::new();
    let mut expected = Vec::new();
    for line in events {
        let state = &line["document"]["detail"]["state"];
        let (time, value): (Timestamp, State) =
            (text(state, "/timestamp").parse().unwrap(), text(state, "/value").parse().unwrap());
        match text(line, "/id").trim_start_matches("eventbridge.suppress.") {
            "created-wait" | "child-alarm-wait" | "child-ok-wait" | "child-alarm-suppressed" => {
                updates.extend(suppression.change(time, value));
            }
            "suppressor-alarm-in-wait" => updates.extend(suppression.suppressor_changes(time, State::Alarm)),
            "suppressor-ok-extension" => updates.extend(suppression.suppressor_changes(time, State::Ok)),
            _ => {}
        }
        expected.push((time, value, state["actionsSuppressedBy"].as_str().map(str::to_owned)));
    }
    updates.extend(suppression.until(expected.last().unwrap().0));
    let got: Vec<_> = updates
        .iter()
        .map(|it| (it.time, it.state, it.suppressed_by.map(|by| by.name().to_owned())))
        .collect();
    assert_eq!(got, expected);
    assert_eq!(got.len(), 9);
}

fn record(state: &Value) -> StateRecord {
    let mut it = StateRecord::new(
        text(state, "/value").parse().unwrap(),
        text(state, "/reason"),
        text(state, "/timestamp").parse().unwrap(),
    );
    it.reason_data = state["reasonData"].as_str().map(str::to_owned);
    it.suppressed = state["actionsSuppressedBy"].as_str().map(|name| {
        let all = [SuppressedBy::WaitPeriod, SuppressedBy::Alarm, SuppressedBy::ExtensionPeriod];
        let by = all.into_iter().find(|by| by.name() == name).unwrap();
        (by, text(state, "/actionsSuppressedReason").to_owned())
    });
    it
}

/// The alarm that an event of a metric alarm tells of.
fn alarm(detail: &Value) -> Alarm {
    let stat = &detail["configuration"]["metrics"][0]["metricStat"];
    let statistic = text(stat, "/stat").parse().unwrap();
    let mut alarm = Alarm::new(text(detail, "/alarmName"), statistic, stat["period"].as_u64().unwrap(), 1.0);
    alarm.description = detail["configuration"]["description"].as_str().map(str::to_owned);
    alarm.metric = cwfilter::alarm::Metric::new(text(stat, "/metric/namespace"), text(stat, "/metric/name"));
    for (name, value) in stat["metric"]["dimensions"].as_object().unwrap() {
        alarm.metric = alarm.metric.dimension(name, value.as_str().unwrap());
    }
    alarm
}

#[test]
fn every_event_of_a_change_of_state() {
    let mut count = 0;
    for line in lines(include_str!("notifications.jsonl")) {
        let body = line["body"].as_str().map(|body| serde_json::from_str(body).unwrap());
        let event: Value = body.unwrap_or_else(|| line["document"].clone());
        if event["detail-type"] != "CloudWatch Alarm State Change" {
            continue;
        }
        let detail = &event["detail"];
        let (state, previous) = (record(&detail["state"]), record(&detail["previousState"]));
        let ids = EventIds::new(text(&event, "/id"), text(detail, "/configuration/metrics/0/id"));
        let (account, actions) = (Account::default(), Actions::default());
        let transition = Transition::new(previous.state, state.state, state.reason.as_str(), state.time);
        let document = if let Some(rule) = detail["configuration"]["alarmRule"].as_str() {
            let mut alarm = CompositeAlarm::new(text(detail, "/alarmName"), rule);
            let configuration = &detail["configuration"];
            alarm.description = configuration["description"].as_str().map(str::to_owned);
            alarm.suppressor = configuration["actionsSuppressor"].as_str().map(|name| {
                let period = |name: &str| configuration[name].as_i64().unwrap();
                Suppressor::new(
                    name,
                    period("actionsSuppressorWaitPeriod"),
                    period("actionsSuppressorExtensionPeriod"),
                )
            });
            Notification::of_composite(&alarm, &[], &actions, &transition, &account)
                .event(&previous, &state, ids)
        } else {
            Notification::new(&alarm(detail), &actions, &transition, &account).event(&previous, &state, ids)
        };
        let id = text(&line, "/id");
        assert!(same(&serde_json::to_value(&document).unwrap(), &event), "{id}: {document}\nnot\n{event}");
        // where the text was kept, it is the same to the letter
        if let Some(body) = line["body"].as_str() {
            assert_eq!(document.to_string(), body, "{id}");
        }
        count += 1;
    }
    assert!(count >= 12, "{count}");
}
