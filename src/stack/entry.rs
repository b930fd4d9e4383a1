//! The stack's file as TOML has it: each text with its place.

use crate::rules::RuleAlarm;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use toml::Spanned;

/// Names that a rule's resources have in the account, where they are not `STACK.RULE`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Names {
    /// The name of the metric filter.
    pub metric_filter: Option<String>,
    /// The name of the alarm.
    pub alarm: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StackEntry {
    pub(super) name: Spanned<String>,
    pub(super) region: Spanned<String>,
    pub(super) account: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) was: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) names: BTreeMap<String, Spanned<Names>>,
    pub(super) rules: Spanned<Vec<Spanned<PathBuf>>>,
    #[serde(default)]
    pub(super) skip: Vec<Spanned<String>>,
    pub(super) namespace: Option<Spanned<String>>,
    pub(super) log_group: LogGroupEntry,
    pub(super) alarm: Option<Spanned<RuleAlarm>>,
    pub(super) topic: Option<TopicEntry>,
    pub(super) trail: Option<TrailEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LogGroupEntry {
    pub(super) name: Spanned<String>,
    #[serde(default)]
    pub(super) create: bool,
    pub(super) retention_days: Option<Spanned<i32>>,
    pub(super) kms_key: Option<Spanned<String>>,
    pub(super) fed_by: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TopicEntry {
    pub(super) name: Option<Spanned<String>>,
    pub(super) arn: Option<Spanned<String>>,
    pub(super) kms_key: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) subscription: Vec<Spanned<SubscriptionEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SubscriptionEntry {
    pub(super) protocol: Spanned<String>,
    pub(super) endpoint: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TrailEntry {
    pub(super) name: Spanned<String>,
    pub(super) bucket: Spanned<String>,
    pub(super) prefix: Option<Spanned<String>>,
    #[serde(default = "yes")]
    pub(super) multi_region: bool,
    pub(super) organization: Option<Spanned<String>>,
    pub(super) kms_key: Option<Spanned<String>>,
    pub(super) role: Spanned<String>,
}

fn yes() -> bool {
    true
}
