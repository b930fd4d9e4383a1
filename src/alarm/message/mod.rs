//! What CloudWatch publishes when the state of an alarm changes, and what subscribers get of it. The texts are recorded
//! (`tests/signals/notifications.jsonl`).

mod configuration;
mod email;
mod eventbridge;
mod published;
mod sns;
mod subject;

pub use configuration::{Configuration, ConfigurationChange};
pub use email::alarm_page;
pub use eventbridge::EventIds;
pub use published::{ActionResult, HistoryItem};
pub use sns::{CompositeAlarmMessage, MetricAlarmMessage, MetricTrigger};

use super::account::Account;
use super::actions::Actions;
use super::composite::{CompositeAlarm, SuppressedBy};
use super::document::Document;
use super::history::Change;
use super::settings::Alarm;
use super::state::State;
use super::timestamp::Timestamp;

/// A change of state, as a message tells it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Transition {
    /// The state before.
    pub old: State,
    /// The state from now on.
    pub new: State,
    /// `StateReason`
    pub reason: String,
    /// When the state changed.
    pub time: Timestamp,
    /// When the alarm was last configured: `AlarmConfigurationUpdatedTimestamp`.
    pub configuration_updated: Timestamp,
}

impl Transition {
    /// A transition of an alarm that was configured at that moment, too.
    #[must_use]
    pub fn new(old: State, new: State, reason: impl Into<String>, time: Timestamp) -> Self {
        Transition { old, new, reason: reason.into(), time, configuration_updated: time }
    }
}

impl From<&Change> for Transition {
    fn from(change: &Change) -> Self {
        Transition::new(change.old, change.new, change.reason.as_str(), change.time)
    }
}

/// A state as history items and events show it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StateRecord {
    /// The state.
    pub state: State,
    /// `StateReason`
    pub reason: String,
    /// `StateReasonData`: JSON, as it was put or computed.
    pub reason_data: Option<String>,
    /// `StateUpdatedTimestamp`
    pub time: Timestamp,
    /// `ActionsSuppressedBy` and `ActionsSuppressedReason`
    pub suppressed: Option<(SuppressedBy, String)>,
}

impl StateRecord {
    /// A state without reason data and suppression.
    #[must_use]
    pub fn new(state: State, reason: impl Into<String>, time: Timestamp) -> Self {
        StateRecord { state, reason: reason.into(), reason_data: None, time, suppressed: None }
    }
}

/// An alarm that set a composite alarm off.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TriggeringChild {
    /// Its ARN.
    pub arn: String,
    /// Its state.
    pub state: State,
    /// Since when.
    pub since: Timestamp,
}

impl TriggeringChild {
    /// An alarm in this state since then.
    #[must_use]
    pub fn new(arn: impl Into<String>, state: State, since: Timestamp) -> Self {
        TriggeringChild { arn: arn.into(), state, since }
    }
}

/// `StateReasonData` of a composite alarm: the alarms that led to its state.
#[must_use]
pub fn composite_reason_data(children: &[TriggeringChild]) -> Document {
    let child = |it: &TriggeringChild| {
        let state = vec![("value", it.state.name().into()), ("timestamp", it.since.to_string().into())];
        Document::Object(vec![("arn", it.arn.as_str().into()), ("state", Document::Object(state))])
    };
    Document::Object(vec![("triggeringAlarms", Document::List(children.iter().map(child).collect()))])
}

/// A message about a transition of a metric alarm or a composite alarm.
///
/// ```
/// use cwfilter::alarm::{Account, Actions, Alarm, Notification, State, Statistic, Transition};
/// let account = Account::default();
/// let alarm = Alarm::new("root-usage", Statistic::Sum, 300, 1.0);
/// let actions = Actions::to(&account.topic_arn("security"), &[State::Alarm]);
/// let transition = Transition::new(State::Ok, State::Alarm, "because", "2026-09-14T11:18:44Z".parse()?);
/// let told = Notification::new(&alarm, &actions, &transition, &account);
/// assert_eq!(told.subject(), "ALARM: \"root-usage\" in US East (N. Virginia)");
/// assert!(told.message().to_string().starts_with(r#"{"AlarmName":"root-usage","AlarmDescription":null,"#));
/// # Ok::<(), cwfilter::alarm::TimestampError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Notification<'a> {
    subject: Subject<'a>,
    actions: &'a Actions,
    transition: &'a Transition,
    account: &'a Account,
}

#[derive(Debug, Clone, Copy)]
enum Subject<'a> {
    Metric(&'a Alarm),
    Composite(&'a CompositeAlarm, &'a [TriggeringChild]),
}

impl<'a> Subject<'a> {
    fn name(&self) -> &'a str {
        match self {
            Subject::Metric(alarm) => &alarm.name,
            Subject::Composite(alarm, _) => &alarm.name,
        }
    }

    fn description(&self) -> Option<&'a str> {
        match self {
            Subject::Metric(alarm) => alarm.description.as_deref(),
            Subject::Composite(alarm, _) => alarm.description.as_deref(),
        }
    }
}

impl<'a> Notification<'a> {
    /// Of a metric alarm.
    #[must_use]
    pub fn new(
        alarm: &'a Alarm,
        actions: &'a Actions,
        transition: &'a Transition,
        account: &'a Account,
    ) -> Self {
        Notification { subject: Subject::Metric(alarm), actions, transition, account }
    }

    /// Of a composite alarm, which these alarms set off.
    #[must_use]
    pub fn of_composite(
        alarm: &'a CompositeAlarm,
        children: &'a [TriggeringChild],
        actions: &'a Actions,
        transition: &'a Transition,
        account: &'a Account,
    ) -> Self {
        Notification { subject: Subject::Composite(alarm, children), actions, transition, account }
    }

    fn name(&self) -> &'a str {
        self.subject.name()
    }

    fn description(&self) -> Option<&'a str> {
        self.subject.description()
    }

    fn arn(&self) -> String {
        self.account.alarm_arn(self.name())
    }
}
