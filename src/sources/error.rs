//! Why a file cannot be read.

use crate::span::LineColumn;
use std::fmt::{Display, Formatter};

/// A file that cannot be read as what its name says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct SourceError {
    /// What is wrong, one line.
    pub message: String,
    /// The byte where it is wrong.
    pub offset: usize,
    /// What to do, one line.
    pub help: Option<String>,
    place: LineColumn,
}

impl SourceError {
    pub(super) fn new(text: &str, offset: usize, message: impl Into<String>) -> Self {
        SourceError { message: message.into(), offset, help: None, place: LineColumn::of(text, offset) }
    }

    /// The same in a file that has more bytes in front.
    pub(super) fn shifted(self, by: usize) -> Self {
        SourceError { offset: self.offset + by, ..self }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl Display for SourceError {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, "; {help}"))
    }
}
