//! Texts of a pattern that end a string, begin a comment, or control a terminal in the target's language.

use crate::{no_differences, patterns, targets_of_all_events};
use cwfilter::escaped::EscapedLines;
use cwfilter::translate::translate;

const TEXTS: [&str; 25] = [
    "'",
    "''",
    "' OR 1=1 --",
    "'; DROP TABLE events; --",
    "\\",
    "\\'",
    "\\\\(1)",
    "\\(halt_error)",
    "\") or true or (\"",
    "\"",
    "/* x */",
    "-- x",
    "# x",
    "##[error]x",
    "##vso[x",
    "::error::x",
    "a\nb",
    "a\n::error::x",
    "\u{1b}[31mred",
    "\u{0}",
    "\u{202e}abc",
    "$1 ${x} `id` %s {{x}}",
    "\\x41",
    "(?i)abc|.*",
    "é\u{1f600}",
];

/// A text in the quotes of a pattern.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn texts() -> Vec<String> {
    TEXTS
        .iter()
        .flat_map(|text| {
            let value = quoted(text);
            let inside = quoted(&format!("*{text}*"));
            let around = quoted(&format!("x{text}*{text}y"));
            let mut all = vec![
                format!("{{ $.a = {value} }}"),
                format!("{{ $.a != {value} }}"),
                format!("{{ $.a = {inside} }}"),
                format!("{{ $.a = {around} }}"),
                format!("{{ $.a[*] = {value} }}"),
                value.clone(),
                format!("-{value}"),
                format!("?{value} ?{}", quoted("other")),
                format!("[x, a = {value}, ...]"),
                format!("[x, a != {inside}]"),
            ];
            if !text.contains('\'') {
                all.push(format!("{{ $.['{text}'] = 1 }}"));
                all.push(format!("{{ $.['{text}'].b NOT EXISTS }}"));
            }
            all
        })
        .collect()
}

fn events() -> Vec<String> {
    let mut events = vec![r#"{"a":"x"}"#.to_owned(), "{}".to_owned(), "x y".to_owned(), "x y z".to_owned()];
    for text in TEXTS {
        let value = serde_json::Value::from(text).to_string();
        events.push(format!("{{\"a\":{value}}}"));
        events.push(format!("{{\"a\":[{value},1]}}"));
        events.push(format!("{{{value}:1}}"));
        events.push(format!("{{\"a\":{}}}", serde_json::Value::from(format!("x{text}-{text}y"))));
        events.push(format!("x {text} z"));
        events.push(format!("x [{text}] z"));
    }
    events
}

#[test]
fn hostile_texts_stay_texts() {
    let patterns = patterns(&texts());
    assert!(patterns.len() > 200, "most of them are patterns: {}", patterns.len());
    for target in targets_of_all_events() {
        for pattern in &patterns {
            let Ok(translation) = translate(pattern, target) else { continue };
            let text = &translation.text;
            assert_eq!(EscapedLines(text).to_string(), *text, "{pattern}: a terminal shows it as it is");
        }
        no_differences(target, &patterns, &events());
    }
}
