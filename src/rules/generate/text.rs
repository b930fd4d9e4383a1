//! Generated tests as text for a rule file.

use super::GeneratedTest;
use crate::rules::toml_text::{inline, literal};
use serde_json::Value as Json;
use std::fmt::Write;

/// The tests as text for a rule file, to be put after the rule.
///
/// ```
/// use cwfilter::rules::{generate, to_toml};
/// let text = to_toml(&generate(&"ERROR".parse()?));
/// assert!(text.starts_with("\n[[rule.test]]\nname = \"by ERROR\"\nlog = \"ERROR\"\norigin = \"generated\"\nexpect = \"match\"\n"));
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn to_toml(tests: &[GeneratedTest]) -> String {
    let mut out = String::new();
    for test in tests {
        let expect = if test.matches { "match" } else { "no-match" };
        let _ = write!(
            out,
            "\n[[rule.test]]\nname = {}\n{}\norigin = \"generated\"\nexpect = \"{expect}\"\n",
            literal(&test.name),
            event_line(&test.message),
        );
        if !test.because.is_empty() {
            let _ = writeln!(out, "because = {}", literal(&test.because));
        }
    }
    out
}

/// The event as a table. An event with a null is written as a line, because TOML has no null.
fn event_line(message: &str) -> String {
    let event: Result<Json, _> = serde_json::from_str(message);
    match event.ok().filter(Json::is_object).and_then(|event| toml::Value::try_from(event).ok()) {
        Some(table) => format!("event = {}", inline(&table)),
        None => format!("log = {}", literal(message)),
    }
}
