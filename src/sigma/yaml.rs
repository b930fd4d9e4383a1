//! Writes texts as YAML.

use crate::escaped::is_hidden;
use std::fmt::Write;

/// A text in single quotes, or in double quotes with escapes if it has hidden characters or line ends.
pub(super) fn text(text: &str) -> String {
    if !text.chars().any(|c| is_hidden(c) || c.is_control()) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut out = "\"".to_owned();
    for c in text.chars() {
        let _ = match c {
            '"' | '\\' => write!(out, "\\{c}"),
            '\n' => write!(out, "\\n"),
            _ if is_hidden(c) || c.is_control() => write!(out, "\\U{:08X}", u32::from(c)),
            _ => write!(out, "{c}"),
        };
    }
    out + "\""
}

/// A key: plain if it has only letters, digits, `.`, `-`, `_` and `|`.
pub(super) fn key(name: &str) -> String {
    let is_plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'|'));
    if is_plain { name.to_owned() } else { text(name) }
}
