//! A Terraform configuration in JSON, `main.tf.json`.

use super::hcl::{Body, Expression, Identifier};
use super::{Names, resources, short};
use crate::provision::endpoint::{has_secret, redacted};
use crate::provision::resource::{
    Alarm, Bucket, Kind, LogGroup, MetricFilter, Resource, Role, Subscription, Topic, Trail,
};
use crate::provision::{Observed, stack::Stack};
use crate::rules::{RuleError, RuleFile};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The stack as a Terraform configuration for the provider `hashicorp/aws`, without the kinds that somebody else makes.
/// With what an account holds already, `import` blocks take that over.
///
/// Every text of the stack and the rules is escaped: Terraform evaluates none of them. An endpoint that may hold a secret
/// (a web address with a user, a path or a query) becomes a sensitive variable without a default.
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
    let mut names = Names::new();
    let ids: Vec<Identifier> = resources
        .iter()
        .map(|it| {
            let label = Identifier::new(&it.kind().option(), &short(stack, it));
            names.take(&label, Identifier::numbered)
        })
        .collect();
    let addresses = ids.iter().zip(&resources).map(|(id, it)| ((it.kind(), it.name()), id.clone()));
    let mut file = File { ids: addresses.collect(), ..File::default() };
    for (id, it) in ids.iter().zip(&resources) {
        file.add(id, it, observed.and_then(|observed| observed.find(it.kind(), &it.name())));
    }
    let aws = Body::default().set("source", "hashicorp/aws").set("version", ">= 5.0");
    let current = || Body::default().block("current", Body::default());
    let data = Body::default().block("aws_caller_identity", current()).block("aws_partition", current());
    let provider = Body::default().block("aws", Body::default().set("region", &stack.region));
    let mut document = Body::default()
        .block("terraform", Body::default().block("required_providers", Body::default().block("aws", aws)))
        .block("provider", provider)
        .block("data", data);
    if !file.variables.is_empty() {
        document = document.block("variable", file.variables);
    }
    let resources =
        file.resources.into_iter().fold(Body::default(), |all, (kind, body)| all.block(kind, body));
    document = document.block("resource", resources);
    if !file.imports.is_empty() {
        document = document.set("import", Expression::blocks(file.imports));
    }
    Ok(document.text())
}

#[derive(Default)]
struct File {
    ids: BTreeMap<(Kind, String), Identifier>,
    resources: BTreeMap<&'static str, Body>,
    variables: Body,
    imports: Vec<Body>,
}

impl File {
    fn id(&self, kind: Kind, name: &str) -> Option<&Identifier> {
        self.ids.get(&(kind, name.to_owned()))
    }

    fn topics(&self, arns: &[String]) -> Expression {
        Expression::list(arns.iter().map(|arn| self.topic(arn)))
    }

    fn topic(&self, arn: &str) -> Expression {
        match self.id(Kind::Topic, arn.rsplit(':').next().unwrap_or_default()) {
            Some(id) => Expression::attribute("aws_sns_topic", id, "arn"),
            None => Expression::arn(arn),
        }
    }

    /// The resource, and the import of what is there under `id`.
    fn put(&mut self, kind: &'static str, label: &Identifier, body: Body, id: Option<String>) {
        self.resources.entry(kind).or_default().labelled(label, body);
        self.imports
            .extend(id.map(|id| Body::default().set("to", Expression::address(kind, label)).set("id", &id)));
    }

    fn add(&mut self, label: &Identifier, it: &Resource, found: Option<&Resource>) {
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

    fn role(&mut self, label: &Identifier, it: &Role, found: Option<&Resource>) {
        let policy = Body::default()
            .set("name", Role::POLICY)
            .set("role", Expression::attribute("aws_iam_role", label, "id"))
            .maybe("policy", it.policy_document.as_ref().map(Expression::policy));
        let of_policy = found.map(|_| format!("{}:{}", it.name, Role::POLICY));
        self.put("aws_iam_role_policy", label, policy, of_policy);
        let role = Body::default()
            .set("name", &it.name)
            .set("assume_role_policy", Expression::policy(&it.assume_role_policy_document))
            .maybe("tags", Expression::map(&it.tags));
        self.put("aws_iam_role", label, role, found.map(|_| it.name.clone()));
    }

    fn sns_topic(&mut self, label: &Identifier, it: &Topic, found: Option<&Resource>) {
        let found = match found {
            Some(Resource::Topic(found)) => Some(found),
            _ => None,
        };
        let arn = found.map(|found| found.arn.clone());
        let document = found.and_then(|found| found.document.as_deref());
        let policy = Body::default()
            .set("arn", Expression::attribute("aws_sns_topic", label, "arn"))
            .set("policy", whole_policy(&it.policy, document));
        self.put("aws_sns_topic_policy", label, policy, arn.clone());
        let topic = Body::default().set("name", &it.name).maybe("tags", Expression::map(&it.tags));
        self.put("aws_sns_topic", label, topic, arn);
    }

    fn subscription(&mut self, label: &Identifier, it: &Subscription, found: Option<&Resource>) {
        let arn = match found {
            Some(Resource::Subscription(found)) => found.arn.clone(),
            _ => None,
        };
        let endpoint = if has_secret(&it.endpoint) {
            let name = Identifier::new(label.as_str(), "endpoint");
            let description =
                format!("The endpoint {} in full, as the stack's file has it", redacted(&it.endpoint));
            // the argument takes the name of a type, not a template
            let variable = Body::default()
                .set("type", "string")
                .set("sensitive", true)
                .set("description", description.as_str());
            self.variables.labelled(&name, variable);
            Expression::variable(&name)
        } else {
            Expression::from(&it.endpoint)
        };
        let mut value = Body::default()
            .set("topic_arn", self.topic(&it.topic))
            .set("protocol", &it.protocol)
            .set("endpoint", endpoint);
        if arn.is_some() {
            // the provider's own, which no import can know
            let unknown = ["confirmation_timeout_in_minutes", "endpoint_auto_confirms"].map(Expression::from);
            let ignored = Body::default().set("ignore_changes", Expression::list(unknown));
            value = value.set("lifecycle", Expression::blocks([ignored]));
        }
        self.put("aws_sns_topic_subscription", label, value, arn);
    }

    fn bucket(&mut self, label: &Identifier, it: &Bucket, found: Option<&Resource>) {
        let id = || found.map(|_| it.name.clone());
        let bucket = Expression::attribute("aws_s3_bucket", label, "id");
        let there = match found {
            Some(Resource::Bucket(found)) => found.document.as_deref(),
            _ => None,
        };
        let policy =
            Body::default().set("bucket", bucket.clone()).set("policy", whole_policy(&it.policy, there));
        self.put("aws_s3_bucket_policy", label, policy, id());
        let block = Body::default()
            .set("bucket", bucket)
            .set("block_public_acls", true)
            .set("block_public_policy", true)
            .set("ignore_public_acls", true)
            .set("restrict_public_buckets", true);
        self.put("aws_s3_bucket_public_access_block", label, block, id());
        let body = Body::default().set("bucket", &it.name).maybe("tags", Expression::map(&it.tags));
        self.put("aws_s3_bucket", label, body, id());
    }

    fn trail(&self, it: &Trail) -> Body {
        let group = it.cloud_watch_logs_log_group_arn.as_deref().unwrap_or_default();
        let group_name = group.rsplit("log-group:").next().unwrap_or_default().trim_end_matches(":*");
        let group_arn = match self.id(Kind::LogGroup, group_name) {
            Some(id) => Expression::streams_of("aws_cloudwatch_log_group", id),
            None => Expression::arn(group),
        };
        let role = it.cloud_watch_logs_role_arn.as_deref().unwrap_or_default();
        let role_arn = match self.id(Kind::Role, role.rsplit("role/").next().unwrap_or_default()) {
            Some(id) => Expression::attribute("aws_iam_role", id, "arn"),
            None => Expression::arn(role),
        };
        let bucket = self.id(Kind::Bucket, &it.s3_bucket_name);
        let bucket_name = match bucket {
            Some(id) => Expression::attribute("aws_s3_bucket", id, "id"),
            None => Expression::from(&it.s3_bucket_name),
        };
        // the bucket takes files only with its policy
        let needs = bucket.map(|id| Expression::list([Expression::address("aws_s3_bucket_policy", id)]));
        Body::default()
            .set("name", &it.name)
            .set("s3_bucket_name", bucket_name)
            .maybe("s3_key_prefix", it.s3_key_prefix.as_ref())
            .set("is_multi_region_trail", it.is_multi_region_trail)
            .set("is_organization_trail", it.is_organization_trail)
            .set("enable_log_file_validation", it.log_file_validation_enabled)
            .set("include_global_service_events", it.include_global_service_events)
            .set("enable_logging", it.is_logging)
            .maybe("kms_key_id", it.kms_key_id.as_ref())
            .set("cloud_watch_logs_group_arn", group_arn)
            .set("cloud_watch_logs_role_arn", role_arn)
            .maybe("tags", Expression::map(&it.tags))
            .maybe("depends_on", needs)
    }

    fn metric_filter(&self, it: &MetricFilter) -> Body {
        let transformation = Body::default()
            .set("namespace", &it.metric_namespace)
            .set("name", &it.metric_name)
            .set("value", &it.metric_value)
            .maybe("default_value", it.default_value.map(|value| value.to_string()).as_ref())
            .set("unit", &it.unit)
            .maybe("dimensions", Expression::map(&it.dimensions));
        let log_group = match self.id(Kind::LogGroup, &it.log_group) {
            Some(id) => Expression::attribute("aws_cloudwatch_log_group", id, "name"),
            None => Expression::from(&it.log_group),
        };
        Body::default()
            .set("name", &it.name)
            .set("log_group_name", log_group)
            .set("pattern", &it.filter_pattern)
            .set("metric_transformation", Expression::blocks([transformation]))
    }

    fn alarm(&self, it: &Alarm) -> Body {
        let statistic = if it.statistic.starts_with('p') { "extended_statistic" } else { "statistic" };
        Body::default()
            .set("alarm_name", &it.name)
            .set("alarm_description", &it.alarm_description)
            .set("namespace", &it.namespace)
            .set("metric_name", &it.metric_name)
            .set(statistic, &it.statistic)
            .set("period", it.period)
            .set("threshold", it.threshold)
            .set("comparison_operator", &it.comparison_operator)
            .set("evaluation_periods", it.evaluation_periods)
            .set("datapoints_to_alarm", it.datapoints_to_alarm)
            .set("treat_missing_data", &it.treat_missing_data)
            .set("actions_enabled", it.actions_enabled)
            .set("alarm_actions", self.topics(&it.alarm_actions))
            .set("ok_actions", self.topics(&it.ok_actions))
            .set("insufficient_data_actions", self.topics(&it.insufficient_data_actions))
            .maybe("tags", Expression::map(&it.tags))
    }
}

fn log_group(it: &LogGroup) -> Body {
    Body::default()
        .set("name", &it.name)
        .maybe("retention_in_days", it.retention_in_days)
        .maybe("kms_key_id", it.kms_key_id.as_ref())
        .maybe("tags", Expression::map(&it.tags))
}

/// The statements, or the policy that is there with the statements of others: the resource stands for all of it.
fn whole_policy(statements: &BTreeMap<String, Value>, there: Option<&str>) -> Expression {
    match there.filter(|policy| !policy.is_empty()) {
        Some(policy) => Expression::from(policy),
        None => {
            let list: Vec<&Value> = statements.values().collect();
            Expression::policy(&json!({ "Version": "2012-10-17", "Statement": list }))
        }
    }
}
