//! Scalars of YAML, resolved as YAML's core schema does, and Sigma's values.

use super::refusal::Refusal;
use crate::sources::{Content, DocumentNode, ScalarForm};
use rsigma_parser::SigmaString;

/// A value that a rule compares a field with.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(SigmaString),
    /// As its decimal text.
    Number(String),
    Bool(bool),
    Null,
}

/// A value with the byte where it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub(super) at: usize,
    pub(super) value: Value,
}

/// Reads a scalar. The text of a regular expression has no wildcards and no escapes of Sigma.
pub(super) fn value(node: &DocumentNode, is_regex: bool) -> Result<Placed, Refusal> {
    let Content::Scalar(text, form) = &node.content else {
        let kind = match node.content {
            Content::Mapping(_) => "a map",
            Content::Sequence(_) => "a list in a list",
            _ => "an alias",
        };
        return Err(Refusal::of(node, format!("{kind} is here, and a value is expected"))
            .help("write a text, a number, `true`, `false` or `null`"));
    };
    if node.is_tagged() {
        return Err(Refusal::of(node, "the value has a tag of YAML").help("write it without the tag"));
    }
    let has_tag = node.tag.is_some();
    let value = match form {
        ScalarForm::Plain if !has_tag => plain(text, is_regex),
        _ => Value::Text(string(text, is_regex)),
    };
    Ok(Placed { at: node.span.start, value })
}

fn plain(text: &str, is_regex: bool) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).map_or_else(|| Value::Text(string(text, is_regex)), Value::Number),
    }
}

fn string(text: &str, is_regex: bool) -> SigmaString {
    if is_regex { SigmaString::from_raw(text) } else { SigmaString::new(text) }
}

/// The decimal text of a number. `None` for a text, also for one with leading zeros, such as an account id.
fn number(text: &str) -> Option<String> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let starts = |radix: &str| digits.strip_prefix(radix);
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(number) = starts(prefix).and_then(|it| i64::from_str_radix(it, radix).ok()) {
            return Some(if text.starts_with('-') { format!("-{number}") } else { number.to_string() });
        }
    }
    let is_decimal =
        digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'))
            && digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            && digits.contains(|c: char| c.is_ascii_digit());
    let is_padded = digits.len() > 1
        && digits.starts_with('0')
        && digits.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    if !is_decimal || is_padded {
        return None;
    }
    match text.parse::<i64>() {
        Ok(number) => Some(number.to_string()),
        Err(_) => {
            text.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| number.to_string())
        }
    }
}
