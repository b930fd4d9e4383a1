//! What differs between a stack and an account, and what has to be done about it.

use super::chain::Finding;
use super::observe::Observed;
use super::record::{self, Record};
use super::resource::{Change, Kind, Resource, STACK_TAG, changes, missing_tags};
use crate::limits::{METRIC_FILTERS_PER_LOG_GROUP, REGEX_FILTERS_PER_LOG_GROUP};
use crate::lint::has_regex;
use crate::plural::counted;
use crate::semantics::Semantics;
use crate::stack::{Stack, Target};
use crate::syntax::parse;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What a plan may do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
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

    fn adopts(&self, it: &Resource) -> bool {
        let is_named = |name: &String| match name.strip_suffix('*') {
            Some(start) => it.name.starts_with(start),
            None => *name == it.name,
        };
        self.adopt.iter().any(is_named)
    }
}

/// The change to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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
    pub(super) tags: super::resource::Tags,
}

impl Step {
    fn new(action: Action, resource: Resource) -> Self {
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
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Plan {
    /// The stack's name.
    pub stack: String,
    /// Where.
    pub target: Target,
    /// The steps in order: creations and updates, then deletions.
    pub steps: Vec<Step>,
    /// Resources that are as they should be.
    pub unchanged: usize,
    /// Resources of the stack that no rule describes any more, and that stay.
    pub left: Vec<String>,
    /// What a person should know.
    pub notes: Vec<String>,
    /// Why the plan is not carried out: resources of others that differ, quotas. Nothing is written while there is one.
    pub refusals: Vec<String>,
    /// What keeps an event from reaching a person.
    pub findings: Vec<Finding>,
    /// Custom metrics and alarms that the stack has after the plan.
    pub cost: super::cost::Cost,
    /// What the plan may do.
    pub options: Options,
}

impl Plan {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether the account differs from the stack: also by what the plan refuses to do or leaves.
    #[must_use]
    pub fn is_drift(&self) -> bool {
        !(self.steps.is_empty() && self.left.is_empty() && self.refusals.is_empty())
    }

    /// The number of steps that do this.
    #[must_use]
    pub fn count(&self, action: Action) -> usize {
        self.steps.iter().filter(|step| step.action == action).count()
    }
}

fn shown(it: &Resource) -> String {
    match it.kind {
        Kind::MetricFilter => format!("metric filter {} in {}", it.name, it.text("logGroupName")),
        kind => format!("{} {}", kind.words(), it.name),
    }
}

/// What makes the account as the stack says.
#[must_use]
pub fn plan(stack: &Stack, wanted: &[Resource], observed: &Observed, options: &Options) -> Plan {
    let mut planner =
        Planner { stack, wanted, observed, plan: empty(stack, observed, options), own: Vec::new() };
    planner.log_group();
    wanted.iter().for_each(|it| planner.resource(it));
    let names: Vec<&String> = options
        .adopt
        .iter()
        .filter(|name| !wanted.iter().any(|it| Options::default().adopt([(*name).clone()]).adopts(it)))
        .collect();
    for name in names {
        let help = "`[names.RULE]` in the stack's file gives a rule's metric filter or alarm this name";
        planner
            .plan
            .refusals
            .push(format!("`--adopt {name}`: the stack has no resource of this name; {help}"));
    }
    let deletions = planner.idle(options.prune);
    planner.records(deletions);
    planner.twice();
    planner.plan.refusals.extend(over_quota(&planner.plan, observed, &stack.log_group.name));
    planner.plan.notes.extend(observed.notes.iter().cloned());
    planner.plan.cost = super::cost::cost(wanted);
    planner.plan.findings = super::chain::findings(stack, wanted, observed);
    planner.plan
}

struct Planner<'a> {
    stack: &'a Stack,
    wanted: &'a [Resource],
    observed: &'a Observed,
    plan: Plan,
    /// Metric filters that are the stack's after the plan.
    own: Vec<Resource>,
}

impl Planner<'_> {
    fn log_group(&mut self) {
        let name = &self.stack.log_group.name;
        let is_there = self.observed.resources.iter().any(|it| it.kind == Kind::LogGroup && it.name == *name);
        if !is_there && !self.stack.log_group.create {
            let help = "check the name and the region, or write `create = true`";
            self.plan.refusals.push(format!("the log group `{name}` does not exist; {help}"));
        }
    }

    fn resource(&mut self, wanted: &Resource) {
        let Some(found) = self.observed.find(wanted) else { return self.create(wanted) };
        let is_ours = self.observed.is_ours(found);
        let is_adopted = !is_ours && self.plan.options.adopts(wanted) && wanted.kind != Kind::Subscription;
        let mut differing = changes(found, wanted);
        if !is_ours && !is_adopted {
            // the chain's checks say whether alarms may publish to the topic of others
            differing.retain(|change| !(wanted.kind == Kind::Topic && change.property == "Policy"));
            return self.of_others(wanted, &differing);
        }
        if wanted.kind == Kind::MetricFilter {
            self.own.push(wanted.clone());
        }
        differing.extend(missing_tags(found, wanted));
        if is_adopted {
            differing.push(Change::new(OWNER, Value::Null, json!(self.stack.name)));
        }
        if wanted.kind == Kind::Subscription && found.arn.is_empty() {
            self.plan.notes.push(format!("{} has not confirmed the subscription", wanted.name));
        }
        if let Some(days) = differing.iter().find(|it| it.property == "retentionInDays") {
            let shorter = days.from.as_i64().is_none_or(|from| days.to.as_i64().is_some_and(|to| to < from));
            if shorter {
                let age = counted(days.to.as_i64().unwrap_or_default(), "day", "days");
                self.plan.notes.push(format!("{} loses its events older than {age}", shown(wanted)));
            }
        }
        if differing.is_empty() {
            self.plan.unchanged += 1;
            return;
        }
        let mut step = Step::new(Action::Update, wanted.clone());
        (step.changes, step.tags) = (differing, found.tags.clone());
        self.plan.steps.push(step);
    }

    fn create(&mut self, wanted: &Resource) {
        if wanted.kind == Kind::Subscription {
            let mut topics = self.observed.resources.iter().filter(|it| it.kind == Kind::Topic);
            let topic = topics.find(|it| it.text("TopicArn") == wanted.text("TopicArn"));
            if let Some(topic) =
                topic.filter(|it| !self.observed.is_ours(it) && !self.plan.options.adopts(it))
            {
                let help =
                    format!("let its owner subscribe, or take the topic over: `--adopt {}`", topic.name);
                let message = format!(
                    "the topic `{}` is not the stack's, and {} is not subscribed; {help}",
                    topic.name, wanted.name
                );
                self.plan.refusals.push(message);
                return;
            }
        }
        if wanted.kind == Kind::MetricFilter {
            self.own.push(wanted.clone());
        }
        self.plan.steps.push(Step::new(Action::Create, wanted.clone()));
    }

    /// A resource that the stack did not write is used if it is as it should be, and never changed.
    fn of_others(&mut self, wanted: &Resource, differing: &[Change]) {
        if differing.is_empty() {
            self.plan.unchanged += 1;
            if wanted.kind != Kind::Subscription {
                self.plan.notes.push(format!("uses the {}, which the stack did not create", shown(wanted)));
            }
            return;
        }
        let text = |change: &Change| {
            let short = |value: &Value| super::resource::short(value);
            format!("{}: {} -> {}", change.property, short(&change.from), short(&change.to))
        };
        let all: Vec<String> = differing.iter().map(text).collect();
        self.plan.refusals.push(format!(
            "the {} is not the stack's, and differs: {}; `--adopt {}` takes it over",
            shown(wanted),
            all.join(", "),
            wanted.name
        ));
    }

    /// Resources of the stack that it does not ask for: what was moved and, if allowed, what no rule describes is deleted.
    fn idle(&mut self, prune: bool) -> Vec<Step> {
        let mut deletions = Vec::new();
        for it in &self.observed.resources {
            let is_left = it.kind.is_of_rule() || it.kind == Kind::Topic;
            if !is_left || !self.observed.is_ours(it) || self.wanted.iter().any(|wanted| wanted.is(it)) {
                continue;
            }
            let is_moved = it.kind.is_of_rule()
                && self
                    .wanted
                    .iter()
                    .any(|wanted| wanted.kind == it.kind && wanted.rule == it.rule && !it.rule.is_empty());
            if let Some(why) = in_use(self.observed, it, self.wanted) {
                self.plan.left.push(shown(it));
                self.plan.notes.push(format!("the {} stays: {why}", shown(it)));
            } else if is_moved || prune {
                deletions.push(Step::new(Action::Delete, it.clone()));
            } else {
                self.plan.left.push(shown(it));
                if it.kind == Kind::MetricFilter {
                    self.own.push(it.clone());
                }
            }
        }
        if !self.plan.left.is_empty() {
            self.plan
                .notes
                .push(format!("in no rule any more: {}; `--prune` deletes it", self.plan.left.join(", ")));
        }
        deletions
    }

    /// The record before the first metric filter is written, the deletions, and the record after them.
    fn records(&mut self, mut deletions: Vec<Step>) {
        let last = Record::of(&self.own);
        let deleted = deletions.iter().map(|step| &step.resource);
        let first = last.clone().and(&Record::of(deleted));
        let is_own = |it: &&Resource| it.kind == Kind::Record && it.name == record::name(&self.stack.name);
        let found = self.observed.resources.iter().find(is_own);
        if let Some(foreign) = found.filter(|it| !self.observed.is_ours(it)).filter(|_| !first.0.is_empty()) {
            let name = &foreign.name;
            self.plan.refusals.push(format!("the topic `{name}` is not the stack's, and its record needs this name; give the stack another name"));
        }
        let found = found.filter(|it| self.observed.is_ours(it));
        let mut known = found.map(|it| it.tags.clone()).unwrap_or_default();
        if !first.fits() {
            self.plan.refusals.push(
                "the stack has more metric filters than its record holds; make two stacks of it".to_owned(),
            );
        }
        let mut step = |record: &Record, is_there: bool| {
            let wanted = record.resource(&self.stack.name);
            let is_same = wanted.tags.iter().all(|(key, value)| known.get(key) == Some(value))
                && record::surplus(&known, &wanted.tags).is_empty();
            if is_same || (!is_there && record.0.is_empty()) {
                return None;
            }
            let action = if is_there { Action::Update } else { Action::Create };
            let mut step = Step::new(action, wanted.clone());
            let before = Record::of_tags(&known).resource("").get("metricFilters");
            step.changes = vec![Change::new("metricFilters", before, wanted.get("metricFilters"))];
            step.tags = std::mem::replace(&mut known, wanted.tags);
            Some(step)
        };
        // what an earlier run recorded and did not write stays in the record until it is written
        let before = step(&first, found.is_some());
        let after = step(&last, found.is_some() || before.is_some());
        self.plan.steps.extend(before);
        self.plan.steps.sort_by_key(|step| step.resource.kind);
        deletions.sort_by_key(|step| std::cmp::Reverse(step.resource.kind));
        let at = deletions
            .iter()
            .position(|step| step.resource.kind < Kind::MetricFilter)
            .unwrap_or(deletions.len());
        deletions.splice(at..at, after);
        let is_former = |it: &&Resource| {
            let is_named = it.kind == Kind::Record && it.name != record::name(&self.stack.name);
            is_named && self.observed.is_ours(it)
        };
        let former = self.observed.resources.iter().filter(is_former).cloned();
        if self.plan.left.is_empty() {
            deletions.extend(former.map(|it| Step::new(Action::Delete, it)));
        }
        self.plan.steps.extend(deletions);
    }

    /// Metric filters of others that do the same: their events are counted twice, or their alarms ring twice.
    fn twice(&mut self) {
        let group = &self.stack.log_group.name;
        let is_foreign = |it: &&Resource| {
            it.kind == Kind::MetricFilter && it.text("logGroupName") == *group && !self.observed.is_ours(it)
        };
        for other in self.observed.resources.iter().filter(is_foreign) {
            let own = self.wanted.iter().filter(|it| it.kind == Kind::MetricFilter && !it.is(other));
            for it in own {
                let same = |name: &str| it.get(name) == other.get(name);
                if same("metricNamespace") && same("metricName") {
                    let why = "the alarm on it counts the events of both";
                    self.plan.notes.push(format!(
                        "{} feeds the metric of `{}`, too: {why}",
                        shown(other),
                        it.rule
                    ));
                } else if same("filterPattern") {
                    let help = format!("`[names.{}]` with `metric_filter` takes its name", it.rule);
                    self.plan.notes.push(format!(
                        "{} has the pattern of `{}`: an alarm on each rings twice; {help}",
                        shown(other),
                        it.rule
                    ));
                }
            }
        }
    }
}

/// Who else needs a resource of the stack.
fn in_use(observed: &Observed, it: &Resource, wanted: &[Resource]) -> Option<String> {
    let others: Vec<String> = match it.kind {
        Kind::Topic => {
            let arn = it.text("TopicArn");
            let subscribers = observed
                .resources
                .iter()
                .filter(|other| other.kind == Kind::Subscription && other.text("TopicArn") == arn);
            let ours = |other: &Resource| {
                let is_same = |it: &Resource| (it.kind, &it.name) == (other.kind, &other.name);
                wanted.iter().any(is_same)
            };
            let foreign = subscribers.filter(|other| !ours(other)).map(|other| other.name.clone());
            let statements = observed.facts.topic_statements(&arn, &observed.stacks);
            let is_own = |name: &&String| {
                let mut own =
                    observed.resources.iter().filter(|it| observed.is_ours(it) && it.kind.is_of_rule());
                own.any(|it| it.name == **name)
            };
            let publishers = observed.facts.publishers_to(&arn);
            let alarms = publishers.iter().filter(|name| !is_own(name)).map(|name| format!("alarm {name}"));
            foreign
                .chain(alarms)
                .chain(statements.into_iter().map(|sid| format!("the policy's statement `{sid}`")))
                .collect()
        }
        Kind::LogGroup => {
            let is_foreign = |other: &&Resource| {
                other.kind == Kind::MetricFilter
                    && other.text("logGroupName") == it.name
                    && !observed.is_ours(other)
            };
            let filters = observed.resources.iter().filter(is_foreign).map(shown);
            filters
                .chain(
                    observed
                        .facts
                        .subscription_filters
                        .iter()
                        .map(|name| format!("subscription filter {name}")),
                )
                .collect()
        }
        _ => return None,
    };
    (!others.is_empty()).then(|| format!("others use it: {}", others.join(", ")))
}

/// The steps that delete the stack's resources. A log group or a topic is deleted only if its kind is in `delete`, if it has the stack's
/// tag, and if nothing outside the stack uses it.
#[must_use]
pub fn destruction(stack: &Stack, wanted: &[Resource], observed: &Observed, delete: &[Kind]) -> Plan {
    let mut plan = empty(stack, observed, &Options::default());
    for it in &observed.resources {
        let is_ours = observed.is_ours(it);
        let goes = match it.kind {
            Kind::Subscription => is_ours && !it.arn.is_empty() && wanted.iter().any(|wanted| wanted.is(it)),
            Kind::LogGroup | Kind::Topic => {
                let option = it.kind.option();
                let why = match (delete.contains(&it.kind), is_ours) {
                    (true, false) => Some(format!("it lacks the tag {STACK_TAG}={}", stack.name)),
                    (true, true) => in_use(observed, it, wanted),
                    (false, true) => Some(format!("`--delete {option}` deletes it")),
                    (false, false) => continue,
                };
                if let Some(why) = &why {
                    plan.notes.push(format!("the {} `{}` stays: {why}", it.kind.words(), it.name));
                }
                why.is_none()
            }
            _ => is_ours,
        };
        if goes {
            plan.steps.push(Step::new(Action::Delete, it.clone()));
        }
    }
    plan.steps.sort_by_key(|step| std::cmp::Reverse(step.resource.kind));
    plan.notes.extend(observed.notes.iter().cloned());
    plan
}

fn empty(stack: &Stack, observed: &Observed, options: &Options) -> Plan {
    Plan {
        stack: stack.name.clone(),
        target: observed.target.clone(),
        steps: Vec::new(),
        unchanged: 0,
        left: Vec::new(),
        notes: Vec::new(),
        refusals: Vec::new(),
        findings: Vec::new(),
        cost: super::cost::Cost::default(),
        options: options.clone(),
    }
}

/// Quotas, with everybody's filters counted, at the moment when the new ones are there and the old ones, too.
fn over_quota(plan: &Plan, observed: &Observed, group: &str) -> Vec<String> {
    let written = plan.steps.iter().filter(|step| step.action != Action::Delete).map(|step| &step.resource);
    let written: Vec<&Resource> = written.filter(|it| it.kind == Kind::MetricFilter).collect();
    if written.is_empty() {
        return Vec::new();
    }
    let is_of_group = |it: &&Resource| it.kind == Kind::MetricFilter && it.text("logGroupName") == group;
    let there: Vec<&Resource> = observed.resources.iter().filter(is_of_group).collect();
    let stays = there.iter().copied().filter(|it| !written.iter().any(|other| other.is(it)));
    let after: Vec<&Resource> = stays.chain(written.iter().copied()).collect();
    let is_regex = |it: &&&Resource| {
        parse(&it.text("filterPattern"), Semantics::default()).is_ok_and(|pattern| has_regex(&pattern))
    };
    let names: BTreeSet<&str> = after.iter().map(|it| it.name.as_str()).collect();
    let (count, regexes) = (names.len(), after.iter().filter(is_regex).count());
    let mut refusals = Vec::new();
    if count > METRIC_FILTERS_PER_LOG_GROUP {
        refusals.push(format!(
            "the log group would have {count} metric filters, and AWS allows {METRIC_FILTERS_PER_LOG_GROUP}; it has {} now",
            there.len()
        ));
    }
    if regexes > REGEX_FILTERS_PER_LOG_GROUP {
        refusals.push(format!(
            "the log group would have {regexes} metric filters with a regular expression, and AWS allows \
             {REGEX_FILTERS_PER_LOG_GROUP}"
        ));
    }
    refusals
}
