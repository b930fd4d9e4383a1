//! Translates a filter pattern into the query languages that read the same log events: a jq filter, SQL of DuckDB and Athena, a query of
//! Logs Insights, an event pattern of EventBridge.
//!
//! A translation selects the same log events as the pattern, or its [notes](Translation::notes) say which events it treats otherwise. A
//! condition that the target cannot express is refused with the reason; no condition is left out. What has to be true of all log events
//! is in [`Target::assumptions`]. `docs/translation.md` has the table of pattern kinds and targets.
//!
//! All targets share one walk over the pattern (`walk.rs`); a target is the spelling of its conditions.
//!
//! `tests/translate` runs jq, DuckDB and an engine of event patterns on recorded events, and compares the events that they select with those
//! of the engine. `docs/translation.md` says which engine judges each target.
//!
//! ```
//! use cwfilter::FilterPattern;
//! use cwfilter::translate::{Target, translate};
//!
//! let pattern: FilterPattern = r#"{ $.eventName = "StopLogging" }"#.parse()?;
//! let translation = translate(&pattern, Target::Jq).unwrap();
//! assert!(translation.text.ends_with(r#"select(type == "object" and any(key("eventName"); . == "StopLogging"))"#));
//! assert!(translation.notes.is_empty());
//! # Ok::<(), cwfilter::ParseError>(())
//! ```

mod athena;
mod athena_cloudtrail;
mod cloudtrail_columns;
mod duckdb;
mod event_bridge;
mod insights;
mod jq;
mod line;
#[cfg(feature = "rules")]
mod log_alarm;
mod note;
mod operand;
mod regex;
mod sql;
mod sql_text;
mod walk;

#[cfg(feature = "rules")]
pub use log_alarm::{LogAlarm, LogAlarmError, LogAlarmPlace, log_alarm};
pub use note::{Note, Refusal};

use crate::FilterPattern;

/// A query language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Target {
    /// A filter of jq 1.6 or newer. For a JSON pattern it reads JSON values, for the others lines (`jq -R`).
    Jq,
    /// A `SELECT` of DuckDB 1.3 or newer over a table `events` with the log events in the column `message`.
    DuckDb,
    /// A `SELECT` of Athena, whose SQL is Trino's, over a table `events` with the log events in the column `message`.
    Athena,
    /// A `SELECT` of Athena over the table `cloudtrail_logs` that Athena's documents describe for the files of CloudTrail.
    AthenaCloudTrail,
    /// A query of CloudWatch Logs Insights: `fields` and `filter`.
    LogsInsights,
    /// An event pattern of EventBridge, for the events that CloudTrail sends.
    EventBridge,
}

impl Target {
    /// All targets.
    pub const ALL: [Target; 6] = [
        Target::Jq,
        Target::DuckDb,
        Target::Athena,
        Target::AthenaCloudTrail,
        Target::LogsInsights,
        Target::EventBridge,
    ];

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Target::Jq => "jq",
            Target::DuckDb => "duckdb",
            Target::Athena => "athena",
            Target::AthenaCloudTrail => "athena-cloudtrail",
            Target::LogsInsights => "logs-insights",
            Target::EventBridge => "eventbridge",
        }
    }

    /// The target with this name.
    ///
    /// ```
    /// use cwfilter::translate::Target;
    /// assert_eq!(Target::named("jq"), Some(Target::Jq));
    /// assert_eq!(Target::named("perl"), None);
    /// ```
    #[must_use]
    pub fn named(name: &str) -> Option<Target> {
        Target::ALL.into_iter().find(|target| target.name() == name)
    }

    /// What has to be true of the log events, so that a translation without notes selects the same events as the pattern.
    #[must_use]
    pub fn assumptions(self) -> &'static [&'static str] {
        match self {
            Target::Jq => jq::ASSUMPTIONS,
            Target::DuckDb => duckdb::ASSUMPTIONS,
            Target::Athena => athena::ASSUMPTIONS,
            Target::AthenaCloudTrail => athena_cloudtrail::ASSUMPTIONS,
            Target::LogsInsights => insights::ASSUMPTIONS,
            Target::EventBridge => event_bridge::ASSUMPTIONS,
        }
    }

    /// How the translation of a pattern is run: a command, or what the query needs.
    #[must_use]
    pub fn usage(self, pattern: &FilterPattern) -> &'static str {
        match self {
            Target::Jq if pattern.is_json() => "jq -c -f FILE EVENTS, one JSON object an event",
            Target::Jq => "jq -R -r -f FILE EVENTS, one line an event",
            Target::LogsInsights => {
                "aws logs start-query --log-group-name NAME --start-time TIME --end-time TIME --query-string \"$(cat FILE)\""
            }
            Target::EventBridge => "aws events put-rule --name NAME --event-pattern file://FILE",
            Target::AthenaCloudTrail => {
                "the table `cloudtrail_logs` as Athena's documents create it for CloudTrail's logs; add the partitions to the condition"
            }
            Target::DuckDb | Target::Athena => {
                "a table `events` with a column `message VARCHAR`, which holds one log event a row"
            }
        }
    }
}

/// A pattern in another query language.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Translation {
    /// The query, without a newline at its end.
    pub text: String,
    /// The events that the query and the pattern treat differently. Empty if there are none, given [`Target::assumptions`].
    pub notes: Vec<Note>,
}

/// Translates a pattern.
///
/// # Errors
/// The condition that the target cannot express, and the reason.
pub fn translate(pattern: &FilterPattern, target: Target) -> Result<Translation, Refusal> {
    let (text, mut notes) = match target {
        Target::Jq => walk::translate(pattern, jq::Jq)?,
        Target::DuckDb => walk::translate(pattern, sql::Sql::<duckdb::DuckDb>::default())?,
        Target::Athena => walk::translate(pattern, sql::Sql::<athena::Athena>::default())?,
        Target::AthenaCloudTrail => walk::translate(pattern, athena_cloudtrail::AthenaCloudTrail)?,
        Target::LogsInsights => walk::translate(pattern, insights::Insights)?,
        Target::EventBridge => walk::translate(pattern, event_bridge::EventBridge::default())?,
    };
    notes.sort();
    notes.dedup();
    Ok(Translation { text, notes })
}
