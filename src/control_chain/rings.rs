//! Whether an alarm rings for one event: the evaluation of alarms over a time with a single event, twice.

use crate::alarm::{Alarm, EvaluationWindow, History, State, Statistic, Timestamp};
use crate::limits::OTHER_EVENTS_A_MINUTE;
use crate::plural::counted;

const MINUTE: i64 = 60;

/// Whether the alarm goes to ALARM for an event, and again for a later one. The filter publishes `value` for the event, and `default` for
/// each event that does not match.
///
/// # Errors
/// Why it does not ring.
pub(super) fn rings(alarm: &Alarm, value: f64, default: Option<f64>) -> Result<(), String> {
    let quiet = course(alarm, value, None);
    let Some(default) = default else { return quiet };
    quiet?;
    course(alarm, value, Some(default))
        .map_err(|why| format!("{why}, because other events publish the default value {default}"))
}

fn course(alarm: &Alarm, value: f64, default: Option<f64>) -> Result<(), String> {
    let period = i64::try_from(alarm.period).unwrap_or(i64::MAX).max(MINUTE);
    // after this time an event has no effect on the state any more, whatever range the evaluation looks at
    let settled = period.saturating_mul(alarm.evaluation_periods as i64 + 3).saturating_add(15 * MINUTE);
    let (first, second) = (settled, settled.saturating_mul(2));
    let end = settled.saturating_mul(3);
    let at = Timestamp::from_seconds;
    let mut history: History<'_> = alarm.history();
    for time in [first, second] {
        history.add(at(time), value);
    }
    if let Some(default) = default {
        for minute in 0..end / MINUTE {
            history.add_many(at(minute * MINUTE), default, OTHER_EVENTS_A_MINUTE);
        }
    }
    let changes = history.changes(at(0), at(end));
    let state_at = |time: i64| {
        let earlier = changes.iter().take_while(|change| change.time.seconds() <= time);
        earlier.last().map_or(State::InsufficientData, |change| change.new)
    };
    let rings_between = |from: i64, to: i64| {
        let is_within = |time: i64| from < time && time <= to;
        changes.iter().any(|change| change.new == State::Alarm && is_within(change.time.seconds()))
    };
    if state_at(first) == State::Alarm {
        return Err("it is in ALARM without an event".to_owned());
    }
    if !rings_between(first, second) {
        return Err(never(alarm, value));
    }
    if !rings_between(second, end) {
        return Err("it rings for the first event only, because it stays in ALARM".to_owned());
    }
    Ok(())
}

fn never(alarm: &Alarm, value: f64) -> String {
    let (m, n) = (alarm.m(), alarm.evaluation_periods);
    let clock = if alarm.window == EvaluationWindow::Sliding { "" } else { " by the wall clock" };
    let periods =
        if n == 1 { String::new() } else { format!(" in {m} of {}", counted(n, "period", "periods")) };
    format!(
        "one event does not ring it: the {} of {} s{clock} has to be {} {}{periods}, and an event publishes {value}",
        alarm.statistic,
        alarm.period,
        alarm.comparison.words(),
        alarm.threshold
    )
}

/// The value that an event publishes for the alarm. A number of samples does not depend on it.
pub(super) fn value_for(alarm: &Alarm, value: Option<f64>) -> Option<f64> {
    value.or((alarm.statistic == Statistic::SampleCount).then_some(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alarm::{Comparison, Missing};

    #[test]
    fn one_event() {
        let alarm = |statistic: &str, period, threshold| {
            Alarm::new("a", statistic.parse().unwrap(), period, threshold)
        };
        let by_clock = |alarm: Alarm| Alarm { window: EvaluationWindow::wall_clock("UTC").unwrap(), ..alarm };
        let not_breaching = |alarm: Alarm| alarm.missing(Missing::NotBreaching);
        for (name, alarm, value, default, expected) in [
            ("sum", alarm("Sum", 300, 1.0), 1.0, None, ""),
            ("sum and default", not_breaching(alarm("Sum", 300, 1.0)), 1.0, Some(0.0), ""),
            ("not breaching", not_breaching(alarm("Sum", 60, 1.0)), 1.0, None, ""),
            ("a day", alarm("Sum", 86_400, 1.0), 1.0, None, ""),
            ("threshold", alarm("Sum", 300, 2.0), 1.0, None, "one event does not ring it: the Sum of 300 s"),
            (
                "greater",
                alarm("Sum", 300, 1.0).comparison(Comparison::Greater),
                1.0,
                None,
                "has to be greater than 1, and an event publishes 1",
            ),
            (
                "two of two",
                not_breaching(alarm("Sum", 300, 1.0).m_of_n(2, 2)),
                1.0,
                None,
                "in 2 of 2 periods",
            ),
            ("one of two", not_breaching(alarm("Sum", 300, 1.0).m_of_n(1, 2)), 1.0, None, ""),
            // fewer readings than periods: the missing ones count as they are set to
            (
                "two of two, breaching",
                alarm("Sum", 300, 1.0).m_of_n(2, 2).missing(Missing::Breaching),
                1.0,
                None,
                "it is in ALARM without",
            ),
            ("zero", alarm("Sum", 300, 1.0), 0.0, None, "publishes 0"),
            ("clock", not_breaching(by_clock(alarm("Sum", 300, 1.0))), 1.0, None, ""),
            ("clock, missing", by_clock(alarm("Sum", 3600, 1.0)), 1.0, None, ""),
            ("clock, a day", not_breaching(by_clock(alarm("Sum", 86_400, 1.0))), 1.0, Some(0.0), ""),
            (
                "clock, threshold",
                by_clock(alarm("Sum", 300, 2.0)),
                1.0,
                None,
                "the Sum of 300 s by the wall clock has to be",
            ),
            ("average and default", alarm("Average", 300, 1.0), 1.0, Some(0.0), "the default value 0"),
            (
                "always",
                alarm("Sum", 300, 0.0),
                1.0,
                Some(0.0),
                "it is in ALARM without an event, because other events publish the default value 0",
            ),
            (
                "low",
                alarm("Sum", 300, 1.0).comparison(Comparison::Less),
                1.0,
                None,
                "one event does not ring it",
            ),
            (
                "breaching",
                alarm("Sum", 300, 1.0).missing(Missing::Breaching),
                1.0,
                None,
                "it is in ALARM without an event",
            ),
            (
                "ignore",
                alarm("Sum", 300, 1.0).missing(Missing::Ignore),
                1.0,
                None,
                "it rings for the first event only",
            ),
            (
                "ignore and default",
                alarm("Sum", 300, 1.0).missing(Missing::Ignore),
                1.0,
                Some(0.0),
                "it rings for the first event only",
            ),
        ] {
            let found = rings(&alarm, value, default);
            match (&found, expected) {
                (Ok(()), "") => {}
                (Err(why), expected) => {
                    assert!(!expected.is_empty() && why.contains(expected), "{name}: {why}")
                }
                (Ok(()), _) => panic!("{name} rings"),
            }
        }
    }
}
