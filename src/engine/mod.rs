//! The engine: from compiled patterns and the bytes of a log event to verdicts. One pattern is a [`FilterPattern`], many are a
//! [`PatternSet`].
//!
//! # The four stages
//!
//! Each stage is more expensive than the one before it, and sees fewer events.
//!
//! ```text
//!   bytes of an event
//!        │
//!  1 ┌───▼──────────────┐  no needle
//!    │ prefilter        ├──────────────▶ no match, and nothing was parsed        prefilter/
//!    └───┬──────────────┘
//!        │ candidate
//!  2 ┌───▼──────────────┐
//!    │ structural pass  │  offsets of the values that patterns read              json/structural_pass.rs
//!    └───┬──────────────┘
//!        │
//!  3 ┌───▼──────────────┐  no trigger fires, or its rule's branches say no
//!    │ triggers,        ├──────────────▶ no match                                compile/trigger_index.rs,
//!    │ then branches    │                                                        compile/branches.rs, session.rs
//!    └───┬──────────────┘
//!        │ a rule holds
//!  4 ┌───▼──────────────┐  not one whole JSON object
//!    │ validity         ├──────────────▶ no match                                json/validate.rs
//!    └───┬──────────────┘
//!        ▼
//!   ids of the patterns that match
//! ```
//!
//! Patterns of the other kinds have no such stages: terms are searched for together (`compile/terms.rs`), a regular expression
//! reads the message, columns read its tokens (`columns.rs`).
//!
//! | stage | technique | skipped if |
//! |---|---|---|
//! | 1 prefilter | pairs of bytes by nibble tables (Teddy, from Hyperscan); Bloom filter | a rule has no trigger, a pattern is of another kind, more than eight keys, too many candidates |
//! | 2 structural pass | bit masks of 64-byte blocks (simdjson) along a key trie | no pattern is a JSON pattern |
//! | 3 triggers, branches | an index of predicates for each field; decision branches | |
//! | 4 validity | the neighbours of tokens by mask (`token_rules.rs`) | no rule holds, or the record is already proved |
//!
//! # Proofs
//!
//! `tests/equality.rs` compares all paths and instruction sets with the reference evaluator (`crate::reference`), as do
//! `tests/conformance` and the fuzz targets `engine_equals_reference` and `set_equals_each`. `tests/plan.rs` shows the choices of the
//! compiler, `tests/allocations.rs` shows that matching allocates nothing, and `tests/inlined.rs` reads the machine code.

mod columns;
mod compile;
pub(crate) mod json;
mod matcher;
mod order;
mod pattern;
mod plan_description;
mod prefilter;
mod session;
mod set;
mod set_matches;
// the portable path has no unsafe at all
#[cfg_attr(
    not(cwfilter_portable),
    allow(unsafe_code, reason = "the one module with unsafe; see its documentation")
)]
mod simd;

pub use compile::PatternId;
pub use json::SplitError;
pub use matcher::Matcher;
pub use pattern::FilterPattern;
pub use plan_description::PlanDescription;
pub use set::{PatternSet, PatternSetBuilder, SetError};
pub use set_matches::SetMatches;
