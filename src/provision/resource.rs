//! Resources by AWS's names, and the table of their members: how the API, CloudFormation and Terraform call each, its value if
//! it is not set, and whether a stack decides about it. Requests, differences and templates are derived from the table.

use super::calls::Service;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Tags by key.
pub type Tags = BTreeMap<String, String>;

/// The tag that says to which stack a resource belongs.
pub const STACK_TAG: &str = "cwfilter:stack";

/// The kinds of resource, in the order in which they are created; they are deleted in the opposite order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// An S3 bucket: in templates only.
    Bucket,
    /// A log group.
    LogGroup,
    /// An IAM role: in templates only.
    Role,
    /// A CloudTrail trail: in templates only.
    Trail,
    /// An SNS topic.
    Topic,
    /// A subscription of the topic.
    Subscription,
    /// The list of the stack's metric filters, which cannot be tagged: tags of a topic without subscribers.
    Record,
    /// A metric filter.
    MetricFilter,
    /// A metric alarm.
    Alarm,
    /// A composite alarm.
    CompositeAlarm,
}

impl Kind {
    /// All, in the order in which they are created.
    pub const ALL: [Kind; 10] = [
        Kind::Bucket,
        Kind::LogGroup,
        Kind::Role,
        Kind::Trail,
        Kind::Topic,
        Kind::Subscription,
        Kind::Record,
        Kind::MetricFilter,
        Kind::Alarm,
        Kind::CompositeAlarm,
    ];

    /// The kind in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Kind::Bucket => "bucket",
            Kind::LogGroup => "log group",
            Kind::Role => "role",
            Kind::Trail => "trail",
            Kind::Topic => "topic",
            Kind::Subscription => "subscription",
            Kind::Record => "record",
            Kind::MetricFilter => "metric filter",
            Kind::Alarm => "alarm",
            Kind::CompositeAlarm => "composite alarm",
        }
    }

    /// The kind as options name it: `log-group`.
    #[must_use]
    pub fn option(self) -> String {
        self.words().replace(' ', "-")
    }

    /// Whether the resource belongs to one rule.
    pub(super) fn is_of_rule(self) -> bool {
        matches!(self, Kind::MetricFilter | Kind::Alarm | Kind::CompositeAlarm)
    }
}

/// The value of a member that is not set.
#[derive(Debug, Clone, Copy)]
pub(super) enum Absent {
    Null,
    Text(&'static str),
    Bool(bool),
    List,
    Map,
    /// That of another member.
    As(&'static str),
}

/// How a member is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As it is.
    Plain,
    /// A number, which Terraform takes as a text.
    Number,
    /// A list of ARNs, in any order.
    Actions,
    /// The name of a log group, which a template refers to.
    LogGroup,
    /// A map, which CloudFormation writes as a list of `Key` and `Value`.
    Map,
    /// A map, which the API and CloudFormation write as a list of `Name` and `Value`.
    Dimensions,
}

/// Who decides about a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// The stack: what differs is a change.
    Stack,
    /// AWS, once the resource exists: it is written when the resource is created.
    Creation,
}

/// A member of a kind. The three names are JSON pointers; an empty one says that it cannot be written there.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) api: &'static str,
    pub(super) cloudformation: &'static str,
    pub(super) terraform: &'static str,
    pub(super) absent: Absent,
    pub(super) form: Form,
    pub(super) owner: Owner,
}

const fn member(
    api: &'static str,
    cloudformation: &'static str,
    terraform: &'static str,
    absent: Absent,
    form: Form,
) -> Member {
    Member { api, cloudformation, terraform, absent, form, owner: Owner::Stack }
}

impl Member {
    /// AWS's name, without what is around it.
    pub(super) fn name(&self) -> &'static str {
        self.api.rsplit('/').next().unwrap_or(self.api)
    }
}

/// What the API and the templates call a kind.
#[derive(Debug)]
pub(super) struct Schema {
    pub(super) service: Service,
    pub(super) put: &'static str,
    pub(super) delete: &'static str,
    /// The member with the name.
    pub(super) name: Member,
    pub(super) cloudformation: &'static str,
    pub(super) terraform: &'static str,
    pub(super) members: &'static [Member],
}

use Absent::{As, Bool, List, Null, Text};
use Form::{Actions, Dimensions, Number, Plain};

#[rustfmt::skip]
static METRIC_FILTER: Schema = Schema {
    service: Service::Logs,
    put: "PutMetricFilter",
    delete: "DeleteMetricFilter",
    name: member("/filterName", "/FilterName", "/name", Null, Plain),
    cloudformation: "AWS::Logs::MetricFilter",
    terraform: "aws_cloudwatch_log_metric_filter",
    members: &[
        member("/logGroupName", "/LogGroupName", "/log_group_name", Null, Form::LogGroup),
        member("/filterPattern", "/FilterPattern", "/pattern", Text(""), Plain),
        member("/metricTransformations/0/metricNamespace", "/MetricTransformations/0/MetricNamespace", "/metric_transformation/0/namespace", Null, Plain),
        member("/metricTransformations/0/metricName", "/MetricTransformations/0/MetricName", "/metric_transformation/0/name", Null, Plain),
        member("/metricTransformations/0/metricValue", "/MetricTransformations/0/MetricValue", "/metric_transformation/0/value", Null, Plain),
        member("/metricTransformations/0/defaultValue", "/MetricTransformations/0/DefaultValue", "/metric_transformation/0/default_value", Null, Number),
        member("/metricTransformations/0/unit", "/MetricTransformations/0/Unit", "/metric_transformation/0/unit", Text("None"), Plain),
        member("/metricTransformations/0/dimensions", "/MetricTransformations/0/Dimensions", "/metric_transformation/0/dimensions", Absent::Map, Form::Map),
        member("/applyOnTransformedLogs", "/ApplyOnTransformedLogs", "", Bool(false), Plain),
        member("/fieldSelectionCriteria", "/FieldSelectionCriteria", "", Text(""), Plain),
        member("/emitSystemFieldDimensions", "/EmitSystemFieldDimensions", "", List, Plain),
    ],
};

#[rustfmt::skip]
static ALARM: Schema = Schema {
    service: Service::CloudWatch,
    put: "PutMetricAlarm",
    delete: "DeleteAlarms",
    name: member("/AlarmName", "/AlarmName", "/alarm_name", Null, Plain),
    cloudformation: "AWS::CloudWatch::Alarm",
    terraform: "aws_cloudwatch_metric_alarm",
    members: &[
        member("/AlarmDescription", "/AlarmDescription", "/alarm_description", Text(""), Plain),
        member("/Namespace", "/Namespace", "/namespace", Null, Plain),
        member("/MetricName", "/MetricName", "/metric_name", Null, Plain),
        member("/Dimensions", "/Dimensions", "/dimensions", Absent::Map, Dimensions),
        member("/Statistic", "/Statistic", "/statistic", Null, Plain),
        member("/ExtendedStatistic", "/ExtendedStatistic", "/extended_statistic", Null, Plain),
        member("/Period", "/Period", "/period", Null, Plain),
        member("/Unit", "/Unit", "/unit", Null, Plain),
        member("/EvaluationPeriods", "/EvaluationPeriods", "/evaluation_periods", Null, Plain),
        member("/DatapointsToAlarm", "/DatapointsToAlarm", "/datapoints_to_alarm", As("EvaluationPeriods"), Plain),
        member("/Threshold", "/Threshold", "/threshold", Null, Plain),
        member("/ComparisonOperator", "/ComparisonOperator", "/comparison_operator", Null, Plain),
        member("/TreatMissingData", "/TreatMissingData", "/treat_missing_data", Text("missing"), Plain),
        member("/EvaluateLowSampleCountPercentile", "/EvaluateLowSampleCountPercentile", "/evaluate_low_sample_count_percentiles", Null, Plain),
        member("/EvaluationWindow", "", "", Null, Plain),
        member("/ActionsEnabled", "/ActionsEnabled", "/actions_enabled", Bool(true), Plain),
        member("/AlarmActions", "/AlarmActions", "/alarm_actions", List, Actions),
        member("/OKActions", "/OKActions", "/ok_actions", List, Actions),
        member("/InsufficientDataActions", "/InsufficientDataActions", "/insufficient_data_actions", List, Actions),
        // never set by a stack: an alarm that has one of these watches something else
        member("/Metrics", "/Metrics", "/metric_query", List, Plain),
        member("/ThresholdMetricId", "/ThresholdMetricId", "/threshold_metric_id", Null, Plain),
        member("/EvaluationCriteria", "", "", Null, Plain),
    ],
};

#[rustfmt::skip]
static COMPOSITE_ALARM: Schema = Schema {
    service: Service::CloudWatch,
    put: "PutCompositeAlarm",
    delete: "DeleteAlarms",
    name: member("/AlarmName", "/AlarmName", "/alarm_name", Null, Plain),
    cloudformation: "AWS::CloudWatch::CompositeAlarm",
    terraform: "aws_cloudwatch_composite_alarm",
    members: &[
        member("/AlarmDescription", "/AlarmDescription", "/alarm_description", Text(""), Plain),
        member("/AlarmRule", "/AlarmRule", "/alarm_rule", Null, Plain),
        member("/ActionsEnabled", "/ActionsEnabled", "/actions_enabled", Bool(true), Plain),
        member("/AlarmActions", "/AlarmActions", "/alarm_actions", List, Actions),
        member("/OKActions", "/OKActions", "/ok_actions", List, Actions),
        member("/InsufficientDataActions", "/InsufficientDataActions", "/insufficient_data_actions", List, Actions),
        member("/ActionsSuppressor", "/ActionsSuppressor", "/actions_suppressor/0/alarm", Null, Plain),
        member("/ActionsSuppressorWaitPeriod", "/ActionsSuppressorWaitPeriod", "/actions_suppressor/0/wait_period", Null, Plain),
        member("/ActionsSuppressorExtensionPeriod", "/ActionsSuppressorExtensionPeriod", "/actions_suppressor/0/extension_period", Null, Plain),
    ],
};

#[rustfmt::skip]
static LOG_GROUP: Schema = Schema {
    service: Service::Logs,
    put: "CreateLogGroup",
    delete: "DeleteLogGroup",
    name: member("/logGroupName", "/LogGroupName", "/name", Null, Plain),
    cloudformation: "AWS::Logs::LogGroup",
    terraform: "aws_cloudwatch_log_group",
    members: &[
        member("/retentionInDays", "/RetentionInDays", "/retention_in_days", Null, Plain),
        member("/kmsKeyId", "/KmsKeyId", "/kms_key_id", Null, Plain),
    ],
};

#[rustfmt::skip]
static TOPIC: Schema = Schema {
    service: Service::Sns,
    put: "CreateTopic",
    delete: "DeleteTopic",
    name: member("/Name", "/TopicName", "/name", Null, Plain),
    cloudformation: "AWS::SNS::Topic",
    terraform: "aws_sns_topic",
    members: &[
        member("/KmsMasterKeyId", "/KmsMasterKeyId", "/kms_master_key_id", Null, Plain),
        // the stack's own statement; the rest of the policy belongs to others
        member("/Policy", "", "", Null, Plain),
    ],
};

#[rustfmt::skip]
static RECORD: Schema = Schema {
    service: Service::Sns,
    put: "CreateTopic",
    delete: "DeleteTopic",
    name: member("/Name", "", "", Null, Plain),
    cloudformation: "",
    terraform: "",
    members: &[member("/metricFilters", "", "", List, Plain)],
};

#[rustfmt::skip]
static SUBSCRIPTION: Schema = Schema {
    service: Service::Sns,
    put: "Subscribe",
    delete: "Unsubscribe",
    name: member("", "", "", Null, Plain),
    cloudformation: "AWS::SNS::Subscription",
    terraform: "aws_sns_topic_subscription",
    members: &[
        Member { api: "/Protocol", cloudformation: "/Protocol", terraform: "/protocol", absent: Null, form: Plain, owner: Owner::Creation },
        Member { api: "/Endpoint", cloudformation: "/Endpoint", terraform: "/endpoint", absent: Null, form: Plain, owner: Owner::Creation },
    ],
};

/// The row of a kind; `None` for the kinds that are only in templates.
pub(super) fn schema(kind: Kind) -> Option<&'static Schema> {
    match kind {
        Kind::MetricFilter => Some(&METRIC_FILTER),
        Kind::Alarm => Some(&ALARM),
        Kind::CompositeAlarm => Some(&COMPOSITE_ALARM),
        Kind::LogGroup => Some(&LOG_GROUP),
        Kind::Topic => Some(&TOPIC),
        Kind::Record => Some(&RECORD),
        Kind::Subscription => Some(&SUBSCRIPTION),
        Kind::Bucket | Kind::Role | Kind::Trail => None,
    }
}

/// A resource as it should be, or as it is.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Resource {
    /// Its kind.
    pub kind: Kind,
    /// Its name; of a subscription, `PROTOCOL ENDPOINT` without secret parts.
    pub name: String,
    /// The id of its rule or composite alarm; empty for other kinds.
    pub rule: String,
    /// The members of the table, by AWS's names. A member with its absent value may be missing.
    pub properties: BTreeMap<String, Value>,
    /// Its tags.
    pub tags: Tags,
    /// The endpoint of a subscription, which may hold a secret.
    #[serde(skip)]
    pub(super) endpoint: String,
    /// The ARN of a subscription that is confirmed.
    #[serde(skip)]
    pub(super) arn: String,
}

impl std::fmt::Debug for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Resource { kind, name, properties, tags, .. } = self;
        write!(f, "{kind:?} {name:?} {properties:?} {tags:?}")
    }
}

impl Resource {
    pub(super) fn new(kind: Kind, name: impl Into<String>) -> Self {
        let (properties, tags, rule, endpoint, arn) = Default::default();
        Resource { kind, name: name.into(), rule, properties, tags, endpoint, arn }
    }

    /// Sets a property, unless the value is null.
    pub(super) fn set(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        if !value.is_null() {
            self.properties.insert(name.to_owned(), value);
        }
        self
    }

    /// A resource as a service describes it.
    pub(super) fn of_answer(kind: Kind, name: &str, answer: &Value) -> Self {
        let mut it = Resource::new(kind, name);
        for member in schema(kind).map(|schema| schema.members).unwrap_or_default() {
            let value = answer.pointer(member.api).cloned().unwrap_or_default();
            let value = match (member.form, &value) {
                (Form::Dimensions, Value::Array(list)) => pairs(list, "Name", "Value"),
                // the default window, written out
                _ if member.name() == "EvaluationWindow" && value.get("SlidingWindow").is_some() => {
                    Value::Null
                }
                _ => value,
            };
            it = it.set(member.name(), value);
        }
        it
    }

    /// A property, or its absent value.
    #[must_use]
    pub fn get(&self, name: &str) -> Value {
        let member = schema(self.kind).and_then(|it| it.members.iter().find(|member| member.name() == name));
        match (self.properties.get(name), member.map(|member| member.absent)) {
            (Some(value), _) => value.clone(),
            (None, Some(Text(text))) => json!(text),
            (None, Some(Bool(value))) => json!(value),
            (None, Some(List)) => json!([]),
            (None, Some(Absent::Map)) => json!({}),
            (None, Some(As(other))) => self.get(other),
            (None, _) => Value::Null,
        }
    }

    /// A property that is a text, or an empty text.
    pub(super) fn text(&self, name: &str) -> String {
        self.get(name).as_str().unwrap_or_default().to_owned()
    }

    /// What tells it from others of its kind: metric filters of several log groups may share a name, and subscriptions an endpoint.
    pub(super) fn key(&self) -> (Kind, String, String) {
        let (within, name) = match self.kind {
            Kind::MetricFilter => (self.text("logGroupName"), self.name.clone()),
            Kind::Subscription => {
                let protocol = self.text("Protocol");
                (self.text("TopicArn"), format!("{protocol} {}", without_password(&self.endpoint)))
            }
            _ => (String::new(), self.name.clone()),
        };
        (self.kind, within, name)
    }

    pub(super) fn is(&self, other: &Resource) -> bool {
        self.key() == other.key()
    }

    /// Whether it carries the tag of one of these stacks.
    pub(super) fn is_tagged(&self, stacks: &[String]) -> bool {
        self.tags.get(STACK_TAG).is_some_and(|name| stacks.contains(name))
    }

    /// The input of the call that writes it.
    pub(super) fn input(&self) -> Value {
        let mut input = json!({});
        let Some(schema) = schema(self.kind) else { return input };
        put(&mut input, schema.name.api, json!(self.name));
        for member in schema.members {
            let value = self.get(member.name());
            if is_empty(&value) && !matches!(member.absent, Text(_))
                || value == json!("") && member.absent_is("")
            {
                continue;
            }
            let value = match (member.form, &value) {
                (Form::Dimensions, Value::Object(map)) => listed(map, "Name", "Value"),
                _ => value,
            };
            put(&mut input, member.api, value);
        }
        input
    }
}

impl Member {
    /// Whether an empty text is the same as leaving the member out: not of a pattern, which may be empty.
    fn absent_is(&self, text: &str) -> bool {
        matches!(self.absent, Text(absent) if absent == text) && self.name() != "filterPattern"
    }
}

/// An endpoint as SNS lists it: with asterisks for the password.
fn without_password(endpoint: &str) -> String {
    let parts = || {
        let (scheme, rest) = endpoint.split_once("://")?;
        let (user, host) = rest.split_once('@')?;
        Some(format!("{scheme}://{}:****@{host}", user.split_once(':')?.0))
    };
    parts().unwrap_or_else(|| endpoint.to_owned())
}

/// Whether a value says nothing: null, false, an empty list or map.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// A list of pairs as a map.
fn pairs(list: &[Value], key: &str, value: &str) -> Value {
    let pair = |it: &Value| Some((it.get(key)?.as_str()?.to_owned(), it.get(value)?.clone()));
    Value::Object(list.iter().filter_map(pair).collect())
}

/// A map as a list of pairs.
pub(super) fn listed(map: &Map<String, Value>, key: &str, value: &str) -> Value {
    map.iter().map(|(name, text)| json!({ key: name, value: text })).collect()
}

/// The tags of an answer: a list of pairs or a map.
pub(super) fn tags(value: Option<&Value>) -> Tags {
    let map = match value {
        Some(Value::Array(list)) => pairs(list, "Key", "Value"),
        Some(other) => other.clone(),
        None => Value::Null,
    };
    let entries = map.as_object().into_iter().flatten();
    entries.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

/// Sets the value at a pointer; numbers in the pointer are places of a list.
pub(super) fn put(document: &mut Value, pointer: &str, value: Value) {
    let Some(path) = pointer.strip_prefix('/') else { return };
    let mut at = document;
    for part in path.split('/') {
        at = match part.parse::<usize>() {
            Ok(number) => {
                if !at.is_array() {
                    *at = json!([]);
                }
                let Value::Array(list) = at else { return };
                while list.len() <= number {
                    list.push(json!({}));
                }
                let Some(next) = list.get_mut(number) else { return };
                next
            }
            Err(_) => {
                if !at.is_object() {
                    *at = json!({});
                }
                let Value::Object(map) = at else { return };
                map.entry(part).or_insert(Value::Null)
            }
        };
    }
    *at = value;
}

/// A property that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// AWS's name.
    pub property: String,
    /// As it is.
    pub from: Value,
    /// As it should be.
    pub to: Value,
}

impl Change {
    pub(super) fn new(property: impl Into<String>, from: Value, to: Value) -> Self {
        Change { property: property.into(), from, to }
    }
}

/// The properties of `found` that `wanted` has otherwise, without tags.
pub(super) fn changes(found: &Resource, wanted: &Resource) -> Vec<Change> {
    let members = schema(wanted.kind).map(|schema| schema.members).unwrap_or_default();
    let of_stack = members.iter().filter(|member| member.owner == Owner::Stack);
    let change = |member: &Member| {
        let (from, to) = (found.get(member.name()), wanted.get(member.name()));
        // a stack that says nothing of these leaves them as they are
        let is_left = matches!(wanted.kind, Kind::LogGroup | Kind::Topic) && to.is_null();
        (!is_left && !is_same(&from, &to, member.form)).then(|| Change::new(member.name(), from, to))
    };
    of_stack.filter_map(change).collect()
}

/// The tags that `found` lacks. Tags of others stay.
pub(super) fn missing_tags(found: &Resource, wanted: &Resource) -> Option<Change> {
    let is_there = |(key, value): (&String, &String)| found.tags.get(key) == Some(value);
    let (from, to) = (json!(found.tags), json!(wanted.tags));
    (!wanted.tags.iter().all(is_there)).then(|| Change::new("Tags", from, to))
}

fn is_same(a: &Value, b: &Value, form: Form) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) if form == Form::Actions => {
            a.len() == b.len() && a.iter().all(|it| b.contains(it))
        }
        _ => a == b,
    }
}

/// Characters of a text in the short form of a plan.
pub(super) const SHORT: usize = 60;

/// A value on one line.
pub(super) fn on_one_line(value: &Value) -> String {
    match value {
        Value::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Value::Null => "(none)".to_owned(),
        other => other.to_string(),
    }
}

/// A value on one line, cut if it is long.
pub(super) fn short(value: &Value) -> String {
    let line = on_one_line(value);
    match line.char_indices().nth(SHORT) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}
