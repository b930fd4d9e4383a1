//! The operations on alarms: `evaluate`, `statistics`, `composite`, `admit` and `notify`.

mod admit;
mod answer;
mod composite;
mod evaluate;
mod notify;
mod put;
mod statistics;

use super::ServiceError;
use admit::Admit;
pub use answer::AlarmAnswer;
use composite::Composite;
use evaluate::Evaluate;
use notify::Notify;
use serde::Deserialize;
use statistics::Statistics;

/// A request without its id: `op`, the name of the operation, and the members of the operation. The [module page](super) has an example.
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

impl AlarmRequest {
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
