//! Switches for what nobody could settle about AWS's behaviour.

/// How `*` in a value is matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Wildcard {
    /// What AWS was observed to do in 2019: every part is sought once, from left to right, without
    /// backtracking, so `*111.111` does not match `111.111.111` (docs/filter-patterns.md#wildcards).
    #[default]
    Observed,
    /// An ordinary glob: the text matches if the stars can be filled in any way.
    Glob,
}

/// Which spellings of `IS`, `NOT`, `EXISTS`, `NULL`, `TRUE` and `FALSE` are keywords.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Keywords {
    /// Upper case only, the documented spelling (docs/filter-patterns.md#open-questions, row 5).
    #[default]
    UpperCase,
    /// Any letter case.
    AnyCase,
}

/// How a pattern is read and matched where AWS's behaviour is open. The default is what AWS was
/// observed to do, and where nobody observed it, what its documentation says.
///
/// ```
/// use cwfilter::{FilterPattern, Semantics, Wildcard};
/// let text = r#"{ $.ip = "10.*.5" }"#;
/// let event = r#"{"ip":"10.5.5.5"}"#;
/// let observed: FilterPattern = text.parse()?;
/// let glob = FilterPattern::with_semantics(text, Semantics::default().wildcard(Wildcard::Glob))?;
/// assert!(!observed.is_match(event));
/// assert!(glob.is_match(event));
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Semantics {
    wildcard: Wildcard,
    keywords: Keywords,
}

impl Semantics {
    /// The same with another wildcard algorithm.
    #[must_use]
    pub fn wildcard(mut self, wildcard: Wildcard) -> Self {
        self.wildcard = wildcard;
        self
    }

    /// The same with another rule for keywords.
    #[must_use]
    pub fn keywords(mut self, keywords: Keywords) -> Self {
        self.keywords = keywords;
        self
    }

    /// The wildcard algorithm.
    #[must_use]
    pub fn wildcard_algorithm(&self) -> Wildcard {
        self.wildcard
    }

    /// What an evaluation depends on. Keywords only say how a text is read: the AST has them already. A switch that is added
    /// to the type does not compile here until somebody decides which of the two it is, so that no proof ignores it.
    #[cfg(feature = "analysis")]
    pub(crate) fn of_evaluation(self) -> Wildcard {
        let Semantics { wildcard, keywords: _ } = self;
        wildcard
    }

    pub(crate) fn is_keyword(&self, word: &str, keyword: &str) -> bool {
        match self.keywords {
            Keywords::UpperCase => word == keyword,
            Keywords::AnyCase => word.eq_ignore_ascii_case(keyword),
        }
    }
}
