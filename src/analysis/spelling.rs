//! Regular expressions for the texts of JSON objects.

use crate::syntax::ast::{Condition, Expr, Predicate, Step};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::fmt::Write;

const BLANKS: &str = r"[ \t\r\n]*";

/// Expressions that the text of each object contains; of each object with a member unless `is_empty`.
pub(super) fn frame(is_empty: bool) -> Vec<String> {
    let begin = if is_empty { format!("^{BLANKS}\\{{") } else { format!("^{BLANKS}\\{{{BLANKS}\"") };
    vec![begin, format!("\\}}{BLANKS}$")]
}

/// Expressions that the text of each object contains in which a JSON pattern matches: the keys that the pattern needs, each character as
/// itself or as an escape.
pub(super) fn keys(expr: &Expr<Condition>) -> Vec<String> {
    let is_plain = |key: &&String| {
        let has_no_short_escape = |byte: u8| byte.is_ascii_graphic() && !b"\"\\/".contains(&byte);
        !key.is_empty() && key.bytes().all(has_no_short_escape)
    };
    let digit = |digit: char| match digit {
        'a'..='f' => format!("[{digit}{}]", digit.to_ascii_uppercase()),
        other => other.to_string(),
    };
    let one = |character: char| {
        let code: String = format!("{:04x}", u32::from(character)).chars().map(digit).collect();
        format!("(?:{}|\\\\u{code})", literal(&character.to_string()))
    };
    let needed = needed(expr);
    needed.iter().filter(is_plain).take(KEYS).map(|key| key.chars().map(one).collect()).collect()
}

/// Keys that are sought at the same time.
const KEYS: usize = 2;

/// The keys that each object has in which the expression is true.
fn needed(expr: &Expr<Condition>) -> BTreeSet<String> {
    match expr {
        Expr::Group(inner) => needed(&inner.item),
        Expr::And(parts) => parts.iter().flat_map(|part| needed(&part.item)).collect(),
        Expr::Or(parts) => {
            let mut all = parts.iter().map(|part| needed(&part.item));
            let first = all.next().unwrap_or_default();
            all.fold(first, |common, keys| common.intersection(&keys).cloned().collect())
        }
        Expr::Condition(condition) => match condition.predicate.item {
            Predicate::NotExists => BTreeSet::new(),
            // each is false for a field that is missing
            Predicate::Compare(..)
            | Predicate::Order(..)
            | Predicate::IsNull
            | Predicate::IsTrue
            | Predicate::IsFalse => {
                condition.selector.item.steps.iter().filter_map(Step::key).map(str::to_owned).collect()
            }
        },
    }
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
