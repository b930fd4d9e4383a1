//! Findings with their places in files. All reports use these types.

use super::counts::{AlarmCounts, Counts};
use crate::diagnostic::Diagnostic;
use crate::sources::Reference;
#[cfg(feature = "report")]
use crate::span::Lines;
use crate::span::{LineColumn, Span};

/// The findings in one file.
#[derive(Debug, Clone)]
pub struct FileFindings {
    /// The file's path as it was given.
    pub path: String,
    /// The file's text. The spans of the findings are byte ranges of it.
    pub text: String,
    /// The findings, sorted by their places.
    pub findings: Vec<Finding>,
    /// The number of patterns in the file, and how many of them were checked.
    pub counts: Counts,
    /// The patterns that were not checked.
    pub unchecked: Vec<NotChecked>,
    /// The numbers of alarms of a Terraform file or a template. Alarms of rule files belong to their patterns.
    pub alarms: AlarmCounts,
    /// The number of composite alarms of the file.
    pub composites: usize,
}

/// A pattern that was not checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotChecked {
    /// The name of the pattern in the file. It may be empty.
    pub pattern: String,
    /// The place of the pattern, or of the expression that makes it.
    pub span: Span,
    /// Why it was not checked.
    pub reason: String,
}

/// A finding. Its spans are byte ranges of the file.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The name of the pattern in the file. It may be empty.
    pub pattern: String,
    /// The lint, the message and the places.
    pub diagnostic: Diagnostic,
    /// The references that lead from the filter to the place of the finding. Empty if there are none.
    pub uses: Vec<Reference>,
}

impl Finding {
    /// A finding at a place that no references lead to.
    #[must_use]
    pub fn new(pattern: impl Into<String>, diagnostic: Diagnostic) -> Self {
        Finding { pattern: pattern.into(), diagnostic, uses: Vec::new() }
    }

    #[cfg(feature = "report")]
    /// The same as [`range`](Self::range), faster for many findings in one text.
    pub(crate) fn range_in(&self, lines: &Lines<'_>) -> (LineColumn, LineColumn) {
        let span = self.diagnostic.primary.span;
        (lines.place(span.start), lines.place(span.end.max(span.start)))
    }

    /// Start and end of the finding in `text`. Lines and columns are counted from 1.
    #[must_use]
    pub fn range(&self, text: &str) -> (LineColumn, LineColumn) {
        let span = self.diagnostic.primary.span;
        (LineColumn::of(text, span.start), LineColumn::of(text, span.end.max(span.start)))
    }
}
