//! A Terraform configuration in JSON, `main.tf.json`.
//!
//! In JSON syntax Terraform reads every string of an expression as a template, the keys of objects, too
//! (<https://developer.hashicorp.com/terraform/language/syntax/json>, "Expression Mapping").

use super::controls::controls;
use super::node::Node;
use super::trail::Values;
use super::{Ids, Language, existing, ids, names, not_written, properties, resources};
use crate::account::Observed;
use crate::policy::{self, only_tls};
use crate::resource::{Kind, Member, Resource};
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
    write(stack, files, without, observed, false)
}

/// The stack as a Terraform module, to be called for several accounts, regions or log groups: as [`terraform`], without a provider. The
/// caller's provider decides on account and region; `var.log_group_name` is the log group, `var.topic_arn` a topic that others create.
///
/// # Errors
/// As [`terraform`].
pub fn terraform_module(
    stack: &Stack,
    files: &[RuleFile],
    without: &[Kind],
) -> Result<String, Vec<RuleError>> {
    write(stack, files, without, None, true)
}

/// An import would take over what others made, which a plan refuses or leaves as it is.
fn foreign(stack: &Stack, resources: &[Resource], observed: Option<&Observed>) -> Vec<RuleError> {
    let Some(observed) = observed else { return Vec::new() };
    let there = resources.iter().filter(|it| observed.find(it).is_some_and(|it| !observed.is_ours(it)));
    let error = |it: &Resource| {
        let help = format!(
            "take it over with `cwfilter apply --adopt {}`, or leave it out with `--without {}`",
            it.name,
            it.kind.option()
        );
        stack.refuse(
            &it.name,
            format!("the {} is not the stack's: an import would take it over", it.shown()),
            &help,
        )
    };
    there.filter(|it| it.kind != Kind::Subscription).map(error).collect()
}

fn write(
    stack: &Stack,
    files: &[RuleFile],
    without: &[Kind],
    observed: Option<&Observed>,
    is_module: bool,
) -> Result<String, Vec<RuleError>> {
    let target = target(stack, is_module);
    let resources = resources(stack, files, without, &target)?;
    let names = names(stack, &resources, id);
    let mut file = File {
        stack,
        target,
        is_module,
        observed,
        ids: ids(&resources, &names),
        resources: Node::default(),
        data: Node::default(),
        variables: Node::default(),
        imports: Vec::new(),
    };
    let mut errors = foreign(stack, &resources, observed);
    for (name, it) in names.iter().zip(&resources) {
        let missing = file.add(name, it);
        errors.extend(missing.into_iter().map(|member| not_written(stack, files, it, member, "Terraform")));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let controls = format!("meets the Security Hub controls {}", controls(stack, &resources).join(", "));
    for data in ["/aws_caller_identity/current", "/aws_partition/current"] {
        file.data.put(data, json!({}).into());
    }
    let mut document = Node::default()
        .with("/~", json!(controls))
        .with("/terraform/required_providers/aws", json!({ "source": "hashicorp/aws", "version": ">= 5.0" }));
    match is_module {
        true => file.data.put("/aws_region/current", json!({}).into()),
        false => document.put("/provider/aws/region", json!(stack.region).into()),
    }
    document.put("/data", file.data);
    document.put("/resource", file.resources);
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

/// An account that Terraform fills in; of a module, the region, too.
fn target(stack: &Stack, is_module: bool) -> Target {
    // versions 5 and 6 of the provider have the region's name under `id`
    let region = if is_module { "${data.aws_region.current.id}" } else { stack.region.as_str() };
    Target::new("${data.aws_caller_identity.current.account_id}", region)
        .partition("${data.aws_partition.current.partition}")
}

/// The log group of a module.
const LOG_GROUP: &str = "${var.log_group_name}";

struct File<'a> {
    stack: &'a Stack,
    target: Target,
    is_module: bool,
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

    fn name(&self, [.., name]: [&'static str; 3]) -> &'static str {
        name
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
        let kind = it.kind.schema().map_or("", |schema| schema.terraform);
        let arn = found.map(|found| found.text("TopicArn"));
        let id = match it.kind {
            Kind::LogGroup => {
                if self.is_module {
                    body.put("/name", json!(LOG_GROUP).into());
                }
                body.put("/lifecycle", json!([{ "prevent_destroy": true }]).into());
                found.map(|_| it.name.clone())
            }
            Kind::Topic => {
                let policy = self.topic_policy(label, it);
                self.put("aws_sns_topic_policy", label, policy, arn.clone());
                arn
            }
            Kind::Subscription => {
                body.put("/topic_arn", self.topic(&it.text("TopicArn")));
                body.put("/endpoint", self.endpoint(label, it));
                let arn = found.zip(self.observed).map(|(found, observed)| found.arn(&observed.target));
                let arn = arn.filter(|arn| !arn.is_empty());
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
        let uses_group = matches!(it.kind, Kind::LogGroup | Kind::MetricFilter | Kind::Trail);
        if uses_group && self.is_module {
            let variable =
                Node::from(json!({ "type": "string", "description": "The name of the log group" }));
            self.variables.put("/log_group_name", variable.with("/default", Node::Literal(json!(group))));
        }
        if uses_group && !has_group {
            let name = if self.is_module { json!(LOG_GROUP).into() } else { Node::Literal(json!(group)) };
            self.data.put("/aws_cloudwatch_log_group/trail/name", name);
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
    fn topic_policy(&self, label: &str, it: &Resource) -> Node {
        let body = Node::from(json!({ "arn": format!("${{aws_sns_topic.{label}.arn}}") }));
        let there = existing(self.observed, it).and_then(|it| it.answer.get("Policy")?.as_str());
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
        let merged = own.and_then(|own| policy::with(there, &own, &self.stack.was).ok().flatten());
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
        let target = &self.target;
        let id = |kind, name: &str| self.ids.get(&(kind, name.to_owned()));
        let group = id(Kind::LogGroup, &self.stack.log_group.name)
            .map_or("data.aws_cloudwatch_log_group.trail".to_owned(), |id| {
                format!("aws_cloudwatch_log_group.{id}")
            });
        let role = target.global_arn("iam", &format!("role/{}", trail.role));
        let role = id(Kind::Role, &trail.role).map_or(role, |id| format!("${{aws_iam_role.{id}.arn}}"));
        let bucket = id(Kind::Bucket, &trail.bucket);
        let of_bucket = bucket.map(|id| format!("${{aws_s3_bucket.{id}.id}}"));
        let mut values = Values::of(self.stack, trail, target);
        if self.is_module {
            let streams = target.arn("logs", &format!("log-group:{LOG_GROUP}:log-stream:"));
            values.set("streams", Some(json!(streams)));
        }
        values.set("label", Some(json!(label)));
        values.set("group arn", Some(json!(format!("${{{group}.arn}}:*"))));
        values.set("role arn", Some(json!(role)));
        values.set("bucket id", of_bucket.as_ref().map(|it| json!(it)));
        values.set("bucket name", Some(json!(of_bucket.as_ref().unwrap_or(&trail.bucket))));
        // the bucket takes files only with its policy
        values.set("needs", bucket.map(|id| json!([format!("aws_s3_bucket_policy.{id}")])));
        values.policies(|policy| json!(policy.to_string()));
        for (name, body) in values.resources("terraform", kind) {
            self.put(name, label, body, None);
        }
    }
}
