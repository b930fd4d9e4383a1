//! Proofs about patterns: can a pattern match at all, does a pattern match every event that another one matches, are two equivalent?
//! *Yes* is proved, *no* comes with an event as the witness, and *unknown* comes with the reason.
//!
//! ```
//! use cwfilter::analysis::{Relation, compare};
//!
//! let a = r#"{ $.eventName = "StopLogging" && $.errorCode NOT EXISTS }"#.parse()?;
//! let b = r#"{ ($.errorCode NOT EXISTS) && ($.eventName = StopLogging) }"#.parse()?;
//! assert_eq!(compare(&a, &b).relation, Relation::Equivalent);
//!
//! let wider = r#"{ $.eventName = "Stop*" }"#.parse()?;
//! let answer = compare(&a, &wider);
//! assert_eq!(answer.relation, Relation::Implies);
//! let witness = &answer.witnesses[0];
//! assert!(!a.is_match(&witness.event) && wider.is_match(&witness.event));
//! # Ok::<(), cwfilter::ParseError>(())
//! ```
//!
//! # Technique
//!
//! A question is a formula of conditions that must be satisfiable: `a` implies `b` if `a && !b` has no solution.
//!
//! 1. *Classes of values.* The conditions on one field divide its values into finitely many classes, within which all conditions give the
//!    same answers: missing, null, the two booleans, numbers on or between the bounds, and texts. For texts, each condition is a
//!    deterministic automaton (regular expressions by Thompson's construction and determinization, `*` by Knuth, Morris and Pratt, whole
//!    texts in a trie). A breadth-first search of the product of the automata yields each reachable combination of answers with its
//!    shortest text. Bytes that no automaton distinguishes are one byte class.
//! 2. *Search.* A backtracking search in the manner of Davis, Putnam, Logemann and Loveland (DPLL) chooses a class for one field after
//!    another, and evaluates the formula with three values (true, false, open). It finds an event, or shows that no event exists.
//! 3. *Check.* The reference evaluator confirms every witness.
//!
//! An example: does `{ $.a = "x*" }` (A) imply `{ $.a != xy }` (B)? The formula is `A && !B`; its conditions are on one field:
//!
//! ```text
//! class of $.a      missing   null, booleans, numbers   "x"    "xy"   "other"
//! A: $.a = "x*"     false     false                     true   true   false
//! B: $.a != xy      false     (not needed)              true   false  true
//!                                                              ▲ A and not B: the witness is {"a":"xy"}
//! ```
//! Events are those of the pattern's kind: for JSON patterns objects, otherwise lines of text. Where patterns of two
//! kinds are compared, every message counts: the empty pattern matches more than any JSON pattern, which matches no line.
//!
//! Each pattern is taken with its own [`Semantics`](crate::Semantics). An answer depends on the patterns and the bounds alone, not
//! on the machine, and every event in an answer was shown to the reference evaluator.

mod automaton;
mod budget;
mod columns;
mod compare;
mod decision;
mod example;
mod formula;
mod message;
mod questions;
mod search;
mod tree;
mod union;
mod values;

pub use budget::Bounds;
pub use compare::{Comparison, Relation, Witness, compare, compare_within};
pub use decision::{Answer, Unknown};
pub use questions::{always, disjoint, equivalent, implies, overlap, satisfiable};
pub use union::{Union, union};
