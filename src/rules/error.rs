//! Errors in rule files, with their places.

use crate::span::{LineColumn, Span};
use std::fmt::{Display, Formatter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The help for a named file that is outside the folder.
pub(crate) const ROOT_HELP: &str = "`--root DIR` allows files below DIR";

/// An error in a rule file, or in a file that it names. `Display` prints path, line, column, message and help on one line.
///
/// ```
/// let text = "[[rule]]\nid = \"a\"\npattern = '{ $.a == 1 }'\n";
/// let errors = cwfilter::rules::parse("rules.toml".as_ref(), text.to_owned()).unwrap_err();
/// assert_eq!(errors[0].message(), "expected a value, found `=`");
/// assert_eq!(errors[0].span().unwrap().of(text), "=");
/// assert!(errors[0].to_string().starts_with("rules.toml:3:19: "));
/// ```
#[derive(Debug, Clone, thiserror::Error)]
pub struct RuleError {
    path: PathBuf,
    source_text: Arc<str>,
    span: Option<Span>,
    message: String,
    help: Option<String>,
}

impl RuleError {
    pub(crate) fn new(path: &Path, message: impl Into<String>) -> Self {
        RuleError {
            path: path.to_owned(),
            source_text: Arc::default(),
            span: None,
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn at(self, source: &str, span: Span) -> Self {
        self.at_shared(source.into(), span)
    }

    /// As `at`, for many errors of one file: they share its text.
    pub(crate) fn at_shared(mut self, source: Arc<str>, span: Span) -> Self {
        self.source_text = source;
        self.span = Some(span);
        self
    }

    pub(crate) fn help_line(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Replaces the message.
    #[cfg(feature = "provision")]
    pub(crate) fn map_message(mut self, map: impl Fn(&str) -> String) -> Self {
        self.message = map(&self.message);
        self
    }

    /// The path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The text of the file. Empty if the error has no place in it.
    #[must_use]
    pub fn source_text(&self) -> &str {
        &self.source_text
    }

    /// The place in the file, in bytes. `None` if the error is about the file as a whole.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.span
    }

    /// The message.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// A suggestion for a correction, if there is one.
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
