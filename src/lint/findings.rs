//! One pattern, and the findings about it.

use crate::FilterPattern;
use crate::diagnostic::Diagnostic;
use crate::semantics::Semantics;
use crate::span::Span;
use crate::syntax::ast::Pattern;

/// One pattern, and its findings.
pub(super) struct Findings<'a> {
    pub(super) text: &'a str,
    pub(super) pattern: &'a Pattern,
    pub(super) semantics: Semantics,
    pub(super) list: Vec<Diagnostic>,
}

impl Findings<'_> {
    /// Parses another pattern with the same semantics.
    pub(super) fn parsed(&self, text: &str) -> Option<FilterPattern> {
        FilterPattern::with_semantics(text, self.semantics).ok()
    }

    pub(super) fn add(&mut self, finding: Diagnostic) {
        self.list.push(finding);
    }

    /// The pattern's text at a place.
    pub(super) fn text_at(&self, span: Span) -> &str {
        span.of(self.text)
    }
}
