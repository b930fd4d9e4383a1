//! A literal that is replaced, and the line ends of the file it is in.

use crate::span::Span;

/// A literal that is replaced.
pub(super) struct Replacement {
    pub(super) literal: Span,
    /// Where the new literal is in the new file.
    pub(super) written: Span,
    pub(super) text: String,
}

impl Replacement {
    /// Whether the text that is now read at a place is the intended one; newlines are as the file has them.
    pub(super) fn is_made(&self, span: Span, text: &str) -> bool {
        span == self.written && text.replace("\r\n", "\n") == self.text.replace("\r\n", "\n")
    }
}

/// How the lines of a literal end, or those of the file it is in.
pub(super) fn newline_of(file: &str, literal: &str) -> &'static str {
    let text = if literal.contains('\n') { literal } else { file };
    let first = text.split_inclusive('\n').next().unwrap_or_default();
    if first.ends_with("\r\n") { "\r\n" } else { "\n" }
}
