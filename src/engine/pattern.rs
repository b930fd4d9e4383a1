//! One filter pattern: [`FilterPattern`], parsed and ready to match.

use super::session::{Compiled, Session};
use crate::engine::compile::Plan;
use crate::reference::Reference;
use crate::semantics::Semantics;
use crate::syntax::ast::Pattern;
use crate::syntax::{ParseError, parse};
use std::cell::RefCell;
use std::fmt::{Display, Formatter};
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

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
    compiled: Arc<OnceLock<Compiled>>,
}

thread_local! {
    /// Working memory for patterns that are matched one at a time.
    static SESSION: RefCell<Session> = RefCell::new(Session::default());
}

impl FilterPattern {
    /// Parses a pattern with semantics other than the default.
    ///
    /// # Errors
    /// If AWS refuses the pattern.
    pub fn with_semantics(text: &str, semantics: Semantics) -> Result<Self, ParseError> {
        let ast = parse(text, semantics)?;
        Ok(FilterPattern { text: text.to_owned(), ast, semantics, compiled: Arc::default() })
    }

    /// Whether the pattern matches a log event with this message.
    #[must_use]
    pub fn is_match(&self, message: impl AsRef<[u8]>) -> bool {
        self.run(message.as_ref(), |session, _| !session.matched.is_empty())
    }

    /// The values that `TestMetricFilter` extracts from a message that matches: (name with `$`, text)
    /// for each column of a space-delimited pattern, and an empty list for the other kinds. `None` if the message does not match.
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
        let message = message.as_ref();
        self.run(message, |session, compiled| {
            (!session.matched.is_empty()).then(|| session.extract(&compiled.plan, message))
        })
    }

    fn run<T>(&self, message: &[u8], take: impl FnOnce(&mut Session, &Compiled) -> T) -> T {
        // compiled at the first match: most patterns of a set are never matched alone
        let compiled = self
            .compiled
            .get_or_init(|| Compiled::new(Plan::new(std::iter::once((&self.ast, self.semantics)))));
        SESSION.with_borrow_mut(|session| {
            session.run(compiled, message, false, false);
            take(session, compiled)
        })
    }

    /// The pattern as a tree, which prints in canonical layout.
    #[must_use]
    pub fn ast(&self) -> &Pattern {
        &self.ast
    }

    /// The text as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The semantics with which it was parsed.
    #[must_use]
    pub fn semantics(&self) -> Semantics {
        self.semantics
    }

    /// The same pattern in the slow, readable evaluator.
    #[must_use]
    pub fn reference(&self) -> Reference {
        Reference::new(&self.ast, self.semantics)
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
