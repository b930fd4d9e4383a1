//! Makes a plan: compares what a stack asks for with what an account has.

use super::cost::cost;
use super::log_group::{quotas, twice};
use super::plan::{Action, OWNER, Options, Plan, Step, is_named};
use crate::account::{Observed, Record, record};
use crate::chain;
use crate::plural::counted;
use crate::resource::{Change, Kind, Resource, STACK_TAG, changes, missing_tags, short};
use crate::stack::{Stack, record_topic};
use serde_json::{Value, json};

/// What makes the account as the stack says.
#[must_use]
pub fn plan(stack: &Stack, wanted: &[Resource], observed: &Observed, options: &Options) -> Plan {
    let plan = Plan::empty(stack, observed, options);
    let mut planner = Planner { stack, wanted, observed, plan, own: Vec::new() };
    let group = &stack.log_group;
    if !group.create && !observed.of_kind(Kind::LogGroup).any(|it| it.name == group.name) {
        let help = "check the name and the region, or write `create = true`";
        planner.refuse(format!("the log group `{}` does not exist; {help}", group.name));
    }
    wanted.iter().for_each(|it| planner.resource(it));
    for name in options.adopt.iter().filter(|name| !wanted.iter().any(|it| is_named(it, name))) {
        let help = "`[names.RULE]` in the stack's file gives a rule's metric filter or alarm this name";
        planner.refuse(format!("`--adopt {name}`: the stack has no resource of this name; {help}"));
    }
    let deletions = planner.idle();
    planner.records(deletions);
    let mut plan = planner.plan;
    let filters = observed.of_kind(Kind::MetricFilter).filter(|it| it.text("logGroupName") == group.name);
    let filters: Vec<&Resource> = filters.collect();
    plan.notes.extend(twice(wanted, &filters, observed));
    plan.refusals.extend(quotas(&plan.steps, &filters));
    plan.notes.extend(observed.notes.iter().cloned());
    plan.cost = cost(wanted);
    plan.findings = chain::findings(stack, wanted, observed);
    if !plan.refusals.is_empty() {
        // nothing is written
        plan.findings.iter_mut().for_each(|it| it.is_repaired = false);
    }
    plan
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
    fn note(&mut self, message: String) {
        self.plan.notes.push(message);
    }

    fn refuse(&mut self, message: String) {
        self.plan.refusals.push(message);
    }

    fn is_ours(&self, it: &Resource) -> bool {
        self.observed.is_ours(it)
    }

    fn resource(&mut self, wanted: &Resource) {
        let Some(found) = self.observed.find(wanted) else { return self.create(wanted) };
        let is_adopted =
            !self.is_ours(found) && self.plan.options.adopts(wanted) && wanted.kind != Kind::Subscription;
        let mut differing = changes(found, wanted);
        if !self.is_ours(found) && !is_adopted {
            return self.of_others(wanted, found, differing);
        }
        if wanted.kind == Kind::MetricFilter {
            self.own.push(wanted.clone());
        }
        differing.extend(missing_tags(found, wanted));
        if is_adopted {
            differing.push(Change::new(OWNER, Value::Null, json!(self.stack.name)));
        }
        if wanted.kind == Kind::Subscription && found.arn(&self.observed.target).is_empty() {
            self.note(format!("{} has not confirmed the subscription", wanted.name));
        }
        if let Some(Change { from, to, .. }) = differing.iter().find(|it| it.property == "retentionInDays") {
            let to = to.as_i64().unwrap_or_default();
            if from.as_i64().is_none_or(|from| to < from) {
                let age = counted(to, "day", "days");
                self.note(format!("{} loses its events older than {age}", wanted.shown()));
            }
        }
        if differing.is_empty() {
            self.plan.unchanged += 1;
            return;
        }
        let mut step = Step::new(Action::Update, wanted.clone());
        if wanted.kind == Kind::Subscription {
            // its ARN
            step.resource.answer.clone_from(&found.answer);
        }
        self.plan.steps.push(Step { changes: differing, tags: found.tags.clone(), ..step });
    }

    fn create(&mut self, wanted: &Resource) {
        let topic =
            self.observed.topic(&wanted.text("TopicArn")).filter(|_| wanted.kind == Kind::Subscription);
        if let Some(topic) = topic.filter(|it| !self.is_ours(it) && !self.plan.options.adopts(it)) {
            let help = format!("let its owner subscribe, or take the topic over: `--adopt {}`", topic.name);
            let what = format!("{} is not subscribed; {help}", wanted.name);
            return self.refuse(format!("the topic `{}` is not the stack's, and {what}", topic.name));
        }
        // alarms of both kinds share their names, and writing one kind replaces or refuses the other
        let is_alarm = |it: &&Resource| matches!(it.kind, Kind::Alarm | Kind::CompositeAlarm);
        let same = self.observed.resources.iter().filter(is_alarm).find(|it| it.name == wanted.name);
        if let Some(other) = same.filter(|_| is_alarm(&wanted)) {
            let help = match self.is_ours(other) {
                true => "take the rule out, run `apply --prune`, and put it back",
                false => "`[names.RULE]` in the stack's file gives the rule's alarm another name",
            };
            return self
                .refuse(format!("the {} has the name of an alarm of the other kind; {help}", other.shown()));
        }
        if wanted.kind == Kind::MetricFilter {
            self.own.push(wanted.clone());
        }
        self.plan.steps.push(Step::new(Action::Create, wanted.clone()));
    }

    /// A resource that the stack did not write is used if it is as it should be, and never changed.
    fn of_others(&mut self, wanted: &Resource, found: &Resource, mut differing: Vec<Change>) {
        // the chain's checks say whether messages get through the topic of others
        differing.retain(|change| match wanted.kind {
            Kind::Topic => change.property != "Policy",
            Kind::Subscription => false,
            _ => true,
        });
        let (shown, name) = (wanted.shown(), &wanted.name);
        let owner = found.tags.get(STACK_TAG).map(|it| format!(" (it is that of the stack `{it}`)"));
        let owner = owner.unwrap_or_default();
        if !differing.is_empty() {
            let change = |it: &Change| format!("{}: {} -> {}", it.property, short(&it.from), short(&it.to));
            let all = differing.iter().map(change).collect::<Vec<_>>().join(", ");
            let help = format!("`--adopt {name}` takes it over");
            return self.refuse(format!("the {shown} is not the stack's{owner}, and differs: {all}; {help}"));
        }
        self.plan.unchanged += 1;
        if self.observed.is_unrecorded(found) {
            self.plan.unrecorded.push(found.shown());
        } else if wanted.kind != Kind::Subscription {
            self.note(format!("uses the {shown}, which the stack did not create{owner}"));
        }
    }

    /// Resources of the stack that it does not ask for: what was moved and, if allowed, what no rule describes is deleted.
    fn idle(&mut self) -> Vec<Step> {
        let (mut deletions, mut prunable) = (Vec::new(), Vec::new());
        let (observed, wanted) = (self.observed, self.wanted);
        let is_idle = |it: &&Resource| {
            (it.kind.is_of_rule() || it.kind == Kind::Topic)
                && observed.was_ours(it)
                && !wanted.iter().any(|wanted| wanted.is(it))
        };
        for it in observed.resources.iter().filter(is_idle) {
            let replaces = |wanted: &Resource| (wanted.kind, &wanted.rule) == (it.kind, &it.rule);
            let is_moved = !it.rule.is_empty() && wanted.iter().any(replaces);
            match stays(observed, it, wanted) {
                Some(why) => {
                    // it is not known who uses it
                    self.plan.left.extend(observed.users(it, wanted).is_err().then(|| it.shown()));
                    self.note(why);
                }
                None if is_moved || self.plan.options.prune => {
                    deletions.push(Step::new(Action::Delete, it.clone()));
                }
                None => {
                    prunable.push(it.shown());
                    self.own.extend((it.kind == Kind::MetricFilter).then(|| it.clone()));
                }
            }
        }
        if !prunable.is_empty() {
            self.note(format!("in no rule any more: {}; `--prune` deletes it", prunable.join(", ")));
        }
        self.plan.left.extend(prunable);
        for it in observed.of_kind(Kind::MetricFilter).filter(|it| observed.is_of_old_name(it)) {
            let help = "no record says that the stack wrote it: delete it by hand if it did";
            self.note(format!("the {} has an earlier name of the stack, and {help}", it.shown()));
            self.plan.left.push(it.shown());
        }
        self.name_unrecorded();
        deletions
    }

    /// The way out if the record is lost.
    fn name_unrecorded(&mut self) {
        if self.plan.unrecorded.is_empty() {
            return;
        }
        let stack = &self.stack.name;
        let (filters, record) = (self.plan.unrecorded.join(", "), record_topic(stack));
        let what =
            format!("the record of the stack's metric filters, the topic `{record}`, is missing or empty");
        let help = format!("`apply --adopt '{stack}.*'` takes them over again");
        self.note(format!("{what}, and so these count as those of others: {filters}; {help}"));
    }

    /// The record before the first metric filter is written, the deletions, and the record after them.
    fn records(&mut self, mut deletions: Vec<Step>) {
        let last = Record::of(&self.own);
        let first = last.clone().and(&Record::of(deletions.iter().map(|step| &step.resource)));
        let first = first.and_earlier(&self.observed.record);
        let name = record_topic(&self.stack.name);
        let (own, former): (Vec<_>, Vec<_>) =
            self.observed.of_kind(Kind::Record).partition(|it| it.name == name);
        let found = own.first().filter(|it| self.is_ours(it));
        if !own.is_empty() && found.is_none() && !first.0.is_empty() {
            let tag = format!("{STACK_TAG}={}", self.stack.name);
            let help = format!("give it the tag {tag} again if it was, or the stack another name");
            let what = format!("the topic `{name}`, whose name the record needs, is not the stack's");
            self.refuse(format!("{what}; {help}"));
        }
        if !first.fits() {
            let help = "make two stacks of it";
            self.refuse(format!("the stack has more metric filters than its record holds; {help}"));
        }
        // what an earlier run recorded and did not write stays in the record until it is written
        let mut known = found.map(|it| it.tags.clone());
        let mut write = |record: &Record| {
            let wanted = record.resource(&self.stack.name);
            let tags = known.clone().unwrap_or_default();
            let is_same = wanted.tags.iter().all(|(key, value)| tags.get(key) == Some(value));
            if is_same && record::surplus(&tags, &wanted.tags).is_empty()
                || known.is_none() && record.0.is_empty()
            {
                return None;
            }
            let action = if known.is_none() { Action::Create } else { Action::Update };
            let before = Record::read(&tags).0.resource("").get("metricFilters");
            let changes = vec![Change::new("metricFilters", before, wanted.get("metricFilters"))];
            known = Some(wanted.tags.clone());
            Some(Step { changes, tags, ..Step::new(action, wanted) })
        };
        self.plan.steps.extend(write(&first));
        self.plan.steps.sort_by_key(|step| step.resource.kind);
        deletions.sort_by_key(|step| std::cmp::Reverse(step.resource.kind));
        let at = deletions.partition_point(|step| step.resource.kind >= Kind::MetricFilter);
        deletions.splice(at..at, write(&last));
        // the stack's own record lists what is left: the names in an earlier one may be taken by others
        let former = former.into_iter().filter(|it| self.is_ours(it)).cloned();
        deletions.extend(former.map(|it| Step::new(Action::Delete, it)));
        self.plan.steps.extend(deletions);
    }
}

/// Why a resource of the stack is not deleted: others changed it or use it, or it is not known who uses it.
fn stays(observed: &Observed, it: &Resource, wanted: &[Resource]) -> Option<String> {
    let why = match observed.users(it, wanted) {
        _ if !observed.is_deletable(it) => {
            "its pattern or metric is not what the stack wrote last, and so it may be another's".to_owned()
        }
        Ok(users) if users.is_empty() => return None,
        Ok(users) => {
            format!("others use it: {}; without the tag {STACK_TAG} it is theirs", users.join(", "))
        }
        Err(error) => format!("who else uses it is not known: {error}"),
    };
    Some(format!("the {} stays: {why}", it.shown()))
}

/// The steps that delete the stack's resources. A log group or a topic is deleted only if its kind is in `delete`, if it has the stack's
/// tag, and if nothing outside the stack uses it.
#[must_use]
pub fn destruction(stack: &Stack, wanted: &[Resource], observed: &Observed, delete: &[Kind]) -> Plan {
    let mut plan = Plan::empty(stack, observed, &Options::default());
    let mut foreign = Vec::new();
    for it in &observed.resources {
        let is_kept = matches!(it.kind, Kind::LogGroup | Kind::Topic);
        let why = match (observed.was_ours(it), delete.contains(&it.kind)) {
            (true, is_asked) if is_asked || !is_kept => stays(observed, it, wanted),
            (true, _) => {
                let with = if it.kind == Kind::Topic { " with its subscriptions" } else { "" };
                Some(format!("the {} stays{with}: `--delete {}` deletes it", it.shown(), it.kind.option()))
            }
            (false, true) if is_kept => {
                Some(format!("the {} stays: it lacks the tag {STACK_TAG}={}", it.shown(), stack.name))
            }
            (false, _) => {
                foreign.extend(observed.has_name_of_stack(it, wanted).then(|| it.shown()));
                continue;
            }
        };
        // a subscription is deleted with its topic only: others may publish to it, and nothing says who made the subscription
        if why.is_none() && it.kind != Kind::Subscription {
            plan.steps.push(Step::new(Action::Delete, it.clone()));
        }
        plan.notes.extend(why);
    }
    if !foreign.is_empty() {
        let help = if observed.is_record_lost() {
            let stack = &stack.name;
            format!(
                "the record `{}` is missing or empty: if the stack wrote them, `apply --adopt '{stack}.*'` takes them over again, and `destroy` deletes them then",
                record_topic(stack)
            )
        } else {
            "nothing says that the stack wrote them".to_owned()
        };
        plan.notes.push(format!("these stay: {}; {help}", foreign.join(", ")));
    }
    plan.steps.sort_by_key(|step| std::cmp::Reverse(step.resource.kind));
    plan.notes.extend(observed.notes.iter().cloned());
    plan
}
