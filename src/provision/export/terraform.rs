//! A Terraform configuration in JSON, `main.tf.json`.
//!
//! In JSON syntax Terraform reads every string of an expression as a template, the keys of objects, too
//! (<https://developer.hashicorp.com/terraform/language/syntax/json>, "Expression Mapping").

use super::node::Node;
use super::{Ids, Language, controls, existing, ids, names, not_written, properties, resources};
use crate::provision::Observed;
use crate::provision::policy::{self, only_tls};
use crate::provision::resource::{Kind, Member, Resource, STACK_TAG, schema};
use crate::rules::{RuleError, RuleFile};
use crate::stack::{Stack, Target, Trail, has_secret, redacted};
use serde_json::{Value, json};

/// The stack as a Terraform configuration for the provider `hashicorp/aws`, without the kinds that somebody else creates.
/// With what an account holds, `import` blocks take over what exists.
///
/// Every text of the stack and the rules is escaped: Terraform evaluates none of them. An endpoint that may hold a secret
/// (a web address with a user, a path or a query) becomes a sensitive variable without a default.
///
/// # Errors
/// As [`desired`](crate::provision::desired), and members that the provider does not know.
pub fn terraform(
    stack: &Stack,
    files: &[RuleFile],
    without: &[Kind],
    observed: Option<&Observed>,
) -> Result<String, Vec<RuleError>> {
    let resources = resources(stack, files, without, &target(stack))?;
    let names = names(stack, &resources, id);
    let mut file = File {
        stack,
        observed,
        ids: ids(&resources, &names),
        resources: Node::default(),
        data: Node::default(),
        variables: Node::default(),
        imports: Vec::new(),
    };
    let mut errors = Vec::new();
    for (name, it) in names.iter().zip(&resources) {
        let missing = file.add(name, it);
        errors.extend(missing.into_iter().map(|member| not_written(stack, files, it, member, "Terraform")));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let kinds: Vec<Kind> = resources.iter().map(|it| it.kind).collect();
    let controls = format!("meets the Security Hub controls {}", controls(stack, &kinds).join(", "));
    let mut document = Node::default()
        .with("/~", json!(controls))
        .with("/terraform/required_providers/aws", json!({ "source": "hashicorp/aws", "version": ">= 5.0" }))
        .with("/provider/aws/region", json!(stack.region))
        .with(
            "/data",
            file.data
                .with("/aws_caller_identity/current", json!({}))
                .with("/aws_partition/current", json!({})),
        )
        .with("/resource", file.resources);
    if !file.variables.is_empty() {
        document.put("/variable", file.variables);
    }
    if !file.imports.is_empty() {
        document.put("/import", Node::List(file.imports));
    }
    let mut json = document.json(&mut literal);
    // `//` is a comment, and no name that a pointer can have
    if let Value::Object(map) = &mut json
        && let Some(text) = map.remove("~")
    {
        map.insert("//".to_owned(), text);
    }
    Ok(serde_json::to_string_pretty(&json).unwrap_or_default() + "\n")
}

/// `$${` and `%%{` are Terraform's escapes.
fn literal(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}

fn id(text: &str) -> String {
    let word = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    text.chars().map(word).collect()
}

/// An account that Terraform fills in.
fn target(stack: &Stack) -> Target {
    Target::new("${data.aws_caller_identity.current.account_id}", &stack.region)
        .partition("${data.aws_partition.current.partition}")
}

/// The name of the role's inline policy.
pub(super) const ROLE_POLICY: &str = "cwfilter-cloudtrail-to-cloudwatch-logs";

/// The policies around a trail.
pub(super) struct TrailPolicies {
    pub(super) bucket: Value,
    pub(super) trust: Value,
    pub(super) role: Value,
}

/// "Amazon S3 bucket policy for CloudTrail", "Role policy document for CloudTrail to use CloudWatch Logs for monitoring", and
/// conditions on the account and the trail against the confused deputy.
pub(super) fn trail_policies(stack: &Stack, trail: &Trail, target: &Target) -> TrailPolicies {
    let arn = target.arn("cloudtrail", &format!("trail/{}", trail.name));
    let bucket = format!("arn:{}:s3:::{}", target.partition, trail.bucket);
    let prefix = trail.prefix.as_ref().map(|prefix| format!("{prefix}/")).unwrap_or_default();
    let owners = std::iter::once(&target.account).chain(&trail.organization);
    let folders: Vec<String> = owners.map(|owner| format!("{bucket}/{prefix}AWSLogs/{owner}/*")).collect();
    let allow = |sid: &str, action: Value, resource: Value, condition: Value| {
        let principal = json!({ "Service": "cloudtrail.amazonaws.com" });
        let statement = json!({ "Sid": sid, "Effect": "Allow", "Principal": principal, "Action": action, "Condition": condition });
        match (resource, statement) {
            (Value::Null, statement) => statement,
            (resource, Value::Object(mut map)) => {
                map.insert("Resource".to_owned(), resource);
                Value::Object(map)
            }
            (_, statement) => statement,
        }
    };
    let whole = |statements: Vec<Value>| json!({ "Version": "2012-10-17", "Statement": statements });
    let source = json!({ "StringEquals": { "aws:SourceArn": arn, "aws:SourceAccount": target.account } });
    let of_trail = json!({ "StringEquals": { "aws:SourceArn": arn } });
    let full =
        json!({ "StringEquals": { "s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceArn": arn } });
    let name = &stack.name;
    let stream =
        |owner: &str| target.arn("logs", &format!("log-group:{}:log-stream:{owner}", stack.log_group.name));
    let own = stream(&format!("{}_CloudTrail_{}*", target.account, target.region));
    let streams = std::iter::once(own).chain(trail.organization.iter().map(|id| stream(&format!("{id}_*"))));
    TrailPolicies {
        bucket: whole(vec![
            allow(&format!("cwfilter-{name}-acl"), json!("s3:GetBucketAcl"), json!(bucket), of_trail),
            allow(&format!("cwfilter-{name}-write"), json!("s3:PutObject"), json!(folders), full),
            only_tls("s3:*", json!([bucket.clone(), format!("{bucket}/*")])),
        ]),
        trust: whole(vec![allow("cloudtrail", json!("sts:AssumeRole"), Value::Null, source)]),
        role: whole(vec![json!({
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": streams.collect::<Vec<_>>(),
        })]),
    }
}

struct File<'a> {
    stack: &'a Stack,
    observed: Option<&'a Observed>,
    ids: Ids,
    resources: Node,
    data: Node,
    variables: Node,
    imports: Vec<Node>,
}

impl Language for File<'_> {
    const IS_TERRAFORM: bool = true;

    fn pointer(&self, member: &Member) -> &'static str {
        member.terraform
    }

    fn log_group(&self, name: &str) -> Node {
        match self.ids.get(&(Kind::LogGroup, name.to_owned())) {
            Some(id) => json!(format!("${{aws_cloudwatch_log_group.{id}.name}}")).into(),
            None => json!("${data.aws_cloudwatch_log_group.trail.name}").into(),
        }
    }

    fn topic(&self, arn: &str) -> Node {
        let name = arn.rsplit(':').next().unwrap_or_default();
        match self.ids.get(&(Kind::Topic, name.to_owned())) {
            Some(id) => json!(format!("${{aws_sns_topic.{id}.arn}}")).into(),
            None => json!("${var.topic_arn}").into(),
        }
    }
}

impl File<'_> {
    /// The resource, and the import of what exists under `id`.
    fn put(&mut self, kind: &str, label: &str, body: Node, id: Option<String>) {
        self.resources.put(&format!("/{kind}/{label}"), body);
        self.imports.extend(id.map(|id| {
            Node::from(json!({ "to": format!("{kind}.{label}") })).with("/id", Node::Literal(json!(id)))
        }));
    }

    fn add(&mut self, label: &str, it: &Resource) -> Vec<&'static str> {
        self.references(it);
        let found = existing(self.observed, it);
        if let (Kind::Bucket | Kind::Role | Kind::Trail, Some(trail)) = (it.kind, &self.stack.trail) {
            self.of_trail(label, it.kind, trail);
            return Vec::new();
        }
        let (mut body, missing) = properties(self, it);
        if !it.tags.is_empty() {
            body.put("/tags", Node::Literal(json!(it.tags)));
        }
        let kind = schema(it.kind).map_or("", |schema| schema.terraform);
        let arn = found.map(|found| found.text("TopicArn"));
        let id = match it.kind {
            Kind::LogGroup => {
                body.put("/lifecycle", json!([{ "prevent_destroy": true }]).into());
                found.map(|_| it.name.clone())
            }
            Kind::Topic => {
                let policy = self.topic_policy(label, it, found.is_some());
                self.put("aws_sns_topic_policy", label, policy, arn.clone());
                arn
            }
            Kind::Subscription => {
                body.put("/topic_arn", self.topic(&it.text("TopicArn")));
                body.put("/endpoint", self.endpoint(label, it));
                let arn = found.map(|found| found.arn.clone()).filter(|arn| !arn.is_empty());
                if arn.is_some() {
                    // the provider's own, which no import can know
                    let own = ["confirmation_timeout_in_minutes", "endpoint_auto_confirms"];
                    body.put("/lifecycle", json!([{ "ignore_changes": own }]).into());
                }
                arn
            }
            Kind::MetricFilter => found.map(|_| format!("{}:{}", it.text("logGroupName"), it.name)),
            _ => found.map(|_| it.name.clone()),
        };
        if it.kind == Kind::CompositeAlarm {
            let alarms = self.ids.iter().filter(|((kind, _), _)| *kind == Kind::Alarm);
            let alarms: Vec<String> =
                alarms.map(|(_, id)| format!("aws_cloudwatch_metric_alarm.{id}")).collect();
            body.put("/depends_on", json!(alarms).into());
        }
        self.put(kind, label, body, id);
        missing
    }

    /// Data sources and variables for what others create.
    fn references(&mut self, it: &Resource) {
        let group = &self.stack.log_group.name;
        let has_group = self.ids.contains_key(&(Kind::LogGroup, group.clone()));
        if matches!(it.kind, Kind::MetricFilter | Kind::Trail) && !has_group {
            self.data.put("/aws_cloudwatch_log_group/trail/name", Node::Literal(json!(group)));
        }
        let Some(topic) = &self.stack.topic else { return };
        let uses = matches!(it.kind, Kind::Alarm | Kind::CompositeAlarm | Kind::Subscription);
        if uses && !self.ids.contains_key(&(Kind::Topic, topic.name.clone())) {
            let variable =
                Node::from(json!({ "type": "string", "description": "The topic, which others create" }));
            let variable = match &topic.arn {
                Some(arn) => variable.with("/default", Node::Literal(json!(arn))),
                None => variable,
            };
            self.variables.put("/topic_arn", variable);
        }
    }

    /// The stack's statements; of a topic that exists the statements of others, too: the resource is the whole policy.
    fn topic_policy(&self, label: &str, it: &Resource, exists: bool) -> Node {
        let body = Node::from(json!({ "arn": format!("${{aws_sns_topic.{label}.arn}}") }));
        let attributes = self.observed.and_then(|it| it.facts.topic.as_ref()?.as_ref().ok()?.as_ref());
        let there = attributes.and_then(|it| it.get("Policy")?.as_str()).filter(|_| exists);
        let Some(there) = there else {
            let statements = [it.get("Policy"), only_tls("sns:Publish", it.get("TopicArn"))];
            let policy = json!({ "Version": "2012-10-17", "Statement": statements });
            return body.with("/policy", json!(policy.to_string()));
        };
        // with the account's own ARNs
        let own = self.observed.map(|it| {
            let arn = self.stack.topic_arn(&it.target).unwrap_or_default();
            policy::alarms_publish(self.stack, &it.target, &arn)
        });
        let merged = own.and_then(|own| policy::with(there, &own).ok().flatten());
        body.with("/policy", Node::Literal(json!(merged.unwrap_or_else(|| there.to_owned()))))
    }

    fn endpoint(&mut self, label: &str, it: &Resource) -> Node {
        if !has_secret(&it.endpoint) {
            return Node::Literal(json!(it.endpoint));
        }
        let name = format!("{label}_endpoint");
        let description =
            format!("The endpoint {} in full, as the stack's file has it", redacted(&it.endpoint));
        // the argument takes the name of a type, not a template
        let variable = Node::from(json!({ "type": "string", "sensitive": true }));
        self.variables
            .put(&format!("/{name}"), variable.with("/description", Node::Literal(json!(description))));
        json!(format!("${{var.{name}}}")).into()
    }

    /// New resources only: whoever has a trail already leaves these kinds out.
    fn of_trail(&mut self, label: &str, kind: Kind, trail: &Trail) {
        let target = target(self.stack);
        let parts = trail_policies(self.stack, trail, &target);
        let tags = json!({ STACK_TAG: self.stack.name });
        let kept = json!([{ "prevent_destroy": true }]);
        let key = trail.kms_key.as_ref().map(|key| Node::Literal(json!(key)));
        match kind {
            Kind::Bucket => {
                let bucket = format!("${{aws_s3_bucket.{label}.id}}");
                let mut put = |kind: &str, body: Value| {
                    self.put(kind, label, Node::from(body).with("/bucket", json!(bucket)), None);
                };
                put("aws_s3_bucket_policy", json!({ "policy": parts.bucket.to_string() }));
                let blocks = [
                    "block_public_acls",
                    "block_public_policy",
                    "ignore_public_acls",
                    "restrict_public_buckets",
                ];
                let block = blocks.iter().map(|name| ((*name).to_owned(), json!(true))).collect();
                put("aws_s3_bucket_public_access_block", Value::Object(block));
                put(
                    "aws_s3_bucket_ownership_controls",
                    json!({ "rule": [{ "object_ownership": "BucketOwnerEnforced" }] }),
                );
                put(
                    "aws_s3_bucket_versioning",
                    json!({ "versioning_configuration": [{ "status": "Enabled" }] }),
                );
                let lifecycle = json!({
                    "id": "old-versions", "status": "Enabled", "filter": [{ "prefix": "" }],
                    "noncurrent_version_expiration": [{ "noncurrent_days": 90 }],
                    "abort_incomplete_multipart_upload": [{ "days_after_initiation": 7 }],
                });
                put("aws_s3_bucket_lifecycle_configuration", json!({ "rule": [lifecycle] }));
                let algorithm = if key.is_some() { "aws:kms" } else { "AES256" };
                let mut encryption = Node::from(json!({ "bucket": bucket }));
                encryption.put(
                    "/rule/0/apply_server_side_encryption_by_default/0/sse_algorithm",
                    json!(algorithm).into(),
                );
                if let Some(key) = key {
                    encryption
                        .put("/rule/0/apply_server_side_encryption_by_default/0/kms_master_key_id", key);
                }
                self.put("aws_s3_bucket_server_side_encryption_configuration", label, encryption, None);
                let body = json!({ "bucket": trail.bucket, "tags": tags, "lifecycle": kept });
                self.put("aws_s3_bucket", label, body.into(), None);
            }
            Kind::Role => {
                let policy = json!({
                    "name": ROLE_POLICY, "role": format!("${{aws_iam_role.{label}.id}}"), "policy": parts.role.to_string(),
                });
                self.put("aws_iam_role_policy", label, policy.into(), None);
                let role = json!({ "name": trail.role, "assume_role_policy": parts.trust.to_string(), "tags": tags });
                self.put("aws_iam_role", label, role.into(), None);
            }
            _ => {
                let id = |kind, name: &String| self.ids.get(&(kind, name.clone()));
                let group = match id(Kind::LogGroup, &self.stack.log_group.name) {
                    Some(id) => format!("${{aws_cloudwatch_log_group.{id}.arn}}:*"),
                    None => "${data.aws_cloudwatch_log_group.trail.arn}:*".to_owned(),
                };
                let role = match id(Kind::Role, &trail.role) {
                    Some(id) => format!("${{aws_iam_role.{id}.arn}}"),
                    None => target.global_arn("iam", &format!("role/{}", trail.role)),
                };
                let bucket = id(Kind::Bucket, &trail.bucket);
                let name =
                    bucket.map_or_else(|| trail.bucket.clone(), |id| format!("${{aws_s3_bucket.{id}.id}}"));
                let mut body = Node::from(json!({
                    "name": trail.name,
                    "s3_bucket_name": name,
                    "is_multi_region_trail": trail.multi_region,
                    "is_organization_trail": trail.organization.is_some(),
                    "enable_log_file_validation": true,
                    "include_global_service_events": true,
                    "enable_logging": true,
                    "cloud_watch_logs_group_arn": group,
                    "cloud_watch_logs_role_arn": role,
                    "tags": tags,
                    "lifecycle": kept,
                }));
                if let Some(prefix) = &trail.prefix {
                    body.put("/s3_key_prefix", Node::Literal(json!(prefix)));
                }
                if let Some(key) = key {
                    body.put("/kms_key_id", key);
                }
                // the bucket takes files only with its policy
                if let Some(id) = bucket {
                    body.put("/depends_on", json!([format!("aws_s3_bucket_policy.{id}")]).into());
                }
                self.put("aws_cloudtrail", label, body, None);
            }
        }
    }
}
