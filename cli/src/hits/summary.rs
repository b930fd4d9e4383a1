//! `--summary`: hits by rule, actor, address and hour.

use super::notes::Notes;
use super::totals::{Document, Totals};
use crate::terminal::{json_pretty, line};
use cwfilter::hit::{Seen, Severity, Summary, VERSION};
use cwfilter::plural::counted;
use cwfilter::time::rfc3339;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{Result, Write};

/// The longest list that people are shown; JSON has all entries.
const SHOWN: usize = 25;

/// For people.
pub(super) fn text(
    summary: &Summary,
    notes: &Notes,
    severity: impl Fn(&str) -> Option<Severity>,
    out: &mut impl Write,
) -> Result<()> {
    let copies = match notes.copies() {
        0 => String::new(),
        copies => format!(" and {} of them", counted(copies, "copy", "copies")),
    };
    line!(out, "{}{copies}{}", counted(summary.all.hits, "hit", "hits"), times(&summary.all))?;
    let rule = |name: &str| match severity(name) {
        Some(level) => format!("{name} ({level})"),
        None => name.to_owned(),
    };
    list(out, "rule", &summary.rules, rule)?;
    list(out, "actor", &summary.actors, str::to_owned)?;
    list(out, "address", &summary.addresses, str::to_owned)?;
    hours(out, &summary.hours)?;
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
    shown: impl Fn(&str) -> String,
) -> Result<()> {
    if map.is_empty() {
        return Ok(());
    }
    line!(out, "")?;
    line!(out, "by {what}")?;
    for (name, seen) in sorted(map).into_iter().take(SHOWN) {
        line!(out, "{:>8}  {}{}", seen.hits, shown(name), times(seen))?;
    }
    match map.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => line!(out, "          and {more} more"),
    }
}

/// Hours in order, with a bar.
fn hours(out: &mut impl Write, hours: &BTreeMap<String, Seen>) -> Result<()> {
    let Some(most) = hours.values().map(|seen| seen.hits).max() else { return Ok(()) };
    line!(out, "")?;
    line!(out, "by hour")?;
    let skipped = hours.len().saturating_sub(24 * 7);
    if skipped > 0 {
        line!(out, "          {skipped} earlier hours not shown")?;
    }
    for (hour, seen) in hours.iter().skip(skipped) {
        let width = (seen.hits * 40).div_ceil(most) as usize;
        line!(out, "{:>8}  {hour}  {}", seen.hits, "▇".repeat(width))?;
    }
    Ok(())
}

/// For programs.
pub(super) fn json(
    summary: &Summary,
    totals: &Totals<'_>,
    notes: &Notes,
    severity: impl Fn(&str) -> Option<Severity>,
    out: &mut impl Write,
) -> Result<()> {
    let entries = |key: &'static str, map: &BTreeMap<String, Seen>| -> Vec<serde_json::Value> {
        let entry = |(name, seen): (&String, &Seen)| {
            let mut entry = serde_json::json!({ key: name, "hits": seen.hits, "first": seen.first.map(rfc3339), "last": seen.last.map(rfc3339) });
            if let (true, Some(members)) = (key == "rule", entry.as_object_mut()) {
                members.insert("severity".to_owned(), severity(name).map(Severity::name).into());
            }
            entry
        };
        sorted(map).into_iter().map(entry).collect()
    };
    let summary = Json {
        version: VERSION,
        hits: summary.all.hits,
        first: summary.all.first.map(rfc3339),
        last: summary.all.last.map(rfc3339),
        rules: entries("rule", &summary.rules),
        actors: entries("who", &summary.actors),
        addresses: entries("sourceIPAddress", &summary.addresses),
        hours: summary.hours.iter().map(|(hour, seen)| (hour.as_str(), seen.hits)).collect(),
        not_counted: summary.more,
        document: Document {
            totals,
            copies: notes.copies(),
            skipped_matches: notes.skipped_matches(),
            kept_without: notes.lacking_counts(),
        },
    };
    json_pretty(out, &summary)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Json<'a> {
    version: u32,
    hits: u64,
    first: Option<String>,
    last: Option<String>,
    rules: Vec<serde_json::Value>,
    actors: Vec<serde_json::Value>,
    addresses: Vec<serde_json::Value>,
    hours: BTreeMap<&'a str, u64>,
    /// Counts that were not kept, because the list was full.
    not_counted: u64,
    #[serde(flatten)]
    document: Document<'a>,
}
