//! Why a pattern was refused: where, what is likely meant, and what AWS would say.

use super::help::help_for;
use crate::limits::{PATTERN_CHARACTERS, REGEXES_PER_PATTERN, WILDCARDS_PER_PATTERN, WILDCARDS_PER_SELECTOR};
use crate::span::Span;
use std::fmt::{Display, Formatter};

/// A pattern that AWS would refuse.
///
/// `Display` is one line that stands alone; [`span`](ParseError::span) and
/// [`help`](ParseError::help) serve a renderer, [`aws_message`](ParseError::aws_message) is the text
/// of the `InvalidParameterException` AWS answers.
///
/// ```
/// let error = "{ $.user = 'root' }".parse::<cwfilter::FilterPattern>().unwrap_err();
/// assert_eq!(error.span().of("{ $.user = 'root' }"), "'");
/// assert_eq!(error.aws_message(), "Invalid character(s) in term '''");
/// assert!(error.help().contains("double quotes"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at byte {}", span.start)]
pub struct ParseError {
    kind: ErrorKind,
    span: Span,
    help: String,
    suggestion: Option<String>,
}

impl ParseError {
    /// What is wrong.
    ///
    /// ```
    /// let text = "{ $.level = ERROR AND $.code = 5 }";
    /// let error = text.parse::<cwfilter::FilterPattern>().unwrap_err();
    /// assert!(matches!(error.kind(), cwfilter::ErrorKind::Grammar { .. }));
    /// ```
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// Where, in bytes of the pattern.
    ///
    /// ```
    /// let text = "{ $.level = ERROR AND $.code = 5 }";
    /// let error = text.parse::<cwfilter::FilterPattern>().unwrap_err();
    /// assert_eq!(error.span().of(text), "AND");
    /// ```
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// The likely mistake and what to write instead, one line.
    ///
    /// ```
    /// let text = "{ $.level = ERROR AND $.code = 5 }";
    /// let error = text.parse::<cwfilter::FilterPattern>().unwrap_err();
    /// assert_eq!(error.help(), "write `&&`");
    /// ```
    #[must_use]
    pub fn help(&self) -> &str {
        &self.help
    }

    /// A pattern that AWS accepts and that is likely meant: the same with quotes around the texts that need them.
    /// `None` if the mistake is another one.
    ///
    /// ```
    /// let error = "user@example.com -healthy".parse::<cwfilter::FilterPattern>().unwrap_err();
    /// assert_eq!(error.suggestion(), Some(r#""user@example.com" -healthy"#));
    /// ```
    #[must_use]
    pub fn suggestion(&self) -> Option<&str> {
        self.suggestion.as_deref()
    }

    /// What `TestMetricFilter` and `PutMetricFilter` answer, to the letter where it was observed
    /// (docs/filter-patterns.md#errors).
    ///
    /// ```
    /// let text = "{ $.level = ERROR AND $.code = 5 }";
    /// let error = text.parse::<cwfilter::FilterPattern>().unwrap_err();
    /// assert_eq!(error.aws_message(), "Invalid metric filter pattern");
    /// ```
    #[must_use]
    pub fn aws_message(&self) -> String {
        self.kind.aws_message()
    }

    /// What `FilterLogEvents` answers: it calls the pattern a filter pattern and makes no difference
    /// between a grammar error and a word in the wrong place (docs/filter-patterns.md#errors).
    ///
    /// ```
    /// let text = "{ $.level = ERROR AND $.code = 5 }";
    /// let error = text.parse::<cwfilter::FilterPattern>().unwrap_err();
    /// assert_eq!(error.filter_log_events_message(), "Invalid filter pattern");
    /// ```
    #[must_use]
    pub fn filter_log_events_message(&self) -> String {
        match self.kind {
            ErrorKind::Grammar { .. } | ErrorKind::MisplacedWord { .. } => {
                "Invalid filter pattern".to_owned()
            }
            _ => self.kind.aws_message(),
        }
    }
}

/// The kinds of refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The pattern is longer than AWS takes.
    TooLong {
        /// The whole pattern, which AWS repeats in its answer.
        pattern: String,
    },
    /// It begins with a brace or bracket and does not end with its partner.
    Unclosed {
        /// `{` or `[`.
        open: char,
        /// `}` or `]`.
        close: char,
    },
    /// Characters that no token can hold.
    InvalidCharacters {
        /// From the start of the token through the failing character.
        term: String,
    },
    /// A word that is fine elsewhere, but not here; AWS reports it like an invalid character.
    MisplacedWord {
        /// The word as written.
        term: String,
    },
    /// The tokens are fine, their order is not.
    Grammar {
        /// What stands there.
        found: String,
        /// What could stand there.
        expected: &'static str,
    },
    /// A regular expression does not compile.
    RegexCompile {
        /// Why.
        reason: String,
    },
    /// More than two regular expressions.
    TooManyRegexes,
    /// More than three wildcard steps in the pattern.
    TooManyWildcards,
    /// More than one wildcard step in one selector.
    TooManyWildcardsInSelector,
    /// Two columns of one name, or two ellipses.
    DuplicateField {
        /// The name, or `...`.
        name: String,
    },
}

impl Display for ErrorKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            ErrorKind::TooLong { pattern } => {
                write!(
                    f,
                    "pattern of {} characters, {PATTERN_CHARACTERS} is the limit",
                    pattern.chars().count()
                )
            }
            ErrorKind::Unclosed { open, close } => {
                write!(f, "pattern starts with `{open}` and does not end with `{close}`")
            }
            ErrorKind::InvalidCharacters { term } => write!(f, "invalid character(s) in `{term}`"),
            ErrorKind::MisplacedWord { term } => write!(f, "`{term}` cannot stand here"),
            ErrorKind::Grammar { found, expected } => write!(f, "expected {expected}, found {found}"),
            ErrorKind::RegexCompile { reason } => write!(f, "regular expression does not compile: {reason}"),
            ErrorKind::TooManyRegexes => {
                write!(f, "more than {REGEXES_PER_PATTERN} regular expressions in one pattern")
            }
            ErrorKind::TooManyWildcards => {
                write!(f, "more than {WILDCARDS_PER_PATTERN} wildcard selectors in one pattern")
            }
            ErrorKind::TooManyWildcardsInSelector => {
                write!(f, "more than {WILDCARDS_PER_SELECTOR} wildcard in one selector")
            }
            ErrorKind::DuplicateField { name } => write!(f, "duplicate field `{name}`"),
        }
    }
}

impl ErrorKind {
    fn aws_message(&self) -> String {
        match self {
            ErrorKind::TooLong { pattern } => format!(
                "1 validation error detected: Value '{pattern}' at 'filterPattern' failed to satisfy \
                 constraint: Member must have length less than or equal to {PATTERN_CHARACTERS}"
            ),
            ErrorKind::Unclosed { open, close } => {
                format!("If a filter pattern starts with '{open}' it must end with '{close}'")
            }
            ErrorKind::InvalidCharacters { term } | ErrorKind::MisplacedWord { term } => {
                format!("Invalid character(s) in term '{term}'")
            }
            ErrorKind::Grammar { .. } => "Invalid metric filter pattern".to_owned(),
            ErrorKind::RegexCompile { .. } => "Failed to compile regular expression.".to_owned(),
            ErrorKind::TooManyRegexes => format!(
                "Your input has exceeded the maximum of {REGEXES_PER_PATTERN} regular expressions per \
                 filter pattern."
            ),
            ErrorKind::TooManyWildcards => format!(
                "Your input has exceeded the maximum of {WILDCARDS_PER_PATTERN} JSON wildcard selectors \
                 allowed per filter pattern."
            ),
            ErrorKind::TooManyWildcardsInSelector => format!(
                "Your filter pattern has a JSON path selector that exceeds the maximum of \
                 {WILDCARDS_PER_SELECTOR} wildcard allowed per json selector."
            ),
            ErrorKind::DuplicateField { name } => format!("Duplicate field '{name}'"),
        }
    }
}

/// A refusal before its help line is found.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) kind: ErrorKind,
    pub(super) span: Span,
}

impl Refusal {
    pub(super) fn new(kind: ErrorKind, span: Span) -> Self {
        Refusal { kind, span }
    }

    pub(super) fn with_help(self, pattern: &str, suggestion: Option<String>) -> ParseError {
        let help = help_for(pattern, &self);
        ParseError { kind: self.kind, span: self.span, help, suggestion }
    }
}
