//! The calls to AWS that this crate makes: one table, from which requests, the pace of the client and the permissions follow.

use serde::Serialize;
use serde_json::Value;

/// A service of AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// The prefix of the service's IAM actions: `logs` in `logs:PutMetricFilter`.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Service::Logs => "logs",
            Service::CloudWatch => "cloudwatch",
            Service::Sns => "sns",
            Service::Sts => "sts",
            Service::CloudTrail => "cloudtrail",
            Service::Kms => "kms",
            Service::Tagging => "tag",
        }
    }
}

/// What an IAM policy can limit a call to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Nothing: `*`.
    Any,
    /// The log groups of the stack.
    LogGroup,
    /// The log group, if the stack creates it.
    CreatedLogGroup,
    /// The stack's topic, if it is in the account.
    Topic,
    /// The stack's topic and the topic that holds its record.
    Topics,
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
    /// Initials of the commands that make it: Plan, Apply, Destroy, Verify, Import, Ring.
    pub(super) commands: &'static str,
    pub(super) scope: Scope,
}

const fn read(service: Service, operation: &'static str, commands: &'static str, scope: Scope) -> Call {
    Call { service, operation, is_write: false, commands, scope }
}

const fn write(service: Service, operation: &'static str, commands: &'static str, scope: Scope) -> Call {
    Call { service, operation, is_write: true, commands, scope }
}

use Service::{CloudTrail, CloudWatch, Kms, Logs, Sns, Sts, Tagging};

/// All calls. A client refuses any other.
pub static CALLS: [Call; 35] = [
    read(Sts, "GetCallerIdentity", "PADIR", Scope::Any),
    read(Logs, "DescribeLogGroups", "PAD", Scope::Any),
    read(Logs, "DescribeMetricFilters", "PADI", Scope::LogGroup),
    read(Logs, "DescribeSubscriptionFilters", "D", Scope::CreatedLogGroup),
    read(Logs, "ListTagsForResource", "PAD", Scope::LogGroup),
    write(Logs, "CreateLogGroup", "A", Scope::CreatedLogGroup),
    write(Logs, "PutRetentionPolicy", "A", Scope::CreatedLogGroup),
    write(Logs, "AssociateKmsKey", "A", Scope::CreatedLogGroup),
    write(Logs, "TagResource", "A", Scope::CreatedLogGroup),
    write(Logs, "DeleteLogGroup", "D", Scope::CreatedLogGroup),
    write(Logs, "PutMetricFilter", "A", Scope::LogGroup),
    write(Logs, "DeleteMetricFilter", "AD", Scope::LogGroup),
    write(Logs, "TestMetricFilter", "V", Scope::Any),
    read(CloudWatch, "DescribeAlarms", "PADIR", Scope::Any),
    read(CloudWatch, "ListTagsForResource", "PAD", Scope::Alarms),
    read(CloudWatch, "DescribeAlarmHistory", "R", Scope::Alarms),
    write(CloudWatch, "PutMetricAlarm", "A", Scope::Alarms),
    write(CloudWatch, "PutCompositeAlarm", "A", Scope::Alarms),
    write(CloudWatch, "TagResource", "A", Scope::Alarms),
    write(CloudWatch, "DeleteAlarms", "AD", Scope::Alarms),
    write(CloudWatch, "SetAlarmState", "R", Scope::Alarms),
    read(Sns, "GetTopicAttributes", "PAD", Scope::Topic),
    read(Sns, "ListSubscriptionsByTopic", "PAD", Scope::Topic),
    read(Sns, "GetSubscriptionAttributes", "PA", Scope::Topic),
    read(Sns, "ListTagsForResource", "PAD", Scope::Topics),
    write(Sns, "CreateTopic", "A", Scope::Topics),
    write(Sns, "SetTopicAttributes", "A", Scope::Topic),
    write(Sns, "Subscribe", "A", Scope::Topic),
    write(Sns, "Unsubscribe", "AD", Scope::Topic),
    write(Sns, "TagResource", "AD", Scope::Topics),
    write(Sns, "UntagResource", "AD", Scope::Record),
    write(Sns, "DeleteTopic", "AD", Scope::Topics),
    read(CloudTrail, "DescribeTrails", "PA", Scope::Any),
    read(CloudTrail, "GetTrailStatus", "PA", Scope::Any),
    read(CloudTrail, "GetEventSelectors", "PA", Scope::Any),
];

/// Reads that a plan can do without: where they are refused, the plan says what it could not check.
pub static OPTIONAL_CALLS: [Call; 3] = [
    read(Tagging, "GetResources", "PAD", Scope::Any),
    read(Kms, "DescribeKey", "PA", Scope::Any),
    read(Kms, "GetKeyPolicy", "PA", Scope::Any),
];

/// The row of a call.
pub(super) fn call(service: Service, operation: &str) -> Option<&'static Call> {
    let mut all = CALLS.iter().chain(&OPTIONAL_CALLS);
    all.find(|call| call.service == service && call.operation == operation)
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
#[error("{operation}: {}{message}", code.as_ref().map(|code| format!("{code}: ")).unwrap_or_default())]
#[non_exhaustive]
pub struct CallError {
    /// The API's name of the call, such as `PutMetricFilter`.
    pub operation: String,
    /// The service's code, such as `LimitExceededException`; `None` if the service was not reached.
    pub code: Option<String>,
    /// What the service said, or why it was not reached.
    pub message: String,
}

/// Codes by which services refuse credentials that were valid before or never were.
const CREDENTIAL_CODES: [&str; 8] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "InvalidAccessKeyId",
];

/// Codes that say that a resource does not exist.
const MISSING_CODES: [&str; 5] = [
    "ResourceNotFoundException",
    "ResourceNotFound",
    "NotFound",
    "NotFoundException",
    "TrailNotFoundException",
];

impl CallError {
    /// An error without an answer of the service.
    #[must_use]
    pub fn new(operation: impl Into<String>, message: impl Into<String>) -> Self {
        CallError { operation: operation.into(), code: None, message: message.into() }
    }

    /// An error that a service answered.
    #[must_use]
    pub fn answered(
        operation: impl Into<String>,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        CallError { operation: operation.into(), code: Some(code.into()), message: message.into() }
    }

    /// Whether the service says that the resource does not exist.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.code.as_deref().is_some_and(|code| MISSING_CODES.contains(&code))
    }

    /// Whether the credentials are missing, wrong or expired: no further call can succeed.
    #[must_use]
    pub fn is_of_credentials(&self) -> bool {
        match &self.code {
            Some(code) => CREDENTIAL_CODES.contains(&code.as_str()),
            None => self.message.contains("credentials"),
        }
    }
}

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

/// The result, or `None` if the service says that the resource does not exist.
pub(super) fn found(result: Result<Value, CallError>) -> Result<Option<Value>, CallError> {
    match result {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.is_missing() => Ok(None),
        Err(error) => Err(error),
    }
}
