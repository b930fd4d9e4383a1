//! Reads what an account holds of a stack. Nothing is written.
//!
//! Reads that do not depend on each other are made together: three rounds, and one more for each further page of a list.

use super::calls::{Account, CallError, Request, Service, found};
use super::policy;
use super::record::{self, Record};
use super::resource::{Kind, Resource, STACK_TAG, Tags, tags};
use crate::limits::LIST_PAGES;
use crate::stack::{Stack, Target, redacted};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What an account holds of a stack, and of others where the stack meets them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Observed {
    /// Which account.
    pub target: Target,
    /// The resources that the stack names, those that carry its tag, and all metric filters of its log groups.
    pub resources: Vec<Resource>,
    /// The names that the stack has and had.
    pub(super) stacks: Vec<String>,
    pub(super) record: Record,
    pub(super) facts: Facts,
    /// What could not be read.
    pub(super) notes: Vec<String>,
}

/// What is needed to tell whether an event would reach a person.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Facts {
    pub(super) has_log_group: bool,
    /// The trails that deliver to the log group, or why they are not known.
    pub(super) trails: Option<Result<Vec<TrailFacts>, CallError>>,
    /// The topic's attributes, `None` if it does not exist, or why they are not known.
    pub(super) topic: Option<Result<Option<Value>, CallError>>,
    /// The subscriptions of the topic with their attributes, where they are confirmed.
    pub(super) subscriptions: Vec<(Value, Option<Result<Value, CallError>>)>,
    /// The state and the policy of the topic's key.
    pub(super) key: Option<[Result<Value, CallError>; 2]>,
    /// The alarms as `DescribeAlarms` answers, by name.
    pub(super) alarms: BTreeMap<String, Value>,
    /// The names of the subscription filters of a log group that the stack created.
    pub(super) subscription_filters: Vec<String>,
    /// A topic, and the alarms that publish to it; read for a destruction.
    pub(super) publishers: (String, Vec<String>),
}

impl Facts {
    /// The alarms that publish to a topic.
    pub(super) fn publishers_to(&self, topic: &str) -> &[String] {
        let (arn, names) = &self.publishers;
        if arn == topic { names } else { &[] }
    }

    /// The statements of a topic's policy that are neither the stack's nor AWS's default.
    pub(super) fn topic_statements(&self, topic: &str, stacks: &[String]) -> Vec<String> {
        let Some(Ok(Some(attributes))) = &self.topic else { return Vec::new() };
        if text(attributes, "TopicArn") != topic {
            return Vec::new();
        }
        let statements = policy::statements(&text(attributes, "Policy"));
        let sids = statements.iter().map(|it| text(it, "Sid"));
        let is_known = |sid: &String| {
            sid == "__default_statement_ID" || stacks.iter().any(|stack| policy::sid(stack) == *sid)
        };
        sids.filter(|sid| !is_known(sid)).collect()
    }
}

/// A trail with its status and its event selectors.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TrailFacts {
    pub(super) name: String,
    pub(super) status: Result<Value, CallError>,
    pub(super) selectors: Result<Value, CallError>,
}

impl Observed {
    /// An account that holds nothing of the stack yet.
    #[must_use]
    pub fn nothing(stack: &Stack, target: Target) -> Self {
        Observed {
            target,
            resources: Vec::new(),
            stacks: stack.all_names(),
            record: Record::default(),
            facts: Facts::default(),
            notes: Vec::new(),
        }
    }

    /// The account after a plan for it was applied, as far as a plan looks at it.
    #[must_use]
    pub fn with(stack: &Stack, target: Target, resources: Vec<Resource>) -> Self {
        let record = Record::of(&resources);
        let mut observed = Observed { resources, ..Observed::nothing(stack, target) };
        observed.resources.push(record.resource(&stack.name));
        Observed { record, ..observed }
    }

    pub(super) fn find(&self, wanted: &Resource) -> Option<&Resource> {
        self.resources.iter().find(|it| it.is(wanted))
    }

    /// Whether the stack wrote a resource: it carries the stack's tag, is in the stack's record, or is a subscription of the stack's
    /// topic.
    #[must_use]
    pub fn is_ours(&self, it: &Resource) -> bool {
        match it.kind {
            Kind::MetricFilter => self.record.has(it),
            Kind::Subscription => {
                let topic = it.properties.get("TopicArn");
                let mut topics = self.resources.iter().filter(|it| it.kind == Kind::Topic);
                topics.any(|of| of.properties.get("TopicArn") == topic && of.is_tagged(&self.stacks))
            }
            _ => it.is_tagged(&self.stacks),
        }
    }
}

/// The account that the credentials belong to.
///
/// # Errors
/// If AWS cannot be asked, and if it is not the account that the stack's file names.
pub fn identify(account: &dyn Account, stack: &Stack) -> Result<Target, CallError> {
    let answer = account.call(Service::Sts, "GetCallerIdentity", json!({}))?;
    let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (id, arn) = (text("Account"), text("Arn"));
    if let Some(wanted) = stack.account.as_ref().filter(|wanted| **wanted != id) {
        let message = format!(
            "the credentials belong to account {id}, and the stack to {wanted}; nothing was read or written"
        );
        return Err(CallError::new("account", message));
    }
    let partition = arn.split(':').nth(1).unwrap_or("aws").to_owned();
    Ok(Target::new(id, &stack.region).partition(partition))
}

/// A read, and the names of its token in the request and in the answer.
struct Read(Request, [&'static str; 2]);

fn read(service: Service, operation: &'static str, input: Value) -> Read {
    let token = match service {
        Service::Logs => ["nextToken"; 2],
        Service::Tagging => ["PaginationToken"; 2],
        _ => ["NextToken"; 2],
    };
    Read(Request::new(service, operation, input), token)
}

/// The answers of the reads, all pages of each.
fn pages(account: &dyn Account, reads: Vec<Read>) -> Vec<Result<Vec<Value>, CallError>> {
    let mut answers: Vec<Result<Vec<Value>, CallError>> = reads.iter().map(|_| Ok(Vec::new())).collect();
    let mut open: Vec<(usize, Read)> = reads.into_iter().enumerate().collect();
    for page in 0.. {
        if open.is_empty() {
            break;
        }
        let requests: Vec<Request> = open.iter().map(|(_, Read(request, _))| request.clone()).collect();
        let mut next = Vec::new();
        for ((at, Read(mut request, token)), answer) in open.into_iter().zip(account.calls(&requests)) {
            let Some(all) = answers.get_mut(at) else { continue };
            match answer {
                Err(error) => *all = Err(error),
                Ok(_) if page >= LIST_PAGES => {
                    *all = Err(CallError::new(request.operation, format!("more than {LIST_PAGES} pages")));
                }
                Ok(answer) => {
                    let [sent, received] = token;
                    let following = answer.get(received).and_then(Value::as_str).filter(|it| !it.is_empty());
                    if let Some(following) = following {
                        super::resource::put(&mut request.input, &format!("/{sent}"), json!(following));
                        next.push((at, Read(request, token)));
                    }
                    if let Ok(all) = all {
                        all.push(answer);
                    }
                }
            }
        }
        open = next;
    }
    answers
}

/// The entries of a list under one of these names, of all pages.
fn entries<'a>(pages: &'a [Value], name: &'a str) -> impl Iterator<Item = &'a Value> {
    pages.iter().filter_map(move |page| page.get(name)?.as_array()).flatten()
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
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

/// Reads what the account holds of a stack.
///
/// # Errors
/// The first read that fails and that a plan cannot do without.
pub fn observe(
    account: &dyn Account,
    stack: &Stack,
    wanted: &[Resource],
    target: &Target,
    purpose: Purpose,
) -> Result<Observed, CallError> {
    let mut reader = Reader { account, stack, target, observed: Observed::nothing(stack, target.clone()) };
    let first = reader.first(wanted, purpose)?;
    reader.second(first, purpose == Purpose::Plan)?;
    let mut observed = reader.observed;
    observed.resources.sort_by_key(Resource::key);
    Ok(observed)
}

/// What the first round leads to.
#[derive(Default)]
struct Leads {
    /// Further log groups that the record names.
    log_groups: BTreeSet<String>,
    /// Alarms whose tags are not known.
    untagged: Vec<String>,
    /// Alarms that carry the stack's tag and were not listed.
    unlisted: Vec<String>,
    /// ARNs and tags of resources with the stack's tag.
    tagged: BTreeMap<String, Tags>,
    /// Topics with the stack's tag that the stack's file does not name.
    topics: Vec<String>,
    trails: Vec<(String, String)>,
    subscriptions: Vec<Value>,
}

struct Reader<'a> {
    account: &'a dyn Account,
    stack: &'a Stack,
    target: &'a Target,
    observed: Observed,
}

/// Both kinds: by itself `DescribeAlarms` lists metric alarms only.
const ALARM_TYPES: [&str; 2] = ["MetricAlarm", "CompositeAlarm"];

/// Alarms that one `DescribeAlarms` names and lists (API reference).
const NAMES: usize = 100;

impl Reader<'_> {
    fn alarm_reads(names: &[String]) -> impl Iterator<Item = Read> {
        let input =
            |names: &[String]| json!({ "AlarmNames": names, "AlarmTypes": ALARM_TYPES, "MaxRecords": NAMES });
        names.chunks(NAMES).map(move |names| read(Service::CloudWatch, "DescribeAlarms", input(names)))
    }

    fn first(&mut self, wanted: &[Resource], purpose: Purpose) -> Result<Leads, CallError> {
        let chain = purpose == Purpose::Plan;
        let group = &self.stack.log_group.name;
        let group_arn = self.target.arn("logs", &format!("log-group:{group}"));
        let topic = self.stack.topic_arn(self.target);
        let stacks = self.observed.stacks.clone();
        let mut reads = vec![
            read(Service::Logs, "DescribeLogGroups", json!({ "logGroupNamePrefix": group })),
            read(Service::Logs, "DescribeMetricFilters", json!({ "logGroupName": group })),
            read(Service::Logs, "ListTagsForResource", json!({ "resourceArn": group_arn })),
            read(
                Service::Tagging,
                "GetResources",
                json!({
                    "TagFilters": [{ "Key": STACK_TAG, "Values": stacks }],
                    "ResourceTypeFilters": ["cloudwatch:alarm", "sns"],
                }),
            ),
        ];
        let count = reads.len();
        for stack in &stacks {
            let arn = self.target.arn("sns", &record::name(stack));
            reads.push(read(Service::Sns, "ListTagsForResource", json!({ "ResourceArn": arn })));
        }
        let alarms = reads.len();
        let prefix = |name: &String| format!("{name}.");
        reads.extend(stacks.iter().map(|name| {
            read(
                Service::CloudWatch,
                "DescribeAlarms",
                json!({ "AlarmNamePrefix": prefix(name), "AlarmTypes": ALARM_TYPES, "MaxRecords": NAMES }),
            )
        }));
        let is_alarm = |it: &&Resource| matches!(it.kind, Kind::Alarm | Kind::CompositeAlarm);
        let is_other = |it: &&Resource| !stacks.iter().any(|name| it.name.starts_with(&prefix(name)));
        let others: Vec<String> =
            wanted.iter().filter(is_alarm).filter(is_other).map(|it| it.name.clone()).collect();
        reads.extend(Self::alarm_reads(&others));
        let after_alarms = reads.len();
        if let Some(arn) = &topic {
            reads.push(read(Service::Sns, "GetTopicAttributes", json!({ "TopicArn": arn })));
            reads.push(read(Service::Sns, "ListSubscriptionsByTopic", json!({ "TopicArn": arn })));
            reads.push(read(Service::Sns, "ListTagsForResource", json!({ "ResourceArn": arn })));
        }
        if let (Purpose::Destroy, Some(arn)) = (purpose, &topic) {
            let input = json!({ "ActionPrefix": arn, "AlarmTypes": ALARM_TYPES, "MaxRecords": NAMES });
            reads.push(read(Service::CloudWatch, "DescribeAlarms", input));
        }
        let is_destroyed = purpose == Purpose::Destroy && self.stack.log_group.create;
        if is_destroyed {
            reads.push(read(Service::Logs, "DescribeSubscriptionFilters", json!({ "logGroupName": group })));
        }
        if chain {
            reads.push(read(Service::CloudTrail, "DescribeTrails", json!({ "includeShadowTrails": true })));
        }
        let answers = pages(self.account, reads);
        let mut leads = Leads::default();
        let mut answers = answers.into_iter();
        let mut next = || answers.next().unwrap_or_else(|| Ok(Vec::new()));
        let (groups, filters, group_tags, tagged) = (next()?, next(), next(), next());
        let records: Vec<_> = (count..alarms).map(|_| next()).collect();
        let listed: Vec<_> = (alarms..after_alarms).map(|_| next()).collect();
        let of_topic = topic.as_ref().map(|arn| (arn.clone(), [next(), next(), next()]));
        if let (Purpose::Destroy, Some(arn)) = (purpose, &topic) {
            let pages = next()?;
            let all = entries(&pages, "MetricAlarms").chain(entries(&pages, "CompositeAlarms"));
            // an emulator may list all
            let publishing = all.filter(|it| it.to_string().contains(&format!("\"{arn}\"")));
            self.observed.facts.publishers =
                (arn.clone(), publishing.map(|it| text(it, "AlarmName")).collect());
        }
        if is_destroyed {
            let filters = optional(next())?;
            let names = entries(&filters, "subscriptionFilters").map(|it| text(it, "filterName"));
            self.observed.facts.subscription_filters = names.collect();
        }
        let trails = chain.then(next);
        self.log_group(&groups, optional(group_tags)?);
        self.tagged(tagged, &mut leads)?;
        self.records(records, &mut leads)?;
        self.metric_filters(optional(filters)?);
        for pages in listed {
            self.alarms(&pages?, &mut leads);
        }
        if let Some((arn, answers)) = of_topic {
            self.topic(&arn, answers, &mut leads)?;
        }
        if let Some(trails) = trails {
            self.trails(trails, &group_arn, &mut leads);
        }
        Ok(leads)
    }

    fn log_group(&mut self, pages: &[Value], tag_pages: Vec<Value>) {
        let name = &self.stack.log_group.name;
        let mut groups = entries(pages, "logGroups");
        let Some(found) = groups.find(|it| text(it, "logGroupName") == *name) else { return };
        self.observed.facts.has_log_group = true;
        let mut it = Resource::of_answer(Kind::LogGroup, name, found);
        it.tags = tags(tag_pages.first().and_then(|page| page.get("tags")));
        self.observed.resources.push(it);
    }

    /// Alarms and topics by the stack's tag. An account may refuse the call: then the tags are read one by one.
    fn tagged(&mut self, pages: Result<Vec<Value>, CallError>, leads: &mut Leads) -> Result<(), CallError> {
        let pages = match pages {
            Err(error) if error.is_of_credentials() => return Err(error),
            Err(error) => {
                let why = "what the stack left under other names is not found";
                self.observed.notes.push(format!("{error}: {why}"));
                return Ok(());
            }
            Ok(pages) => pages,
        };
        for it in entries(&pages, "ResourceTagMappingList") {
            leads.tagged.insert(text(it, "ResourceARN"), tags(it.get("Tags")));
        }
        Ok(())
    }

    fn records(
        &mut self,
        answers: Vec<Result<Vec<Value>, CallError>>,
        leads: &mut Leads,
    ) -> Result<(), CallError> {
        for (stack, pages) in self.observed.stacks.clone().iter().zip(answers) {
            let pages = optional(pages)?;
            let found = tags(pages.first().and_then(|page| page.get("Tags")));
            // the topic of somebody else is no record
            if found.get(STACK_TAG) != Some(stack) {
                let mut it = Resource::new(Kind::Record, record::name(stack));
                it.tags = found;
                self.observed.resources.extend((!pages.is_empty()).then_some(it));
                continue;
            }
            let record = Record::of_tags(&found);
            let mut it = record.resource(stack);
            it.tags = found;
            self.observed.resources.push(it);
            self.observed.record = std::mem::take(&mut self.observed.record).and(&record);
        }
        let groups = self.observed.record.0.keys().filter(|group| **group != self.stack.log_group.name);
        leads.log_groups = groups.cloned().collect();
        Ok(())
    }

    fn metric_filters(&mut self, pages: Vec<Value>) {
        for it in entries(&pages, "metricFilters") {
            let mut filter = Resource::of_answer(Kind::MetricFilter, &text(it, "filterName"), it);
            filter.rule = self.rule_of(&filter.name);
            self.observed.resources.push(filter);
        }
    }

    /// The rule's id in a name that the stack would give; empty for other names.
    fn rule_of(&self, name: &str) -> String {
        let mut stacks = self.observed.stacks.iter();
        let id = stacks.find_map(|stack| name.strip_prefix(stack)?.strip_prefix('.'));
        id.unwrap_or_default().to_owned()
    }

    fn alarms(&mut self, pages: &[Value], leads: &mut Leads) {
        for (list, kind) in [("MetricAlarms", Kind::Alarm), ("CompositeAlarms", Kind::CompositeAlarm)] {
            for it in entries(pages, list) {
                let name = text(it, "AlarmName");
                let mut alarm = Resource::of_answer(kind, &name, it);
                if self.observed.facts.alarms.contains_key(&name) {
                    continue;
                }
                alarm.rule = self.rule_of(&name);
                match leads.tagged.get(&self.target.arn("cloudwatch", &format!("alarm:{name}"))) {
                    Some(tags) => alarm.tags.clone_from(tags),
                    None => leads.untagged.push(name.clone()),
                }
                self.observed.facts.alarms.insert(name, it.clone());
                self.observed.resources.push(alarm);
            }
        }
    }

    fn topic(
        &mut self,
        arn: &str,
        answers: [Result<Vec<Value>, CallError>; 3],
        leads: &mut Leads,
    ) -> Result<(), CallError> {
        let [attributes, subscriptions, tag_pages] = answers;
        let attributes = found(attributes.map(|pages| pages.into_iter().next().unwrap_or_default()));
        // another account may not let this one look
        let is_other = self.stack.topic.as_ref().is_some_and(|topic| topic.arn.is_some());
        let attributes = match attributes {
            Err(error) if is_other && !error.is_of_credentials() => Err(error),
            Err(error) => return Err(error),
            Ok(answer) => Ok(answer.map(|it| it.get("Attributes").cloned().unwrap_or_default())),
        };
        if let Ok(Some(attributes)) = &attributes {
            let (subscriptions, tag_pages) = match is_other {
                true => (subscriptions.unwrap_or_default(), tag_pages.unwrap_or_default()),
                false => (optional(subscriptions)?, optional(tag_pages)?),
            };
            let own = policy::own(&text(attributes, "Policy"), &self.stack.name);
            let key = Some(text(attributes, "KmsMasterKeyId")).filter(|key| !key.is_empty());
            let name = arn.rsplit(':').next().unwrap_or_default();
            let mut it = Resource::new(Kind::Topic, name).set("Policy", own).set("KmsMasterKeyId", key);
            it = it.set("TopicArn", arn);
            it.tags = tags(tag_pages.first().and_then(|page| page.get("Tags")));
            self.observed.resources.push(it);
            let subscriptions: Vec<Value> = entries(&subscriptions, "Subscriptions").cloned().collect();
            self.subscriptions(arn, &subscriptions);
            leads.subscriptions = subscriptions;
        }
        self.observed.facts.topic = Some(attributes);
        Ok(())
    }

    fn subscriptions(&mut self, topic: &str, subscriptions: &[Value]) {
        for it in subscriptions {
            let (protocol, endpoint) = (text(it, "Protocol"), text(it, "Endpoint"));
            let shown = redacted(&endpoint);
            let of_topic = Resource::new(Kind::Subscription, format!("{protocol} {shown}"));
            let mut of_topic =
                of_topic.set("Protocol", protocol).set("Endpoint", shown).set("TopicArn", topic);
            // "PendingConfirmation" is in its place until it is confirmed, "Deleted" afterwards
            of_topic.arn =
                Some(text(it, "SubscriptionArn")).filter(|arn| arn.starts_with("arn:")).unwrap_or_default();
            of_topic.endpoint = endpoint;
            self.observed.resources.push(of_topic);
        }
    }

    fn trails(&mut self, pages: Result<Vec<Value>, CallError>, group_arn: &str, leads: &mut Leads) {
        let delivers = |it: &&Value| {
            let group = text(it, "CloudWatchLogsLogGroupArn");
            group.trim_end_matches('*').trim_end_matches(':') == group_arn
        };
        match pages {
            Err(error) => self.observed.facts.trails = Some(Err(error)),
            Ok(pages) => {
                let trails = entries(&pages, "trailList").filter(delivers);
                leads.trails = trails.map(|it| (text(it, "Name"), text(it, "TrailARN"))).collect();
                self.observed.facts.trails = Some(Ok(Vec::new()));
            }
        }
    }

    fn second(&mut self, mut leads: Leads, chain: bool) -> Result<(), CallError> {
        let alarm_prefix = self.target.arn("cloudwatch", "alarm:");
        let named = leads.tagged.keys().filter_map(|arn| arn.strip_prefix(&alarm_prefix));
        leads.unlisted =
            named.filter(|name| !self.observed.facts.alarms.contains_key(*name)).map(str::to_owned).collect();
        let wanted = self.stack.topic_arn(self.target);
        let is_record = |arn: &str| {
            self.observed.stacks.iter().any(|it| arn.ends_with(&format!(":{}", record::name(it))))
        };
        let topics = leads.tagged.keys().filter(|arn| arn.split(':').nth(2) == Some("sns"));
        leads.topics =
            topics.filter(|arn| Some(*arn) != wanted.as_ref() && !is_record(arn)).cloned().collect();
        let tags_of =
            |arn: String| read(Service::CloudWatch, "ListTagsForResource", json!({ "ResourceARN": arn }));
        let of_group =
            |group: &String| read(Service::Logs, "DescribeMetricFilters", json!({ "logGroupName": group }));
        let of_topic =
            |arn: &String| read(Service::Sns, "ListSubscriptionsByTopic", json!({ "TopicArn": arn }));
        let mut reads: Vec<Read> =
            leads.untagged.iter().map(|name| tags_of(format!("{alarm_prefix}{name}"))).collect();
        reads.extend(leads.log_groups.iter().map(of_group));
        reads.extend(leads.topics.iter().map(of_topic));
        reads.extend(Self::alarm_reads(&leads.unlisted));
        let facts = if chain { self.fact_reads(&leads) } else { Vec::new() };
        let before_facts = reads.len();
        reads.extend(facts);
        let mut answers = pages(self.account, reads);
        let facts = answers.split_off(before_facts);
        let mut answers = answers.into_iter();
        let mut next = || answers.next().unwrap_or_else(|| Ok(Vec::new()));
        for name in &leads.untagged {
            let found = optional(next())?;
            let found = tags(found.first().and_then(|page| page.get("Tags")));
            let mut alarms = self
                .observed
                .resources
                .iter_mut()
                .filter(|it| matches!(it.kind, Kind::Alarm | Kind::CompositeAlarm));
            alarms.by_ref().filter(|it| it.name == *name).for_each(|it| it.tags.clone_from(&found));
        }
        for _ in &leads.log_groups {
            self.metric_filters(optional(next())?);
        }
        for arn in leads.topics.clone() {
            let mut it = Resource::new(Kind::Topic, arn.rsplit(':').next().unwrap_or_default())
                .set("TopicArn", arn.clone());
            it.tags = leads.tagged.get(&arn).cloned().unwrap_or_default();
            self.observed.resources.push(it);
            let subscriptions: Vec<Value> = entries(&optional(next())?, "Subscriptions").cloned().collect();
            self.subscriptions(&arn, &subscriptions);
        }
        for _ in 0..leads.unlisted.len().div_ceil(NAMES) {
            self.alarms(&next()?, &mut leads);
        }
        if chain {
            self.facts(&leads, facts);
        }
        Ok(())
    }

    fn key(&self) -> Option<String> {
        let Some(Ok(Some(attributes))) = &self.observed.facts.topic else { return None };
        Some(text(attributes, "KmsMasterKeyId")).filter(|key| !key.is_empty() && key != "alias/aws/sns")
    }

    fn fact_reads(&self, leads: &Leads) -> Vec<Read> {
        let mut reads = Vec::new();
        for (_, arn) in &leads.trails {
            reads.push(read(Service::CloudTrail, "GetTrailStatus", json!({ "Name": arn })));
            reads.push(read(Service::CloudTrail, "GetEventSelectors", json!({ "TrailName": arn })));
        }
        for it in leads.subscriptions.iter().filter(|it| text(it, "SubscriptionArn").starts_with("arn:")) {
            let input = json!({ "SubscriptionArn": text(it, "SubscriptionArn") });
            reads.push(read(Service::Sns, "GetSubscriptionAttributes", input));
        }
        if let Some(key) = self.key() {
            reads.push(read(Service::Kms, "DescribeKey", json!({ "KeyId": key })));
            reads.push(read(Service::Kms, "GetKeyPolicy", json!({ "KeyId": key, "PolicyName": "default" })));
        }
        reads
    }

    fn facts(&mut self, leads: &Leads, answers: Vec<Result<Vec<Value>, CallError>>) {
        let mut answers =
            answers.into_iter().map(|it| it.map(|pages| pages.into_iter().next().unwrap_or_default()));
        let mut next = || answers.next().unwrap_or(Ok(Value::Null));
        let trails = leads.trails.iter().map(|(name, _)| TrailFacts {
            name: name.clone(),
            status: next(),
            selectors: next(),
        });
        let trails: Vec<TrailFacts> = trails.collect();
        for it in &leads.subscriptions {
            let attributes = text(it, "SubscriptionArn").starts_with("arn:").then(&mut next);
            self.observed.facts.subscriptions.push((it.clone(), attributes));
        }
        if self.key().is_some() {
            self.observed.facts.key = Some([next(), next()]);
        }
        if let Some(Ok(known)) = &mut self.observed.facts.trails {
            *known = trails;
        }
    }
}

/// The pages, or none if the resource does not exist.
fn optional(pages: Result<Vec<Value>, CallError>) -> Result<Vec<Value>, CallError> {
    match pages {
        Err(error) if error.is_missing() => Ok(Vec::new()),
        other => other,
    }
}
