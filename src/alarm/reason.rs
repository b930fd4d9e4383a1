//! Why a state changed: `StateReason` and `StateReasonData` of a metric alarm, in CloudWatch's words.
//!
//! Most texts are recorded (`tests/signals/alarm_evaluations.jsonl`). The texts of alarms without `DatapointsToAlarm` were published by
//! others. The text of an alarm that goes off only because of missing data while some data exists is assumed.

use super::document::{Document, decimal};
use super::evaluate::{Period, Used};
use super::settings::{Alarm, Missing};
use super::state::State;
use super::timestamp::Timestamp;
use crate::plural::counted;

/// The reason of an alarm that was never evaluated.
pub const INITIAL_REASON: &str = "Unchecked: Initial alarm creation";

impl Alarm {
    /// `StateReason` of the state that an evaluation of these periods, oldest first, led to.
    #[must_use]
    pub fn state_reason(&self, state: State, periods: &[Period]) -> String {
        let n = self.evaluation_periods;
        if state == State::InsufficientData {
            return format!("Insufficient Data: {} unknown.", count(n, "datapoint"));
        }
        let used = self.used(periods);
        let missing = n.saturating_sub(used.len());
        let agreeing = agreeing(&used, state);
        if agreeing.is_empty() {
            let treated = self.treated(missing).unwrap_or_default();
            let periods = if missing == 1 { "period" } else { "periods" };
            return format!(
                "Threshold Crossed: no datapoints were received for {missing} {periods}{treated}."
            );
        }
        let shown: Vec<String> = agreeing
            .iter()
            .map(|point| format!("{} ({})", decimal(point.reading.value), point.start.short()))
            .collect();
        let (number, minimum) = match self.datapoints_to_alarm {
            Some(_) => (
                format!("{} out of the last {n} datapoints", agreeing.len()),
                format!(
                    " (minimum {} for {} transition)",
                    counted(self.decisive(state), "datapoint", "datapoints"),
                    if state == State::Alarm { "OK -> ALARM" } else { "ALARM -> OK" }
                ),
            ),
            None => (counted(agreeing.len(), "datapoint", "datapoints"), String::new()),
        };
        format!(
            "Threshold Crossed: {number} [{}] {} {}{} the threshold ({}){}{minimum}.",
            shown.join(", "),
            if agreeing.len() == 1 { "was" } else { "were" },
            if state == State::Alarm { "" } else { "not " },
            self.comparison.words(),
            decimal(self.threshold),
            self.treated(missing).unwrap_or_default(),
        )
    }

    /// `StateReasonData` of the same evaluation, made at `at`.
    #[must_use]
    pub fn state_reason_data(&self, state: State, at: Timestamp, periods: &[Period]) -> Document {
        let used = self.used(periods);
        let mut members = vec![("version", "1.0".into()), ("queryDate", at.to_string().into())];
        if let Some(oldest) = used.last() {
            members.push(("startDate", oldest.start.to_string().into()));
        }
        if self.queries.is_empty() {
            members.extend(self.unit.iter().map(|unit| ("unit", unit.as_str().into())));
            members.push(("statistic", self.statistic.to_string().into()));
        }
        members.push(("period", Document::Integer(self.seconds())));
        members.push(("recentDatapoints", Document::List(recent(&used, periods))));
        members.push(("threshold", Document::Number(self.threshold)));
        members.push(("evaluatedDatapoints", Document::List(self.evaluated(state, &used, periods))));
        Document::Object(members)
    }

    /// The number of periods that decide: M for ALARM and INSUFFICIENT_DATA, N - M + 1 for OK.
    fn decisive(&self, state: State) -> usize {
        let m = self.m();
        if state == State::Ok { (self.evaluation_periods + 1).saturating_sub(m) } else { m }
    }

    /// ` and 2 missing datapoints were treated as [Breaching]`
    fn treated(&self, missing: usize) -> Option<String> {
        let treated = match self.treat_missing_data() {
            Missing::Breaching => "Breaching",
            Missing::NotBreaching => "NonBreaching",
            Missing::Missing | Missing::Ignore => return None,
        };
        (missing > 0).then(|| format!(" and {} treated as [{treated}]", count(missing, "missing datapoint")))
    }

    /// The newest periods that agree with the state. If there are too few, the newest periods without data are added.
    fn evaluated(&self, state: State, used: &[Used], periods: &[Period]) -> Vec<Document> {
        let wanted = self.decisive(state);
        let mut shown: Vec<(Timestamp, Option<Used>)> =
            agreeing(used, state).iter().take(wanted).map(|point| (point.start, Some(*point))).collect();
        let empty = periods.iter().rev().filter(|(_, reading)| reading.is_none());
        let lacking = wanted.saturating_sub(shown.len());
        shown.extend(empty.take(lacking).map(|(start, _)| (*start, None)));
        shown.sort_by_key(|(start, _)| std::cmp::Reverse(*start));
        let entry = |(start, point): &(Timestamp, Option<Used>)| {
            let mut members = vec![("timestamp", start.to_string().into())];
            if let Some(point) = point {
                if self.queries.is_empty() {
                    members.push(("sampleCount", Document::Number(point.reading.samples)));
                }
                members.push(("value", Document::Number(point.reading.value)));
            }
            Document::Object(members)
        };
        shown.iter().map(entry).collect()
    }
}

/// The periods that agree with a state, newest first.
fn agreeing(used: &[Used], state: State) -> Vec<Used> {
    let agrees =
        |point: &&Used| state != State::InsufficientData && point.breaches == (state == State::Alarm);
    used.iter().filter(agrees).copied().collect()
}

/// The values from the oldest used period to the newest one with data, `null` for gaps.
fn recent(used: &[Used], periods: &[Period]) -> Vec<Document> {
    let (Some(newest), Some(oldest)) = (used.first(), used.last()) else { return Vec::new() };
    let between = periods.iter().filter(|(start, _)| (oldest.start..=newest.start).contains(start));
    between
        .map(|(_, reading)| reading.map_or(Document::Null, |reading| Document::Number(reading.value)))
        .collect()
}

/// `1 datapoint was`, `3 datapoints were`
fn count(count: usize, noun: &str) -> String {
    counted(count, &format!("{noun} was"), &format!("{noun}s were"))
}
