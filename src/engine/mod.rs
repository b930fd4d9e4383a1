//! What runs patterns: one at a time, [`FilterPattern`], or many over each event, [`PatternSet`].

mod columns;
mod compile;
pub(crate) mod json;
mod matcher;
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
