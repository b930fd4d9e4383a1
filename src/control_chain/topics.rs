//! Whether a subscription is one of the topic that an action names. An ARN says the account and the region of its topic, a topic of a
//! configuration seldom does: a topic of another account may have the same name.

use super::place::{SamePlace, account_id, compare_region};
use crate::metric_settings::{ChainParts, ChainSubscription, ChainTopic, OWN_ACCOUNT, Placement, Setting};
use std::collections::BTreeSet;

/// Whether two settings name one topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SameTopic {
    Yes,
    No,
    /// They have one name, and nothing says that they are in one account.
    Unknown,
}

/// Whether a subscription is one of the topic that an action names.
pub(super) fn same_topic(
    it: &ChainSubscription,
    target: &Setting,
    scope: &str,
    parts: &ChainParts,
) -> SameTopic {
    same_settings((&it.topic, &it.scope), (target, scope), parts)
}

/// Whether two settings, each with the configuration that it is a part of, name one topic.
pub(super) fn same_settings(
    (it, of): (&Setting, &str),
    (target, scope): (&Setting, &str),
    parts: &ChainParts,
) -> SameTopic {
    if it.text.is_some() && it.text == target.text {
        return SameTopic::Yes;
    }
    let same_address = it.address.is_some() && it.address == target.address && of == scope;
    if same_address || it.text.is_none() && target.text.is_none() && it.is_same(target) {
        return SameTopic::Yes;
    }
    let (of_it, of_target) = (Named::of(it, of, parts), Named::of(target, scope, parts));
    match (of_it, of_target) {
        (Some(a), Some(b)) if a.name == b.name && !(it.text.is_some() && target.text.is_some()) => {
            by_name(&a, &b, parts)
        }
        _ => SameTopic::No,
    }
}

/// A topic as a setting names it.
struct Named<'a> {
    name: String,
    /// The topic of the configuration, if it is one.
    topic: Option<&'a ChainTopic>,
    place: Placement,
    /// Whether the account is that in which the resources are made.
    is_own: bool,
}

impl<'a> Named<'a> {
    fn of(setting: &Setting, scope: &str, parts: &'a ChainParts) -> Option<Self> {
        if let Some(name) = setting.name_of_arn() {
            let place = setting.text.as_deref().map(Placement::of_arn).unwrap_or_default();
            let is_own = OWN_ACCOUNT.iter().any(|own| setting.written.contains(own));
            return Some(Named { name: name.to_owned(), topic: None, place, is_own });
        }
        let address = setting.address.as_ref()?;
        let topic = parts.topics.iter().find(|topic| topic.address == *address && topic.scope == scope)?;
        let name = topic.name.name_of_arn().map(str::to_owned).or_else(|| topic.name.text.clone())?;
        Some(Named { name, topic: Some(topic), place: topic.placement.clone(), is_own: true })
    }
}

/// Two topics with the same name, if the whole ARN of one of them is not known.
fn by_name(of_subscription: &Named<'_>, of_target: &Named<'_>, parts: &ChainParts) -> SameTopic {
    if let (Some(a), Some(b)) = (of_subscription.topic, of_target.topic)
        && a.scope == b.scope
        && !a.address.is_empty()
        && a.address != b.address
    {
        // two resources of one configuration
        return SameTopic::No;
    }
    if let SamePlace::No(..) = compare_region(&of_subscription.place, &of_target.place) {
        return SameTopic::No;
    }
    match (account_id(&of_subscription.place), account_id(&of_target.place)) {
        (Some(a), Some(b)) if a == b => return SameTopic::Yes,
        (Some(_), Some(_)) => return SameTopic::No,
        _ => {}
    }
    // a configuration that has a topic refers to it; an ARN that is written there may be of another account
    let is_written = of_subscription.topic.is_some() && of_target.topic.is_none() && !of_target.is_own;
    match is_written || accounts(parts).len() > 1 {
        true => SameTopic::Unknown,
        false => SameTopic::Yes,
    }
}

/// The accounts that ARNs of the input name.
fn accounts(parts: &ChainParts) -> BTreeSet<String> {
    let of_actions =
        parts.alarms.iter().map(|it| &it.actions).chain(parts.composites.iter().map(|it| &it.actions));
    let arns = of_actions.flat_map(|it| &it.targets).chain(parts.topics.iter().map(|it| &it.name));
    let arns = arns.chain(parts.subscriptions.iter().map(|it| &it.topic)).filter_map(|it| it.text.as_deref());
    let places = arns.map(Placement::of_arn).chain(parts.alarms.iter().map(|it| it.placement.clone()));
    places.filter_map(|place| account_id(&place).map(str::to_owned)).collect()
}
