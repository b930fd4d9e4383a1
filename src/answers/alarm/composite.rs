//! The operation `composite`: the state of a composite alarm.

use super::answer::{Answer, account, at, wrong};
use crate::alarm::{AlarmRule, AlarmRuleError, State, Timestamp, TriggeringChild, composite_reason_data};
use crate::answers::ServiceError;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Composite {
    rule: String,
    existing: Option<Vec<String>>,
    children: Option<BTreeMap<String, Child>>,
    name: Option<String>,
    account: Option<String>,
    region: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Child {
    state: String,
    since: Option<String>,
}

impl Composite {
    pub(super) fn answer(self) -> Result<Answer, ServiceError> {
        let rule: AlarmRule =
            self.rule.parse().map_err(|error: AlarmRuleError| wrong(error.aws_message()))?;
        let account = account(self.account, self.region)?;
        if let Some(existing) = &self.existing {
            let exists = |name: &str| existing.iter().any(|alarm| alarm == name);
            rule.check_alarms(self.name.as_deref(), &account, exists)?;
        }
        let Some(children) = self.children else { return Ok(Answer::Accepted {}) };
        let mut states: BTreeMap<String, (State, Option<Timestamp>)> = BTreeMap::new();
        for (name, child) in children {
            let state: State = child.state.parse().map_err(at(format!("children.{name}.state")))?;
            let since = child.since.as_deref().map(str::parse).transpose();
            let since = since.map_err(at(format!("children.{name}.since")))?;
            let arn = states.insert(account.alarm_arn(&name), (state, since));
            if arn.or(states.insert(name.clone(), (state, since))).is_some() {
                return Err(wrong(format!("children.{name}: the alarm is given twice, by name and by ARN")));
            }
        }
        if let Some(unknown) = rule.alarms().into_iter().find(|alarm| !states.contains_key(*alarm)) {
            return Err(wrong(format!("the state of {unknown} is not given")));
        }
        let of = |alarm: &str| states.get(alarm).map_or(State::InsufficientData, |(state, _)| *state);
        // the reason data needs the time of each alarm that led to the state
        let triggering: Option<Vec<TriggeringChild>> = rule
            .triggering(of)
            .into_iter()
            .map(|alarm| {
                let (state, since) = states.get(alarm)?;
                let arn = if alarm.starts_with("arn:") { alarm.to_owned() } else { account.alarm_arn(alarm) };
                Some(TriggeringChild::new(arn, *state, (*since)?))
            })
            .collect();
        let reason_data = triggering.map(|children| composite_reason_data(&children));
        Ok(Answer::State { state: rule.evaluate(of), reason_data })
    }
}
