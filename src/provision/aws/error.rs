//! What went wrong between here and AWS.

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// A call that failed, after all its retries.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{operation}: {}{message}", code.as_ref().map(|code| format!("{code}: ")).unwrap_or_default())]
#[non_exhaustive]
pub struct AwsError {
    /// The API's name of the call, such as `PutMetricFilter`.
    pub operation: &'static str,
    /// The service's code, such as `LimitExceededException`; none when the service was not reached.
    pub code: Option<String>,
    /// What the service said, or why it was not reached.
    pub message: String,
}

impl AwsError {
    pub(super) fn new(operation: &'static str, message: impl Into<String>) -> Self {
        AwsError { operation, code: None, message: message.into() }
    }

    pub(super) fn is(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }
}

/// Turns the SDK's error of a call into ours.
pub(super) trait Called<T> {
    fn called(self, operation: &'static str) -> Result<T, AwsError>;
}

impl<T, E, R> Called<T> for Result<T, SdkError<E, R>>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    fn called(self, operation: &'static str) -> Result<T, AwsError> {
        self.map_err(|error| match &error {
            SdkError::ServiceError(service) => {
                let (code, message) = (service.err().code(), service.err().message());
                AwsError {
                    operation,
                    code: code.map(str::to_owned),
                    message: message.map_or_else(|| with_sources(service.err()), str::to_owned),
                }
            }
            SdkError::TimeoutError(_) => {
                AwsError::new(operation, "no answer in time; it may have been done or not")
            }
            _ => AwsError::new(operation, with_sources(&error)),
        })
    }
}

/// What went wrong, and why, and why that: each once.
fn with_sources(error: &dyn std::error::Error) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(it) = next {
        let word = it.to_string();
        if !words.iter().any(|known| known.contains(&word)) {
            words.push(word);
        }
        next = it.source();
    }
    words.join(": ")
}

/// Whether there is such a thing at all: none in place of an error that says there is not.
pub(super) fn found<T>(result: Result<T, AwsError>, missing: &[&str]) -> Result<Option<T>, AwsError> {
    match result {
        Ok(it) => Ok(Some(it)),
        Err(error) if missing.iter().any(|code| error.is(code)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Done already, in another attempt or by somebody else.
pub(super) fn unless<T>(result: Result<T, AwsError>, codes: &[&str]) -> Result<(), AwsError> {
    found(result, codes).map(|_| ())
}
