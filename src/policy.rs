//! Policies: the statements that a stack writes, and whether a policy lets alarms publish.

use crate::semantics::Wildcard;
use crate::stack::{Stack, Target};
use crate::wildcard::WildcardPattern;
use serde_json::{Value, json};

/// The `Sid` of the stack's statement in the policy of its topic.
pub(crate) fn sid(stack: &str) -> String {
    format!("cwfilter-{stack}-alarms")
}

/// Lets the account's alarms publish ("Setting up Amazon SNS notifications": the condition on the source).
pub(crate) fn alarms_publish(stack: &Stack, target: &Target, topic: &str) -> Value {
    json!({
        "Sid": sid(&stack.name),
        "Effect": "Allow",
        "Principal": { "Service": "cloudwatch.amazonaws.com" },
        "Action": "SNS:Publish",
        "Resource": topic,
        "Condition": {
            "ArnLike": { "aws:SourceArn": target.arn("cloudwatch", "alarm:*") },
            "StringEquals": { "aws:SourceAccount": target.account },
        },
    })
}

/// Refuses requests without TLS (Security Hub control S3.5; AWS Well-Architected, "SNS: enforce encryption in transit").
pub(crate) fn only_tls(action: &str, resources: Value) -> Value {
    json!({
        "Sid": "only-tls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": resources,
        "Condition": { "Bool": { "aws:SecureTransport": "false" } },
    })
}

/// A value that may be one or a list.
fn many(value: Option<&Value>) -> Vec<&Value> {
    match value {
        Some(Value::Array(list)) => list.iter().collect(),
        Some(other) => vec![other],
        None => Vec::new(),
    }
}

/// The statements of a policy. A single one may be there without a list.
pub(crate) fn statements(policy: &str) -> Vec<Value> {
    let document: Value = serde_json::from_str(policy).unwrap_or_default();
    many(document.get("Statement")).into_iter().cloned().collect()
}

/// The stack's own statement in a policy.
pub(crate) fn own(policy: &str, stack: &str) -> Value {
    let is_own = |it: &Value| it.get("Sid").and_then(Value::as_str) == Some(sid(stack).as_str());
    statements(policy).into_iter().find(is_own).unwrap_or_default()
}

/// The policy with a statement in place of the one with its `Sid` and of those of the stack's earlier names; all others stay. `None` if
/// there is nothing to change.
///
/// # Errors
/// A text that is no policy: it is not replaced.
pub(crate) fn with(policy: &str, statement: &Value, was: &[String]) -> Result<Option<String>, String> {
    let mut document: Value = match policy.trim() {
        "" => json!({ "Version": "2012-10-17", "Statement": [] }),
        text => serde_json::from_str(text)
            .map_err(|error| format!("the topic's policy cannot be read: {error}"))?,
    };
    let object = document.as_object_mut().ok_or("the topic's policy is no JSON object")?;
    let list = object.entry("Statement").or_insert_with(|| json!([]));
    if list.is_object() {
        *list = json!([list.take()]);
    }
    let list = list.as_array_mut().ok_or("the topic's policy has no list of statements")?;
    let before = list.clone();
    list.retain(|it| !was.iter().any(|stack| it.get("Sid") == Some(&json!(sid(stack)))));
    match list.iter_mut().find(|it| it.get("Sid") == statement.get("Sid")) {
        Some(it) => *it = statement.clone(),
        None => list.push(statement.clone()),
    }
    let is_changed = *list != before;
    Ok(is_changed.then(|| document.to_string()))
}

fn like(pattern: &str, text: &str) -> bool {
    WildcardPattern::new(pattern, Wildcard::Glob).is_match(text.as_bytes())
}

/// Whether a statement is about an action, with `*` in patterns.
fn is_about(statement: &Value, action: &str) -> bool {
    let mut patterns = many(statement.get("Action")).into_iter().filter_map(Value::as_str);
    patterns.any(|pattern| like(&pattern.to_ascii_lowercase(), &action.to_ascii_lowercase()))
}

fn is_principal(statement: &Value, service: &str) -> bool {
    let principal = statement.get("Principal");
    let of = |kind: &str| many(principal.and_then(|it| it.get(kind)));
    let is_all = |value: &Value| value == "*";
    principal.is_some_and(is_all)
        || of("AWS").into_iter().any(is_all)
        || of("Service").into_iter().any(|it| it == service)
}

/// The texts of a condition on a key, and its operator.
fn conditions(statement: &Value) -> Vec<(String, String, Vec<String>)> {
    let operators = statement.get("Condition").and_then(Value::as_object).into_iter().flatten();
    let keys = |(operator, keys): (&String, &Value)| {
        let texts = |value: &Value| {
            many(Some(value)).into_iter().filter_map(|it| Some(it.as_str()?.to_owned())).collect()
        };
        let all = keys.as_object().into_iter().flatten();
        let key =
            |(key, value): (&String, &Value)| (operator.clone(), key.to_ascii_lowercase(), texts(value));
        all.map(key).collect::<Vec<_>>()
    };
    operators.flat_map(keys).collect()
}

/// Whether a condition holds for a request that CloudWatch makes for an alarm of the account; `None` if that is not known.
fn holds(operator: &str, key: &str, texts: &[String], target: &Target) -> Option<bool> {
    let is_one_of = |text: &str| texts.iter().any(|pattern| like(pattern, text));
    Some(match key {
        "aws:sourceaccount" | "aws:sourceowner" | "aws:principalaccount" => is_one_of(&target.account),
        "aws:sourcearn" => {
            let prefix = target.arn("cloudwatch", "alarm:");
            texts
                .iter()
                .any(|text| text == "*" || text.starts_with(&prefix) || is_one_of(&format!("{prefix}x")))
        }
        "aws:securetransport" => texts.iter().any(|text| text == "true"),
        _ => return None,
    })
    .map(|is| is != operator.contains("Not"))
}

/// Whether a policy lets CloudWatch do something for alarms of the account; `None` if a condition is not known.
pub(crate) fn lets_cloudwatch(policy: &str, action: &str, target: &Target) -> Option<bool> {
    let (mut is_allowed, mut is_unknown) = (false, false);
    for statement in statements(policy) {
        if !is_about(&statement, action) || !is_principal(&statement, "cloudwatch.amazonaws.com") {
            continue;
        }
        let conditions = conditions(&statement);
        let mut holding = conditions.iter().map(|(operator, key, texts)| holds(operator, key, texts, target));
        let holds = if holding.clone().any(|it| it == Some(false)) {
            Some(false)
        } else {
            holding.find(Option::is_none).unwrap_or(Some(true))
        };
        match (statement.get("Effect").and_then(Value::as_str), holds) {
            (Some("Deny"), Some(true)) => return Some(false),
            (Some("Allow"), Some(true)) => is_allowed = true,
            (_, None) => is_unknown = true,
            _ => {}
        }
    }
    if is_unknown { None } else { Some(is_allowed) }
}

/// The statements that let anybody do something: a principal `*` without a condition.
pub(crate) fn public(policy: &str) -> Vec<String> {
    let is_public = |it: &Value| {
        it.get("Effect").and_then(Value::as_str) == Some("Allow")
            && is_principal(it, "")
            && conditions(it).is_empty()
    };
    let name = |it: &Value| it.get("Sid").and_then(Value::as_str).unwrap_or("without a Sid").to_owned();
    statements(policy).iter().filter(|it| is_public(it)).map(name).collect()
}
