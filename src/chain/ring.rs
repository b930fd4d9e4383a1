//! Rings an alarm on purpose: sets its state to ALARM, waits until its history says what became of the actions, and sets it back.

use crate::aws::{Account, CallError, Service, text};
use crate::limits::RING_POLLS;
use serde_json::{Value, json};
use std::time::Duration;

/// The reason that the message of the alarm shows.
pub const REASON: &str = "A test of the alarm chain by cwfilter: no event set this alarm off.";

/// The result of a test of the alarm chain.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ring {
    /// The state before, which the alarm was set back to.
    pub before: String,
    /// What the history says of each action.
    pub actions: Vec<String>,
    /// Whether an action was executed, and none failed.
    pub is_heard: bool,
}

/// The input of the call that rings an alarm.
#[must_use]
pub fn request(alarm: &str) -> Value {
    json!({ "AlarmName": alarm, "StateValue": "ALARM", "StateReason": REASON })
}

/// Rings an alarm; `pause` between two looks at its history.
///
/// # Errors
/// If the alarm does not exist, is in ALARM already, or a call fails. After the first write the alarm is set back in any case.
pub fn ring(account: &dyn Account, alarm: &str, pause: Duration) -> Result<Ring, CallError> {
    let types = ["MetricAlarm", "CompositeAlarm"];
    let input = json!({ "AlarmNames": [alarm], "AlarmTypes": types });
    let answer = account.call(Service::CloudWatch, "DescribeAlarms", input)?;
    let lists =
        ["MetricAlarms", "CompositeAlarms"].into_iter().filter_map(|name| answer.get(name)?.as_array());
    let found = lists.flatten().find(|it| text(it, "AlarmName") == alarm);
    let found =
        found.ok_or_else(|| CallError::new("DescribeAlarms", format!("there is no alarm `{alarm}`")))?;
    let before = text(found, "StateValue").to_owned();
    if before == "ALARM" {
        let message = format!("`{alarm}` is in ALARM: it would not ring again");
        return Err(CallError::new("DescribeAlarms", message));
    }
    if found.get("ActionsEnabled") == Some(&Value::Bool(false)) {
        return Err(CallError::new("DescribeAlarms", format!("the actions of `{alarm}` are disabled")));
    }
    let expected = found.get("AlarmActions").and_then(Value::as_array).map_or(0, Vec::len);
    let earlier = history(account, alarm)?;
    account.call(Service::CloudWatch, "SetAlarmState", request(alarm))?;
    let mut actions = Ok(Vec::new());
    for _ in 0..RING_POLLS {
        std::thread::sleep(pause);
        actions = history(account, alarm)
            .map(|all| all.into_iter().filter(|it| !earlier.contains(it)).collect::<Vec<_>>());
        if actions.as_ref().map_or(true, |actions| actions.len() >= expected.max(1)) {
            break;
        }
    }
    let back = json!({ "AlarmName": alarm, "StateValue": before, "StateReason": "The test of the alarm chain is over." });
    account.call(Service::CloudWatch, "SetAlarmState", back)?;
    let actions: Vec<String> = actions?.into_iter().map(|(_, summary)| summary).collect();
    let is_failed = |summary: &String| summary.to_ascii_lowercase().contains("fail");
    let is_heard = !actions.is_empty() && !actions.iter().any(is_failed);
    Ok(Ring { before, actions, is_heard })
}

/// Time and summary of the actions in an alarm's history.
fn history(account: &dyn Account, alarm: &str) -> Result<Vec<(String, String)>, CallError> {
    let input = json!({ "AlarmName": alarm, "HistoryItemType": "Action", "MaxRecords": 20 });
    let answer = account.call(Service::CloudWatch, "DescribeAlarmHistory", input)?;
    let items = answer.get("AlarmHistoryItems").and_then(Value::as_array).cloned().unwrap_or_default();
    let is_action = |it: &&Value| text(it, "HistoryItemType") == "Action";
    let entry = |it: &Value| {
        (it.get("Timestamp").cloned().unwrap_or_default().to_string(), text(it, "HistorySummary").to_owned())
    };
    Ok(items.iter().filter(is_action).map(entry).collect())
}
