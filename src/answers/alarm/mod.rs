//! The operations on alarms: `evaluate`, `statistics`, `composite`, `admit` and `notify`.

mod admit;
mod answer;
mod composite;
mod evaluate;
mod notify;
mod put;
mod statistics;

use super::ServiceError;
use super::json::Strict;
use super::read::{read_members, unreadable};
use admit::Admit;
pub use answer::AlarmAnswer;
use composite::Composite;
use evaluate::Evaluate;
use notify::Notify;
use serde::{Deserialize, Deserializer, de::Error};
use serde_json::Value;
use statistics::Statistics;

/// A request without its id: `op`, the name of the operation, and the members of the operation. The [module page](super) has an example.
pub struct AlarmRequest(Operation);

enum Operation {
    Evaluate(Evaluate),
    Statistics(Statistics),
    Composite(Composite),
    Admit(Admit),
    Notify(Notify),
}

impl<'de> Deserialize<'de> for AlarmRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Strict(value) = Strict::deserialize(deserializer)?;
        Self::from_json(value).map_err(|error| D::Error::custom(error.message))
    }
}

impl AlarmRequest {
    /// Reads a request.
    ///
    /// # Errors
    /// `SerializationException` for a member that is missing, not known, or of another type, with its path.
    pub fn from_json(mut request: Value) -> Result<Self, ServiceError> {
        let Some(members) = request.as_object_mut() else {
            return Err(unreadable("a request is an object"));
        };
        let Some(op) = members.remove("op") else {
            return Err(unreadable("the member `op` is missing"));
        };
        let operation = match op.as_str() {
            Some("evaluate") => Operation::Evaluate(read_members(request)?),
            Some("statistics") => Operation::Statistics(read_members(request)?),
            Some("composite") => Operation::Composite(read_members(request)?),
            Some("admit") => Operation::Admit(read_members(request)?),
            Some("notify") => Operation::Notify(read_members(request)?),
            _ => {
                let known = "the operations are evaluate, statistics, composite, admit and notify";
                return Err(unreadable(format!("op: no operation {op}; {known}")));
            }
        };
        Ok(AlarmRequest(operation))
    }

    /// The answer.
    ///
    /// # Errors
    /// The error with which AWS would answer, in its words where they are known; `ValidationError` for a member that is wrong, and for a
    /// part of CloudWatch alarms that is not modelled.
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
