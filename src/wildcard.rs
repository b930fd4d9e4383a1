//! Matches `*` in values (docs/filter-patterns.md#wildcards).
//!
//! A pattern is split at its stars. `a*b*c` has the prefix `a`, the inner part `b` and the suffix `c`. The inner parts are searched
//! one after another, each at its first occurrence after the part before it. The two algorithms differ in the suffix: a glob lets it
//! match at the end of the text, AWS searches its first occurrence, which must then be the end. `*ab` on `abab`:
//!
//! ```text
//! glob      ab|ab   the text ends with `ab`: a match
//! observed  ab|ab   the first `ab` is not at the end: no match
//!           ^^
//! ```

use crate::semantics::Wildcard;
use memchr::memmem;

/// A value's text, split at its stars.
#[derive(Debug, Clone)]
pub(crate) struct WildcardPattern {
    parts: Vec<Vec<u8>>,
    algorithm: Wildcard,
}

impl WildcardPattern {
    /// Splits `text` at its stars. A text without a star matches only itself.
    pub(crate) fn new(text: &str, algorithm: Wildcard) -> Self {
        let parts = text.split('*').map(|part| part.as_bytes().to_vec()).collect();
        WildcardPattern { parts, algorithm }
    }

    /// The text before the first star.
    pub(crate) fn prefix(&self) -> &[u8] {
        self.parts.first().map_or(&[], Vec::as_slice)
    }

    /// The text after the last star.
    pub(crate) fn suffix(&self) -> &[u8] {
        self.parts.last().map_or(&[], Vec::as_slice)
    }

    /// Whether the pattern matches the whole of `text`.
    pub(crate) fn is_match(&self, text: &[u8]) -> bool {
        let [first, inner @ .., last] = self.parts.as_slice() else {
            return self.parts.first().is_some_and(|only| only == text);
        };
        let Some(mut rest) = text.strip_prefix(first.as_slice()) else { return false };
        // with both algorithms the text ends with the suffix, which is quick to check
        if !rest.ends_with(last) {
            return false;
        }
        for part in inner {
            let Some(at) = memmem::find(rest, part) else { return false };
            rest = rest.get(at + part.len()..).unwrap_or_default();
        }
        match self.algorithm {
            Wildcard::Glob => rest.ends_with(last),
            // the suffix is searched once, like the inner parts, and must end the text
            Wildcard::Observed => {
                last.is_empty() || memmem::find(rest, last).is_some_and(|at| at + last.len() == rest.len())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn observed_and_glob() {
        // pattern, text, observed, glob; the first three are AWS's answers of 2019
        for (pattern, text, observed, glob) in [
            ("*.111.111.111", "111.111.111.111", true, true),
            ("111*111", "111.111.111.111", false, true),
            ("1*3", "123", true, true),
            ("*ab", "abab", false, true),
            ("*", "", true, true),
            ("**", "x", true, true),
            ("a*c*e", "abcde", true, true),
            ("*b*", "abc", true, true),
            ("a*a", "a", false, false),
            ("abc", "abc", true, true),
            ("abc", "abcd", false, false),
            ("", "", true, true),
        ] {
            let matches = |algorithm| WildcardPattern::new(pattern, algorithm).is_match(text.as_bytes());
            assert_eq!(matches(Wildcard::Observed), observed, "{pattern} on {text}, observed");
            assert_eq!(matches(Wildcard::Glob), glob, "{pattern} on {text}, glob");
        }
    }
}
