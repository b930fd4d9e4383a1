//! Terraform's functions that need no state. A function that is not here makes the value unknown, with its name.

mod call;
mod collection;
mod encoding;
mod network;
mod number;
mod text;

use super::kinds::unknown_of;
use super::scope::{Evaluator, Scope};
use crate::limits::{EVALUATED_TEXT_BYTES, EXPANDED_VALUES, TEXT_PIECES};
use crate::sources::value::{Data, Place, Value};
use call::Call;
pub(super) use encoding::encoded;

/// Functions that accept arguments with unknown parts.
const ACCEPT_UNKNOWN: [&str; 29] = [
    "can",
    "chomp",
    "coalesce",
    "coalescelist",
    "compact",
    "concat",
    "element",
    "ephemeralasnull",
    "flatten",
    "format",
    "formatlist",
    "join",
    "jsonencode",
    "keys",
    "length",
    "lookup",
    "merge",
    "nonsensitive",
    "one",
    "reverse",
    "sensitive",
    "slice",
    "tolist",
    "templatestring",
    "tomap",
    "trimspace",
    "try",
    "values",
    "zipmap",
];

impl Evaluator<'_> {
    pub(super) fn function(&self, name: &str, arguments: Vec<Value>, at: Place, scope: &Scope) -> Value {
        if !ACCEPT_UNKNOWN.contains(&name)
            && let Some(unknown) = arguments.iter().find(|argument| argument.any_unknown().is_some())
            && is_known(name)
        {
            return unknown_of(unknown, "an argument", at);
        }
        let it = Call { evaluator: self, arguments, at, scope };
        let outcome = text::call(&it, name)
            .or_else(|| collection::call(&it, name))
            .or_else(|| number::call(&it, name))
            .or_else(|| encoding::call(&it, name))
            .or_else(|| network::call(&it, name));
        match outcome {
            Some(Ok(value)) if is_too_large(&value) => Value::unknown(
                format!(
                    "`{name}(…)` makes too much: more than {EXPANDED_VALUES} values or {EVALUATED_TEXT_BYTES} bytes"
                ),
                at,
            ),
            Some(Ok(value)) => value,
            Some(Err(why)) => Value::unknown(why, at),
            None => Value::unknown(format!("the function `{name}` is not evaluated"), at),
        }
    }
}

fn is_known(name: &str) -> bool {
    let all = [text::NAMES, collection::NAMES, number::NAMES, encoding::NAMES, network::NAMES];
    all.iter().any(|names| names.contains(&name))
}

fn is_too_large(value: &Value) -> bool {
    match &value.data {
        Data::Text(text) => text.string.len() > EVALUATED_TEXT_BYTES || text.pieces.len() > TEXT_PIECES,
        Data::List(list) => list.len() > EXPANDED_VALUES,
        Data::Map(map) => map.len() > EXPANDED_VALUES,
        Data::Unknown(_) | Data::Null | Data::Bool(_) | Data::Number(_) => false,
    }
}
