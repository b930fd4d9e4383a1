//! Whether the chain from the trail to a person is alive. The checks of all links are read only; [`ring`](ring::ring) tests it with a
//! message.

mod checks;
pub mod ring;
mod ring_report;
mod rule;
mod selectors;
mod topic;

pub use checks::Finding;
pub(crate) use checks::findings;
