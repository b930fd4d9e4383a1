//! AWS's quotas of a log group, for the rules of a stack alone.

use crate::limits::{METRIC_FILTERS_PER_LOG_GROUP, REGEX_FILTERS_PER_LOG_GROUP};
use crate::lint::has_regex;
use crate::plural::counted;
use crate::rules::RuleFile;

/// The quotas that the rules exceed in a log group that has no other metric filters, each as a sentence. A plan counts the filters that the
/// log group has, too.
#[must_use]
pub fn over_quotas(files: &[RuleFile]) -> Vec<String> {
    let rules = || files.iter().flat_map(|file| &file.rules);
    let count = rules().count();
    let regexes = rules().filter(|rule| has_regex(rule.pattern.ast())).count();
    let mut over = Vec::new();
    if count > METRIC_FILTERS_PER_LOG_GROUP {
        let what = counted(count, "metric filter", "metric filters");
        over.push(format!("the stack has {what}, and a log group takes {METRIC_FILTERS_PER_LOG_GROUP}"));
    }
    if regexes > REGEX_FILTERS_PER_LOG_GROUP {
        let [one, many] = ["filter", "filters"].map(|it| format!("metric {it} with a regular expression"));
        let what = counted(regexes, &one, &many);
        over.push(format!("the stack has {what}, and a log group takes {REGEX_FILTERS_PER_LOG_GROUP}"));
    }
    over
}
