//! Whether CloudWatch may publish to a topic for an alarm: the policy of the topic, and that of the key that encrypts its messages. A topic
//! without a policy of its own has that which SNS gives it, and which lets the alarms of its account publish.

use super::delivery::spellings;
use super::links::LinkState;
use super::topics::{SameTopic, same_settings};
use crate::metric_settings::{
    ChainKey, ChainParts, ChainReceiver, ChainTopic, OwnPart, Placement, ReceiverPolicy, Setting,
};
use crate::policy::{CLOUDWATCH, Request, Verdict, verdict};

/// What CloudWatch does with the key of a topic (CloudWatch user guide, "Encrypted topics").
const USES: [&str; 2] = ["kms:Decrypt", "kms:GenerateDataKey"];

/// The key of AWS for SNS, whose policy nobody can change.
const KEY_OF_SNS: &str = "alias/aws/sns";

/// An alarm that acts.
#[derive(Clone, Copy)]
pub(super) struct Actor<'a> {
    /// `AlarmName`, if it is known.
    pub(super) alarm_name: Option<&'a str>,
    pub(super) scope: &'a str,
    pub(super) placement: &'a Placement,
}

/// What it is that is not shown: the state of the link, and why.
type Stop = (LinkState, String);

/// `Err` with the state of the link and the reason, if the input says that an alarm may not publish to a topic, or leaves it open.
pub(super) fn publishing(actor: Actor<'_>, target: &Setting, parts: &ChainParts) -> Result<(), Stop> {
    let is_it = |it: &Setting, scope: &str| {
        same_settings((it, scope), (target, actor.scope), parts) == SameTopic::Yes
    };
    let topics: Vec<&ChainTopic> =
        parts.topics.iter().filter(|topic| is_it(&topic.as_setting(), &topic.scope)).collect();
    let source = source(actor, topics.first().map(|topic| &topic.placement));
    let resources: Vec<String> = spellings(target, actor.scope, parts).collect();
    let of_its_own = |policy: &&ReceiverPolicy| policy.of.iter().any(|of| is_it(of, &policy.scope));
    let mut policies: Vec<&ReceiverPolicy> = parts.topic_policies.iter().filter(of_its_own).collect();
    if policies.is_empty() {
        policies.extend(topics.iter().filter_map(|topic| topic.policy.as_ref()));
    }
    for policy in policies {
        let asked = Asked { action: "sns:Publish", resources: &resources, source: &source };
        judged(policy, &asked, "the policy of its topic", "publish")?;
    }
    topics.iter().try_for_each(|topic| key(topic, &source, parts))
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

/// What is asked of a policy.
struct Asked<'a> {
    action: &'a str,
    resources: &'a [String],
    source: &'a str,
}

fn judged(policy: &ReceiverPolicy, asked: &Asked<'_>, of: &str, verb: &str) -> Result<(), Stop> {
    let open = |why: String| Err((LinkState::NotInInput, why));
    if let Some(why) = &policy.open {
        return open(format!("{of}: {why}"));
    }
    let document = match &policy.document {
        Ok(document) => document,
        Err(why) => return open(format!("{of} is not known: {why}")),
    };
    let account = asked.source.split(':').nth(4).unwrap_or_default();
    let ask = |resource: &str| {
        let (action, source) = (asked.action, asked.source);
        verdict(document, Request { service: CLOUDWATCH, action, resource, source, account })
    };
    let all: Vec<Verdict> = asked.resources.iter().map(|resource| ask(resource)).collect();
    let all = if all.is_empty() { vec![ask("")] } else { all };
    // the resource has several spellings, and a statement has one of them
    let denied = all.iter().find(|it| matches!(it, Verdict::Denied(_)));
    let found = denied.or_else(|| all.iter().max());
    match found {
        None | Some(Verdict::Allowed) => Ok(()),
        Some(Verdict::Denied(statement)) => {
            Err((LinkState::Broken, format!("{statement} of {of} does not let CloudWatch {verb}")))
        }
        Some(Verdict::NotAllowed) => Err((LinkState::Broken, format!("{of} does not let CloudWatch {verb}"))),
        Some(Verdict::Unknown(part)) => {
            open(format!("whether {of} lets CloudWatch {verb} is not known: {part}"))
        }
    }
}

/// The key that encrypts the messages of a topic.
fn key(topic: &ChainTopic, source: &str, parts: &ChainParts) -> Result<(), Stop> {
    if !topic.key.is_set() {
        return Ok(());
    }
    let name = topic.key.text.as_deref().unwrap_or_default();
    if name == KEY_OF_SNS || name.ends_with(":alias/aws/sns") {
        let why = "its topic is encrypted with the key of AWS for SNS, which CloudWatch may not use";
        return Err((LinkState::Broken, why.to_owned()));
    }
    let Some(key) = named(&topic.key, &topic.scope, parts) else {
        let why = format!(
            "its topic is encrypted, and the policy of its key is not in the input: {}",
            topic.key.shown()
        );
        return Err((LinkState::NotInInput, why));
    };
    let of = "the policy of the key of its topic";
    if let Some(why) = &key.open {
        return Err((LinkState::NotInInput, format!("the key of its topic: {why}")));
    }
    let is_of = |policy: &&ReceiverPolicy| {
        let is = |it: &Setting| named(it, &policy.scope, parts).is_some_and(|it| std::ptr::eq(it, key));
        policy.of.iter().any(is)
    };
    let own = parts.key_policies.iter().find(is_of).or(key.policy.as_ref());
    let Some(policy) = own else {
        let why = "the key of its topic has the default policy, which does not let CloudWatch use it";
        return Err((LinkState::Broken, why.to_owned()));
    };
    let text = key.name.text.iter().filter(|name| name.starts_with("arn:")).cloned();
    let address = (!key.address.is_empty()).then(|| ChainReceiver::stand_in(&key.address));
    let resources: Vec<String> = text.chain(address).collect();
    USES.into_iter().try_for_each(|action| {
        let asked = Asked { action, resources: &resources, source };
        judged(policy, &asked, of, &format!("use it ({action})"))
    })
}

/// The key that a setting names, also by an alias.
fn named<'a>(setting: &Setting, scope: &str, parts: &'a ChainParts) -> Option<&'a ChainKey> {
    let is_it = |name: &Setting, address: &str, of: &str| {
        let is_address = setting.address.as_deref() == Some(address) && !address.is_empty() && scope == of;
        let last = |text: &str| text.rsplit(":key/").next().unwrap_or(text).to_owned();
        let last = |it: &Setting| {
            it.text.as_deref().map(|text| {
                last(text.rsplit_once(":alias/").map_or(text, |(_, name)| name).trim_start_matches("alias/"))
            })
        };
        is_address || name.text.is_some() && last(name) == last(setting)
    };
    let direct = parts.keys.iter().find(|key| is_it(&key.name, &key.address, &key.scope));
    direct.or_else(|| {
        let alias = parts.aliases.iter().find(|it| is_it(&it.name, &it.address, &it.scope))?;
        let is_target = |key: &&ChainKey| {
            let by_address = alias.target.address.as_ref() == Some(&key.address) && key.scope == alias.scope;
            by_address && !key.address.is_empty()
                || key.name.text.is_some() && key.name.text == alias.target.text
        };
        parts.keys.iter().find(is_target)
    })
}
