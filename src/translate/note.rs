//! What a translation does not say as the pattern does.

use super::regex::portable;
use crate::span::Span;
use crate::syntax::ast::{Node, Regex};
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

impl Display for Note {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}`: {}", self.clause, self.text)
    }
}

/// The note of a target whose wildcards end at any occurrence of the last part.
pub(super) const FIRST_SUFFIX: &str = "the last part of the text may occur anywhere before the end, and the pattern takes its first occurrence only";

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

/// A condition, its place, and the notes about it.
pub(super) struct Clause<'n> {
    text: String,
    span: Span,
    notes: &'n mut Vec<Note>,
}

impl<'n> Clause<'n> {
    pub(super) fn new<T: Display>(node: &Node<T>, notes: &'n mut Vec<Note>) -> Self {
        Clause { text: node.item.to_string(), span: node.span, notes }
    }

    pub(super) fn note(&mut self, text: impl Into<String>) {
        self.notes.push(Note { clause: self.text.clone(), text: text.into() });
    }

    pub(super) fn refused(&self, reason: impl Into<String>, help: impl Into<String>) -> Refusal {
        Refusal { clause: self.text.clone(), span: self.span, reason: reason.into(), help: help.into() }
    }

    /// The regular expression as all targets read it.
    pub(super) fn portable(&self, regex: &Regex) -> Result<String, Refusal> {
        portable(regex).map_err(|reason| self.refused(reason, "write the expression without it"))
    }
}
