//! One filter pattern: [`FilterPattern`], parsed and ready to match.

use super::session::{Compiled, Session};
use crate::engine::compile::Plan;
use crate::reference::Reference;
use crate::semantics::Semantics;
use crate::syntax::ast::Pattern;
use crate::syntax::{ParseError, parse};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cell::RefCell;
use std::fmt::{Display, Formatter};
use std::hash::{Hash, Hasher};
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
///
/// A pattern is immutable and cheap to clone, and threads may share it. Two patterns are equal if they have the same text
/// and the same [`Semantics`]; `analysis::compare` compares what patterns match.
///
/// With `serde` a pattern is its text, a string. The text does not say with which semantics it was read, so reading it back
/// uses the default ones.
///
/// ```
/// use cwfilter::FilterPattern;
/// let pattern: FilterPattern = serde_json::from_str(r#""ERROR -timeout""#)?;
/// assert_eq!(pattern, FilterPattern::try_from("ERROR -timeout")?);
/// assert_eq!(serde_json::to_string(&pattern)?, r#""ERROR -timeout""#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct FilterPattern {
    inner: Arc<Inner>,
}

struct Inner {
    text: String,
    ast: Pattern,
    semantics: Semantics,
    compiled: OnceLock<Compiled>,
}

/// Without the compiled form, which a pattern has after its first use.
impl std::fmt::Debug for FilterPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Inner { text, ast, semantics, compiled: _ } = &*self.inner;
        let mut shown = f.debug_struct("FilterPattern");
        shown.field("text", text).field("ast", ast).field("semantics", semantics).finish_non_exhaustive()
    }
}

thread_local! {
    /// Working memory for patterns, and for sets that are matched without a `Matcher`.
    static SESSION: RefCell<Session> = RefCell::new(Session::default());
}

/// Runs `take` with the working memory of this thread.
pub(super) fn with_session<T>(take: impl FnOnce(&mut Session) -> T) -> T {
    SESSION.with_borrow_mut(take)
}

impl FilterPattern {
    /// Reads a pattern with the given semantics instead of the default ones.
    ///
    /// ```
    /// use cwfilter::{FilterPattern, Keywords, Semantics};
    /// let any_case = Semantics::default().keywords(Keywords::AnyCase);
    /// let pattern = FilterPattern::with_semantics("{ $.a is null }", any_case)?;
    /// assert!(pattern.is_match(r#"{"a":null}"#));
    /// assert!("{ $.a is null }".parse::<FilterPattern>().is_err());
    /// # Ok::<(), cwfilter::ParseError>(())
    /// ```
    ///
    /// # Errors
    /// If AWS refuses the pattern.
    pub fn with_semantics(text: &str, semantics: Semantics) -> Result<Self, ParseError> {
        let ast = parse(text, semantics)?;
        let inner = Inner { text: text.to_owned(), ast, semantics, compiled: OnceLock::new() };
        Ok(FilterPattern { inner: Arc::new(inner) })
    }

    /// A pattern that was made from parts of others. It may be longer than AWS allows.
    #[cfg(feature = "rules")]
    pub(crate) fn of_ast(ast: Pattern, semantics: Semantics) -> Self {
        let inner = Inner { text: ast.to_string(), ast, semantics, compiled: OnceLock::new() };
        FilterPattern { inner: Arc::new(inner) }
    }

    /// Whether the pattern matches a log event with this message.
    ///
    /// The first call compiles the pattern. Calls after the first ones allocate nothing: the working memory belongs to the
    /// thread.
    ///
    /// ```
    /// let pattern: cwfilter::FilterPattern = "ERROR -timeout".parse()?;
    /// assert!(pattern.is_match("ERROR: disk full"));
    /// assert!(pattern.is_match(b"ERROR \xff")); // a message need not be UTF-8
    /// assert!(!pattern.is_match("ERROR: timeout"));
    /// # Ok::<(), cwfilter::ParseError>(())
    /// ```
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

    /// The same for a message that is known to match, without matching it again.
    pub(crate) fn extract_of_match(&self, message: &[u8]) -> Vec<(String, String)> {
        let plan = &self.compiled().plan;
        with_session(|session| session.extract(plan, message))
    }

    fn compiled(&self) -> &Compiled {
        // compiled when it is first matched: most patterns of a set never are by themselves
        let Inner { ast, semantics, compiled, .. } = &*self.inner;
        compiled.get_or_init(|| Compiled::new(Plan::new(std::iter::once((ast, *semantics)))))
    }

    fn run<T>(&self, message: &[u8], take: impl FnOnce(&mut Session, &Compiled) -> T) -> T {
        let compiled = self.compiled();
        with_session(|session| {
            session.run(compiled, message, false, false);
            take(session, compiled)
        })
    }

    /// What the author wrote, as a tree that prints in canonical layout.
    ///
    /// ```
    /// let pattern: cwfilter::FilterPattern = "{$.a=1&&$.b  IS TRUE}".parse()?;
    /// assert_eq!(pattern.ast().to_string(), "{ $.a = 1 && $.b IS TRUE }");
    /// # Ok::<(), cwfilter::ParseError>(())
    /// ```
    #[must_use]
    pub fn ast(&self) -> &Pattern {
        &self.inner.ast
    }

    /// Whether this is a JSON pattern, which matches only an event that is one JSON object.
    ///
    /// ```
    /// assert!("{ $.a = 1 }".parse::<cwfilter::FilterPattern>()?.is_json());
    /// # Ok::<(), cwfilter::ParseError>(())
    /// ```
    #[must_use]
    pub fn is_json(&self) -> bool {
        matches!(self.ast(), Pattern::Json(_))
    }

    /// The text as written.
    ///
    /// ```
    /// let pattern: cwfilter::FilterPattern = "{$.a=1}".parse()?;
    /// assert_eq!(pattern.as_str(), "{$.a=1}");
    /// # Ok::<(), cwfilter::ParseError>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.inner.text
    }

    /// The semantics with which the pattern was read.
    ///
    /// ```
    /// let pattern: cwfilter::FilterPattern = "ERROR".parse()?;
    /// assert_eq!(pattern.semantics(), cwfilter::Semantics::default());
    /// # Ok::<(), cwfilter::ParseError>(())
    /// ```
    #[must_use]
    pub fn semantics(&self) -> Semantics {
        self.inner.semantics
    }

    /// The same pattern in the slow evaluator that reads like the specification. Tests compare the engine with it.
    ///
    /// ```
    /// let pattern: cwfilter::FilterPattern = "{ $.a != 1 }".parse()?;
    /// for event in ["{}", r#"{"a":1}"#, r#"{"a":2}"#] {
    ///     assert_eq!(pattern.reference().is_match(event.as_bytes()), pattern.is_match(event));
    /// }
    /// # Ok::<(), cwfilter::ParseError>(())
    /// ```
    #[must_use]
    pub fn reference(&self) -> Reference {
        Reference::new(&self.inner.ast, self.inner.semantics)
    }
}

/// By text and semantics.
impl PartialEq for FilterPattern {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
            || (self.as_str(), self.semantics()) == (other.as_str(), other.semantics())
    }
}

impl Eq for FilterPattern {}

impl Hash for FilterPattern {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.as_str(), self.semantics()).hash(state);
    }
}

impl FromStr for FilterPattern {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        FilterPattern::with_semantics(text, Semantics::default())
    }
}

impl TryFrom<&str> for FilterPattern {
    type Error = ParseError;

    fn try_from(text: &str) -> Result<Self, ParseError> {
        text.parse()
    }
}

impl TryFrom<String> for FilterPattern {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        text.parse()
    }
}

/// The text as written.
impl Serialize for FilterPattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// From a text, with the default semantics. The error has the place and the help of the [`ParseError`].
impl<'de> Deserialize<'de> for FilterPattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl serde::de::Visitor<'_> for Text {
            type Value = FilterPattern;

            fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
                f.write_str("the text of a filter pattern")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<FilterPattern, E> {
                text.parse().map_err(|error: ParseError| E::custom(format_args!("{error}; {}", error.help())))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

/// The text as written; [`FilterPattern::ast`] prints the canonical layout.
impl Display for FilterPattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
