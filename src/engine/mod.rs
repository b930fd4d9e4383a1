//! What runs patterns: one at a time, [`FilterPattern`], or many over each event, [`PatternSet`].

mod anchor;
mod evaluate;
mod pattern;
mod sampler;
mod search;
mod set;

pub use pattern::FilterPattern;
pub use set::{Matcher, PatternId, PatternSet, PatternSetBuilder, SetError};
