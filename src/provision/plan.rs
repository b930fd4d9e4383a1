//! What differs between a stack and an account, and what has to be done about it.

use super::endpoint::redacted;
use super::resource::{Kind, Resource, STACK_TAG};
use super::target::Target;
use crate::limits::{METRIC_FILTERS_PER_LOG_GROUP, REGEX_FILTERS_PER_LOG_GROUP};
use crate::lint::has_regex;
use crate::semantics::Semantics;
use crate::syntax::parse;
use serde::Serialize;
use serde_json::{Map, Value};

/// What an account holds of a stack.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Observed {
    /// Which account.
    pub target: Target,
    /// The log group, topic, bucket, role and trail that the stack names, all subscriptions of the topic, and the
    /// metric filters and alarms whose names have the stack's prefix.
    pub resources: Vec<Resource>,
    /// Name and pattern of every metric filter on the log group, also those of others: they count.
    pub filters: Vec<(String, String)>,
}

impl Observed {
    /// An account that holds nothing yet.
    #[must_use]
    pub fn nothing(target: Target) -> Self {
        Observed { target, resources: Vec::new(), filters: Vec::new() }
    }

    pub(super) fn find(&self, kind: Kind, name: &str) -> Option<&Resource> {
        self.resources.iter().find(|it| it.kind() == kind && it.name() == name)
    }
}

/// What a plan may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Metric filters and alarms of the stack that no rule has any more are deleted.
    pub prune: bool,
}

impl Options {
    /// With deletions of what no rule has any more.
    #[must_use]
    pub fn prune(mut self, prune: bool) -> Self {
        self.prune = prune;
        self
    }
}

/// What is done to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is not there.
    Create,
    /// It is there, with other properties.
    Update,
    /// It is there and should not be.
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

/// A property that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// AWS's name.
    pub property: String,
    /// As it is.
    pub from: Value,
    /// As it should be.
    pub to: Value,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// What is done.
    pub action: Action,
    /// As it is.
    pub before: Option<Resource>,
    /// As it should be.
    pub after: Option<Resource>,
    /// Of an update.
    pub changes: Vec<Change>,
}

impl Step {
    fn resource(&self) -> Option<&Resource> {
        self.after.as_ref().or(self.before.as_ref())
    }

    /// The resource's kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.resource().map_or(Kind::MetricFilter, Resource::kind)
    }

    /// The resource's name, without secret parts.
    #[must_use]
    pub fn name(&self) -> String {
        self.resource().map(Resource::shown_name).unwrap_or_default()
    }

    /// Whether the step writes this property: it creates the resource, or the property differs.
    #[cfg(feature = "aws")]
    pub(super) fn touches(&self, property: &str) -> bool {
        self.action == Action::Create || self.changes.iter().any(|change| change.property == property)
    }
}

/// All there is to do, in order.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Plan {
    /// The stack's name.
    pub stack: String,
    /// Where.
    pub target: Target,
    /// What is made and changed, then what is deleted.
    pub steps: Vec<Step>,
    /// Resources that are as they should be.
    pub unchanged: usize,
    /// What a person should know.
    pub notes: Vec<String>,
    /// Quotas that the plan would break; nothing is written while there is one.
    pub refusals: Vec<String>,
}

impl Plan {
    /// Nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// How many steps do this.
    #[must_use]
    pub fn count(&self, action: Action) -> usize {
        self.steps.iter().filter(|step| step.action == action).count()
    }
}

/// What makes the account what the stack says.
#[must_use]
pub fn plan(stack: &str, desired: &[Resource], observed: &Observed, options: &Options) -> Plan {
    let mut plan = empty(stack, observed);
    for wanted in desired {
        let found = observed.find(wanted.kind(), &wanted.name());
        let after =
            found.map_or_else(|| wanted.clone(), |found| shared(stack, wanted, found, &mut plan.notes));
        let changes = found.map(|found| changes(&found.properties(), &after.properties()));
        match &changes {
            Some(changes) if changes.is_empty() => plan.unchanged += 1,
            _ => plan.steps.push(Step {
                action: if found.is_some() { Action::Update } else { Action::Create },
                before: found.cloned(),
                after: Some(after),
                changes: changes.unwrap_or_default(),
            }),
        }
    }
    waiting(desired, observed, &mut plan.notes);
    let idle: Vec<&Resource> = observed.resources.iter().filter(|it| is_idle(stack, it, desired)).collect();
    if options.prune {
        plan.steps.extend(idle.into_iter().rev().cloned().map(deletion));
    } else if !idle.is_empty() {
        let names: Vec<String> =
            idle.iter().map(|it| format!("{} {}", it.kind().words(), it.shown_name())).collect();
        plan.notes.push(format!("in no rule any more: {}; `--prune` deletes them", names.join(", ")));
    }
    plan.refusals = over_quota(&plan, observed);
    plan
}

/// What takes the stack out of the account. Of the kinds that may hold what others rely on only those named in
/// `delete` go, and only what carries the stack's tag.
#[must_use]
pub fn destruction(stack: &str, desired: &[Resource], observed: &Observed, delete: &[Kind]) -> Plan {
    let mut plan = empty(stack, observed);
    let owns_topic = observed.resources.iter().any(|it| it.kind() == Kind::Topic && it.is_tagged(stack));
    for it in observed.resources.iter().rev() {
        let (kind, name) = (it.kind(), it.name());
        let is_named = delete.contains(&kind);
        let goes = match it {
            Resource::MetricFilter(_) => true,
            Resource::Alarm(_) => it.is_tagged(stack),
            Resource::Subscription(subscription) => {
                let is_ours =
                    owns_topic && desired.iter().any(|wanted| wanted.kind() == kind && wanted.name() == name);
                is_ours && subscription.arn.is_some()
            }
            _ => is_named && it.is_tagged(stack),
        };
        if goes {
            plan.steps.push(deletion(it.clone()));
        } else if is_named {
            plan.notes
                .push(format!("the {} `{name}` stays: it lacks the tag {STACK_TAG}={stack}", kind.words()));
        } else if kind.is_kept() && it.is_tagged(stack) {
            plan.notes.push(format!(
                "the {} `{name}` stays; `--delete {}` deletes it",
                kind.words(),
                kind.option()
            ));
        }
        if !goes {
            plan.steps.extend(without_statements(stack, it, delete));
        }
    }
    plan.steps.sort_by_key(|step| std::cmp::Reverse(step.kind()));
    plan
}

/// A policy of others loses what the stack put into it; a topic or bucket of the stack keeps it.
fn without_statements(stack: &str, it: &Resource, delete: &[Kind]) -> Option<Step> {
    let mut after = it.clone();
    match &mut after {
        Resource::Topic(topic) => topic.policy.clear(),
        Resource::Bucket(bucket) if delete.contains(&Kind::Trail) => bucket.policy.clear(),
        _ => return None,
    }
    let changes = changes(&it.properties(), &after.properties());
    (!it.is_tagged(stack) && !changes.is_empty()).then(|| Step {
        action: Action::Update,
        before: Some(it.clone()),
        after: Some(after),
        changes,
    })
}

fn empty(stack: &str, observed: &Observed) -> Plan {
    Plan {
        stack: stack.to_owned(),
        target: observed.target.clone(),
        steps: Vec::new(),
        unchanged: 0,
        notes: Vec::new(),
        refusals: Vec::new(),
    }
}

fn deletion(before: Resource) -> Step {
    Step { action: Action::Delete, before: Some(before), after: None, changes: Vec::new() }
}

/// Of the stack, and in no rule any more.
fn is_idle(stack: &str, it: &Resource, desired: &[Resource]) -> bool {
    matches!(it.kind(), Kind::MetricFilter | Kind::Alarm)
        && it.is_tagged(stack)
        && !desired.iter().any(|wanted| wanted.kind() == it.kind() && wanted.name() == it.name())
}

/// What the stack wants of a thing that it did not make: no tags, and no settings beyond its need.
fn shared(stack: &str, wanted: &Resource, found: &Resource, notes: &mut Vec<String>) -> Resource {
    let mut wanted = wanted.clone();
    if !wanted.kind().is_kept() || found.is_tagged(stack) {
        return wanted;
    }
    notes.push(format!(
        "uses the {} `{}`, which the stack did not make",
        wanted.kind().words(),
        wanted.name()
    ));
    match &mut wanted {
        Resource::Bucket(it) => (it.block_public_access, it.tags) = (None, Default::default()),
        Resource::LogGroup(it) => it.tags.clear(),
        Resource::Role(it) => it.tags.clear(),
        Resource::Trail(it) => it.tags.clear(),
        Resource::Topic(it) => it.tags.clear(),
        Resource::Subscription(_) | Resource::MetricFilter(_) | Resource::Alarm(_) => {}
    }
    wanted
}

/// The properties that differ. Tags of others stay.
fn changes(found: &Map<String, Value>, wanted: &Map<String, Value>) -> Vec<Change> {
    let mut changes = Vec::new();
    for (property, to) in wanted {
        let from = found.get(property).cloned().unwrap_or_default();
        let differs = match (property.as_str(), &from, to) {
            ("tags", Value::Object(from), Value::Object(to)) => {
                to.iter().any(|(key, value)| from.get(key) != Some(value))
            }
            // selectors that only the newer form can say are left alone
            ("managementEvents", Value::String(from), _) => from == "some",
            _ => from != *to,
        };
        if differs {
            changes.push(Change { property: property.clone(), from, to: to.clone() });
        }
    }
    changes
}

/// Subscriptions that wait for their confirmation: shown, and not made again.
fn waiting(desired: &[Resource], observed: &Observed, notes: &mut Vec<String>) {
    for wanted in desired {
        if let Some(Resource::Subscription(it)) = observed.find(wanted.kind(), &wanted.name())
            && it.arn.is_none()
        {
            notes.push(format!(
                "{} {} has not confirmed the subscription",
                it.protocol,
                redacted(&it.endpoint)
            ));
        }
    }
}

/// Quotas, with everybody's filters counted, at the moment when the new ones are there and the old ones too.
fn over_quota(plan: &Plan, observed: &Observed) -> Vec<String> {
    let mut after = observed.filters.clone();
    for step in &plan.steps {
        if let Some(Resource::MetricFilter(it)) = &step.after {
            after.retain(|(name, _)| *name != it.name);
            after.push((it.name.clone(), it.filter_pattern.clone()));
        }
    }
    let is_regex = |pattern: &str| parse(pattern, Semantics::default()).is_ok_and(|it| has_regex(&it));
    let regexes = after.iter().filter(|(_, pattern)| is_regex(pattern)).count();
    let writes = plan.steps.iter().any(|step| step.kind() == Kind::MetricFilter && step.after.is_some());
    let mut refusals = Vec::new();
    if writes && after.len() > METRIC_FILTERS_PER_LOG_GROUP {
        refusals.push(format!(
            "the log group would have {} metric filters, and AWS allows {METRIC_FILTERS_PER_LOG_GROUP}; it has {} now",
            after.len(),
            observed.filters.len()
        ));
    }
    if writes && regexes > REGEX_FILTERS_PER_LOG_GROUP {
        refusals.push(format!(
            "the log group would have {regexes} metric filters with a regular expression, and AWS allows \
             {REGEX_FILTERS_PER_LOG_GROUP}"
        ));
    }
    refusals
}
