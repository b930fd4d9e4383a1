//! The operation `admit`: whether AWS accepts a request.

use super::answer::{Answer, wrong};
use crate::alarm::{AlarmKind, admit_metric_alarm};
use crate::answers::ServiceError;
use crate::answers::metric_filter::MetricFilterRequest;
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
    #[serde(rename = "account")]
    _account: Option<String>,
    #[serde(rename = "region")]
    _region: Option<String>,
}

impl Admit {
    pub(super) fn answer(self) -> Result<Answer, ServiceError> {
        match self.operation.as_str() {
            "PutMetricAlarm" => {
                let name = self.request.get("AlarmName").and_then(Value::as_str).unwrap_or_default();
                let existing = self.existing.get(name).map(|kind| match kind.as_str() {
                    "CompositeAlarm" => AlarmKind::Composite,
                    _ => AlarmKind::Metric,
                });
                admit_metric_alarm(&self.request, existing)?;
            }
            "PutMetricFilter" => {
                let request: MetricFilterRequest = serde_json::from_value(self.request)
                    .map_err(|error| ServiceError::new("SerializationException", error.to_string()))?;
                request.admitted()?;
            }
            other => return Err(wrong(format!("the operation {other} is not modelled"))),
        }
        Ok(Answer::Accepted {})
    }
}
