//! What an account holds, as far as a stack has a say in it. Serialised property by property with AWS's names:
//! that is what is compared and shown.

use super::endpoint::redacted;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Tags by key.
pub type Tags = BTreeMap<String, String>;

/// Statements of a policy by their `Sid`.
pub type Statements = BTreeMap<String, Value>;

/// The tag that says whose a resource is.
pub const STACK_TAG: &str = "cwfilter:stack";

/// The kinds of resource, in the order in which they are made; they are deleted the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// An S3 bucket and its policy.
    Bucket,
    /// A log group and its retention.
    LogGroup,
    /// An IAM role and its inline policy.
    Role,
    /// A CloudTrail trail, its event selectors, and whether it logs.
    Trail,
    /// An SNS topic and its policy.
    Topic,
    /// A subscription of the topic.
    Subscription,
    /// A metric filter.
    MetricFilter,
    /// A metric alarm.
    Alarm,
}

impl Kind {
    /// All, in the order in which they are made.
    pub const ALL: [Kind; 8] = [
        Kind::Bucket,
        Kind::LogGroup,
        Kind::Role,
        Kind::Trail,
        Kind::Topic,
        Kind::Subscription,
        Kind::MetricFilter,
        Kind::Alarm,
    ];

    /// As people say it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Kind::Bucket => "bucket",
            Kind::LogGroup => "log group",
            Kind::Role => "role",
            Kind::Trail => "trail",
            Kind::Topic => "topic",
            Kind::Subscription => "subscription",
            Kind::MetricFilter => "metric filter",
            Kind::Alarm => "alarm",
        }
    }

    /// As options name it: `log-group`.
    #[must_use]
    pub fn option(self) -> String {
        self.words().replace(' ', "-")
    }

    /// Whether it may hold what others rely on: never deleted unless its kind is named.
    #[must_use]
    pub fn is_kept(self) -> bool {
        matches!(self, Kind::Bucket | Kind::LogGroup | Kind::Role | Kind::Trail | Kind::Topic)
    }
}

/// A resource as it should be, or as it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Resource {
    /// See [`Bucket`].
    Bucket(Bucket),
    /// See [`LogGroup`].
    LogGroup(LogGroup),
    /// See [`Role`].
    Role(Role),
    /// See [`Trail`].
    Trail(Trail),
    /// See [`Topic`].
    Topic(Topic),
    /// See [`Subscription`].
    Subscription(Subscription),
    /// See [`MetricFilter`].
    MetricFilter(MetricFilter),
    /// See [`Alarm`].
    Alarm(Alarm),
}

/// An S3 bucket.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Bucket {
    /// Its name.
    #[serde(skip)]
    pub name: String,
    /// All four settings of its public access block are on; none: no say in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block_public_access: Option<bool>,
    /// The statements of its policy that are the stack's.
    pub policy: Statements,
    /// Its whole policy, where it was read.
    #[serde(skip)]
    pub document: Option<String>,
    /// Its tags.
    pub tags: Tags,
}

/// A log group.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LogGroup {
    /// Its name.
    #[serde(skip)]
    pub name: String,
    /// Days; none: no say in it, or kept for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_in_days: Option<i32>,
    /// The ARN of its key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    /// Its tags.
    pub tags: Tags,
}

/// An IAM role with one inline policy.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Role {
    /// Its name.
    #[serde(skip)]
    pub name: String,
    /// Who may take it.
    pub assume_role_policy_document: Value,
    /// What it may do: the inline policy [`Role::POLICY`].
    pub policy_document: Option<Value>,
    /// Its tags.
    pub tags: Tags,
}

impl Role {
    /// The name of the inline policy.
    pub const POLICY: &'static str = "cwfilter-cloudtrail-to-cloudwatch-logs";
}

/// A CloudTrail trail.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Trail {
    /// Its name.
    #[serde(skip)]
    pub name: String,
    /// The bucket of its files.
    pub s3_bucket_name: String,
    /// In front of `AWSLogs/`.
    pub s3_key_prefix: Option<String>,
    /// Events of all regions.
    pub is_multi_region_trail: bool,
    /// Events of all accounts of the organisation.
    pub is_organization_trail: bool,
    /// Digest files are written.
    pub log_file_validation_enabled: bool,
    /// Events of IAM, STS and other global services.
    pub include_global_service_events: bool,
    /// The key that encrypts the files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    /// The log group, with `:*`.
    pub cloud_watch_logs_log_group_arn: Option<String>,
    /// The role that writes to it.
    pub cloud_watch_logs_role_arn: Option<String>,
    /// Which management events it records.
    pub management_events: ManagementEvents,
    /// Whether `StartLogging` was called.
    pub is_logging: bool,
    /// Its tags.
    pub tags: Tags,
}

/// Which management events a trail records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ManagementEvents {
    /// Reads and writes.
    All,
    /// Less.
    Some,
    /// Advanced event selectors: left as they are.
    Advanced,
}

/// An SNS topic.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Topic {
    /// Its name.
    #[serde(skip)]
    pub name: String,
    /// Its ARN.
    #[serde(skip)]
    pub arn: String,
    /// The statements of its policy that are the stack's.
    pub policy: Statements,
    /// Its whole policy, where it was read.
    #[serde(skip)]
    pub document: Option<String>,
    /// Its tags.
    pub tags: Tags,
}

/// A subscription. `Debug` shows it without the endpoint's secret parts.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Subscription {
    /// The topic's ARN.
    #[serde(skip)]
    pub topic: String,
    /// Such as `email`.
    pub protocol: String,
    /// Such as an address. Serialised without its secret parts, as [`redacted`] shows it.
    #[serde(serialize_with = "without_secrets")]
    pub endpoint: String,
    /// Its ARN; none while it waits for its confirmation.
    #[serde(skip)]
    pub arn: Option<String>,
}

/// A metric filter with its one transformation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MetricFilter {
    /// Its name.
    #[serde(skip)]
    pub name: String,
    /// The log group it is on.
    #[serde(skip)]
    pub log_group: String,
    /// The pattern's text.
    pub filter_pattern: String,
    /// `metricNamespace`
    pub metric_namespace: String,
    /// `metricName`
    pub metric_name: String,
    /// `metricValue`
    pub metric_value: String,
    /// `defaultValue`
    pub default_value: Option<f64>,
    /// `unit`; AWS leaves `None` out of its answers.
    pub unit: String,
    /// `dimensions`
    pub dimensions: BTreeMap<String, String>,
    /// `applyOnTransformedLogs`
    pub apply_on_transformed_logs: bool,
    /// `fieldSelectionCriteria`; filters of a stack have none, and one that somebody added is a difference.
    pub field_selection_criteria: Option<String>,
    /// `emitSystemFieldDimensions`; the same.
    pub emit_system_field_dimensions: Vec<String>,
}

/// A metric alarm.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Alarm {
    /// Its name.
    #[serde(skip)]
    pub name: String,
    /// `AlarmDescription`
    pub alarm_description: String,
    /// `Namespace`
    pub namespace: String,
    /// `MetricName`
    pub metric_name: String,
    /// `Dimensions`; alarms of a stack have none.
    pub dimensions: BTreeMap<String, String>,
    /// `Statistic` or `ExtendedStatistic`
    pub statistic: String,
    /// Seconds.
    pub period: i32,
    /// `Threshold`
    pub threshold: f64,
    /// `ComparisonOperator`
    pub comparison_operator: String,
    /// N
    pub evaluation_periods: i32,
    /// M
    pub datapoints_to_alarm: i32,
    /// `TreatMissingData`
    pub treat_missing_data: String,
    /// `ActionsEnabled`
    pub actions_enabled: bool,
    /// ARNs for ALARM.
    pub alarm_actions: Vec<String>,
    /// ARNs for OK.
    #[serde(rename = "okActions")]
    pub ok_actions: Vec<String>,
    /// ARNs for INSUFFICIENT_DATA.
    pub insufficient_data_actions: Vec<String>,
    /// Its tags.
    pub tags: Tags,
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscription")
            .field("topic", &self.topic)
            .field("protocol", &self.protocol)
            .field("endpoint", &redacted(&self.endpoint))
            .field("arn", &self.arn)
            .finish()
    }
}

fn without_secrets<S: Serializer>(endpoint: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&redacted(endpoint))
}

impl Alarm {
    /// Whether the API takes the statistic as `ExtendedStatistic`: percentiles, trimmed means and the like.
    #[must_use]
    pub fn has_extended_statistic(&self) -> bool {
        !matches!(self.statistic.as_str(), "Sum" | "SampleCount" | "Average" | "Minimum" | "Maximum")
    }
}

impl Resource {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Resource::Bucket(_) => Kind::Bucket,
            Resource::LogGroup(_) => Kind::LogGroup,
            Resource::Role(_) => Kind::Role,
            Resource::Trail(_) => Kind::Trail,
            Resource::Topic(_) => Kind::Topic,
            Resource::Subscription(_) => Kind::Subscription,
            Resource::MetricFilter(_) => Kind::MetricFilter,
            Resource::Alarm(_) => Kind::Alarm,
        }
    }

    /// What tells it from others of its kind; a subscription's is `PROTOCOL ENDPOINT`, which may hold a secret: see
    /// [`shown_name`](Resource::shown_name).
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Resource::Bucket(it) => it.name.clone(),
            Resource::LogGroup(it) => it.name.clone(),
            Resource::Role(it) => it.name.clone(),
            Resource::Trail(it) => it.name.clone(),
            Resource::Topic(it) => it.name.clone(),
            Resource::Subscription(it) => format!("{} {}", it.protocol, it.endpoint),
            Resource::MetricFilter(it) => it.name.clone(),
            Resource::Alarm(it) => it.name.clone(),
        }
    }

    /// The name without secret parts, for people and logs.
    #[must_use]
    pub fn shown_name(&self) -> String {
        match self {
            Resource::Subscription(it) => format!("{} {}", it.protocol, redacted(&it.endpoint)),
            _ => self.name(),
        }
    }

    /// A text about the resource, such as a service's answer, without the endpoint's secret parts.
    #[cfg(feature = "aws")]
    pub(super) fn without_secrets(&self, text: &str) -> String {
        match self {
            Resource::Subscription(it) => text.replace(&it.endpoint, &redacted(&it.endpoint)),
            _ => text.to_owned(),
        }
    }

    fn tags(&self) -> Option<&Tags> {
        match self {
            Resource::Bucket(it) => Some(&it.tags),
            Resource::LogGroup(it) => Some(&it.tags),
            Resource::Role(it) => Some(&it.tags),
            Resource::Trail(it) => Some(&it.tags),
            Resource::Topic(it) => Some(&it.tags),
            Resource::Alarm(it) => Some(&it.tags),
            Resource::Subscription(_) | Resource::MetricFilter(_) => None,
        }
    }

    /// Whether it carries the stack's tag; nothing else can be said of a kind without tags.
    #[must_use]
    pub fn is_tagged(&self, stack: &str) -> bool {
        self.tags().is_none_or(|tags| tags.get(STACK_TAG).is_some_and(|name| name == stack))
    }

    /// Its properties under AWS's names; one that is absent is no concern of the stack.
    #[must_use]
    pub fn properties(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(map)) => map,
            _ => Map::new(),
        }
    }
}
