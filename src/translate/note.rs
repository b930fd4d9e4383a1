//! What a translation does not say as the pattern does.

use crate::span::Span;
use crate::syntax::ast::Node;
use std::fmt::{Display, Formatter};

/// Events that a translation and its pattern treat differently.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Note {
    /// The condition, as a pattern writes it.
    pub clause: String,
    /// The difference.
    pub text: String,
}

impl Note {
    pub(super) fn new(clause: &impl Display, text: impl Into<String>) -> Self {
        Note { clause: clause.to_string(), text: text.into() }
    }
}

impl Display for Note {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}`: {}", self.clause, self.text)
    }
}

/// Why a pattern cannot be translated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{clause}`: {reason}")]
#[non_exhaustive]
pub struct Refusal {
    /// The condition, as a pattern writes it.
    pub clause: String,
    /// Its place in the pattern's text.
    pub span: Span,
    /// What the target cannot express.
    pub reason: String,
    /// What to do instead.
    pub help: String,
}

impl Refusal {
    pub(super) fn new<T: Display>(
        node: &Node<T>,
        reason: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Refusal { clause: node.item.to_string(), span: node.span, reason: reason.into(), help: help.into() }
    }
}
