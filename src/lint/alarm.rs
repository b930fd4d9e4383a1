//! Lints of the alarm on a metric filter's metric: alarms that never fire, always fire, or send no notification.

use crate::alarm::{Comparison, Missing, Statistic};
use crate::diagnostic::{Diagnostic, Severity};
use crate::metric_settings::{Feed, Host, LocatedAlarm};
use crate::span::Span;

impl LocatedAlarm {
    /// Whether a value breaches the threshold. `None` if the threshold or the comparison is unknown.
    fn breaches(&self, value: f64) -> Option<bool> {
        let threshold = self.threshold?;
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
    if !feeds.is_empty() {
        period(alarm, &mut found);
        dimensions(feeds, alarm, &mut found);
        default(feeds, alarm, &mut found);
        missing(feeds, alarm, &mut found);
        threshold(feeds, alarm, &mut found);
    }
    actions(alarm.host, alarm.span, alarm.has_actions, alarm.actions_enabled, &mut found);
    found
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

fn dimensions(feeds: &[&Feed], alarm: &LocatedAlarm, found: &mut Vec<Diagnostic>) {
    let Some(watched) = &alarm.dimensions else { return };
    let mut unwatched = Vec::new();
    for feed in feeds {
        let Some(published) = &feed.dimensions else { return };
        let Some(name) = published.iter().find(|name| !watched.contains(name)) else { return };
        unwatched.push(name);
    }
    let Some(name) = unwatched.first() else { return };
    let (without, member) = match (watched.is_empty(), alarm.host) {
        (true, _) => ("is on the metric without dimensions".to_owned(), alarm.host),
        (false, host) => (format!("does not name the dimension `{name}`"), host),
    };
    let member = if member == Host::CloudFormation { "Dimensions" } else { "dimensions" };
    found.push(
        warning(
            "alarm-without-dimensions",
            alarm.span,
            format!(
                "the alarm {without}, but every datapoint has the dimension `{name}`: the alarm never gets data"
            ),
        )
        .help(format!("add `{member}` to the alarm, or remove the dimensions or the alarm")),
    );
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

/// Each event that does not match publishes the default value and pulls a minimum or average towards it.
fn default(feeds: &[&Feed], alarm: &LocatedAlarm, found: &mut Vec<Diagnostic>) {
    let defaults = feeds.iter().filter_map(|feed| feed.default.flatten());
    let Some(default) = defaults.into_iter().find(|default| alarm.breaches(*default) == Some(false)) else {
        return;
    };
    let Some(statistic @ (Statistic::Minimum | Statistic::Average)) = alarm.statistic else { return };
    if alarm.is_upwards() != Some(true) {
        return;
    }
    let message = format!(
        "each event that does not match publishes the default value {default}, so the {statistic} hardly ever breaches the threshold"
    );
    found.push(
        warning("default-outweighs-matches", alarm.span, message)
            .help("use `Sum` or `Maximum`, or remove the default value"),
    );
}

/// The smallest datapoint that a filter can publish. `None` if it is unknown or below zero.
fn least(feed: &Feed, statistic: Statistic) -> Option<f64> {
    let (value, default) = (feed.value?, feed.default?);
    if value < 0.0 || default.is_some_and(|default| default < 0.0) {
        return None;
    }
    if statistic == Statistic::SampleCount {
        return Some(1.0);
    }
    Some(default.map_or(value, |default| default.min(value)))
}

/// If the metric values are numbers, the smallest possible datapoint is known.
fn threshold(feeds: &[&Feed], alarm: &LocatedAlarm, found: &mut Vec<Diagnostic>) {
    let Some(statistic) = alarm.statistic else { return };
    let all: Option<Vec<f64>> = feeds.iter().map(|feed| least(feed, statistic)).collect();
    let Some(least) = all.and_then(|all| all.into_iter().reduce(f64::min)) else { return };
    let (Some(is_upwards), Some(zero), Some(smallest)) =
        (alarm.is_upwards(), alarm.breaches(0.0), alarm.breaches(least))
    else {
        return;
    };
    let is_sum = matches!(statistic, Statistic::Sum | Statistic::SampleCount);
    let at = alarm.threshold_span;
    if is_upwards && zero {
        let message = "every datapoint breaches the threshold: no value is below zero".to_owned();
        found.push(warning("threshold-always-holds", at, message).help("raise the threshold above zero"));
    } else if !is_upwards && is_sum && !smallest && alarm.missing.is_some_and(|it| it != Missing::Breaching) {
        let message = format!(
            "the alarm never fires: every datapoint is {least} or more, and a period without matches has no datapoint"
        );
        let help = if feeds.iter().any(|feed| feed.default != Some(None)) {
            "raise the threshold".to_owned()
        } else {
            format!("to alarm on missing events, write {}", alarm.host.missing_data("breaching"))
        };
        found.push(warning("threshold-never-reached", at, message).help(help));
    }
}
