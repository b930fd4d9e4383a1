//! Resources by AWS's names, and what differs between two of them.
//!
//! `kinds.tsv` and `members.tsv` say for each kind and each of its members the name in the API, in CloudFormation and in Terraform, the
//! value if it is not set, and how it is compared; `writes.tsv` has the calls. Requests, differences and templates follow them.

mod difference;
mod request;
mod schema;

pub use difference::Change;
pub(crate) use difference::{changes, missing_tags};
pub(crate) use request::filled;
pub use schema::Kind;
pub(crate) use schema::{Form, Member, Write};

use crate::aws::text;
use crate::stack::{Target, redacted};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Tags by key.
pub type Tags = BTreeMap<String, String>;

/// The tag that says to which stack a resource belongs.
pub const STACK_TAG: &str = "cwfilter:stack";

/// A resource as it should be, or as it is.
#[derive(Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    pub(crate) endpoint: String,
    /// What the service says of it, which may hold a secret, too.
    #[serde(skip)]
    pub(crate) answer: Value,
}

impl std::fmt::Debug for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Resource { kind, name, properties, tags, .. } = self;
        write!(f, "{kind:?} {name:?} {properties:?} {tags:?}")
    }
}

impl Resource {
    pub(crate) fn new(kind: Kind, name: impl Into<String>) -> Self {
        let (properties, tags, rule, endpoint, answer) = Default::default();
        Resource { kind, name: name.into(), rule, properties, tags, endpoint, answer }
    }

    /// A subscription of a topic.
    pub(crate) fn subscription(protocol: &str, endpoint: &str, topic: &str) -> Self {
        let shown = redacted(endpoint);
        let it = Resource::new(Kind::Subscription, format!("{protocol} {shown}"));
        let it = it.set("Protocol", protocol).set("Endpoint", shown).set("TopicArn", topic);
        Resource { endpoint: endpoint.to_owned(), ..it }
    }

    /// Sets a property, unless the value is null.
    pub(crate) fn set(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        if !value.is_null() {
            self.properties.insert(name.to_owned(), value);
        }
        self
    }

    /// A resource as a service describes it.
    pub(crate) fn of_answer(kind: Kind, name: &str, answer: &Value) -> Self {
        let mut it = Resource::new(kind, name);
        it.answer.clone_from(answer);
        for member in kind.members() {
            let value = match answer.pointer(member.api) {
                Some(Value::Array(list)) if member.form == Form::Dimensions => pairs(list, "Name", "Value"),
                // the default window, written out
                Some(value) if value.get("SlidingWindow").is_some() => Value::Null,
                value => value.cloned().unwrap_or_default(),
            };
            it = it.set(member.name(), value);
        }
        it
    }

    /// A property, or its absent value.
    #[must_use]
    pub fn get(&self, name: &str) -> Value {
        let member = || self.kind.members().iter().find(|member| member.name() == name);
        match (self.properties.get(name), member()) {
            (Some(value), _) => value.clone(),
            (None, Some(Member { absent_as: Some(other), .. })) => self.get(other),
            (None, member) => member.map(|member| member.absent.clone()).unwrap_or_default(),
        }
    }

    /// A property that is a text, or an empty text.
    pub(crate) fn text(&self, name: &str) -> String {
        self.get(name).as_str().unwrap_or_default().to_owned()
    }

    /// Its kind and name, as a sentence names it.
    pub(crate) fn shown(&self) -> String {
        match self.kind {
            Kind::MetricFilter => format!("metric filter {} in {}", self.name, self.text("logGroupName")),
            kind => format!("{} {}", kind.words(), self.name),
        }
    }

    /// Whether its name begins as those of a stack do.
    pub(crate) fn has_name_of(&self, stack: &str) -> bool {
        self.name.strip_prefix(stack).is_some_and(|rest| rest.starts_with('.'))
    }

    /// What tells it from others of its kind: metric filters of several log groups may share a name, and subscriptions an endpoint.
    pub(crate) fn key(&self) -> (Kind, String, String) {
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

    pub(crate) fn is(&self, other: &Resource) -> bool {
        self.key() == other.key()
    }

    /// Whether it carries the tag of one of these stacks.
    pub(crate) fn is_tagged(&self, stacks: &[String]) -> bool {
        self.tags.get(STACK_TAG).is_some_and(|name| stacks.contains(name))
    }

    /// Its ARN, where calls need it. A subscription has none until it is confirmed.
    pub(crate) fn arn(&self, target: &Target) -> String {
        match self.kind {
            Kind::Subscription => {
                // "PendingConfirmation" is in its place until it is confirmed, "Deleted" afterwards
                let arn = text(&self.answer, "SubscriptionArn");
                if arn.starts_with("arn:") { arn.to_owned() } else { String::new() }
            }
            Kind::LogGroup => target.arn("logs", &format!("log-group:{}", self.name)),
            Kind::Alarm | Kind::CompositeAlarm => target.arn("cloudwatch", &format!("alarm:{}", self.name)),
            _ => target.arn("sns", &self.name),
        }
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
pub(crate) fn is_empty(value: &Value) -> bool {
    let (null, no, list, map) = (Value::Null, json!(false), json!([]), json!({}));
    [null, no, list, map].contains(value)
}

/// A list of pairs as a map.
fn pairs(list: &[Value], key: &str, value: &str) -> Value {
    let pair = |it: &Value| Some((it.get(key)?.as_str()?.to_owned(), it.get(value)?.clone()));
    Value::Object(list.iter().filter_map(pair).collect())
}

/// A map as a list of pairs.
pub(crate) fn listed(map: &Map<String, Value>, key: &str, value: &str) -> Value {
    map.iter().map(|(name, text)| json!({ key: name, value: text })).collect()
}

/// The tags of an answer: a list of pairs or a map.
pub(crate) fn tags(value: Option<&Value>) -> Tags {
    let map = match value {
        Some(Value::Array(list)) => pairs(list, "Key", "Value"),
        other => other.cloned().unwrap_or_default(),
    };
    serde_json::from_value(map).unwrap_or_default()
}

/// Sets the value at a pointer; numbers in the pointer are places of a list.
pub(crate) fn put(document: &mut Value, pointer: &str, value: Value) {
    let Some(path) = pointer.strip_prefix('/') else { return *document = value };
    let (part, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
    let place = part.parse::<usize>().ok();
    if place.is_some() && !document.is_array() || place.is_none() && !document.is_object() {
        *document = if place.is_some() { json!([]) } else { json!({}) };
    }
    let next = match (document, place) {
        (Value::Array(list), Some(place)) => {
            list.resize(list.len().max(place + 1), json!({}));
            list.get_mut(place)
        }
        (Value::Object(map), _) => Some(map.entry(part).or_insert(Value::Null)),
        _ => None,
    };
    next.into_iter().for_each(|next| put(next, rest, value.clone()));
}

/// Characters of a text in the short form of a plan.
pub(crate) const SHORT: usize = 60;

/// A value on one line.
pub(crate) fn on_one_line(value: &Value) -> String {
    match value {
        Value::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Value::Null => "(none)".to_owned(),
        other => other.to_string(),
    }
}

/// A value on one line, cut if it is long.
pub(crate) fn short(value: &Value) -> String {
    let line = on_one_line(value);
    match line.char_indices().nth(SHORT) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}
