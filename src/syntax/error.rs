//! The error of the parser: its kind, its span, a help line, a suggestion, and the text that AWS answers.

use crate::limits::{PATTERN_CHARACTERS, REGEXES_PER_PATTERN, WILDCARDS_PER_PATTERN, WILDCARDS_PER_SELECTOR};
use crate::span::Span;
use std::fmt::{Display, Formatter};

/// A pattern that AWS would refuse.
///
/// `Display` writes one complete line. A renderer uses [`span`](ParseError::span) and [`help`](ParseError::help).
/// [`aws_message`](ParseError::aws_message) is the text of the `InvalidParameterException` that AWS answers.
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

    /// The pattern that was likely meant, which AWS accepts: the same text with quotes where they are needed. `None` if quotes do not
    /// repair the pattern.
    ///
    /// ```
    /// let error = "user@example.com -healthy".parse::<cwfilter::FilterPattern>().unwrap_err();
    /// assert_eq!(error.suggestion(), Some(r#""user@example.com" -healthy"#));
    /// ```
    #[must_use]
    pub fn suggestion(&self) -> Option<&str> {
        self.suggestion.as_deref()
    }

    /// The message that `TestMetricFilter` and `PutMetricFilter` answer. It is exact for every observed error
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

/// The reason why AWS refuses a pattern.
///
/// ```
/// use cwfilter::{ErrorKind, FilterPattern};
/// let error = "{ $.a = 1".parse::<FilterPattern>().unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::Unclosed { open: '{', close: '}' }));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The pattern is longer than AWS allows.
    TooLong {
        /// The whole pattern. AWS repeats it in its message.
        pattern: String,
    },
    /// The pattern begins with a brace or bracket and does not end with the matching one.
    Unclosed {
        /// `{` or `[`.
        open: char,
        /// `}` or `]`.
        close: char,
    },
    /// A character that no token allows.
    InvalidCharacters {
        /// From the start of the token through the failing character.
        term: String,
    },
    /// A word that is valid, but not in this place. AWS reports it as an invalid character.
    MisplacedWord {
        /// The word as written.
        term: String,
    },
    /// The tokens are valid, but their order is not.
    Grammar {
        /// The token that was found.
        found: String,
        /// What the grammar allows in its place.
        expected: &'static str,
    },
    /// A regular expression does not compile.
    RegexCompile {
        /// Why, as the compiler of regular expressions says it.
        reason: String,
    },
    /// More than two regular expressions.
    TooManyRegexes,
    /// More than three wildcard steps in the pattern.
    TooManyWildcards,
    /// More than one wildcard step in one selector.
    TooManyWildcardsInSelector,
    /// Two columns have the same name, or there are two ellipses.
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
            ErrorKind::MisplacedWord { term } => write!(f, "`{term}` is not allowed here"),
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

/// A refusal without its help line.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) kind: ErrorKind,
    pub(super) span: Span,
}

impl Refusal {
    pub(super) fn new(kind: ErrorKind, span: Span) -> Self {
        Refusal { kind, span }
    }

    pub(super) fn with_help(self, help: String, suggestion: Option<String>) -> ParseError {
        ParseError { kind: self.kind, span: self.span, help, suggestion }
    }
}
