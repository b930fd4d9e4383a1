//! The operation `notify`: the message that a state change publishes.

use super::answer::{Answer, account, wrong};
use crate::alarm::{Alarm, CompositeAlarm, Notification, Timestamp, Transition, TriggeringChild};
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
        let account = account(self.account, self.region);
        let it = &self.transition;
        let (old, new) = (it.from.parse().map_err(wrong)?, it.to.parse().map_err(wrong)?);
        let mut transition =
            Transition::new(old, new, it.reason.as_str(), it.time.parse::<Timestamp>().map_err(wrong)?);
        if let Some(time) = &it.configuration_updated {
            transition.configuration_updated = time.parse().map_err(wrong)?;
        }
        if self.alarm.get("AlarmRule").is_some() {
            let (alarm, actions) = CompositeAlarm::from_request(&self.alarm).map_err(wrong)?;
            let children: Vec<TriggeringChild> = it
                .triggering_children
                .iter()
                .flatten()
                .map(|child| {
                    let state = child.state.parse().map_err(wrong)?;
                    Ok(TriggeringChild::new(child.arn.as_str(), state, child.since.parse().map_err(wrong)?))
                })
                .collect::<Result<_, ServiceError>>()?;
            return Ok(notified(Notification::of_composite(
                &alarm,
                &children,
                &actions,
                &transition,
                &account,
            )));
        }
        let (alarm, actions) = Alarm::from_request(&self.alarm).map_err(wrong)?;
        Ok(notified(Notification::new(&alarm, &actions, &transition, &account)))
    }
}

fn notified(it: Notification<'_>) -> Answer {
    Answer::Notified {
        message: it.message().to_string(),
        subject: it.subject(),
        sms: it.sms(),
        email: it.email(),
    }
}
