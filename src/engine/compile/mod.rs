//! AST → what runs: interned selectors, predicates that patterns share, boolean programs. No spans.

mod branches;
mod columns;
mod describe;
mod exact_texts;
mod ids;
mod key_trie;
mod plan;
mod predicate;
mod prefix_filter;
mod terms;
mod trigger;
mod trigger_index;
mod wildcards;

pub(crate) use describe::{Description, RuleDescription};
pub use ids::PatternId;
pub(crate) use ids::{PredicateId, RuleId, TermId};
pub(crate) use key_trie::{Keys, NONE, NodeId, ROOT, Trie, equal};
pub(crate) use plan::{JsonPlan, PathStep, Plan};
pub(crate) use predicate::{Kind, PredicatePlan};
pub(crate) use prefix_filter::PrefixFilter;
pub(crate) use trigger_index::Triggers;
