//! Lints of the alarm of a metric filter: an alarm that never fires, or always fires.

use crate::alarm::{Comparison, Missing, Statistic};
use crate::diagnostic::{Diagnostic, Severity};
use crate::metric_settings::{Located, LocatedAlarm, LocatedTransformation};
use crate::number::Decimal;
use crate::span::Span;

impl LocatedAlarm {
    fn breaches(&self, value: f64) -> bool {
        match self.comparison() {
            Comparison::Greater => value > self.threshold,
            Comparison::Less => value < self.threshold,
            Comparison::LessOrEqual => value <= self.threshold,
            _ => value >= self.threshold,
        }
    }

    fn comparison(&self) -> Comparison {
        let named = self.comparison.as_deref().and_then(|text| text.parse().ok());
        named.unwrap_or(Comparison::GreaterOrEqual)
    }

    fn is_upwards(&self) -> bool {
        matches!(self.comparison(), Comparison::Greater | Comparison::GreaterOrEqual)
    }
}

/// What is wrong with an alarm on the metric beside it. Settings that mean nothing are refused elsewhere.
#[must_use]
pub fn check_alarm(transformation: &LocatedTransformation, alarm: &LocatedAlarm) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let Ok(statistic) = alarm.statistic.text.parse::<Statistic>() else { return found };
    period(alarm, &mut found);
    dimensions(transformation, alarm, &mut found);
    let value = transformation.value.as_ref().filter(|value| Decimal::parse(value.text.as_bytes()).is_some());
    let value = value.and_then(|value| value.text.parse::<f64>().ok());
    default(statistic, alarm, &mut found);
    actions(alarm, &mut found);
    missing(alarm, &mut found);
    if let Some(value) = value {
        threshold(statistic, value, alarm, &mut found);
    }
    found
}

fn warning(lint: &'static str, at: Span, message: String) -> Diagnostic {
    Diagnostic::new(lint, Severity::Warning, at, message).in_file(at)
}

/// A metric filter publishes by the minute.
fn period(alarm: &LocatedAlarm, found: &mut Vec<Diagnostic>) {
    let Located { text, span } = &alarm.period;
    let seconds = text.strip_suffix('s').and_then(|number| number.trim().parse::<u64>().ok());
    if let Some(seconds) = seconds.filter(|seconds| (1..60).contains(seconds)) {
        found.push(
            warning(
                "short-period",
                *span,
                format!("a period of {seconds} s on a metric that has one value a minute"),
            )
            .help("write `60s` or more: periods below a minute are for high-resolution metrics, which no metric filter publishes"),
        );
    }
}

fn dimensions(transformation: &LocatedTransformation, alarm: &LocatedAlarm, found: &mut Vec<Diagnostic>) {
    let is_watched = |name: &str| alarm.dimensions.iter().any(|watched| watched == name);
    if let Some((name, _)) = transformation.dimensions.iter().find(|(name, _)| !is_watched(&name.text)) {
        let message = format!(
            "the alarm watches the metric without dimensions, and every datapoint has `{}`: it never sees one",
            name.text
        );
        found.push(
            warning("alarm-without-dimensions", alarm.statistic.span, message)
                .help("give the alarm `dimensions`, or remove the dimensions or the alarm"),
        );
    }
}

fn actions(alarm: &LocatedAlarm, found: &mut Vec<Diagnostic>) {
    let at = alarm.statistic.span;
    if !alarm.actions_enabled {
        let message = "the alarm has its actions disabled: it tells no one".to_owned();
        found.push(warning("actions-disabled", at, message).help("take `actions_enabled = false` out"));
    } else if !alarm.has_actions {
        let message = "the alarm has no actions: it tells no one".to_owned();
        found.push(warning("alarm-without-actions", at, message).help("write `notify = [\"ALARM\"]`"));
    }
}

/// Without a default a quiet time has no datapoint.
fn missing(alarm: &LocatedAlarm, found: &mut Vec<Diagnostic>) {
    if !alarm.is_upwards() || alarm.default.is_some() {
        return;
    }
    let what = match alarm.missing.as_deref() {
        Some("ignore") => "once it rings it never ends: a quiet time has no datapoint, which keeps the state",
        Some("breaching") => "it rings in every quiet time: no datapoint counts as breaching",
        _ => return,
    };
    found.push(
        warning("missing-data-keeps-alarm", alarm.statistic.span, what.to_owned())
            .help("write `missing = \"notBreaching\"`"),
    );
}

/// Each event that does not match publishes the default.
fn default(statistic: Statistic, alarm: &LocatedAlarm, found: &mut Vec<Diagnostic>) {
    let Some(default) = alarm.default.filter(|default| !alarm.breaches(*default)) else { return };
    if !alarm.is_upwards() || !matches!(statistic, Statistic::Minimum | Statistic::Average) {
        return;
    }
    let message = format!(
        "{statistic} over the default: each event that does not match publishes a {default}, so the alarm (almost) never fires"
    );
    found.push(
        warning("default-outweighs-matches", alarm.statistic.span, message)
            .help("use `Sum` or `Maximum`, or remove the default"),
    );
}

/// With a metric value that is a number the least that a datapoint can be is known.
fn threshold(statistic: Statistic, value: f64, alarm: &LocatedAlarm, found: &mut Vec<Diagnostic>) {
    if value < 0.0 || alarm.default.is_some_and(|default| default < 0.0) {
        return;
    }
    let is_sum = matches!(statistic, Statistic::Sum | Statistic::SampleCount);
    let one = if statistic == Statistic::SampleCount { 1.0 } else { value };
    let least =
        alarm.default.filter(|_| statistic != Statistic::SampleCount).map_or(one, |default| default.min(one));
    let at = alarm.threshold_span;
    if alarm.is_upwards() && alarm.breaches(0.0) {
        let message = "the threshold holds for every datapoint: no value is below zero".to_owned();
        found.push(warning("threshold-always-holds", at, message).help("raise the threshold above zero"));
    } else if !alarm.is_upwards() && is_sum && !alarm.breaches(least) {
        let missing: Missing =
            alarm.missing.as_deref().and_then(|text| text.parse().ok()).unwrap_or_default();
        if missing != Missing::Breaching {
            let message = format!(
                "the alarm never fires: a datapoint is {least} or more, and a quiet period has no datapoint"
            );
            let help = if alarm.default.is_some() {
                "raise the threshold"
            } else {
                "for a heartbeat write `missing = \"breaching\"`"
            };
            found.push(warning("threshold-never-reached", at, message).help(help));
        }
    }
}
