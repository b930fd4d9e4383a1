//! A Terraform configuration in JSON, `main.tf.json`.

use super::{ACCOUNT, Names, PARTITION, resources, short};
use crate::provision::resource::{
    Alarm, Bucket, Kind, LogGroup, MetricFilter, Resource, Role, Subscription, Topic, Trail,
};
use crate::provision::{Observed, stack::Stack};
use crate::rules::{RuleError, RuleFile};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The stack as a Terraform configuration for the provider `hashicorp/aws`, without the kinds that somebody else makes.
/// With what an account holds already, `import` blocks take that over.
///
/// # Errors
/// As [`desired`](crate::provision::desired).
pub fn terraform(
    stack: &Stack,
    files: &[RuleFile],
    without: &[Kind],
    observed: Option<&Observed>,
) -> Result<String, Vec<RuleError>> {
    let resources = resources(stack, files, without)?;
    let mut names = Names::default();
    let ids: Vec<String> = resources.iter().map(|it| names.take(label(stack, it))).collect();
    let addresses = ids.iter().zip(&resources).map(|(id, it)| ((it.kind(), it.name()), id.clone()));
    let mut file = File { ids: addresses.collect(), resources: Map::new(), imports: Vec::new() };
    for (id, it) in ids.iter().zip(&resources) {
        file.add(id, it, observed.and_then(|observed| observed.find(it.kind(), &it.name())));
    }
    let mut document = json!({
        "terraform": { "required_providers": { "aws": { "source": "hashicorp/aws", "version": ">= 5.0" } } },
        "provider": { "aws": { "region": stack.region } },
        "data": { "aws_caller_identity": { "current": {} }, "aws_partition": { "current": {} } },
        "resource": file.resources,
    });
    if let (Some(map), false) = (document.as_object_mut(), file.imports.is_empty()) {
        map.insert("import".to_owned(), Value::Array(file.imports));
    }
    Ok(serde_json::to_string_pretty(&document).unwrap_or_default() + "\n")
}

/// `root_login` of `root-login`; the first character is a letter.
fn label(stack: &Stack, it: &Resource) -> String {
    let name: String = short(stack, it)
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
        .collect();
    let kind = it.kind().option().replace('-', "_");
    format!("{kind}_{name}")
}

struct File {
    ids: BTreeMap<(Kind, String), String>,
    resources: Map<String, Value>,
    imports: Vec<Value>,
}

impl File {
    /// An attribute of a resource that the configuration makes, or the text itself.
    fn attribute(&self, kind: Kind, name: &str, path: &str, otherwise: &str) -> Value {
        match self.ids.get(&(kind, name.to_owned())) {
            Some(id) => {
                let (resource, attribute) = path.split_once('.').unwrap_or((path, "id"));
                json!(format!("${{{resource}.{id}.{attribute}}}"))
            }
            None => text(otherwise),
        }
    }

    fn topics(&self, arns: &[String]) -> Value {
        arns.iter().map(|arn| self.topic(arn)).collect()
    }

    fn topic(&self, arn: &str) -> Value {
        self.attribute(Kind::Topic, arn.rsplit(':').next().unwrap_or_default(), "aws_sns_topic.arn", arn)
    }

    fn log_group(&self, name: &str) -> Value {
        self.attribute(Kind::LogGroup, name, "aws_cloudwatch_log_group.name", name)
    }

    /// The resource, and the import of what is there under `id`.
    fn put(&mut self, kind: &str, label: &str, value: Value, id: Option<String>) {
        let of_kind = self.resources.entry(kind).or_insert_with(|| json!({}));
        if let Some(map) = of_kind.as_object_mut() {
            map.insert(label.to_owned(), value);
        }
        self.imports.extend(id.map(|id| json!({ "to": format!("{kind}.{label}"), "id": text(&id) })));
    }

    fn add(&mut self, label: &str, it: &Resource, found: Option<&Resource>) {
        let id = |id: &str| found.map(|_| id.to_owned());
        match it {
            Resource::Bucket(it) => self.bucket(label, it, found),
            Resource::LogGroup(it) => {
                self.put("aws_cloudwatch_log_group", label, log_group(it), id(&it.name))
            }
            Resource::Role(it) => self.role(label, it, found),
            Resource::Trail(it) => {
                let value = self.trail(it);
                self.put("aws_cloudtrail", label, value, id(&it.name));
            }
            Resource::Topic(it) => self.sns_topic(label, it, found),
            Resource::Subscription(it) => self.subscription(label, it, found),
            Resource::MetricFilter(it) => {
                let value = self.metric_filter(it);
                let of_filter = format!("{}:{}", it.log_group, it.name);
                self.put("aws_cloudwatch_log_metric_filter", label, value, id(&of_filter));
            }
            Resource::Alarm(it) => {
                let value = self.alarm(it);
                self.put("aws_cloudwatch_metric_alarm", label, value, id(&it.name));
            }
        }
    }

    fn role(&mut self, label: &str, it: &Role, found: Option<&Resource>) {
        let policy = json!({
            "name": Role::POLICY,
            "role": format!("${{aws_iam_role.{label}.id}}"),
            "policy": it.policy_document.as_ref().map(document),
        });
        let of_policy = found.map(|_| format!("{}:{}", it.name, Role::POLICY));
        self.put("aws_iam_role_policy", label, policy, of_policy);
        let role = json!({
            "name": text(&it.name),
            "assume_role_policy": document(&it.assume_role_policy_document),
            "tags": it.tags,
        });
        self.put("aws_iam_role", label, role, found.map(|_| it.name.clone()));
    }

    fn sns_topic(&mut self, label: &str, it: &Topic, found: Option<&Resource>) {
        let found = match found {
            Some(Resource::Topic(found)) => Some(found),
            _ => None,
        };
        let arn = found.map(|found| found.arn.clone());
        let document = found.and_then(|found| found.document.as_deref());
        let policy = json!({
            "arn": format!("${{aws_sns_topic.{label}.arn}}"),
            "policy": whole_policy(&it.policy, document),
        });
        self.put("aws_sns_topic_policy", label, policy, arn.clone());
        self.put("aws_sns_topic", label, json!({ "name": it.name, "tags": it.tags }), arn);
    }

    fn subscription(&mut self, label: &str, it: &Subscription, found: Option<&Resource>) {
        let arn = match found {
            Some(Resource::Subscription(found)) => found.arn.clone(),
            _ => None,
        };
        let mut value = json!({
            "topic_arn": self.topic(&it.topic),
            "protocol": it.protocol,
            "endpoint": text(&it.endpoint),
        });
        if let (Some(_), Some(map)) = (&arn, value.as_object_mut()) {
            // the provider's own, which no import can know
            let unknown = json!(["confirmation_timeout_in_minutes", "endpoint_auto_confirms"]);
            map.insert("lifecycle".to_owned(), json!([{ "ignore_changes": unknown }]));
        }
        self.put("aws_sns_topic_subscription", label, value, arn);
    }

    fn bucket(&mut self, label: &str, it: &Bucket, found: Option<&Resource>) {
        let id = || found.map(|_| it.name.clone());
        let bucket = json!(format!("${{aws_s3_bucket.{label}.id}}"));
        let there = match found {
            Some(Resource::Bucket(found)) => found.document.as_deref(),
            _ => None,
        };
        let policy = whole_policy(&it.policy, there);
        self.put("aws_s3_bucket_policy", label, json!({ "bucket": bucket, "policy": policy }), id());
        let block = json!({
            "bucket": bucket,
            "block_public_acls": true,
            "block_public_policy": true,
            "ignore_public_acls": true,
            "restrict_public_buckets": true,
        });
        self.put("aws_s3_bucket_public_access_block", label, block, id());
        self.put("aws_s3_bucket", label, json!({ "bucket": it.name, "tags": it.tags }), id());
    }

    fn trail(&self, it: &Trail) -> Value {
        let group = it.cloud_watch_logs_log_group_arn.as_deref().unwrap_or_default();
        let group_name = group.rsplit("log-group:").next().unwrap_or_default().trim_end_matches(":*");
        let group_arn =
            match self.attribute(Kind::LogGroup, group_name, "aws_cloudwatch_log_group.arn", group) {
                Value::String(text) if text.ends_with(".arn}") => json!(text + ":*"),
                other => other,
            };
        let role = it.cloud_watch_logs_role_arn.as_deref().unwrap_or_default();
        let role_name = role.rsplit("role/").next().unwrap_or_default();
        let mut trail = json!({
            "name": it.name,
            "s3_bucket_name": self.attribute(Kind::Bucket, &it.s3_bucket_name, "aws_s3_bucket.id", &it.s3_bucket_name),
            "s3_key_prefix": it.s3_key_prefix.as_deref().map(text),
            "is_multi_region_trail": it.is_multi_region_trail,
            "is_organization_trail": it.is_organization_trail,
            "enable_log_file_validation": it.log_file_validation_enabled,
            "include_global_service_events": it.include_global_service_events,
            "enable_logging": it.is_logging,
            "kms_key_id": it.kms_key_id,
            "cloud_watch_logs_group_arn": group_arn,
            "cloud_watch_logs_role_arn": self.attribute(Kind::Role, role_name, "aws_iam_role.arn", role),
            "tags": it.tags,
        });
        let bucket = self.ids.get(&(Kind::Bucket, it.s3_bucket_name.clone()));
        if let (Some(label), Some(map)) = (bucket, trail.as_object_mut()) {
            // the bucket takes files only with its policy
            map.insert("depends_on".to_owned(), json!([format!("aws_s3_bucket_policy.{label}")]));
        }
        without_nulls(trail)
    }

    fn metric_filter(&self, it: &MetricFilter) -> Value {
        let dimensions: BTreeMap<&String, Value> =
            it.dimensions.iter().map(|(name, selector)| (name, text(selector))).collect();
        let transformation = json!({
            "namespace": text(&it.metric_namespace),
            "name": text(&it.metric_name),
            "value": text(&it.metric_value),
            "default_value": it.default_value.map(|value| value.to_string()),
            "unit": it.unit,
            "dimensions": if dimensions.is_empty() { Value::Null } else { json!(dimensions) },
        });
        json!({
            "name": text(&it.name),
            "log_group_name": self.log_group(&it.log_group),
            "pattern": text(&it.filter_pattern),
            "metric_transformation": [without_nulls(transformation)],
        })
    }

    fn alarm(&self, it: &Alarm) -> Value {
        let statistic = if it.has_extended_statistic() { "extended_statistic" } else { "statistic" };
        json!({
            "alarm_name": text(&it.name),
            "alarm_description": text(&it.alarm_description),
            "namespace": text(&it.namespace),
            "metric_name": text(&it.metric_name),
            statistic: it.statistic,
            "period": it.period,
            "threshold": it.threshold,
            "comparison_operator": it.comparison_operator,
            "evaluation_periods": it.evaluation_periods,
            "datapoints_to_alarm": it.datapoints_to_alarm,
            "treat_missing_data": it.treat_missing_data,
            "actions_enabled": it.actions_enabled,
            "alarm_actions": self.topics(&it.alarm_actions),
            "ok_actions": self.topics(&it.ok_actions),
            "insufficient_data_actions": self.topics(&it.insufficient_data_actions),
            "tags": it.tags,
        })
    }
}

fn log_group(it: &LogGroup) -> Value {
    without_nulls(json!({
        "name": it.name,
        "retention_in_days": it.retention_in_days,
        "kms_key_id": it.kms_key_id,
        "tags": it.tags,
    }))
}

/// The statements, or the policy that is there with the statements of others: the resource stands for all of it.
fn whole_policy(statements: &BTreeMap<String, Value>, there: Option<&str>) -> Value {
    match there.filter(|policy| !policy.is_empty()) {
        Some(policy) => text(policy),
        None => {
            let list: Vec<&Value> = statements.values().collect();
            document(&json!({ "Version": "2012-10-17", "Statement": list }))
        }
    }
}

/// A policy as the text that Terraform wants.
fn document(policy: &Value) -> Value {
    text(&policy.to_string())
}

/// A text that Terraform leaves as it is, but for the account and the partition.
fn text(text: &str) -> Value {
    let escaped = text.replace("${", "$${").replace("%{", "%%{");
    // a policy is JSON within JSON: the marks are escaped there
    let json_mark = |mark: &str| mark.replace('\u{1}', "\\u0001");
    let mut result = escaped;
    for (mark, attribute) in [
        (ACCOUNT, "data.aws_caller_identity.current.account_id"),
        (PARTITION, "data.aws_partition.current.partition"),
    ] {
        let reference = format!("${{{attribute}}}");
        result = result.replace(mark, &reference).replace(&json_mark(mark), &reference);
    }
    Value::String(result)
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            map.into_iter().filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>().into()
        }
        other => other,
    }
}
