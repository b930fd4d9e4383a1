//! The state that follows from the last periods. The rule reproduces both tables of "Configuring how
//! CloudWatch alarms treat missing data" in the CloudWatch user guide, row by row; they do not determine it
//! uniquely.

use super::settings::{Alarm, Missing};
use std::fmt::{Display, Formatter};

/// The state of an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Within the threshold.
    Ok,
    /// Beyond it.
    Alarm,
    /// Not enough is known.
    InsufficientData,
}

impl State {
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

/// One period: nothing, or the statistic of its values.
pub type Reading = Option<f64>;

/// Periods that are looked at beyond N when some have no data. AWS publishes no formula; its tables show 5
/// for N = 3.
pub(super) const WIDER: usize = 2;

/// The state after these periods, oldest first, of which the last ones count: N, and some more where
/// data is missing.
#[must_use]
pub fn evaluate(alarm: &Alarm, before: State, periods: &[Reading]) -> State {
    let (m, n) = (alarm.datapoints_to_alarm, alarm.evaluation_periods);
    let range = periods.get(periods.len().saturating_sub(n + WIDER)..).unwrap_or_default();
    // with their age in periods, newest first
    let real: Vec<(usize, bool)> = range
        .iter()
        .rev()
        .enumerate()
        .filter_map(|(age, reading)| reading.map(|value| (age + 1, alarm.breaches(value))))
        .take(n)
        .collect();
    let breaching = real.iter().filter(|(_, breaches)| *breaches).count();
    let alarm_if = |condition| if condition { State::Alarm } else { State::Ok };
    let fill = n - real.len();
    match alarm.missing {
        _ if fill == 0 => alarm_if(breaching >= m),
        Missing::Breaching => alarm_if(breaching + fill >= m),
        Missing::NotBreaching => alarm_if(breaching >= m),
        Missing::Missing if real.is_empty() => State::InsufficientData,
        Missing::Ignore if real.is_empty() => before,
        Missing::Missing | Missing::Ignore if breaching >= m => State::Alarm,
        Missing::Missing | Missing::Ignore if breaching < real.len() => State::Ok,
        Missing::Ignore => before,
        // all that is known breaches, and it has been so for long enough
        Missing::Missing if real.iter().any(|(age, _)| *age >= m) => State::Alarm,
        Missing::Missing => before,
    }
}
