//! Compiles the ASTs of a set's patterns into one plan: shared selectors and predicates, triggers, branches. No spans.
//!
//! # The technique
//!
//! The cost of an event should not grow with the number of rules. So a rule is not evaluated for each event; it waits for its
//! *trigger*, a clause that must hold for the rule to match and that seldom holds. All triggers of a field are one index, and one
//! look-up of the field's value finds the rules that it sets off. Pub/sub systems index subscriptions by such a predicate (Fabret
//! et al., *Filtering Algorithms and Implementation for Very Fast Publish/Subscribe Systems*, SIGMOD Record 30, 2001). In YARA, an
//! atom has this role.
//!
//! ```text
//! AST   { $.eventName = "StopLogging" && $.errorCode NOT EXISTS }
//!  │
//!  │ plan.rs           each selector gets a PathId, each predicate a PredicateId; equal ones are shared
//!  ▼
//! P0  $.eventName = "StopLogging"     P1  $.errorCode NOT EXISTS
//!  │
//!  │ trigger.rs        the cheapest necessary clause is the trigger
//!  ▼
//! trigger P0          then ask P1
//!  │                       │
//!  │ trigger_index.rs      │ branches.rs     decision branches
//!  ▼                       ▼
//! eventName: "StopLogging" ──▶ rule 0      P1 ─ true ─▶ TRUE   ─ false ─▶ FALSE
//!
//! key_trie.rs       $ ─┬─ errorCode       all keys that a predicate reads
//!                      └─ eventName
//! ```
//!
//! | file | technique |
//! |---|---|
//! | `trigger.rs` | the least likely necessary clause, worked through for a CIS rule |
//! | `trigger_index.rs` | hash table (`exact_texts.rs`), prefix and suffix tables and globs (`wildcards.rs`), sorted bounds, one `RegexSet` |
//! | `prefix_filter.rs` | a Bloom filter with one hash function, for the prefilter |
//! | `key_trie.rs`, `key_table.rs` | a trie whose nodes are looked up by the last bytes of a key |
//! | `branches.rs` | decision branches |
//! | `terms.rs` | Aho and Corasick's automaton |
//! | `columns.rs` | space-delimited patterns |
//! | `describe.rs` | the plan as text, for `cwfilter explain --plan` |
//!
//! # Proofs
//!
//! A trigger that is not a necessary condition is a missed attack. `tests/equality.rs` compares the engine with the reference
//! evaluator on random patterns and events, `tests/plan.rs` shows the choices, and `debug_assert!` guards each place where a trigger,
//! a predicate or a node could be lost.

mod branches;
mod columns;
mod describe;
mod equal;
mod exact_texts;
mod ids;
mod key_table;
mod key_trie;
mod plan;
mod predicate;
mod prefix_filter;
mod terms;
mod trigger;
mod trigger_index;
mod wildcards;

pub(crate) use describe::{Description, RuleDescription};
pub(crate) use equal::equal;
pub use ids::PatternId;
pub(crate) use ids::{PredicateId, ProgramId, RuleId, TermId};
#[cfg(test)]
pub(crate) use key_trie::Tree;
pub(crate) use key_trie::{Ending, Keys, NONE, NodeId, ROOT, Trie};
pub(crate) use plan::{JsonPlan, PathStep, Plan};
pub(crate) use predicate::{PredicatePlan, ValueKind};
pub(crate) use prefix_filter::PrefixFilter;
pub(crate) use trigger_index::Triggers;
