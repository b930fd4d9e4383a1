//! Which refusals of CloudWatch Logs are worth another attempt.
//!
//! The SDK takes `LimitExceededException` for throttling, though a quota does not grow while one waits (22 seconds were
//! measured), and gives up at once on `OperationAbortedException`, which says that another write to the log group was
//! under way.

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority,
};

/// For clients of CloudWatch Logs: `config::Builder::from(&config).retry_classifier(LogsRetry)`.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct LogsRetry;

impl ClassifyRetry for LogsRetry {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let body = context.response().and_then(|response| response.body().bytes()).unwrap_or_default();
        let answer: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
        let code = answer.get("__type").and_then(serde_json::Value::as_str).unwrap_or_default();
        // some answers have the namespace in front
        match code.rsplit('#').next() {
            Some("LimitExceededException") => RetryAction::RetryForbidden,
            Some("OperationAbortedException") => RetryAction::transient_error(),
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "CloudWatch Logs quotas and conflicts"
    }

    fn priority(&self) -> RetryClassifierPriority {
        // the last word: the verdict of the SDK's own classifiers comes before
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}
