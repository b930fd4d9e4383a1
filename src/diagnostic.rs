//! A finding about a pattern: one type for parse errors and lints, independent of the output format.
//!
//! ```
//! use cwfilter::diagnostic::Diagnostic;
//! let error = "{ $.a == 1 }".parse::<cwfilter::FilterPattern>().unwrap_err();
//! let finding = Diagnostic::from(&error);
//! assert_eq!(finding.lint, "refused-pattern");
//! assert_eq!(finding.help.as_deref(), Some("write a single `=`"));
//! ```

use crate::span::Span;
use crate::syntax::ParseError;
use std::fmt::{Display, Formatter};

/// A finding. `Display` writes one complete line.
///
/// ```
/// let found = cwfilter::lint::check("?ERROR");
/// assert_eq!(found[0].lint, "single-optional-term");
/// assert_eq!(found[0].primary.span.of("?ERROR"), "?ERROR");
/// assert!(found[0].help.is_some());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "analysis", derive(serde::Serialize))]
pub struct Diagnostic {
    /// The lint's name, such as `or-of-negations`; `refused-pattern` for a parse error.
    pub lint: &'static str,
    /// Its severity.
    pub severity: Severity,
    /// What is wrong, on one line.
    pub message: String,
    /// The place of the mistake.
    pub primary: Label,
    /// Other places that explain it.
    pub secondary: Vec<Label>,
    /// What to do, on one line.
    pub help: Option<String>,
    /// A pattern to write instead.
    pub fix: Option<Fix>,
}

/// The severity of a finding, from the mildest up.
///
/// ```
/// use cwfilter::diagnostic::Severity;
/// assert!(Severity::Note < Severity::Warning && Severity::Warning < Severity::Error);
/// let found = cwfilter::lint::check("{ $.a == 1 }");
/// assert_eq!(found[0].severity, Severity::Error);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[cfg_attr(feature = "analysis", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "analysis", serde(rename_all = "lowercase"))]
pub enum Severity {
    /// Information; it does not change the exit code.
    Note,
    /// Likely a mistake.
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

/// A span of a text, with a remark.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "analysis", derive(serde::Serialize))]
pub struct Label {
    /// The text that the span refers to.
    pub location: Location,
    /// The range of bytes.
    pub span: Span,
    /// The remark; may be empty.
    pub text: String,
}

/// The text that a span refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "analysis", derive(serde::Serialize))]
#[cfg_attr(feature = "analysis", serde(rename_all = "lowercase"))]
pub enum Location {
    /// The pattern's text.
    Pattern,
    /// The file that contains the pattern.
    File,
}

/// A replacement for the pattern.
///
/// ```
/// use cwfilter::diagnostic::Applicability;
/// let found = cwfilter::lint::check("?ERROR");
/// let fix = found[0].fix.as_ref().unwrap();
/// assert_eq!((fix.applicability, fix.pattern.as_str()), (Applicability::Safe, "ERROR"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "analysis", derive(serde::Serialize))]
pub struct Fix {
    /// Whether it is applied without review.
    pub applicability: Applicability,
    /// The whole new pattern.
    pub pattern: String,
}

/// Whether a fix can be applied without review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "analysis", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "analysis", serde(rename_all = "lowercase"))]
pub enum Applicability {
    /// The new pattern matches the same events.
    Safe,
    /// The new pattern matches other events, which are likely the intended ones.
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
            primary: Label { location: Location::Pattern, span, text: String::new() },
            secondary: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// Moves the primary place to a span of the file.
    #[must_use]
    pub fn in_file(mut self, span: Span) -> Self {
        self.primary = Label { location: Location::File, span, ..self.primary };
        self
    }

    /// Sets the remark on the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Adds another place of the pattern.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { location: Location::Pattern, span, text: text.into() });
        self
    }

    /// Sets the help line.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Sets the replacement.
    #[must_use]
    pub fn fix(mut self, applicability: Applicability, pattern: impl Display) -> Self {
        self.fix = Some(Fix { applicability, pattern: pattern.to_string() });
        self
    }

    /// Whether it changes the exit code: every severity above [`Severity::Note`] does.
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

/// Shortens a message of AWS; some repeat the whole pattern.
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
