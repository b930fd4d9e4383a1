//! What an account holds of a stack.

use super::record::Record;
use crate::alarm::AlarmRule;
use crate::aws::{CallError, Reads, Service, text};
use crate::policy;
use crate::resource::{Kind, Resource};
use crate::stack::{Stack, Target};
use serde_json::{Value, json};

/// Both kinds: by itself `DescribeAlarms` lists metric alarms only.
const ALARM_TYPES: [&str; 2] = ["MetricAlarm", "CompositeAlarm"];

/// Alarms that one `DescribeAlarms` names and lists (API reference).
pub(crate) const NAMES: usize = 100;

/// What an account holds of a stack, and of others where the stack meets them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Observed {
    /// Which account.
    pub target: Target,
    /// The resources that the stack names, those that carry its tag, and all metric filters of its log groups.
    pub resources: Vec<Resource>,
    /// The names that the stack has and had.
    pub(crate) stacks: Vec<String>,
    pub(crate) record: Record,
    pub(crate) reads: Reads,
    /// What could not be read.
    pub(crate) notes: Vec<String>,
    /// Whether the chain from the trail to the subscribers was read.
    pub(crate) has_chain: bool,
}

impl Observed {
    /// An account that holds nothing of the stack yet.
    #[must_use]
    pub fn nothing(stack: &Stack, target: Target) -> Self {
        let (resources, record, reads, notes) = Default::default();
        Observed { target, resources, stacks: stack.all_names(), record, reads, notes, has_chain: false }
    }

    /// The account after a plan for it was applied, as far as a plan looks at it.
    #[must_use]
    pub fn with(stack: &Stack, target: Target, resources: Vec<Resource>) -> Self {
        let record = Record::of(&resources);
        let mut observed = Observed { resources, ..Observed::nothing(stack, target) };
        observed.resources.push(record.resource(&stack.name));
        Observed { record, ..observed }
    }

    pub(crate) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Resource> {
        self.resources.iter().filter(move |it| it.kind == kind)
    }

    pub(crate) fn find(&self, wanted: &Resource) -> Option<&Resource> {
        self.resources.iter().find(|it| it.is(wanted))
    }

    /// The topic with this ARN.
    pub(crate) fn topic(&self, arn: &str) -> Option<&Resource> {
        self.of_kind(Kind::Topic).find(|it| it.text("TopicArn") == arn)
    }

    /// Whether the stack wrote a resource: it carries the stack's tag, is a subscription of the stack's topic, or is a metric filter with
    /// a name of the stack's record, and its pattern or its metric.
    #[must_use]
    pub fn is_ours(&self, it: &Resource) -> bool {
        match it.kind {
            Kind::MetricFilter => self.record.resembles(it),
            Kind::Subscription => {
                self.topic(&it.text("TopicArn")).is_some_and(|topic| topic.is_tagged(&self.stacks))
            }
            _ => it.is_tagged(&self.stacks),
        }
    }

    /// Whether the stack wrote a resource, or once wrote a metric filter of this name.
    pub(crate) fn was_ours(&self, it: &Resource) -> bool {
        self.is_ours(it) || self.record.has(it)
    }

    /// Whether the stack may delete a resource: one that it wrote. A metric filter has to be as the stack wrote it, because others may
    /// have created it under a name that was free.
    pub(crate) fn is_deletable(&self, it: &Resource) -> bool {
        self.is_ours(it) && (it.kind != Kind::MetricFilter || self.record.has_written(it))
    }

    /// Whether the stack's record is lost: it lists no metric filter, though alarms of the stack are there.
    pub(crate) fn is_record_lost(&self) -> bool {
        let mut alarms = self.of_kind(Kind::Alarm).chain(self.of_kind(Kind::CompositeAlarm));
        self.record.0.is_empty() && alarms.any(|it| self.is_ours(it))
    }

    /// Whether a resource is a metric filter with a name of the stack that its lost record would list.
    pub(crate) fn is_unrecorded(&self, it: &Resource) -> bool {
        it.kind == Kind::MetricFilter && self.is_record_lost() && self.has_name_of_stack(it, &[])
    }

    /// Whether a metric filter has an earlier name of the stack, and no record lists it.
    pub(crate) fn is_of_old_name(&self, it: &Resource) -> bool {
        !self.record.has(it) && self.stacks.iter().skip(1).any(|stack| it.has_name_of(stack))
    }

    /// Whether a metric filter or an alarm has the name of a wanted one, or a name that begins as the stack's names do.
    pub(crate) fn has_name_of_stack(&self, it: &Resource, wanted: &[Resource]) -> bool {
        let is_of_stack = || self.stacks.iter().any(|stack| it.has_name_of(stack));
        it.kind.is_of_rule() && (wanted.iter().any(|wanted| wanted.is(it)) || is_of_stack())
    }

    /// The attributes of a topic, or why they are not known; `None` if nothing asked for them.
    pub(crate) fn topic_attributes(&self, arn: &str) -> Option<Result<&Value, &CallError>> {
        self.attributes("GetTopicAttributes", json!({ "TopicArn": arn }))
    }

    /// The attributes of a subscription, or why they are not known; `None` if nothing asked for them.
    pub(crate) fn subscription_attributes(&self, arn: &str) -> Option<Result<&Value, &CallError>> {
        self.attributes("GetSubscriptionAttributes", json!({ "SubscriptionArn": arn }))
    }

    fn attributes(&self, operation: &'static str, input: Value) -> Option<Result<&Value, &CallError>> {
        let answer = self.reads.one(Service::Sns, operation, input)?;
        Some(answer.map(|it| it.get("Attributes").unwrap_or(&Value::Null)))
    }

    pub(crate) fn subscriptions(&self, topic: &str) -> Result<Vec<&Value>, CallError> {
        let input = json!({ "TopicArn": topic });
        self.reads.list(Service::Sns, "ListSubscriptionsByTopic", input, "Subscriptions")
    }

    /// The alarms for which a member of `DescribeAlarms` has this value.
    pub(crate) fn alarms(&self, member: &str, value: Value) -> Result<Vec<(Kind, &Value)>, CallError> {
        let mut all = Vec::new();
        for (list, kind) in [("MetricAlarms", Kind::Alarm), ("CompositeAlarms", Kind::CompositeAlarm)] {
            let input = json!({ member: value, "AlarmTypes": ALARM_TYPES, "MaxRecords": NAMES });
            let found = self.reads.list(Service::CloudWatch, "DescribeAlarms", input, list)?;
            all.extend(found.into_iter().map(|it| (kind, it)));
        }
        Ok(all)
    }

    /// Who uses a resource of the stack beside the stack: a topic, a log group, or an alarm and its metric filter.
    pub(crate) fn users(&self, it: &Resource, wanted: &[Resource]) -> Result<Vec<String>, CallError> {
        match it.kind {
            Kind::Topic => self.users_of_topic(&it.text("TopicArn"), wanted),
            Kind::LogGroup => self.users_of_log_group(&it.name),
            Kind::Alarm | Kind::CompositeAlarm => self.users_of_alarm(it),
            Kind::MetricFilter if !it.rule.is_empty() => {
                let alarm = self.of_kind(Kind::Alarm).find(|alarm| alarm.rule == it.rule);
                alarm.map_or_else(|| Ok(Vec::new()), |alarm| self.users_of_alarm(alarm))
            }
            _ => Ok(Vec::new()),
        }
    }

    fn users_of_alarm(&self, it: &Resource) -> Result<Vec<String>, CallError> {
        let input = json!({ "AlarmTypes": ["CompositeAlarm"], "MaxRecords": NAMES });
        let mut all = self.reads.list(Service::CloudWatch, "DescribeAlarms", input, "CompositeAlarms")?;
        all.retain(|other| AlarmRule::may_name(text(other, "AlarmRule"), &it.name, &it.arn(&self.target)));
        let names = all.into_iter().map(|it| text(it, "AlarmName")).filter(|name| !self.is_own_alarm(name));
        Ok(names.map(|name| format!("composite alarm {name}")).collect())
    }

    /// Alarms of both kinds share their names.
    fn is_own_alarm(&self, name: &str) -> bool {
        let mut alarms = self.of_kind(Kind::Alarm).chain(self.of_kind(Kind::CompositeAlarm));
        alarms.any(|it| it.name == name && self.is_ours(it))
    }

    fn users_of_topic(&self, arn: &str, wanted: &[Resource]) -> Result<Vec<String>, CallError> {
        // all are asked for in one round
        let (subscriptions, alarms) = (self.subscriptions(arn), self.alarms("ActionPrefix", json!(arn)));
        let attributes = self.topic_attributes(arn).transpose().map_err(Clone::clone)?;
        subscriptions?;
        let is_wanted = |name: &str| wanted.iter().any(|it| it.kind == Kind::Subscription && it.name == name);
        let subscribers = self.of_kind(Kind::Subscription).filter(|it| it.text("TopicArn") == arn);
        let subscribers = subscribers.map(|it| it.name.clone()).filter(|name| !is_wanted(name));
        // an emulator may list alarms that do not publish to it
        let publishing = alarms?.into_iter().filter(|(_, it)| it.to_string().contains(&format!("\"{arn}\"")));
        let publishing =
            publishing.map(|(_, it)| text(it, "AlarmName")).filter(|name| !self.is_own_alarm(name));
        let publishing = publishing.map(|name| format!("alarm {name}"));
        let policy = policy::statements(attributes.map_or("", |it| text(it, "Policy"))).unwrap_or_default();
        let is_known = |sid: &str| {
            sid == "__default_statement_ID" || self.stacks.iter().any(|it| policy::sid(it) == sid)
        };
        let foreign = policy.iter().map(|it| text(it, "Sid")).filter(|sid| !is_known(sid));
        let foreign = foreign.map(|sid| format!("the policy's statement `{sid}`"));
        Ok(subscribers.chain(publishing).chain(foreign).collect())
    }

    fn users_of_log_group(&self, name: &str) -> Result<Vec<String>, CallError> {
        let (call, input) = ("DescribeSubscriptionFilters", json!({ "logGroupName": name }));
        let subscriptions = self.reads.list(Service::Logs, call, input, "subscriptionFilters")?;
        let subscriptions = subscriptions.into_iter().map(|it| text(it, "filterName"));
        let filters = self.of_kind(Kind::MetricFilter).filter(|it| it.text("logGroupName") == name);
        let filters = filters.filter(|it| !self.is_deletable(it)).map(Resource::shown);
        Ok(filters.chain(subscriptions.map(|name| format!("subscription filter {name}"))).collect())
    }
}
