//! A policy that this crate writes.

use serde::Serialize;

/// A policy of IAM.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Policy {
    /// The version of IAM's policy language.
    #[cfg_attr(feature = "schema", schemars(extend("const" = POLICY_VERSION)))]
    version: &'static str,
    /// The statements.
    statement: Vec<Statement>,
}

/// The version of IAM's policy language.
const POLICY_VERSION: &str = "2012-10-17";

/// A statement of a policy.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Statement {
    /// Whether the calls are allowed.
    effect: Effect,
    /// The calls, such as `logs:PutMetricFilter`.
    action: Vec<String>,
    /// ARNs, or `*`.
    resource: Vec<String>,
}

/// Whether a statement allows or forbids.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
enum Effect {
    Allow,
}

impl Policy {
    pub(crate) fn new(statement: Vec<Statement>) -> Self {
        Policy { version: POLICY_VERSION, statement }
    }

    /// The policy as JSON; the members of each object are sorted by name.
    pub(crate) fn text(&self) -> String {
        let policy = serde_json::to_value(self).unwrap_or_default();
        serde_json::to_string_pretty(&policy).unwrap_or_default() + "\n"
    }
}

impl Statement {
    pub(crate) fn allow(action: Vec<String>, resource: Vec<String>) -> Self {
        Statement { effect: Effect::Allow, action, resource }
    }
}
