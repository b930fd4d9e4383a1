//! `data "aws_iam_policy_document"`: the policy that Terraform's provider makes of the block, without a call to AWS.

use super::expansion::OPEN;
use super::functions::encoded;
use super::scope::{Evaluator, Scope};
use super::syntax::Body;
use crate::sources::value::{Data, Place, Value};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The type of the data source.
pub(super) const KIND: &str = "aws_iam_policy_document";

const STATEMENT: &str = "Statement";

/// The elements of a statement that are texts or lists of texts, with their names in the block.
const ELEMENTS: [(&str, &str); 6] = [
    ("Sid", "sid"),
    ("Effect", "effect"),
    ("Action", "actions"),
    ("NotAction", "not_actions"),
    ("Resource", "resources"),
    ("NotResource", "not_resources"),
];

/// Arguments with policies, in the order in which they are merged, and those of earlier versions of the provider. `None` stands for the
/// statements of the block.
const MERGED: [Option<&str>; 5] = [
    Some("source_json"),
    Some("source_policy_documents"),
    None,
    Some("override_policy_documents"),
    Some("override_json"),
];

impl Evaluator<'_> {
    /// The attributes of one instance of the data source.
    pub(super) fn policy_document(&self, body: &Body, scope: &Scope) -> Value {
        let block = self.body_with(body, scope, true);
        let json = match self.merged(&block, scope) {
            Ok(statements) => encoded(&policy(&block, statements), body.at),
            Err(why) => Value::unknown(why, body.at),
        };
        let attributes = ["json", "minified_json"].map(|name| (name.to_owned(), json.clone()));
        Value::map(attributes.into_iter().collect(), body.at)
    }

    /// The statements. One takes the place of an earlier one with its `Sid`.
    fn merged(&self, block: &Value, scope: &Scope) -> Result<Vec<Value>, String> {
        let mut all: Vec<Value> = Vec::new();
        for argument in MERGED {
            let new = match argument {
                None => listed(block.get("statement")).iter().map(statement).collect(),
                Some(name) => self.of_policies(name, block.get(name), scope)?,
            };
            for one in new {
                let sid = |it: &Value| it.get("Sid")?.to_string().filter(|sid| !sid.is_empty());
                let known =
                    sid(&one).and_then(|new| all.iter_mut().find(|it| sid(it).as_ref() == Some(&new)));
                match known {
                    Some(known) => *known = one,
                    None => all.push(one),
                }
            }
        }
        Ok(all)
    }

    /// The statements of other policies.
    fn of_policies(&self, name: &str, value: Option<&Value>, scope: &Scope) -> Result<Vec<Value>, String> {
        let Some(value) = value.filter(|it| !it.is_null()) else { return Ok(Vec::new()) };
        let open = |why: &dyn std::fmt::Display| format!("a policy of `{name}` is not known: {why}");
        if let Data::Unknown(why) = &value.data {
            return Err(open(why));
        }
        let mut all = Vec::new();
        for one in listed(Some(value)) {
            if one.is_null() || one.as_str().is_some_and(|text| text.trim().is_empty()) {
                continue;
            }
            let policy = match &one.data {
                Data::Text(text) if text.encodes.is_some() => text.encodes.clone().unwrap_or(one),
                _ => self.function("jsondecode", vec![one.clone()], one.at, scope),
            };
            match (policy.as_map(), policy.why_unknown()) {
                (Some(map), _) => match map.get(STATEMENT) {
                    Some(Value { data: Data::Unknown(why), .. }) => return Err(open(why)),
                    found => all.extend(listed(found)),
                },
                (None, Some(why)) => return Err(open(why)),
                (None, None) => return Err(open(&"it is no JSON object")),
            }
        }
        Ok(all)
    }
}

fn policy(block: &Value, statements: Vec<Value>) -> Value {
    let version = block.get("version").filter(|it| !it.is_null()).cloned();
    let mut members = BTreeMap::from([
        ("Version".to_owned(), version.unwrap_or_else(|| Value::computed("2012-10-17", block.at))),
        (STATEMENT.to_owned(), Value::list(statements, block.at)),
    ]);
    if let Some(id) = block.get("policy_id").filter(|it| !it.is_null()) {
        members.insert("Id".to_owned(), id.clone());
    }
    Value::map(members, block.at)
}

/// A list, or the one value that is there without a list.
fn listed(value: Option<&Value>) -> Vec<Value> {
    match value {
        None => Vec::new(),
        Some(Value { data: Data::Null, .. }) => Vec::new(),
        Some(Value { data: Data::List(list), .. }) => list.to_vec(),
        Some(one) => vec![one.clone()],
    }
}

/// A `statement` block as a statement of a policy.
fn statement(block: &Value) -> Value {
    let at = block.at;
    let mut members = BTreeMap::from([("Effect".to_owned(), Value::computed("Allow", at))]);
    for (element, name) in ELEMENTS {
        if let Some(value) = block.get(name).filter(|it| !it.is_null()) {
            let is_empty = value.as_list().is_some_and(<[Value]>::is_empty);
            if !is_empty && value.as_str() != Some("") {
                members.insert(element.to_owned(), texts(value));
            }
        }
    }
    let principals = [("Principal", "principals"), ("NotPrincipal", "not_principals")];
    for (element, name) in principals {
        let blocks = listed(block.get(name));
        if !blocks.is_empty() {
            members.insert(element.to_owned(), principal(&blocks, at));
        }
    }
    let mut conditions = conditions(&listed(block.get("condition")), at);
    if let Some(why) = why_open(block) {
        conditions.insert(String::new(), open(why, at));
    }
    if !conditions.is_empty() {
        members.insert("Condition".to_owned(), Value::map(conditions, at));
    }
    Value::map(members, at)
}

/// Why a block is not known, or how many there are.
fn why_open(block: &Value) -> Option<Rc<str>> {
    match block.get(OPEN) {
        Some(open) => open.any_unknown(),
        None => block.why_unknown().cloned(),
    }
}

/// A condition that is not known: its operator and its key are none of AWS's.
fn open(why: Rc<str>, at: Place) -> Value {
    Value::map(BTreeMap::from([(String::new(), Value::unknown(why, at))]), at)
}

/// Texts as a policy has them: one is there without a list, and `&{` stands for the `${` of IAM's variables.
fn texts(value: &Value) -> Value {
    let Some(list) = value.as_list() else { return text(value) };
    let mut list: Vec<Value> = list.iter().map(text).collect();
    if list.iter().all(|it| it.as_str().is_some()) {
        list.sort_by(|a, b| b.as_str().cmp(&a.as_str()));
    }
    match list.as_slice() {
        [one] => one.clone(),
        _ => Value::list(list, value.at),
    }
}

fn text(value: &Value) -> Value {
    match value.as_str().filter(|text| text.contains("&{")) {
        Some(text) => Value::computed(text.replace("&{", "${"), value.at),
        None => value.clone(),
    }
}

/// The principals by their types. A type that is not known has an empty name.
fn principal(blocks: &[Value], at: Place) -> Value {
    let mut by_type: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for block in blocks {
        let kind = block.get("type").and_then(Value::to_string);
        let why = why_open(block).or_else(|| block.get("type")?.any_unknown());
        if let Some(why) = why {
            by_type.entry(String::new()).or_default().push(Value::unknown(why, at));
        }
        if let Some(kind) = kind {
            by_type.entry(kind).or_default().extend(listed(block.get("identifiers").map(texts).as_ref()));
        }
    }
    let all = by_type.get("*").filter(|_| by_type.len() == 1);
    if let Some([one]) = all.map(Vec::as_slice)
        && one.as_str() == Some("*")
    {
        return one.clone();
    }
    let members = by_type.into_iter().map(|(kind, list)| (kind, texts(&Value::list(list, at))));
    Value::map(members.collect(), at)
}

/// The conditions by operator and key.
fn conditions(blocks: &[Value], at: Place) -> BTreeMap<String, Value> {
    let mut all: BTreeMap<String, Value> = BTreeMap::new();
    for block in blocks {
        let known = |name: &str| block.get(name).and_then(Value::to_string);
        let unknown = || ["test", "variable"].iter().find_map(|name| block.get(name)?.any_unknown());
        let (operator, key, values) = match (known("test"), known("variable"), why_open(block)) {
            (Some(test), Some(variable), None) => {
                (test, variable, block.get("values").map_or_else(|| Value::list(Vec::new(), at), texts))
            }
            (_, _, why) => {
                let why = why.or_else(unknown).unwrap_or_else(|| "a condition without a test".into());
                (String::new(), String::new(), Value::unknown(why, at))
            }
        };
        let mut keys = all.get(&operator).and_then(Value::as_map).cloned().unwrap_or_default();
        let values = match keys.remove(&key) {
            Some(before) => Value::list([listed(Some(&before)), listed(Some(&values))].concat(), at),
            None => values,
        };
        keys.insert(key, values);
        all.insert(operator, Value::map(keys, at));
    }
    all
}
