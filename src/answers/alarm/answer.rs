//! The answers, and what all operations share: errors and the account.

use crate::alarm::{Account, Document, Refusal};
use crate::answers::ServiceError;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The answer to a request. Serialized, it is an object with the members that the operation returns.
#[derive(Serialize)]
#[serde(transparent)]
pub struct AlarmAnswer(pub(super) Answer);

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Answer {
    Evaluated {
        state: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        #[serde(rename = "reasonData", skip_serializing_if = "Option::is_none")]
        reason_data: Option<ReasonData>,
    },
    Computed {
        statistics: BTreeMap<String, Document>,
    },
    State {
        state: &'static str,
        #[serde(rename = "reasonData", skip_serializing_if = "Option::is_none")]
        reason_data: Option<Document>,
    },
    Notified {
        message: String,
        subject: String,
        sms: String,
        email: String,
    },
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

pub(super) fn account(id: Option<String>, region: Option<String>) -> Account {
    let default = Account::default();
    Account::new(id.unwrap_or(default.id), region.unwrap_or(default.region))
}
