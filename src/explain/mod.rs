//! Why a pattern matches a message, or does not: every clause with its outcome and the value behind it.
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

use crate::FilterPattern;
use crate::reference::Reference;
use clause::{Clause, Joint};

/// What came of a message, clause by clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    matched: bool,
    /// why no clause was looked at
    reason: Option<String>,
    tree: Option<Clause>,
}

/// An atomic condition and what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClauseOutcome<'a> {
    /// As it is written.
    pub text: &'a str,
    /// Whether it is fulfilled.
    pub holds: bool,
    /// Whether the verdict would be the other one had it come out the other way.
    pub decides: bool,
}

impl FilterPattern {
    /// Why the pattern matches the message or does not. The verdict is that of
    /// [`is_match`](FilterPattern::is_match).
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

    /// Every atomic condition from left to right; none when the message could not be looked at clause by
    /// clause.
    #[must_use]
    pub fn clauses(&self) -> Vec<ClauseOutcome<'_>> {
        let Some(tree) = &self.tree else { return Vec::new() };
        let leaves = tree.leaves().into_iter().enumerate();
        leaves
            .filter(|(_, leaf)| !leaf.is_ignored)
            .map(|(at, leaf)| ClauseOutcome {
                text: &leaf.text,
                holds: leaf.holds,
                decides: tree.with_flipped(at) != tree.holds,
            })
            .collect()
    }

    /// The clauses each of which, had it come out the other way, would have turned the verdict round: the
    /// pattern is one clause away.
    #[must_use]
    pub fn deciding(&self) -> Vec<&str> {
        let Some(tree) = &self.tree else { return Vec::new() };
        let leaves = tree.leaves();
        let flips = (0..leaves.len()).filter(|leaf| tree.with_flipped(*leaf) != tree.holds);
        let mut texts: Vec<&str> = Vec::new();
        for text in flips.filter_map(|leaf| leaves.get(leaf)).map(|leaf| leaf.text.as_str()) {
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

    /// The outcome with one leaf, counted from the left, the other way round.
    fn with_flipped(&self, leaf: usize) -> bool {
        let mut left = leaf;
        self.flipped(&mut left)
    }

    /// `left` counts down the leaves that are passed.
    fn flipped(&self, left: &mut usize) -> bool {
        if self.parts.is_empty() {
            let is_it = *left == 0;
            *left = left.wrapping_sub(1);
            return self.holds != (is_it && !self.is_ignored);
        }
        let outcomes: Vec<bool> = self.parts.iter().map(|part| part.flipped(left)).collect();
        let counted = outcomes.iter().zip(&self.parts).filter(|(_, part)| !part.is_ignored);
        let mut counted = counted.map(|(outcome, _)| *outcome);
        match self.joint {
            Joint::All => counted.all(|outcome| outcome),
            Joint::Any => counted.any(|outcome| outcome),
        }
    }
}
