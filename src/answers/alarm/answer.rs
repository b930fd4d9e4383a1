//! The answers, and what all operations share: errors and the account.

use crate::alarm::{Account, AlarmError, Document, Refusal, State};
use crate::answers::ServiceError;
use crate::answers::place::{check_account, check_region};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The answer to a request. Serialized, it is an object with the members that the operation returns.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct AlarmAnswer(pub(super) Answer);

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(super) enum Answer {
    /// `evaluate`
    Evaluated {
        /// The state of the alarm.
        state: State,
        /// AWS's words for the state.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// AWS's `StateReasonData`.
        #[serde(rename = "reasonData", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schemars(with = "serde_json::Map<String, Value>"))]
        reason_data: Option<ReasonData>,
    },
    /// `statistics`
    Computed {
        /// The values by name of the statistic; null without samples.
        #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, Option<f64>>"))]
        statistics: BTreeMap<String, Document>,
    },
    /// `composite`
    State {
        /// The state of the alarm.
        state: State,
        /// AWS's `StateReasonData`.
        #[serde(rename = "reasonData", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schemars(with = "serde_json::Map<String, Value>"))]
        reason_data: Option<Document>,
    },
    /// `notify`
    Notified {
        /// The message that AWS publishes to SNS, as text.
        message: String,
        /// The subject of the e-mail.
        subject: String,
        /// The text message.
        sms: String,
        /// The text of the e-mail.
        email: String,
    },
    /// `admit`
    Accepted {},
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum ReasonData {
    New(Document),
    Kept(Value),
}

impl From<Refusal> for ServiceError {
    fn from(refusal: Refusal) -> Self {
        ServiceError::new(refusal.code, refusal.message)
    }
}

pub(super) fn wrong(error: impl std::fmt::Display) -> ServiceError {
    ServiceError::new("ValidationError", error.to_string())
}

/// An error in the member with this path.
pub(super) fn at<E: std::fmt::Display>(path: impl std::fmt::Display) -> impl Fn(E) -> ServiceError {
    move |error| wrong(format!("{path}: {error}"))
}

/// An error in the settings of an alarm, which are the member `alarm`.
pub(super) fn in_alarm(error: AlarmError) -> ServiceError {
    let code =
        if matches!(error, AlarmError::Type { .. }) { "SerializationException" } else { "ValidationError" };
    let begins_with_member = matches!(
        error,
        AlarmError::Type { .. }
            | AlarmError::Value { .. }
            | AlarmError::Empty { .. }
            | AlarmError::Together { .. }
    );
    let text = error.to_string();
    ServiceError::new(
        code,
        match text.strip_prefix("the request: ") {
            Some(what) => format!("alarm: {what}"),
            None if begins_with_member => format!("alarm.{text}"),
            None => format!("alarm: {text}"),
        },
    )
}

pub(super) fn account(id: Option<String>, region: Option<String>) -> Result<Account, ServiceError> {
    check_account(id.as_deref())?;
    check_region(region.as_deref())?;
    let default = Account::default();
    Ok(Account::new(id.unwrap_or(default.id), region.unwrap_or(default.region)))
}
