//! Policies: the statements that a stack writes, and whether a policy lets a service do something.

mod document;
mod verdict;
mod written;

pub(crate) use document::statements;
pub(crate) use verdict::{CLOUDWATCH, Request, Verdict, verdict};
pub use written::Policy;
pub(crate) use written::Statement;

use crate::stack::{Stack, Target};
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

/// The stack's own statement in a policy.
pub(crate) fn own(policy: &str, stack: &str) -> Value {
    let is_own = |it: &Value| it.get("Sid").and_then(Value::as_str) == Some(sid(stack).as_str());
    statements(policy).unwrap_or_default().into_iter().find(is_own).unwrap_or_default()
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

/// The statements that let anybody do something: a principal `*`, or all but some, without a condition.
pub(crate) fn public(policy: &str) -> Vec<String> {
    let is_public = |it: &Value| {
        it.get("Effect").and_then(Value::as_str) == Some("Allow")
            && (it.get("NotPrincipal").is_some()
                || it.get("Principal").is_some_and(|it| verdict::is_principal(it, "") == Some(true)))
            && it.get("Condition").is_none_or(|it| *it == json!({}))
    };
    let name = |it: &Value| it.get("Sid").and_then(Value::as_str).unwrap_or("without a Sid").to_owned();
    statements(policy).unwrap_or_default().iter().filter(|it| is_public(it)).map(name).collect()
}
