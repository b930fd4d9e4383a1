//! Answers requests about metric filters and alarms offline: one JSON object in, one JSON object out. `cwfilter alarm --ndjson`,
//! `cwfilter emit --ndjson` and the Python package use it.
//!
//! [`AlarmRequest`] has the operations `evaluate`, `statistics`, `composite`, `admit` and `notify`; [`EmitRequest`] is a metric filter with
//! log events. `cwfilter alarm --help` and `cwfilter emit --help` list the members.
//!
//! ```
//! use cwfilter::answers::AlarmRequest;
//! let request: AlarmRequest = serde_json::from_str(
//!     r#"{"op": "statistics", "puts": [{"values": [2, 10], "counts": [2, 3]}], "statistics": ["p50", "Sum"]}"#,
//! )?;
//! let answer = serde_json::to_value(request.answer()?)?;
//! assert_eq!(answer["statistics"]["Sum"], 34.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod alarm;
mod emit;
mod json;
mod metric_filter;
mod place;
mod read;

pub use alarm::{AlarmAnswer, AlarmRequest};
pub use emit::{EmitAnswer, EmitRequest};
pub use read::{read_members, request_line};

use serde::Serialize;

/// The error with which AWS would answer a request.
///
/// ```
/// use cwfilter::answers::ServiceError;
/// let error = ServiceError::invalid("The provided field selection criteria is invalid");
/// assert_eq!(error.code, "InvalidParameterException");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[error("{code}: {message}")]
#[non_exhaustive]
pub struct ServiceError {
    /// The error code, such as `ValidationError`.
    pub code: &'static str,
    /// The message.
    pub message: String,
}

impl ServiceError {
    /// An error with this code and message.
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        ServiceError { code, message: message.into() }
    }

    /// An `InvalidParameterException`, the code of nearly every refusal of CloudWatch Logs.
    #[must_use]
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }
}
