//! Findings as JSON: one object for all, or one object per line.

use crate::diagnostic::{Applicability, Severity};
use crate::lint::file::{AlarmCounts, Counts, FileFindings, Finding};
use crate::span::Lines;
use serde::Serialize;

/// The version of the output. It increases if a field changes its meaning or is removed.
pub const VERSION: u32 = 1;

/// All findings, and the numbers of what was checked.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Report<'a> {
    /// The version of the form. It increases if a member changes its meaning or is removed.
    #[cfg_attr(feature = "schema", schemars(extend("const" = VERSION)))]
    version: u32,
    /// The findings.
    findings: Vec<FindingObject<'a>>,
    /// The number of files that were read.
    files: usize,
    /// The number of patterns that were found.
    patterns: usize,
    /// The number of patterns that were checked.
    checked: usize,
    /// The patterns that were not checked.
    not_checked: Vec<NotChecked<'a>>,
    /// The number of alarms in Terraform files and templates.
    alarms: usize,
    /// The number of those that were checked.
    alarms_checked: usize,
    /// The number of entries of folders that were not read.
    skipped_entries: usize,
}

/// A finding.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FindingObject<'a> {
    /// The file.
    file: &'a str,
    /// The name of the pattern in the file.
    pattern: &'a str,
    /// The name of the lint.
    lint: &'a str,
    /// The severity.
    severity: Severity,
    /// What is wrong.
    message: &'a str,
    /// The line of the first character, from 1.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    line: usize,
    /// The column of the first character, in characters, from 1.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    column: usize,
    /// The line of the end, from 1.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    end_line: usize,
    /// The first column after the finding.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    end_column: usize,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    /// The pattern to write instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Fix<'a>>,
    /// Where the text is used, if it is written elsewhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    uses: Vec<Use<'a>>,
}

/// A pattern that was not checked.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct NotChecked<'a> {
    /// The file.
    file: &'a str,
    /// The name of the pattern in the file.
    pattern: &'a str,
    /// The line, from 1.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    line: usize,
    /// The column, in characters, from 1.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    column: usize,
    /// Why it was not checked.
    reason: &'a str,
}

/// A place where the text of a pattern is used.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Use<'a> {
    /// The file.
    file: &'a str,
    /// The line, from 1.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    line: usize,
    /// The column, in characters, from 1.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    column: usize,
    /// The expression, such as `local.pattern`.
    what: &'a str,
}

/// A pattern to write instead.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Fix<'a> {
    /// Whether it is applied without review: `safe` keeps the meaning, `suggested` changes it to what was likely meant.
    applicability: Applicability,
    /// The whole new pattern.
    pattern: &'a str,
}

fn finding_object<'a>(file: &'a FileFindings, lines: &Lines<'_>, finding: &'a Finding) -> FindingObject<'a> {
    let (start, end) = finding.range_in(lines);
    let diagnostic = &finding.diagnostic;
    FindingObject {
        file: &file.path,
        pattern: &finding.pattern,
        lint: diagnostic.lint,
        severity: diagnostic.severity,
        message: &diagnostic.message,
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        help: diagnostic.help.as_deref(),
        fix: diagnostic
            .fix
            .as_ref()
            .map(|fix| Fix { applicability: fix.applicability, pattern: &fix.pattern }),
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
