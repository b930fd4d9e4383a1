//! Predicates on a text.

use crate::semantics::Wildcard;
use crate::syntax::ast::Regex;
use crate::syntax::regex::ascii_classes;

/// A predicate on a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::analysis) enum TextPredicate {
    /// The text equals this text.
    Equals(Vec<u8>),
    /// The text matches a pattern with stars (docs/filter-patterns.md#wildcards): the parts between the stars, and the algorithm for
    /// the last part.
    MatchesWildcards(Vec<Vec<u8>>, Wildcard),
    /// The text contains a match of this regular expression.
    ContainsRegex(String),
}

impl TextPredicate {
    /// The predicate of a value as written, where a star is a wildcard.
    pub(in crate::analysis) fn of_text(text: &str, wildcard: Wildcard) -> Self {
        let parts: Vec<Vec<u8>> = text.split('*').map(|part| part.as_bytes().to_vec()).collect();
        // with a star at the end, both algorithms give the same result
        let wildcard = if text.ends_with('*') { Wildcard::Observed } else { wildcard };
        if parts.len() == 1 {
            TextPredicate::Equals(text.as_bytes().to_vec())
        } else {
            TextPredicate::MatchesWildcards(parts, wildcard)
        }
    }

    pub(in crate::analysis) fn of_regex(regex: &Regex) -> Self {
        TextPredicate::ContainsRegex(ascii_classes(&regex.body))
    }

    /// The bytes of the texts and expressions.
    pub(super) fn len(&self) -> usize {
        match self {
            TextPredicate::Equals(text) => text.len(),
            TextPredicate::MatchesWildcards(parts, _) => parts.iter().map(Vec::len).sum(),
            TextPredicate::ContainsRegex(body) => body.len(),
        }
    }

    /// The predicate "contains this text".
    pub(in crate::analysis) fn of_term(text: &str) -> Self {
        TextPredicate::MatchesWildcards(
            vec![Vec::new(), text.as_bytes().to_vec(), Vec::new()],
            Wildcard::Observed,
        )
    }
}
