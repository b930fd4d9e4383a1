//! The JSON of `cwfilter ring`.

use serde::Serialize;

/// The reason that the message of the alarm shows.
pub const REASON: &str = "A test of the alarm chain by cwfilter: no event set this alarm off.";

/// The version of the form.
pub(super) const VERSION: u32 = 2;

/// The result of a test of an alarm.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RingReport<'a> {
    /// The version of the form. It increases if a member changes its meaning or is removed.
    #[cfg_attr(feature = "schema", schemars(extend("const" = VERSION)))]
    pub(super) version: u32,
    /// The id of the account.
    pub(super) account: &'a str,
    /// The region.
    pub(super) region: &'a str,
    /// The name of the alarm.
    pub(super) alarm: &'a str,
    /// The state before, which the alarm is set back to.
    pub(super) state: &'a str,
    /// The ARNs of the alarm's actions for ALARM.
    pub(super) actions: &'a [String],
    /// The ARNs of its actions for the state that it is set back to.
    pub(super) actions_back: &'a [String],
    /// Composite alarms that watch it, each with the ARNs of its actions; the error if they could not be listed.
    pub(super) composites: Composites<'a>,
    /// What the alarm's history says of its actions.
    pub(super) history: History<'a>,
    /// `true`, or the error: the alarm is still in ALARM.
    pub(super) set_back: SetBack,
    /// Whether an action was executed, and none failed.
    pub(super) is_heard: bool,
    /// Whether the wait was ended before its time.
    pub(super) is_interrupted: bool,
}

/// The composite alarms that watch an alarm.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(super) enum Composites<'a> {
    /// The name of each, and the ARNs of its actions.
    Listed(&'a [(String, Vec<String>)]),
    /// Why they could not be listed.
    Failed(String),
}

/// The history of an alarm.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(super) enum History<'a> {
    /// The history was read.
    Read {
        /// What it says of each action.
        results: &'a [String],
    },
    /// The history could not be read.
    Failed {
        /// Why it could not be read.
        error: String,
    },
}

/// Whether an alarm is in its old state again.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(super) enum SetBack {
    /// It is.
    Done(#[cfg_attr(feature = "schema", schemars(extend("const" = true)))] bool),
    /// Why it is not.
    Failed(String),
}

/// `--offline`: what would be sent.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rehearsal<'a> {
    /// The version of the form. It increases if a member changes its meaning or is removed.
    #[cfg_attr(feature = "schema", schemars(extend("const" = VERSION)))]
    version: u32,
    /// The input of `SetAlarmState`.
    request: RingRequest<'a>,
    /// The actions that the stack's file gives the alarm.
    wanted: Vec<String>,
}

impl<'a> Rehearsal<'a> {
    /// What would be sent for an alarm, with the ARNs of the actions that the stack's file gives it.
    #[must_use]
    pub fn new(alarm: &'a str, wanted: Vec<String>) -> Self {
        Rehearsal { version: VERSION, request: RingRequest::new(alarm), wanted }
    }
}

/// The input of the call that rings an alarm.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub(super) struct RingRequest<'a> {
    /// The name of the alarm.
    alarm_name: &'a str,
    /// The new state.
    #[cfg_attr(feature = "schema", schemars(extend("const" = "ALARM")))]
    state_value: &'static str,
    /// The reason that the message of the alarm shows.
    state_reason: &'static str,
}

impl<'a> RingRequest<'a> {
    pub(super) fn new(alarm: &'a str) -> Self {
        RingRequest { alarm_name: alarm, state_value: "ALARM", state_reason: REASON }
    }
}
