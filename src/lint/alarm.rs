//! Lints of the alarm on a metric filter's metric: alarms that never fire, always fire, or send no notification.

use super::readings::Readings;
use crate::alarm::{Bounds, Comparison, Missing, Statistic};
use crate::diagnostic::{Diagnostic, Severity};
use crate::metric_settings::{Feed, Host, LocatedAlarm};
use crate::number::is_metric_value;
use crate::span::Span;

impl LocatedAlarm {
    /// Whether a value breaches the threshold. `None` if the threshold or the comparison is unknown.
    fn breaches(&self, value: f64) -> Option<bool> {
        let threshold = self.threshold.filter(|it| it.is_finite())?;
        Some(match self.comparison? {
            Comparison::Greater => value > threshold,
            Comparison::Less => value < threshold,
            Comparison::LessOrEqual => value <= threshold,
            Comparison::GreaterOrEqual => value >= threshold,
        })
    }

    fn is_upwards(&self) -> Option<bool> {
        Some(matches!(self.comparison?, Comparison::Greater | Comparison::GreaterOrEqual))
    }
}

impl Host {
    /// How this kind of file says how missing data is treated.
    fn missing_data(self, treatment: &str) -> String {
        match self {
            Host::RuleFile => format!("`missing = \"{treatment}\"`"),
            Host::Terraform => format!("`treat_missing_data = \"{treatment}\"`"),
            Host::CloudFormation => format!("`TreatMissingData: {treatment}`"),
        }
    }
}

/// Checks an alarm on a metric to which these filters publish. Invalid settings are reported when the file is read, not here.
/// Members that are unknown have no finding.
#[must_use]
pub fn check_alarm(feeds: &[&Feed], alarm: &LocatedAlarm) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    // filters with other dimensions publish to another metric
    let named: Vec<&Feed> = feeds.iter().copied().filter(|feed| may_see(alarm, feed)).collect();
    let seen: Vec<&Feed> = named.iter().copied().filter(|feed| may_have_unit(alarm, feed)).collect();
    if !feeds.is_empty() {
        period(alarm, &mut found);
        dimensions(feeds, alarm, &mut found);
    }
    if !named.is_empty() && seen.is_empty() {
        unit(&named, alarm, &mut found);
    }
    if alarm.threshold.is_some_and(|threshold| !is_metric_value(threshold)) {
        no_value(alarm, &mut found);
    } else if !seen.is_empty() {
        threshold(&seen, alarm, &mut found);
    }
    if !seen.is_empty() {
        default(&seen, alarm, &mut found);
        missing(&seen, alarm, &mut found);
    }
    actions(alarm.host, alarm.span, alarm.has_actions, alarm.actions_enabled, &mut found);
    found
}

/// Whether the alarm's dimensions are those of the filter's datapoints, or may be.
fn may_see(alarm: &LocatedAlarm, feed: &Feed) -> bool {
    let (Some(watched), Some(published)) = (&alarm.dimensions, &feed.dimensions) else { return true };
    absent(watched, published).is_none() && absent(published, watched).is_none()
}

/// Whether the alarm looks at the unit of the filter's datapoints, or may.
fn may_have_unit(alarm: &LocatedAlarm, feed: &Feed) -> bool {
    let (Some(watched), Some(published)) = (alarm.unit.text(), &feed.unit) else { return true };
    watched == published || watched.is_empty()
}

/// The first name that is not among others.
fn absent<'n>(names: &'n [String], others: &[String]) -> Option<&'n String> {
    names.iter().find(|name| !others.contains(name))
}

fn warning(lint: &'static str, at: Span, message: String) -> Diagnostic {
    Diagnostic::new(lint, Severity::Warning, at, message).in_file(at)
}

/// A metric filter publishes one value a minute, so a period below a minute is often without data.
fn period(alarm: &LocatedAlarm, found: &mut Vec<Diagnostic>) {
    let Some(seconds) = alarm.period.filter(|seconds| (1..60).contains(seconds)) else { return };
    let minute = if alarm.host == Host::RuleFile { "60s" } else { "60" };
    found.push(
        warning(
            "short-period",
            alarm.period_span,
            format!("the period is {seconds} s, but the metric has one value a minute"),
        )
        .help(format!(
            "write `{minute}` or more; shorter periods are for high-resolution metrics, which metric filters do not publish"
        )),
    );
}

/// CloudWatch knows a metric by its dimensions, too: an alarm gets the datapoints that have exactly its dimensions.
fn dimensions(feeds: &[&Feed], alarm: &LocatedAlarm, found: &mut Vec<Diagnostic>) {
    let Some(watched) = &alarm.dimensions else { return };
    if feeds.iter().any(|feed| may_see(alarm, feed)) {
        return;
    }
    let published = || feeds.iter().filter_map(|feed| feed.dimensions.as_ref());
    let member = if alarm.host == Host::CloudFormation { "Dimensions" } else { "dimensions" };
    // a filter all of whose dimensions the alarm has, and the alarm has more
    let extra = published().find(|names| absent(names, watched).is_none());
    if let Some(name) = extra.and_then(|names| absent(watched, names)) {
        let message = format!(
            "the alarm watches the dimension `{name}`, but no datapoint has it: the alarm never gets data"
        );
        let help =
            format!("remove `{name}` from the `{member}` of the alarm, or add it to the metric filter");
        found.push(warning("unpublished-dimension", alarm.span, message).help(help));
        return;
    }
    let Some(name) = published().find_map(|names| absent(names, watched)) else { return };
    let without = if watched.is_empty() {
        "is on the metric without dimensions".to_owned()
    } else {
        format!("does not name the dimension `{name}`")
    };
    let message = format!(
        "the alarm {without}, but every datapoint has the dimension `{name}`: the alarm never gets data"
    );
    found.push(
        warning("alarm-without-dimensions", alarm.span, message)
            .help(format!("add `{member}` to the alarm, or remove the dimensions or the alarm")),
    );
}

/// An alarm with a unit sees the datapoints of this unit only.
fn unit(feeds: &[&Feed], alarm: &LocatedAlarm, found: &mut Vec<Diagnostic>) {
    let Some(watched) = alarm.unit.text() else { return };
    let Some(published) = feeds.iter().find_map(|feed| feed.unit.as_ref()) else { return };
    let member = if alarm.host == Host::CloudFormation { "Unit" } else { "unit" };
    let message = format!(
        "the alarm watches the unit `{watched}`, but every datapoint has the unit `{published}`: the alarm never gets data"
    );
    let help =
        format!("remove `{member}` from the alarm, or write `{member}` of the metric filter as it is here");
    found.push(warning("unpublished-unit", alarm.unit.span().unwrap_or(alarm.span), message).help(help));
}

/// A threshold that is no number, or that no value of CloudWatch is near. Rule files with the first are refused when they are read.
fn no_value(alarm: &LocatedAlarm, found: &mut Vec<Diagnostic>) {
    const RANGE: &str = "CloudWatch has values from -2^360 to 2^360";
    let Some(threshold) = alarm.threshold else { return };
    if !threshold.is_finite() {
        let message = "the threshold is not a number that CloudWatch takes".to_owned();
        let finding = Diagnostic::new("invalid-threshold", Severity::Error, alarm.threshold_span, message);
        found.extend(
            (alarm.host != Host::RuleFile)
                .then(|| finding.in_file(alarm.threshold_span).help("write a finite number")),
        );
        return;
    }
    let Some(is_upwards) = alarm.is_upwards() else { return };
    let (lint, which) = if is_upwards == (threshold < 0.0) {
        ("threshold-always-holds", "every datapoint breaches")
    } else {
        ("threshold-never-reached", "no datapoint breaches")
    };
    let message = format!("{which} the threshold {threshold:e}: {RANGE}");
    found.push(warning(lint, alarm.threshold_span, message).help("write a threshold in this range"));
}

/// Findings of the actions of an alarm or a composite alarm at this place.
pub(super) fn actions(
    host: Host,
    at: Span,
    has_actions: Option<bool>,
    actions_enabled: Option<bool>,
    found: &mut Vec<Diagnostic>,
) {
    if actions_enabled == Some(false) {
        let message = "the actions of the alarm are disabled: it sends no notification".to_owned();
        let member = match host {
            Host::CloudFormation => "ActionsEnabled: false",
            Host::RuleFile | Host::Terraform => "actions_enabled = false",
        };
        found.push(warning("actions-disabled", at, message).help(format!("remove `{member}`")));
    } else if has_actions == Some(false) {
        let message = "the alarm has no actions: it sends no notification".to_owned();
        let help = match host {
            Host::RuleFile => "write `notify = [\"ALARM\"]`",
            Host::Terraform => "write the topic's ARN into `alarm_actions`",
            Host::CloudFormation => "write the topic's ARN into `AlarmActions`",
        };
        found.push(warning("alarm-without-actions", at, message).help(help));
    }
}

/// Without a default value, a period without matches has no datapoint; the setting for missing data then decides the state.
fn missing(feeds: &[&Feed], alarm: &LocatedAlarm, found: &mut Vec<Diagnostic>) {
    if alarm.is_upwards() != Some(true) || !feeds.iter().all(|feed| feed.default == Some(None)) {
        return;
    }
    let what = match alarm.missing {
        Some(Missing::Ignore) => {
            "the alarm stays in ALARM: a period without matches has no datapoint, and `ignore` keeps the state"
        }
        Some(Missing::Breaching) => {
            "the alarm fires in every period without matches: `breaching` counts a missing datapoint as breaching"
        }
        Some(Missing::Missing | Missing::NotBreaching) | None => return,
    };
    found.push(
        warning("missing-data-keeps-alarm", alarm.span, what.to_owned())
            .help(format!("write {}", alarm.host.missing_data("notBreaching"))),
    );
}

/// The greatest percentile that is reported: a tenth of the events would have to match before it reads more than the default value.
const LOW_PERCENTILE: f64 = 90.0;

/// What a default value does to a statistic.
enum Outweighed {
    /// It is counted as a match is.
    Counted,
    /// It pulls the statistic to itself.
    Pulled,
}

fn outweighed(statistic: Statistic) -> Option<Outweighed> {
    match statistic {
        Statistic::SampleCount | Statistic::TrimmedCount(Bounds::Percent { .. }) => Some(Outweighed::Counted),
        Statistic::Minimum
        | Statistic::Average
        | Statistic::InterquartileMean
        | Statistic::TrimmedMean(Bounds::Percent { .. })
        | Statistic::WinsorizedMean(Bounds::Percent { .. }) => Some(Outweighed::Pulled),
        Statistic::Percentile(percent) => (percent <= LOW_PERCENTILE).then_some(Outweighed::Pulled),
        _ => None,
    }
}

/// Each event that does not match publishes the default value: it is counted, and pulls a minimum, average or percentile towards it.
fn default(feeds: &[&Feed], alarm: &LocatedAlarm, found: &mut Vec<Diagnostic>) {
    let Some(statistic) = alarm.statistic else { return };
    let defaults = || feeds.iter().filter_map(|feed| feed.default.flatten());
    let kept = || defaults().find(|default| alarm.breaches(*default) == Some(false));
    let (default, what) = match outweighed(statistic) {
        Some(Outweighed::Counted) => (defaults().next(), "counts every event, not the matches".to_owned()),
        Some(Outweighed::Pulled) if alarm.is_upwards() == Some(true) => {
            (kept(), "hardly ever breaches the threshold".to_owned())
        }
        Some(Outweighed::Pulled) | None => return,
    };
    let Some(default) = default else { return };
    let message = format!(
        "each event that does not match publishes the default value {default}, so the {statistic} {what}"
    );
    found.push(
        warning("default-outweighs-matches", alarm.span, message)
            .help("use `Sum` or `Maximum`, or remove the default value"),
    );
}

/// Thresholds that every reading breaches, or none.
fn threshold(feeds: &[&Feed], alarm: &LocatedAlarm, found: &mut Vec<Diagnostic>) {
    let Some(statistic) = alarm.statistic else { return };
    let Some(readings) = Readings::of(feeds, statistic) else { return };
    let (Some(is_upwards), Some(zero), Some(least), Some(greatest)) = (
        alarm.is_upwards(),
        alarm.breaches(0.0),
        alarm.breaches(readings.least),
        alarm.breaches(readings.greatest),
    ) else {
        return;
    };
    let has_default = feeds.iter().any(|feed| feed.default.flatten().is_some());
    // `Sum >= 1` without a default is the alarm on a single match: a period without matches has no datapoint
    if least && greatest && (!is_upwards || has_default || zero) {
        always(alarm, statistic, readings, has_default, found);
    } else if !least && !greatest {
        never(alarm, statistic, readings, has_default, found);
    }
}

fn always(
    alarm: &LocatedAlarm,
    statistic: Statistic,
    readings: Readings,
    has_default: bool,
    found: &mut Vec<Diagnostic>,
) {
    let message = format!("every datapoint breaches the threshold: the {statistic} is {readings}");
    let is_upwards = alarm.is_upwards() == Some(true);
    let help = match outweighed(statistic) {
        Some(Outweighed::Counted) if has_default => {
            "use `Sum`: with a default value every event is a sample".to_owned()
        }
        _ if is_upwards => format!("raise the threshold above {}", readings.least.max(0.0)),
        _ if readings.least.is_finite() => format!("lower the threshold to {} or less", readings.least),
        _ => "lower the threshold".to_owned(),
    };
    found.push(warning("threshold-always-holds", alarm.threshold_span, message).help(help));
}

fn never(
    alarm: &LocatedAlarm,
    statistic: Statistic,
    readings: Readings,
    has_default: bool,
    found: &mut Vec<Diagnostic>,
) {
    let is_upwards = alarm.is_upwards() == Some(true);
    let rings_without_data = alarm.missing.is_none_or(|it| it == Missing::Breaching);
    // an alarm on missing events: low values and missing data breach
    if !is_upwards && rings_without_data {
        return;
    }
    let without = if has_default { "a period without events" } else { "a period without matches" };
    let (message, help) = if is_upwards {
        let when = match alarm.missing {
            Some(Missing::Breaching) => "the alarm fires for missing data only",
            Some(_) => "the alarm never fires",
            None => "no datapoint breaches the threshold",
        };
        let help = match statistic {
            Statistic::Sum | Statistic::SampleCount => "lower the threshold".to_owned(),
            _ => format!("to count matches, use `Sum`; or lower the threshold below {}", readings.greatest),
        };
        (format!("{when}: the {statistic} is {readings}"), help)
    } else {
        let message =
            format!("the alarm never fires: the {statistic} is {readings}, and {without} has no datapoint");
        let help = if has_default {
            "raise the threshold".to_owned()
        } else {
            format!("to alarm on missing events, write {}", alarm.host.missing_data("breaching"))
        };
        (message, help)
    };
    found.push(warning("threshold-never-reached", alarm.threshold_span, message).help(help));
}
