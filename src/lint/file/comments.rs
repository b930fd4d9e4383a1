//! Comments that silence a lint: `# cwfilter: allow(lint-name) reason`.
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
        !self.reason.is_empty() && self.lint == lint && lint != REFUSED && self.holds(at)
    }

    fn holds(&self, at: usize) -> bool {
        (self.scope.start..self.scope.end.max(self.scope.start + 1)).contains(&at)
    }
}

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
        Some("json") => return Vec::new(),
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
        for name in names.split(',') {
            found.push(Suppression {
                lint: name.trim().to_owned(),
                reason: reason.trim_start_matches([' ', ':', '-']).trim().to_owned(),
                span,
                scope,
            });
        }
    }
    found
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

/// Removes the findings that comments silence, and reports comments without an effect.
pub(super) fn apply(file: &mut FileFindings, patterns: &[HostedPattern]) {
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
        } else if before == file.findings.len() {
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
