//! The inputs of the calls that write a resource: the templates of `writes.tsv` with values.

use super::schema::Form;
use super::{Resource, is_empty, listed, put};
use crate::stack::Target;
use serde_json::{Map, Value, json};

impl Resource {
    /// Its members by their names in the API.
    fn input(&self) -> Value {
        let mut input = json!({});
        let Some(schema) = self.kind.schema() else { return input };
        let [name, ..] = schema.name;
        put(&mut input, name, json!(self.name));
        for member in &schema.members {
            let value = self.get(member.name());
            // an empty text is the same as none, except of a pattern
            let is_blank = value == "" && member.absent == "" && member.name() != "filterPattern";
            if is_blank || is_empty(&value) && !member.absent.is_string() {
                continue;
            }
            let value = match (member.form, &value) {
                (Form::Dimensions, Value::Object(map)) => listed(map, "Name", "Value"),
                _ => value,
            };
            put(&mut input, member.api, value);
        }
        input
    }

    /// The value of a name in a template; null if it has none.
    pub(crate) fn value(&self, name: &str, target: &Target) -> Value {
        let pairs = || self.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
        match name {
            "name" => json!(self.name),
            "arn" => json!(self.arn(target)),
            "endpoint" => json!(self.endpoint),
            "tags" => json!(self.tags),
            "pairs" if self.tags.is_empty() => Value::Null,
            "pairs" => pairs(),
            "all" => self.input(),
            "new" => {
                let mut input = self.input();
                put(&mut input, "/Tags", pairs());
                input
            }
            member => self.get(member),
        }
    }
}

/// A template with values; `None` if it lacks one that it needs.
pub(crate) fn filled(template: &Value, value: &dyn Fn(&str) -> Value) -> Option<Value> {
    Some(match template {
        Value::String(text) => match text.strip_prefix('$') {
            Some(name) => match value(name.trim_end_matches('?')) {
                Value::Null if !name.ends_with('?') => return None,
                value => value,
            },
            None => json!(text),
        },
        Value::Array(list) => list.iter().map(|it| filled(it, value)).collect::<Option<_>>()?,
        Value::Object(map) => {
            let members = map.iter().map(|(key, it)| Some((key.clone(), filled(it, value)?)));
            let members: Map<String, Value> = members.collect::<Option<_>>()?;
            members.into_iter().filter(|(_, value)| !value.is_null()).collect()
        }
        other => other.clone(),
    })
}
