//! The tree of an explanation, for programs that show it in their own way.

use super::clause::Clause;

/// A clause of the pattern with its outcome, and its parts. [`Explanation::tree`](super::Explanation::tree) returns it.
///
/// ```
/// let pattern: cwfilter::FilterPattern = "ERROR -timeout".parse()?;
/// let explanation = pattern.explain("ERROR: timeout");
/// let tree = explanation.tree().unwrap();
/// let parts: Vec<(&str, bool)> = tree.parts.iter().map(|part| (part.text, part.holds)).collect();
/// assert_eq!(parts, [("ERROR", true), ("-timeout", false)]);
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "analysis", derive(serde::Serialize))]
pub struct ClauseTree<'a> {
    /// Its canonical text; `&&` or `||` for a clause with parts.
    pub text: &'a str,
    /// Whether it holds.
    pub holds: bool,
    /// The value that decided it, as text; empty if there is none.
    pub found: &'a str,
    /// Whether inverting its outcome inverts the verdict. Only a clause without parts decides.
    pub decides: bool,
    /// Whether it cannot change the verdict, such as `?` terms beside a required term.
    pub ignored: bool,
    /// The clauses that it joins, from left to right.
    pub parts: Vec<ClauseTree<'a>>,
}

impl<'a> ClauseTree<'a> {
    /// `deciding` has an item for each clause without parts, from left to right.
    pub(super) fn new(clause: &'a Clause, deciding: &mut impl Iterator<Item = bool>) -> Self {
        let decides = clause.parts.is_empty() && deciding.next().unwrap_or_default();
        ClauseTree {
            text: &clause.text,
            holds: clause.holds,
            found: &clause.found,
            decides,
            ignored: clause.is_ignored,
            parts: clause.parts.iter().map(|part| ClauseTree::new(part, deciding)).collect(),
        }
    }
}
