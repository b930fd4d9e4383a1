//! A plan: what differs between a stack and an account, and what has to be done about it.

use super::cost::Cost;
use crate::account::Observed;
use crate::chain::Finding;
use crate::resource::{Change, Kind, Resource, Tags};
use crate::stack::{Stack, Target};
use serde::Serialize;

/// What a plan may do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Options {
    /// Resources of the stack that no rule describes any more are deleted.
    pub prune: bool,
    /// Names of resources of others that the stack takes over. `NAME*` takes over all resources whose names begin with `NAME`.
    pub adopt: Vec<String>,
}

impl Options {
    /// With deletions of what no rule describes any more.
    #[must_use]
    pub fn prune(mut self, prune: bool) -> Self {
        self.prune = prune;
        self
    }

    /// With resources of others that the stack takes over.
    #[must_use]
    pub fn adopt(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.adopt.extend(names);
        self
    }

    pub(super) fn adopts(&self, it: &Resource) -> bool {
        self.adopt.iter().any(|name| is_named(it, name))
    }
}

/// Whether a resource has this name, or one that begins as `NAME*` says.
pub(super) fn is_named(it: &Resource, name: &str) -> bool {
    name.strip_suffix('*').map_or(it.name == name, |start| it.name.starts_with(start))
}

/// The change to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It does not exist.
    Create,
    /// It exists with other properties.
    Update,
    /// It exists and should not.
    Delete,
}

impl Action {
    /// `+`, `~`, `-`
    #[must_use]
    pub fn sign(self) -> char {
        match self {
            Action::Create => '+',
            Action::Update => '~',
            Action::Delete => '-',
        }
    }
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Step {
    /// What is done.
    pub action: Action,
    /// The resource as it should be; as it is, if it is deleted.
    pub resource: Resource,
    /// The properties that an update changes.
    pub changes: Vec<Change>,
    /// The tags that the resource has now.
    #[serde(skip)]
    pub(super) tags: Tags,
}

impl Step {
    pub(super) fn new(action: Action, resource: Resource) -> Self {
        Step { action, resource, changes: Vec::new(), tags: Default::default() }
    }

    /// Whether the step writes this property.
    pub(super) fn touches(&self, property: &str) -> bool {
        self.action == Action::Create || self.changes.iter().any(|change| change.property == property)
    }
}

/// The property of a step that takes a resource over.
pub(super) const OWNER: &str = "owner";

/// All there is to do, in order.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Plan {
    /// The stack's name.
    pub stack: String,
    /// Where.
    pub target: Target,
    /// Earlier names of the stack.
    pub(super) was: Vec<String>,
    /// The steps in order: creations and updates, then deletions.
    pub steps: Vec<Step>,
    /// Resources that are as they should be.
    pub unchanged: usize,
    /// Resources of the stack that no rule describes any more, and that stay.
    pub left: Vec<String>,
    /// Metric filters with names of the stack that its record does not list because it is lost: they count as those of others.
    pub unrecorded: Vec<String>,
    /// What a person should know.
    pub notes: Vec<String>,
    /// Why the plan is not carried out: resources of others that differ, quotas. Nothing is written while there is one.
    pub refusals: Vec<String>,
    /// What keeps an event from reaching a person.
    pub findings: Vec<Finding>,
    /// Custom metrics and alarms that the stack has after the plan.
    pub cost: Cost,
    /// What the plan may do.
    pub options: Options,
}

impl Plan {
    /// A plan with nothing to do.
    pub(super) fn empty(stack: &Stack, observed: &Observed, options: &Options) -> Self {
        let (target, was) = (observed.target.clone(), stack.was.clone());
        Plan { stack: stack.name.clone(), target, was, options: options.clone(), ..Plan::default() }
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether the account differs from the stack: also by what the plan refuses to do or leaves.
    #[must_use]
    pub fn is_drift(&self) -> bool {
        let lists = [&self.left, &self.unrecorded, &self.refusals];
        !self.steps.is_empty() || lists.iter().any(|list| !list.is_empty())
    }

    /// Whether the events of a rule certainly do not get through, as the account is now.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        self.findings.iter().any(|it| it.is_dead)
    }

    /// The number of steps that do this. The record is not counted: it says of the other resources which of them are the stack's.
    #[must_use]
    pub fn count(&self, action: Action) -> usize {
        let counted = self.steps.iter().filter(|step| step.resource.kind != Kind::Record);
        counted.filter(|step| step.action == action).count()
    }
}
