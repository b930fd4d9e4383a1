//! What a metric filter publishes for log events.

use super::ServiceError;
use super::metric_filter::MetricFilterRequest;
use crate::metric::{Datapoint, MetricFilter, MissingDimension, SystemFields, minute_of};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A request: the members of `PutMetricFilter`, and `logEvents`, `account` and `region`.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct EmitRequest(MetricFilterRequest);

/// What becomes of a matching event without the field of a dimension. AWS was not measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum LackingDimension {
    /// Nothing is published.
    #[default]
    Drop,
    /// It is published without the dimension.
    Omit,
    /// The answer is an error.
    Error,
}

/// The datapoints, in the order of the events.
#[derive(Serialize)]
pub struct EmitAnswer {
    datapoints: Vec<Point>,
}

#[derive(Serialize)]
struct Point {
    timestamp: i64,
    value: f64,
    unit: String,
    dimensions: BTreeMap<String, String>,
}

impl EmitRequest {
    /// The member `id`, by which the caller knows the answer.
    pub fn take_id(&mut self) -> Value {
        self.0.id.take()
    }

    /// The answer.
    ///
    /// # Errors
    /// What `PutMetricFilter` refuses, in AWS's words; criteria that ask for an account or region that is not given.
    pub fn answer(self, lacking: LackingDimension) -> Result<EmitAnswer, ServiceError> {
        let mut request = self.0;
        let events = std::mem::take(&mut request.log_events);
        let system = request.system_fields();
        let mut filter = request.filter(&system)?;
        if lacking == LackingDimension::Omit {
            filter = filter.missing_dimension(MissingDimension::Omit);
        }
        let mut datapoints = Vec::new();
        for event in events {
            match filter.datapoint_in(&event.message, &system) {
                Some(datapoint) => datapoints.push(point(event.timestamp, datapoint)),
                None if lacking == LackingDimension::Error
                    && lacks_dimension(&filter, &event.message, &system) =>
                {
                    let message = format!("a dimension's field is missing from {}", event.message);
                    return Err(ServiceError::new("MissingDimension", message));
                }
                None => {}
            }
        }
        Ok(EmitAnswer { datapoints })
    }
}

/// Whether the event would publish something if it had all dimensions.
fn lacks_dimension(filter: &MetricFilter, message: &str, system: &SystemFields) -> bool {
    filter.clone().missing_dimension(MissingDimension::Omit).datapoint_in(message, system).is_some()
}

fn point(timestamp: i64, datapoint: Datapoint) -> Point {
    let Datapoint { value, unit, dimensions, .. } = datapoint;
    Point { timestamp: minute_of(timestamp), value, unit, dimensions }
}
