//! The checks of the topic: its policy, its key, and who gets its messages.

use super::checks::Checks;
use crate::aws::{Service, text};
use crate::policy;
use crate::resource::Kind;
use crate::stack::redacted;
use serde_json::{Value, json};

impl Checks<'_> {
    pub(super) fn topic(&mut self, arn: &str) {
        let attributes = match self.observed.topic_attributes(arn) {
            Some(Err(error)) if error.is_missing() => {
                if !self.wanted.iter().any(|it| it.kind == Kind::Topic) {
                    self.dead("topic", format!("the topic {arn} does not exist"));
                }
                return;
            }
            Some(answer) => self.answer("topic", answer),
            None => None,
        };
        let Some(attributes) = attributes else { return };
        let policy_text = text(attributes, "Policy");
        let is_repaired = self.observed.topic(arn).is_some_and(|it| self.observed.is_ours(it));
        match policy::lets_cloudwatch(policy_text, "sns:publish", &self.observed.target) {
            Some(true) => {}
            Some(false) if is_repaired => {
                self.note("topic", format!("the policy of {arn} does not let alarms publish; `apply` repairs it"));
            }
            Some(false) => self.dead("topic", format!("the policy of {arn} does not let alarms of this account publish")),
            None => self.note("topic", format!("whether alarms may publish is not known: conditions in the policy of {arn} are not modelled")),
        }
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

    fn key(&mut self, topic: &str, key: &str) {
        let described = self.read("topic", Service::Kms, "DescribeKey", json!({ "KeyId": key }));
        let metadata = described.and_then(|it| it.get("KeyMetadata"));
        let state = metadata.map_or("", |it| text(it, "KeyState"));
        if !matches!(state, "" | "Enabled") {
            self.dead("topic", format!("the key {key} of {topic} is in the state {state}"));
        }
        // `GetKeyPolicy` takes no alias
        let is_alias = key.starts_with("alias/") || key.contains(":alias/");
        let id = if is_alias { metadata.map_or("", |it| text(it, "KeyId")) } else { key };
        if id.is_empty() {
            return;
        }
        let input = json!({ "KeyId": id, "PolicyName": "default" });
        let Some(answer) = self.read("topic", Service::Kms, "GetKeyPolicy", input) else { return };
        let may = |action| policy::lets_cloudwatch(text(answer, "Policy"), action, &self.observed.target);
        if ["kms:decrypt", "kms:generatedatakey"].into_iter().any(|action| may(action) == Some(false)) {
            let why = "does not let cloudwatch.amazonaws.com decrypt and generate data keys";
            self.dead("topic", format!("the policy of the key {key} of {topic} {why}"));
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
            self.note("subscription", format!("others subscribe to {topic}: {}", foreign.join(", ")));
        }
    }
}
