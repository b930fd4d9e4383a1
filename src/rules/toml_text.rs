//! Writes TOML. Texts that come from data are escaped: hidden characters and newlines become TOML escapes.

use crate::escaped::is_hidden;
use std::fmt::Write;

/// A string as the `toml` crate writes it, or a basic string with more escapes if the text has hidden characters. The value is the same.
pub(crate) fn literal(text: &str) -> String {
    if !text.chars().any(is_hidden) && !text.contains("##") {
        return toml::Value::String(text.to_owned()).to_string();
    }
    let mut out = "\"".to_owned();
    let mut before = ' ';
    for c in text.chars() {
        let _ = match c {
            '"' | '\\' => write!(out, "\\{c}"),
            '\n' => write!(out, "\\n"),
            '\r' => write!(out, "\\r"),
            '\t' => write!(out, "\\t"),
            // `##[` starts a command to the runner of GitHub Actions
            '#' if before == '#' => write!(out, "\\u0023"),
            hidden if is_hidden(hidden) => write!(out, "\\U{:08X}", u32::from(hidden)),
            _ => write!(out, "{c}"),
        };
        before = c;
    }
    out + "\""
}

/// A value on one line.
pub(super) fn inline(value: &toml::Value) -> String {
    match value {
        toml::Value::Table(table) => {
            let entry =
                |(key, value): (&String, &toml::Value)| format!("{} = {}", key_text(key), inline(value));
            format!("{{ {} }}", table.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        toml::Value::Array(values) => {
            format!("[{}]", values.iter().map(inline).collect::<Vec<_>>().join(", "))
        }
        toml::Value::String(text) => literal(text),
        other => other.to_string(),
    }
}

fn key_text(key: &str) -> String {
    let is_bare = !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if is_bare { key.to_owned() } else { literal(key) }
}

/// An array of tables of a rule file, `[[rule]]` or `[[composite]]`, with a line for each key.
#[cfg(feature = "provision")]
pub(crate) fn array_of_tables(name: &str, tables: &[toml::Table]) -> String {
    let lines = |table: &toml::Table| -> String {
        table.iter().map(|(key, value)| format!("{} = {}\n", key_text(key), inline(value))).collect()
    };
    tables.iter().map(|table| format!("[[{name}]]\n{}", lines(table))).collect::<Vec<_>>().join("\n")
}
