//! Findings with their places in files, which every report shows.

use crate::diagnostic::Diagnostic;
use crate::span::LineColumn;
#[cfg(feature = "report")]
use crate::span::Lines;

/// The findings in one file.
#[derive(Debug, Clone)]
pub struct FileFindings {
    /// Its path as it was given.
    pub path: String,
    /// Its text, that spans count the bytes of.
    pub text: String,
    /// In the order of their places.
    pub findings: Vec<Finding>,
    /// How many patterns were looked at.
    pub patterns: usize,
}

/// A finding; its spans count the bytes of the file.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The pattern's name in the file; may be empty.
    pub pattern: String,
    /// What is to be said.
    pub diagnostic: Diagnostic,
}

impl Finding {
    #[cfg(feature = "report")]
    /// The same as [`range`](Self::range), for one of many findings in a text.
    pub(crate) fn range_in(&self, lines: &Lines<'_>) -> (LineColumn, LineColumn) {
        let span = self.diagnostic.primary.span;
        (lines.place(span.start), lines.place(span.end.max(span.start)))
    }

    /// First and last place, in lines and columns from 1.
    #[must_use]
    pub fn range(&self, text: &str) -> (LineColumn, LineColumn) {
        let span = self.diagnostic.primary.span;
        (LineColumn::of(text, span.start), LineColumn::of(text, span.end.max(span.start)))
    }
}
