//! Where the periods of an alarm begin.

use super::error::AlarmError;
use super::timestamp::offset;
use std::str::FromStr;

/// `EvaluationWindow` of `PutMetricAlarm`: where the periods of an alarm begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum EvaluationWindow {
    /// `SlidingWindow`, the default: the periods end with the evaluation.
    #[default]
    Sliding,
    /// `WallClockWindow`: periods begin at multiples of their length, in a time zone. Only whole periods are
    /// looked at.
    WallClock {
        /// Seconds east of UTC. Named time zones are not modelled: their offset changes with the season.
        offset: i64,
    },
}

impl EvaluationWindow {
    /// A wall clock window in UTC, at a fixed offset (`+05:30`) or at an offset with a prefix (`UTC+05:30`).
    /// `None` for a named time zone, which is not modelled, and for a text that is not an offset.
    ///
    /// ```
    /// use cwfilter::alarm::EvaluationWindow;
    /// assert_eq!(EvaluationWindow::wall_clock("UTC"), "wall clock".parse().ok());
    /// assert_eq!(EvaluationWindow::wall_clock("Europe/Berlin"), None);
    /// ```
    #[must_use]
    pub fn wall_clock(zone: &str) -> Option<Self> {
        let digits = zone.strip_prefix("UTC").or_else(|| zone.strip_prefix("GMT")).unwrap_or(zone);
        let offset = if digits.is_empty() && !zone.is_empty() { 0 } else { offset(digits)? };
        // the API reference: a multiple of 5 minutes
        (offset % 300 == 0).then_some(EvaluationWindow::WallClock { offset })
    }
}

impl FromStr for EvaluationWindow {
    type Err = AlarmError;

    /// `sliding`, `wall clock`, or `wall clock +05:30`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let window = match text.strip_prefix("wall clock") {
            Some("") => Self::wall_clock("UTC"),
            Some(zone) => zone.strip_prefix(' ').and_then(Self::wall_clock),
            None => (text == "sliding").then_some(EvaluationWindow::Sliding),
        };
        let wrong = || AlarmError::Unknown { what: "evaluation window", text: text.to_owned() };
        window.ok_or_else(wrong)
    }
}
