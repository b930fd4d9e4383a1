//! The `userIdentity` of a generated record, by its type: CloudTrail user guide, "userIdentity element", and recorded events.

use crate::syntax::ast::Selector;
use serde_json::{Value as Json, json};

/// A field of the event with its value. `None`: the event must not have it.
type Asked<'a> = (&'a Selector, Option<Json>);

/// The type that the asked fields need.
pub(super) fn kind(values: &[Asked<'_>]) -> &'static str {
    let text = |name: &str| {
        let mut at = values.iter().filter(|(selector, _)| selector.to_string() == name);
        at.find_map(|(_, value)| value.as_ref().and_then(Json::as_str))
    };
    let is_below = |name: &str| {
        values.iter().any(|(selector, value)| value.is_some() && selector.to_string().starts_with(name))
    };
    if let Some(kind) = text("$.userIdentity.type").and_then(|it| KINDS.iter().find(|kind| **kind == it)) {
        return kind;
    }
    match text("$.userIdentity.arn") {
        Some(arn) if arn.ends_with(":root") => "Root",
        Some(arn) if arn.contains(":assumed-role/") => "AssumedRole",
        Some(arn) if arn.contains(":federated-user/") => "FederatedUser",
        _ if is_below("$.userIdentity.sessionContext.sessionIssuer") => "AssumedRole",
        _ if is_below("$.userIdentity.sessionContext.webIdFederationData") => "AssumedRole",
        _ if is_below("$.userIdentity.identityProvider") => "WebIdentityUser",
        _ if is_below("$.userIdentity.credentialId") || is_below("$.userIdentity.onBehalfOf") => {
            "IdentityCenterUser"
        }
        _ => "IAMUser",
    }
}

/// As [`kind`], of a `userIdentity` that the analysis found.
pub(super) fn kind_of(found: Option<&Json>) -> &'static str {
    let text = |key: &str| found.and_then(|it| it.get(key)).and_then(Json::as_str).unwrap_or_default();
    let has = |path: &str| found.is_some_and(|it| it.pointer(path).is_some());
    let (kind, arn) = (text("type"), text("arn"));
    match KINDS.iter().find(|it| **it == kind) {
        Some(kind) => kind,
        None if arn.ends_with(":root") => "Root",
        None if arn.contains(":assumed-role/") || has("/sessionContext/sessionIssuer") => "AssumedRole",
        None if arn.contains(":federated-user/") => "FederatedUser",
        None => "IAMUser",
    }
}

/// The documented types.
const KINDS: [&str; 12] = [
    "Root",
    "IAMUser",
    "AssumedRole",
    "FederatedUser",
    "AWSService",
    "AWSAccount",
    "IdentityCenterUser",
    "SAMLUser",
    "WebIdentityUser",
    "Role",
    "Directory",
    "Unknown",
];

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
/// The key of a session begins with `ASIA`.
const SESSION_KEY: &str = "ASIAIOSFODNN7EXAMPLE";

/// A `userIdentity` of the type.
pub(super) fn identity(kind: &str) -> Json {
    match kind {
        "Root" => json!({
            "type": "Root", "principalId": "123456789012", "arn": "arn:aws:iam::123456789012:root",
            "accountId": "123456789012", "accessKeyId": KEY
        }),
        "AssumedRole" => json!({
            "type": "AssumedRole", "principalId": "AROACKCEVSQ6C2EXAMPLE:alice",
            "arn": "arn:aws:sts::123456789012:assumed-role/Audit/alice",
            "accountId": "123456789012", "accessKeyId": SESSION_KEY,
            "sessionContext": session("Role", "AROACKCEVSQ6C2EXAMPLE", "role", "Audit")
        }),
        "FederatedUser" => json!({
            "type": "FederatedUser", "principalId": "123456789012:alice",
            "arn": "arn:aws:sts::123456789012:federated-user/alice",
            "accountId": "123456789012", "accessKeyId": SESSION_KEY,
            "sessionContext": session("IAMUser", "AIDACKCEVSQ6C2EXAMPLE", "user", "bob")
        }),
        "AWSService" => json!({ "type": "AWSService", "invokedBy": "cloudformation.amazonaws.com" }),
        "AWSAccount" => json!({
            "type": "AWSAccount", "principalId": "AROACKCEVSQ6C2EXAMPLE:alice", "accountId": "123456789012"
        }),
        "IdentityCenterUser" => json!({
            "type": "IdentityCenterUser", "accountId": "123456789012",
            "onBehalfOf": {
                "userId": "a1b2c3d4-5678-90ab-cdef-EXAMPLE33333",
                "identityStoreArn": "arn:aws:identitystore::123456789012:identitystore/d-1234567890"
            },
            "credentialId": "a1b2c3d4-5678-90ab-cdef-EXAMPLE44444"
        }),
        "SAMLUser" | "WebIdentityUser" => json!({
            "type": kind, "principalId": "example.com:audience:alice", "userName": "alice", "identityProvider": "example.com"
        }),
        "Role" | "Directory" | "Unknown" => json!({
            "type": kind, "principalId": "AROACKCEVSQ6C2EXAMPLE", "accountId": "123456789012"
        }),
        _ => json!({
            "type": "IAMUser", "principalId": "AIDACKCEVSQ6C2EXAMPLE", "arn": "arn:aws:iam::123456789012:user/alice",
            "accountId": "123456789012", "accessKeyId": KEY, "userName": "alice"
        }),
    }
}

/// The session of a principal, whose ARN ends with `RESOURCE/NAME`.
fn session(kind: &str, principal: &str, resource: &str, name: &str) -> Json {
    json!({
        "sessionIssuer": {
            "type": kind, "principalId": principal, "arn": format!("arn:aws:iam::123456789012:{resource}/{name}"),
            "accountId": "123456789012", "userName": name
        },
        "attributes": { "creationDate": "2026-03-04T10:00:00Z", "mfaAuthenticated": "false" }
    })
}

/// Sets the members of a record that its identity decides, unless a condition asks for them.
pub(super) fn agree(event: &mut Json, asks: &impl Fn(&str) -> bool) {
    let text = |event: &Json, key: &str| {
        event.get("userIdentity").and_then(|it| it.get(key)).and_then(Json::as_str).map(str::to_owned)
    };
    let (invoker, kind) = (text(event, "invokedBy"), text(event, "type"));
    let is_sign_in = event.get("eventSource").and_then(Json::as_str) == Some("signin.amazonaws.com");
    let arn = match (kind.as_deref(), text(event, "userName"), text(event, "accountId")) {
        (Some("IAMUser"), Some(user), Some(account)) => Some(format!("arn:aws:iam::{account}:user/{user}")),
        (Some("Root"), _, Some(account)) => Some(format!("arn:aws:iam::{account}:root")),
        _ => None,
    };
    let Json::Object(record) = event else { return };
    // a service that calls for a principal is both
    if let Some(invoker) = invoker {
        for key in ["sourceIPAddress", "userAgent"] {
            if !asks(&format!("$.{key}")) {
                record.insert(key.to_owned(), invoker.as_str().into());
            }
        }
    }
    let Some(Json::Object(identity)) = record.get_mut("userIdentity") else { return };
    if let Some(arn) = arn.filter(|_| !asks("$.userIdentity.arn") && identity.contains_key("arn")) {
        identity.insert("arn".to_owned(), arn.into());
    }
    // a person who signs in has no key yet
    if is_sign_in && !asks("$.userIdentity.accessKeyId") {
        identity.remove("accessKeyId");
    }
}
