//! Answers requests about alarms and metric filters; requests and answers are JSON texts.

use crate::json;
use cwfilter::answers::{AlarmRequest, EmitRequest, ServiceError};
use cwfilter::metric::MissingDimension;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

pyo3::create_exception!(
    cwfilter,
    AlarmError,
    PyValueError,
    "AWS refuses the request, or the request uses a part of CloudWatch alarms that is not modelled. `args` is the error code and the message."
);

pyo3::create_exception!(
    cwfilter,
    MetricFilterError,
    PyValueError,
    "AWS refuses the metric filter or its log events. `args` is the error code and the message."
);

/// Answers a request; both are JSON. An error has a code and a message.
#[pyfunction]
pub(crate) fn answer_alarm(py: Python<'_>, request: &str) -> PyResult<String> {
    let refused = |error: ServiceError| AlarmError::new_err((error.code, error.message));
    let request: AlarmRequest = serde_json::from_str(request)
        .map_err(|error| refused(ServiceError::new("SerializationException", error.to_string())))?;
    json::text(&py.detach(|| request.answer()).map_err(refused)?)
}

/// Answers a request of `cwfilter emit`; both are JSON.
#[pyfunction]
pub(crate) fn answer_emit(py: Python<'_>, request: &str, missing_dimension: &str) -> PyResult<String> {
    let refused = |error: ServiceError| MetricFilterError::new_err((error.code, error.message));
    let assumed = match missing_dimension {
        "drop" => Some(MissingDimension::Drop),
        "omit" => Some(MissingDimension::Omit),
        "error" => None,
        other => {
            let text = format!("missing_dimension={other:?}: expected \"drop\", \"omit\" or \"error\"");
            return Err(PyValueError::new_err(text));
        }
    };
    let value = serde_json::from_str(request)
        .map_err(|error| refused(ServiceError::new("SerializationException", error.to_string())))?;
    let request = EmitRequest::from_json(value).map_err(refused)?;
    json::text(&py.detach(|| request.answer(assumed)).map_err(refused)?)
}
