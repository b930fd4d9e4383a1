//! Reads what an account holds of a stack. Nothing is written.
//!
//! [`build`](Reader::build) is written as if all answers were known. It runs again after each round of reads, until it asks for
//! nothing new: reads that do not depend on each other are made together.

use super::observed::{NAMES, Observed};
use super::record::Record;
use crate::aws::{Account, CallError, Reads, Service, text};
use crate::policy;
use crate::resource::{Kind, Resource, STACK_TAG, Tags, tags};
use crate::stack::{Stack, Target, record_topic};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The account that the credentials belong to.
///
/// # Errors
/// If AWS cannot be asked, and if it is not the account that the stack's file names.
pub fn identify(account: &dyn Account, stack: &Stack) -> Result<Target, CallError> {
    let answer = account.call(Service::Sts, "GetCallerIdentity", json!({}))?;
    let id = text(&answer, "Account");
    if id.is_empty() {
        return Err(CallError::new("GetCallerIdentity", "the answer names no account"));
    }
    if let Some(wanted) = stack.account.as_ref().filter(|wanted| *wanted != id) {
        let message = format!(
            "the credentials belong to account {id}, and the stack to {wanted}; nothing was read or written"
        );
        return Err(CallError::new("account", message));
    }
    let partition = text(&answer, "Arn").split(':').nth(1).unwrap_or("aws");
    Ok(Target::new(id, &stack.region).partition(partition))
}

/// Why an account is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// For a plan: also the chain from the trail to the subscribers.
    Plan,
    /// Reads again, to check that the writes took effect.
    ReadBack,
    /// To delete the stack: also what others have in its log group.
    Destroy,
}

/// Reads what the account holds of a stack. `look` looks at what is known for a plan; what it asks for is read, too.
///
/// # Errors
/// The first read that fails and that a plan cannot do without.
pub(crate) fn observe(
    account: &dyn Account,
    stack: &Stack,
    wanted: &[Resource],
    target: &Target,
    purpose: Purpose,
    look: &dyn Fn(&Observed),
) -> Result<Observed, CallError> {
    let mut reads = Reads::default();
    // it ends: a round asks about the log groups, alarms, topics, trails and keys that the answers before it named
    loop {
        let empty = Observed {
            reads,
            has_chain: purpose == Purpose::Plan,
            ..Observed::nothing(stack, target.clone())
        };
        let mut observed = Reader { stack, wanted, purpose, observed: empty }.build()?;
        if purpose == Purpose::Plan {
            look(&observed);
        }
        if !observed.reads.round(account) {
            return Ok(observed);
        }
        reads = observed.reads;
    }
}

struct Reader<'a> {
    stack: &'a Stack,
    wanted: &'a [Resource],
    purpose: Purpose,
    observed: Observed,
}

impl Reader<'_> {
    fn build(mut self) -> Result<Observed, CallError> {
        let tagged = self.tagged()?;
        self.log_group()?;
        self.records()?;
        self.metric_filters()?;
        self.alarms(&tagged)?;
        self.topics(&tagged)?;
        let mut observed = self.observed;
        observed.resources.sort_by_key(Resource::key);
        // what a plan or a destruction will look at is asked for
        for it in observed.resources.iter().filter(|it| observed.is_ours(it)) {
            let is_idle = it.kind != Kind::Subscription && !self.wanted.iter().any(|wanted| wanted.is(it));
            if self.purpose == Purpose::Destroy || is_idle {
                let _ = observed.users(it, self.wanted);
            }
        }
        Ok(observed)
    }

    /// The tags of a resource; `None` if it does not exist, or they are not known yet.
    fn tags(&self, service: Service, arn: &str) -> Result<Option<Tags>, CallError> {
        let [member, list] = service.tag_members();
        match self.observed.reads.one(service, "ListTagsForResource", json!({ member: arn })) {
            Some(Err(error)) if !error.is_missing() => Err(error.clone()),
            answer => Ok(answer.and_then(Result::ok).map(|it| tags(it.get(list)))),
        }
    }

    /// ARNs and tags of alarms and topics with the stack's tag. An account may refuse the call: then the tags are read one by one.
    fn tagged(&mut self) -> Result<BTreeMap<String, Tags>, CallError> {
        let input = json!({
            "TagFilters": [{ "Key": STACK_TAG, "Values": self.observed.stacks }],
            "ResourceTypeFilters": ["cloudwatch:alarm", "sns"],
        });
        let found =
            self.observed.reads.list(Service::Tagging, "GetResources", input, "ResourceTagMappingList");
        let entry = |it: &Value| (text(it, "ResourceARN").to_owned(), tags(it.get("Tags")));
        match found.map(|found| found.into_iter().map(entry).collect()) {
            Err(error) if !error.is_of_credentials() => {
                let why = "what the stack left under other names is not found";
                self.observed.notes.push(format!("{error}: {why}"));
                Ok(BTreeMap::new())
            }
            found => found,
        }
    }

    fn log_group(&mut self) -> Result<(), CallError> {
        let name = &self.stack.log_group.name;
        let input = json!({ "logGroupNamePrefix": name });
        let groups = self.observed.reads.list(Service::Logs, "DescribeLogGroups", input, "logGroups")?;
        let found = groups.into_iter().find(|it| text(it, "logGroupName") == name);
        let mut it = Resource::of_answer(Kind::LogGroup, name, found.unwrap_or(&Value::Null));
        let is_there = found.is_some();
        it.tags = self.tags(Service::Logs, &it.arn(&self.observed.target))?.unwrap_or_default();
        self.observed.resources.extend(is_there.then_some(it));
        Ok(())
    }

    fn records(&mut self) -> Result<(), CallError> {
        for stack in self.observed.stacks.clone() {
            let it = Resource::new(Kind::Record, record_topic(&stack));
            let tags = self.tags(Service::Sns, &it.arn(&self.observed.target))?;
            let Some(tags) = tags else { continue };
            // the topic of somebody else is no record
            let is_record = tags.get(STACK_TAG) == Some(&stack);
            let (record, damaged) = if is_record { Record::read(&tags) } else { Default::default() };
            let why = "the metric filters that it listed count as those of others";
            let note = |part| format!("a part of the record {} cannot be read, and {why}: {part}", it.name);
            self.observed.notes.extend(damaged.iter().map(note));
            self.observed.record = std::mem::take(&mut self.observed.record).and(&record);
            self.observed.resources.push(Resource { tags, ..record.resource(&stack) });
        }
        Ok(())
    }

    /// Those of the stack's log group, and of the log groups that its record names.
    fn metric_filters(&mut self) -> Result<(), CallError> {
        let mut groups: BTreeSet<&String> = self.observed.record.0.keys().collect();
        groups.insert(&self.stack.log_group.name);
        let mut filters = Vec::new();
        for group in groups {
            let (call, input) = ("DescribeMetricFilters", json!({ "logGroupName": group }));
            for it in self.observed.reads.list(Service::Logs, call, input, "metricFilters")? {
                filters.push(self.of_rule(Kind::MetricFilter, text(it, "filterName"), it));
            }
        }
        self.observed.resources.extend(filters);
        Ok(())
    }

    /// A metric filter or an alarm with the rule's id that is in its name, if the stack would give it that name.
    fn of_rule(&self, kind: Kind, name: &str, answer: &Value) -> Resource {
        let mut stacks = self.observed.stacks.iter();
        let id = stacks.find_map(|stack| name.strip_prefix(stack)?.strip_prefix('.'));
        Resource { rule: id.unwrap_or_default().to_owned(), ..Resource::of_answer(kind, name, answer) }
    }

    /// Those whose names begin with the stack's, those that the stack gives other names, and those that carry its tag.
    fn alarms(&mut self, tagged: &BTreeMap<String, Tags>) -> Result<(), CallError> {
        let prefixes: Vec<String> = self.observed.stacks.iter().map(|name| format!("{name}.")).collect();
        let mut listed = Vec::new();
        for prefix in &prefixes {
            listed.extend(self.observed.alarms("AlarmNamePrefix", json!(prefix))?);
        }
        let is_alarm = |it: &&Resource| matches!(it.kind, Kind::Alarm | Kind::CompositeAlarm);
        let wanted = self.wanted.iter().filter(is_alarm).map(|it| it.name.as_str());
        let of_tag = tagged.keys().filter_map(|arn| Some(arn.split_once(":alarm:")?.1));
        let is_other = |name: &&str| !prefixes.iter().any(|prefix| name.starts_with(prefix));
        for names in [wanted.filter(is_other).collect::<Vec<_>>(), of_tag.filter(is_other).collect()] {
            for names in names.chunks(NAMES) {
                listed.extend(self.observed.alarms("AlarmNames", json!(names))?);
            }
        }
        let mut alarms: Vec<Resource> = Vec::new();
        for (kind, it) in listed {
            let mut alarm = self.of_rule(kind, text(it, "AlarmName"), it);
            let arn = alarm.arn(&self.observed.target);
            alarm.tags = match tagged.get(&arn) {
                Some(tags) => tags.clone(),
                None => self.tags(Service::CloudWatch, &arn)?.unwrap_or_default(),
            };
            if !alarms.iter().any(|known| known.is(&alarm)) {
                alarms.push(alarm);
            }
        }
        self.observed.resources.extend(alarms);
        Ok(())
    }

    /// The stack's topic, and others that carry its tag.
    fn topics(&mut self, tagged: &BTreeMap<String, Tags>) -> Result<(), CallError> {
        let wanted = self.stack.topic_arn(&self.observed.target);
        let records: Vec<String> =
            self.observed.stacks.iter().map(|it| format!(":{}", record_topic(it))).collect();
        let is_topic =
            |arn: &str| arn.split(':').nth(2) == Some("sns") && !records.iter().any(|it| arn.ends_with(it));
        for (arn, tags) in tagged.iter().filter(|(arn, _)| is_topic(arn) && Some(*arn) != wanted.as_ref()) {
            self.topic(arn, Value::Null, tags.clone());
        }
        let Some(arn) = wanted else { return Ok(()) };
        let found = (
            self.tags(Service::Sns, &arn).map(Option::unwrap_or_default),
            self.observed.subscriptions(&arn).map(drop),
            self.observed.topic_attributes(&arn).map(|it| it.cloned().map_err(Clone::clone)),
        );
        // another account may not let this one look
        let is_other = self.stack.topic.as_ref().is_some_and(|topic| topic.arn.is_some());
        match found {
            (_, _, None) => {}
            (_, _, Some(Err(error))) if error.is_missing() || is_other && !error.is_of_credentials() => {}
            (_, _, Some(Err(error))) => return Err(error),
            (tags, _, Some(Ok(attributes))) if is_other => {
                self.topic(&arn, attributes, tags.unwrap_or_default())
            }
            (tags, subscriptions, Some(Ok(attributes))) => {
                subscriptions?;
                self.topic(&arn, attributes, tags?);
            }
        }
        Ok(())
    }

    fn topic(&mut self, arn: &str, attributes: Value, tags: Tags) {
        let name = arn.rsplit(':').next().unwrap_or_default();
        let key = Some(text(&attributes, "KmsMasterKeyId")).filter(|key| !key.is_empty());
        let it = Resource::new(Kind::Topic, name).set("TopicArn", arn).set("KmsMasterKeyId", key);
        let it = it.set("Policy", policy::own(text(&attributes, "Policy"), &self.stack.name));
        self.observed.resources.push(Resource { tags, answer: attributes, ..it });
        let subscriptions = self.observed.subscriptions(arn).unwrap_or_default();
        let subscriptions: Vec<_> = subscriptions.into_iter().map(|it| self.subscription(arn, it)).collect();
        self.observed.resources.extend(subscriptions);
    }

    /// A subscription; with the attributes that decide what arrives, if the stack asks for it: one of others is theirs.
    fn subscription(&self, topic: &str, answer: &Value) -> Resource {
        let it = Resource::subscription(text(answer, "Protocol"), text(answer, "Endpoint"), topic);
        let it = Resource { answer: answer.clone(), ..it };
        let arn = it.arn(&self.observed.target);
        let is_asked = self.purpose != Purpose::Destroy && self.wanted.iter().any(|wanted| wanted.is(&it));
        if !is_asked || arn.is_empty() {
            return it;
        }
        let attributes = self.observed.subscription_attributes(&arn).and_then(Result::ok);
        let value = |name| attributes.map_or("", |it| text(it, name));
        ["FilterPolicy", "RawMessageDelivery", "DeliveryPolicy"].into_iter().fold(it, |it, name| {
            it.set(name, Some(value(name)).filter(|value| !["", "{}", "false"].contains(value)))
        })
    }
}
