//! Values of a CloudFormation template by type: a [`Text`] is made only of what CloudFormation takes as it is.

use super::{ACCOUNT, PARTITION};
use serde_json::{Map, Value, json};

/// What CloudFormation would replace in a text from a stack or a rule: `{{resolve:…}}`, a dynamic reference
/// (AWS CloudFormation User Guide, "Get values stored in other services using dynamic references").
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DynamicReference {
    /// The property that the text would be written to.
    pub(super) property: &'static str,
    /// The text.
    pub(super) text: String,
}

/// The value of a property.
#[derive(Clone)]
pub(super) struct Property(Value);

/// Properties by name, and what is wrong with them.
#[derive(Clone, Default)]
pub(super) struct Properties {
    map: Map<String, Value>,
    refused: Vec<DynamicReference>,
}

/// A name of a resource or parameter: ASCII letters and digits.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct LogicalId(String);

impl LogicalId {
    /// `MetricFilterRootLogin` of `metric filter root-login`.
    pub(super) fn new(text: &str) -> Self {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        LogicalId(
            words
                .map(|word| {
                    let (first, rest) = word.split_at(1);
                    first.to_ascii_uppercase() + rest
                })
                .collect(),
        )
    }

    pub(super) fn numbered(&self, number: usize) -> Self {
        LogicalId(format!("{}{number}", self.0))
    }

    pub(super) fn followed_by(&self, word: &'static str) -> Self {
        LogicalId(format!("{}{word}", self.0))
    }
}

impl Property {
    pub(super) fn reference(id: &LogicalId) -> Self {
        Property(json!({ "Ref": id.0 }))
    }

    pub(super) fn arn_of(id: &LogicalId) -> Self {
        Property(json!({ "Fn::GetAtt": [id.0, "Arn"] }))
    }

    pub(super) fn id(id: &LogicalId) -> Self {
        Property(json!(id.0))
    }

    /// An ARN or a policy that the stack makes of names that AWS limits, with account and partition of whoever deploys. Not
    /// for other texts: a text could hold the marks.
    pub(super) fn with_account(value: &Value) -> Self {
        Property(sub(value))
    }

    pub(super) fn list(items: impl IntoIterator<Item = Property>) -> Self {
        Property(items.into_iter().map(|it| it.0).collect())
    }
}

impl From<bool> for Property {
    fn from(value: bool) -> Self {
        Property(Value::Bool(value))
    }
}

impl From<i32> for Property {
    fn from(value: i32) -> Self {
        Property(Value::from(value))
    }
}

impl From<f64> for Property {
    fn from(value: f64) -> Self {
        Property(Value::from(value))
    }
}

impl From<&'static str> for Property {
    fn from(value: &'static str) -> Self {
        Property(json!(value))
    }
}

impl Properties {
    pub(super) fn set(mut self, name: &'static str, value: impl Into<Property>) -> Self {
        self.map.insert(name.to_owned(), value.into().0);
        self
    }

    /// Nothing if there is no value.
    pub(super) fn maybe(self, name: &'static str, value: Option<impl Into<Property>>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// A text from a stack or a rule; one that CloudFormation would replace is kept for [`finish`](Properties::finish).
    pub(super) fn text(mut self, name: &'static str, text: &str) -> Self {
        if is_dynamic(text) {
            self.refused.push(DynamicReference { property: name, text: text.to_owned() });
        }
        self.map.insert(name.to_owned(), json!(text));
        self
    }

    pub(super) fn maybe_text(self, name: &'static str, text: Option<&String>) -> Self {
        match text {
            Some(text) => self.text(name, text),
            None => self,
        }
    }

    /// Nested properties.
    pub(super) fn nested(mut self, name: &'static str, properties: Properties) -> Self {
        self.map.insert(name.to_owned(), Value::Object(properties.map));
        self.refused.extend(properties.refused);
        self
    }

    /// A list of nested properties.
    pub(super) fn each(mut self, name: &'static str, list: impl IntoIterator<Item = Properties>) -> Self {
        let mut values = Vec::new();
        for properties in list {
            values.push(Value::Object(properties.map));
            self.refused.extend(properties.refused);
        }
        self.map.insert(name.to_owned(), Value::Array(values));
        self
    }

    /// Entries under names of the template.
    pub(super) fn under(&mut self, id: &LogicalId, properties: Properties) {
        self.map.insert(id.0.clone(), Value::Object(properties.map));
        self.refused.extend(properties.refused);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    pub(super) fn refused(&self) -> &[DynamicReference] {
        &self.refused
    }

    /// The text of the whole template.
    ///
    /// # Errors
    /// All texts that CloudFormation would replace.
    pub(super) fn finish(self) -> Result<String, Vec<DynamicReference>> {
        if self.refused.is_empty() {
            Ok(serde_json::to_string_pretty(&self.map).unwrap_or_default() + "\n")
        } else {
            Err(self.refused)
        }
    }
}

/// Whether CloudFormation might see a dynamic reference. It documents `{{resolve:`; other cases and blanks are refused too.
fn is_dynamic(text: &str) -> bool {
    text.match_indices("{{").any(|(at, braces)| {
        let rest = text.get(at + braces.len()..).unwrap_or_default();
        let rest = rest.trim_start_matches(|c: char| c == '{' || c.is_whitespace());
        rest.get(.."resolve".len()).is_some_and(|word| word.eq_ignore_ascii_case("resolve"))
    })
}

/// With `Fn::Sub` round every text that names the account.
fn sub(value: &Value) -> Value {
    match value {
        Value::String(text) if [ACCOUNT, PARTITION].iter().any(|mark| text.contains(mark)) => {
            let text = text.replace("${", "${!");
            let text = text.replace(ACCOUNT, "${AWS::AccountId}").replace(PARTITION, "${AWS::Partition}");
            if text == "${AWS::AccountId}" {
                json!({ "Ref": "AWS::AccountId" })
            } else {
                json!({ "Fn::Sub": text })
            }
        }
        Value::Array(list) => list.iter().map(sub).collect(),
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, value)| (key.clone(), sub(value))).collect())
        }
        other => other.clone(),
    }
}
