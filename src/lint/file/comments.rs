//! Comments that silence a lint: `# cwfilter: allow(lint-name) reason`. JSON has no comments: the text of the key `//` takes their place, and
//! `allow(lint-name) reason` as `cwfilter` in the `Metadata` of a CloudFormation resource; they are about their object.
//!
//! A comment after code is about its line. A comment on a line of its own is about the next line of code and what is indented
//! below it, such as a resource or a property; above `[[rule]]`, about the whole rule. A pattern that begins there belongs to it.

use super::FileFindings;
use super::Finding;
use crate::diagnostic::{Diagnostic, REFUSED, Severity};
use crate::lint::catalogue::lint;
use crate::sources::HostedPattern;
use crate::span::Span;
use std::path::Path;

/// A comment that silences one lint in a part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Suppression {
    /// The name of the lint.
    pub lint: String,
    /// Why the lint is silenced. A comment without a reason silences nothing.
    pub reason: String,
    /// The comment.
    pub span: Span,
    /// What it is about.
    pub scope: Span,
}

impl Suppression {
    /// Whether it silences this lint for what begins at a byte of the file.
    #[must_use]
    pub fn silences(&self, lint: &str, at: usize) -> bool {
        !self.reason.is_empty() && self.lint == lint && !NEVER_SILENT.contains(&lint) && self.holds(at)
    }

    fn holds(&self, at: usize) -> bool {
        (self.scope.start..self.scope.end.max(self.scope.start + 1)).contains(&at)
    }
}

/// Lints of what AWS, or `cwfilter test`, refuses.
pub const NEVER_SILENT: [&str; 2] = [REFUSED, "refused-rule-file"];

const MARK: &str = "cwfilter: allow(";

/// The comments of a file that silence lints. `patterns` are those that were read from it.
///
/// ```
/// use cwfilter::lint::file::suppressions;
/// let text = "# cwfilter: allow(or-of-negations) the vendor's text\nFilterPattern: '{ $.a != x || $.a != y }'\n";
/// let found = suppressions("t.yaml".as_ref(), text, &[]);
/// assert_eq!((found[0].lint.as_str(), found[0].reason.as_str()), ("or-of-negations", "the vendor's text"));
/// assert!(found[0].silences("or-of-negations", text.find("Filter").unwrap()));
/// ```
#[must_use]
pub fn suppressions(path: &Path, text: &str, patterns: &[HostedPattern]) -> Vec<Suppression> {
    let marks: &[&str] = match path.extension().and_then(|it| it.to_str()) {
        Some("tf" | "tofu") => &["#", "//"],
        Some("json") => return of_json(text),
        _ if text.trim_start().starts_with('{') => return of_json(text),
        _ => &["#"],
    };
    let lines = lines(text);
    let mut found = Vec::new();
    for (number, (start, line)) in lines.iter().enumerate() {
        let Some(at) = line.find(MARK) else { continue };
        let before = line.get(..at).unwrap_or_default().trim_end();
        let Some(code) = marks.iter().find_map(|mark| before.strip_suffix(mark)) else { continue };
        if patterns.iter().any(|hosted| (hosted.literal.start..hosted.literal.end).contains(&(start + at))) {
            continue;
        }
        let rest = line.get(at + MARK.len()..).unwrap_or_default();
        let Some((names, reason)) = rest.split_once(')') else { continue };
        let scope =
            if code.trim().is_empty() { below(&lines, number, marks) } else { (*start, start + line.len()) };
        let scope = with_patterns(scope, patterns);
        let span = Span::new(start + code.len(), start + line.trim_end().len());
        add(&mut found, names, reason, span, scope);
    }
    found
}

/// The suppressions of a JSON document, each about its object.
fn of_json(text: &str) -> Vec<Suppression> {
    if !text.contains("allow(") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for note in crate::sources::notes(text) {
        let told = note.text.trim();
        let Some(rest) = told.strip_prefix(MARK).or_else(|| told.strip_prefix("allow(")) else { continue };
        let Some((names, reason)) = rest.split_once(')') else { continue };
        add(&mut found, names, reason, note.span, note.scope);
    }
    found
}

fn add(found: &mut Vec<Suppression>, names: &str, reason: &str, span: Span, scope: Span) {
    let reason = reason.trim_start_matches([' ', ':', '-']).trim();
    let one =
        |name: &str| Suppression { lint: name.trim().to_owned(), reason: reason.to_owned(), span, scope };
    found.extend(names.split(',').map(one));
}

/// The lines of a text with their offsets.
fn lines(text: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    let with_offset = |line| {
        let start = at;
        at += str::len(line);
        (start, line)
    };
    text.split_inclusive('\n').map(with_offset).collect()
}

/// The next line of code after a line, and what is indented below it.
fn below(lines: &[(usize, &str)], number: usize, marks: &[&str]) -> (usize, usize) {
    let is_code = |line: &str| {
        let line = line.trim();
        !line.is_empty() && !marks.iter().any(|mark| line.starts_with(mark))
    };
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut rest = lines.iter().skip(number + 1).skip_while(|(_, line)| !is_code(line));
    let Some((start, first)) = rest.next() else { return (usize::MAX, usize::MAX) };
    let is_rule = first.trim_start().starts_with("[[") && !first.contains('.');
    let ends = |line: &str| {
        if is_rule {
            return line.starts_with("[[") && !line.split(']').next().unwrap_or_default().contains('.');
        }
        is_code(line) && indent(line) <= indent(first) && !line.trim_start().starts_with(['}', ']', ')'])
    };
    let end = rest.find(|(_, line)| ends(line)).map(|(start, _)| *start);
    (*start, end.unwrap_or_else(|| lines.last().map_or(0, |(start, line)| start + line.len())))
}

/// The scope with the patterns that begin in it, which may have lines without indentation.
fn with_patterns((start, end): (usize, usize), patterns: &[HostedPattern]) -> Span {
    let literals = patterns.iter().map(|hosted| hosted.literal);
    let ends = literals.filter(|it| (start..end).contains(&it.start)).map(|it| it.end);
    Span::new(start, ends.max().unwrap_or(end).max(end))
}

/// Removes the findings that comments silence, and reports comments without an effect. If `is_partial`, some findings are not known yet, and
/// a comment that may silence one is not reported.
pub(super) fn apply(file: &mut FileFindings, patterns: &[HostedPattern], is_partial: bool) {
    for comment in suppressions(Path::new(&file.path), &file.text, patterns) {
        let before = file.findings.len();
        file.findings.retain(|it| {
            // a comment does not silence what another one is told
            !comment.silences(it.diagnostic.lint, it.diagnostic.primary.span.start)
        });
        let name = &comment.lint;
        let (lint, message, help) = if lint(name).is_none() {
            ("unknown-lint", format!("there is no lint `{name}`"), "remove the comment")
        } else if comment.reason.is_empty() {
            (
                "allow-without-reason",
                format!("`{name}` is not silenced: the comment has no reason"),
                "write why after the `)`",
            )
        } else if NEVER_SILENT.contains(&name.as_str()) {
            (
                "unused-allow",
                format!("`{name}` cannot be silenced: what is refused works nowhere"),
                "remove the comment",
            )
        } else if before == file.findings.len() && !is_partial {
            ("unused-allow", format!("`{name}` has no finding here"), "remove the comment")
        } else {
            continue;
        };
        let diagnostic = Diagnostic::new(lint, Severity::Warning, comment.span, message);
        let diagnostic = diagnostic.in_file(comment.span).help(help);
        file.findings.push(Finding::new("", diagnostic));
    }
    file.findings.sort_by_key(|finding| finding.diagnostic.primary.span.start);
}
