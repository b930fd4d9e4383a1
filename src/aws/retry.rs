//! Which refusals are worth another attempt.
//!
//! AWS's runtime takes `LimitExceededException` for throttling, though a quota does not grow while one waits (22 seconds were
//! measured), and does not know the codes by which services say that another write was under way.

use aws_runtime::retries::classifiers::{THROTTLING_ERRORS, TRANSIENT_ERRORS};
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::RetryClassifierPriority;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};

const CONFLICTS: [&str; 3] = ["OperationAbortedException", "ConcurrentAccess", "ConcurrentAccessException"];

/// Codes of quotas, which pass only when a person acts.
const QUOTAS: [&str; 3] = ["LimitExceededException", "LimitExceeded", "LimitExceededFault"];

#[derive(Debug)]
pub(super) struct Refusals;

impl ClassifyRetry for Refusals {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let Some(response) = context.response().filter(|response| response.status().is_client_error()) else {
            return RetryAction::NoActionIndicated;
        };
        let (code, _) = super::query::refusal(response.body().bytes().unwrap_or_default());
        match code.as_deref() {
            Some(code) if QUOTAS.contains(&code) => RetryAction::RetryForbidden,
            Some(code) if CONFLICTS.contains(&code) || TRANSIENT_ERRORS.contains(&code) => {
                RetryAction::transient_error()
            }
            Some(code) if THROTTLING_ERRORS.contains(&code) => RetryAction::throttling_error(),
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "quotas, conflicts and throttling"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}
