//! Rings an alarm on purpose: sets its state to ALARM, waits until its history says what became of the actions, and sets it back.
//!
//! Only an alarm with the stack's tag is rung. [`look`] reads it, with the actions that it has in the account; [`ring`] rings it.

use super::ring_report::{Composites, History, RingRequest, SetBack, VERSION};
pub use super::ring_report::{REASON, Rehearsal, RingReport};
use crate::alarm::AlarmRule;
use crate::aws::{Account, CallError, Service, text, whole_list};
use crate::escaped::shell_word;
use crate::limits::RING_POLLS;
use crate::resource::{Kind, Resource, STACK_TAG, tags};
use crate::stack::{Stack, Target};
use serde_json::{Value, json};
use std::time::Duration;

/// The reason when the alarm is set back.
const REASON_BACK: &str = "The test of the alarm chain is over.";

/// Between two looks at the history of an alarm that was rung. Ours.
pub const PAUSE: Duration = Duration::from_secs(2);

/// An alarm before it is rung, as the account has it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Bell {
    /// Its name.
    pub name: String,
    /// Its state, which it is set back to.
    pub state: String,
    /// The ARNs of its actions for ALARM.
    pub actions: Vec<String>,
    /// The ARNs of its actions for the state that it is set back to.
    pub actions_back: Vec<String>,
    /// Composite alarms whose rules name it, with the ARNs of their actions for ALARM; an error if they cannot be listed.
    pub composites: Result<Vec<(String, Vec<String>)>, CallError>,
}

/// Why an alarm is not rung.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotRung {
    /// A call failed; nothing was written.
    Failed(CallError),
    /// It is not the stack's, or it is in ALARM already: the message, and what to do.
    Refused(String, String),
    /// It would not reach a person: the message, and what to do.
    Dead(String, String),
}

impl From<CallError> for NotRung {
    fn from(error: CallError) -> Self {
        NotRung::Failed(error)
    }
}

/// The result of a test of the alarm chain.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ring {
    /// What the history says of each action, or why it could not be read.
    pub actions: Result<Vec<String>, CallError>,
    /// Whether the alarm is in its old state again.
    pub set_back: Result<(), CallError>,
    /// Whether the wait was ended before its time.
    pub is_stopped: bool,
}

impl Ring {
    /// Whether an action was executed, and none failed.
    #[must_use]
    pub fn is_heard(&self) -> bool {
        let is_failed = |summary: &String| summary.to_ascii_lowercase().contains("fail");
        self.actions.as_ref().is_ok_and(|all| !all.is_empty() && !all.iter().any(is_failed))
    }

    /// The result as JSON, which `docs/schemas/output/ring.json` describes.
    #[must_use]
    pub fn report<'a>(&'a self, bell: &'a Bell, target: &'a Target) -> RingReport<'a> {
        let history = match &self.actions {
            Ok(results) => History::Read { results },
            Err(error) => History::Failed { error: error.to_string() },
        };
        let set_back = match &self.set_back {
            Ok(()) => SetBack::Done(true),
            Err(error) => SetBack::Failed(error.to_string()),
        };
        let composites = match &bell.composites {
            Ok(all) => Composites::Listed(all),
            Err(error) => Composites::Failed(error.to_string()),
        };
        RingReport {
            version: VERSION,
            account: &target.account,
            region: &target.region,
            alarm: &bell.name,
            state: &bell.state,
            actions: &bell.actions,
            actions_back: &bell.actions_back,
            composites,
            history,
            set_back,
            is_heard: self.is_heard(),
            is_interrupted: self.is_stopped,
        }
    }
}

/// The input of the call that rings an alarm.
#[must_use]
pub fn request(alarm: &str) -> Value {
    serde_json::to_value(RingRequest::new(alarm)).unwrap_or_default()
}

/// The longest time that [`ring`] waits, without its calls.
#[must_use]
pub fn longest(pause: Duration) -> Duration {
    pause.saturating_mul(RING_POLLS)
}

/// Reads an alarm of a stack, and what sets it off would do. Nothing is written.
///
/// # Errors
/// If a call fails, if the alarm does not exist or is not the stack's, and if it would not ring.
pub fn look(account: &dyn Account, stack: &Stack, target: &Target, alarm: &str) -> Result<Bell, NotRung> {
    let input = json!({ "AlarmNames": [alarm], "AlarmTypes": ["MetricAlarm", "CompositeAlarm"] });
    let answer = account.call(Service::CloudWatch, "DescribeAlarms", input)?;
    let of = |list: &str| answer.get(list)?.as_array()?.iter().find(|it| text(it, "AlarmName") == alarm);
    let found = of("MetricAlarms").map(|it| (Kind::Alarm, it));
    let found = found.or_else(|| of("CompositeAlarms").map(|it| (Kind::CompositeAlarm, it)));
    let dead = |what: String, help: &str| NotRung::Dead(what, help.to_owned());
    let Some((kind, answer)) = found else {
        return Err(dead(format!("there is no alarm `{alarm}`"), "`cwfilter apply` creates it"));
    };
    let it = Resource::of_answer(kind, alarm, answer);
    let input = json!({ "ResourceARN": it.arn(target) });
    let found = tags(account.call(Service::CloudWatch, "ListTagsForResource", input)?.get("Tags"));
    if !found.get(STACK_TAG).is_some_and(|name| stack.all_names().contains(name)) {
        let owner = match found.get(STACK_TAG) {
            Some(other) => format!("it is that of the stack `{other}`"),
            None => format!("it has no tag `{STACK_TAG}`"),
        };
        let help = format!(
            "`cwfilter apply --adopt {}` takes it over, and `[names.RULE]` in the stack's file gives the rule's alarm another name",
            shell_word(alarm)
        );
        return Err(NotRung::Refused(format!("the alarm `{alarm}` is not the stack's: {owner}"), help));
    }
    let state = text(answer, "StateValue").to_owned();
    if state == "ALARM" {
        let help = "ring it when it is in another state";
        let what = format!("`{alarm}` is in ALARM: it would not ring again");
        return Err(NotRung::Refused(what, help.to_owned()));
    }
    if it.get("ActionsEnabled") == Value::Bool(false) {
        let help = "`cwfilter plan` says whether the stack or somebody else disables them";
        return Err(dead(format!("the actions of `{alarm}` are disabled"), help));
    }
    let list = |name: &str| texts(&it.get(name));
    let back = if state == "OK" { "OKActions" } else { "InsufficientDataActions" };
    let composites = composites(account, alarm, target);
    let (actions, actions_back) = (list("AlarmActions"), list(back));
    Ok(Bell { name: alarm.to_owned(), state, actions, actions_back, composites })
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|it| Some(it.as_str()?.to_owned())).collect()
}

/// The composite alarms whose rules name an alarm. A rule that cannot be read counts as one of them.
fn composites(
    account: &dyn Account,
    alarm: &str,
    target: &Target,
) -> Result<Vec<(String, Vec<String>)>, CallError> {
    let input = json!({ "AlarmTypes": ["CompositeAlarm"] });
    let answer = whole_list(account, Service::CloudWatch, "DescribeAlarms", &input)?;
    let all = answer.get("CompositeAlarms").and_then(Value::as_array).cloned().unwrap_or_default();
    let arn = target.arn("cloudwatch", &format!("alarm:{alarm}"));
    let is_over = |it: &&Value| AlarmRule::may_name(text(it, "AlarmRule"), alarm, &arn);
    let entry = |it: &Value| {
        (text(it, "AlarmName").to_owned(), texts(it.get("AlarmActions").unwrap_or(&Value::Null)))
    };
    Ok(all.iter().filter(is_over).map(entry).collect())
}

/// Rings an alarm, looks at its history after each `pause`, and sets it back; `is_stopped` ends the wait.
///
/// # Errors
/// If the alarm could not be rung. After the first write it is set back in any case; also if that write was not answered, for it may
/// have been done.
pub fn ring(
    account: &dyn Account,
    bell: &Bell,
    pause: Duration,
    is_stopped: &dyn Fn() -> bool,
) -> Result<Ring, CallError> {
    let alarm = &bell.name;
    let earlier = history(account, alarm)?;
    let rung = account.call(Service::CloudWatch, "SetAlarmState", request(alarm));
    let mut actions = match rung {
        Err(error) if is_refused(&error) => return Err(error),
        Err(error) => Err(error),
        Ok(_) => Ok(Vec::new()),
    };
    for _ in 0..RING_POLLS {
        if actions.is_err() || wait(pause, is_stopped) {
            break;
        }
        let now = history(account, alarm);
        actions = now.map(|all| all.into_iter().filter(|it| !earlier.contains(it)).collect::<Vec<_>>());
        if actions.as_ref().is_ok_and(|actions| actions.len() >= bell.actions.len().max(1)) {
            break;
        }
    }
    let back = json!({ "AlarmName": alarm, "StateValue": bell.state, "StateReason": REASON_BACK });
    let set_back = account.call(Service::CloudWatch, "SetAlarmState", back).map(drop);
    let actions = actions.map(|all| all.into_iter().map(|(_, summary)| summary).collect());
    Ok(Ring { actions, set_back, is_stopped: is_stopped() })
}

/// Whether a service says that it has not done something.
fn is_refused(error: &CallError) -> bool {
    let is_unclear = |code: &str| code.starts_with("Internal") || code.starts_with("ServiceUnavailable");
    error.code.as_deref().is_some_and(|code| !is_unclear(code))
}

/// Waits, unless it is stopped. Whether it was.
fn wait(pause: Duration, is_stopped: &dyn Fn() -> bool) -> bool {
    /// How long a signal waits until it is seen; ours.
    const TICK: Duration = Duration::from_millis(100);
    let mut left = pause;
    while !left.is_zero() && !is_stopped() {
        let next = left.min(TICK);
        std::thread::sleep(next);
        left -= next;
    }
    is_stopped()
}

/// The command of AWS's program that sets an alarm back.
#[must_use]
pub fn command_back(bell: &Bell, region: &str) -> String {
    let (name, state) = (shell_word(&bell.name), &bell.state);
    let command = "aws cloudwatch set-alarm-state";
    format!(
        "{command} --region {region} --alarm-name={name} --state-value {state} --state-reason '{REASON_BACK}'"
    )
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
