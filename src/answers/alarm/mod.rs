//! What an alarm would do: the operations evaluate, statistics, composite, admit and notify.

mod admit;
mod composite;
mod evaluate;
mod notify;
mod put;
mod statistics;

use super::ServiceError;
use crate::alarm::{Account, Document, Refusal};
use admit::Admit;
use composite::Composite;
use evaluate::Evaluate;
use notify::Notify;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use statistics::Statistics;
use std::collections::BTreeMap;

/// A request, without its id: `op` and the members of the operation.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct AlarmRequest(Operation);

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "lowercase")]
enum Operation {
    Evaluate(Evaluate),
    Statistics(Statistics),
    Composite(Composite),
    Admit(Admit),
    Notify(Notify),
}

/// The answer to a request; serialized it is an object with the members of the operation's answer.
#[derive(Serialize)]
#[serde(transparent)]
pub struct AlarmAnswer(Answer);

#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
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
    Told {
        message: String,
        subject: String,
        sms: String,
        email: String,
    },
    Taken {},
}

#[derive(Serialize)]
#[serde(untagged)]
enum ReasonData {
    New(Document),
    Kept(Value),
}

impl AlarmRequest {
    /// The answer.
    ///
    /// # Errors
    /// What AWS would answer with an error, in its code and words where they are known; a member that is wrong;
    /// a part of CloudWatch alarms that is not modelled, by name.
    pub fn answer(self) -> Result<AlarmAnswer, ServiceError> {
        let answer = match self.0 {
            Operation::Evaluate(it) => it.answer(),
            Operation::Statistics(it) => it.answer(),
            Operation::Composite(it) => it.answer(),
            Operation::Admit(it) => it.answer(),
            Operation::Notify(it) => it.answer(),
        };
        answer.map(AlarmAnswer)
    }
}

impl From<Refusal> for ServiceError {
    fn from(refusal: Refusal) -> Self {
        ServiceError::new(refusal.code, refusal.message)
    }
}

fn wrong(error: impl std::fmt::Display) -> ServiceError {
    ServiceError::new("ValidationError", error.to_string())
}

fn account(id: Option<String>, region: Option<String>) -> Account {
    let default = Account::default();
    Account::new(id.unwrap_or(default.id), region.unwrap_or(default.region))
}
