//! Terraform's JSON syntax by type: an [`Expression`] is made of a text only by escaping it, so that no text from a stack,
//! a rule file or an account is read as a template.
//!
//! In JSON syntax Terraform reads every string of an expression as a template, the keys of objects too
//! (<https://developer.hashicorp.com/terraform/language/syntax/json>, "Expression Mapping").

use super::{ACCOUNT, PARTITION};
use serde_json::{Map, Value};

/// A value of an argument.
#[derive(Clone)]
pub(super) struct Expression(Value);

/// A name of a resource or variable: ASCII letters, digits and `_`; the first is a letter.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Identifier(String);

/// The body of a block: arguments by name.
#[derive(Clone, Default)]
pub(super) struct Body(Map<String, Value>);

impl Identifier {
    /// Of a kind, which begins with a letter, and any text.
    pub(super) fn new(kind: &str, text: &str) -> Self {
        let is_word = |c: char| c.is_ascii_alphanumeric();
        let word = |c: char| if is_word(c) { c.to_ascii_lowercase() } else { '_' };
        Identifier(format!("{kind}_{text}").chars().map(word).collect())
    }

    pub(super) fn numbered(&self, number: usize) -> Self {
        Identifier(format!("{}{number}", self.0))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// `$${` and `%%{` are Terraform's escapes.
fn literal(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}

/// A text that holds account and partition as [`ACCOUNT`] and [`PARTITION`].
fn with_account(text: &str) -> Expression {
    // in a policy, which is JSON within JSON, the marks are escaped
    let json_mark = |mark: &str| mark.replace('\u{1}', "\\u0001");
    let mut result = literal(text);
    for (mark, attribute) in [
        (ACCOUNT, "data.aws_caller_identity.current.account_id"),
        (PARTITION, "data.aws_partition.current.partition"),
    ] {
        let reference = format!("${{{attribute}}}");
        result = result.replace(mark, &reference).replace(&json_mark(mark), &reference);
    }
    Expression(Value::String(result))
}

impl Expression {
    /// An ARN that the stack makes of names that AWS limits, with account and partition of whoever runs Terraform. Not for
    /// other texts: a text could hold the marks.
    pub(super) fn arn(arn: &str) -> Self {
        with_account(arn)
    }

    /// A policy that the stack makes, as the text that Terraform wants; as [`arn`](Expression::arn).
    pub(super) fn policy(policy: &Value) -> Self {
        with_account(&policy.to_string())
    }

    /// `${kind.label.attribute}`, and what is put behind it.
    pub(super) fn attribute(kind: &'static str, label: &Identifier, attribute: &'static str) -> Self {
        Expression(Value::String(format!("${{{kind}.{}.{attribute}}}", label.0)))
    }

    /// The same with `:*` at the end: all streams of a log group.
    pub(super) fn streams_of(kind: &'static str, label: &Identifier) -> Self {
        Expression(Value::String(format!("${{{kind}.{}.arn}}:*", label.0)))
    }

    /// `${var.label}`
    pub(super) fn variable(label: &Identifier) -> Self {
        Expression(Value::String(format!("${{var.{}}}", label.0)))
    }

    /// An address, as `depends_on` and `import` take it: no template.
    pub(super) fn address(kind: &'static str, label: &Identifier) -> Self {
        Expression(Value::String(format!("{kind}.{}", label.0)))
    }

    /// A map; `None` if it is empty.
    pub(super) fn map<'a>(entries: impl IntoIterator<Item = (&'a String, &'a String)>) -> Option<Self> {
        let entries = entries.into_iter();
        let map: Map<String, Value> =
            entries.map(|(key, value)| (literal(key), Value::String(literal(value)))).collect();
        (!map.is_empty()).then_some(Expression(Value::Object(map)))
    }

    pub(super) fn list(items: impl IntoIterator<Item = Expression>) -> Self {
        Expression(items.into_iter().map(|it| it.0).collect())
    }

    /// Blocks of one type.
    pub(super) fn blocks(items: impl IntoIterator<Item = Body>) -> Self {
        Expression(items.into_iter().map(|it| Value::Object(it.0)).collect())
    }
}

impl From<&str> for Expression {
    fn from(text: &str) -> Self {
        Expression(Value::String(literal(text)))
    }
}

impl From<&String> for Expression {
    fn from(text: &String) -> Self {
        Expression::from(text.as_str())
    }
}

impl From<bool> for Expression {
    fn from(value: bool) -> Self {
        Expression(Value::Bool(value))
    }
}

impl From<i32> for Expression {
    fn from(value: i32) -> Self {
        Expression(Value::from(value))
    }
}

impl From<f64> for Expression {
    fn from(value: f64) -> Self {
        Expression(Value::from(value))
    }
}

impl Body {
    pub(super) fn set(mut self, name: &'static str, value: impl Into<Expression>) -> Self {
        self.0.insert(name.to_owned(), value.into().0);
        self
    }

    /// Nothing if there is no value.
    pub(super) fn maybe(self, name: &'static str, value: Option<impl Into<Expression>>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// A nested block.
    pub(super) fn block(mut self, name: &'static str, body: Body) -> Self {
        self.0.insert(name.to_owned(), Value::Object(body.0));
        self
    }

    /// A nested block with a label.
    pub(super) fn labelled(&mut self, label: &Identifier, body: Body) {
        self.0.insert(label.0.clone(), Value::Object(body.0));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The whole file.
    pub(super) fn text(&self) -> String {
        serde_json::to_string_pretty(&self.0).unwrap_or_default() + "\n"
    }
}
