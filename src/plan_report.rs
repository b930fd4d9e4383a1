//! A plan as JSON. Secret parts of endpoints are not in it.

use crate::chain::Finding;
use crate::provision::{Action, Cost, Options, Plan, Step, VERSION};
use serde::Serialize;

/// A plan.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PlanReport<'a> {
    /// The version of the form. It increases if a member changes its meaning or is removed.
    #[cfg_attr(feature = "schema", schemars(extend("const" = VERSION)))]
    version: u32,
    /// The name of the stack.
    stack: &'a str,
    /// The id of the account.
    account: &'a str,
    /// The region.
    region: &'a str,
    /// What the plan may do.
    options: &'a Options,
    /// The number of resources by action, without the record of the stack's filters.
    summary: Summary,
    /// The steps in order: creations and updates, then deletions.
    steps: &'a [Step],
    /// Resources of the stack that no rule describes any more, and that stay.
    left: &'a [String],
    /// Metric filters with names of the stack that its record does not list because it is lost: they count as those of others.
    unrecorded: &'a [String],
    /// What a person should know.
    notes: &'a [String],
    /// Why the plan is not carried out.
    refusals: &'a [String],
    /// What keeps an event from reaching a person.
    chain: &'a [Finding],
    /// The custom metrics and alarms that the stack has after the plan, and their price.
    cost: &'a Cost,
}

/// The number of resources by action.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Summary {
    /// Resources that are created.
    create: usize,
    /// Resources that are changed.
    update: usize,
    /// Resources that are deleted.
    delete: usize,
    /// Resources that are as they should be.
    unchanged: usize,
}

impl<'a> PlanReport<'a> {
    /// The report of a plan.
    #[must_use]
    pub fn new(plan: &'a Plan) -> Self {
        PlanReport {
            version: VERSION,
            stack: &plan.stack,
            account: &plan.target.account,
            region: &plan.target.region,
            options: &plan.options,
            summary: Summary {
                create: plan.count(Action::Create),
                update: plan.count(Action::Update),
                delete: plan.count(Action::Delete),
                unchanged: plan.unchanged,
            },
            steps: &plan.steps,
            left: &plan.left,
            unrecorded: &plan.unrecorded,
            notes: &plan.notes,
            refusals: &plan.refusals,
            chain: &plan.findings,
            cost: &plan.cost,
        }
    }
}

/// The plan as one JSON object. The members of each object are sorted by name.
#[must_use]
pub fn json(plan: &Plan) -> String {
    let report = serde_json::to_value(PlanReport::new(plan)).unwrap_or_default();
    serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
}
