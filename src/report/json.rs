//! Findings as JSON: one object for all, or one object per line.

use crate::lint::file::{AlarmCounts, Counts, FileFindings, Finding};
use crate::span::Lines;
use serde::Serialize;

/// The version of the output. It increases if a field changes its meaning or is removed.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    findings: Vec<FindingObject<'a>>,
    files: usize,
    patterns: usize,
    checked: usize,
    #[serde(rename = "notChecked")]
    not_checked: Vec<NotChecked<'a>>,
    alarms: usize,
    #[serde(rename = "alarmsChecked")]
    alarms_checked: usize,
    #[serde(rename = "skippedEntries")]
    skipped_entries: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FindingObject<'a> {
    file: &'a str,
    pattern: &'a str,
    lint: &'a str,
    severity: &'a str,
    message: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Fix<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    uses: Vec<Use<'a>>,
}

#[derive(Serialize)]
struct NotChecked<'a> {
    file: &'a str,
    pattern: &'a str,
    line: usize,
    column: usize,
    reason: &'a str,
}

#[derive(Serialize)]
struct Use<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    what: &'a str,
}

#[derive(Serialize)]
struct Fix<'a> {
    applicability: &'a str,
    pattern: &'a str,
}

fn finding_object<'a>(file: &'a FileFindings, lines: &Lines<'_>, finding: &'a Finding) -> FindingObject<'a> {
    let (start, end) = finding.range_in(lines);
    let diagnostic = &finding.diagnostic;
    FindingObject {
        file: &file.path,
        pattern: &finding.pattern,
        lint: diagnostic.lint,
        severity: diagnostic.severity.name(),
        message: &diagnostic.message,
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        help: diagnostic.help.as_deref(),
        fix: diagnostic
            .fix
            .as_ref()
            .map(|fix| Fix { applicability: fix.applicability.name(), pattern: &fix.pattern }),
        uses: finding
            .uses
            .iter()
            .map(|it| Use { file: &it.path, line: it.place.line, column: it.place.column, what: &it.what })
            .collect(),
    }
}

fn finding_objects(files: &[FileFindings]) -> impl Iterator<Item = FindingObject<'_>> {
    files.iter().flat_map(|file| {
        let lines = Lines::new(&file.text);
        file.findings.iter().map(move |finding| finding_object(file, &lines, finding))
    })
}

fn not_checked(file: &FileFindings) -> impl Iterator<Item = NotChecked<'_>> {
    let lines = Lines::new(&file.text);
    file.unchecked.iter().map(move |it| {
        let place = lines.place(it.span.start);
        NotChecked {
            file: &file.path,
            pattern: &it.pattern,
            line: place.line,
            column: place.column,
            reason: &it.reason,
        }
    })
}

/// One object with `version`, `findings`, `files`, `patterns`, how many of them were `checked`, those that were `notChecked` with the
/// reason, `alarms` and `alarmsChecked` of Terraform files and templates, and `skippedEntries`: the number of entries in folders that were not read.
#[must_use]
pub fn object(files: &[FileFindings], skipped_entries: usize) -> String {
    let counts = Counts::sum(files.iter().map(|file| &file.counts));
    let alarms = AlarmCounts::sum(files.iter().map(|file| &file.alarms));
    let report = Report {
        version: VERSION,
        findings: finding_objects(files).collect(),
        files: files.len(),
        patterns: counts.found,
        checked: counts.checked,
        not_checked: files.iter().flat_map(not_checked).collect(),
        alarms: alarms.found,
        alarms_checked: alarms.checked,
        skipped_entries,
    };
    serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
}

/// One object per line, for each finding.
#[must_use]
pub fn lines(files: &[FileFindings]) -> String {
    let line = |finding| serde_json::to_string(&finding).unwrap_or_default() + "\n";
    finding_objects(files).map(line).collect()
}
