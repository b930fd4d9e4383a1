//! All settings of a resource as texts, for comparisons.

use super::chain::Resource;
use super::settings::setting;
use crate::metric_settings::ListedResource;
use crate::sources::files::Files;
use crate::sources::value::{Data, Value};

/// The types of resources in Terraform and CloudFormation, and what they are.
const KINDS: [(&str, &str); 11] = [
    ("aws_cloudwatch_metric_alarm", "alarm"),
    ("AWS::CloudWatch::Alarm", "alarm"),
    ("aws_cloudwatch_composite_alarm", "composite alarm"),
    ("AWS::CloudWatch::CompositeAlarm", "composite alarm"),
    ("aws_sns_topic", "topic"),
    ("AWS::SNS::Topic", "topic"),
    ("aws_sns_topic_policy", "topic policy"),
    ("AWS::SNS::TopicPolicy", "topic policy"),
    ("AWS::SNS::TopicInlinePolicy", "topic policy"),
    ("aws_sns_topic_subscription", "subscription"),
    ("AWS::SNS::Subscription", "subscription"),
];

/// What a resource of this type is. `None` if it is no part of the chain after a metric filter.
pub(crate) fn kind_of(resource_type: &str) -> Option<&'static str> {
    KINDS.iter().find(|(name, _)| *name == resource_type).map(|(_, kind)| *kind)
}

/// Members that say nothing about what a resource does, or that have rows of their own.
const LEFT_OUT: [&str; 12] = [
    "count",
    "depends_on",
    "for_each",
    "id",
    "lifecycle",
    "provider",
    "Subscription",
    "tags",
    "tags_all",
    "Tags",
    "timeouts",
    "EvaluationState",
];

/// Members that may have a secret.
const SECRET: [&str; 2] = ["endpoint", "Endpoint"];

/// Whether AWS changes a member by itself.
fn is_state(name: &str) -> bool {
    name.starts_with("State") || name.ends_with("Timestamp")
}

impl Resource<'_> {
    /// The resource with all its settings. `key` is that of the instance.
    pub(crate) fn listed(&self, kind: &'static str, key: &str) -> ListedResource {
        let (mut settings, mut secrets, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
        match self.value.as_map() {
            None => settings.push(("settings".to_owned(), shown(self.files, self.value))),
            Some(map) => {
                let is_kept = |name: &str| !LEFT_OUT.contains(&name) && !is_state(name);
                for (name, value) in map.iter().filter(|(name, _)| is_kept(name)) {
                    let list = if SECRET.contains(&name.as_str()) { &mut secrets } else { &mut settings };
                    let text = shown(self.files, value);
                    unknown.extend(value.any_unknown().map(|_| name.clone()));
                    if !text.is_empty() {
                        list.push((name.clone(), text));
                    }
                }
            }
        }
        let is_said = self.placement.region.is_some() || self.placement.open.is_some();
        if is_said && !settings.iter().any(|(name, _)| name == "region") {
            settings.push(("region".to_owned(), self.placement.to_string()));
        }
        let (name, alarm) = (format!("{}{key}", self.name), self.name.clone());
        ListedResource { kind, name, alarm, settings, unknown, secrets }
    }
}

impl Resource<'_> {
    /// The subscriptions that a topic of a template has, with all their settings.
    pub(crate) fn own_listed(&self) -> Vec<ListedResource> {
        let list = self.value.get("Subscription").and_then(Value::as_list).unwrap_or_default();
        let all = list.iter().enumerate();
        all.map(|(at, value)| {
            Resource { value, ..self.copy() }.listed("subscription", &format!(".Subscription[{at}]"))
        })
        .collect()
    }
}

/// A value as a text. Empty if it is not set.
fn shown(files: &Files<'_>, value: &Value) -> String {
    match &value.data {
        Data::Null => String::new(),
        Data::List(list) => match list.iter().map(|it| shown(files, it)).collect::<Vec<_>>() {
            all if all.is_empty() => String::new(),
            all => format!("[{}]", all.join(", ")),
        },
        Data::Map(map) => {
            let members = map.iter().map(|(name, value)| (name, shown(files, value)));
            let members: Vec<String> = members
                .filter(|(_, value)| !value.is_empty())
                .map(|(name, value)| format!("{name}: {value}"))
                .collect();
            if members.is_empty() { String::new() } else { format!("{{{}}}", members.join(", ")) }
        }
        Data::Text(_) | Data::Bool(_) | Data::Number(_) | Data::Unknown(_) => {
            let setting = setting(files, Some(value));
            let text = setting.text.as_deref();
            text.and_then(|text| plain_json(text).or_else(|| plain_number(text)))
                .unwrap_or_else(|| setting.written().to_owned())
        }
    }
}

/// A policy in one layout. `None` if the text is no JSON object.
fn plain_json(text: &str) -> Option<String> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).ok()?;
    serde_json::to_string(&object).ok()
}

/// A number without zeros at its end. `None` if the text has no fraction.
fn plain_number(text: &str) -> Option<String> {
    let (whole, fraction) = text.split_once('.')?;
    let is_digits = |it: &str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = is_digits(whole.strip_prefix('-').unwrap_or(whole)) && is_digits(fraction);
    is_number.then(|| text.trim_end_matches('0').trim_end_matches('.').to_owned())
}
