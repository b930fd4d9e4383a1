//! Lints of files; the answer is JSON, from which `cwfilter.lints` makes its classes.

use crate::json;
use cwfilter::Lines;
use cwfilter::diagnostic::Applicability;
use cwfilter::lint::file::{FileFindings, Finding};
use pyo3::prelude::*;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Lints files and folders as `cwfilter lint` does.
#[pyfunction]
pub(crate) fn lint_paths(py: Python<'_>, paths: Vec<PathBuf>) -> PyResult<String> {
    let linted = py.detach(|| cwfilter_cli::lint_paths(&paths));
    let files = || linted.files.iter();
    let skipped = linted.skipped.iter().map(|(path, why)| (path.display().to_string(), why));
    let unchecked = files().flat_map(|file| {
        let lines = Lines::new(&file.text);
        let of = |it: &cwfilter::lint::file::NotChecked| {
            let place = lines.place(it.span.start);
            json!({"path": file.path, "line": place.line, "column": place.column, "pattern": it.pattern, "reason": it.reason})
        };
        file.unchecked.iter().map(of).collect::<Vec<_>>()
    });
    json::text(&json!({
        "findings": files().flat_map(findings).collect::<Vec<_>>(),
        "patterns": files().map(|file| file.counts.found).sum::<usize>(),
        "checked": files().map(|file| file.counts.checked).sum::<usize>(),
        "alarms": files().map(|file| file.alarms.found).sum::<usize>(),
        "alarms_checked": files().map(|file| file.alarms.checked).sum::<usize>(),
        "unchecked": unchecked.collect::<Vec<_>>(),
        "skipped": skipped.collect::<Vec<_>>(),
        "errors": linted.errors,
    }))
}

fn findings(file: &FileFindings) -> Vec<Value> {
    let lines = Lines::new(&file.text);
    file.findings.iter().map(|found| finding(file, &lines, found)).collect()
}

/// A finding, by the names of `cwfilter.FileFinding`.
fn finding(file: &FileFindings, lines: &Lines<'_>, found: &Finding) -> Value {
    let diagnostic = &found.diagnostic;
    let (begin, end) = (lines.place(diagnostic.primary.span.start), lines.place(diagnostic.primary.span.end));
    json!({
        "path": file.path,
        "line": begin.line,
        "column": begin.column,
        "end_line": end.line,
        "end_column": end.column,
        "pattern": found.pattern,
        "lint": diagnostic.lint,
        "severity": diagnostic.severity.name(),
        "message": diagnostic.message,
        "help": diagnostic.help,
        "fix": diagnostic.fix.as_ref().map(|fix| &fix.pattern),
        "fix_is_safe": diagnostic.fix.as_ref().is_some_and(|fix| fix.applicability == Applicability::Safe),
    })
}
