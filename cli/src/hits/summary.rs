//! `--summary`: hits by rule, actor, address and hour.

use super::totals::Document;
use crate::terminal::{json_line, json_pretty, line};
use cwfilter::hit::{Seen, Severity, Summary, VERSION};
use cwfilter::plural::counted;
use cwfilter::time::rfc3339;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{Result, Write};

/// In the place of a fact that hits do not have.
const NONE: &str = "(none)";

/// The longest list that people are shown; JSON has all entries.
const SHOWN: usize = 25;

/// For people.
pub(super) fn text(
    summary: &Summary,
    document: &Document<'_>,
    severity: impl Fn(&str) -> Option<Severity>,
    out: &mut impl Write,
) -> Result<()> {
    let copies = match document.copies {
        0 => String::new(),
        copies => format!(" and {} of them", counted(copies, "copy", "copies")),
    };
    line!(out, "{}{copies}{}", counted(summary.all.hits, "hit", "hits"), times(&summary.all))?;
    if let Some(selected) = document.selection {
        line!(out, "selected: {}", selected.words())?;
    }
    let rule = |name: &str| match severity(name) {
        Some(level) => format!("{name} ({level})"),
        None => name.to_owned(),
    };
    list(out, "rule", &summary.rules, &Seen::default(), rule)?;
    list(out, "actor", &summary.actors, &summary.without_actor, str::to_owned)?;
    list(out, "address", &summary.addresses, &summary.without_address, str::to_owned)?;
    hours(out, &summary.hours, &summary.without_time)?;
    if summary.more > 0 {
        line!(out, "{} counts had no room in these lists", summary.more)?;
    }
    Ok(())
}

fn times(seen: &Seen) -> String {
    match (seen.first, seen.last) {
        (Some(first), Some(last)) if first < last => format!("  {} to {}", rfc3339(first), rfc3339(last)),
        (Some(first), _) => format!("  {}", rfc3339(first)),
        _ => String::new(),
    }
}

/// Entries sorted by frequency, the most frequent first.
fn sorted(map: &BTreeMap<String, Seen>) -> Vec<(&String, &Seen)> {
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_by_key(|(name, seen)| (Reverse(seen.hits), *name));
    entries
}

fn list(
    out: &mut impl Write,
    what: &str,
    map: &BTreeMap<String, Seen>,
    without: &Seen,
    shown: impl Fn(&str) -> String,
) -> Result<()> {
    if map.is_empty() && without.hits == 0 {
        return Ok(());
    }
    line!(out, "")?;
    line!(out, "by {what}")?;
    for (name, seen) in sorted(map).into_iter().take(SHOWN) {
        line!(out, "{:>8}  {}{}", seen.hits, shown(name), times(seen))?;
    }
    if let more @ 1.. = map.len().saturating_sub(SHOWN) {
        line!(out, "          and {more} more")?;
    }
    match without.hits {
        0 => Ok(()),
        hits => line!(out, "{hits:>8}  {NONE}{}", times(without)),
    }
}

/// Hours in order, with a bar.
fn hours(out: &mut impl Write, hours: &BTreeMap<String, Seen>, without: &Seen) -> Result<()> {
    let most = hours.values().chain([without]).map(|seen| seen.hits).max().unwrap_or_default();
    if most == 0 {
        return Ok(());
    }
    line!(out, "")?;
    line!(out, "by hour")?;
    let skipped = hours.len().saturating_sub(24 * 7);
    if skipped > 0 {
        line!(out, "          {skipped} earlier hours not shown")?;
    }
    let bar = |hits: u64| "▇".repeat((hits * 40).div_ceil(most) as usize);
    for (hour, seen) in hours.iter().skip(skipped) {
        line!(out, "{:>8}  {hour}  {}", seen.hits, bar(seen.hits))?;
    }
    match without.hits {
        0 => Ok(()),
        hits => line!(out, "{hits:>8}  {NONE:<13}  {}", bar(hits)),
    }
}

/// For programs: indented, or on one line.
pub(super) fn json(
    summary: &Summary,
    document: Document<'_>,
    severity: impl Fn(&str) -> Option<Severity>,
    is_line: bool,
    out: &mut impl Write,
) -> Result<()> {
    let Summary { all, rules, actors, addresses, .. } = summary;
    let rules = sorted(rules).into_iter();
    let actors = sorted(actors).into_iter();
    let addresses = sorted(addresses).into_iter();
    let summary = SummaryDocument {
        version: VERSION,
        hits: all.hits,
        first: all.first.map(rfc3339),
        last: all.last.map(rfc3339),
        rules: rules
            .map(|(rule, seen)| RuleEntry { seen: SeenEntry::new(seen), rule, severity: severity(rule) })
            .collect(),
        actors: with_none(actors, &summary.without_actor)
            .map(|(who, seen)| ActorEntry { seen: SeenEntry::new(seen), who })
            .collect(),
        addresses: with_none(addresses, &summary.without_address)
            .map(|(address, seen)| AddressEntry { seen: SeenEntry::new(seen), address })
            .collect(),
        without_hour: summary.without_time.hits,
        hours: summary.hours.iter().map(|(hour, seen)| (hour.as_str(), seen.hits)).collect(),
        not_counted: summary.more,
        document,
    };
    if is_line { json_line(out, &summary) } else { json_pretty(out, &summary) }
}

/// The entries, then that of the hits without the fact, if there are any.
fn with_none<'a>(
    entries: impl Iterator<Item = (&'a String, &'a Seen)>,
    without: &'a Seen,
) -> impl Iterator<Item = (Option<&'a str>, &'a Seen)> {
    let none = (without.hits > 0).then_some((None, without));
    entries.map(|(name, seen)| (Some(name.as_str()), seen)).chain(none)
}

/// `--summary --format json`.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct SummaryDocument<'a> {
    /// The version of the form. It increases if a member changes its meaning or is removed.
    #[cfg_attr(feature = "schema", schemars(extend("const" = VERSION)))]
    version: u32,
    /// The number of hits.
    hits: u64,
    /// The time of the first hit.
    first: Option<String>,
    /// The time of the last hit.
    last: Option<String>,
    /// The rules, that with most hits first.
    rules: Vec<RuleEntry<'a>>,
    /// The actors, that with most hits first; then the hits without one.
    actors: Vec<ActorEntry<'a>>,
    /// The addresses, that with most hits first; then the hits without one.
    addresses: Vec<AddressEntry<'a>>,
    /// The number of hits by hour, such as `2026-03-04T10`.
    hours: BTreeMap<&'a str, u64>,
    /// The number of hits without a time, which are in no hour.
    without_hour: u64,
    /// The number of counts that had no room in the lists.
    not_counted: u64,
    #[serde(flatten)]
    document: Document<'a>,
}

/// The hits of a rule.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct RuleEntry<'a> {
    #[serde(flatten)]
    seen: SeenEntry,
    /// The id of the rule.
    rule: &'a str,
    /// The severity of the rule; null if it has none.
    severity: Option<Severity>,
}

/// The hits of an actor.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct ActorEntry<'a> {
    #[serde(flatten)]
    seen: SeenEntry,
    /// The actor: an ARN, or type and name; null for hits without one.
    who: Option<&'a str>,
}

/// The hits of an address.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct AddressEntry<'a> {
    #[serde(flatten)]
    seen: SeenEntry,
    /// The address, or the service; null for hits without one.
    #[serde(rename = "sourceIPAddress")]
    address: Option<&'a str>,
}

/// The number of hits, and when.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct SeenEntry {
    /// The time of the first hit.
    first: Option<String>,
    /// The number of hits.
    hits: u64,
    /// The time of the last hit.
    last: Option<String>,
}

impl SeenEntry {
    fn new(seen: &Seen) -> Self {
        SeenEntry { first: seen.first.map(rfc3339), hits: seen.hits, last: seen.last.map(rfc3339) }
    }
}
