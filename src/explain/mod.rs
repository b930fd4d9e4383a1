//! Explains why a pattern matches a message, or does not: the outcome of each clause, and the value that decided it.
//!
//! The reference evaluator records the outcome of every clause in a tree. One pass over the tree then finds the clauses that decide
//! the verdict: a clause decides if inverting its outcome inverts the verdict. For that, no other part of an `&&` above it may be
//! false, and no other part of an `||` above it may be true.
//!
//! ```
//! let pattern: cwfilter::FilterPattern = r#"{ $.a = 1 && $.b != "x" }"#.parse()?;
//! let why = pattern.explain(r#"{"a":1}"#);
//! assert!(!why.matched());
//! assert_eq!(why.deciding(), [r#"$.b != "x""#]);
//! assert!(why.to_string().contains("field is missing → comparison is false"));
//! # Ok::<(), cwfilter::ParseError>(())
//! ```

mod clause;
mod render;
mod tree;
mod words;

use crate::FilterPattern;
use crate::reference::Reference;
use clause::{Clause, Joint};
pub use tree::ClauseTree;
pub use words::{condition_in_words, in_words};

/// The outcome of each clause for one message. `Display` writes a tree of lines.
///
/// ```
/// let pattern: cwfilter::FilterPattern = "{ $.a = 1 && $.b = 2 }".parse()?;
/// let tree = pattern.explain(r#"{"a":1,"b":3}"#).to_string();
/// assert!(tree.starts_with("no match\n"));
/// assert!(tree.ends_with("one clause away: `$.b = 2`"));
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    matched: bool,
    /// why no clause was evaluated
    reason: Option<String>,
    tree: Option<Clause>,
}

/// A condition or a term, and its outcome.
///
/// ```
/// let pattern: cwfilter::FilterPattern = "{ $.a = 1 || $.b = 2 }".parse()?;
/// let explanation = pattern.explain(r#"{"a":1,"b":2}"#);
/// // both clauses hold, so neither alone decides
/// assert!(explanation.clauses().iter().all(|clause| clause.holds && !clause.decides));
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClauseOutcome<'a> {
    /// Its canonical text.
    pub text: &'a str,
    /// Whether it holds.
    pub holds: bool,
    /// Whether inverting its outcome inverts the verdict.
    pub decides: bool,
}

impl FilterPattern {
    /// Explains why the pattern matches the message, or why it does not. The verdict is the same as that of
    /// [`is_match`](FilterPattern::is_match).
    ///
    /// ```
    /// let pattern: cwfilter::FilterPattern = "{ $.a = 1 && $.b = 2 }".parse()?;
    /// let explanation = pattern.explain(r#"{"a":1,"b":3}"#);
    /// assert!(!explanation.matched());
    /// assert_eq!(explanation.deciding(), ["$.b = 2"]);
    /// # Ok::<(), cwfilter::ParseError>(())
    /// ```
    #[must_use]
    pub fn explain(&self, message: impl AsRef<[u8]>) -> Explanation {
        Explanation::new(&self.reference(), message.as_ref())
    }
}

impl Explanation {
    fn new(reference: &Reference, message: &[u8]) -> Self {
        match clause::of_pattern(reference, message) {
            Ok(tree) => Explanation { matched: tree.holds, reason: None, tree: Some(tree) },
            Err((matched, reason)) => Explanation { matched, reason: Some(reason), tree: None },
        }
    }

    /// Whether the pattern matches.
    #[must_use]
    pub fn matched(&self) -> bool {
        self.matched
    }

    /// Why no clause was evaluated, for example because the message is not a JSON object. `None` if clauses were evaluated.
    ///
    /// ```
    /// let pattern: cwfilter::FilterPattern = "{ $.a = 1 }".parse()?;
    /// assert!(pattern.explain("a line").reason().is_some_and(|why| why.contains("not one JSON object")));
    /// assert_eq!(pattern.explain("{}").reason(), None);
    /// # Ok::<(), cwfilter::ParseError>(())
    /// ```
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// The clauses as a tree. `None` if no clause was evaluated.
    ///
    /// ```
    /// let pattern: cwfilter::FilterPattern = "{ $.a = 1 && $.b = 2 }".parse()?;
    /// let explanation = pattern.explain(r#"{"a":1,"b":3}"#);
    /// let tree = explanation.tree().unwrap();
    /// assert_eq!((tree.text, tree.holds, tree.parts.len()), ("&&", false, 2));
    /// assert!(tree.parts[1].decides && tree.parts[1].found == "3");
    /// # Ok::<(), cwfilter::ParseError>(())
    /// ```
    #[must_use]
    pub fn tree(&self) -> Option<ClauseTree<'_>> {
        let tree = self.tree.as_ref()?;
        Some(ClauseTree::new(tree, &mut tree.deciding().into_iter()))
    }

    /// The conditions and terms from left to right, with their outcomes. Empty if no clause was evaluated, for example because the
    /// message is not a JSON object.
    ///
    /// ```
    /// let pattern: cwfilter::FilterPattern = "{ $.a = 1 && $.b = 2 }".parse()?;
    /// let explanation = pattern.explain(r#"{"a":1,"b":3}"#);
    /// let clauses = explanation.clauses();
    /// assert_eq!(clauses.iter().map(|clause| (clause.text, clause.holds)).collect::<Vec<_>>(), [("$.a = 1", true), ("$.b = 2", false)]);
    /// # Ok::<(), cwfilter::ParseError>(())
    /// ```
    #[must_use]
    pub fn clauses(&self) -> Vec<ClauseOutcome<'_>> {
        let Some(tree) = &self.tree else { return Vec::new() };
        let leaves = tree.leaves().into_iter().zip(tree.deciding());
        leaves
            .filter(|(leaf, _)| !leaf.is_ignored)
            .map(|(leaf, decides)| ClauseOutcome { text: &leaf.text, holds: leaf.holds, decides })
            .collect()
    }

    /// The clauses that decide the verdict: inverting the outcome of any one of them inverts the verdict.
    ///
    /// ```
    /// let pattern: cwfilter::FilterPattern = "{ $.a = 1 && $.b = 2 }".parse()?;
    /// let explanation = pattern.explain(r#"{"a":1,"b":3}"#);
    /// assert_eq!(explanation.deciding(), ["$.b = 2"]);
    /// # Ok::<(), cwfilter::ParseError>(())
    /// ```
    #[must_use]
    pub fn deciding(&self) -> Vec<&str> {
        let Some(tree) = &self.tree else { return Vec::new() };
        let leaves = tree.leaves().into_iter().zip(tree.deciding());
        let mut texts: Vec<&str> = Vec::new();
        for text in leaves.filter(|(_, decides)| *decides).map(|(leaf, _)| leaf.text.as_str()) {
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts
    }
}

impl Clause {
    fn leaves(&self) -> Vec<&Clause> {
        if self.parts.is_empty() {
            return vec![self];
        }
        self.parts.iter().flat_map(Clause::leaves).collect()
    }

    /// For each leaf, from left to right: whether inverting it inverts the verdict.
    fn deciding(&self) -> Vec<bool> {
        let mut all = Vec::new();
        self.add_deciding(true, &mut all);
        all
    }

    /// `is_decisive`: whether inverting this clause inverts the verdict.
    fn add_deciding(&self, is_decisive: bool, all: &mut Vec<bool>) {
        if self.parts.is_empty() {
            all.push(is_decisive && !self.is_ignored);
            return;
        }
        // a part can invert the whole if no other part settles it: a false part settles `&&`, a true one `||`
        let settles = |part: &Clause| !part.is_ignored && part.holds == (self.joint == Joint::Any);
        let settling = self.parts.iter().filter(|part| settles(part)).count();
        for part in &self.parts {
            let is_free = settling == usize::from(settles(part));
            part.add_deciding(is_decisive && is_free && !part.is_ignored, all);
        }
    }
}
