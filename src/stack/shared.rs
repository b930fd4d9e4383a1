//! Metrics that several rules of a stack feed.

use super::file::Stack;
use crate::rules::{Rule, RuleFile};
use std::collections::BTreeMap;

/// A metric that several metric filters feed: an alarm on it counts the events of all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SharedMetric {
    /// `metricNamespace`
    pub namespace: String,
    /// `metricName`
    pub name: String,
    /// The rules that feed it, in their order.
    pub rules: Vec<String>,
}

/// The metrics that more than one rule feeds, with the stack's namespace.
#[must_use]
pub fn shared_metrics(stack: &Stack, files: &[RuleFile]) -> Vec<SharedMetric> {
    let mut feeding: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for rule in files.iter().flat_map(|file| &file.rules) {
        feeding.entry(metric(stack, rule)).or_default().push(rule.id.clone());
    }
    let shared = feeding.into_iter().filter(|(_, rules)| rules.len() > 1);
    shared.map(|((namespace, name), rules)| SharedMetric { namespace, name, rules }).collect()
}

fn metric(stack: &Stack, rule: &Rule) -> (String, String) {
    let metric = rule.metric.as_ref();
    let of_rule = metric.map(|metric| metric.namespace.clone());
    let namespace = stack.namespace.clone().or(of_rule).unwrap_or_default();
    (namespace, metric.map_or_else(|| rule.id.clone(), |metric| metric.name.clone()))
}
