//! What a plan says of the stack's log group: metric filters of others that do the same, and AWS's quotas.

use super::plan::{Action, Step};
use crate::account::Observed;
use crate::limits::{METRIC_FILTERS_PER_LOG_GROUP, REGEX_FILTERS_PER_LOG_GROUP};
use crate::lint::has_regex;
use crate::plural::counted;
use crate::resource::{Kind, Resource};
use crate::semantics::Semantics;
use crate::syntax::parse;
use std::collections::BTreeSet;

/// Metric filters of others that do the same as the stack's: their events are counted twice, or their alarms ring twice.
pub(super) fn twice(wanted: &[Resource], filters: &[&Resource], observed: &Observed) -> Vec<String> {
    let mut notes = Vec::new();
    for other in filters.iter().filter(|it| !observed.is_ours(it)) {
        let own = wanted.iter().filter(|it| it.kind == Kind::MetricFilter && !it.is(other));
        for it in own {
            let (shown, rule) = (other.shown(), &it.rule);
            let same = |name: &str| it.get(name) == other.get(name);
            if same("metricNamespace") && same("metricName") {
                let why = "the alarm on it counts the events of both";
                notes.push(format!("{shown} feeds the metric of `{rule}`, too: {why}"));
            } else if same("filterPattern") {
                let help = format!("`[names.{rule}]` with `metric_filter` takes its name");
                notes.push(format!(
                    "{shown} has the pattern of `{rule}`: an alarm on each rings twice; {help}"
                ));
            }
        }
    }
    notes
}

/// The quotas that the log group would exceed, with everybody's filters counted, at the moment when the new ones are there and the old
/// ones, too.
pub(super) fn quotas(steps: &[Step], filters: &[&Resource]) -> Vec<String> {
    let written = steps.iter().filter(|step| step.action != Action::Delete).map(|step| &step.resource);
    let written: Vec<&Resource> = written.filter(|it| it.kind == Kind::MetricFilter).collect();
    if written.is_empty() {
        return Vec::new();
    }
    let stays = filters.iter().filter(|it| !written.iter().any(|other| other.is(it)));
    let after: Vec<&Resource> = stays.chain(&written).copied().collect();
    let is_regex = |it: &&&Resource| {
        parse(&it.text("filterPattern"), Semantics::default()).is_ok_and(|pattern| has_regex(&pattern))
    };
    let names = after.iter().map(|it| it.name.as_str()).collect::<BTreeSet<_>>().len();
    let regexes = after.iter().filter(is_regex).count();
    let has = format!("; it has {} now", filters.len());
    [
        (names, METRIC_FILTERS_PER_LOG_GROUP, "", has.as_str()),
        (regexes, REGEX_FILTERS_PER_LOG_GROUP, " with a regular expression", ""),
    ]
    .into_iter()
    .filter(|(count, quota, ..)| count > quota)
    .map(|(count, quota, with, has)| {
        let [one, many] = ["filter", "filters"].map(|it| format!("metric {it}{with}"));
        let what = counted(count, &one, &many);
        format!("the log group would have {what}, and AWS allows {quota}{has}")
    })
    .collect()
}
