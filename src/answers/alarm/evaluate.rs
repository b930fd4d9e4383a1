//! The operation `evaluate`: one evaluation of an alarm.

use super::answer::{Answer, ReasonData, at, in_alarm, wrong};
use super::put::{Put, PutEntry, checked};
use crate::alarm::{Alarm, Metric, Series, State, Timestamp};
use crate::answers::ServiceError;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Evaluate {
    alarm: Value,
    #[serde(default)]
    puts: Vec<PutEntry>,
    prior: Option<Prior>,
    at: String,
    slots_left_out: Option<u32>,
}

/// The state before, with the members of `DescribeAlarms` about it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Prior {
    state: String,
    reason: Option<String>,
    reason_data: Option<Value>,
    // what the recordings say of the call of `SetAlarmState` that made the state; it changes no evaluation
    #[serde(rename = "set_by_SetAlarmState_s")]
    _set_by: Option<f64>,
    #[serde(rename = "state_reason_data")]
    _set_reason_data: Option<Value>,
}

impl Evaluate {
    pub(super) fn answer(self) -> Result<Answer, ServiceError> {
        let (alarm, _) = Alarm::from_request(&self.alarm).map_err(in_alarm)?;
        let time: Timestamp = self.at.parse().map_err(at("at"))?;
        let before: State = match &self.prior {
            Some(prior) => prior.state.parse().map_err(at("prior.state"))?,
            None => State::InsufficientData,
        };
        let series = series(&alarm, &checked(self.puts)?)?;
        let newest = match self.slots_left_out {
            Some(count) => alarm.newest_period_leaving_out(time, count),
            None => alarm.newest_period(time),
        };
        let periods = alarm.periods_of(&alarm.periods_before(newest), |metric| series.get(metric));
        let state = alarm.evaluate(before, &periods);
        let (reason, reason_data) = match self.prior {
            // CloudWatch keeps the reason while the state does not change
            Some(prior) if state == before => (prior.reason, prior.reason_data.map(ReasonData::Kept)),
            _ => (
                Some(alarm.state_reason(state, &periods)),
                Some(ReasonData::New(alarm.state_reason_data(state, time, &periods))),
            ),
        };
        Ok(Answer::Evaluated { state, reason, reason_data })
    }
}

/// The samples of each metric that the alarm watches.
fn series(alarm: &Alarm, puts: &[Put]) -> Result<BTreeMap<Metric, Series>, ServiceError> {
    let mut all: BTreeMap<Metric, Series> =
        alarm.metrics().into_iter().map(|metric| (metric.clone(), Series::default())).collect();
    for (number, put) in puts.iter().enumerate() {
        let time = put.timestamp.ok_or_else(|| wrong(format!("puts[{number}] has no timestamp")))?;
        if !alarm.takes_unit(put.unit.as_deref()) {
            continue;
        }
        for (_, series) in all.iter_mut().filter(|(metric, _)| put.is_for(metric)) {
            put.samples.iter().for_each(|sample| series.add(time, *sample));
        }
    }
    Ok(all)
}
