use super::notifications::{children, transition};
use super::{all_right, lines, text};
use cwfilter::alarm::{
    Account, ActionResult, Actions, Alarm, CompositeAlarm, CompositeReason, HistoryItem, Notification, State,
    StateRecord, Timestamp, Transition,
};
use serde_json::Value;

/// The text of a member in a JSON text, as it is written there.
fn raw<'a>(data: &'a str, state: &str) -> Option<&'a str> {
    let object = data.split_once(&format!("\"{state}\":"))?.1;
    let rest = object.split_once("\"stateReasonData\":")?.1;
    let other = if state == "oldState" { object.find(",\"newState\":") } else { None };
    let end = other.map_or(object.len() - 2, |end| end - 1);
    let start = object.len() - rest.len();
    object.get(start..end)
}

fn record(data: &Value, whole: &str, state: &str) -> StateRecord {
    let it = &data[state];
    let mut record = StateRecord::new(
        text(it, "/stateValue").parse().unwrap(),
        text(it, "/stateReason"),
        Timestamp::default(),
    );
    if it.get("stateReasonData").is_some() {
        record.reason_data = raw(whole, state).map(str::to_owned);
    }
    record
}

#[test]
fn every_state_update() {
    let mut answers = Vec::new();
    let file = lines(include_str!("alarm_history.jsonl"));
    for line in file.iter().filter(|line| line["item_type"] == "StateUpdate") {
        let whole = text(line, "/history_data");
        let data: Value = serde_json::from_str(whole).unwrap();
        let (old, new) = (record(&data, whole, "oldState"), record(&data, whole, "newState"));
        let item = HistoryItem::state_update(&old, &new);
        let has_summary = line["summary"].is_null() || text(line, "/summary") == item.summary;
        let is_right = item.data.to_string() == whole && has_summary;
        answers
            .push((text(line, "/id").to_owned(), if is_right { Ok(()) } else { Err(item.data.to_string()) }));
    }
    all_right("state updates", 40, answers);
}

/// The item of an action holds everything that was published to SNS. The alarm is read off its item of creation.
#[test]
fn every_action() {
    let file = lines(include_str!("alarm_history.jsonl"));
    let messages = lines(include_str!("notifications.jsonl"));
    let mut answers = Vec::new();
    for line in file.iter().filter(|line| line["item_type"] == "Action" && line["summary"].is_string()) {
        let whole = text(line, "/history_data");
        let data: Value = serde_json::from_str(whole).unwrap();
        let resource = text(&data, "/notificationResource");
        let id = text(line, "/id").to_owned();
        let Some(published) = data["publishedMessage"].as_str() else { continue };
        let published: Value = serde_json::from_str(published).unwrap();
        let message: Value = serde_json::from_str(text(&published, "/default")).unwrap();
        // the message says nearly all of the alarm; a recorded request says the rest
        let request =
            messages.iter().map(|it| &it["alarm"]).find(|it| it["AlarmName"] == message["AlarmName"]);
        let request = request.cloned().unwrap_or_else(|| request_of(&message));
        let (account, transition) = (Account::default(), transition(&message));
        let item = if request["AlarmRule"].is_string() {
            let (alarm, actions) = CompositeAlarm::from_request(&request).unwrap();
            Notification::of_composite(&alarm, &children(&message), &actions, &transition, &account)
                .action_item(resource, ActionResult::Succeeded)
        } else {
            let Ok((alarm, actions)) = Alarm::from_request(&request) else {
                answers.push((id, Err("the alarm is not modelled".to_owned())));
                continue;
            };
            Notification::new(&alarm, &actions, &transition, &account)
                .action_item(resource, ActionResult::Succeeded)
        };
        let is_right = item.data.to_string() == whole && item.summary == text(line, "/summary");
        answers.push((id, if is_right { Ok(()) } else { Err(item.data.to_string()) }));
    }
    all_right("actions", 5, answers);
}

/// Actions that publish no text: functions, and actions that failed or were suppressed. Their summaries were not all recorded.
#[test]
fn every_action_without_a_text() {
    let mut answers = Vec::new();
    for line in lines(include_str!("alarm_history.jsonl")).iter().filter(|line| line["item_type"] == "Action")
    {
        let whole = text(line, "/history_data");
        let data: Value = serde_json::from_str(whole).unwrap();
        if data["publishedMessage"].is_string() {
            continue;
        }
        let time = Timestamp::from_millis(data["stateUpdateTimestamp"].as_i64().unwrap());
        let result = match text(&data, "/actionState") {
            "Suppressed" => ActionResult::Suppressed,
            "Failed" => ActionResult::Failed(text(&data, "/error")),
            _ => ActionResult::Succeeded,
        };
        let alarm = Alarm::new("alarm", cwfilter::alarm::Statistic::Sum, 60, 1.0);
        let transition = Transition::new(State::Ok, State::Alarm, "", time);
        let (actions, account) = (Actions::default(), Account::default());
        let item = Notification::new(&alarm, &actions, &transition, &account)
            .action_item(text(&data, "/notificationResource"), result);
        let has_summary = line["summary"].is_null() || text(line, "/summary") == item.summary;
        let is_right = item.data.to_string() == whole && has_summary;
        answers
            .push((text(line, "/id").to_owned(), if is_right { Ok(()) } else { Err(item.data.to_string()) }));
    }
    all_right("actions without a text", 9, answers);
}

/// The request of an alarm that only its message tells of.
fn request_of(message: &Value) -> Value {
    let trigger = &message["Trigger"];
    let mut request = serde_json::json!({
        "AlarmName": message["AlarmName"],
        "AlarmDescription": message["AlarmDescription"],
        "AlarmActions": message["AlarmActions"],
        "MetricName": trigger["MetricName"],
        "Namespace": trigger["Namespace"],
        "Statistic": "Average",
        "Metrics": trigger["Metrics"],
    });
    // the account is the message's, not the request's
    for entry in request["Metrics"].as_array_mut().into_iter().flatten() {
        entry.as_object_mut().unwrap().remove("AccountId");
    }
    let same = [
        "Period",
        "EvaluationPeriods",
        "DatapointsToAlarm",
        "ComparisonOperator",
        "Threshold",
        "TreatMissingData",
    ];
    same.iter().for_each(|name| request[*name] = trigger[*name].clone());
    // `PutMetricAlarm` takes neither beside `Metrics`; the message shows the period of the query
    if request["Metrics"].is_array() {
        (request["Statistic"], request["Period"]) = (Value::Null, Value::Null);
    }
    request
}

#[test]
fn the_reason_of_a_composite_alarm() {
    let mut answers = Vec::new();
    for line in lines(include_str!("composite.jsonl")).iter().filter(|line| line["kind"] == "state") {
        let (reason, state) = (text(line, "/expected/StateReason"), text(line, "/expected/StateValue"));
        let state: State = state.parse().unwrap();
        let arn = reason.split(' ').next().unwrap();
        let told = if reason.contains(" was created ") {
            CompositeReason::Created(arn).text(state)
        } else if reason.contains(" was updated ") {
            CompositeReason::Updated(arn).text(state)
        } else {
            let child = line["children"].as_object().unwrap().values().next().unwrap();
            CompositeReason::Child(arn, text(child, "/since").parse().unwrap()).text(state)
        };
        answers.push((text(line, "/id").to_owned(), if told == reason { Ok(()) } else { Err(told) }));
    }
    all_right("composite reasons", 14, answers);
}
