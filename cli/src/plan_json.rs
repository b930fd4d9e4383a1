//! The JSON of `cwfilter plan`, `apply` and `destroy`, which needs an account.

use super::refusals::{OfFile, Said};
use cwfilter::plan_report::PlanReport;
use cwfilter::provision::{StepReport, VERSION};
use serde::Serialize;

/// A plan, and what became of it.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct PlanDocument<'a> {
    #[serde(flatten)]
    pub(super) plan: PlanReport<'a>,
    /// `apply` and `destroy`: what was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reports: Option<&'a [StepReport]>,
    /// `apply` and `destroy`: what is not as it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) differs: Option<&'a [String]>,
    /// `apply PLAN`: why the plan is not carried out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) errors: Option<[Said; 1]>,
}

/// Lints and tests fail: nothing is pushed.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Gate {
    /// The version of the form. It increases if a member changes its meaning or is removed.
    #[cfg_attr(feature = "schema", schemars(extend("const" = VERSION)))]
    version: u32,
    /// The findings of the lints, and the tests that fail.
    gate: Vec<OfFile>,
}

#[cfg(feature = "aws")]
impl Gate {
    pub(super) fn new(gate: Vec<OfFile>) -> Self {
        Gate { version: VERSION, gate }
    }
}
