//! A CloudFormation template.

use super::{ACCOUNT, Names, PARTITION, resources, short};
use crate::provision::resource::{
    Alarm, Bucket, Kind, LogGroup, MetricFilter, Resource, Role, Tags, Topic, Trail,
};
use crate::provision::stack::Stack;
use crate::rules::{RuleError, RuleFile};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The stack as a CloudFormation template, without the kinds that somebody else makes.
///
/// # Errors
/// As [`desired`](crate::provision::desired).
pub fn cloudformation(stack: &Stack, files: &[RuleFile], without: &[Kind]) -> Result<String, Vec<RuleError>> {
    let resources = resources(stack, files, without)?;
    let mut names = Names::default();
    let ids: Vec<String> = resources.iter().map(|it| names.take(logical_id(stack, it))).collect();
    let template =
        Template { ids: ids.iter().zip(&resources).map(|(id, it)| (key(it), id.clone())).collect() };
    let mut map = Map::new();
    for (id, it) in ids.iter().zip(&resources) {
        template.add(&mut map, id, it);
    }
    let document = json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": format!("{}: metric filters and alarms, written by cwfilter", stack.name),
        "Resources": map,
    });
    Ok(serde_json::to_string_pretty(&document).unwrap_or_default() + "\n")
}

fn key(it: &Resource) -> (Kind, String) {
    (it.kind(), it.name())
}

/// `MetricFilterRootLogin` of `root-login`.
fn logical_id(stack: &Stack, it: &Resource) -> String {
    let words = format!("{} {}", it.kind().words(), short(stack, it));
    let words = words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words
        .map(|word| {
            word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect::<String>()
        })
        .collect()
}

struct Template {
    ids: BTreeMap<(Kind, String), String>,
}

impl Template {
    fn id(&self, kind: Kind, name: &str) -> Option<&String> {
        self.ids.get(&(kind, name.to_owned()))
    }

    /// The resource's name: by reference where the template makes it, which also tells the order.
    fn reference(&self, kind: Kind, name: &str) -> Value {
        self.id(kind, name).map_or_else(|| json!(name), |id| json!({ "Ref": id }))
    }

    fn topics(&self, arns: &[String]) -> Value {
        arns.iter().map(|arn| self.topic(arn)).collect()
    }

    fn topic(&self, arn: &str) -> Value {
        let name = arn.rsplit(':').next().unwrap_or_default();
        self.id(Kind::Topic, name).map_or_else(|| sub(&json!(arn)), |id| json!({ "Ref": id }))
    }

    fn add(&self, map: &mut Map<String, Value>, id: &str, it: &Resource) {
        let value = match it {
            Resource::Bucket(it) => {
                map.insert(format!("{id}Policy"), self.bucket_policy(id, it));
                bucket(it)
            }
            Resource::LogGroup(it) => log_group(it),
            Resource::Role(it) => role(it),
            Resource::Trail(it) => self.trail(it),
            Resource::Topic(it) => {
                map.insert(format!("{id}Policy"), topic_policy(id, it));
                json!({
                    "Type": "AWS::SNS::Topic",
                    "Properties": { "TopicName": it.name, "Tags": tags(&it.tags) },
                })
            }
            Resource::Subscription(it) => json!({
                "Type": "AWS::SNS::Subscription",
                "Properties": {
                    "TopicArn": self.topic(&it.topic),
                    "Protocol": it.protocol,
                    "Endpoint": it.endpoint,
                },
            }),
            Resource::MetricFilter(it) => self.metric_filter(it),
            Resource::Alarm(it) => self.alarm(it),
        };
        map.insert(id.to_owned(), value);
    }

    fn bucket_policy(&self, bucket: &str, it: &Bucket) -> Value {
        json!({
            "Type": "AWS::S3::BucketPolicy",
            "Properties": { "Bucket": { "Ref": bucket }, "PolicyDocument": policy(&it.policy) },
        })
    }

    fn trail(&self, it: &Trail) -> Value {
        let mut properties = json!({
            "TrailName": it.name,
            "S3BucketName": self.reference(Kind::Bucket, &it.s3_bucket_name),
            "IsMultiRegionTrail": it.is_multi_region_trail,
            "IsOrganizationTrail": it.is_organization_trail,
            "EnableLogFileValidation": it.log_file_validation_enabled,
            "IncludeGlobalServiceEvents": it.include_global_service_events,
            "IsLogging": it.is_logging,
            "EventSelectors": [{ "ReadWriteType": "All", "IncludeManagementEvents": true }],
            "CloudWatchLogsLogGroupArn": self.arn(Kind::LogGroup, it.cloud_watch_logs_log_group_arn.as_deref()),
            "CloudWatchLogsRoleArn": self.arn(Kind::Role, it.cloud_watch_logs_role_arn.as_deref()),
            "Tags": tags(&it.tags),
        });
        put(&mut properties, "S3KeyPrefix", &it.s3_key_prefix);
        put(&mut properties, "KMSKeyId", &it.kms_key_id);
        let mut trail = json!({ "Type": "AWS::CloudTrail::Trail", "Properties": properties });
        // the bucket takes files only with its policy
        let policy = self.id(Kind::Bucket, &it.s3_bucket_name).map(|id| format!("{id}Policy"));
        put(&mut trail, "DependsOn", &policy);
        trail
    }

    /// The ARN of a role or log group, which ends with its name.
    fn arn(&self, kind: Kind, arn: Option<&str>) -> Value {
        let arn = arn.unwrap_or_default();
        let separator = if kind == Kind::Role { "role/" } else { "log-group:" };
        let name = arn.rsplit(separator).next().unwrap_or_default().trim_end_matches(":*");
        self.id(kind, name).map_or_else(|| sub(&json!(arn)), |id| json!({ "Fn::GetAtt": [id, "Arn"] }))
    }

    fn metric_filter(&self, it: &MetricFilter) -> Value {
        let mut transformation = json!({
            "MetricNamespace": it.metric_namespace,
            "MetricName": it.metric_name,
            "MetricValue": it.metric_value,
            "Unit": it.unit,
        });
        put(&mut transformation, "DefaultValue", &it.default_value);
        if !it.dimensions.is_empty() {
            let dimensions = it.dimensions.iter().map(|(key, value)| json!({ "Key": key, "Value": value }));
            put(&mut transformation, "Dimensions", &Some(dimensions.collect::<Vec<_>>()));
        }
        json!({
            "Type": "AWS::Logs::MetricFilter",
            "Properties": {
                "FilterName": it.name,
                "LogGroupName": self.reference(Kind::LogGroup, &it.log_group),
                "FilterPattern": it.filter_pattern,
                "MetricTransformations": [transformation],
            },
        })
    }

    fn alarm(&self, it: &Alarm) -> Value {
        let statistic = if it.has_extended_statistic() { "ExtendedStatistic" } else { "Statistic" };
        json!({
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "AlarmName": it.name,
                "AlarmDescription": it.alarm_description,
                "Namespace": it.namespace,
                "MetricName": it.metric_name,
                statistic: it.statistic,
                "Period": it.period,
                "Threshold": it.threshold,
                "ComparisonOperator": it.comparison_operator,
                "EvaluationPeriods": it.evaluation_periods,
                "DatapointsToAlarm": it.datapoints_to_alarm,
                "TreatMissingData": it.treat_missing_data,
                "ActionsEnabled": it.actions_enabled,
                "AlarmActions": self.topics(&it.alarm_actions),
                "OKActions": self.topics(&it.ok_actions),
                "InsufficientDataActions": self.topics(&it.insufficient_data_actions),
                "Tags": tags(&it.tags),
            },
        })
    }
}

/// What holds others' data outlives the template.
fn kept(mut resource: Value) -> Value {
    put(&mut resource, "DeletionPolicy", &Some("Retain"));
    put(&mut resource, "UpdateReplacePolicy", &Some("Retain"));
    resource
}

fn bucket(it: &Bucket) -> Value {
    kept(json!({
        "Type": "AWS::S3::Bucket",
        "Properties": {
            "BucketName": it.name,
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": true,
                "BlockPublicPolicy": true,
                "IgnorePublicAcls": true,
                "RestrictPublicBuckets": true,
            },
            "Tags": tags(&it.tags),
        },
    }))
}

fn log_group(it: &LogGroup) -> Value {
    let mut properties = json!({ "LogGroupName": it.name, "Tags": tags(&it.tags) });
    put(&mut properties, "RetentionInDays", &it.retention_in_days);
    put(&mut properties, "KmsKeyId", &it.kms_key_id);
    kept(json!({ "Type": "AWS::Logs::LogGroup", "Properties": properties }))
}

fn role(it: &Role) -> Value {
    json!({
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": it.name,
            "AssumeRolePolicyDocument": it.assume_role_policy_document,
            "Policies": [{
                "PolicyName": Role::POLICY,
                "PolicyDocument": it.policy_document.as_ref().map(sub),
            }],
            "Tags": tags(&it.tags),
        },
    })
}

fn topic_policy(topic: &str, it: &Topic) -> Value {
    json!({
        "Type": "AWS::SNS::TopicPolicy",
        "Properties": { "Topics": [{ "Ref": topic }], "PolicyDocument": policy(&it.policy) },
    })
}

fn policy(statements: &BTreeMap<String, Value>) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements.values().map(sub).collect::<Vec<_>>() })
}

fn tags(tags: &Tags) -> Value {
    tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

fn put<T: serde::Serialize>(object: &mut Value, key: &str, value: &Option<T>) {
    if let (Some(value), Some(map)) = (value, object.as_object_mut()) {
        map.insert(key.to_owned(), json!(value));
    }
}

/// With `Fn::Sub` round every text that names the account.
fn sub(value: &Value) -> Value {
    match value {
        Value::String(text) if [ACCOUNT, PARTITION].iter().any(|mark| text.contains(mark)) => {
            let text = text.replace("${", "${!");
            let text = text.replace(ACCOUNT, "${AWS::AccountId}").replace(PARTITION, "${AWS::Partition}");
            if text == "${AWS::AccountId}" {
                json!({ "Ref": "AWS::AccountId" })
            } else {
                json!({ "Fn::Sub": text })
            }
        }
        Value::Array(list) => list.iter().map(sub).collect(),
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, value)| (key.clone(), sub(value))).collect())
        }
        other => other.clone(),
    }
}
