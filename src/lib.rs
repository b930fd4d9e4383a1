//! Amazon CloudWatch Logs filter patterns, matched as AWS matches them.
#![warn(missing_docs)]

pub mod engine;
pub mod limits;
mod number;
pub mod reference;
mod semantics;
mod span;
pub mod syntax;
mod wildcard;

pub use engine::FilterPattern;
pub use semantics::{Keywords, Semantics, Wildcard};
pub use span::{LineColumn, Span};
pub use syntax::{ErrorKind, ParseError};
