//! Amazon CloudWatch Logs filter patterns, matched as AWS matches them.
//!
//! ```
//! use cwfilter::FilterPattern;
//!
//! let text = r#"{ $.eventName = "ConsoleLogin" && $.errorMessage = "Failed*" }"#;
//! let failed_login: FilterPattern = text.parse()?;
//! let event = r#"{"eventName":"ConsoleLogin","errorMessage":"Failed authentication"}"#;
//! assert!(failed_login.is_match(event));
//! assert!(!failed_login.is_match(r#"{"eventName":"ConsoleLogin"}"#));
//! # Ok::<(), cwfilter::ParseError>(())
//! ```
//!
//! There are four kinds of pattern: terms (`ERROR -"timed out"`), a regular expression (`%^5\d\d%`),
//! conditions on JSON fields (`{ $.a = 1 }`) and conditions on the columns of a line (`[ip, ..., status = 5*]`).
//! All are [`FilterPattern`]s.
//!
//! # Which type do I need?
//!
//! | to do | use |
//! |---|---|
//! | match one pattern | [`FilterPattern`] |
//! | match many patterns over each event | [`PatternSet`]: an event is parsed at most once |
//! | the same in a loop, or over a file of events | [`Matcher`], one for each thread |
//! | show a person why a pattern was refused | [`ParseError::report`] |
//! | know why an event does not match | [`FilterPattern::explain`] |
//! | extract the columns of a space-delimited pattern | [`FilterPattern::extract`] |
//! | compute what metric filters publish | [`metric::MetricFilter`], [`metric::MetricFilterSet`] |
//! | evaluate alarms and write their messages | [`alarm`] |
//! | read files of log events, CloudTrail's and others | [`evidence::records`], [`evidence::Scanner`] |
//! | find who did what in a record, and select by time, account and region | [`hit`] |
//! | lint patterns | [`lint`], with the feature of that name |
//! | prove that two patterns mean the same, or that one never matches | [`analysis`] |
//! | find patterns in Terraform, CloudFormation and other files | [`sources`] |
//! | keep rules in files, with tests | [`rules`]; as cases of `cargo test`: [`testing`] |
//! | replay an archive through metric filters and alarms | [`simulation`], with the feature `rules` |
//! | import Sigma rules for CloudTrail, or write rules as Sigma rules | [`sigma`] |
//! | deploy rules to an account | [`provision`] |
//! | write a stack as a CloudFormation or Terraform template | [`export`] |
//!
//! Many patterns over many events:
//!
//! ```
//! use cwfilter::PatternSet;
//! let set = PatternSet::builder()
//!     .add("root", r#"{ $.userIdentity.type = "Root" }"#.parse()?)
//!     .add("stopped", r#"{ $.eventName = "StopLogging" }"#.parse()?)
//!     .build()?;
//! let event = r#"{"eventName":"StopLogging"}"#;
//! let names: Vec<&str> = set.matches(event).map(|id| set.name(id)).collect();
//! assert_eq!(names, ["stopped"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A pattern that AWS refuses is refused, with the place, the likely mistake and AWS's own text:
//!
//! ```
//! let text = "{ $.level = ERROR AND $.code = 5 }";
//! let error = text.parse::<cwfilter::FilterPattern>().unwrap_err();
//! assert_eq!(error.span().of(text), "AND");
//! assert_eq!(error.help(), "write `&&`");
//! assert_eq!(error.aws_message(), "Invalid metric filter pattern");
//! ```
//!
//! # Crate features
//!
//! No feature is on by default. Without features the crate does no input or output, starts no thread and reads no clock.
//!
//! | feature | adds | includes |
//! |---|---|---|
//! | `gzip` | compressed files in [`evidence::records`] | |
//! | `libdeflate` | gzip objects of usual size in [`evidence::Scanner`] are inflated by the C library libdeflate; the same answers | `gzip` |
//! | `evidence` | payloads in base64 and CSV, Zstandard, zip and tar in [`evidence`] | `gzip` |
//! | `analysis` | [`analysis`]: proofs about patterns, with an event as the witness; [`controls`]; `Serialize` for findings and datapoints | |
//! | `lint` | [`lint`]: what a pattern really means, with the names that CloudTrail knows | `analysis` |
//! | `rules` | [`rules`], [`simulation`], [`answers`]: rule files and their tests | `evidence`, `lint` |
//! | `sources` | [`sources`]: patterns in Terraform, CloudFormation and other files | `lint` |
//! | `report` | [`report`]: text, JSON, SARIF, JUnit, GitHub annotations, HTML | `rules`, `sources` |
//! | `testing` | [`testing`]: rule tests as cases of `cargo test` | `report` |
//! | `provision` | [`provision`], [`chain`], [`permissions`], [`export`], [`stack`], [`import`], [`verify`]: stack files, plans, templates; no dependency on AWS's SDK | `rules`, `sources` |
//! | `packs` | [`rules::packs()`]: the rule packs of the repository, as `pack:NAME` | `rules` |
//! | `sigma` | [`sigma`]: Sigma rules for CloudTrail as rule files, and rule files as Sigma rules | `rules`, `sources` |
//! | `translate` | [`translate`]: filter patterns as queries of other languages | |
//! | `schema` | `schemars::JsonSchema` for the types of files and outputs; the JSON Schemas of `docs/schemas` are generated from them | |
//! | `aws` | `aws::Client`: calls to AWS, with the runtime of AWS's SDK | `provision` |
//!
//! # What AWS does that surprises
//!
//! ```
//! # use cwfilter::FilterPattern;
//! # let matches = |pattern: &str, event: &str| pattern.parse::<FilterPattern>().unwrap().is_match(event);
//! // a comparison with a field that is missing is false, also with `!=`
//! assert!(!matches("{ $.errorCode != AccessDenied }", r#"{"eventName":"Login"}"#));
//! // terms are case sensitive, and match inside words
//! assert!(!matches("ERROR", "error"));
//! assert!(matches("ERROR", "NOERRORS"));
//! // optional terms are ignored next to a required one
//! assert!(matches("?WARN ERROR", "ERROR"));
//! assert!(!matches("?WARN ERROR", "WARN"));
//! // a JSON pattern matches only an event that is one whole JSON object
//! assert!(!matches("{ $.a = 1 }", r#"time: {"a":1}"#));
//! ```
//!
//! `docs/filter-patterns.md` in the repository is the specification, with the source of each rule. [`Semantics`]
//! switches what no source settles.
//!
//! # Performance
//!
//! A set reads an event once, however many patterns it has, and evaluates only the patterns that a field or text of the
//! event can fire. If all patterns allow it, a prefilter skips events without parsing them; [`PatternSet::describe`] says
//! whether it is on, and which pattern switches it off. Matching allocates nothing after the first events. Time grows
//! linearly with the event. On x86-64 and AArch64 the SIMD instructions
//! that the processor has are chosen at run time.
//!
//! # What it does not do
//!
//! * It is not Logs Insights' query language, nor Live Tail's, and not EventBridge's event patterns.
//! * Metric math is modelled only as far as [`alarm::Expression`] says; anomaly detection and PromQL alarms are not.
//! * No transformer of log events is modelled: see [`MetricFilter::on_transformed_logs`](metric::MetricFilter::on_transformed_logs).
//! * Where no observation of AWS exists, the documentation decides. `docs/filter-patterns.md` lists the open questions.

//!
// modules that are not there without their feature
#![cfg_attr(not(feature = "analysis"), doc = "[`analysis`]: #crate-features")]
#![cfg_attr(not(feature = "analysis"), doc = "[`controls`]: #crate-features")]
#![cfg_attr(not(feature = "lint"), doc = "[`lint`]: #crate-features")]
#![cfg_attr(not(feature = "rules"), doc = "[`rules`]: #crate-features")]
#![cfg_attr(not(feature = "rules"), doc = "[`simulation`]: #crate-features")]
#![cfg_attr(not(feature = "rules"), doc = "[`answers`]: #crate-features")]
#![cfg_attr(not(feature = "sources"), doc = "[`sources`]: #crate-features")]
#![cfg_attr(not(feature = "report"), doc = "[`report`]: #crate-features")]
#![cfg_attr(not(feature = "testing"), doc = "[`testing`]: #crate-features")]
#![cfg_attr(not(feature = "provision"), doc = "[`provision`]: #crate-features")]
#![cfg_attr(not(feature = "packs"), doc = "[`rules::packs()`]: #crate-features")]
#![cfg_attr(not(feature = "sigma"), doc = "[`sigma`]: #crate-features")]
#![cfg_attr(not(feature = "translate"), doc = "[`translate`]: #crate-features")]
#![cfg_attr(not(feature = "provision"), doc = "[`export`]: #crate-features")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

#[cfg(feature = "provision")]
pub mod account;
pub mod alarm;
#[cfg(feature = "analysis")]
pub mod analysis;
#[cfg(feature = "rules")]
pub mod answers;
#[cfg(feature = "provision")]
pub mod aws;
#[cfg(feature = "analysis")]
pub mod certificate;
#[cfg(feature = "provision")]
pub mod chain;
pub mod cloudtrail;
#[cfg(feature = "provision")]
pub mod control_chain;
#[cfg(feature = "analysis")]
pub mod controls;
mod cursor;
pub mod diagnostic;
mod engine;
pub mod escaped;
pub mod evidence;
pub mod explain;
#[cfg(feature = "provision")]
pub mod export;
#[cfg(feature = "rules")]
#[doc(hidden)]
pub mod files;
#[cfg(feature = "provision")]
mod gate;
pub mod hit;
#[cfg(feature = "provision")]
pub mod import;
pub mod limits;
#[cfg(feature = "lint")]
pub mod lint;
pub mod metric;
#[cfg(feature = "lint")]
mod metric_settings;
mod number;
#[cfg(feature = "provision")]
pub mod permissions;
#[cfg(feature = "provision")]
pub mod plan_report;
#[doc(hidden)]
pub mod plural;
#[cfg(feature = "provision")]
mod policy;
#[cfg(feature = "provision")]
pub mod provision;
pub mod reference;
#[cfg(feature = "report")]
pub mod report;
#[cfg(feature = "provision")]
pub mod resource;
#[cfg(feature = "rules")]
pub mod rules;
#[cfg(feature = "schema")]
pub mod schema;
mod semantics;
#[cfg(feature = "sigma")]
pub mod sigma;
#[cfg(feature = "rules")]
pub mod simulation;
#[cfg(feature = "sources")]
pub mod sources;
mod span;
#[cfg(feature = "rules")]
#[doc(hidden)]
pub mod spanned;
#[cfg(feature = "provision")]
pub mod stack;
pub mod syntax;
#[cfg(feature = "provision")]
mod table;
#[cfg(feature = "testing")]
pub mod testing;
#[doc(hidden)]
pub mod time;
#[cfg(feature = "translate")]
pub mod translate;
#[cfg(feature = "provision")]
pub mod verify;
mod wildcard;

#[doc(inline)]
pub use engine::{
    FilterPattern, Matcher, PatternId, PatternSet, PatternSetBuilder, PlanDescription, SetError, SetMatches,
    SplitError,
};
#[doc(inline)]
pub use semantics::{Keywords, Semantics, Wildcard};
#[cfg(feature = "report")]
#[doc(inline)]
pub use span::Lines;
#[doc(inline)]
pub use span::{LineColumn, Span};
#[doc(inline)]
pub use syntax::{ErrorKind, ParseError};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../docs/library.md")]
struct LibraryGuide;
