//! Which alarms watch the metric of a filter: those on a metric of its name, in its region and account.

use super::links::{Chain, Judged, Link, LinkState};
use super::place::{SamePlace, compare};
use crate::metric_settings::{AlarmSettings, ChainAlarm, ChainParts, Placement, Published, Setting};

/// The best chain after an alarm on the metric. `None` if no alarm watches it.
pub(super) fn best(
    published: &Published,
    parts: &ChainParts,
    after: impl Fn(&ChainAlarm) -> Chain,
) -> Option<Chain> {
    let (own, places) = places_of(published, parts);
    let mut sure: Vec<Chain> = Vec::new();
    // by region and account, of alarms that say it for a filter that does not, or the other way round
    let mut assumed: Vec<(&Placement, Chain)> = Vec::new();
    for alarm in parts.alarms.iter().filter(|alarm| is_on(published, alarm)) {
        match compare(&own, &alarm.placement) {
            SamePlace::No(..) => {}
            SamePlace::Yes => sure.push(after(alarm)),
            SamePlace::NotSaid => assumed.push((&alarm.placement, after(alarm))),
            SamePlace::Unknown(why) => {
                let why = format!("whether `{}` is where the metric is, is not known: {why}", alarm.name);
                sure.push(with_open_alarm(after(alarm), why));
            }
        }
    }
    sure.extend(of_places(assumed, &places));
    sure.into_iter().min_by_key(Chain::rank)
}

/// Where the filter is, and all places where it may be, if nothing says it. Its log group says it, if the input lists log groups; otherwise
/// it may be wherever alarms are.
fn places_of(published: &Published, parts: &ChainParts) -> (Placement, Vec<Placement>) {
    let own = published.placement.clone();
    if !own.is_silent() {
        return (own, Vec::new());
    }
    let of_group = parts.log_groups.iter().filter(|it| Some(&it.0) == published.log_group.as_ref());
    let groups = distinct(of_group.map(|it| &it.1));
    match groups.as_slice() {
        [only] => (only.clone(), Vec::new()),
        [] => {
            let said = parts.alarms.iter().map(|alarm| &alarm.placement);
            (own, distinct(said.filter(|place| place.region.is_some())))
        }
        _ => (own, groups),
    }
}

fn distinct<'a>(places: impl Iterator<Item = &'a Placement>) -> Vec<Placement> {
    let mut all: Vec<Placement> = Vec::new();
    for place in places {
        if !all.contains(place) {
            all.push(place.clone());
        }
    }
    all
}

/// One chain for the alarms of several places. One of the places is the filter's, and the input does not say which: the chain is sure only
/// if it is as good in each.
fn of_places(assumed: Vec<(&Placement, Chain)>, places: &[Placement]) -> Option<Chain> {
    let mut found: Vec<(&Placement, Chain)> = Vec::new();
    for (place, chain) in assumed {
        match found.iter_mut().find(|known| known.0 == place) {
            Some(known) if chain.rank() < known.1.rank() => known.1 = chain,
            Some(_) => {}
            None => found.push((place, chain)),
        }
    }
    let is_same = found.windows(2).all(|pair| match pair {
        [a, b] => a.1.worst() == b.1.worst(),
        _ => true,
    });
    // an alarm that does not say where it is may be in any of them
    let is_silent = found.iter().any(|(place, _)| place.region.is_none());
    let without: Vec<String> = places
        .iter()
        .filter(|place| !is_silent && !found.iter().any(|(other, _)| other == place))
        .map(described)
        .collect();
    let regions: Vec<String> = found.iter().map(|(place, _)| described(place)).collect();
    let best = found.into_iter().map(|it| it.1).min_by_key(Chain::rank)?;
    let why = match (without.is_empty(), is_same) {
        (true, true) => return Some(best),
        (true, false) => format!("alarms on its metric are in {}", regions.join(", ")),
        (false, _) => {
            format!("an alarm on its metric is in {}, and none in {}", regions.join(", "), without.join(", "))
        }
    };
    let why = format!("the input does not say where the filter is, and {why}");
    Some(with_open_alarm(best, why))
}

fn described(place: &Placement) -> String {
    let id = place.account.as_deref().filter(|account| account.starts_with("account "));
    let parts = [place.region.as_deref(), id].into_iter().flatten();
    parts.collect::<Vec<_>>().join(" of ")
}

fn with_open_alarm(mut chain: Chain, why: String) -> Chain {
    for link in &mut chain.links {
        if link.link == Link::Alarm && link.state != LinkState::Broken {
            *link = Judged::not_in_input(Link::Alarm, why.clone());
        }
    }
    chain
}

fn is_on(published: &Published, alarm: &ChainAlarm) -> bool {
    alarm.namespace.is_same(&published.namespace) && alarm.metric.is_same(&published.metric)
}

pub(super) fn of_metric(published: &Published) -> String {
    let part = |setting: &Setting| setting.text.clone().unwrap_or_else(|| format!("({})", setting.shown()));
    format!("{} {}", part(&published.namespace), part(&published.metric))
}

/// Why no alarm watches the metric.
pub(super) fn no_alarm(published: &Published, parts: &ChainParts) -> Judged {
    let open = |why: String| Judged::not_in_input(Link::Alarm, why);
    let of_aws = |alarm: &&ChainAlarm| {
        alarm.namespace.text.as_deref().is_some_and(|namespace| namespace.starts_with("AWS/"))
    };
    let (own, _) = places_of(published, parts);
    let elsewhere =
        parts.alarms.iter().filter(|alarm| is_on(published, alarm)).find_map(|alarm| {
            match compare(&own, &alarm.placement) {
                SamePlace::No(own, other) => Some((&alarm.name, own, other)),
                _ => None,
            }
        });
    let others: Vec<&ChainAlarm> = parts.alarms.iter().filter(|alarm| !of_aws(alarm)).collect();
    if parts.incomplete.contains(&"alarms") {
        return open("the answer of AWS lists only a part of the alarms".to_owned());
    }
    let absent = parts.absent.iter().find_map(|it| {
        let alarm = it.parts.alarms.iter().find(|alarm| is_on(published, alarm))?;
        Some(Judged::broken(
            Link::Alarm,
            format!("`{}`, which watches the metric, is {}", alarm.name, it.why),
        ))
    });
    if others.is_empty() {
        let none = || open("no alarm on a metric filter's metric is in the input".to_owned());
        return absent.unwrap_or_else(none);
    }
    if published.namespace.text.is_none() || published.metric.text.is_none() {
        return open(
            "the metric is known only at deployment, and no alarm refers to it as the filter does".to_owned(),
        );
    }
    for alarm in &others {
        if let AlarmSettings::NotModelled(what) = alarm.settings {
            return open(format!("no alarm watches the metric alone, and `{}` watches {what}", alarm.name));
        }
        let is_open =
            |setting: &Setting, wanted: &Setting| setting.text.is_none() && !setting.is_same(wanted);
        if is_open(&alarm.namespace, &published.namespace) || is_open(&alarm.metric, &published.metric) {
            let why = "is known only at deployment";
            return open(format!(
                "no other alarm watches the metric, and the metric of `{}` {why}",
                alarm.name
            ));
        }
    }
    if let Some(absent) = absent {
        return absent;
    }
    if let Some((name, own, other)) = elsewhere {
        let why = format!("`{name}` is in {other}, and the filter publishes the metric in {own}");
        return Judged::broken(Link::Alarm, why);
    }
    Judged::broken(Link::Alarm, format!("no alarm of the input watches the metric {}", of_metric(published)))
}
