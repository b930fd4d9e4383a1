//! Reads what an account holds of a stack. Nothing is written.
//!
//! [`build`](Reader::build) is written as if all answers were known. It runs again after each round of reads, until it asks for
//! nothing new: reads that do not depend on each other are made together.

use super::observed::{NAMES, Observed};
use super::record::Record;
use crate::aws::{Account, CallError, Reads, Service, text};
use crate::policy;
use crate::resource::{Kind, Resource, STACK_TAG, Tags, tags};
use crate::stack::{Stack, Target, record_topic, redacted};
use serde_json::{Value, json};
use std::collections::BTreeMap;

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
            let is_idle = it.kind == Kind::Topic && !self.wanted.iter().any(|wanted| wanted.is(it));
            if self.purpose == Purpose::Destroy || is_idle {
                let _ = observed.users(it, self.wanted);
            }
        }
        Ok(observed)
    }

    fn tags(&self, service: Service, arn: &str) -> Result<Tags, CallError> {
        let [member, list] = service.tag_members();
        match self.observed.reads.one(service, "ListTagsForResource", json!({ member: arn })) {
            Some(Err(error)) if !error.is_missing() => Err(error.clone()),
            Some(Ok(answer)) => Ok(tags(answer.get(list))),
            _ => Ok(Tags::new()),
        }
    }

    /// ARNs and tags of alarms and topics with the stack's tag. An account may refuse the call: then the tags are read one by one.
    fn tagged(&mut self) -> Result<BTreeMap<String, Tags>, CallError> {
        let input = json!({
            "TagFilters": [{ "Key": STACK_TAG, "Values": self.observed.stacks }],
            "ResourceTypeFilters": ["cloudwatch:alarm", "sns"],
        });
        match self.observed.reads.list(Service::Tagging, "GetResources", input, "ResourceTagMappingList") {
            Err(error) if error.is_of_credentials() => Err(error),
            Err(error) => {
                let why = "what the stack left under other names is not found";
                self.observed.notes.push(format!("{error}: {why}"));
                Ok(BTreeMap::new())
            }
            Ok(found) => Ok(found
                .into_iter()
                .map(|it| (text(it, "ResourceARN").to_owned(), tags(it.get("Tags"))))
                .collect()),
        }
    }

    fn log_group(&mut self) -> Result<(), CallError> {
        let name = &self.stack.log_group.name;
        let input = json!({ "logGroupNamePrefix": name });
        let groups = self.observed.reads.list(Service::Logs, "DescribeLogGroups", input, "logGroups")?;
        let found = groups.into_iter().find(|it| text(it, "logGroupName") == name);
        let mut it = Resource::of_answer(Kind::LogGroup, name, found.unwrap_or(&Value::Null));
        let is_there = found.is_some();
        it.tags = self.tags(Service::Logs, &it.arn(&self.observed.target))?;
        self.observed.resources.extend(is_there.then_some(it));
        Ok(())
    }

    fn records(&mut self) -> Result<(), CallError> {
        for stack in self.observed.stacks.clone() {
            let mut it = Resource::new(Kind::Record, record_topic(&stack));
            let arn = it.arn(&self.observed.target);
            it.tags = self.tags(Service::Sns, &arn)?;
            // the topic of somebody else is no record
            if it.tags.get(STACK_TAG) == Some(&stack) {
                let (record, damaged) = Record::read(&it.tags);
                let name = &it.name;
                let why = "the metric filters that it listed count as those of others";
                let note = |part| format!("a part of the record {name} cannot be read, and {why}: {part}");
                self.observed.notes.extend(damaged.iter().map(note));
                it = Resource { tags: it.tags, ..record.resource(&stack) };
                self.observed.record = std::mem::take(&mut self.observed.record).and(&record);
            }
            let answer =
                self.observed.reads.one(Service::Sns, "ListTagsForResource", json!({ "ResourceArn": arn }));
            if matches!(answer, Some(Ok(_))) {
                self.observed.resources.push(it);
            }
        }
        Ok(())
    }

    /// Those of the stack's log group, and of the log groups that its record names.
    fn metric_filters(&mut self) -> Result<(), CallError> {
        let mut groups: Vec<String> = self.observed.record.0.keys().cloned().collect();
        groups.retain(|group| *group != self.stack.log_group.name);
        groups.push(self.stack.log_group.name.clone());
        let mut filters = Vec::new();
        for group in groups {
            let input = json!({ "logGroupName": group });
            for it in
                self.observed.reads.list(Service::Logs, "DescribeMetricFilters", input, "metricFilters")?
            {
                let mut filter = Resource::of_answer(Kind::MetricFilter, text(it, "filterName"), it);
                filter.rule = self.rule_of(&filter.name);
                filters.push(filter);
            }
        }
        self.observed.resources.extend(filters);
        Ok(())
    }

    /// The rule's id in a name that the stack would give; empty for other names.
    fn rule_of(&self, name: &str) -> String {
        let mut stacks = self.observed.stacks.iter();
        let id = stacks.find_map(|stack| name.strip_prefix(stack)?.strip_prefix('.'));
        id.unwrap_or_default().to_owned()
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
            let mut alarm = Resource::of_answer(kind, text(it, "AlarmName"), it);
            if alarms.iter().any(|known| known.is(&alarm)) {
                continue;
            }
            alarm.rule = self.rule_of(&alarm.name);
            let arn = alarm.arn(&self.observed.target);
            alarm.tags = match tagged.get(&arn) {
                Some(tags) => tags.clone(),
                None => self.tags(Service::CloudWatch, &arn)?,
            };
            alarms.push(alarm);
        }
        self.observed.resources.extend(alarms);
        Ok(())
    }

    /// The stack's topic, and others that carry its tag.
    fn topics(&mut self, tagged: &BTreeMap<String, Tags>) -> Result<(), CallError> {
        let wanted = self.stack.topic_arn(&self.observed.target);
        let is_record = |arn: &str| {
            let mut stacks = self.observed.stacks.iter();
            stacks.any(|it| arn.ends_with(&format!(":{}", record_topic(it))))
        };
        let is_topic = |arn: &&String| arn.split(':').nth(2) == Some("sns") && !is_record(arn);
        let others = tagged.keys().filter(is_topic).filter(|arn| Some(*arn) != wanted.as_ref());
        for arn in others.cloned().collect::<Vec<_>>() {
            let tags = tagged.get(&arn).cloned().unwrap_or_default();
            self.topic(&arn, Value::Null, tags);
        }
        let Some(arn) = wanted else { return Ok(()) };
        // another account may not let this one look
        let is_other = self.stack.topic.as_ref().is_some_and(|topic| topic.arn.is_some());
        let tags = self.tags(Service::Sns, &arn);
        let subscriptions = self.observed.subscriptions(&arn).map(drop);
        let attributes = match self.observed.topic_attributes(&arn) {
            Some(Ok(attributes)) => attributes.clone(),
            Some(Err(error)) if !error.is_missing() && (!is_other || error.is_of_credentials()) => {
                return Err(error.clone());
            }
            _ => return Ok(()),
        };
        if !is_other {
            subscriptions?;
        }
        let tags = if is_other { tags.unwrap_or_default() } else { tags? };
        self.topic(&arn, attributes, tags);
        Ok(())
    }

    fn topic(&mut self, arn: &str, attributes: Value, tags: Tags) {
        let name = arn.rsplit(':').next().unwrap_or_default();
        let key = Some(text(&attributes, "KmsMasterKeyId")).filter(|key| !key.is_empty());
        let it = Resource::new(Kind::Topic, name).set("TopicArn", arn).set("KmsMasterKeyId", key);
        let mut it = it.set("Policy", policy::own(text(&attributes, "Policy"), &self.stack.name));
        (it.tags, it.answer) = (tags, attributes);
        self.observed.resources.push(it);
        let subscriptions = self.observed.subscriptions(arn).unwrap_or_default();
        let one = |it: &&Value| {
            let (protocol, endpoint) = (text(it, "Protocol"), text(it, "Endpoint"));
            let shown = redacted(endpoint);
            let of_topic = Resource::new(Kind::Subscription, format!("{protocol} {shown}"));
            let mut of_topic = of_topic.set("Protocol", protocol).set("Endpoint", shown).set("TopicArn", arn);
            (of_topic.endpoint, of_topic.answer) = (endpoint.to_owned(), (*it).clone());
            of_topic
        };
        // only of those that the stack asks for: a subscription of others is theirs
        let filtered = |it: Resource| {
            let subscription = it.arn(&self.observed.target);
            let is_asked =
                self.purpose != Purpose::Destroy && self.wanted.iter().any(|wanted| wanted.is(&it));
            if !is_asked || subscription.is_empty() {
                return it;
            }
            let answer = self.observed.subscription_attributes(&subscription);
            let policy = answer.and_then(Result::ok).map_or("", |it| text(it, "FilterPolicy"));
            it.set("FilterPolicy", Some(policy).filter(|policy| !matches!(*policy, "" | "{}")))
        };
        let subscriptions: Vec<Resource> = subscriptions.iter().map(one).map(filtered).collect();
        self.observed.resources.extend(subscriptions);
    }
}
