//! Answers requests about alarms; requests and answers are JSON texts.

use cwfilter::answers::{AlarmRequest, ServiceError};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

pyo3::create_exception!(
    cwfilter,
    AlarmError,
    PyValueError,
    "What AWS answers to a request that it refuses, or a part of alarms that is not modelled: code and message."
);

/// Answers a request; both are JSON. An error has a code and a message.
#[pyfunction]
pub(crate) fn answer_alarm(request: &str) -> PyResult<String> {
    let request: AlarmRequest = serde_json::from_str(request)
        .map_err(|error| refused(&ServiceError::new("SerializationException", error.to_string())))?;
    let answer = request.answer().map_err(|error| refused(&error))?;
    serde_json::to_string(&answer).map_err(|error| PyValueError::new_err(error.to_string()))
}

fn refused(error: &ServiceError) -> PyErr {
    AlarmError::new_err((error.code, error.message.clone()))
}
