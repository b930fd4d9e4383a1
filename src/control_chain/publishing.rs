//! Whether CloudWatch may publish to a topic for an alarm: the policy of the topic, and that of the key that encrypts its messages. A topic
//! without a policy of its own has that which SNS gives it, and which lets the alarms of its account publish.

use super::asked::{Asked, Stop, Writer, judged};
use super::delivery::spellings;
use super::keys::{Encrypted, usable};
use super::topics::{SameTopic, same_settings};
use crate::metric_settings::{ChainParts, ChainTopic, OwnPart, Placement, ReceiverPolicy, Setting};
use crate::policy::CLOUDWATCH;

/// An alarm that acts.
#[derive(Clone, Copy)]
pub(super) struct Actor<'a> {
    /// `AlarmName`, if it is known.
    pub(super) alarm_name: Option<&'a str>,
    pub(super) scope: &'a str,
    pub(super) placement: &'a Placement,
}

/// `Err` with the state of the link and the reason, if the input says that an alarm may not publish to a topic, or leaves it open.
pub(super) fn publishing(actor: Actor<'_>, target: &Setting, parts: &ChainParts) -> Result<(), Stop> {
    let is_it = |it: &Setting, scope: &str| {
        same_settings((it, scope), (target, actor.scope), parts) == SameTopic::Yes
    };
    let topics: Vec<&ChainTopic> =
        parts.topics.iter().filter(|topic| is_it(&topic.as_setting(), &topic.scope)).collect();
    let source = source(actor, topics.first().map(|topic| &topic.placement));
    let account = source.split(':').nth(4).unwrap_or_default();
    let by = Writer { name: "CloudWatch", service: CLOUDWATCH, source: &source, account };
    let resources: Vec<String> = spellings(target, actor.scope, parts).collect();
    let of_its_own = |policy: &&ReceiverPolicy| policy.of.iter().any(|of| is_it(of, &policy.scope));
    let mut policies: Vec<&ReceiverPolicy> = parts.topic_policies.iter().filter(of_its_own).collect();
    if policies.is_empty() {
        policies.extend(topics.iter().filter_map(|topic| topic.policy.as_ref()));
    }
    for policy in policies {
        let asked = Asked { action: "sns:Publish", resources: &resources, by };
        judged(policy, &asked, "the policy of its topic", "publish")?;
    }
    topics.iter().try_for_each(|topic| {
        let it = Encrypted { what: "its topic", key: &topic.key, scope: &topic.scope };
        usable(&it, by, parts)
    })
}

/// The ARN of the alarm, with a stand-in for each part that is that of the configuration, and `-` for what is not known.
fn source(actor: Actor<'_>, of_topic: Option<&Placement>) -> String {
    let place = actor.placement;
    // answers of AWS name their places
    let is_configuration = !actor.scope.is_empty() || !place.within.is_empty();
    let id = |place: &Placement| place.account.as_deref()?.strip_prefix("account ").map(str::to_owned);
    let is_same = of_topic.is_none_or(|topic| topic.account == place.account);
    let account = id(place).or_else(|| (is_configuration && is_same).then(|| OwnPart::Account.stand_in()));
    let own_region = || (is_configuration && place.open.is_none()).then(|| OwnPart::Region.stand_in());
    let region = place.region.clone().or_else(own_region);
    let part = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    format!("arn:-:cloudwatch:{}:{}:alarm:{}", part(region), part(account), actor.alarm_name.unwrap_or("-"))
}
