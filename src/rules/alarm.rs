//! From the texts of a rule's alarm to the alarm.

use super::file::{Rule, RuleAlarm};
use crate::alarm::{Alarm, AlarmError, Metric};
use crate::metric::UNITS;
use crate::time::duration;

impl Rule {
    /// The alarm on the rule's metric, named by the id of the rule. `None` if the rule has no alarm.
    ///
    /// # Errors
    /// If a text has no meaning, or `PutMetricAlarm` refuses the alarm. A rule from a file that was read has no such error.
    pub fn alarm_settings(&self) -> Option<Result<Alarm, AlarmError>> {
        let metric = self.metric.as_ref();
        self.alarm.as_ref().map(|entry| {
            let mut alarm = entry.settings(&self.id)?;
            alarm.description = self.title.clone();
            if let Some(metric) = metric {
                let dimensions = std::mem::take(&mut alarm.metric.dimensions);
                alarm.metric = Metric { dimensions, ..Metric::new(&metric.namespace, &metric.name) };
            }
            Ok(alarm)
        })
    }
}

impl RuleAlarm {
    /// An alarm of this name. Its metric has no namespace and no name: [`Rule::alarm_settings`] adds them.
    ///
    /// # Errors
    /// As [`Rule::alarm_settings`].
    pub fn settings(&self, name: &str) -> Result<Alarm, AlarmError> {
        let statistic = self.statistic.parse()?;
        let unknown_period = || unknown("period (such as `60s`, `5m`, `1h`)", &self.period);
        let period = duration(&self.period).ok_or_else(unknown_period)?.unsigned_abs();
        let mut alarm = Alarm::new(name, statistic, period, self.threshold);
        if let Some(comparison) = &self.comparison {
            alarm = alarm.comparison(comparison.parse()?);
        }
        if let Some(missing) = &self.missing {
            alarm = alarm.missing(missing.parse()?);
        }
        // `cwfilter` always sets `DatapointsToAlarm` when it creates an alarm
        let (m, n) = match &self.evaluate {
            Some(text) => m_of_n(text).ok_or_else(|| unknown("M of N", text))?,
            None => (1, 1),
        };
        alarm = alarm.m_of_n(m, n);
        if let Some(states) = &self.notify {
            let states: Result<Vec<_>, _> = states.iter().map(|state| state.parse()).collect();
            alarm = alarm.actions(states?);
        }
        if let Some(unit) = &self.unit {
            if !UNITS.contains(&unit.as_str()) {
                return Err(unknown("unit", unit));
            }
            alarm.unit = Some(unit.clone());
        }
        if let Some(low) = &self.low_sample_percentile {
            alarm.low_samples = Some(low.parse()?);
        }
        if let Some(window) = &self.window {
            alarm.window = window.parse()?;
        }
        alarm.metric.dimensions = self.dimensions.clone().into_iter().collect();
        alarm.actions_enabled = self.actions_enabled.unwrap_or(true);
        alarm.check()?;
        Ok(alarm)
    }
}

fn unknown(what: &'static str, text: &str) -> AlarmError {
    AlarmError::Unknown { what, text: text.to_owned() }
}

/// `2 of 3`
fn m_of_n(text: &str) -> Option<(usize, usize)> {
    let (m, n) = text.split_once(" of ")?;
    Some((m.trim().parse().ok()?, n.trim().parse().ok()?))
}
