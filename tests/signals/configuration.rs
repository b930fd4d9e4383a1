//! Changes of an alarm's configuration: EventBridge events, and items of the history.

use super::{all_right, lines, same, text};
use cwfilter::alarm::{
    Account, Actions, Alarm, CompositeAlarm, Configuration, ConfigurationChange, EventIds, State,
    StateRecord, Timestamp, TriggeringChild,
};
use serde_json::{Map, Value, json};

/// An alarm with its actions, the moment of its configuration, and the children of a composite alarm.
struct Configured {
    alarm: Result<Alarm, CompositeAlarm>,
    actions: Actions,
    updated: Timestamp,
    children: Vec<TriggeringChild>,
}

impl Configured {
    fn new(request: &Value, updated: &str, children: Vec<TriggeringChild>) -> Self {
        let (alarm, actions) = if request["AlarmRule"].is_string() {
            let (alarm, actions) = CompositeAlarm::from_request(request).unwrap();
            (Err(alarm), actions)
        } else {
            let (alarm, actions) =
                Alarm::from_request(request).unwrap_or_else(|error| panic!("{error}: {request}"));
            (Ok(alarm), actions)
        };
        Configured { alarm, actions, updated: updated.parse().unwrap(), children }
    }

    fn configuration(&self) -> Configuration<'_> {
        match &self.alarm {
            Ok(alarm) => Configuration::new(alarm, &self.actions, self.updated),
            Err(alarm) => Configuration::of_composite(alarm, &self.children, &self.actions, self.updated),
        }
    }
}

/// The request of an alarm that an item of the history shows.
fn of_history(data: &Value) -> Configured {
    let mut request = Map::new();
    for (name, value) in data.as_object().unwrap() {
        let name = match name.as_str() {
            "okactions" => "OKActions".to_owned(),
            "extendedStatistic" => "Statistic".to_owned(),
            name if name.starts_with("state") || name == "childStates" => continue,
            "alarmArn" | "alarmConfigurationUpdatedTimestamp" => continue,
            name => capital(name),
        };
        request.insert(name, capitals(value));
    }
    if let Some(Value::String(statistic)) = request.get_mut("Statistic") {
        *statistic = capital(&statistic.to_lowercase());
    }
    let child = |it: &Value| {
        let state = it["state"]["value"].as_str().unwrap_or("OK").parse().unwrap();
        let since = it["state"]["timestamp"].as_str().unwrap_or("2026-09-14T00:00:00Z").parse().unwrap();
        TriggeringChild::new(text(it, "/arn"), state, since)
    };
    let children = data["childStates"].as_array().into_iter().flatten().map(child).collect();
    Configured::new(&Value::Object(request), text(data, "/alarmConfigurationUpdatedTimestamp"), children)
}

fn capital(name: &str) -> String {
    name.chars().take(1).flat_map(char::to_uppercase).chain(name.chars().skip(1)).collect()
}

/// The same with members that begin with a capital.
fn capitals(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(capitals).collect(),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (capital(name), capitals(value))).collect())
        }
        other => other.clone(),
    }
}

fn state(data: &Value) -> StateRecord {
    let (value, time) = (text(data, "/stateValue"), text(data, "/stateUpdatedTimestamp"));
    StateRecord::new(value.parse().unwrap(), "", time.parse().unwrap())
}

#[test]
fn every_item_of_the_history_character_for_character() {
    let mut answers = Vec::new();
    let file = lines(include_str!("alarm_history.jsonl"));
    for line in file.iter().filter(|line| line["item_type"] == "ConfigurationUpdate") {
        let whole = text(line, "/history_data");
        let data: Value = serde_json::from_str(whole).unwrap();
        let account = Account::default();
        let item = if let Some(alarm) = data.get("createdAlarm") {
            of_history(alarm).configuration().history_item(
                ConfigurationChange::Created,
                &state(alarm),
                &account,
            )
        } else if let Some(alarm) = data.get("deletedAlarm") {
            of_history(alarm).configuration().history_item(
                ConfigurationChange::Deleted,
                &state(alarm),
                &account,
            )
        } else {
            let alarm = &data["updatedAlarm"];
            let mut before = alarm.clone();
            for (name, value) in data["originalUpdatedFields"].as_object().unwrap() {
                before[name] = value.clone();
            }
            let before = of_history(&before);
            let change = ConfigurationChange::Updated(&before.configuration());
            of_history(alarm).configuration().history_item(change, &state(alarm), &account)
        };
        let is_right = item.data.to_string() == whole && item.summary == text(line, "/summary");
        let answer = if is_right { Ok(()) } else { Err(format!("{} {}", item.summary, item.data)) };
        answers.push((text(line, "/id").to_owned(), answer));
    }
    all_right("configuration updates", 23, answers);
}

/// The request of an alarm that an event shows.
fn of_event(configuration: &Value) -> Configured {
    let mut request = json!({
        "AlarmName": configuration["alarmName"],
        "AlarmDescription": configuration["description"],
        "ActionsEnabled": configuration["actionsEnabled"],
        "OKActions": configuration["okActions"],
        "AlarmActions": configuration["alarmActions"],
        "InsufficientDataActions": configuration["insufficientDataActions"],
    });
    if configuration["alarmRule"].is_string() {
        request["AlarmRule"] = configuration["alarmRule"].clone();
    } else {
        let stat = &configuration["metrics"][0]["metricStat"];
        for name in
            ["evaluationPeriods", "datapointsToAlarm", "threshold", "comparisonOperator", "treatMissingData"]
        {
            request[capital(name)] = configuration[name].clone();
        }
        request["Namespace"] = stat["metric"]["namespace"].clone();
        request["MetricName"] = stat["metric"]["name"].clone();
        let dimensions = stat["metric"]["dimensions"].as_object().unwrap();
        request["Dimensions"] =
            dimensions.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
        (request["Period"], request["Statistic"]) = (stat["period"].clone(), stat["stat"].clone());
    }
    Configured::new(&request, text(configuration, "/timestamp"), Vec::new())
}

#[test]
fn every_event() {
    let mut answers = Vec::new();
    for line in lines(include_str!("notifications.jsonl")) {
        let document = &line["document"];
        if document["detail-type"] != "CloudWatch Alarm Configuration Change" {
            continue;
        }
        let detail = &document["detail"];
        let time: Timestamp = text(&detail["state"], "/timestamp").parse().unwrap();
        let value: State = text(&detail["state"], "/value").parse().unwrap();
        let state = StateRecord::new(value, text(&detail["state"], "/reason"), time);
        let id = |of: &str| text(detail, &format!("/{of}/metrics/0/id")).to_owned();
        let (query, previous) = (id("configuration"), id("previousConfiguration"));
        let mut ids = EventIds::new(text(document, "/id"), &query);
        let before = detail.get("previousConfiguration").map(of_event);
        let before = before.as_ref().map(Configured::configuration);
        let change = match (text(detail, "/operation"), &before) {
            ("update", Some(before)) => {
                ids = ids.previous_query(&previous);
                ConfigurationChange::Updated(before)
            }
            ("delete", _) => {
                ids = ids.deleted(text(document, "/time").parse().unwrap());
                ConfigurationChange::Deleted
            }
            _ => ConfigurationChange::Created,
        };
        let account = Account::default();
        let event = of_event(&detail["configuration"]).configuration().event(change, &state, &account, ids);
        let told = event.to_string();
        let is_right = match line["body"].as_str() {
            Some(body) => body == told,
            None => same(&serde_json::from_str(&told).unwrap(), document),
        };
        answers.push((text(&line, "/id").to_owned(), if is_right { Ok(()) } else { Err(told) }));
    }
    all_right("configuration events", 7, answers);
}
