//! The operation `admit`: whether AWS accepts a request.

use super::answer::{Answer, account, wrong};
use crate::alarm::{AlarmKind, admit_metric_alarm};
use crate::answers::ServiceError;
use crate::answers::metric_filter::put_metric_filter;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Admit {
    operation: String,
    request: Value,
    #[serde(default)]
    existing: BTreeMap<String, String>,
    // a refusal names neither, but they are checked
    account: Option<String>,
    region: Option<String>,
}

impl Admit {
    pub(super) fn answer(self) -> Result<Answer, ServiceError> {
        account(self.account, self.region)?;
        let existing = kinds(&self.existing)?;
        match self.operation.as_str() {
            "PutMetricAlarm" => {
                let name = self.request.get("AlarmName").and_then(Value::as_str).unwrap_or_default();
                admit_metric_alarm(&self.request, existing.get(name).copied())?;
            }
            "PutMetricFilter" => {
                put_metric_filter(self.request)
                    .map_err(|error| ServiceError::new(error.code, format!("request: {}", error.message)))?
                    .admitted()?;
            }
            other => return Err(wrong(format!("operation: the operation {other} is not modelled"))),
        }
        Ok(Answer::Accepted {})
    }
}

/// The kinds of the alarms that exist, by name.
fn kinds(existing: &BTreeMap<String, String>) -> Result<BTreeMap<&str, AlarmKind>, ServiceError> {
    let kind = |(name, kind): (&'_ String, &String)| match kind.as_str() {
        "MetricAlarm" => Ok(AlarmKind::Metric),
        "CompositeAlarm" => Ok(AlarmKind::Composite),
        other => Err(wrong(format!(
            "existing.{name}: no kind `{other}`; the kinds are MetricAlarm and CompositeAlarm"
        ))),
    };
    existing.iter().map(|entry| Ok((entry.0.as_str(), kind(entry)?))).collect()
}
