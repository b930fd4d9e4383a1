//! What is said of a pattern: one type for refusals and lints, whatever prints it.

use crate::span::Span;
use crate::syntax::ParseError;
use std::fmt::{Display, Formatter};

/// A finding. `Display` is one line that stands alone.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "analysis", derive(serde::Serialize))]
pub struct Diagnostic {
    /// The lint's name, such as `or-of-negations`; `refused-pattern` for a parse error.
    pub lint: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, one line.
    pub message: String,
    /// Where.
    pub primary: Label,
    /// Other places that belong to it.
    pub secondary: Vec<Label>,
    /// What to do, one line.
    pub help: Option<String>,
    /// A pattern to use instead.
    pub fix: Option<Fix>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[cfg_attr(feature = "analysis", derive(serde::Serialize))]
#[cfg_attr(feature = "analysis", serde(rename_all = "lowercase"))]
pub enum Severity {
    /// Worth knowing; no finding in the sense of the exit code.
    Note,
    /// Likely not what is meant.
    Warning,
    /// AWS refuses it.
    Error,
}

impl Severity {
    /// `note`, `warning` or `error`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A place and what is there to say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "analysis", derive(serde::Serialize))]
pub struct Label {
    /// What the span counts the bytes of.
    pub place: Place,
    /// The bytes.
    pub span: Span,
    /// Said beside the place; may be empty.
    pub text: String,
}

/// What a span is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "analysis", derive(serde::Serialize))]
#[cfg_attr(feature = "analysis", serde(rename_all = "lowercase"))]
pub enum Place {
    /// The pattern's text.
    Pattern,
    /// The file that the pattern was found in.
    File,
}

/// What the pattern can be replaced by.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "analysis", derive(serde::Serialize))]
pub struct Fix {
    /// Whether it may be applied without thinking.
    pub applicability: Applicability,
    /// The whole new pattern.
    pub pattern: String,
}

/// Whether a fix may be applied without thinking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "analysis", derive(serde::Serialize))]
#[cfg_attr(feature = "analysis", serde(rename_all = "lowercase"))]
pub enum Applicability {
    /// The new pattern matches the same events.
    Safe,
    /// It matches other events: those that were likely meant.
    Suggested,
}

impl Applicability {
    /// `safe` or `suggested`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Applicability::Safe => "safe",
            Applicability::Suggested => "suggested",
        }
    }
}

impl Diagnostic {
    /// A finding at a place of the pattern.
    ///
    /// ```
    /// use cwfilter::{Span, diagnostic::{Diagnostic, Severity}};
    /// let finding = Diagnostic::new("my-lint", Severity::Warning, Span::new(2, 5), "too wide").help("name the user");
    /// assert_eq!(finding.to_string(), "warning[my-lint]: too wide");
    /// ```
    #[must_use]
    pub fn new(lint: &'static str, severity: Severity, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            lint,
            severity,
            message: message.into(),
            primary: Label { place: Place::Pattern, span, text: String::new() },
            secondary: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// The same at a place of the file.
    #[must_use]
    pub fn in_file(mut self, span: Span) -> Self {
        self.primary = Label { place: Place::File, span, ..self.primary };
        self
    }

    /// With words at its place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// With another place of the pattern.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { place: Place::Pattern, span, text: text.into() });
        self
    }

    /// With advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With a new pattern.
    #[must_use]
    pub fn fix(mut self, applicability: Applicability, pattern: impl Display) -> Self {
        self.fix = Some(Fix { applicability, pattern: pattern.to_string() });
        self
    }

    /// Whether it counts as a finding, and not as a mere note.
    #[must_use]
    pub fn is_finding(&self) -> bool {
        self.severity > Severity::Note
    }
}

/// The lint name of a refused pattern.
pub const REFUSED: &str = "refused-pattern";

impl From<&ParseError> for Diagnostic {
    fn from(error: &ParseError) -> Self {
        let refusal = Diagnostic::new(REFUSED, Severity::Error, error.span(), error.kind().to_string())
            .label(format!("AWS: {}", shortened(&error.aws_message())))
            .help(error.help());
        match error.suggestion() {
            Some(pattern) => refusal.fix(Applicability::Suggested, pattern),
            None => refusal,
        }
    }
}

/// AWS repeats the whole pattern in some answers.
fn shortened(message: &str) -> String {
    const CHARACTERS: usize = 120;
    match message.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}…", message.get(..end).unwrap_or_default()),
        None => message.to_owned(),
    }
}

impl Display for Diagnostic {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}[{}]: {}", self.severity.name(), self.lint, self.message)
    }
}
