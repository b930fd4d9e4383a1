//! What a timeline expects.

use serde::Deserialize;

// the comments of this type are the descriptions of the JSON Schema: an editor shows them

/// What follows the events or the state changes of a timeline.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table with `alarm` and `notifications`")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "expectation"))]
pub(super) struct ExpectEntry {
    /// The changes to and from `ALARM`, in order, as `STATE at TIME`: `"ALARM at 5m"`. The time is the minute of the evaluation (seconds for an
    /// alarm that is evaluated more often).
    #[serde(default)]
    pub(super) alarm: Vec<String>,
    /// The number of messages that are published; not checked without this key.
    pub(super) notifications: Option<usize>,
}
