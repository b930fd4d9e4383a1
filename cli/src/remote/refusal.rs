//! What S3 refuses, as one error that says what to do.

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use std::time::Duration;

/// For one attempt of a call, without its body. A body that brings no bytes is cut by the SDK after a similar time.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Why something was not read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Failure {
    pub(crate) message: String,
    /// Other objects cannot be read either: the scan stops, and may be resumed.
    pub(crate) is_of_all: bool,
    /// Another attempt may succeed.
    pub(super) is_transient: bool,
    pub(super) is_denied: bool,
    /// The region that the bucket is in.
    pub(super) region: Option<String>,
}

impl Failure {
    /// Nothing else can be read either.
    pub(super) fn of_all(message: String) -> Self {
        Failure { message, is_of_all: true, ..Failure::default() }
    }

    /// Another attempt may succeed.
    pub(super) fn transient(message: String) -> Self {
        Failure { message, is_transient: true, ..Failure::default() }
    }
}

/// Codes about credentials: no other object can be read either.
const CREDENTIALS: [&str; 7] = [
    "ExpiredToken",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "InvalidToken",
    "TokenRefreshRequired",
    "RequestTimeTooSkewed",
    "RequestExpired",
];

const OTHER_REGION: [&str; 4] = [
    "PermanentRedirect",
    "TemporaryRedirect",
    "AuthorizationHeaderMalformed",
    "IllegalLocationConstraintException",
];

/// Codes that pass. Source: Amazon S3 API reference, "Error responses".
const TRANSIENT: [&str; 6] = [
    "SlowDown",
    "InternalError",
    "ServiceUnavailable",
    "RequestTimeout",
    "OperationAborted",
    "ThrottlingException",
];

/// `why` is the SDK's error. Where no source has any, it lists them all, which is of no use here.
pub(super) fn no_credentials(error: &(dyn std::error::Error + Send + Sync + 'static)) -> Failure {
    let why = DisplayErrorContext(error).to_string();
    let why = if why.contains("no credentials found") { String::new() } else { format!(": {}", short(&why)) };
    Failure::of_all(format!(
        "no AWS credentials{why}; log in with `aws sso login`, set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    ))
}

/// Of a call about a bucket or one of its objects.
pub(super) fn failure<E>(bucket: &str, action: &str, error: &SdkError<E, HttpResponse>) -> Failure
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let response = error.raw_response();
    let status = response.map(|response| response.status().as_u16()).unwrap_or_default();
    let code = error.code().unwrap_or(match status {
        301 | 307 => "PermanentRedirect",
        403 => "AccessDenied",
        404 => "NoSuchKey",
        412 => "PreconditionFailed",
        429 | 503 => "SlowDown",
        500 | 502 | 504 => "InternalError",
        _ => "",
    });
    let said = error.message().unwrap_or_default();
    let header = response.and_then(|response| response.headers().get("x-amz-bucket-region"));
    let region = if OTHER_REGION.contains(&code) { header.or_else(|| expected_region(said)) } else { None };
    let (is_answer, is_late) = (response.is_some(), matches!(error, SdkError::TimeoutError(_)));
    let is_transient = TRANSIENT.contains(&code)
        || is_late
        || matches!(error, SdkError::DispatchFailure(_) | SdkError::ResponseError(_));
    let of_all = CREDENTIALS.contains(&code) || OTHER_REGION.contains(&code) || code == "NoSuchBucket";
    let message = match code {
        "NoSuchBucket" => format!("there is no bucket `{bucket}`; check its name and the account"),
        code if OTHER_REGION.contains(&code) => match region {
            Some(region) => {
                format!("the bucket `{bucket}` is in the region {region}: set AWS_REGION={region}")
            }
            None => format!("the bucket `{bucket}` is in another region: set AWS_REGION ({said})"),
        },
        "AccessDenied" => format!(
            "access denied ({said}); the credentials need {action} on the bucket `{bucket}`, and kms:Decrypt if it is encrypted with a key"
        ),
        "InvalidObjectState" => {
            "it is archived (Glacier); restore it with `aws s3api restore-object` first".to_owned()
        }
        code if code.starts_with("KMS.") => {
            format!("its key of AWS KMS refuses ({code}: {said}); enable the key, and allow kms:Decrypt")
        }
        "PreconditionFailed" => "it has changed since it was listed; scan again".to_owned(),
        "NoSuchKey" => "it was deleted after it was listed".to_owned(),
        "SlowDown" => "S3 throttles".to_owned(),
        code if CREDENTIALS.contains(&code) => {
            format!("the credentials are refused ({code}: {said}); renew them")
        }
        "" if is_late => format!("S3 does not answer within {} s", PATIENCE.as_secs()),
        "" => format!("S3 does not answer: {}", short(&DisplayErrorContext(error).to_string())),
        code => format!("{code}: {said}"),
    };
    Failure {
        message,
        is_of_all: of_all || (!is_answer && !is_transient),
        is_transient,
        is_denied: code == "AccessDenied" || code.starts_with("KMS."),
        region: region.map(str::to_owned),
    }
}

/// `… the region 'us-east-1' is wrong; expecting 'eu-west-1'`
fn expected_region(said: &str) -> Option<&str> {
    let (_, rest) = said.split_once("expecting '")?;
    rest.split_once('\'').map(|(region, _)| region)
}

/// Without what the SDK appends for its developers.
fn short(message: &str) -> String {
    let end = message
        .find(" (")
        .filter(|at| message.get(*at..).is_some_and(|rest| rest.contains(" { ") || rest.contains('"')))
        .unwrap_or(message.len());
    message.get(..end).unwrap_or(message).to_owned()
}
