//! Rule files: filter patterns together with their tests, metrics and alarms. `docs/rule-files.md` describes the format.
//!
//! ```text
//!                           ┌─ run_tests ────► does the pattern give the verdicts that the tests expect?
//!                           ├─ coverage ─────► which conditions have the tests seen decide?
//! rule file ── load ──► Rule┼─ mutate ───────► which changed patterns does no test notice?
//!  (TOML)                   ├─ Timeline::run ► when does the alarm change its state?
//!                           └─ generate ─────► tests for a pattern that has none
//! ```
//!
//! [`coverage`] is modified condition/decision coverage (MC/DC): a condition counts as tested if tests show that it decides the verdict
//! when it is true and when it is false. [`mutate`] is mutation testing (DeMillo, Lipton and Sayward, "Hints on test data selection",
//! 1978): it makes one small change to the pattern, and a test has to fail.
//!
//! ```
//! use cwfilter::rules;
//! let file = rules::parse("rules.toml".as_ref(), r#"
//!     [[rule]]
//!     id = "stopped"
//!     pattern = '{ $.eventName = "Stop*" }'
//!     [[rule.test]]
//!     name = "a trail is stopped"
//!     event = { eventName = "StopLogging" }
//!     expect = "match"
//! "#.to_owned()).unwrap();
//! let rule = &file.rules[0];
//! assert!(rules::run_tests(rule).iter().all(|result| result.passed()));
//! // a second test is missing: an event that does not match
//! assert_eq!(rules::coverage(rule).ways(), (1, 2));
//! let survivor = &rules::mutate(rule).survivors[0];
//! assert_eq!((survivor.change, survivor.pattern.as_str()), ("widen a wildcard", r#"{ $.eventName = "*Stop*" }"#));
//! ```

/// The JSON Schema of a rule file, with the meaning of each key. For editors.
pub const SCHEMA: &str = include_str!("../../docs/schemas/rule-file.json");

mod alarm;
mod candidates;
mod composite;
mod composite_timeline;
mod conditions;
mod context;
mod coverage;
mod error;
mod event;
mod expectation;
mod file;
mod fires;
mod generate;
mod impossible;
mod load;
mod loader;
mod locate;
mod messages;
mod mutate;
mod neighbours;
mod not_recorded;
#[cfg(feature = "packs")]
mod packs;
mod record;
mod run;
mod subject;
mod system;
mod timeline;
mod times;
mod toml_text;
mod without_tests;

pub use composite::{Composite, CompositeTest};
pub use composite_timeline::{CompositeTimeline, CompositeTimelineResult};
#[cfg(feature = "provision")]
pub(crate) use context::toml_error;
pub use coverage::{ClauseCoverage, Coverage, ImpossibleEvent, coverage};
#[cfg(feature = "provision")]
pub(crate) use error::ROOT_HELP;
pub use error::RuleError;
pub use file::{
    Allow, Expect, ExpectDatapoint, ExpectMetric, NoDatapoint, Origin, Rule, RuleAlarm, RuleFile, RuleMetric,
    RuleTest, Timeline,
};
pub use fires::Fires;
pub use generate::{Generated, GeneratedTest, MissingTest, generate, generate_all, to_toml, with_tests};
#[cfg(feature = "schema")]
pub use load::schema;
pub use loader::{Loaded, Loader, duplicate_ids, load, parse, rule_files};

pub use crate::files::{Reason, SkippedEntry};
pub use mutate::{Mutant, Mutation, mutate};
pub use not_recorded::{NotRecorded, NotRecordedKind, not_recorded};
#[cfg(feature = "packs")]
pub use packs::{Pack, PackChange, pack_sources, packs};
pub use run::{Outcome, TestResult, run_test, run_tests};
pub(crate) use system::lacking;
pub use timeline::TimelineResult;
#[cfg(feature = "provision")]
pub(crate) use toml_text::array_of_tables;
#[cfg(feature = "sigma")]
pub(crate) use toml_text::literal;
