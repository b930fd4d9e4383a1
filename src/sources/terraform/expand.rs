//! `count`, `for_each` and `dynamic`: one block, several instances.

use super::expansion::{Expansion, Form, OPEN, One};
use super::kinds::{entries, key_text, number};
use super::scope::{Evaluator, Scope};
use super::syntax::{Block, Body, ExprKind};
use crate::limits::EXPANDED_VALUES;
use crate::sources::made::Made;
use crate::sources::value::{Data, Place, Value};
use hcl_edit::expr::Expression;

/// The bound is [`EXPANDED_VALUES`].
const TOO_MANY: &str = "there are more than 10000 instances";

impl Evaluator<'_> {
    /// The instances of a block. Of a number that is not known, and of none, there is one: what it says can still be checked.
    pub(super) fn expand(&self, body: &Body, scope: &Scope) -> Expansion {
        if let Some(expr) = body.attribute("for_each") {
            return for_each(&self.value(expr, scope), expr.at());
        }
        let Some(expr) = body.attribute("count") else {
            let one = One { key: String::new(), name: String::new(), names: Vec::new() };
            return Expansion { instances: vec![one], made: Made::Yes, form: Form::Single };
        };
        let count = self.value(expr, scope);
        let (instances, made) = match number(&count) {
            Some(count) if count > EXPANDED_VALUES as f64 => {
                let index = Value::unknown(TOO_MANY, expr.at());
                let one = One::new(String::new(), String::new(), "count", vec![("index", index)], expr.at());
                return Expansion { instances: vec![one], made: Made::Yes, form: Form::Count };
            }
            Some(count) if count >= 1.0 => (count as usize, Made::Yes),
            Some(_) => (1, Made::No),
            None => (1, Made::Unknown(why_not(&count, "count"))),
        };
        let one = |index: usize| {
            let number = Value::new(Data::Number(index as f64), expr.at());
            One::new(format!("[{index}]"), index.to_string(), "count", vec![("index", number)], expr.at())
        };
        Expansion { instances: (0..instances).map(one).collect(), made, form: Form::Count }
    }

    /// The blocks that a `dynamic` block makes. Of a number that is not known there is one, with the reason if that is asked for.
    pub(super) fn dynamic(&self, block: &Block, scope: &Scope, says_open: bool) -> Vec<Value> {
        let Some(content) = block.body.blocks.iter().find(|inner| inner.kind == "content") else {
            return Vec::new();
        };
        let Some(expr) = block.body.attribute("for_each") else { return Vec::new() };
        let collection = self.value(expr, scope);
        let iterator = block.body.attribute("iterator").and_then(|expr| match &expr.kind {
            ExprKind::Hcl(Expression::Variable(name)) => Some(name.as_str().to_owned()),
            _ => None,
        });
        let iterator = iterator.unwrap_or_else(|| block.label(0).to_owned());
        let with = |key: Value, value: Value| {
            let members = [("key".to_owned(), key), ("value".to_owned(), value)];
            let mut inner = scope.clone();
            inner.names.push((iterator.clone(), Value::map(members.into_iter().collect(), expr.at())));
            self.body_with(&content.body, &inner, says_open)
        };
        match entries(&collection) {
            Some(entries) if entries.len() <= EXPANDED_VALUES => {
                entries.into_iter().map(|(key, value)| with(key, value)).collect()
            }
            many => {
                let none =
                    || collection.any_unknown().unwrap_or_else(|| "`for_each` is no collection".into());
                let why = if many.is_some() { TOO_MANY.into() } else { none() };
                let unknown = || Value::unknown(why.clone(), expr.at());
                let one = with(unknown(), unknown());
                let mut members = one.as_map().cloned().unwrap_or_default();
                if says_open {
                    members.insert(OPEN.to_owned(), unknown());
                }
                vec![Value::map(members, one.at)]
            }
        }
    }
}

/// Why the number of instances is not known.
fn why_not(value: &Value, name: &str) -> String {
    value.any_unknown().map_or_else(
        || format!("`{name}` is {}", value.kind()),
        |why| format!("`{name}` is not known: {why}"),
    )
}

fn for_each(collection: &Value, at: Place) -> Expansion {
    let form = Form::ForEach;
    let unknown = |why: String, made| {
        let member = || Value::unknown(why.clone(), at);
        let names = vec![("key", member()), ("value", member())];
        Expansion { instances: vec![One::new(String::new(), String::new(), "each", names, at)], made, form }
    };
    let Some(entries) = entries(collection) else {
        let why = collection.any_unknown().map_or_else(
            || format!("`for_each` is {}", collection.kind()),
            |why| format!("`each` is not known: {why}"),
        );
        return unknown(why, Made::Unknown(why_not(collection, "for_each")));
    };
    if entries.is_empty() {
        return unknown("`each` has no value: `for_each` is empty here".to_owned(), Made::No);
    }
    if entries.len() > EXPANDED_VALUES {
        return unknown(TOO_MANY.to_owned(), Made::Yes);
    }
    let is_map = collection.as_map().is_some();
    let instances = entries.into_iter().map(|(key, mut value)| {
        // a set: the element is the key, too
        let key = if is_map { key } else { value.clone() };
        if !is_map {
            value.fixed = Some("its text is also the key of a resource, which would change too");
        }
        let name = key_text(&key).unwrap_or_default();
        let quoted = format!("[\"{name}\"]");
        let mut key = key;
        key.fixed = Some("its text is the key of a resource, which would change too");
        One::new(quoted, name, "each", vec![("key", key), ("value", value)], at)
    });
    Expansion { instances: instances.collect(), made: Made::Yes, form }
}
