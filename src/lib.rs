//! Amazon CloudWatch Logs filter patterns, matched as AWS matches them.
//!
//! ```
//! use cwfilter::FilterPattern;
//!
//! let failed_login: FilterPattern =
//!     r#"{ $.eventName = "ConsoleLogin" && $.errorMessage = "Failed*" }"#.parse()?;
//! assert!(failed_login.is_match(r#"{"eventName":"ConsoleLogin","errorMessage":"Failed authentication"}"#));
//!
//! // a comparison with a missing field is false, `!=` too
//! let refused: FilterPattern = r#"{ $.errorCode != "AccessDenied" }"#.parse()?;
//! assert!(!refused.is_match(r#"{"eventName":"ConsoleLogin"}"#));
//! # Ok::<(), cwfilter::ParseError>(())
//! ```
//!
//! There are four kinds of pattern: terms (`ERROR -"timed out"`), a regular expression (`%^5\d\d%`),
//! conditions on JSON fields (`{ $.a = 1 }`) and conditions on the columns of a line (`[ip, ..., status = 5*]`).
//! All are [`FilterPattern`]s. What AWS refuses is refused, with the place, the likely mistake and AWS's own text:
//!
//! ```
//! let text = "{ $.level = ERROR AND $.code = 5 }";
//! let error = text.parse::<cwfilter::FilterPattern>().unwrap_err();
//! assert_eq!(error.span().of(text), "AND");
//! assert_eq!(error.help(), "write `&&`");
//! assert_eq!(error.aws_message(), "Invalid metric filter pattern");
//! ```
//!
//! Many patterns over many events go through one [`PatternSet`], which parses an event at most once and runs only the
//! patterns that some field of it can set off:
//!
//! ```
//! use cwfilter::PatternSet;
//! let set = PatternSet::builder()
//!     .add("root", r#"{ $.userIdentity.type = "Root" }"#.parse()?)
//!     .add("stopped", r#"{ $.eventName = "StopLogging" || $.eventName = "DeleteTrail" }"#.parse()?)
//!     .build()?;
//! let mut matcher = set.matcher();
//! let ids: Vec<_> = matcher.matches(r#"{"eventName":"StopLogging"}"#).collect();
//! assert_eq!(ids.iter().map(|id| set.name(*id)).collect::<Vec<_>>(), ["stopped"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! CloudTrail records come out of delivery files through [`cloudtrail::records`]; rule files, reports, stacks and the program
//! are behind the features `rules`, `report`, `provision` and `cli`; calls to AWS behind `aws` and `aws-trail`. Without
//! features the crate does no input or output, starts no thread and reads no clock.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

pub mod alarm;
#[cfg(feature = "analysis")]
pub mod analysis;
#[cfg(feature = "rules")]
pub mod answers;
pub mod cloudtrail;
#[cfg(feature = "analysis")]
pub mod controls;
pub mod diagnostic;
pub mod engine;
pub mod escaped;
pub mod explain;
#[cfg(feature = "rules")]
#[doc(hidden)]
pub mod files;
pub mod limits;
#[cfg(feature = "lint")]
pub mod lint;
pub mod metric;
#[cfg(feature = "lint")]
mod metric_settings;
mod number;
#[cfg(feature = "provision")]
pub mod provision;
pub mod reference;
#[cfg(feature = "report")]
pub mod report;
#[cfg(feature = "rules")]
pub mod rules;
mod semantics;
#[cfg(feature = "rules")]
pub mod simulation;
#[cfg(feature = "sources")]
pub mod sources;
mod span;
pub mod syntax;
#[cfg(feature = "testing")]
pub mod testing;
#[doc(hidden)]
pub mod time;
mod wildcard;

pub use engine::{
    FilterPattern, Matcher, PatternId, PatternSet, PatternSetBuilder, PlanDescription, SetError, SplitError,
};
pub use semantics::{Keywords, Semantics, Wildcard};
#[cfg(feature = "report")]
pub use span::Lines;
pub use span::{LineColumn, Span};
pub use syntax::{ErrorKind, ParseError};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
