//! AST → what runs: interned selectors, predicates that patterns share, boolean programs. No spans.

mod access;
mod columns;
mod index;
mod program;
mod set;
mod starts;
mod terms;
mod test;
mod texts;
mod trie;
mod wildcards;

pub(crate) use index::{Posting, Triggers};
pub(crate) use set::{JsonPlan, PathStep, Plan};
pub(crate) use starts::Starts;
pub(crate) use test::{Kind, TestPlan};
pub(crate) use trie::{Keys, NONE, NodeId, ROOT, Trie, equal};
