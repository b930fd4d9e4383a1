//! Answers to requests of the CloudWatch API, offline: one JSON object in, one out. `cwfilter alarm --ndjson`,
//! `cwfilter emit --ndjson` and the Python package ask them.
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
mod metric_filter;

pub use alarm::{AlarmAnswer, AlarmRequest};
pub use emit::{EmitAnswer, EmitRequest};

use serde::Serialize;

/// Why AWS would refuse a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{code}: {message}")]
#[non_exhaustive]
pub struct ServiceError {
    /// The error code, such as `ValidationError`.
    pub code: &'static str,
    /// The message.
    pub message: String,
}

impl ServiceError {
    /// An error with this code.
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        ServiceError { code, message: message.into() }
    }

    /// `InvalidParameterException`, which is what CloudWatch Logs calls nearly every refusal.
    #[must_use]
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }
}
