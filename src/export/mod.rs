//! The stack as a template, for those who deploy by CloudFormation or Terraform: JSON, the same for the same input.
//!
//! A template creates what the stack creates, and the trail with its bucket and role. It refers to the rest: a log group of others by
//! a parameter or a data source, a topic of others by its ARN. CloudFormation templates and Terraform modules hold no account and no
//! region, so that StackSets and module calls can carry them to others.

mod cloudformation;
mod controls;
mod node;
mod terraform;
mod trail;

pub use cloudformation::{cloudformation, split};
pub use terraform::{terraform, terraform_module};

use crate::account::Observed;
use crate::provision::desired;
use crate::resource::{Form, Kind, Member, Resource, is_empty, listed};
use crate::rules::{RuleError, RuleFile};
use crate::stack::{Stack, Target, public_part};
use node::Node;
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};

/// The stack's resources for an account that the template fills in, without the kinds that somebody else creates.
fn resources(
    stack: &Stack,
    files: &[RuleFile],
    without: &[Kind],
    target: &Target,
) -> Result<Vec<Resource>, Vec<RuleError>> {
    let mut resources = desired(stack, files, target)?;
    if let Some(trail) = &stack.trail {
        resources.push(Resource::new(Kind::Bucket, &trail.bucket));
        resources.push(Resource::new(Kind::Role, &trail.role));
        resources.push(Resource::new(Kind::Trail, &trail.name));
    }
    resources.retain(|it| !without.contains(&it.kind));
    resources.sort_by_key(Resource::key);
    Ok(resources)
}

/// Names within a template, each once.
fn names(stack: &Stack, resources: &[Resource], name: impl Fn(&str) -> String) -> Vec<String> {
    let mut taken = HashSet::new();
    let one = |it: &Resource| {
        let own = if it.kind == Kind::Subscription {
            format!("{} {}", it.text("Protocol"), public_part(&it.endpoint))
        } else {
            it.name.strip_prefix(&stack.prefix()).unwrap_or(&it.name).to_owned()
        };
        let wanted = name(&format!("{} {own}", it.kind.option()));
        let numbered = (2..).map(|number| format!("{wanted}{number}"));
        let mut candidates = std::iter::once(wanted.clone()).chain(numbered);
        candidates.find(|name| taken.insert(name.clone())).unwrap_or_default()
    };
    resources.iter().map(one).collect()
}

/// What a template language has for the forms of the table.
trait Language {
    /// The member's pointer; empty if the language has none.
    fn pointer(&self, member: &Member) -> &'static str;
    /// That of the three names of a kind's name.
    fn name(&self, names: [&'static str; 3]) -> &'static str;
    /// A log group by its name.
    fn log_group(&self, name: &str) -> Node;
    /// A topic by its ARN.
    fn topic(&self, arn: &str) -> Node;
    /// Whether numbers and maps are written as texts and maps: Terraform's way.
    const IS_TERRAFORM: bool;
}

/// The properties of a resource, and the members that the language cannot write.
fn properties<L: Language>(language: &L, it: &Resource) -> (Node, Vec<&'static str>) {
    let (mut node, mut missing) = (Node::default(), Vec::new());
    let Some(schema) = it.kind.schema() else { return (node, missing) };
    node.put(language.name(schema.name), Node::Literal(Value::String(it.name.clone())));
    for member in schema.members.iter().filter(|member| member.form != Form::Policy) {
        let value = it.get(member.name());
        let is_left = is_empty(&value) && !matches!(member.form, Form::Actions) && member.absent != true;
        let is_blank = value == "" && member.name() != "filterPattern";
        if is_left || is_blank {
            continue;
        }
        let pointer = language.pointer(member);
        if pointer.is_empty() {
            missing.push(member.name());
            continue;
        }
        let value = match (member.form, &value) {
            (Form::LogGroup, Value::String(name)) => language.log_group(name),
            (Form::Actions, Value::Array(list)) => {
                let arns = list.iter().filter_map(Value::as_str);
                Node::List(arns.map(|arn| language.topic(arn)).collect())
            }
            (Form::Map, Value::Object(map)) if !L::IS_TERRAFORM => Node::Literal(listed(map, "Key", "Value")),
            (Form::Dimensions, Value::Object(map)) if !L::IS_TERRAFORM => {
                Node::Literal(listed(map, "Name", "Value"))
            }
            (Form::Number, Value::Number(number)) if L::IS_TERRAFORM => {
                // `0`, not `0.0`: Terraform compares the texts
                let text = number.as_f64().map_or_else(|| number.to_string(), |number| number.to_string());
                Node::Literal(Value::String(text))
            }
            (_, value) => Node::Literal(value.clone()),
        };
        node.put(pointer, value);
    }
    (node, missing)
}

/// A member that a template cannot carry, at the rule's id.
fn not_written(stack: &Stack, files: &[RuleFile], it: &Resource, member: &str, language: &str) -> RuleError {
    let message =
        format!("`{member}` of the {} `{}` cannot be written to {language}", it.kind.words(), it.name);
    let mut rules = files.iter().flat_map(|file| file.rules.iter().map(move |rule| (file, rule)));
    match rules.find(|(_, rule)| rule.id == it.rule) {
        Some((file, rule)) => RuleError::new(&file.path, message).at(&file.source, rule.id_span),
        None => stack.refuse("", message, ""),
    }
    .help_line("`apply` can; or take it out")
}

/// The names of resources in the template by kind and name.
type Ids = BTreeMap<(Kind, String), String>;

fn ids(resources: &[Resource], names: &[String]) -> Ids {
    let pairs = resources.iter().zip(names);
    pairs.map(|(it, name)| ((it.kind, it.name.clone()), name.clone())).collect()
}

/// A resource that exists.
fn existing<'a>(observed: Option<&'a Observed>, it: &Resource) -> Option<&'a Resource> {
    let observed = observed?;
    let is_same = |found: &&Resource| match it.kind {
        // its key has the account's ARN, which a template does not know
        Kind::Subscription => found.kind == it.kind && found.name == it.name,
        _ => found.is(it),
    };
    observed.resources.iter().find(is_same)
}
