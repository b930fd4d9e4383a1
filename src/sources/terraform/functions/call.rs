//! A call of a function, with its arguments.

use super::super::kinds::number;
use super::super::scope::{Evaluator, Scope};
use crate::sources::value::{Data, Place, Value};

/// A call with its arguments.
pub(super) struct Call<'a> {
    pub(super) evaluator: &'a Evaluator<'a>,
    pub(super) arguments: Vec<Value>,
    pub(super) at: Place,
    pub(super) scope: &'a Scope,
}

/// A value, or why it is not known.
pub(super) type Outcome = Result<Value, String>;

impl Call<'_> {
    pub(super) fn argument(&self, index: usize) -> Result<&Value, String> {
        self.arguments.get(index).ok_or_else(|| "an argument is missing".to_owned())
    }

    /// The text of an argument that is wholly known.
    pub(super) fn string(&self, index: usize) -> Result<String, String> {
        let argument = self.argument(index)?;
        argument.to_string().ok_or_else(|| self.why(argument, "a text"))
    }

    pub(super) fn number(&self, index: usize) -> Result<f64, String> {
        let argument = self.argument(index)?;
        number(argument).ok_or_else(|| self.why(argument, "a number"))
    }

    pub(super) fn list(&self, index: usize) -> Result<&[Value], String> {
        let argument = self.argument(index)?;
        argument.as_list().ok_or_else(|| self.why(argument, "a list"))
    }

    pub(super) fn map(&self, index: usize) -> Result<&std::collections::BTreeMap<String, Value>, String> {
        let argument = self.argument(index)?;
        argument.as_map().ok_or_else(|| self.why(argument, "a map"))
    }

    pub(super) fn why(&self, argument: &Value, wanted: &str) -> String {
        match argument.any_unknown() {
            Some(why) => why.to_string(),
            None => format!("an argument is {}, not {wanted}", argument.kind()),
        }
    }

    pub(super) fn computed(&self, string: impl Into<String>) -> Outcome {
        Ok(Value::computed(string, self.at))
    }

    pub(super) fn truth(&self, is_true: bool) -> Outcome {
        Ok(Value::new(Data::Bool(is_true), self.at))
    }

    pub(super) fn numeric(&self, number: f64) -> Outcome {
        Ok(Value::new(Data::Number(number), self.at))
    }

    pub(super) fn listed(&self, list: Vec<Value>) -> Outcome {
        Ok(Value::list(list, self.at))
    }
}
