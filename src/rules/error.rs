//! What is wrong with a rule file, at the character.

use crate::span::{LineColumn, Span};
use std::fmt::{Display, Formatter};
use std::path::{Path, PathBuf};

/// What to do about a named file that lies outside the folder.
pub(crate) const ROOT_HELP: &str = "`--root DIR` allows files below DIR";

/// An error in a rule file or in a file it names. `Display` is one line that stands alone.
#[derive(Debug, Clone, thiserror::Error)]
pub struct RuleError {
    path: PathBuf,
    source_text: String,
    span: Option<Span>,
    message: String,
    help: Option<String>,
}

impl RuleError {
    pub(crate) fn new(path: &Path, message: impl Into<String>) -> Self {
        RuleError {
            path: path.to_owned(),
            source_text: String::new(),
            span: None,
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn at(mut self, source: &str, span: Span) -> Self {
        self.source_text = source.to_owned();
        self.span = Some(span);
        self
    }

    pub(crate) fn help_line(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With another text in place of the message.
    #[cfg(feature = "provision")]
    pub(crate) fn map_message(mut self, map: impl Fn(&str) -> String) -> Self {
        self.message = map(&self.message);
        self
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file's text, where the error has a place in it.
    #[must_use]
    pub fn source_text(&self) -> &str {
        &self.source_text
    }

    /// The place in the file, in bytes.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.span
    }

    /// What is wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to write instead.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

impl Display for RuleError {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(span) = self.span {
            write!(f, ":{}", LineColumn::of(&self.source_text, span.start))?;
        }
        write!(f, ": {}", self.message)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}
