//! Answers of AWS that list alarms, topics and subscriptions: `describe-alarms`, `list-topics`, `list-subscriptions`,
//! `list-subscriptions-by-topic`, `get-topic-attributes`, `get-subscription-attributes`.

use super::chain::Resource;
use super::settings::setting;
use crate::metric_settings::{ChainParts, ChainSubscription, Confirmation, Placement, Setting};
use crate::sources::document::DocumentNode;
use crate::sources::intrinsic::Template;
use crate::sources::value::Value;

/// Members that only answers have.
const LISTS: [&str; 6] =
    ["MetricAlarms", "CompositeAlarms", "Topics", "Subscriptions", "Attributes", "metricFilters"];

/// The resources of an answer. `template` takes texts as they are. A document that is not an answer has none.
pub(super) fn read(template: &Template<'_>, document: &DocumentNode, parts: &mut ChainParts) {
    let is_template = ["Resources", "resources"].iter().any(|key| document.get(key).is_some());
    if is_template || !LISTS.iter().any(|list| document.get(list).is_some()) {
        return;
    }
    let answer = template.value(document);
    let list = |name: &str| answer.get(name).and_then(Value::as_list).unwrap_or_default();
    for value in list("MetricAlarms") {
        parts.alarms.push(entry(template, value, "AlarmName").alarm());
    }
    for value in list("CompositeAlarms") {
        parts.composites.push(entry(template, value, "AlarmName").composite());
    }
    for value in list("Topics") {
        let mut topic = entry(template, value, "TopicArn").topic();
        topic.name = setting(template.files, value.get("TopicArn"));
        parts.topics.push(topic);
    }
    for value in list("Subscriptions") {
        parts.subscriptions.push(entry(template, value, "SubscriptionArn").subscription());
    }
    let is_list = answer.get("Subscriptions").and_then(Value::as_list);
    parts.has_empty_list |= is_list.is_some_and(<[Value]>::is_empty);
    if let Some(attributes) = answer.get("Attributes").filter(|it| it.get("TopicArn").is_some()) {
        self::attributes(template, attributes, parts);
    }
    let tokens = ["NextToken", "nextToken"].into_iter().filter_map(|name| answer.get(name));
    if tokens.into_iter().any(|token| !token.is_null()) {
        let lists = ["MetricAlarms", "Topics", "Subscriptions", "metricFilters"].into_iter();
        let names = ["alarms", "topics", "subscriptions", "metric filters"];
        let listed = lists.zip(names).find(|(list, _)| answer.get(list).is_some());
        parts.incomplete.extend(listed.map(|(_, name)| name));
    }
}

fn entry<'a>(template: &'a Template<'a>, value: &'a Value, name: &str) -> Resource<'a> {
    let name = value.get(name).and_then(Value::to_string).unwrap_or_default();
    let (scope, address) = (String::new(), String::new());
    let placement = Placement::default();
    Resource { files: template.files, value, name, scope, address, is_plan: false, placement }
}

/// The attributes of a subscription, or of a topic with the numbers of its subscriptions.
fn attributes(template: &Template<'_>, value: &Value, parts: &mut ChainParts) {
    if value.get("SubscriptionArn").is_some() {
        parts.subscriptions.push(entry(template, value, "SubscriptionArn").subscription());
        return;
    }
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
