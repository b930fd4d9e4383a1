//! Proves statements about patterns: whether a pattern can match at all, whether one pattern matches every event that another one
//! matches, whether two patterns are equivalent. The result is a [`Decision`]: *yes* is a proof, *no* has an event as the witness, and
//! *unknown* has a reason.
//!
//! ```
//! use cwfilter::analysis::{Relation, compare};
//!
//! let a = r#"{ $.eventName = "StopLogging" && $.errorCode NOT EXISTS }"#.parse()?;
//! let b = r#"{ ($.errorCode NOT EXISTS) && ($.eventName = StopLogging) }"#.parse()?;
//! assert_eq!(compare(&a, &b).relation, Relation::Equivalent);
//!
//! let wider = r#"{ $.eventName = "Stop*" }"#.parse()?;
//! let found = compare(&a, &wider);
//! assert_eq!(found.relation, Relation::Implies);
//! let witness = &found.witnesses[0];
//! assert!(!a.is_match(&witness.event) && wider.is_match(&witness.event));
//! # Ok::<(), cwfilter::ParseError>(())
//! ```
//!
//! # Technique
//!
//! A question is a formula of conditions that must be satisfiable: `a` implies `b` if `a && !b` has no solution.
//!
//! 1. *Classes of values.* The conditions on one field partition its values into finitely many classes. All values of a class give the
//!    same truth values: missing, null, the two booleans, numbers on or between the bounds, and texts. For texts, each condition is a
//!    deterministic automaton (regular expressions by Thompson's construction and determinization, `*` by Knuth, Morris and Pratt, whole
//!    texts in a trie). A breadth-first search of the product of the automata yields each reachable combination of truth values with its
//!    shortest text. Bytes that no automaton distinguishes are one byte class.
//! 2. *Search.* A backtracking search in the manner of Davis, Putnam, Logemann and Loveland (DPLL) chooses a class for one field after
//!    another, and evaluates the formula with three values (true, false, unassigned). It finds an event, or shows that no event exists.
//! 3. *Check.* The reference evaluator confirms every witness.
//!
//! Literature: Davis, Logemann and Loveland, *A Machine Program for Theorem-Proving*, Communications of the ACM 5, 1962; Knuth, Morris
//! and Pratt, *Fast Pattern Matching in Strings*, SIAM Journal on Computing 6, 1977.
//!
//! An example: does `{ $.a = "x*" }` (A) imply `{ $.a != xy }` (B)? The formula is `A && !B`; its conditions are on one field:
//!
//! ```text
//! class of $.a      missing   null, booleans, numbers   "x"    "xy"   "other"
//! A: $.a = "x*"     false     false                     true   true   false
//! B: $.a != xy      false     (not needed)              true   false  true
//!                                                              ▲ A and not B: the witness is {"a":"xy"}
//! ```
//!
//! If the list of classes is too long, the question is divided into cases: conjunctions of conditions that make the formula true (a
//! tableau with unit propagation). For each case one value of each field is sought that fulfils the case's conditions on it. Two
//! patterns with one syntactic normal form (layout, quotes, redundant parentheses, order, repetition, names of columns) are equivalent
//! without a search.
//!
//! # Domain
//!
//! A question is about the events of a [`Domain`]: all messages, or CloudTrail records. Among all messages, if patterns of one kind are
//! compared, a witness is an event of that kind: JSON objects for JSON patterns, and lines of text for the others. If patterns of two
//! kinds are compared, every message counts: the empty pattern matches more than any JSON pattern, because a JSON pattern matches no line
//! that is not an object.
//!
//! Each pattern is evaluated with its own [`Semantics`](crate::Semantics). A decision depends only on the patterns and the bounds, which
//! are steps, not on the machine and not on time.

mod automaton;
mod budget;
mod columns;
mod compare;
mod decision;
mod domain;
mod fields;
mod formula;
mod guesses;
mod line;
mod message;
mod normal;
mod ordinary;
mod questions;
mod record_check;
mod records;
mod search;
mod solver;
mod spelling;
mod tree;
mod union;
mod values;
mod witness;

pub use budget::Bounds;
pub use compare::{Comparison, Exists, Relation, Witness, compare, compare_within};
pub use decision::{Decision, Unknown};
pub use domain::{Domain, UnknownDomain};
#[cfg(feature = "rules")]
pub(crate) use questions::event_with;
pub(crate) use questions::find_event_counted;
pub use questions::{always, disjoint, equivalent, find_event, implies, overlap, satisfiable};
#[cfg(feature = "rules")]
pub(crate) use record_check::of_value;
#[cfg(feature = "rules")]
pub(crate) use records::is_in_each_record;
pub use union::{Union, union};
