//! One filter pattern.

use crate::reference::Reference;
use crate::semantics::Semantics;
use crate::syntax::ast::Pattern;
use crate::syntax::{ParseError, parse};
use std::fmt::{Display, Formatter};
use std::str::FromStr;

/// A CloudWatch Logs filter pattern, ready to match log events.
///
/// ```
/// use cwfilter::FilterPattern;
/// let pattern: FilterPattern = r#"{ $.eventName = "ConsoleLogin" && $.errorMessage = "Failed*" }"#.parse()?;
/// assert!(pattern.is_match(r#"{"eventName":"ConsoleLogin","errorMessage":"Failed authentication"}"#));
/// assert!(!pattern.is_match(r#"{"eventName":"ConsoleLogin"}"#));
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[derive(Debug, Clone)]
pub struct FilterPattern {
    text: String,
    ast: Pattern,
    semantics: Semantics,
    reference: Reference,
}

impl FilterPattern {
    /// Reads a pattern with other than the default semantics.
    ///
    /// # Errors
    /// Whatever AWS refuses.
    pub fn with_semantics(text: &str, semantics: Semantics) -> Result<Self, ParseError> {
        let ast = parse(text, semantics)?;
        let reference = Reference::new(&ast, semantics);
        Ok(FilterPattern { text: text.to_owned(), ast, semantics, reference })
    }

    /// Whether the pattern matches a log event with this message.
    #[must_use]
    pub fn is_match(&self, message: impl AsRef<[u8]>) -> bool {
        self.reference.is_match(message.as_ref())
    }

    /// The values that `TestMetricFilter` extracts from a message that matches: (name with `$`, text)
    /// per column of a space-delimited pattern, nothing for the other kinds; `None` without a match.
    ///
    /// ```
    /// let pattern: cwfilter::FilterPattern = "[ip, ..., status = 4*]".parse()?;
    /// let values = pattern.extract("10.0.0.1 GET /x 404").unwrap();
    /// assert_eq!(values.first().unwrap(), &("$ip".to_string(), "10.0.0.1".to_string()));
    /// assert_eq!(pattern.extract("10.0.0.1 GET /x 200"), None);
    /// # Ok::<(), cwfilter::ParseError>(())
    /// ```
    #[must_use]
    pub fn extract(&self, message: impl AsRef<[u8]>) -> Option<Vec<(String, String)>> {
        self.reference.extract(message.as_ref())
    }

    /// What the author wrote, as a tree that prints in canonical layout.
    #[must_use]
    pub fn ast(&self) -> &Pattern {
        &self.ast
    }

    /// The text as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The semantics it was read with.
    #[must_use]
    pub fn semantics(&self) -> Semantics {
        self.semantics
    }

    /// The same pattern in the slow, readable evaluator.
    #[must_use]
    pub fn reference(&self) -> &Reference {
        &self.reference
    }
}

impl FromStr for FilterPattern {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        FilterPattern::with_semantics(text, Semantics::default())
    }
}

/// The text as written; [`FilterPattern::ast`] prints the canonical layout.
impl Display for FilterPattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}
