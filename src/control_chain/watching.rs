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
    let mut sure: Vec<Chain> = Vec::new();
    // by region and account, of alarms that say it for a filter that does not, or the other way round
    let mut assumed: Vec<(&Placement, Chain)> = Vec::new();
    for alarm in parts.alarms.iter().filter(|alarm| is_on(published, alarm)) {
        match compare(&published.placement, &alarm.placement) {
            SamePlace::No(..) => {}
            SamePlace::Yes => sure.push(after(alarm)),
            SamePlace::NotSaid => assumed.push((&alarm.placement, after(alarm))),
            SamePlace::Unknown(why) => {
                let why = format!("whether `{}` is where the metric is, is not known: {why}", alarm.name);
                sure.push(with_open_alarm(after(alarm), why));
            }
        }
    }
    sure.extend(of_places(assumed));
    sure.into_iter().min_by_key(Chain::rank)
}

/// One chain for the alarms of several places. One of the places is the filter's, and the input does not say which.
fn of_places(assumed: Vec<(&Placement, Chain)>) -> Option<Chain> {
    let mut places: Vec<(&Placement, Chain)> = Vec::new();
    for (place, chain) in assumed {
        match places.iter_mut().find(|known| known.0 == place) {
            Some(known) if chain.rank() < known.1.rank() => known.1 = chain,
            Some(_) => {}
            None => places.push((place, chain)),
        }
    }
    let is_same = places.windows(2).all(|pair| match pair {
        [a, b] => a.1.worst() == b.1.worst(),
        _ => true,
    });
    let regions: Vec<String> = places.iter().map(|(place, _)| described(place)).collect();
    let best = places.into_iter().map(|it| it.1).min_by_key(Chain::rank)?;
    if is_same {
        return Some(best);
    }
    let why = format!(
        "the input does not say where the filter is, and alarms on its metric are in {}",
        regions.join(", ")
    );
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
    let elsewhere =
        parts.alarms.iter().filter(|alarm| is_on(published, alarm)).find_map(|alarm| {
            match compare(&published.placement, &alarm.placement) {
                SamePlace::No(own, other) => Some((&alarm.name, own, other)),
                _ => None,
            }
        });
    let others: Vec<&ChainAlarm> = parts.alarms.iter().filter(|alarm| !of_aws(alarm)).collect();
    if parts.incomplete.contains(&"alarms") {
        return open("the answer of AWS lists only a part of the alarms".to_owned());
    }
    if others.is_empty() {
        return open("no alarm on a metric filter's metric is in the input".to_owned());
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
    if let Some((name, own, other)) = elsewhere {
        let why = format!("`{name}` is in {other}, and the filter publishes the metric in {own}");
        return Judged::broken(Link::Alarm, why);
    }
    Judged::broken(Link::Alarm, format!("no alarm of the input watches the metric {}", of_metric(published)))
}
