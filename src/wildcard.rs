//! `*` in values (docs/filter-patterns.md#wildcards).

use crate::semantics::Wildcard;
use memchr::memmem;

/// A value's text cut at its stars.
#[derive(Debug, Clone)]
pub(crate) struct WildcardPattern {
    parts: Vec<Vec<u8>>,
    algorithm: Wildcard,
}

impl WildcardPattern {
    /// Cuts `text` at its stars; without one the pattern is the text itself.
    pub(crate) fn new(text: &str, algorithm: Wildcard) -> Self {
        let parts = text.split('*').map(|part| part.as_bytes().to_vec()).collect();
        WildcardPattern { parts, algorithm }
    }

    /// What stands in front of the first star.
    pub(crate) fn prefix(&self) -> &[u8] {
        self.parts.first().map_or(&[], Vec::as_slice)
    }

    /// What stands behind the last star.
    pub(crate) fn suffix(&self) -> &[u8] {
        self.parts.last().map_or(&[], Vec::as_slice)
    }

    /// Whether the whole of `text` fits.
    pub(crate) fn is_match(&self, text: &[u8]) -> bool {
        let [first, inner @ .., last] = self.parts.as_slice() else {
            return self.parts.first().is_some_and(|only| only == text);
        };
        let Some(mut rest) = text.strip_prefix(first.as_slice()) else { return false };
        // with either algorithm the last part ends the text, which is soon seen
        if !rest.ends_with(last) {
            return false;
        }
        for part in inner {
            let Some(at) = memmem::find(rest, part) else { return false };
            rest = rest.get(at + part.len()..).unwrap_or_default();
        }
        match self.algorithm {
            Wildcard::Glob => rest.ends_with(last),
            // the last part is sought once like the others, and then has to end the text
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
