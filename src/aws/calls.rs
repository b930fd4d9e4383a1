//! The calls to AWS that this crate makes: `calls.tsv`, from which requests, the pace of the client and the permissions follow.

use crate::table::{rows, variant};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::LazyLock;

/// A service of AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Service {
    /// CloudWatch Logs.
    Logs,
    /// CloudWatch.
    CloudWatch,
    /// Amazon SNS.
    Sns,
    /// AWS STS.
    Sts,
    /// AWS CloudTrail.
    CloudTrail,
    /// AWS KMS.
    Kms,
    /// Resource Groups Tagging API.
    Tagging,
}

impl Service {
    /// Its row of `services.tsv`, without its name.
    pub(super) fn row(self) -> [&'static str; 8] {
        let mut services = rows(include_str!("services.tsv"));
        let row = services.find_map(|[of, row @ ..]: [&str; 9]| (variant(of) == Some(self)).then_some(row));
        row.unwrap_or_default()
    }

    /// The prefix of the service's IAM actions: `logs` in `logs:PutMetricFilter`.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        let [prefix, ..] = self.row();
        prefix
    }

    /// The members of `TagResource` and `ListTagsForResource` that hold the resource and its tags.
    pub(crate) fn tag_members(self) -> [&'static str; 2] {
        let [.., resource, tags, _] = self.row();
        [resource, tags]
    }

    /// The member of request and answer by which a list is continued.
    pub(super) fn token(self) -> &'static str {
        let [.., token] = self.row();
        token
    }
}

/// What an IAM policy can limit a call to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Scope {
    /// Nothing: `*`.
    Any,
    /// The log groups of the stack.
    LogGroup,
    /// The log group, if the stack creates it.
    CreatedLogGroup,
    /// The stack's topic, if it is in the account.
    Topic,
    /// The topic that holds the stack's record.
    Record,
    /// The alarms of the stack.
    Alarms,
}

/// A row of the table.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Call {
    /// The service.
    pub service: Service,
    /// The API's name, such as `PutMetricFilter`.
    pub operation: &'static str,
    /// Whether it changes something.
    pub is_write: bool,
    /// Whether a plan can do without it: where it is refused, the plan says what it could not check.
    pub is_optional: bool,
    /// Initials of the commands that make it: Plan, Apply, Destroy, Verify, Import, Ring, Scan.
    pub(crate) commands: &'static str,
    pub(crate) scopes: Vec<Scope>,
}

/// All calls. A client refuses any other.
pub static CALLS: LazyLock<Vec<Call>> = LazyLock::new(|| {
    let call = |[service, operation, access, commands, scope]: [&'static str; 5]| {
        let (is_write, is_optional) = (access == "write", access == "optional");
        let scopes = scope.split(',').map(variant).collect::<Option<_>>()?;
        Some(Call { service: variant(service)?, operation, is_write, is_optional, commands, scopes })
    };
    rows(include_str!("calls.tsv")).filter_map(call).collect()
});

/// The row of a call.
pub(super) fn call(service: Service, operation: &str) -> Option<&'static Call> {
    CALLS.iter().find(|call| call.service == service && call.operation == operation)
}

/// A call with its input, by AWS's names.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Request {
    /// The service.
    pub service: Service,
    /// The API's name.
    pub operation: &'static str,
    /// The input, as AWS's JSON protocols have it.
    pub input: Value,
}

impl Request {
    /// A call of a service.
    #[must_use]
    pub fn new(service: Service, operation: &'static str, input: Value) -> Self {
        Request { service, operation, input }
    }

    /// Whether the call changes something.
    #[must_use]
    pub fn is_write(&self) -> bool {
        call(self.service, self.operation).is_none_or(|call| call.is_write)
    }
}

/// A call that failed, after all its retries.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[error("{}", self.words())]
#[non_exhaustive]
pub struct CallError {
    /// The API's name of the call, such as `PutMetricFilter`.
    pub operation: String,
    /// The service's code, such as `LimitExceededException`; `None` if the service was not reached.
    pub code: Option<String>,
    /// What the service said, or why it was not reached.
    pub message: String,
}

impl CallError {
    /// The call, the code and the message, as far as they are known.
    fn words(&self) -> String {
        let code = self.code.as_deref().unwrap_or_default();
        let parts = [self.operation.as_str(), code, &self.message];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ")
    }

    /// An error without an answer of the service.
    #[must_use]
    pub fn new(operation: impl Into<String>, message: impl Into<String>) -> Self {
        CallError { operation: operation.into(), code: None, message: message.into() }
    }

    /// An error that a service answered.
    #[must_use]
    pub fn answered(operation: impl Into<String>, code: impl Into<String>, why: impl Into<String>) -> Self {
        CallError { code: Some(code.into()), ..CallError::new(operation, why) }
    }

    /// Whether the service says that the resource does not exist.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        let code = self.code.as_deref().unwrap_or_default();
        let code = code.strip_suffix("Exception").unwrap_or(code);
        ["ResourceNotFound", "NotFound", "TrailNotFound"].contains(&code)
    }

    /// Whether the credentials are missing, wrong or expired: no further call can succeed.
    #[must_use]
    pub fn is_of_credentials(&self) -> bool {
        match self.code.as_deref() {
            None => self.message.contains("credentials"),
            Some(code) => BAD_CREDENTIALS.contains(&code.strip_suffix("Exception").unwrap_or(code)),
        }
    }
}

/// Codes of services that refuse the credentials.
const BAD_CREDENTIALS: [&str; 7] = [
    "ExpiredToken",
    "RequestExpired",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "UnrecognizedClient",
    "InvalidSignature",
    "SignatureDoesNotMatch",
];

/// An account that can be called: AWS, or an account in memory.
pub trait Account {
    /// Makes the calls, which do not depend on each other, and returns the answers in the same order. Implementations may make
    /// them at the same time.
    fn calls(&self, requests: &[Request]) -> Vec<Result<Value, CallError>>;

    /// Makes one call.
    ///
    /// # Errors
    /// As the service answers.
    fn call(&self, service: Service, operation: &'static str, input: Value) -> Result<Value, CallError> {
        let mut answers = self.calls(&[Request::new(service, operation, input)]);
        answers.pop().unwrap_or_else(|| Err(CallError::new(operation, "no answer")))
    }
}

/// A text of an answer, or an empty text.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
