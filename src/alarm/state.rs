//! The three states of an alarm.

use super::error::AlarmError;
use std::fmt::{Display, Formatter};
use std::str::FromStr;

/// The state of an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// The metric is within the threshold.
    Ok,
    /// The metric is beyond the threshold.
    Alarm,
    /// There is not enough data to tell.
    InsufficientData,
}

impl State {
    /// All states.
    pub const ALL: [State; 3] = [State::Ok, State::Alarm, State::InsufficientData];

    /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            State::Ok => "OK",
            State::Alarm => "ALARM",
            State::InsufficientData => "INSUFFICIENT_DATA",
        }
    }
}

impl Display for State {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for State {
    type Err = AlarmError;

    fn from_str(text: &str) -> Result<Self, AlarmError> {
        let found = State::ALL.into_iter().find(|state| state.name() == text);
        found.ok_or_else(|| AlarmError::Unknown { what: "alarm state", text: text.to_owned() })
    }
}
