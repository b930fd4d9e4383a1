//! The operation `notify`: the message that a state change publishes.

use super::answer::{Answer, account, at, in_alarm, wrong};
use crate::alarm::{Alarm, AlarmRule, CompositeAlarm, Notification, Timestamp, Transition, TriggeringChild};
use crate::answers::ServiceError;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Notify {
    channel: String,
    alarm: Value,
    transition: TransitionEntry,
    account: Option<String>,
    region: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TransitionEntry {
    from: String,
    to: String,
    reason: String,
    time: String,
    configuration_updated: Option<String>,
    triggering_children: Option<Vec<ChildEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChildEntry {
    arn: String,
    state: String,
    since: String,
}

impl Notify {
    pub(super) fn answer(self) -> Result<Answer, ServiceError> {
        if self.channel != "sns" {
            return Err(wrong(format!("the channel {} is not modelled", self.channel)));
        }
        let account = account(self.account, self.region)?;
        let transition = self.transition.read()?;
        let children = self.transition.triggering_children;
        if self.alarm.get("AlarmRule").is_some() {
            let (alarm, actions) = CompositeAlarm::from_request(&self.alarm).map_err(in_alarm)?;
            check_name(&alarm.name)?;
            alarm.rule.parse::<AlarmRule>().map_err(|error| at("alarm.AlarmRule")(error.aws_message()))?;
            let children = triggering(children.unwrap_or_default())?;
            let it = Notification::of_composite(&alarm, &children, &actions, &transition, &account);
            return Ok(notified(it));
        }
        let (alarm, actions) = Alarm::from_request(&self.alarm).map_err(in_alarm)?;
        check_name(&alarm.name)?;
        if children.is_some() {
            return Err(wrong(
                "transition.triggeringChildren: a metric alarm has no children; only a composite alarm has them",
            ));
        }
        Ok(notified(Notification::new(&alarm, &actions, &transition, &account)))
    }
}

impl TransitionEntry {
    fn read(&self) -> Result<Transition, ServiceError> {
        let old = self.from.parse().map_err(at("transition.from"))?;
        let new = self.to.parse().map_err(at("transition.to"))?;
        let time: Timestamp = self.time.parse().map_err(at("transition.time"))?;
        let mut transition = Transition::new(old, new, self.reason.as_str(), time);
        if let Some(time) = &self.configuration_updated {
            transition.configuration_updated = time.parse().map_err(at("transition.configurationUpdated"))?;
        }
        Ok(transition)
    }
}

/// A message names its alarm.
fn check_name(name: &str) -> Result<(), ServiceError> {
    if name.is_empty() { Err(wrong("alarm: the member AlarmName is missing or empty")) } else { Ok(()) }
}

fn triggering(children: Vec<ChildEntry>) -> Result<Vec<TriggeringChild>, ServiceError> {
    let read = |(number, child): (usize, ChildEntry)| {
        let path = |member: &str| format!("transition.triggeringChildren[{number}].{member}");
        if !child.arn.starts_with("arn:") || child.arn.splitn(7, ':').count() < 7 {
            return Err(at(path("arn"))(format!("`{}` is not the ARN of an alarm", child.arn)));
        }
        let state = child.state.parse().map_err(at(path("state")))?;
        Ok(TriggeringChild::new(child.arn, state, child.since.parse().map_err(at(path("since")))?))
    };
    children.into_iter().enumerate().map(read).collect()
}

fn notified(it: Notification<'_>) -> Answer {
    Answer::Notified {
        message: it.message().to_string(),
        subject: it.subject(),
        sms: it.sms(),
        email: it.email(),
    }
}
