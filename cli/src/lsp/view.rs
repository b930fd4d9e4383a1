//! What the functions that answer requests are given, and the error that they return.

use super::analysis::Analysis;
use super::document::Document;
use cwfilter::Span;
use lsp_server::ErrorCode;
use lsp_types::{Position, Range};

/// Why a request has no result.
pub(super) struct Failure {
    pub(super) code: ErrorCode,
    pub(super) why: String,
}

impl Failure {
    pub(super) fn new(code: ErrorCode, why: impl Into<String>) -> Self {
        Failure { code, why: why.into() }
    }
}

/// A document and what it holds.
pub(super) struct View<'a> {
    pub(super) document: &'a Document,
    pub(super) analysis: &'a Analysis,
}

impl View<'_> {
    pub(super) fn range(&self, span: Span) -> Range {
        self.document.positions.range(&self.document.text, span)
    }

    pub(super) fn offset(&self, position: Position) -> usize {
        self.document.positions.offset(&self.document.text, position)
    }

    pub(super) fn span(&self, range: Range) -> Span {
        self.document.positions.span(&self.document.text, range)
    }
}
