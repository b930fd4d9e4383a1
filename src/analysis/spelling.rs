//! Regular expressions for the texts of JSON objects.

use serde_json::Value as Json;
use std::fmt::Write;

const BLANKS: &str = r"[ \t\r\n]*";

/// Expressions that the text of each object contains; of each object with a member unless `is_empty`.
pub(super) fn frame(is_empty: bool) -> Vec<String> {
    let begin = if is_empty { format!("^{BLANKS}\\{{") } else { format!("^{BLANKS}\\{{{BLANKS}\"") };
    vec![begin, format!("\\}}{BLANKS}$")]
}

/// Expressions for the spellings of an event: with white space, with a member more that has any value, and, in the last one, with each
/// character of a text as itself or as an escape.
pub(super) fn of_event(event: &str, has_escapes: bool) -> Vec<String> {
    let Ok(value @ Json::Object(_)) = serde_json::from_str::<Json>(event) else { return Vec::new() };
    let escapes: &[bool] = if has_escapes { &[false, true] } else { &[false] };
    let mut all = Vec::new();
    for is_escaped in escapes {
        let Json::Object(members) = &value else { continue };
        let mut own = Vec::new();
        for (key, value) in members {
            let mut out = String::new();
            member(key, value, *is_escaped, &mut out);
            own.push(out);
        }
        let own = own.join(&format!(",{BLANKS}"));
        let comma = if own.is_empty() { String::new() } else { format!(",{BLANKS}") };
        let more = format!("\"message\"{BLANKS}:{BLANKS}{}{BLANKS}", any());
        all.push(format!("^{BLANKS}\\{{{BLANKS}(?:{more}{comma})?{own}\\}}{BLANKS}$"));
    }
    all
}

/// Any text, number, constant, and objects and arrays of them.
fn any() -> String {
    let text = "\"(?-u:[^\"\\\\\\x00-\\x1f]|\\\\[\"\\\\/bfnrt])*\"";
    let scalar = format!("(?:{text}|-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?|true|false|null)");
    let pair = format!("{text}{BLANKS}:{BLANKS}{scalar}{BLANKS}");
    let object = format!("\\{{{BLANKS}(?:{pair}(?:,{BLANKS}{pair})*)?\\}}");
    let array = format!("\\[{BLANKS}(?:{scalar}{BLANKS}(?:,{BLANKS}{scalar}{BLANKS})*)?\\]");
    format!("(?:{scalar}|{object}|{array})")
}

fn member(key: &str, value: &Json, is_escaped: bool, out: &mut String) {
    text(key, is_escaped, out);
    let _ = write!(out, "{BLANKS}:{BLANKS}");
    spelled(value, is_escaped, out);
    out.push_str(BLANKS);
}

fn spelled(value: &Json, is_escaped: bool, out: &mut String) {
    match value {
        Json::String(it) => text(it, is_escaped, out),
        Json::Object(members) => {
            let _ = write!(out, "\\{{{BLANKS}");
            for (at, (key, value)) in members.iter().enumerate() {
                let _ = write!(out, "{}", if at == 0 { String::new() } else { format!(",{BLANKS}") });
                member(key, value, is_escaped, out);
            }
            out.push_str("\\}");
        }
        Json::Array(elements) => {
            let _ = write!(out, "\\[{BLANKS}");
            for (at, value) in elements.iter().enumerate() {
                let _ = write!(out, "{}", if at == 0 { String::new() } else { format!(",{BLANKS}") });
                spelled(value, is_escaped, out);
                out.push_str(BLANKS);
            }
            out.push_str("\\]");
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => out.push_str(&literal(&value.to_string())),
    }
}

/// A text in quotes. Each ASCII letter, digit or sign may be an escape.
fn text(text: &str, is_escaped: bool, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        let json = Json::from(character.to_string()).to_string();
        let plain = literal(json.get(1..json.len() - 1).unwrap_or_default());
        if is_escaped && character.is_ascii() {
            let _ = write!(out, "(?:{plain}|\\\\u{:04x})", u32::from(character));
        } else {
            out.push_str(&plain);
        }
    }
    out.push('"');
}

/// An expression for a text.
fn literal(text: &str) -> String {
    regex::escape(text)
}
