//! Which alarm becomes that of a rule.

use super::listed::{ListedAlarm, MetricFilter};
use crate::alarm::Comparison;
use std::cmp::Ordering;
use std::collections::HashSet;

/// The alarm on the metric of a filter that becomes the rule's, and those that a rule cannot have beside it. An alarm that another rule
/// has is no candidate. The alarm of the filter's name comes first, then one that notifies, then the one that rings earliest.
pub(super) fn alarm_of<'a>(
    filter: &MetricFilter,
    filters: &[MetricFilter],
    alarms: &'a [ListedAlarm],
    taken: &HashSet<&str>,
) -> Option<&'a ListedAlarm> {
    let is_of_other = |name: &str| {
        let others = filters.iter().filter(|other| other.name != filter.name);
        name != filter.name
            && others.into_iter().any(|other| other.name == name && feeds_the_same(filter, other))
    };
    let candidates =
        alarms.iter().filter(|it| watches(it, filter) && !taken.contains(it.alarm.name.as_str()));
    let candidates = candidates.filter(|it| !is_of_other(&it.alarm.name));
    let rank = |it: &ListedAlarm| {
        (it.alarm.name == filter.name, it.alarm.actions_enabled && !it.alarm.alarm_actions.is_empty())
    };
    candidates.max_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| sensitivity(a, b)))
}

fn feeds_the_same(a: &MetricFilter, b: &MetricFilter) -> bool {
    (&a.metric_namespace, &a.metric_name) == (&b.metric_namespace, &b.metric_name)
}

pub(super) fn watches(listed: &ListedAlarm, filter: &MetricFilter) -> bool {
    let alarm = &listed.alarm;
    alarm.namespace == filter.metric_namespace && alarm.metric_name == filter.metric_name
}

/// Greater: it rings at fewer events, or after fewer datapoints.
fn sensitivity(a: &ListedAlarm, b: &ListedAlarm) -> Ordering {
    let is_below = a.alarm.comparison_operator.starts_with("Less");
    let (low, high) = if is_below { (a, b) } else { (b, a) };
    let of_threshold = low.alarm.threshold.total_cmp(&high.alarm.threshold);
    let wait = |it: &ListedAlarm| i64::from(it.alarm.datapoints_to_alarm) * i64::from(it.alarm.period);
    of_threshold.then_with(|| wait(b).cmp(&wait(a)))
}

/// When it rings, in a few words.
pub(super) fn settings(listed: &ListedAlarm) -> String {
    let it = &listed.alarm;
    let operator = it.comparison_operator.as_str();
    let sign = operator.parse().map_or(operator, |it: Comparison| it.sign());
    let (statistic, threshold, period) = (&it.statistic, it.threshold, it.period);
    let (m, n) = (it.datapoints_to_alarm, it.evaluation_periods);
    format!("{statistic} {sign} {threshold}, {m} of {n} of {period} s")
}
