//! A CloudFormation template.

use super::cfn::{DynamicReference, LogicalId, Properties, Property};
use super::{Names, resources, short};
use crate::provision::endpoint::{has_secret, redacted};
use crate::provision::resource::{
    Alarm, Bucket, Kind, LogGroup, MetricFilter, Resource, Role, Subscription, Tags, Topic, Trail,
};
use crate::provision::stack::Stack;
use crate::rules::{Rule, RuleError, RuleFile};
use crate::span::Span;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The stack as a CloudFormation template, without the kinds that somebody else makes.
///
/// An endpoint that may hold a secret (a web address with a user, a path or a query) becomes a parameter with `NoEcho` and
/// without a default.
///
/// # Errors
/// As [`desired`](crate::provision::desired), and texts with a dynamic reference, `{{resolve:…}}`, which CloudFormation
/// would replace: each at its place in the rule file or the stack's file.
pub fn cloudformation(stack: &Stack, files: &[RuleFile], without: &[Kind]) -> Result<String, Vec<RuleError>> {
    let resources = resources(stack, files, without)?;
    let mut names = Names::new();
    let ids: Vec<LogicalId> = resources
        .iter()
        .map(|it| {
            let id = LogicalId::new(&format!("{} {}", it.kind().words(), short(stack, it)));
            names.take(&id, LogicalId::numbered)
        })
        .collect();
    let ids_by_name = ids.iter().zip(&resources).map(|(id, it)| ((it.kind(), it.name()), id.clone()));
    let mut template = Template { ids: ids_by_name.collect(), ..Template::default() };
    let mut errors = Vec::new();
    for (id, it) in ids.iter().zip(&resources) {
        let properties = template.add(id, it);
        errors.extend(properties.refused().iter().map(|found| refused(stack, files, it, found)));
        template.resources.under(id, properties);
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let description = format!("{}: metric filters and alarms, written by cwfilter", stack.name);
    let mut document =
        Properties::default().set("AWSTemplateFormatVersion", "2010-09-09").text("Description", &description);
    if !template.parameters.is_empty() {
        document = document.nested("Parameters", template.parameters);
    }
    let error = |found: DynamicReference| stack.refuse(&found.text, message(&found, "the template"), HELP);
    document
        .nested("Resources", template.resources)
        .finish()
        .map_err(|refused| refused.into_iter().map(error).collect())
}

const HELP: &str = "write the text without `{{resolve:`; `apply` and `export terraform` take it as it is";

fn message(found: &DynamicReference, of: &str) -> String {
    format!("CloudFormation would replace `{{{{resolve:…}}}}` in `{}` of {of}", found.property)
}

/// At the text in the rule file, or at the rule's id; in the stack's file if no rule has it.
fn refused(stack: &Stack, files: &[RuleFile], it: &Resource, found: &DynamicReference) -> RuleError {
    let message = message(found, &format!("the {} `{}`", it.kind().words(), it.shown_name()));
    let name = it.name();
    let id = name.strip_prefix(&stack.prefix()).unwrap_or_default();
    let rules = files.iter().flat_map(|file| file.rules.iter().map(move |rule| (file, rule)));
    let is_of_rule = matches!(it, Resource::MetricFilter(_) | Resource::Alarm(_))
        && stack.namespace.as_ref().is_none_or(|namespace| *namespace != found.text);
    match rules.into_iter().find(|(_, rule)| is_of_rule && rule.id == id) {
        Some((file, rule)) => {
            RuleError::new(&file.path, message).at(&file.source, place(file, rule)).help_line(HELP)
        }
        None => stack.refuse(&found.text, message, HELP),
    }
}

/// The first `{{resolve:` of a rule that is written without TOML's escapes, or its id.
fn place(file: &RuleFile, rule: &Rule) -> Span {
    let start = rule.id_span.start;
    let later = file.rules.iter().map(|other| other.id_span.start).filter(|other| *other > start);
    let end = later.min().unwrap_or(file.source.len());
    let text = file.source.get(start..end).unwrap_or_default();
    match text.find("{{resolve:") {
        Some(at) => Span::new(start + at, start + at + "{{resolve:".len()),
        None => rule.id_span,
    }
}

#[derive(Default)]
struct Template {
    ids: BTreeMap<(Kind, String), LogicalId>,
    parameters: Properties,
    resources: Properties,
}

impl Template {
    fn id(&self, kind: Kind, name: &str) -> Option<&LogicalId> {
        self.ids.get(&(kind, name.to_owned()))
    }

    /// The resource's name under `property`: by reference where the template makes it, which also tells the order.
    fn reference(&self, to: Properties, property: &'static str, kind: Kind, name: &str) -> Properties {
        match self.id(kind, name) {
            Some(id) => to.set(property, Property::reference(id)),
            None => to.text(property, name),
        }
    }

    fn topics(&self, arns: &[String]) -> Property {
        Property::list(arns.iter().map(|arn| self.topic(arn)))
    }

    fn topic(&self, arn: &str) -> Property {
        let name = arn.rsplit(':').next().unwrap_or_default();
        match self.id(Kind::Topic, name) {
            Some(id) => Property::reference(id),
            None => Property::with_account(&json!(arn)),
        }
    }

    fn add(&mut self, id: &LogicalId, it: &Resource) -> Properties {
        match it {
            Resource::Bucket(it) => {
                self.resources.under(&id.followed_by("Policy"), bucket_policy(id, it));
                bucket(it)
            }
            Resource::LogGroup(it) => log_group(it),
            Resource::Role(it) => role(it),
            Resource::Trail(it) => self.trail(it),
            Resource::Topic(it) => {
                self.resources.under(&id.followed_by("Policy"), topic_policy(id, it));
                let topic = Properties::default().text("TopicName", &it.name).each("Tags", tags(&it.tags));
                resource("AWS::SNS::Topic", topic)
            }
            Resource::Subscription(it) => self.subscription(id, it),
            Resource::MetricFilter(it) => self.metric_filter(it),
            Resource::Alarm(it) => self.alarm(it),
        }
    }

    fn subscription(&mut self, id: &LogicalId, it: &Subscription) -> Properties {
        let subscription =
            Properties::default().set("TopicArn", self.topic(&it.topic)).text("Protocol", &it.protocol);
        let subscription = if has_secret(&it.endpoint) {
            let parameter = id.followed_by("Endpoint");
            let description =
                format!("The endpoint {} in full, as the stack's file has it", redacted(&it.endpoint));
            let body = Properties::default()
                .set("Type", "String")
                .set("NoEcho", true)
                .text("Description", &description);
            self.parameters.under(&parameter, body);
            subscription.set("Endpoint", Property::reference(&parameter))
        } else {
            subscription.text("Endpoint", &it.endpoint)
        };
        resource("AWS::SNS::Subscription", subscription)
    }

    fn trail(&self, it: &Trail) -> Properties {
        let selector = Properties::default().set("ReadWriteType", "All").set("IncludeManagementEvents", true);
        let trail = Properties::default().text("TrailName", &it.name);
        let trail = self
            .reference(trail, "S3BucketName", Kind::Bucket, &it.s3_bucket_name)
            .set("IsMultiRegionTrail", it.is_multi_region_trail)
            .set("IsOrganizationTrail", it.is_organization_trail)
            .set("EnableLogFileValidation", it.log_file_validation_enabled)
            .set("IncludeGlobalServiceEvents", it.include_global_service_events)
            .set("IsLogging", it.is_logging)
            .each("EventSelectors", [selector])
            .set(
                "CloudWatchLogsLogGroupArn",
                self.arn(Kind::LogGroup, it.cloud_watch_logs_log_group_arn.as_deref()),
            )
            .set("CloudWatchLogsRoleArn", self.arn(Kind::Role, it.cloud_watch_logs_role_arn.as_deref()))
            .each("Tags", tags(&it.tags))
            .maybe_text("S3KeyPrefix", it.s3_key_prefix.as_ref())
            .maybe_text("KMSKeyId", it.kms_key_id.as_ref());
        // the bucket takes files only with its policy
        let needs = self.id(Kind::Bucket, &it.s3_bucket_name).map(|id| id.followed_by("Policy"));
        resource("AWS::CloudTrail::Trail", trail).maybe("DependsOn", needs.as_ref().map(Property::id))
    }

    /// The ARN of a role or log group, which ends with its name.
    fn arn(&self, kind: Kind, arn: Option<&str>) -> Property {
        let arn = arn.unwrap_or_default();
        let separator = if kind == Kind::Role { "role/" } else { "log-group:" };
        let name = arn.rsplit(separator).next().unwrap_or_default().trim_end_matches(":*");
        match self.id(kind, name) {
            Some(id) => Property::arn_of(id),
            None => Property::with_account(&json!(arn)),
        }
    }

    fn metric_filter(&self, it: &MetricFilter) -> Properties {
        let mut transformation = Properties::default()
            .text("MetricNamespace", &it.metric_namespace)
            .text("MetricName", &it.metric_name)
            .text("MetricValue", &it.metric_value)
            .text("Unit", &it.unit)
            .maybe("DefaultValue", it.default_value);
        if !it.dimensions.is_empty() {
            transformation = transformation.each("Dimensions", tags(&it.dimensions));
        }
        let filter = Properties::default().text("FilterName", &it.name);
        let filter = self
            .reference(filter, "LogGroupName", Kind::LogGroup, &it.log_group)
            .text("FilterPattern", &it.filter_pattern)
            .each("MetricTransformations", [transformation]);
        resource("AWS::Logs::MetricFilter", filter)
    }

    fn alarm(&self, it: &Alarm) -> Properties {
        let statistic = if it.statistic.starts_with('p') { "ExtendedStatistic" } else { "Statistic" };
        let alarm = Properties::default()
            .text("AlarmName", &it.name)
            .text("AlarmDescription", &it.alarm_description)
            .text("Namespace", &it.namespace)
            .text("MetricName", &it.metric_name)
            .text(statistic, &it.statistic)
            .set("Period", it.period)
            .set("Threshold", it.threshold)
            .text("ComparisonOperator", &it.comparison_operator)
            .set("EvaluationPeriods", it.evaluation_periods)
            .set("DatapointsToAlarm", it.datapoints_to_alarm)
            .text("TreatMissingData", &it.treat_missing_data)
            .set("ActionsEnabled", it.actions_enabled)
            .set("AlarmActions", self.topics(&it.alarm_actions))
            .set("OKActions", self.topics(&it.ok_actions))
            .set("InsufficientDataActions", self.topics(&it.insufficient_data_actions))
            .each("Tags", tags(&it.tags));
        resource("AWS::CloudWatch::Alarm", alarm)
    }
}

fn resource(kind: &'static str, properties: Properties) -> Properties {
    Properties::default().set("Type", kind).nested("Properties", properties)
}

/// What holds others' data outlives the template.
fn kept(resource: Properties) -> Properties {
    resource.set("DeletionPolicy", "Retain").set("UpdateReplacePolicy", "Retain")
}

fn bucket(it: &Bucket) -> Properties {
    let block = Properties::default()
        .set("BlockPublicAcls", true)
        .set("BlockPublicPolicy", true)
        .set("IgnorePublicAcls", true)
        .set("RestrictPublicBuckets", true);
    let bucket = Properties::default()
        .text("BucketName", &it.name)
        .nested("PublicAccessBlockConfiguration", block)
        .each("Tags", tags(&it.tags));
    kept(resource("AWS::S3::Bucket", bucket))
}

fn bucket_policy(bucket: &LogicalId, it: &Bucket) -> Properties {
    let body = Properties::default()
        .set("Bucket", Property::reference(bucket))
        .set("PolicyDocument", policy(&it.policy));
    resource("AWS::S3::BucketPolicy", body)
}

fn log_group(it: &LogGroup) -> Properties {
    let group = Properties::default()
        .text("LogGroupName", &it.name)
        .each("Tags", tags(&it.tags))
        .maybe("RetentionInDays", it.retention_in_days)
        .maybe_text("KmsKeyId", it.kms_key_id.as_ref());
    kept(resource("AWS::Logs::LogGroup", group))
}

fn role(it: &Role) -> Properties {
    let inline = Properties::default()
        .set("PolicyName", Role::POLICY)
        .maybe("PolicyDocument", it.policy_document.as_ref().map(Property::with_account));
    let role = Properties::default()
        .text("RoleName", &it.name)
        .set("AssumeRolePolicyDocument", Property::with_account(&it.assume_role_policy_document))
        .each("Policies", [inline])
        .each("Tags", tags(&it.tags));
    resource("AWS::IAM::Role", role)
}

fn topic_policy(topic: &LogicalId, it: &Topic) -> Properties {
    let body = Properties::default()
        .set("Topics", Property::list([Property::reference(topic)]))
        .set("PolicyDocument", policy(&it.policy));
    resource("AWS::SNS::TopicPolicy", body)
}

fn policy(statements: &BTreeMap<String, Value>) -> Property {
    let list: Vec<&Value> = statements.values().collect();
    Property::with_account(&json!({ "Version": "2012-10-17", "Statement": list }))
}

fn tags(tags: &Tags) -> impl Iterator<Item = Properties> + '_ {
    tags.iter().map(|(key, value)| Properties::default().text("Key", key).text("Value", value))
}
