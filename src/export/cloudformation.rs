//! A CloudFormation template.

use super::controls::controls;
use super::node::Node;
use super::trail::Values;
use super::{Ids, Language, ids, names, not_written, properties, resources};
use crate::limits::TEMPLATE_BYTES;
use crate::policy::only_tls;
use crate::resource::{Kind, Member, Resource, put};
use crate::rules::{Rule, RuleError, RuleFile};
use crate::span::Span;
use crate::stack::{Stack, Target, Trail, has_secret, redacted};
use serde_json::{Value, json};

/// The stack as a CloudFormation template, without the kinds that somebody else creates.
///
/// An endpoint that may hold a secret (a web address with a user, a path or a query) becomes a parameter with `NoEcho` and
/// without a default.
///
/// # Errors
/// As [`desired`](crate::provision::desired), and texts with a dynamic reference, `{{resolve:…}}`, which CloudFormation
/// would replace: each at its place in the rule file or the stack's file.
pub fn cloudformation(stack: &Stack, files: &[RuleFile], without: &[Kind]) -> Result<String, Vec<RuleError>> {
    let resources = resources(stack, files, without, &target())?;
    template(stack, files, &resources, &stack.name)
}

/// The stack as templates of at most 51,200 bytes, as many as are needed: the first has everything but rules, and rules as far as
/// they fit. They are deployed in their order.
///
/// # Errors
/// As [`cloudformation`], and a single resource that is too large.
pub fn split(stack: &Stack, files: &[RuleFile], without: &[Kind]) -> Result<Vec<String>, Vec<RuleError>> {
    let resources = resources(stack, files, without, &target())?;
    let (mut of_rules, around): (Vec<Resource>, Vec<Resource>) =
        resources.into_iter().partition(|it| it.kind.is_of_rule());
    // a rule's metric filter and alarm stay together; composite alarms name alarms of all templates
    of_rules.sort_by_key(|it| (it.kind == Kind::CompositeAlarm, it.rule.clone(), it.kind));
    let mut templates = Vec::new();
    let (mut part, mut text) = (around, String::new());
    let mut rest = of_rules.into_iter().peekable();
    while let Some(next) = rest.peek() {
        let mut longer = part.clone();
        longer.push(next.clone());
        let whole = template(stack, files, &longer, &format!("{} ({})", stack.name, templates.len() + 1))?;
        if whole.len() <= TEMPLATE_BYTES {
            (part, text) = (longer, whole);
            rest.next();
        } else if part.is_empty() {
            return Err(vec![stack.refuse(
                "",
                format!("`{}` alone is too large for a template", next.name),
                "shorten it",
            )]);
        } else {
            templates.push(std::mem::take(&mut text));
            part = Vec::new();
        }
    }
    if text.is_empty() {
        text = template(stack, files, &part, &stack.name)?;
    }
    templates.push(text);
    Ok(templates.into_iter().filter(|text| !text.is_empty()).collect())
}

/// An account and a region that the template fills in: ARNs hold code, which `Fn::Sub` evaluates.
fn target() -> Target {
    Target::new("${AWS::AccountId}", "${AWS::Region}").partition("${AWS::Partition}")
}

/// Code with `Fn::Sub` around each text that names the account.
fn sub(value: &Value) -> Value {
    match value {
        Value::String(text) if text == "${AWS::AccountId}" => json!({ "Ref": "AWS::AccountId" }),
        Value::String(text) if text.contains("${AWS::") => json!({ "Fn::Sub": text }),
        Value::Array(list) => list.iter().map(sub).collect(),
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, value)| (key.clone(), sub(value))).collect())
        }
        other => other.clone(),
    }
}

struct Template<'a> {
    stack: &'a Stack,
    ids: Ids,
    parameters: Node,
    resources: Node,
}

impl Language for Template<'_> {
    const IS_TERRAFORM: bool = false;

    fn pointer(&self, member: &Member) -> &'static str {
        member.cloudformation
    }

    fn name(&self, [_, name, _]: [&'static str; 3]) -> &'static str {
        name
    }

    fn log_group(&self, name: &str) -> Node {
        match self.ids.get(&(Kind::LogGroup, name.to_owned())) {
            Some(id) => json!({ "Ref": id }).into(),
            None => json!({ "Ref": "LogGroupName" }).into(),
        }
    }

    fn topic(&self, arn: &str) -> Node {
        let name = arn.rsplit(':').next().unwrap_or_default();
        match self.ids.get(&(Kind::Topic, name.to_owned())) {
            Some(id) => json!({ "Ref": id }).into(),
            None if self.stack.topic.as_ref().is_some_and(|it| it.arn.is_some()) => {
                json!({ "Ref": "TopicArn" }).into()
            }
            None => sub(&json!(arn)).into(),
        }
    }
}

/// A text that CloudFormation would replace: `{{resolve:…}}`, a dynamic reference (AWS CloudFormation User Guide, "Get values stored
/// in other services using dynamic references"). It documents `{{resolve:`; other cases and blanks are refused, too.
fn is_dynamic(text: &str) -> bool {
    text.match_indices("{{").any(|(at, braces)| {
        let rest = text.get(at + braces.len()..).unwrap_or_default();
        let rest = rest.trim_start_matches(|c: char| c == '{' || c.is_whitespace());
        rest.get(.."resolve".len()).is_some_and(|word| word.eq_ignore_ascii_case("resolve"))
    })
}

fn id(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        word.get(..1).unwrap_or_default().to_ascii_uppercase() + word.get(1..).unwrap_or_default()
    };
    words.map(capital).collect()
}

fn template(
    stack: &Stack,
    files: &[RuleFile],
    resources: &[Resource],
    title: &str,
) -> Result<String, Vec<RuleError>> {
    let names = names(stack, resources, id);
    let mut template = Template {
        stack,
        ids: ids(resources, &names),
        parameters: Node::default(),
        resources: Node::default(),
    };
    template.references(resources);
    let mut errors = Vec::new();
    for (name, it) in names.iter().zip(resources) {
        let missing = template.resource(name, it);
        let missing =
            missing.into_iter().map(|member| not_written(stack, files, it, member, "CloudFormation"));
        errors.extend(missing);
        let texts = template.resources.get(name).map(dynamic).unwrap_or_default();
        errors.extend(texts.into_iter().map(|(at, text)| refused(stack, files, it, &at, &text)));
    }
    if let Some((at, text)) = dynamic(&template.parameters).first() {
        errors.push(stack.refuse(text, message(at, "the template"), HELP));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut document = Node::default()
        .with("/AWSTemplateFormatVersion", json!("2010-09-09"))
        .with("/Description", json!(format!("{title}: metric filters and alarms, written by cwfilter")))
        .with("/Metadata/SecurityHubControls", json!(controls(stack, resources)));
    if !template.parameters.is_empty() {
        document.put("/Parameters", template.parameters);
    }
    document.put("/Resources", template.resources);
    let json = document.json(&mut str::to_owned);
    Ok(serde_json::to_string_pretty(&json).unwrap_or_default() + "\n")
}

/// The literal texts that CloudFormation would replace, each with its property.
fn dynamic(node: &Node) -> Vec<(String, String)> {
    fn walk(node: &Node, property: &str, found: &mut Vec<(String, String)>) {
        match node {
            Node::Map(map) => map.iter().for_each(|(key, it)| walk(it, key, found)),
            Node::List(list) => list.iter().for_each(|it| walk(it, property, found)),
            Node::Literal(_) => {
                node.json(&mut |text| {
                    if is_dynamic(text) {
                        found.push((property.to_owned(), text.to_owned()));
                    }
                    String::new()
                });
            }
            Node::Code(_) => {}
        }
    }
    let mut found = Vec::new();
    walk(node, "", &mut found);
    found
}

const HELP: &str = "write the text without `{{resolve:`; `apply` and `export terraform` take it as it is";

fn message(property: &str, of: &str) -> String {
    format!("CloudFormation would replace `{{{{resolve:…}}}}` in `{property}` of {of}")
}

/// At the text in the rule file, or at the rule's id; in the stack's file if no rule has it.
fn refused(stack: &Stack, files: &[RuleFile], it: &Resource, property: &str, text: &str) -> RuleError {
    let message = message(property, &format!("the {} `{}`", it.kind.words(), it.name));
    let rules = files.iter().flat_map(|file| file.rules.iter().map(move |rule| (file, rule)));
    let is_of_rule =
        it.kind.is_of_rule() && stack.namespace.as_ref().is_none_or(|namespace| namespace != text);
    match rules.into_iter().find(|(_, rule)| is_of_rule && rule.id == it.rule) {
        Some((file, rule)) => {
            RuleError::new(&file.path, message).at(&file.source, place(file, rule)).help_line(HELP)
        }
        None => stack.refuse(text, message, HELP),
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

fn resource(kind: &str, properties: impl Into<Node>) -> Node {
    Node::from(json!({ "Type": kind })).with("/Properties", properties)
}

impl Template<'_> {
    /// Parameters for the log group, and for a topic that others create.
    fn references(&mut self, resources: &[Resource]) {
        let uses = |kinds: &[Kind]| resources.iter().any(|it| kinds.contains(&it.kind));
        if uses(&[Kind::LogGroup, Kind::MetricFilter, Kind::Trail]) {
            let description = match self.stack.log_group.create {
                true => "The name of the log group",
                false => "The log group, which others create",
            };
            let of = json!({ "Type": "String", "Description": description });
            let name = Node::Literal(json!(self.stack.log_group.name));
            self.parameters.put("/LogGroupName", Node::from(of).with("/Default", name));
        }
        let arn = self.stack.topic.as_ref().and_then(|topic| topic.arn.clone());
        if let Some(arn) = arn.filter(|_| uses(&[Kind::Alarm, Kind::CompositeAlarm])) {
            let of = json!({ "Type": "String", "Description": "The topic, which others create" });
            self.parameters.put("/TopicArn", Node::from(of).with("/Default", Node::Literal(json!(arn))));
        }
    }

    fn resource(&mut self, name: &str, it: &Resource) -> Vec<&'static str> {
        if let (Kind::Bucket | Kind::Role | Kind::Trail, Some(trail)) = (it.kind, &self.stack.trail) {
            self.of_trail(name, it.kind, trail);
            return Vec::new();
        }
        let (mut of_table, missing) = properties(self, it);
        if !it.tags.is_empty() {
            let tag = |(key, value): (&String, &String)| json!({ "Key": key, "Value": value });
            of_table.put("/Tags", Node::Literal(it.tags.iter().map(tag).collect()));
        }
        let kind = it.kind.schema().map_or("", |schema| schema.cloudformation);
        let node = match it.kind {
            // data outlives the template
            Kind::LogGroup => {
                of_table.put("/LogGroupName", json!({ "Ref": "LogGroupName" }).into());
                let node = resource(kind, of_table).with("/DeletionPolicy", json!("Retain"));
                node.with("/UpdateReplacePolicy", json!("Retain"))
            }
            Kind::Topic => {
                let topic = json!({ "Ref": name });
                let mut statement = sub(&it.get("Policy"));
                put(&mut statement, "/Resource", topic.clone());
                let policy = json!({ "Version": "2012-10-17", "Statement": [statement, only_tls("sns:Publish", topic.clone())] });
                let properties = json!({ "Topics": [topic], "PolicyDocument": policy });
                self.resources.put(&format!("/{name}Policy"), resource("AWS::SNS::TopicPolicy", properties));
                resource(kind, of_table)
            }
            Kind::Subscription => {
                of_table.put("/TopicArn", self.topic(&it.text("TopicArn")));
                of_table.put("/Endpoint", self.endpoint(name, it));
                resource(kind, of_table)
            }
            Kind::CompositeAlarm => {
                // the rule names alarms by text, which does not tell the order
                let alarms =
                    self.ids.iter().filter(|((kind, _), _)| *kind == Kind::Alarm).map(|(_, id)| json!(id));
                let alarms: Vec<Value> = alarms.collect();
                let node = resource(kind, of_table);
                if alarms.is_empty() { node } else { node.with("/DependsOn", Value::from(alarms)) }
            }
            _ => resource(kind, of_table),
        };
        self.resources.put(&format!("/{name}"), node);
        missing
    }

    fn endpoint(&mut self, name: &str, it: &Resource) -> Node {
        if !has_secret(&it.endpoint) {
            return Node::Literal(json!(it.endpoint));
        }
        let parameter = format!("{name}Endpoint");
        let description =
            format!("The endpoint {} in full, as the stack's file has it", redacted(&it.endpoint));
        let body = Node::from(json!({ "Type": "String", "NoEcho": true }));
        self.parameters
            .put(&format!("/{parameter}"), body.with("/Description", Node::Literal(json!(description))));
        json!({ "Ref": parameter }).into()
    }

    fn of_trail(&mut self, name: &str, kind: Kind, trail: &Trail) {
        let target = target();
        let id = |kind, name: &str| self.ids.get(&(kind, name.to_owned()));
        let or = |id: Option<&String>, arn: String| match id {
            Some(id) => json!({ "Fn::GetAtt": [id, "Arn"] }),
            None => sub(&json!(arn)),
        };
        let group = &self.stack.log_group.name;
        let role = target.global_arn("iam", &format!("role/{}", trail.role));
        let bucket = id(Kind::Bucket, &trail.bucket);
        let mut values = Values::of(self.stack, trail, &target);
        values.set("label", Some(json!(name)));
        values.set(
            "group arn",
            Some(or(id(Kind::LogGroup, group), target.arn("logs", "log-group:${LogGroupName}:*"))),
        );
        values.set("streams", Some(json!(target.arn("logs", "log-group:${LogGroupName}:log-stream:"))));
        values.set("role arn", Some(or(id(Kind::Role, &trail.role), role)));
        values
            .set("bucket name", Some(bucket.map_or_else(|| json!(trail.bucket), |id| json!({ "Ref": id }))));
        // the bucket takes files only with its policy
        values.set("needs", bucket.map(|id| json!([format!("{id}Policy")])));
        values.policies(|policy| sub(&policy));
        for (more, node) in values.resources("cloudformation", kind) {
            self.resources.put(&format!("/{name}{more}"), node);
        }
    }
}
