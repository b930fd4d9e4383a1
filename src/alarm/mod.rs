//! CloudWatch alarms over the samples of a metric: when the state changes, and what is then published.
//!
//! ```
//! use cwfilter::alarm::{Alarm, Missing, State, Statistic, Timestamp};
//! let alarm = Alarm::new("root-usage", Statistic::Sum, 300, 1.0).missing(Missing::NotBreaching);
//! let mut history = alarm.history();
//! let at = Timestamp::from_seconds;
//! history.add(at(90), 1.0); // a value of a metric filter in the second minute
//! let changes = history.changes(at(60), at(1800));
//! assert_eq!(changes[0].new, State::Alarm);
//! // evaluated every minute over the five minutes before, a little after they have ended
//! assert_eq!(changes[0].time.seconds(), 130);
//! ```
//!
//! | part | is |
//! |---|---|
//! | [`Alarm`], [`Metric`], [`Statistic`], [`EvaluationWindow`] | what `PutMetricAlarm` says; [`Alarm::from_request`] reads its JSON |
//! | [`Samples`], [`Series`] | the samples of a period and of a metric, with CloudWatch's approximate percentiles |
//! | [`Alarm::evaluate`], [`Alarm::state_reason`] | one evaluation: the state, `StateReason` and `StateReasonData` |
//! | [`History`] | all evaluations of a time |
//! | [`AlarmRule`], [`Suppression`] | composite alarms |
//! | [`admit_metric_alarm`] | what `PutMetricAlarm` refuses |
//! | [`Notification`], [`HistoryItem`] | the SNS message, e-mail and text message, the EventBridge event, items of the history |
//!
//! There is no clock: every moment is passed in. Metric math (but for what
//! [`Expression`] takes), anomaly detection, PromQL and alarms on Logs Insights queries are not modelled; a request
//! with one of them is refused by name.

mod account;
mod actions;
mod admission;
mod bins;
mod composite;
mod document;
mod error;
mod evaluate;
mod expression;
mod history;
mod members;
mod message;
mod metric;
mod query;
mod reason;
mod request;
mod samples;
mod schedule;
mod serialize;
mod series;
mod settings;
mod state;
mod statistic;
mod timestamp;
mod window;

pub use account::Account;
pub use actions::Actions;
pub use admission::{AlarmKind, Refusal, admit_metric_alarm};
pub use composite::{
    AlarmRule, AlarmRuleError, ChildState, CompositeAlarm, CompositeChange, CompositeHistory,
    CompositeReason, CompositeStep, SuppressedBy, Suppression, SuppressionUpdate, Suppressor,
};
pub use document::Document;
pub use error::AlarmError;
pub use evaluate::Period;
pub use expression::{Expression, ExpressionError, MetricQuery, QuerySource};
pub use history::{Change, History, Nearest};
pub use members::{MemberUse, PUT_COMPOSITE_ALARM, PUT_METRIC_ALARM};
pub use message::{
    ActionResult, Configuration, ConfigurationChange, EventIds, HistoryItem, Notification, StateRecord,
    Transition, TriggeringChild, composite_reason_data,
};
pub use metric::Metric;
pub use reason::INITIAL_REASON;
pub use samples::{Sample, Samples};
pub use schedule::EVALUATION_DELAY_SECONDS;
pub use series::{Reading, Series};
pub use settings::{Alarm, Comparison, LowSamples, Missing};
pub use state::State;
pub use statistic::{Bounds, Statistic};
pub use timestamp::{Timestamp, TimestampError};
pub use window::EvaluationWindow;
