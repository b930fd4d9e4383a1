//! What a stack's file says and AWS would refuse, or what contradicts itself: each at its place.

use super::entry::{Names, StackEntry, SubscriptionEntry, TopicEntry, TrailEntry};
use super::{endpoint, names};
use crate::rules::RuleError;
use crate::span::Span;
use crate::spanned::Spanned;
use std::path::Path;

/// All that is wrong with a file, whose text is shown as `source`.
pub(super) fn errors(path: &Path, source: &str, entry: &StackEntry) -> Vec<RuleError> {
    Checks { path, source, errors: Vec::new() }.all(entry)
}

struct Checks<'a> {
    path: &'a Path,
    source: &'a str,
    errors: Vec<RuleError>,
}

impl Checks<'_> {
    fn refuse(&mut self, span: std::ops::Range<usize>, what: &str, help: &str) {
        let span = Span::new(span.start, span.end);
        self.errors.push(RuleError::new(self.path, what).at(self.source, span).help_line(help));
    }

    fn name(&mut self, what: &str, text: &Spanned<String>, name: &names::Name) {
        if !(name.is_valid)(text.get_ref()) {
            let message = format!("`{}` is no {what}", endpoint::quoted(text.get_ref()));
            self.refuse(text.span(), &message, name.rule);
        }
    }

    fn optional(&mut self, what: &str, text: Option<&Spanned<String>>, name: &names::Name) {
        if let Some(text) = text {
            self.name(what, text, name);
        }
    }

    fn all(mut self, entry: &StackEntry) -> Vec<RuleError> {
        self.name("name of a stack", &entry.name, &names::STACK);
        self.name("region", &entry.region, &names::REGION);
        self.optional("metric namespace", entry.namespace.as_ref(), &names::NAMESPACE);
        self.optional("account id", entry.account.as_ref(), &names::ACCOUNT);
        for (at, name) in entry.was.iter().enumerate() {
            self.name("name of a stack", name, &names::STACK);
            let earlier = entry.was.iter().take(at).chain([&entry.name]);
            if earlier.into_iter().any(|it| it.get_ref() == name.get_ref()) {
                let message =
                    format!("the stack has the name `{}` already", endpoint::quoted(name.get_ref()));
                self.refuse(name.span(), &message, "`was` lists other, earlier names");
            }
        }
        for names in entry.names.values() {
            let Names { metric_filter, alarm } = names.get_ref();
            for (what, name, rule) in [
                ("name of a metric filter", metric_filter, names::FILTER),
                ("name of an alarm", alarm, names::ALARM),
            ] {
                if let Some(name) = name.as_ref().filter(|name| !(rule.is_valid)(name)) {
                    self.refuse(names.span(), &format!("`{name}` is no {what}"), rule.rule);
                }
            }
        }
        let group = &entry.log_group;
        self.name("name of a log group", &group.name, &names::LOG_GROUP);
        self.optional("KMS key", group.kms_key.as_ref(), &names::KMS_KEY);
        let settings =
            [group.retention_days.as_ref().map(|it| it.span()), group.kms_key.as_ref().map(|it| it.span())];
        if let Some(span) = settings.into_iter().flatten().next().filter(|_| !group.create) {
            let help = "with `create = true` the stack creates the log group and decides; otherwise take the setting out";
            self.refuse(
                span,
                "the stack does not create the log group, and so does not change its settings",
                help,
            );
        }
        if let Some(blank) = group.fed_by.as_ref().filter(|it| it.get_ref().trim().is_empty()) {
            let help = "such as `fed_by = \"the organisation's trail in account 210987654321\"`";
            self.refuse(blank.span(), "`fed_by` does not say who delivers the events", help);
        }
        if let Some(days) = &group.retention_days
            && !names::RETENTION_DAYS.contains(days.get_ref())
        {
            let help = format!("CloudWatch Logs takes {:?}", names::RETENTION_DAYS);
            self.refuse(days.span(), &format!("{} days cannot be kept", days.get_ref()), &help);
        }
        if entry.rules.get_ref().is_empty() {
            self.refuse(entry.rules.span(), "the stack has no rules", "write `rules = [\"patterns\"]`");
        }
        if let Some(alarm) = &entry.alarm
            && let Err(error) = alarm.get_ref().settings("")
        {
            self.refuse(alarm.span(), &error.to_string(), "the keys are those of a rule's `alarm`");
        }
        // "The KMS key must be in the same Region" (API references of `AssociateKmsKey` and `SetTopicAttributes`)
        let keys = [group.kms_key.as_ref(), entry.topic.as_ref().and_then(|topic| topic.kms_key.as_ref())];
        for key in keys.into_iter().flatten() {
            self.region("key", key, &entry.region, "a key encrypts in its own region only");
        }
        if let Some(topic) = &entry.topic {
            self.topic(topic);
            self.names_of_topic(topic, entry);
        }
        if let Some(trail) = &entry.trail {
            self.trail(trail);
        }
        self.errors
    }

    fn topic(&mut self, topic: &TopicEntry) {
        self.optional("name of a topic", topic.name.as_ref(), &names::TOPIC);
        self.optional("ARN of a topic", topic.arn.as_ref(), &names::TOPIC_ARN);
        self.optional("KMS key", topic.kms_key.as_ref(), &names::KMS_KEY);
        match (&topic.name, &topic.arn) {
            (Some(name), Some(_)) => {
                self.refuse(
                    name.span(),
                    "the topic has a name and an ARN",
                    "a name: the stack's topic; an ARN: another's",
                );
            }
            (None, None) => {
                self.refuse(0..0, "the topic has no name", "write `name`, or `arn` of another's topic")
            }
            (None, Some(arn)) if topic.kms_key.is_some() || !topic.subscription.is_empty() => {
                let help =
                    "its owner subscribes and encrypts; give the topic a `name` to have one of the stack";
                self.refuse(arn.span(), "the stack does not change a topic that it names by ARN", help);
            }
            _ => {}
        }
        for (at, it) in topic.subscription.iter().enumerate() {
            let SubscriptionEntry { protocol, endpoint } = it.get_ref();
            match names::endpoint(protocol.get_ref()) {
                None => self.refuse(
                    protocol.span(),
                    &format!("no protocol `{}`", endpoint::quoted(protocol.get_ref())),
                    &format!("one of `{}`", names::PROTOCOLS.join("`, `")),
                ),
                Some(name) => {
                    self.name(&format!("endpoint for `{}`", protocol.get_ref()), endpoint, &name);
                }
            }
            let same = |other: &Spanned<SubscriptionEntry>| {
                other.get_ref().protocol.get_ref() == protocol.get_ref()
                    && other.get_ref().endpoint.get_ref() == endpoint.get_ref()
            };
            if topic.subscription.iter().take(at).any(same) {
                self.refuse(it.span(), "the subscription is here twice", "take one of them out");
            }
        }
    }

    /// Whether what an ARN names is in the stack's region.
    fn region(&mut self, what: &str, arn: &Spanned<String>, region: &Spanned<String>, help: &str) {
        let of_arn = arn.get_ref().split(':').nth(3).unwrap_or_default();
        if !of_arn.is_empty() && of_arn != region.get_ref() {
            let [of_arn, region] = [of_arn, region.get_ref()].map(endpoint::quoted);
            let message = format!("the {what} is in the region `{of_arn}`, and the stack in `{region}`");
            self.refuse(arn.span(), &message, help);
        }
    }

    fn names_of_topic(&mut self, topic: &TopicEntry, entry: &StackEntry) {
        if let Some(arn) = &topic.arn {
            // `PutMetricAlarm`: "Invalid region ca-central-1 specified. Only us-west-2 is supported."
            self.region("topic", arn, &entry.region, "alarms publish to topics of their own region only");
        }
        let of_record = |name: &Spanned<String>| {
            let mut stacks = std::iter::once(&entry.name).chain(&entry.was);
            stacks.any(|stack| *name.get_ref() == names::record_topic(stack.get_ref()))
        };
        if let Some(name) = topic.name.as_ref().filter(|name| of_record(name)) {
            let message =
                format!("the topic `{}` holds the stack's record", endpoint::quoted(name.get_ref()));
            self.refuse(name.span(), &message, "alarms need a topic of their own: give it another name");
        }
    }

    fn trail(&mut self, trail: &TrailEntry) {
        self.name("name of a trail", &trail.name, &names::TRAIL);
        self.name("name of a bucket", &trail.bucket, &names::BUCKET);
        self.name("name of a role", &trail.role, &names::ROLE);
        self.optional("prefix", trail.prefix.as_ref(), &names::PREFIX);
        self.optional("id of an organisation", trail.organization.as_ref(), &names::ORGANIZATION);
        self.optional("KMS key", trail.kms_key.as_ref(), &names::KMS_KEY);
    }
}
