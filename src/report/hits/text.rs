//! Text from data as HTML.

use crate::escaped::{Escaped, EscapedLines};

/// On one line, for elements and for attributes in double quotes.
pub(in crate::report) fn escaped(text: &str) -> String {
    entities(&Escaped(text).to_string())
}

/// On several lines.
pub(in crate::report) fn escaped_lines(text: &str) -> String {
    entities(&EscapedLines(text).to_string())
}

fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            _ => out.push(c),
        }
    }
    out
}
