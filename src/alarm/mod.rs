//! CloudWatch alarms over the samples of a metric: when the state changes, and which messages are then published.
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
//! # How an alarm is evaluated
//!
//! An alarm with a period of a minute or more is evaluated every minute. Its *slots* are periods that end with the last whole minute, so
//! they slide by the minute. N slots are needed (`EvaluationPeriods`), and the *evaluation range* holds more than N, because data may be
//! late or missing. An alarm with N = 2 and a period of 5 minutes, evaluated at 10:30, and a minute later:
//!
//! ```text
//!            10:10     10:15     10:20     10:25     10:30
//! 10:30  ──────┼────3────┼─────────┼────1────┼─────────┤        slots: 3, none, 1, none
//! 10:31  ───────┼───3─────┼─────────┼───1─────┼─────────┤       the same, begun a minute later
//! ```
//!
//! 1. The samples of each slot give a *reading*: a statistic ([`Samples::statistic`]). A slot without samples has none.
//! 2. If the range has at least N readings, the newest N decide, here 3 and 1. ALARM if at least M (`DatapointsToAlarm`) breach the
//!    threshold; they need not be adjacent.
//! 3. If it has fewer, `TreatMissingData` fills only the readings that are lacking ([`Missing`]).
//! 4. A *change* of the state is published ([`Notification`]), and the state stays until the next change. An evaluation with the same
//!    result publishes nothing.
//!
//! Percentiles are approximations, as AWS's are: a period keeps counts of samples in bins whose bounds are powers of 1.1, and a percentile is
//! interpolated within its bin. The exact rules, and which of them are recorded, documented or assumed, are in
//! `docs/alarms.md`. The documents of AWS are "Evaluating an alarm" and
//! "Configuring how CloudWatch alarms treat missing data" (CloudWatch user guide), and `PutMetricAlarm` and `PutCompositeAlarm` (API reference).
//!
//! | part | is |
//! |---|---|
//! | [`Alarm`], [`Metric`], [`Statistic`], [`EvaluationWindow`] | the settings of `PutMetricAlarm`; [`Alarm::from_request`] reads its JSON, and `Serialize` writes it |
//! | [`Samples`], [`Series`] | the samples of a period and of a metric |
//! | [`Alarm::evaluate`], [`Alarm::state_reason`] | one evaluation: the state, `StateReason` and `StateReasonData` |
//! | [`History`] | all evaluations of a time |
//! | [`AlarmRule`], [`CompositeHistory`], [`Suppression`] | composite alarms: the rule, the rule by the clock, and the suppressor |
//! | [`admit_metric_alarm`] | what `PutMetricAlarm` refuses |
//! | [`Notification`], [`Configuration`], [`HistoryItem`] | the SNS message, e-mail and text message, the EventBridge events, items of the history |
//!
//! There is no clock: every moment is passed in. Anomaly detection, PromQL, alarms on Logs Insights queries and most of metric math (see
//! [`Expression`]) are not modelled; a request with one of them is refused by name.

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
mod shape;
mod state;
mod statistic;
mod timestamp;
mod typed;
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
pub use members::{
    MemberUse, PUT_COMPOSITE_ALARM, PUT_METRIC_ALARM, is_shown_of_composite_alarm, is_shown_of_metric_alarm,
};
pub use message::{
    ActionResult, Configuration, ConfigurationChange, EventIds, HistoryItem, Notification, StateRecord,
    Transition, TriggeringChild, alarm_page, composite_reason_data,
};
pub use message::{CompositeAlarmMessage, MetricAlarmMessage, MetricTrigger};
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
