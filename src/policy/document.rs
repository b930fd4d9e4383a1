//! The text of a policy.

use serde_json::{Value, json};

/// A value that may be one or a list.
pub(super) fn many(value: Option<&Value>) -> Vec<&Value> {
    match value {
        Some(Value::Array(list)) => list.iter().collect(),
        Some(other) => vec![other],
        None => Vec::new(),
    }
}

/// The statements of a policy; `None` if the text is no policy. A single statement may be there without a list.
pub(crate) fn statements(policy: &str) -> Option<Vec<Value>> {
    let document: Value = match policy.trim() {
        "" => json!({}),
        text => serde_json::from_str(text).ok()?,
    };
    let statements = many(document.as_object()?.get("Statement"));
    statements.iter().all(|it| it.is_object()).then(|| statements.into_iter().cloned().collect())
}
