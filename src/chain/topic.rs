//! The checks of the topic: its policy, its key, and who gets its messages.

use super::checks::Checks;
use super::rule::names;
use crate::aws::{Service, text};
use crate::policy::{self, CLOUDWATCH, Request, Verdict};
use crate::resource::{Kind, Resource};
use crate::stack::redacted;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a policy has to let alarms do.
struct Permission<'a> {
    now: &'a str,
    /// The policy after `apply`, if that changes it.
    later: Option<String>,
    /// The policy, as a sentence names it.
    of: String,
    action: &'a str,
    resource: &'a str,
    verb: &'a str,
}

impl Checks<'_> {
    pub(super) fn topic(&mut self, arn: &str) {
        let attributes = match self.observed.topic_attributes(arn) {
            Some(Err(error)) if error.is_missing() => {
                let what = format!("the topic {arn} does not exist");
                return match self.wanted.iter().any(|it| it.kind == Kind::Topic) {
                    true if self.is_deployed() => self.repaired("topic", what),
                    true => {}
                    false => self.dead("topic", what),
                };
            }
            Some(answer) => self.answer("topic", answer),
            None => None,
        };
        let Some(attributes) = attributes else { return };
        let policy_text = text(attributes, "Policy");
        self.policy(arn, policy_text);
        for sid in policy::public(policy_text) {
            self.note(
                "topic",
                format!("the statement `{sid}` of the policy of {arn} lets anybody use the topic"),
            );
        }
        match text(attributes, "KmsMasterKeyId") {
            "" => {}
            "alias/aws/sns" => {
                let why = "CloudWatch may not use it, and so cannot publish";
                self.dead("topic", format!("{arn} is encrypted with the key of AWS for SNS: {why}"));
            }
            key => self.key(arn, key),
        }
        self.subscriptions(arn);
    }

    /// The topic's policy, and what `apply` makes of it.
    fn policy(&mut self, arn: &str, now: &str) {
        let topic = self.observed.topic(arn).filter(|it| self.observed.is_ours(it));
        let own = topic.and_then(|it| self.wanted.iter().find(|wanted| wanted.is(it)));
        let was = self.observed.stacks.get(1..).unwrap_or_default();
        let later = own.and_then(|it| policy::with(now, &it.get("Policy"), was).ok().flatten());
        let of = format!("the policy of {arn}");
        self.permission(
            arn,
            &Permission { now, later, of, action: "sns:Publish", resource: arn, verb: "publish" },
        );
    }

    /// Whether a policy lets each alarm of the stack that publishes to a topic do something.
    fn permission(&mut self, topic: &str, it: &Permission<'_>) {
        let target = &self.observed.target;
        let is_publishing = |alarm: &&Resource| names(alarm, "AlarmActions", topic);
        let alarms: Vec<&Resource> = self.wanted.iter().filter(is_publishing).collect();
        let mut answers: BTreeMap<(Verdict, bool), Vec<&str>> = BTreeMap::new();
        for alarm in &alarms {
            let arn = alarm.arn(target);
            let request = Request {
                service: CLOUDWATCH,
                action: it.action,
                resource: it.resource,
                source: &arn,
                account: &target.account,
            };
            let later = it.later.as_ref().map(|later| policy::verdict(later, request));
            let is_repaired = later == Some(Verdict::Allowed);
            answers.entry((policy::verdict(it.now, request), is_repaired)).or_default().push(&alarm.name);
        }
        let (of, verb) = (&it.of, &it.verb);
        for ((verdict, is_repaired), names) in answers {
            let who = match names.as_slice() {
                all if all.len() == alarms.len() => "alarms".to_owned(),
                [one] => format!("the alarm {one}"),
                some => format!("the alarms {}", some.join(", ")),
            };
            let what = match verdict {
                Verdict::Allowed => continue,
                Verdict::Denied(statement) => format!("{statement} of {of} denies {who} to {verb}"),
                Verdict::NotAllowed => format!("{of} does not let {who} {verb}"),
                Verdict::Unknown(open) => {
                    let why = format!("{} of {of} is not modelled", open.statement);
                    self.note("topic", format!("whether {who} may {verb} is not known: {why}"));
                    continue;
                }
            };
            match is_repaired {
                true => self.repaired("topic", what),
                false => self.dead("topic", what),
            }
        }
    }

    fn key(&mut self, topic: &str, key: &str) {
        let described = self.read("topic", Service::Kms, "DescribeKey", json!({ "KeyId": key }));
        let metadata = described.and_then(|it| it.get("KeyMetadata"));
        let member = |name: &str| metadata.map_or("", |it| text(it, name));
        let state = member("KeyState");
        if !matches!(state, "" | "Enabled") {
            self.dead("topic", format!("the key {key} of {topic} is in the state {state}"));
        }
        // `GetKeyPolicy` takes no alias
        let is_alias = key.starts_with("alias/") || key.contains(":alias/");
        let id = if is_alias { member("KeyId") } else { key };
        if id.is_empty() {
            return;
        }
        let input = json!({ "KeyId": id, "PolicyName": "default" });
        let Some(answer) = self.read("topic", Service::Kms, "GetKeyPolicy", input) else { return };
        let (now, of) = (text(answer, "Policy"), format!("the policy of the key {key} of {topic}"));
        for action in ["kms:Decrypt", "kms:GenerateDataKey"] {
            let (later, resource, verb) = (None, member("Arn"), &format!("use it ({action})"));
            self.permission(topic, &Permission { now, later, of: of.clone(), action, resource, verb });
        }
    }

    fn subscriptions(&mut self, topic: &str) {
        let all = match self.observed.subscriptions(topic) {
            Ok(all) => all,
            Err(error) => return self.note("subscription", format!("not checked: {error}")),
        };
        let (mut is_reached, mut is_unknown) = (false, false);
        for it in all {
            let arn = text(it, "SubscriptionArn");
            if !arn.starts_with("arn:") {
                continue;
            }
            let input = json!({ "SubscriptionArn": arn });
            let answer = self.read("subscription", Service::Sns, "GetSubscriptionAttributes", input);
            let Some(answer) = answer else {
                is_unknown = true;
                continue;
            };
            let attributes = answer.get("Attributes").unwrap_or(&Value::Null);
            let shown = format!("{} {}", text(it, "Protocol"), redacted(text(it, "Endpoint")));
            match (text(attributes, "FilterPolicy"), text(attributes, "FilterPolicyScope")) {
                ("" | "{}", _) => is_reached = true,
                (filter, "MessageBody") => {
                    is_unknown = true;
                    let what = "has a filter policy on the message, which is not modelled";
                    self.note("subscription", format!("{shown} {what}: {filter}"));
                }
                (filter, _) => {
                    // messages of alarms have no attributes
                    let what = "gets no message of an alarm: its filter policy wants attributes";
                    self.note("subscription", format!("{shown} {what}: {filter}"));
                }
            }
        }
        if !is_reached && !is_unknown {
            let what = "no confirmed subscription of";
            self.dead("subscription", format!("{what} {topic} gets the messages of alarms"));
        }
        let of_topic = self.observed.of_kind(Kind::Subscription).filter(|it| it.text("TopicArn") == topic);
        let foreign = of_topic.filter(|it| !self.wanted.iter().any(|wanted| wanted.is(it)));
        let foreign: Vec<&str> = foreign.map(|it| it.name.as_str()).collect();
        if !foreign.is_empty() {
            self.note(
                "subscription",
                format!("subscribers of {topic} that the stack does not name: {}", foreign.join(", ")),
            );
        }
    }
}
