//! The operation `emit`: the datapoints that a metric filter publishes for log events.

use super::ServiceError;
use super::json::Strict;
use super::metric_filter::{LogEvent, MetricFilterRequest};
use super::place::{check_account, check_region};
use super::read::read_members;
use crate::metric::{Datapoint, MetricFilter, MissingDimension, SystemFields, minute_of};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::Value;
use std::collections::BTreeMap;

/// A request: the members of `PutMetricFilter`, and `logEvents`, `account` and `region`.
///
/// ```
/// use cwfilter::answers::EmitRequest;
/// use cwfilter::metric::MissingDimension;
/// let request: EmitRequest = serde_json::from_str(r#"{
///     "filterPattern": "{ $.latency = * }",
///     "metricTransformations": [{"metricNamespace": "Web", "metricName": "Latency", "metricValue": "$.latency"}],
///     "logEvents": [{"timestamp": 90500, "message": "{\"latency\":11.5}"}]
/// }"#)?;
/// let answer = serde_json::to_value(request.answer(Some(MissingDimension::Drop))?)?;
/// assert_eq!(answer["datapoints"][0]["value"], 11.5);
/// assert_eq!(answer["datapoints"][0]["timestamp"], 60000);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct EmitRequest(MetricFilterRequest);

impl<'de> Deserialize<'de> for EmitRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Strict(value) = Strict::deserialize(deserializer)?;
        Self::from_json(value).map_err(|error| D::Error::custom(error.message))
    }
}

/// The datapoints, in the order of the events. Serialized, it is an object with the member `datapoints`.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EmitAnswer {
    /// The datapoints, in the order of the events.
    datapoints: Vec<Point>,
}

/// A datapoint.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Point {
    /// The minute of the event, in milliseconds since 1970.
    timestamp: i64,
    /// The value.
    value: f64,
    /// The unit.
    unit: String,
    /// The dimensions by name.
    dimensions: BTreeMap<String, String>,
}

impl EmitRequest {
    /// Reads a request.
    ///
    /// # Errors
    /// `SerializationException` for a member that is missing, not known, or of another type, with its path.
    pub fn from_json(request: Value) -> Result<Self, ServiceError> {
        read_members(request).map(EmitRequest)
    }

    /// Takes the member `id`, which the caller copies into the answer. `Null` if the request has none.
    pub fn take_id(&mut self) -> Value {
        self.0.id.take()
    }

    /// The datapoints of the log events. `assumed` says what AWS does with a matching event that lacks the field of a dimension,
    /// which has not been observed. If it is `None`, such an event is an error.
    ///
    /// # Errors
    /// The error of `PutMetricFilter`, in AWS's words; `MissingParameter` if the field selection criteria need an account or a
    /// region that the request does not give; `MissingDimension` if `assumed` is `None`.
    pub fn answer(self, assumed: Option<MissingDimension>) -> Result<EmitAnswer, ServiceError> {
        let mut request = self.0;
        let events = std::mem::take(&mut request.log_events);
        let system = request.system_fields();
        check_account(system.account.as_deref())?;
        check_region(system.region.as_deref())?;
        check_times(&events)?;
        let filter = request.filter(&system)?.missing_dimension(assumed.unwrap_or_default());
        let mut datapoints = Vec::new();
        for event in events {
            match filter.datapoint_in(&event.message, &system) {
                Some(datapoint) => datapoints.push(point(event.timestamp, datapoint)),
                None if assumed.is_none() && lacks_dimension(&filter, &event.message, &system) => {
                    let message = format!("the event lacks the field of a dimension: {}", event.message);
                    return Err(ServiceError::new("MissingDimension", message));
                }
                None => {}
            }
        }
        Ok(EmitAnswer { datapoints })
    }
}

/// A timestamp is not negative (API reference of `InputLogEvent`).
fn check_times(events: &[LogEvent]) -> Result<(), ServiceError> {
    match events.iter().enumerate().find(|(_, event)| event.timestamp < 0) {
        None => Ok(()),
        Some((at, event)) => Err(ServiceError::invalid(format!(
            "1 validation error detected: Value '{}' at 'logEvents.{}.member.timestamp' failed to satisfy constraint: \
             Member must have value greater than or equal to 0",
            event.timestamp,
            at + 1
        ))),
    }
}

/// Whether the event would publish a datapoint if it had the fields of all dimensions.
fn lacks_dimension(filter: &MetricFilter, message: &str, system: &SystemFields) -> bool {
    filter.clone().missing_dimension(MissingDimension::Omit).datapoint_in(message, system).is_some()
}

fn point(timestamp: i64, datapoint: Datapoint) -> Point {
    let Datapoint { value, unit, dimensions, .. } = datapoint;
    Point { timestamp: minute_of(timestamp), value, unit, dimensions }
}
