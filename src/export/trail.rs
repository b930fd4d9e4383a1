//! The trail with its bucket and role: `trail.json` has them for both languages, with `<name>` where the stack decides. What contains a
//! name without a value is left out.

use super::node::Node;
use crate::resource::Kind;
use crate::stack::{Stack, Target, Trail};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;

static TEMPLATES: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("trail.json")).unwrap_or_default());

/// Values by name.
#[derive(Debug, Default)]
pub(super) struct Values(BTreeMap<&'static str, Node>);

impl Values {
    /// What the stack says of its trail, in an account that the template fills in.
    pub(super) fn of(stack: &Stack, trail: &Trail, target: &Target) -> Self {
        let folder = trail.prefix.as_ref().map(|prefix| format!("{prefix}/")).unwrap_or_default();
        let group = &stack.log_group.name;
        let mut values = Values::default();
        for (name, value) in [
            ("stack", json!(stack.name)),
            ("account", json!(target.account)),
            ("region", json!(target.region)),
            ("trail", json!(trail.name)),
            ("bucket", json!(trail.bucket)),
            ("role", json!(trail.role)),
            ("folder", json!(folder)),
            ("multi region", json!(trail.multi_region)),
            ("is organization", json!(trail.organization.is_some())),
            ("encryption", json!(if trail.kms_key.is_some() { "aws:kms" } else { "AES256" })),
            ("bucket arn", json!(format!("arn:{}:s3:::{}", target.partition, trail.bucket))),
            ("trail arn", json!(target.arn("cloudtrail", &format!("trail/{}", trail.name)))),
            ("streams", json!(target.arn("logs", &format!("log-group:{group}:log-stream:")))),
        ] {
            values.set(name, Some(value));
        }
        values.set("organization", trail.organization.as_ref().map(|it| json!(it)));
        values.set("key", trail.kms_key.as_ref().map(|it| Node::Literal(json!(it))));
        values.set("prefix", trail.prefix.as_ref().map(|it| Node::Literal(json!(it))));
        values
    }

    pub(super) fn set(&mut self, name: &'static str, value: Option<impl Into<Node>>) {
        self.0.extend(value.map(|value| (name, value.into())));
    }

    /// The policies, in the form in which the language takes them.
    pub(super) fn policies(&mut self, form: impl Fn(Value) -> Value) {
        for name in ["bucket policy", "trust policy", "role policy"] {
            let policy = TEMPLATES.get(name).and_then(|it| self.fill(it));
            self.set(name, policy.map(|it| form(it.json(&mut str::to_owned))));
        }
    }

    /// The resources of a kind by their names in the file.
    pub(super) fn resources(&self, language: &str, kind: Kind) -> Vec<(&'static str, Node)> {
        let of_kind = TEMPLATES.get(language).and_then(|it| it.get(kind.words())?.as_object());
        let filled = |(name, it): (&'static String, &Value)| Some((name.as_str(), self.fill(it)?));
        of_kind.into_iter().flatten().filter_map(filled).collect()
    }

    fn fill(&self, template: &Value) -> Option<Node> {
        Some(match template {
            Value::String(text) => self.text(text)?,
            Value::Array(list) => Node::List(list.iter().filter_map(|it| self.fill(it)).collect()),
            Value::Object(map) => {
                Node::Map(map.iter().filter_map(|(key, it)| Some((key.clone(), self.fill(it)?))).collect())
            }
            other => Node::Code(other.clone()),
        })
    }

    fn text(&self, text: &str) -> Option<Node> {
        if let Some(name) = text.strip_prefix('<').and_then(|it| it.strip_suffix('>'))
            && !name.contains('<')
        {
            return self.0.get(name).cloned();
        }
        let mut parts = text.split('<');
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_once('>')?;
            let Some(Node::Code(Value::String(value))) = self.0.get(name) else { return None };
            filled += value;
            filled += rest;
        }
        Some(Node::Code(json!(filled)))
    }
}
