//! The operation `evaluate`: one evaluation of an alarm.

use super::answer::{Answer, ReasonData, wrong};
use super::put::Put;
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
    puts: Vec<Put>,
    prior: Option<Prior>,
    at: String,
    slots_left_out: Option<u32>,
}

/// The state before, with the members of `DescribeAlarms` about it. Other members are ignored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Prior {
    state: String,
    reason: Option<String>,
    reason_data: Option<Value>,
}

impl Evaluate {
    pub(super) fn answer(self) -> Result<Answer, ServiceError> {
        let (alarm, _) = Alarm::from_request(&self.alarm).map_err(wrong)?;
        let at: Timestamp = self.at.parse().map_err(wrong)?;
        let before: State = match &self.prior {
            Some(prior) => prior.state.parse().map_err(wrong)?,
            None => State::InsufficientData,
        };
        let series = self.series(&alarm)?;
        let newest = match self.slots_left_out {
            Some(count) => alarm.newest_period_leaving_out(at, count),
            None => alarm.newest_period(at),
        };
        let periods = alarm.periods_of(&alarm.periods_before(newest), |metric| series.get(metric));
        let state = alarm.evaluate(before, &periods);
        let (reason, reason_data) = match self.prior {
            // CloudWatch keeps the reason while the state does not change
            Some(prior) if state == before => (prior.reason, prior.reason_data.map(ReasonData::Kept)),
            _ => (
                Some(alarm.state_reason(state, &periods)),
                Some(ReasonData::New(alarm.state_reason_data(state, at, &periods))),
            ),
        };
        Ok(Answer::Evaluated { state: state.name(), reason, reason_data })
    }

    /// The samples of each metric that the alarm watches.
    fn series(&self, alarm: &Alarm) -> Result<BTreeMap<Metric, Series>, ServiceError> {
        let mut all: BTreeMap<Metric, Series> = BTreeMap::new();
        for metric in alarm.metrics() {
            let series = all.entry(metric.clone()).or_default();
            for put in
                self.puts.iter().filter(|put| put.is_for(metric) && alarm.takes_unit(put.unit.as_deref()))
            {
                let time = put.timestamp.as_deref().ok_or_else(|| wrong("a put has no timestamp"))?;
                let time: Timestamp = time.parse().map_err(wrong)?;
                put.samples()?.into_iter().for_each(|sample| series.add(time, sample));
            }
        }
        Ok(all)
    }
}
