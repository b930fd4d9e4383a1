//! The parts of the page.

use super::assets::{POLICY, SCRIPT, STYLE};
use super::collected::{HitsPage, PageNotes, Shown};
use super::text::{escaped, escaped_lines};
use super::timeline::timeline;
use super::uncovered::uncovered;
use crate::hit::{Field, Seen, Severity};
use crate::plural::counted;
use crate::time::{parse, rfc3339};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Inputs that are listed.
const INPUTS_SHOWN: usize = 20;
/// Rows of a table.
const ROWS_SHOWN: usize = 200;

impl HitsPage {
    /// The page.
    #[must_use]
    pub fn html(&self, notes: &PageNotes) -> String {
        page(self, notes)
    }
}

fn page(page: &HitsPage, notes: &PageNotes) -> String {
    let mut out = String::from("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    let _ = writeln!(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">");
    out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n";
    let _ = write!(out, "<title>cwfilter scan</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n");
    head(page, notes, &mut out);
    out += &timeline(&times(page));
    let summary = &page.summary;
    if let untimed @ 1.. = summary.without_time.hits {
        let untimed = counted(untimed, "hit has", "hits have");
        let _ = writeln!(out, "<p>{untimed} no time, and no place in a drawing over time.</p>");
    }
    out += "<div class=\"tables\">\n";
    let every = Seen::default();
    table("Rules", "rule", &summary.rules, &every, |id| rule_cell(page, id), &mut out);
    table("Actors", "who", &summary.actors, &summary.without_actor, picked, &mut out);
    table("Addresses", "address", &summary.addresses, &summary.without_address, picked, &mut out);
    out += "</div>\n";
    hits(page, &mut out);
    let _ = writeln!(out, "</main>\n<script>{SCRIPT}</script>\n</body>\n</html>");
    out
}

/// Hits by second if all are shown, and else by hour.
fn times(page: &HitsPage) -> BTreeMap<i64, u64> {
    let mut times = BTreeMap::new();
    if page.shown.len() as u64 == page.summary.all.hits {
        page.shown
            .iter()
            .filter_map(|shown| shown.time)
            .for_each(|time| *times.entry(time).or_default() += 1);
    } else {
        let hours = page.summary.hours.iter();
        times.extend(hours.filter_map(|(hour, seen)| Some((parse(&format!("{hour}:00:00Z"))?, seen.hits))));
    }
    times
}

fn head(page: &HitsPage, notes: &PageNotes, out: &mut String) {
    let all = &page.summary.all;
    let copies = match page.copies {
        0 => String::new(),
        copies => {
            format!(" {} of hits, delivered again, are not shown twice.", counted(copies, "copy", "copies"))
        }
    };
    let _ = writeln!(
        out,
        "<h1>{} of {}</h1>\n<p>{} in {}.{}{copies}</p>",
        counted(all.hits, "hit", "hits"),
        counted(page.summary.rules.len() as u64, "rule", "rules"),
        counted(notes.records, "record", "records"),
        counted(notes.inputs.len() as u64, "input", "inputs"),
        match (all.first, all.last) {
            (Some(first), Some(last)) =>
                format!(" First seen <b>{}</b>, last seen <b>{}</b>.", rfc3339(first), rfc3339(last)),
            _ => String::new(),
        }
    );
    let made = notes.made.map_or(String::new(), |seconds| format!(" Made {}.", rfc3339(seconds)));
    let _ = writeln!(out, "<p>cwfilter {}.{made} All times are UTC.</p>", env!("CARGO_PKG_VERSION"));
    out.push_str(&asked_for(notes));
    uncovered(page, notes, out);
    let listed = notes.inputs.iter().take(INPUTS_SHOWN);
    let mut items: String = listed.map(|input| format!("<li><code>{}</code></li>", escaped(input))).collect();
    if let more @ 1.. = notes.inputs.len().saturating_sub(INPUTS_SHOWN) {
        let _ = write!(items, "<li>and {more} more</li>");
    }
    let inputs = counted(notes.inputs.len() as u64, "input", "inputs");
    let _ = writeln!(out, "<details class=\"inputs\"><summary>{inputs}</summary><ul>{items}</ul></details>");
}

/// What the answer is about.
fn asked_for(notes: &PageNotes) -> String {
    let Some(selected) = &notes.selected else {
        return "<p>Asked for: all times, accounts and regions.</p>\n".to_owned();
    };
    let given = notes.given.as_deref();
    let given = given.map_or(String::new(), |given| format!(" (<code>{}</code>)", escaped(given)));
    format!("<p>Asked for: <b>{}</b>{given}.</p>\n", escaped(selected))
}

/// A name that a click puts into the filter.
fn picked(name: &str) -> String {
    format!("<button class=\"pick\" type=\"button\">{}</button>", escaped(name))
}

fn rule_cell(page: &HitsPage, id: &str) -> String {
    let (title, severity) = match page.titles.get(id) {
        Some((title, severity)) => (title.as_deref(), *severity),
        None => (None, None),
    };
    let title = title.map_or(String::new(), |title| format!("<br><small>{}</small>", escaped(title)));
    format!("{} {}{title}", picked(id), badge(severity))
}

fn badge(severity: Option<Severity>) -> String {
    severity.map_or(String::new(), |level| format!("<span class=\"badge {0}\">{0}</span>", level.name()))
}

fn table(
    title: &str,
    key: &str,
    map: &BTreeMap<String, Seen>,
    without: &Seen,
    cell: impl Fn(&str) -> String,
    out: &mut String,
) {
    if map.is_empty() && without.hits == 0 {
        return;
    }
    let heading = |name: &str, class: &str| {
        format!("<th scope=\"col\"{class}><button type=\"button\">{name}</button></th>")
    };
    let _ = writeln!(
        out,
        "<section><h2>{title}</h2>\n<div class=\"wide\"><table>\n<thead><tr>{}{}{}{}</tr></thead>\n<tbody>",
        heading(key, ""),
        heading("hits", " class=\"number\""),
        heading("first seen", ""),
        heading("last seen", ""),
    );
    let mut rows: Vec<_> = map.iter().collect();
    rows.sort_by_key(|(name, seen)| (Reverse(seen.hits), *name));
    // a blank instead of the `T` lets a narrow screen break the line
    let time = |time: Option<i64>| time.map_or("-".to_owned(), |time| rfc3339(time).replace('T', " "));
    let mut row = |cell: &str, seen: &Seen| {
        let _ = writeln!(
            out,
            "<tr><td>{cell}</td><td class=\"number\">{}</td><td class=\"time\">{}</td><td class=\"time\">{}</td></tr>",
            seen.hits,
            time(seen.first),
            time(seen.last)
        );
    };
    rows.iter().take(ROWS_SHOWN).for_each(|(name, seen)| row(&cell(name), seen));
    if without.hits > 0 {
        row("<i>(none)</i>", without);
    }
    *out += "</tbody>\n</table></div>\n";
    if let more @ 1.. = rows.len().saturating_sub(ROWS_SHOWN) {
        let _ = writeln!(out, "<p>and {more} more</p>");
    }
    *out += "</section>\n";
}

const CONTROLS: &str = "<div class=\"controls\" hidden><label>Filter <input type=\"search\" placeholder=\"text in a hit\"></label>\n\
    <label>Sort <select><option value=\"time\">oldest first</option><option value=\"newest\">newest first</option>\
    <option value=\"severity\">most severe first</option><option value=\"rule\">by rule</option><option value=\"who\">by actor</option>\
    </select></label>\n<button type=\"button\" class=\"all\">Open all</button> <output></output></div>\n";

fn hits(page: &HitsPage, out: &mut String) {
    *out += "<h2>Hits</h2>\n";
    if let more @ 1.. = page.summary.all.hits.saturating_sub(page.shown.len() as u64) {
        let _ = writeln!(
            out,
            "<p class=\"warn\">The first {} shown; {} counted above. <code>scan --format ndjson</code> has all.</p>",
            counted(page.shown.len(), "hit is", "hits are"),
            counted(more, "more is", "more are"),
        );
    }
    *out += CONTROLS;
    *out += "<div id=\"hits\">\n";
    let mut order: Vec<&Shown> = page.shown.iter().collect();
    order.sort_by_key(|shown| (shown.time.is_none(), shown.time));
    order.iter().for_each(|shown| hit(shown, out));
    *out += "</div>\n<p class=\"none\" hidden>No hit has this text.</p>\n";
}

fn hit(shown: &Shown, out: &mut String) {
    let value = |wanted: Field| {
        let found = shown.values.iter().find(|(field, _)| *field == wanted);
        found.map_or("-".to_owned(), |(_, value)| escaped(value))
    };
    let rank = shown.severity.map_or(0, |level| level as u8 + 1);
    let time = shown.time.map_or(String::new(), |time| time.to_string());
    let copies = match shown.copies {
        0 => String::new(),
        copies => format!(" <small>and {}</small>", counted(copies, "copy", "copies")),
    };
    let _ = writeln!(
        out,
        "<details class=\"hit\" data-time=\"{time}\" data-severity=\"{rank}\" data-rule=\"{rule}\" data-who=\"{who}\">\n\
         <summary><span class=\"time\">{}</span> <b>{}</b> <span class=\"rule\">{rule} {}{copies}</span> <span class=\"who\">{who}</span> \
         <span class=\"from\">{}</span></summary>\n<dl>",
        value(Field::EventTime),
        value(Field::EventName),
        badge(shown.severity),
        value(Field::SourceIpAddress),
        rule = value(Field::Rule),
        who = value(Field::Who),
    );
    for (field, value) in &shown.values {
        let _ = writeln!(out, "<dt>{}</dt><dd>{}</dd>", field.name(), escaped(value));
    }
    let _ = writeln!(
        out,
        "</dl>\n<h3>Why it matches</h3>\n<pre>{}</pre>\n<h3>Record</h3>\n<pre>{}</pre>\n</details>",
        escaped_lines(&shown.explanation),
        escaped_lines(&shown.record)
    );
}
