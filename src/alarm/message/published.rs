//! The items of `DescribeAlarmHistory` for a transition and its action: exact texts (`tests/signals/alarm_history.jsonl`).

use super::{Notification, StateRecord, Transition};
use crate::alarm::document::Document;
use crate::alarm::timestamp::Timestamp;

/// `HistorySummary` and `HistoryData` of an item.
///
/// ```
/// use cwfilter::alarm::{HistoryItem, State, StateRecord, Timestamp};
/// let record = |state| StateRecord::new(state, "because", Timestamp::from_seconds(0));
/// let item = HistoryItem::state_update(&record(State::Ok), &record(State::Alarm));
/// assert_eq!(item.summary, "Alarm updated from OK to ALARM");
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HistoryItem {
    /// `HistorySummary`
    pub summary: String,
    /// `HistoryData`; `to_string` is its text.
    pub data: Document,
}

/// The result of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ActionResult<'a> {
    /// The topic accepted the message, or the function ran.
    Succeeded,
    /// The call was refused, with this error.
    Failed(&'a str),
    /// A suppressor held it back.
    Suppressed,
}

impl HistoryItem {
    /// The `StateUpdate` item of a change between two states.
    #[must_use]
    pub fn state_update(old: &StateRecord, new: &StateRecord) -> Self {
        HistoryItem {
            summary: format!("Alarm updated from {} to {}", old.state, new.state),
            data: Document::Object(vec![
                ("version", "1.0".into()),
                ("oldState", state(old)),
                ("newState", state(new)),
            ]),
        }
    }
}

fn state(it: &StateRecord) -> Document {
    let mut members =
        vec![("stateValue", it.state.name().into()), ("stateReason", it.reason.as_str().into())];
    members.extend(it.reason_data.iter().map(|data| ("stateReasonData", Document::Raw(data.clone()))));
    Document::Object(members)
}

impl Notification<'_> {
    /// What is published to SNS: a message for each protocol, as JSON.
    #[must_use]
    pub fn published(&self) -> Document {
        Document::Object(vec![
            ("default", self.message().to_string().into()),
            ("sms", self.sms().into()),
            ("email", self.email().into()),
        ])
    }

    /// The `Action` item of calling `resource`. Only an SNS topic gets a text that the item shows. The summary of a suppressed action
    /// was not recorded.
    #[must_use]
    pub fn action_item(&self, resource: &str, result: ActionResult<'_>) -> HistoryItem {
        let (how, state) = match result {
            ActionResult::Succeeded => ("Successfully executed", "Succeeded"),
            ActionResult::Failed(_) => ("Failed to execute", "Failed"),
            ActionResult::Suppressed => ("Suppressed", "Suppressed"),
        };
        let is_topic = resource.split(':').nth(2) == Some("sns");
        let (message, error) = match result {
            ActionResult::Succeeded if is_topic => (self.published().to_string().into(), Document::Null),
            ActionResult::Succeeded | ActionResult::Suppressed => (Document::Null, Document::Null),
            ActionResult::Failed(error) => (Document::Null, error.into()),
        };
        let Transition { time, .. } = self.transition;
        HistoryItem {
            summary: format!("{how} action {resource}"),
            data: Document::Object(vec![
                ("actionState", state.into()),
                ("stateUpdateTimestamp", Document::Integer(Timestamp::millis(*time))),
                ("notificationResource", resource.into()),
                ("publishedMessage", message),
                ("error", error),
                ("muteWindowEndTimestamp", Document::Null),
            ]),
        }
    }
}
