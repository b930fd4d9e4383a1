//! Values of a template: texts that the template must take literally, and code that the export writes.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A value of a template.
#[derive(Debug, Clone)]
pub(super) enum Node {
    /// A value from a stack, a rule file or an account: no text in it is evaluated.
    Literal(Value),
    /// Made here of names that AWS limits to characters without a meaning: the template evaluates it.
    Code(Value),
    Map(BTreeMap<String, Node>),
    List(Vec<Node>),
}

impl Default for Node {
    fn default() -> Self {
        Node::Map(BTreeMap::new())
    }
}

impl Node {
    /// Sets the value at a pointer; numbers in the pointer are places of a list.
    pub(super) fn put(&mut self, pointer: &str, value: Node) {
        let Some(path) = pointer.strip_prefix('/') else { return };
        let (first, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
        if let Ok(place) = first.parse::<usize>() {
            if !matches!(self, Node::List(_)) {
                *self = Node::List(Vec::new());
            }
            let Node::List(list) = self else { return };
            while list.len() <= place {
                list.push(Node::default());
            }
            if let Some(next) = list.get_mut(place) {
                next.set(rest, value);
            }
            return;
        }
        if let Node::Code(Value::Object(map)) = self {
            *self = Node::Map(
                std::mem::take(map).into_iter().map(|(key, value)| (key, Node::Code(value))).collect(),
            );
        }
        if !matches!(self, Node::Map(_)) {
            *self = Node::default();
        }
        if let Node::Map(map) = self {
            map.entry(first.to_owned()).or_default().set(rest, value);
        }
    }

    fn set(&mut self, rest: &str, value: Node) {
        if rest.is_empty() { *self = value } else { self.put(rest, value) }
    }

    pub(super) fn with(mut self, pointer: &str, value: impl Into<Node>) -> Self {
        self.put(pointer, value.into());
        self
    }

    /// A member of a map.
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        if let Node::Map(map) = self { map.get(name) } else { None }
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Node::Map(map) if map.is_empty())
    }

    /// The JSON in which `text` writes each literal text; keys of literal maps are texts, too.
    pub(super) fn json(&self, text: &mut dyn FnMut(&str) -> String) -> Value {
        match self {
            Node::Code(value) => value.clone(),
            Node::Literal(value) => literal(value, text),
            Node::List(list) => list.iter().map(|it| it.json(text)).collect(),
            Node::Map(map) => {
                Value::Object(map.iter().map(|(key, it)| (key.clone(), it.json(text))).collect())
            }
        }
    }
}

fn literal(value: &Value, text: &mut dyn FnMut(&str) -> String) -> Value {
    match value {
        Value::String(it) => json!(text(it)),
        Value::Array(list) => list.iter().map(|it| literal(it, text)).collect(),
        Value::Object(map) => {
            let entry = |(key, it): (&String, &Value)| (text(key), literal(it, text));
            Value::Object(map.iter().map(entry).collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

impl From<Value> for Node {
    fn from(value: Value) -> Self {
        Node::Code(value)
    }
}
