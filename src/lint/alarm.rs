//! Lints of the alarm on a metric filter's metric: alarms that never fire, always fire, or send no notification.

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
            Comparison::GreaterOrEqual => value >= self.threshold,
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

/// Checks an alarm on the metric of a transformation. Invalid settings are reported when the rule file is read, not here.
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

/// A metric filter publishes one value a minute, so a period below a minute is often without data.
fn period(alarm: &LocatedAlarm, found: &mut Vec<Diagnostic>) {
    let Located { text, span } = &alarm.period;
    let seconds = text.strip_suffix('s').and_then(|number| number.trim().parse::<u64>().ok());
    if let Some(seconds) = seconds.filter(|seconds| (1..60).contains(seconds)) {
        found.push(
            warning(
                "short-period",
                *span,
                format!("the period is {seconds} s, but the metric has one value a minute"),
            )
            .help("write `60s` or more; shorter periods are for high-resolution metrics, which metric filters do not publish"),
        );
    }
}

fn dimensions(transformation: &LocatedTransformation, alarm: &LocatedAlarm, found: &mut Vec<Diagnostic>) {
    let is_watched = |name: &str| alarm.dimensions.iter().any(|watched| watched == name);
    if let Some((name, _)) = transformation.dimensions.iter().find(|(name, _)| !is_watched(&name.text)) {
        let message = format!(
            "the alarm is on the metric without dimensions, but every datapoint has the dimension `{}`: the alarm never gets data",
            name.text
        );
        found.push(
            warning("alarm-without-dimensions", alarm.statistic.span, message)
                .help("add `dimensions` to the alarm, or remove the dimensions or the alarm"),
        );
    }
}

fn actions(alarm: &LocatedAlarm, found: &mut Vec<Diagnostic>) {
    let at = alarm.statistic.span;
    if !alarm.actions_enabled {
        let message = "the actions of the alarm are disabled: it sends no notification".to_owned();
        found.push(warning("actions-disabled", at, message).help("remove `actions_enabled = false`"));
    } else if !alarm.has_actions {
        let message = "the alarm has no actions: it sends no notification".to_owned();
        found.push(warning("alarm-without-actions", at, message).help("write `notify = [\"ALARM\"]`"));
    }
}

/// Without a default value, a period without matches has no datapoint; the setting for missing data then decides the state.
fn missing(alarm: &LocatedAlarm, found: &mut Vec<Diagnostic>) {
    if !alarm.is_upwards() || alarm.default.is_some() {
        return;
    }
    let what = match alarm.missing.as_deref() {
        Some("ignore") => {
            "the alarm stays in ALARM: a period without matches has no datapoint, and `ignore` keeps the state"
        }
        Some("breaching") => {
            "the alarm fires in every period without matches: `breaching` counts a missing datapoint as breaching"
        }
        _ => return,
    };
    found.push(
        warning("missing-data-keeps-alarm", alarm.statistic.span, what.to_owned())
            .help("write `missing = \"notBreaching\"`"),
    );
}

/// Each event that does not match publishes the default value and pulls a minimum or average towards it.
fn default(statistic: Statistic, alarm: &LocatedAlarm, found: &mut Vec<Diagnostic>) {
    let Some(default) = alarm.default.filter(|default| !alarm.breaches(*default)) else { return };
    if !alarm.is_upwards() || !matches!(statistic, Statistic::Minimum | Statistic::Average) {
        return;
    }
    let message = format!(
        "each event that does not match publishes the default value {default}, so the {statistic} hardly ever breaches the threshold"
    );
    found.push(
        warning("default-outweighs-matches", alarm.statistic.span, message)
            .help("use `Sum` or `Maximum`, or remove the default value"),
    );
}

/// If the metric value is a number, the smallest possible datapoint is known.
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
        let message = "every datapoint breaches the threshold: no value is below zero".to_owned();
        found.push(warning("threshold-always-holds", at, message).help("raise the threshold above zero"));
    } else if !alarm.is_upwards() && is_sum && !alarm.breaches(least) {
        let missing: Missing =
            alarm.missing.as_deref().and_then(|text| text.parse().ok()).unwrap_or_default();
        if missing != Missing::Breaching {
            let message = format!(
                "the alarm never fires: every datapoint is {least} or more, and a period without matches has no datapoint"
            );
            let help = if alarm.default.is_some() {
                "raise the threshold"
            } else {
                "to alarm on missing events, write `missing = \"breaching\"`"
            };
            found.push(warning("threshold-never-reached", at, message).help(help));
        }
    }
}
