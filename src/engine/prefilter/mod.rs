//! Which bytes can set a rule off: the search in front of the structural pass.

mod line_search;
mod needle;
mod sampler;

pub(super) use line_search::Candidate;
pub(super) use needle::{NeedleDescription, Needles, NoPrefilter};
pub(super) use sampler::Sampler;
