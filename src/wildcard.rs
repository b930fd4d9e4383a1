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
use memchr::memmem::Finder;

/// A value's text, split at its stars. Its searches are prepared once: a comparison builds no finder.
#[derive(Debug, Clone)]
pub(crate) struct WildcardPattern {
    /// the text before the first star
    prefix: Box<[u8]>,
    /// what follows the prefix; `None` if the text has no star
    stars: Option<Box<Stars>>,
}

/// The text after the first star.
#[derive(Debug, Clone)]
struct Stars {
    /// the parts between two stars, without the empty ones, which are found everywhere
    inner: Box<[Finder<'static>]>,
    suffix: Box<[u8]>,
    /// the search for the suffix; `None` if it only has to end the text
    first_suffix: Option<Finder<'static>>,
}

impl WildcardPattern {
    /// Splits `text` at its stars. A text without a star matches only itself.
    pub(crate) fn new(text: &str, algorithm: Wildcard) -> Self {
        let Some((prefix, rest)) = text.split_once('*') else {
            return WildcardPattern { prefix: text.as_bytes().into(), stars: None };
        };
        let (inner, suffix) = rest.rsplit_once('*').unwrap_or(("", rest));
        let stars = Stars {
            inner: inner.split('*').filter(|part| !part.is_empty()).map(finder).collect(),
            suffix: suffix.as_bytes().into(),
            first_suffix: (algorithm == Wildcard::Observed && !suffix.is_empty()).then(|| finder(suffix)),
        };
        WildcardPattern { prefix: prefix.as_bytes().into(), stars: Some(Box::new(stars)) }
    }

    /// The text before the first star.
    pub(crate) fn prefix(&self) -> &[u8] {
        &self.prefix
    }

    /// The text after the last star.
    pub(crate) fn suffix(&self) -> &[u8] {
        self.stars.as_ref().map_or(&self.prefix, |stars| &stars.suffix)
    }

    /// Whether the pattern matches the whole of `text`.
    pub(crate) fn is_match(&self, text: &[u8]) -> bool {
        let Some(stars) = &self.stars else { return *self.prefix == *text };
        // an empty prefix is not compared: `memcmp` of length 0 costs 80 ns with AVX-512, because an empty box points nowhere
        let rest = if self.prefix.is_empty() { Some(text) } else { text.strip_prefix(&*self.prefix) };
        let Some(mut rest) = rest else { return false };
        // with both algorithms the text ends with the suffix, which is quick to check
        if !stars.ends(rest) {
            return false;
        }
        for part in &stars.inner {
            let Some(at) = part.find(rest) else { return false };
            rest = rest.get(at + part.needle().len()..).unwrap_or_default();
        }
        match &stars.first_suffix {
            // the suffix is searched once, like the inner parts, and must end the text
            Some(suffix) => suffix.find(rest).is_some_and(|at| at + suffix.needle().len() == rest.len()),
            // without inner parts, `rest` is still the text that was checked
            None => stars.inner.is_empty() || stars.ends(rest),
        }
    }
}

impl Stars {
    #[inline]
    fn ends(&self, text: &[u8]) -> bool {
        self.suffix.is_empty() || text.ends_with(&self.suffix)
    }
}

fn finder(part: &str) -> Finder<'static> {
    #[cfg(test)]
    tests::BUILT.with(|built| built.set(built.get() + 1));
    Finder::new(part).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    thread_local! {
        /// The finders that this thread built.
        pub(super) static BUILT: Cell<usize> = const { Cell::new(0) };
    }

    #[test]
    fn finders_are_built_with_the_pattern_only() {
        // pattern, finders with the observed algorithm and with a glob's: one for each part that is searched for, none for an empty part
        for (text, observed, glob) in [
            ("abc", 0, 0),
            ("*", 0, 0),
            ("a**", 0, 0),
            ("a*", 0, 0),
            ("*a", 1, 0),
            ("a*b**c*d", 3, 2),
            ("*a*", 1, 1),
        ] {
            for (algorithm, expected) in [(Wildcard::Observed, observed), (Wildcard::Glob, glob)] {
                BUILT.set(0);
                let pattern = WildcardPattern::new(text, algorithm);
                assert_eq!(BUILT.get(), expected, "{text} {algorithm:?}");
                for length in [0, 1, 10, 1_000] {
                    pattern.is_match("abcd".repeat(length).as_bytes());
                    pattern.clone().is_match("-a-".repeat(length).as_bytes());
                }
                assert_eq!(BUILT.get(), expected, "{text} {algorithm:?}: matching built a finder");
            }
        }
    }

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
