//! Settings for the points where AWS's behaviour is not known (docs/filter-patterns.md#open-questions). Defaults follow observation, then
//! AWS's documentation.

/// How `*` in a value is matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Wildcard {
    /// As AWS was observed to match in 2019: each part between stars is searched once, from left to right, without backtracking, so
    /// that `*111.111` does not match `111.111.111` (docs/filter-patterns.md#wildcards).
    #[default]
    Observed,
    /// An ordinary glob: the text matches if some choice of texts for the stars makes it equal.
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

/// How a pattern is read and matched where AWS's behaviour is not known. The default is the observed behaviour, or AWS's documentation
/// where there is no observation.
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
    /// Sets the wildcard algorithm.
    #[must_use]
    pub fn wildcard(mut self, wildcard: Wildcard) -> Self {
        self.wildcard = wildcard;
        self
    }

    /// Sets the spelling of keywords.
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

    /// The settings that an evaluation depends on. `keywords` affects only parsing. A new setting does not compile here until it is
    /// assigned to one of the two, so that no proof ignores it.
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
