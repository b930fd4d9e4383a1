//! What a page does not cover, at its top: what could not be read comes first.

use super::collected::{HitsPage, PageNotes};
use super::text::escaped;
use crate::plural::counted;
use std::fmt::Write;

/// Nothing if the page covers all that was asked for.
pub(super) fn uncovered(page: &HitsPage, notes: &PageNotes, out: &mut String) {
    let mut limits = Vec::new();
    if let more @ 1.. = page.summary.all.hits.saturating_sub(page.shown.len() as u64) {
        let shown = counted(page.shown.len(), "hit is", "hits are");
        let more = counted(more, "more is", "more are");
        limits.push(format!(
            "{shown} shown in full; {more} counted in the tables only. `scan --format ndjson` has all."
        ));
    }
    if let more @ 1.. = page.summary.more {
        let more = counted(more, "count has", "counts have");
        limits.push(format!("{more} no room in the tables"));
    }
    let limits = limits.iter().chain(&notes.limits).map(String::as_str);
    section(notes.failed_inputs, &notes.failures, limits, out);
}

/// The section of what a page does not cover: the inputs that could not be read as a whole, their errors, and a sentence for each other
/// limit. Nothing without any of them.
pub(in crate::report) fn section<'t>(
    failed_inputs: usize,
    failures: &[String],
    limits: impl Iterator<Item = &'t str>,
    out: &mut String,
) {
    let mut body = String::new();
    if failed_inputs > 0 {
        let failed = counted(failed_inputs, "input is", "inputs are");
        let all = "damaged or unreadable: this page does not cover all of the evidence.";
        warn(&mut body, &format!("{failed} {all}"));
    }
    if !failures.is_empty() {
        let items = failures.iter().map(|line| format!("<li><code>{}</code></li>", escaped(line)));
        let _ = writeln!(body, "<ul>{}</ul>", items.collect::<String>());
    }
    limits.for_each(|limit| warn(&mut body, limit));
    if !body.is_empty() {
        let _ = write!(out, "<section><h2>What this page does not cover</h2>\n{body}</section>\n");
    }
}

fn warn(out: &mut String, text: &str) {
    let _ = writeln!(out, "<p class=\"warn\">{}</p>", escaped(text));
}
