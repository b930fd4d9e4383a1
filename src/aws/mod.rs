//! Calls to AWS: a table of all that this crate makes, reads that are made once and together, and, with the feature `aws`, a client.
//!
//! Everything that asks an account or changes it goes through an [`Account`]: the client, or an account in memory.

mod calls;
#[cfg(feature = "aws")]
mod client;
#[cfg(feature = "aws")]
mod pace;
#[cfg(feature = "aws")]
mod protocol;
#[cfg(feature = "aws")]
mod query;
mod reads;
#[cfg(feature = "aws")]
mod retry;

/// The SDK's crates in the versions that this crate is built with, for callers with a configuration of their own.
#[cfg(feature = "aws")]
pub mod sdk {
    pub use aws_config;
    pub use aws_credential_types;
    pub use tokio;
}

pub use calls::{Account, CALLS, Call, CallError, Request, Service};
pub(crate) use calls::{Scope, text};
#[cfg(feature = "aws")]
pub use client::{Client, Settings, check_profile};
pub(crate) use reads::Reads;
pub use reads::whole_list;
