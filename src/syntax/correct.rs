//! Corrects refused patterns whose author can have meant only one thing: an operator of another language, an escape or a quote too
//! many, a key that needs quotes. `suggest.rs` adds the quotes of values and terms.

use super::error::{ErrorKind, Refusal};
use std::ops::Range;

/// The pattern with one mistake corrected, the one at the refusal. It may have others. `None` if it is not clear what was meant.
pub(super) fn corrected(pattern: &str, refusal: &Refusal) -> Option<String> {
    if let Some(inner) = unwrapped(pattern) {
        return Some(inner.to_owned());
    }
    let at = refusal.span.start;
    if has_escaped_quote(pattern, at) {
        return Some(without_escapes(pattern));
    }
    if !pattern.starts_with(['{', '[']) {
        return None;
    }
    let (range, new) = quotes(pattern, at)
        .or_else(|| selector(pattern, at))
        .or_else(|| operator(pattern, at))
        .or_else(|| word(pattern, refusal))?;
    let (before, after) = (pattern.get(..range.start)?, pattern.get(range.end..)?);
    Some([before, &new, after].concat())
}

/// The help line for a mistake that [`corrected`] corrects and that the refusal alone does not show.
pub(super) fn help(pattern: &str, refusal: &Refusal) -> Option<String> {
    let at = refusal.span.start;
    if unwrapped(pattern).is_some() {
        return Some("remove the quotes around the pattern".to_owned());
    }
    if has_escaped_quote(pattern, at) {
        return Some("the quotes are escaped once too often: remove the backslashes before them".to_owned());
    }
    if pattern.starts_with('{')
        && let Some((_, new)) = selector(pattern, at)
    {
        return Some(format!(
            "a key with other characters than letters, digits, `_` and `-` is quoted: write `{new}`"
        ));
    }
    None
}

/// The pattern between quotes of another language, or between double quotes that its own quotes end.
fn unwrapped(pattern: &str) -> Option<&str> {
    let pattern = pattern.trim();
    let pairs = [('\'', '\''), ('`', '`'), ('"', '"'), ('“', '”'), ('‘', '’')];
    let inner = pairs.iter().find_map(|(open, close)| pattern.strip_prefix(*open)?.strip_suffix(*close))?;
    let inner = inner.trim();
    let is_pattern = |open: char, close: char| inner.starts_with(open) && inner.ends_with(close);
    (is_pattern('{', '}') || is_pattern('[', ']') && inner.contains(['=', ','])).then_some(inner)
}

/// Whether a quote with backslashes before it is where a token begins.
fn has_escaped_quote(pattern: &str, at: usize) -> bool {
    let (Some(before), Some(rest)) = (pattern.get(..at), pattern.get(at..)) else { return false };
    let is_start =
        before.ends_with(|c: char| c.is_whitespace() || "=(?-,<>".contains(c)) || before.is_empty();
    is_start && rest.starts_with('\\') && rest.trim_start_matches('\\').starts_with('"')
}

fn without_escapes(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    for c in pattern.chars() {
        if c == '"' {
            out.truncate(out.trim_end_matches('\\').len());
        }
        out.push(c);
    }
    out
}

/// Single or typographic quotes around a value.
fn quotes(pattern: &str, at: usize) -> Option<(Range<usize>, String)> {
    let rest = pattern.get(at..)?;
    let open = rest.chars().next()?;
    let closes: &[char] = match open {
        '\'' => &['\''],
        '“' | '”' | '„' => &['“', '”', '"'],
        '‘' | '’' => &['‘', '’'],
        _ => return None,
    };
    let inner = rest.get(open.len_utf8()..)?;
    let length = inner.find(closes)?;
    let text = inner.get(..length)?;
    let close = inner.get(length..)?.chars().next()?;
    let end = at + open.len_utf8() + length + close.len_utf8();
    (!text.contains('"')).then(|| (at..end, format!("\"{text}\"")))
}

/// A selector with keys that need quotes: `$.cs(User-Agent)`.
fn selector(pattern: &str, at: usize) -> Option<(Range<usize>, String)> {
    if !pattern.starts_with('{') {
        return None;
    }
    let start =
        pattern.get(..at)?.rfind("$.").or_else(|| pattern.get(at..)?.starts_with("$.").then_some(at))?;
    let start = if pattern.get(at..)?.starts_with("$.") { at } else { start };
    let rest = pattern.get(start..pattern.len().checked_sub(1)?)?;
    let is_end = |c: char| c.is_whitespace() || "=!<>&|".contains(c);
    let mut text = rest.get(..rest.find(is_end).unwrap_or(rest.len()))?;
    // a parenthesis that closes a group is not part of the key
    while text.ends_with(')') && text.matches(')').count() > text.matches('(').count() {
        text = text.get(..text.len() - 1)?;
    }
    let is_whole = text.matches('(').count() == text.matches(')').count();
    if at > start + text.len() || !is_whole || text.contains(['[', ']', '\'', '"', '\\', '*', '%', ',']) {
        return None;
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let keys: Vec<&str> = text.get(2..)?.split('.').collect();
    if keys.iter().any(|key| key.is_empty()) || keys.iter().all(|key| key.chars().all(is_plain)) {
        return None;
    }
    let step = |key: &&str| if key.chars().all(is_plain) { format!(".{key}") } else { format!(".['{key}']") };
    Some((start..start + text.len(), format!("${}", keys.iter().map(step).collect::<String>())))
}

/// An operator of another language.
fn operator(pattern: &str, at: usize) -> Option<(Range<usize>, String)> {
    let (before, rest) = (pattern.get(..at)?, pattern.get(at..)?);
    let previous = before.trim_end();
    if rest.starts_with('=') && previous.ends_with('=') {
        return Some((previous.len()..at + 1, String::new()));
    }
    if rest.starts_with('>') && before.ends_with('<') {
        return Some((at - 1..at + 1, "!=".to_owned()));
    }
    if rest.starts_with(['>', '<']) && before.ends_with('=') && !before.ends_with("!=") {
        return Some((at - 1..at + 1, format!("{}=", rest.get(..1)?)));
    }
    for (sign, twice) in [('&', "&&"), ('|', "||")] {
        if rest.starts_with(sign) && !rest.starts_with(twice) && !before.ends_with(sign) {
            return Some((at..at + 1, twice.to_owned()));
        }
    }
    None
}

/// A word of another language, or a keyword in lower case.
fn word(pattern: &str, refusal: &Refusal) -> Option<(Range<usize>, String)> {
    if !matches!(refusal.kind, ErrorKind::Grammar { .. } | ErrorKind::MisplacedWord { .. }) {
        return None;
    }
    let at = refusal.span.start;
    let rest = pattern.get(at..)?;
    let length = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let word = rest.get(..length)?.to_ascii_uppercase();
    let before = pattern.get(..at)?.trim_end();
    let previous = before.rsplit(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    let is_json = pattern.starts_with('{');
    let after_selector = !before.ends_with(['{', '(', '&', '|', '=', '<', '>']);
    let new = match word.as_str() {
        "AND" => "&&",
        "OR" => "||",
        "NULL" if is_json && before.ends_with('=') && !before.ends_with("!=") => {
            return Some((before.len() - 1..at + length, "IS NULL".to_owned()));
        }
        "IS" | "NOT" if is_json && after_selector => word.as_str(),
        "NULL" | "TRUE" | "FALSE" if is_json && previous == "IS" => word.as_str(),
        "EXISTS" | "EXIST" if is_json && previous == "NOT" => "EXISTS",
        _ => return None,
    };
    (new != rest.get(..length)?).then(|| (at..at + length, new.to_owned()))
}
