//! Texts of the page.

use crate::escaped::Escaped;
use crate::time::civil;

/// `2026-03-04 10:15`
pub(super) fn time(seconds: i64) -> String {
    let (year, month, day, hour, minute) = civil(seconds);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")
}

/// A text from data, so that it is neither markup nor a control sequence.
pub(super) fn escaped(text: &str) -> String {
    let text = Escaped(text).to_string();
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
