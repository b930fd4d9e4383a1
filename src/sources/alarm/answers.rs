//! Answers of AWS that list alarms, topics and subscriptions: `describe-alarms`, `list-topics`, `list-subscriptions`,
//! `list-subscriptions-by-topic`, `get-topic-attributes`, `get-subscription-attributes`, `get-queue-attributes`.

use super::chain::Resource;
use super::settings::setting;
use crate::metric_settings::{ChainParts, ChainSubscription, ChainTopic, Confirmation, Placement, Setting};
use crate::sources::document::DocumentNode;
use crate::sources::intrinsic::Template;
use crate::sources::value::Value;

/// Members that only answers have.
const LISTS: [&str; 8] = [
    "MetricAlarms",
    "CompositeAlarms",
    "Topics",
    "Subscriptions",
    "Attributes",
    "metricFilters",
    "subscriptionFilters",
    "logGroups",
];

/// Lists of which an answer may be one page, with their names for people. A page may have composite alarms only.
const PAGED: [(&str, &str); 7] = [
    ("MetricAlarms", "alarms"),
    ("CompositeAlarms", "alarms"),
    ("Topics", "topics"),
    ("Subscriptions", "subscriptions"),
    ("metricFilters", "metric filters"),
    ("subscriptionFilters", "subscription filters"),
    ("logGroups", "log groups"),
];

/// The resources of an answer. `template` takes texts as they are. A document that is not an answer has none.
pub(super) fn read(template: &Template<'_>, document: &DocumentNode, parts: &mut ChainParts) {
    let is_template = ["Resources", "resources"].iter().any(|key| document.get(key).is_some());
    if is_template || !LISTS.iter().any(|list| document.get(list).is_some()) {
        return;
    }
    let answer = template.value(document);
    let list = |name: &str| answer.get(name).and_then(Value::as_list).unwrap_or_default();
    for value in list("MetricAlarms") {
        let alarm = entry(template, value, "AlarmName");
        parts.alarms.push(alarm.alarm());
        parts.listed.push(alarm.listed("alarm", ""));
    }
    for value in list("CompositeAlarms") {
        let composite = entry(template, value, "AlarmName");
        parts.composites.push(composite.composite());
        parts.listed.push(composite.listed("composite alarm", ""));
    }
    for value in list("Topics") {
        let entry = entry(template, value, "TopicArn");
        let mut topic = entry.topic();
        topic.name = setting(template.files, value.get("TopicArn"));
        parts.topics.push(topic);
        parts.listed.push(entry.listed("topic", ""));
    }
    for value in list("Subscriptions") {
        let subscription = entry(template, value, "SubscriptionArn");
        parts.subscriptions.push(subscription.subscription());
        parts.listed.push(Resource { name: name_of(value), ..subscription }.listed("subscription", ""));
    }
    for value in list("logGroups") {
        let text = |name: &str| value.get(name).and_then(Value::to_string);
        let arn = text("logGroupArn").or_else(|| text("arn")).unwrap_or_default();
        if let Some(name) = text("logGroupName") {
            parts.log_groups.push((name, said_or(Placement::of_arn(&arn), template)));
        }
    }
    let is_list = answer.get("Subscriptions").and_then(Value::as_list);
    parts.has_empty_list |= is_list.is_some_and(<[Value]>::is_empty);
    if let Some(attributes) = answer.get("Attributes").filter(|it| it.get("QueueArn").is_some()) {
        entry(template, attributes, "QueueArn").queue_attributes(parts);
    }
    if let Some(attributes) = answer.get("Attributes").filter(|it| it.get("TopicArn").is_some()) {
        self::attributes(template, attributes, parts);
    }
    let tokens = ["NextToken", "nextToken"].into_iter().filter_map(|name| answer.get(name));
    if tokens.into_iter().any(|token| !token.is_null()) {
        let listed = PAGED.into_iter().find(|(list, _)| answer.get(list).is_some());
        parts.incomplete.extend(listed.map(|(_, name)| name));
    }
}

fn entry<'a>(template: &'a Template<'a>, value: &'a Value, name: &str) -> Resource<'a> {
    let name = value.get(name).and_then(Value::to_string).unwrap_or_default();
    let (scope, address) = (String::new(), String::new());
    let placement = said_or(Placement::default(), template);
    Resource { files: template.files, value, name, scope, address, is_plan: false, placement }
}

/// A place, or that of the folder of the answer if nothing else says it.
fn said_or(place: Placement, template: &Template<'_>) -> Placement {
    if place.is_silent() { Placement::of_path(&template.files.text(template.file).path) } else { place }
}

/// The name of a subscription, whose ARN is known only after it is confirmed. A web address may have a secret.
fn name_of(value: &Value) -> String {
    let text = |name: &str| value.get(name).and_then(Value::to_string).unwrap_or_default();
    let endpoint = text("Endpoint");
    let endpoint = if endpoint.contains("://") { "" } else { &endpoint };
    format!("{} {} {endpoint}", text("TopicArn"), text("Protocol")).trim().to_owned()
}

/// The attributes of a subscription, or of a topic with the numbers of its subscriptions.
fn attributes(template: &Template<'_>, value: &Value, parts: &mut ChainParts) {
    if value.get("SubscriptionArn").is_some() {
        let subscription = entry(template, value, "SubscriptionArn");
        parts.subscriptions.push(subscription.subscription());
        parts
            .listed
            .push(Resource { name: name_of(value), ..subscription }.listed("subscription attributes", ""));
        return;
    }
    let entry = entry(template, value, "TopicArn");
    parts.listed.push(entry.listed("topic attributes", ""));
    parts.topics.push(ChainTopic { name: setting(template.files, value.get("TopicArn")), ..entry.topic() });
    let number = |name: &str| value.get(name).and_then(Value::to_string)?.parse::<u64>().ok();
    let (Some(confirmed), Some(pending)) = (number("SubscriptionsConfirmed"), number("SubscriptionsPending"))
    else {
        return;
    };
    let confirmation = match (confirmed, pending) {
        (0, 0) => Confirmation::Not("the topic has none"),
        (0, _) => Confirmation::Not("none of them is confirmed"),
        _ => Confirmation::Confirmed,
    };
    parts.subscriptions.push(ChainSubscription {
        protocol: ChainSubscription::OF_TOPIC.to_owned(),
        endpoint: Setting::default(),
        topic: setting(template.files, value.get("TopicArn")),
        arn: String::new(),
        confirmation,
        scope: String::new(),
    });
}
