//! Pulumi's YAML: `${name}` is a variable or a setting of the program, `fn::join` and others are functions.

use super::document::DocumentNode;
use super::value::{Place, Text, Value};

/// Whether a document is a program of Pulumi. A template of CloudFormation writes `Resources`.
pub(super) fn is_program(root: &DocumentNode) -> bool {
    let has_resources = root.get("resources").is_some_and(|it| {
        it.as_map().iter().any(|(_, resource)| {
            let kind = resource.get("type").and_then(DocumentNode::as_text);
            kind.is_some_and(|kind| kind.contains(':') && !kind.contains("::"))
        })
    });
    let runtime = root.get("runtime").map(|it| it.get("name").unwrap_or(it));
    has_resources || runtime.and_then(DocumentNode::as_text) == Some("yaml")
}

/// The function of CloudFormation that computes the same from the same arguments.
pub(super) fn function(name: &str) -> Option<&'static str> {
    match name.to_ascii_lowercase().as_str() {
        "join" => Some("Join"),
        "select" => Some("Select"),
        "split" => Some("Split"),
        _ => None,
    }
}

/// The value of a variable, or the default of a setting; why it is not known, if a setting has none. `None` if there is neither.
pub(super) fn variable<'a>(root: &'a DocumentNode, name: &str) -> Option<Result<&'a DocumentNode, String>> {
    if let Some(node) = root.get("variables").and_then(|it| it.get(name)) {
        return Some(Ok(node));
    }
    let setting = root.get("config").or_else(|| root.get("configuration"))?.get(name)?;
    if setting.as_map().is_empty() {
        return Some(Ok(setting));
    }
    let value = setting.get("default").or_else(|| setting.get("value"));
    Some(value.ok_or_else(|| format!("the setting `{name}` has no default")))
}

/// A text with `$${`, which is the text `${`; `fill` evaluates the parts between.
pub(super) fn escaped(text: &Text, at: Place, fill: &dyn Fn(&Text) -> Value) -> Value {
    let (mut out, mut start) = (Text::default(), 0);
    let escapes: Vec<usize> = text.string.match_indices("$${").map(|(at, _)| at).collect();
    for end in escapes.iter().copied().chain([text.string.len()]) {
        match fill(&text.slice(start, end)).to_text() {
            Some(part) => out.push(&part),
            None => return Value::unknown("a part of it is no text", at),
        }
        if end < text.string.len() {
            out.push(&text.slice(end + 1, end + 3));
        }
        start = end + 3;
    }
    Value::text(out, at)
}
