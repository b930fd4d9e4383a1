//! Follows the chain: the alarms on a metric, their actions, the topics and the subscribers.

use super::delivery::delivery;
use super::links::{Chain, Judged, Link, LinkState};
use super::place::{SamePlace, account_id, compare, compare_region};
use super::publishing::{Actor, publishing};
use super::rings::{rings, value_for};
use super::topics::{SameTopic, same_topic};
use super::watching::{best, no_alarm, of_metric};
use crate::alarm::{AlarmRule, State};
use crate::cloudtrail::catalogue::is_account;
use crate::metric_settings::{
    AlarmActions, AlarmSettings, ChainAlarm, ChainComposite, ChainParts, ChainSubscription, ChainTopic,
    Confirmation, Placement, Published, Publishes, Setting, without_key,
};
use crate::number::is_metric_value;
use crate::stack::redacted;

/// Of the ARN of a topic.
const TOPIC_PARTS: usize = 6;

/// See [`super::follow`].
pub(super) fn follow(publishes: &Publishes, parts: &ChainParts) -> Chain {
    let published = match publishes {
        Publishes::Metric(published) => published,
        Publishes::Nothing => {
            let why = "it is a subscription filter, which publishes no metric";
            return Chain::ends(vec![Judged::broken(Link::Metric, why)]);
        }
        Publishes::NotRead(why) => {
            let why = format!("the metric is not read: {why}");
            return Chain::ends(vec![Judged::not_in_input(Link::Metric, why)]);
        }
        Publishes::NotSaid => {
            let why = "the filter has no metric in the input";
            return Chain::ends(vec![Judged::not_in_input(Link::Metric, why)]);
        }
    };
    let metric = metric(published);
    match best(published, parts, |alarm| after(published, alarm, parts)) {
        Some(mut chain) => {
            if parts.incomplete.contains(&"alarms") {
                chain.links.iter_mut().for_each(may_be_another);
            }
            chain.links.insert(0, metric);
            chain
        }
        None => Chain::ends(vec![metric, no_alarm(published, parts)]),
    }
}

/// A broken link of the alarms that are known: an alarm of the rest of the list may do better.
fn may_be_another(link: &mut Judged) {
    if link.state == LinkState::Broken {
        let why = format!("{}; the answer of AWS lists only a part of the alarms", link.what);
        *link = Judged::not_in_input(link.link, why);
    }
}

fn metric(published: &Published) -> Judged {
    let Published { namespace, metric, .. } = published;
    if let Some(why) = published.reads_in_part() {
        return Judged::not_in_input(Link::Metric, why);
    }
    for (name, setting) in [("namespace", namespace), ("name", metric)] {
        if !setting.is_set() {
            return Judged::broken(Link::Metric, format!("the metric has no {name}"));
        }
        if setting.text.is_none() && setting.key.is_empty() {
            let why = format!("the {name} of the metric is not known: {}", setting.shown());
            return Judged::not_in_input(Link::Metric, why);
        }
    }
    Judged::met(Link::Metric, of_metric(published))
}

/// The links from an alarm on.
fn after(published: &Published, alarm: &ChainAlarm, parts: &ChainParts) -> Chain {
    let rings = judged_alarm(published, alarm);
    let alarm_name = alarm.alarm_name.text.as_deref();
    let actor = Actor { alarm_name, scope: &alarm.scope, placement: &alarm.placement };
    let own = acts(&alarm.name, &alarm.actions, actor, parts);
    let mut best: Vec<Judged> = own;
    for composite in &parts.composites {
        let rung = match compare(&composite.placement, &alarm.placement) {
            // a rule names alarms of its own region and account
            SamePlace::No(..) => continue,
            SamePlace::Unknown(why) => Rung::Unknown(why),
            SamePlace::Yes | SamePlace::NotSaid => is_rung(composite, alarm),
        };
        let through = match rung {
            Rung::No => continue,
            Rung::Yes => {
                let (scope, placement) = (&composite.scope, &composite.placement);
                let actor = Actor { alarm_name: None, scope, placement };
                acts(&composite.name, &composite.actions, actor, parts)
            }
            Rung::Unknown(why) => {
                let action = format!("the composite alarm `{}` may act for it: {why}", composite.name);
                Chain::ends(vec![Judged::met(Link::Alarm, ""), Judged::not_in_input(Link::Action, action)])
                    .links
                    .split_off(1)
            }
        };
        if worst(&through) < worst(&best) {
            best = through;
        }
    }
    let mut links = vec![rings];
    links.extend(best);
    Chain { links }
}

fn worst(links: &[Judged]) -> LinkState {
    links.iter().map(|it| it.state).max().unwrap_or(LinkState::NotInInput)
}

/// Whether the alarm rings for one event.
fn judged_alarm(published: &Published, alarm: &ChainAlarm) -> Judged {
    let name = &alarm.name;
    let (broken, open) = (
        |why: String| Judged::broken(Link::Alarm, format!("`{name}`: {why}")),
        |why: String| Judged::not_in_input(Link::Alarm, format!("`{name}`: {why}")),
    );
    let settings = match &alarm.settings {
        AlarmSettings::Known(settings) => settings,
        AlarmSettings::Unknown(why) => return open(why.clone()),
        AlarmSettings::Refused(why) => return broken(format!("CloudWatch refuses it: {why}")),
        AlarmSettings::NotModelled(what) => {
            return open(format!("it watches {what}, which is not evaluated"));
        }
    };
    let (Some(watched), Some(emitted)) = (&alarm.dimensions, &published.dimensions) else {
        return open("the dimensions of the metric are not known".to_owned());
    };
    if let Some(name) = emitted.iter().find(|name| !watched.contains(name)) {
        return broken(format!("it does not name the dimension `{name}`, which every datapoint has"));
    }
    if let Some(name) = watched.iter().find(|name| !emitted.contains(name)) {
        return broken(format!("it watches the dimension `{name}`, which no datapoint has"));
    }
    if let Some(name) = watched.first() {
        return broken(format!("it sees the events with one value of the dimension `{name}` only"));
    }
    match (&settings.unit, &published.unit) {
        (Some(_), None) => return open("the unit of the metric is not known".to_owned()),
        (Some(unit), Some(published)) if unit != published => {
            return broken(format!("it watches the unit {unit}, and the filter publishes {published}"));
        }
        _ => {}
    }
    let is_no_value = |value: f64| !is_metric_value(value);
    if let Some(value) = published.value.filter(|value| is_no_value(*value)) {
        return broken(format!(
            "the filter's value {value:e} is out of CloudWatch's range: it is never published"
        ));
    }
    let Some(value) = value_for(settings, published.value) else {
        return open("the value of the metric is a field of the event, or is not known".to_owned());
    };
    let Some(default) = published.default else {
        return open("the default value of the metric is not known".to_owned());
    };
    match rings(settings, value, default.filter(|value| is_metric_value(*value))) {
        Err(why) => broken(why),
        Ok(()) => Judged::met(Link::Alarm, format!("`{name}` rings for one event")),
    }
}

/// Whether a composite alarm goes to ALARM when an alarm does.
enum Rung {
    Yes,
    No,
    Unknown(String),
}

fn is_rung(composite: &ChainComposite, alarm: &ChainAlarm) -> Rung {
    let unknown = |why: &str| Rung::Unknown(why.to_owned());
    let Some(name) = &alarm.alarm_name.text else { return unknown("the alarm's name is not known") };
    let Some(rule) = &composite.rule.text else { return unknown("its rule is not known") };
    let Ok(rule) = rule.parse::<AlarmRule>() else { return unknown("its rule cannot be read") };
    // a rule names an alarm by its name or by its ARN
    let is_it = |it: &str| it == name || it.starts_with("arn:") && it.split(":alarm:").nth(1) == Some(name);
    if !rule.alarms().into_iter().any(is_it) {
        return Rung::No;
    }
    if composite.has_suppressor {
        return unknown("it has a suppressor");
    }
    let with = |state| rule.evaluate(|it| if is_it(it) { state } else { State::Ok });
    match (with(State::Ok), with(State::Alarm)) {
        (State::Alarm, _) => unknown("it is in ALARM without an event"),
        (_, State::Alarm) => Rung::Yes,
        _ => unknown("its rule also needs other alarms"),
    }
}

/// The links action and subscriber of an alarm that is a part of this configuration, and is in this place.
fn acts(name: &str, actions: &AlarmActions, actor: Actor<'_>, parts: &ChainParts) -> Vec<Judged> {
    let Actor { scope, placement, .. } = actor;
    let ends = |judged: Judged| {
        let mut links = Chain::ends(vec![judged]).links;
        links.truncate(2);
        links
    };
    match actions.enabled {
        Some(false) => {
            return ends(Judged::broken(Link::Action, format!("the actions of `{name}` are disabled")));
        }
        None => {
            let why = format!("whether the actions of `{name}` are enabled is not known");
            return ends(Judged::not_in_input(Link::Action, why));
        }
        Some(true) => {}
    }
    if let Some(why) = &actions.unknown {
        let why = format!("the actions of `{name}` are not known: {why}");
        return ends(Judged::not_in_input(Link::Action, why));
    }
    let all = actions.targets.iter().map(|target| {
        let action = match topic_open(target, scope, parts) {
            Some((true, why)) => Judged::broken(Link::Action, format!("the topic of `{name}` is {why}")),
            Some((false, why)) => Judged::not_in_input(Link::Action, format!("the topic of `{name}`: {why}")),
            None => in_region(name, target, (scope, placement), parts)
                .unwrap_or_else(|| action(name, target, scope, parts)),
        };
        let action = published(action, actor, target, parts);
        if action.state == LinkState::Met {
            let subscriber = subscriber(target, scope, parts);
            vec![action, subscriber]
        } else {
            ends(action)
        }
    });
    let rank = |links: &Vec<Judged>| Chain { links: links.clone() }.rank();
    let why = || {
        let names = |it: &&ChainComposite| it.rule.text.as_deref().is_some_and(|rule| rule.contains(name));
        let absent =
            parts.absent.iter().find_map(|it| Some((it.parts.composites.iter().find(names)?, &it.why)));
        let absent = absent.map(|(it, why)| format!(", and the composite alarm `{}` is {why}", it.name));
        format!("`{name}` has no action for ALARM{}", absent.unwrap_or_default())
    };
    all.min_by_key(rank).unwrap_or_else(|| ends(Judged::broken(Link::Action, why())))
}

/// An action that is met, if the policy and the key of the topic let CloudWatch publish.
fn published(action: Judged, actor: Actor<'_>, target: &Setting, parts: &ChainParts) -> Judged {
    if action.state != LinkState::Met {
        return action;
    }
    match publishing(actor, target, parts) {
        Ok(()) => action,
        Err((state, why)) => Judged { state, what: format!("{}, and {why}", action.what), ..action },
    }
}

/// Why an action cannot publish to its topic: alarms act on topics of their own region. `None` if nothing says that the topic is elsewhere.
fn in_region(
    name: &str,
    target: &Setting,
    (scope, placement): (&str, &Placement),
    parts: &ChainParts,
) -> Option<Judged> {
    let of_topic = match &target.text {
        Some(arn) if arn.split(':').nth(2) == Some("sns") => Placement::of_arn(arn),
        Some(_) => return None,
        None => {
            let address = target.address.as_deref()?;
            let topic = parts.topics.iter().find(|topic| topic.address == address && topic.scope == scope)?;
            topic.placement.clone()
        }
    };
    match compare_region(placement, &of_topic) {
        SamePlace::No(own, other) => {
            let why = format!("`{name}` is in {own}, and its topic in {other}, which CloudWatch refuses");
            Some(Judged::broken(Link::Action, why))
        }
        SamePlace::Unknown(why) => {
            let why = format!("whether the topic of `{name}` is in its region is not known: {why}");
            Some(Judged::not_in_input(Link::Action, why))
        }
        SamePlace::Yes | SamePlace::NotSaid => match (account_id(placement), account_id(&of_topic)) {
            (Some(own), Some(other)) if own != other => {
                let why = format!(
                    "`{name}` is in account {own}, and its topic in account {other}, whose policy has to allow it and is not judged"
                );
                Some(Judged::not_in_input(Link::Action, why))
            }
            _ => None,
        },
    }
}

/// The topic of the configuration that an action refers to, if it is not made, or may not be; with the reason.
fn topic_open(target: &Setting, scope: &str, parts: &ChainParts) -> Option<(bool, String)> {
    let address = target.address.as_deref()?;
    let is_it = |topic: &&ChainTopic| topic.address == address && topic.scope == scope;
    if let Some(topic) = parts.topics.iter().find(is_it) {
        return topic.open.clone().map(|why| (false, why));
    }
    // an instance of a topic that has none
    let is_it = |topic: &ChainTopic| {
        let rest = address.strip_prefix(without_key(&topic.address));
        topic.scope == scope && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    let absent = parts.absent.iter().find(|it| it.parts.topics.iter().any(is_it))?;
    Some((true, absent.why.clone()))
}

/// Whether an action publishes to a topic.
fn action(name: &str, target: &Setting, scope: &str, parts: &ChainParts) -> Judged {
    match &target.text {
        None if target.address.is_some() || target.name_of_arn().is_some() => {
            let shown = target.address.as_deref().or(target.name_of_arn()).unwrap_or_default();
            let is_known = |topic: &ChainTopic| topic.address == shown && topic.scope == scope;
            let is_topic = match &target.address {
                Some(_) => {
                    parts.topics.iter().any(is_known)
                        || without_key(shown).rsplit('.').nth(1) == Some("aws_sns_topic")
                }
                // an ARN with parts that are not known
                None => target.key.contains(":sns:"),
            };
            let subscription = format!("`{name}` notifies no topic; its action is the ARN of a subscription");
            if is_topic && target.tail.split(':').skip(1).filter(|part| !is_account(part)).count() > 1 {
                return Judged::broken(Link::Action, subscription);
            }
            if is_topic {
                return Judged::met(Link::Action, format!("`{name}` publishes to {shown}"));
            }
            Judged::not_in_input(
                Link::Action,
                format!("`{name}` acts on {shown}, which is not a topic of the input"),
            )
        }
        None => {
            let why = format!("the action of `{name}` is not known: {}", target.shown());
            Judged::not_in_input(Link::Action, why)
        }
        Some(arn) => match arn.split(':').nth(2) {
            // an ARN of a subscription has one more part
            Some("sns") if arn.split(':').count() != TOPIC_PARTS => Judged::broken(
                Link::Action,
                format!("`{name}` notifies no topic; its action is the ARN of a subscription, {arn}"),
            ),
            Some("sns") => Judged::met(Link::Action, format!("`{name}` publishes to {arn}")),
            Some("automate" | "autoscaling") => {
                Judged::broken(Link::Action, format!("`{name}` notifies no topic; its action is {arn}"))
            }
            Some(_) => Judged::not_in_input(
                Link::Action,
                format!("`{name}` notifies no topic; what {arn} does is not in the input"),
            ),
            None => Judged::not_in_input(
                Link::Action,
                format!("`{name}` has an action that is not an ARN: {arn}"),
            ),
        },
    }
}

/// Whether the topic of an action has a confirmed subscriber.
fn subscriber(target: &Setting, scope: &str, parts: &ChainParts) -> Judged {
    let is = |it: &ChainSubscription, same| same_topic(it, target, scope, parts) == same;
    let all: Vec<&ChainSubscription> =
        parts.subscriptions.iter().filter(|it| is(it, SameTopic::Yes)).collect();
    let shown = |it: &ChainSubscription| {
        let endpoint = it.endpoint.text.as_deref().map(redacted).unwrap_or_default();
        format!("{} {endpoint}", it.protocol).trim().to_owned()
    };
    // of several statements about one subscription the worst counts
    let rank = |it: &ChainSubscription| match it.confirmation {
        Confirmation::Confirmed => 0,
        Confirmation::NotSaid(_) => 1,
        Confirmation::Not(_) => 2,
    };
    let is_worst = |it: &&ChainSubscription| {
        let same = |other: &&&ChainSubscription| !it.arn.is_empty() && other.arn == it.arn;
        all.iter().filter(same).all(|other| rank(other) <= rank(it))
    };
    let all: Vec<&ChainSubscription> = all.iter().copied().filter(is_worst).collect();
    // the attributes of the topic are about all its subscriptions
    let is_none = |it: &&&ChainSubscription| it.protocol == ChainSubscription::OF_TOPIC && rank(it) == 2;
    if let Some(it) = all.iter().find(is_none)
        && all.iter().any(|it| rank(it) < 2)
        && let Confirmation::Not(why) = it.confirmation
    {
        return Judged::broken(Link::Subscriber, format!("{}: {why}", shown(it)));
    }
    // they do not say which one is confirmed
    let is_one = |it: &&&ChainSubscription| it.protocol != ChainSubscription::OF_TOPIC;
    let has_one = all.iter().any(|it| is_one(&it));
    let confirmed = || all.iter().filter(|it| it.confirmation == Confirmation::Confirmed);
    let reaches = |it: &ChainSubscription| match delivery(it, target, scope, parts) {
        Ok(()) => Judged::met(Link::Subscriber, shown(it)),
        Err((LinkState::Broken, why)) => Judged::broken(Link::Subscriber, format!("{}: {why}", shown(it))),
        Err((_, why)) => Judged::not_in_input(Link::Subscriber, format!("{}: {why}", shown(it))),
    };
    let judged = confirmed().filter(|it| !has_one || is_one(it)).map(|it| reaches(it));
    let judged = judged.min_by_key(|it| it.state);
    if judged.is_none() && confirmed().next().is_some() {
        let why = "the topic has a confirmed subscription, and none that gets the messages of alarms is in the input";
        return Judged::not_in_input(Link::Subscriber, why);
    }
    // another subscription may be confirmed, too
    let is_last = !parts.incomplete.contains(&"subscriptions")
        && all.iter().all(|it| !matches!(it.confirmation, Confirmation::NotSaid(_)));
    if let Some(judged) = judged.filter(|it| it.state != LinkState::Broken || is_last) {
        return judged;
    }
    for it in &all {
        if let Confirmation::NotSaid(why) = it.confirmation {
            return Judged::not_in_input(
                Link::Subscriber,
                format!("{}: whether it is confirmed is not known: {why}", shown(it)),
            );
        }
    }
    let open = |why: &str| Judged::not_in_input(Link::Subscriber, why);
    if parts.incomplete.contains(&"subscriptions") {
        return open("the answer of AWS lists only a part of the subscriptions");
    }
    if let Some(it) = all.first()
        && let Confirmation::Not(why) = it.confirmation
    {
        return Judged::broken(Link::Subscriber, format!("{}: {why}", shown(it)));
    }
    let absent = parts.absent.iter().find_map(|it| {
        let all = it.parts.subscriptions.iter();
        Some((all.into_iter().find(|one| is(one, SameTopic::Yes))?, &it.why))
    });
    if let Some((it, why)) = absent {
        return open(&format!("the subscription {} is {why}", shown(it)));
    }
    if parts.subscriptions.iter().any(|it| is(it, SameTopic::Unknown)) {
        return open(
            "a topic of this name has a subscription, and whether it is in the account of the action's topic is not known",
        );
    }
    if parts.has_empty_list {
        return open(
            "no subscription of the topic is in the input, and an empty list does not name its topic",
        );
    }
    open("no subscription of the topic is in the input")
}
