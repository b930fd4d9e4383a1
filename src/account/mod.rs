//! What an account holds of a stack, read in as few rounds of calls as possible. Nothing is written.
//!
//! **Ownership.** A resource is the stack's only if the stack provably wrote it: it carries the tag
//! [`STACK_TAG`](crate::resource::STACK_TAG), or it is a metric filter, which has no tags, in the stack's record
//! ([`Kind::Record`](crate::resource::Kind::Record)).

mod observe;
mod observed;
pub(crate) mod record;

pub(crate) use observe::observe;
pub use observe::{Purpose, identify};
pub use observed::Observed;
pub(crate) use record::Record;
