//! Searches for several texts in one pass.

use aho_corasick::{AhoCorasick, MatchKind};

/// An automaton that finds the leftmost of these texts. Only for such a search it has a prefilter that compares many bytes at once.
pub(super) fn first_of<T: AsRef<[u8]>>(texts: impl IntoIterator<Item = T>) -> Option<AhoCorasick> {
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(texts).ok()
}
