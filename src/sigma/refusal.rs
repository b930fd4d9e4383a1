//! Why a Sigma rule, or a part of it, cannot be converted.

use crate::sources::{DocumentNode, SourceError};

/// Why something is refused, with the byte where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) at: usize,
    pub(super) reason: String,
    pub(super) help: Option<String>,
}

impl Refusal {
    pub(super) fn new(at: usize, reason: impl Into<String>) -> Self {
        Refusal { at, reason: reason.into(), help: None }
    }

    pub(super) fn of(node: &DocumentNode, reason: impl Into<String>) -> Self {
        Refusal::new(node.span.start, reason)
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl From<SourceError> for Refusal {
    fn from(error: SourceError) -> Self {
        Refusal { at: error.offset, reason: error.message, help: error.help }
    }
}
