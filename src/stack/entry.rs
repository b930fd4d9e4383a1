//! The stack's file as TOML has it: each text with its place.

use crate::rules::RuleAlarm;
use crate::spanned::Spanned;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

// the comments of these types are the descriptions of the JSON Schema: an editor shows them

/// Names that a rule's resources have in the account, if they are not `STACK.RULE`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "names"))]
#[non_exhaustive]
pub struct Names {
    /// The name of the metric filter.
    pub metric_filter: Option<String>,
    /// The name of the alarm.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = crate::limits::ALARM_NAME_CHARACTERS)))]
    pub alarm: Option<String>,
}

/// The rules that run on a log group of one account, and who is told. docs/rule-files.md is the reference.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(title = "Stack file of cwfilter"))]
pub(super) struct StackEntry {
    /// The stack's name, 1 to 64 letters, digits, `-` and `_`. Metric filters and alarms are called `NAME.RULE`.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::names::STACK_PATTERN)))]
    pub(super) name: Spanned<String>,
    /// The code of the region, such as `us-east-1`.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::names::REGION_PATTERN)))]
    pub(super) region: Spanned<String>,
    /// The id of the account; with credentials of another account nothing is read or written.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::names::ACCOUNT_PATTERN)))]
    pub(super) account: Option<Spanned<String>>,
    /// Names that the stack had before; resources under these names are replaced.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(inner(regex(pattern = super::names::STACK_PATTERN))))]
    pub(super) was: Vec<Spanned<String>>,
    /// By the id of the rule: names of its resources that differ from `NAME.RULE`.
    #[serde(default)]
    pub(super) names: BTreeMap<String, Spanned<Names>>,
    /// Rule files or folders, relative to the stack file and below its folder (or below `--root DIR`), and packs (`pack:NAME`); not empty.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub(super) rules: Spanned<Vec<Spanned<PathBuf>>>,
    /// The ids of rules that are not deployed; an id that no rule has is an error.
    #[serde(default)]
    pub(super) skip: Vec<Spanned<String>>,
    /// The namespace of all metrics, in place of the rules' own.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = crate::limits::METRIC_NAME_CHARACTERS)))]
    pub(super) namespace: Option<Spanned<String>>,
    /// The log group that the filters are on.
    pub(super) log_group: LogGroupEntry,
    /// The alarm of rules that have none. The keys are those of a rule's `alarm`.
    pub(super) alarm: Option<Spanned<RuleAlarm>>,
    /// The SNS topic that alarms publish to.
    pub(super) topic: Option<TopicEntry>,
    /// The trail that fills the log group: `export` writes it to templates with its bucket and role, `apply` never creates it.
    pub(super) trail: Option<TrailEntry>,
}

/// The log group that the filters are on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "log_group"))]
pub(super) struct LogGroupEntry {
    /// The name of the log group.
    pub(super) name: Spanned<String>,
    /// Whether the stack creates the log group and decides about its settings; otherwise the log group has to exist.
    #[serde(default)]
    pub(super) create: bool,
    /// The days that events are kept: one of the values that CloudWatch Logs accepts; for ever if it is not given. Needs `create = true`.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = super::names::RETENTION_DAYS)))]
    pub(super) retention_days: Option<Spanned<i32>>,
    /// The ARN of a KMS key of the stack's region; needs `create = true`.
    pub(super) kms_key: Option<Spanned<String>>,
    /// Who delivers the events, if no trail of this account and region does: `plan` says so and does not check trails.
    pub(super) fed_by: Option<Spanned<String>>,
}

/// Where alarms go.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "topic", extend("oneOf" = [{ "required": ["name"] }, { "required": ["arn"] }]))
)]
pub(super) struct TopicEntry {
    /// The SNS topic that alarms publish to: the stack creates it, or uses it if it exists.
    pub(super) name: Option<Spanned<String>>,
    /// The ARN of a topic of others in the stack's region, also of another account: it is used and never changed; excludes `name`, `kms_key`
    /// and `subscription`.
    pub(super) arn: Option<Spanned<String>>,
    /// The ARN of a KMS key of the stack's region that encrypts messages; its policy has to let `cloudwatch.amazonaws.com` use it.
    pub(super) kms_key: Option<Spanned<String>>,
    /// Who is told, each pair once.
    #[serde(default)]
    pub(super) subscription: Vec<Spanned<SubscriptionEntry>>,
}

/// Who is told.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "subscription"))]
pub(super) struct SubscriptionEntry {
    /// How the message is sent.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = super::names::PROTOCOLS)))]
    pub(super) protocol: Spanned<String>,
    /// The e-mail address, the URL, the number with its country code, or the ARN of the queue or function.
    pub(super) endpoint: Spanned<String>,
}

/// The trail that fills the log group.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "trail"))]
pub(super) struct TrailEntry {
    /// The name of the trail.
    pub(super) name: Spanned<String>,
    /// The S3 bucket that the files go to.
    pub(super) bucket: Spanned<String>,
    /// The key prefix before `AWSLogs/`.
    pub(super) prefix: Option<Spanned<String>>,
    /// Whether the trail has the events of all regions.
    #[serde(default = "yes")]
    pub(super) multi_region: bool,
    /// The id of the organisation, for a trail of all its accounts.
    pub(super) organization: Option<Spanned<String>>,
    /// The ARN of the KMS key that encrypts the files.
    pub(super) kms_key: Option<Spanned<String>>,
    /// The IAM role by which CloudTrail writes to the log group.
    pub(super) role: Spanned<String>,
}

fn yes() -> bool {
    true
}
