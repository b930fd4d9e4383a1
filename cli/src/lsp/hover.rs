//! What is shown at a place: a condition, a field, an event, a pattern, a lint, a control.

use super::lists;
use super::view::View;
use cwfilter::Span;
use cwfilter::cloudtrail::catalogue::{
    Evidence, FieldKind, Presence, event_sources, evidence, field, known_values, recorded_sources, sources_of,
};
use cwfilter::controls::{ATTACK_VERSION, control, technique};
use cwfilter::explain::{condition_in_words, in_words};
use cwfilter::lint::catalogue::lint;
use cwfilter::plural::counted;
use cwfilter::sources::HostedPattern;
use cwfilter::syntax::ast::{Condition, Equality, Pattern, Predicate, Selector, Value};
use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind, Position};

pub(super) fn hover(view: &View<'_>, position: Position) -> Option<Hover> {
    let offset = view.offset(position);
    let (text, span) = match view.analysis.pattern_at(offset) {
        Some(pattern) => of_pattern(pattern, offset)?,
        None => of_word(&view.document.text, offset)?,
    };
    let contents = MarkupContent { kind: MarkupKind::Markdown, value: text };
    Some(Hover { contents: HoverContents::Markup(contents), range: Some(view.range(span)) })
}

/// A place in a pattern: the condition there, or the whole pattern.
fn of_pattern(hosted: &HostedPattern, offset: usize) -> Option<(String, Span)> {
    let text = hosted.text.as_ref().ok()?.trim();
    let pattern = cwfilter::syntax::parse(text, cwfilter::Semantics::default()).ok()?;
    let whole = in_words(&pattern);
    let leading = hosted.text.as_ref().map_or(0, |all| all.len() - all.trim_start().len());
    let has = |span: Span| (span.start..=span.end).contains(&offset);
    if let Pattern::Json(expr) = &pattern {
        let mut conditions = Vec::new();
        expr.item.for_each(&mut |condition| conditions.push(condition));
        for condition in &conditions {
            let of = |from: Span| hosted.in_file(from.shifted(leading));
            let (selector, predicate) = (of(condition.selector.span), of(condition.predicate.span));
            let about = match (has(selector), has(predicate)) {
                (true, _) => of_selector(&condition.selector.item, &sources(&conditions)),
                (_, true) => of_value(condition, &sources(&conditions)),
                _ => continue,
            };
            let words = condition_in_words(condition);
            return Some((format!("{words}\n\n{about}\n---\n{whole}"), selector.to(predicate)));
        }
    }
    Some((whole, hosted.literal))
}

/// The path of a selector in a record, without steps into arrays.
pub(super) fn path(selector: &Selector) -> String {
    let keys = selector.steps.iter().filter_map(|step| step.key());
    keys.collect::<Vec<_>>().join(".")
}

/// The most event sources that a wildcard may match. A wildcard that matches more says nothing about the source.
const OF_A_WILDCARD: usize = 8;

/// The event sources that a text of a pattern names: itself, or those that its wildcard matches.
fn named(text: &str) -> Vec<String> {
    if !text.contains('*') {
        return vec![text.to_owned()];
    }
    let quoted = format!("{{ $.a = \"{}\" }}", text.replace('"', ""));
    let Ok(pattern) = quoted.parse::<cwfilter::FilterPattern>() else { return Vec::new() };
    let is_match = |source: &&str| pattern.is_match(serde_json::json!({ "a": source }).to_string());
    let found: Vec<String> = event_sources().filter(is_match).map(str::to_owned).collect();
    if found.len() > OF_A_WILDCARD { Vec::new() } else { found }
}

/// The event sources that a pattern is about: those that it names, else those of the event names.
pub(super) fn sources(conditions: &[&Condition]) -> Vec<String> {
    let values = |name: &str| -> Vec<String> {
        let of = conditions.iter().filter(|condition| path(&condition.selector.item) == name);
        let texts = of.filter_map(|condition| match &condition.predicate.item {
            Predicate::Compare(Equality::Equal, value) => match &value.item {
                Value::Quoted(text) | Value::Bare(text) => Some(text.clone()),
                _ => None,
            },
            _ => None,
        });
        texts.collect()
    };
    let sources: Vec<String> = values("eventSource").iter().flat_map(|text| named(text)).collect();
    if !sources.is_empty() {
        return sources;
    }
    let names = values("eventName");
    let of_names = names.iter().filter_map(|name| sources_of(name).first());
    let mut found: Vec<String> = of_names.map(|source| (*source).to_owned()).collect();
    found.sort();
    found.dedup();
    found
}

fn of_selector(selector: &Selector, sources: &[String]) -> String {
    let path = path(selector);
    let mut text = String::new();
    if let Some(field) = field(&path) {
        let kind = match field.kind {
            FieldKind::String => "a string",
            FieldKind::Number => "a number",
            FieldKind::Boolean => "a boolean",
            FieldKind::Object => "an object",
            FieldKind::Array => "an array",
            _ => "a value whose type depends on the service",
        };
        let presence = match field.presence {
            Presence::Always => "nearly all records have it",
            Presence::Usually => "some kinds of record do not have it",
            _ => "only some kinds of record have it",
        };
        text += &format!("CloudTrail field `{path}`: {kind}; {presence}.\n");
    }
    let (crossed, mut is_told) = (lists::crossed(selector, None), false);
    for source in sources {
        let of_source = crossed.clone().or_else(|| lists::crossed(selector, Some(source)));
        if let Some(list) = of_source {
            let right = lists::selector(&path, Some(source), false);
            text += &format!(
                "\n`{list}` is an array in events of `{source}`: `{selector}` finds nothing in it. Write `{right}`.\n"
            );
            is_told = true;
            continue;
        }
        let Some(recorded) = recorded_sources().get(source.as_str()) else {
            text += &format!("\nNo recorded event of `{source}` is known.\n");
            continue;
        };
        let records = counted(recorded.records, "recorded event", "recorded events");
        match recorded.field(&path) {
            Some(field) => {
                // a count is of the field in any element
                let any = if lists::has_index(selector) { " in some element" } else { "" };
                text += &format!("\n{} of {records} of `{source}` have it{any}", field.records);
                let values = field.values.iter().map(|(value, count)| format!("`{value}` ({count})"));
                let values: Vec<String> = values.collect();
                text +=
                    &if values.is_empty() { ".\n".to_owned() } else { format!(": {}.\n", values.join(", ")) };
            }
            None => text += &format!("\nNone of {records} of `{source}` has it.\n"),
        }
    }
    if let Some(list) = crossed.filter(|_| !is_told) {
        let right = lists::selector(&path, None, false);
        text += &format!("\n`{list}` is an array: `{selector}` finds nothing in it. Write `{right}`.\n");
    }
    if let Some(known) = known_values(&path) {
        let values: Vec<String> = known.values.iter().map(|value| format!("`{value}`")).collect();
        let end = if known.is_closed { "" } else { " and others" };
        text += &format!("\nValues: {}{end}.\n", values.join(", "));
    }
    text
}

fn of_value(condition: &Condition, sources: &[String]) -> String {
    let Predicate::Compare(_, value) = &condition.predicate.item else { return String::new() };
    let (Value::Quoted(text) | Value::Bare(text)) = &value.item else { return String::new() };
    match path(&condition.selector.item).as_str() {
        "eventName" => {
            let own = sources.iter().map(String::as_str);
            let of: Vec<&str> = own.filter(|source| evidence(source, text).is_some()).collect();
            let of = if of.is_empty() { sources_of(text).to_vec() } else { of };
            if of.is_empty() {
                return format!("`{text}` is not a known event name.\n");
            }
            of.into_iter().take(5).map(|source| of_event(source, text)).collect()
        }
        "eventSource" => match recorded_sources().get(text.as_str()) {
            Some(recorded) => {
                let names = counted(recorded.names.len(), "event name", "event names");
                let records = counted(recorded.records, "recorded event", "recorded events");
                format!("The corpus has {records} of this source, with {names}.\n")
            }
            None => "The corpus has no event of this source.\n".to_owned(),
        },
        _ => of_selector(&condition.selector.item, sources),
    }
}

/// How it is known that a source records an event, and how often the corpus has it.
pub(super) fn of_event(source: &str, name: &str) -> String {
    let known = match evidence(source, name) {
        Some(Evidence::Recorded) => "recorded by CloudTrail",
        Some(Evidence::Operation) => "an operation of the service",
        Some(Evidence::Listed) => "in a list of events",
        Some(Evidence::Action) => "an action of IAM policies, perhaps no event",
        _ => "in test data that was written by hand",
    };
    let often = match recorded_sources().get(source) {
        None => "the corpus has no event of this source".to_owned(),
        Some(recorded) => {
            let all = counted(recorded.records, "recorded event", "recorded events");
            format!("{} of {all} of this source in the corpus", recorded.events(name))
        }
    };
    format!("`{name}` of `{source}`: {known}; {often}.\n\n")
}

/// A name outside patterns: of a lint, or of a control.
fn of_word(text: &str, offset: usize) -> Option<(String, Span)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    let before = text.get(..offset)?;
    let start = before
        .rfind(|c| !is_part(c))
        .map_or(0, |at| at + before.get(at..).and_then(|it| it.chars().next()).map_or(1, char::len_utf8));
    let rest = text.get(offset..)?;
    let end = offset + rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let word = text.get(start..end)?;
    let span = Span::new(start, end);
    if let Some(lint) = lint(word) {
        let example = match lint.example.is_empty() {
            true => String::new(),
            false => format!(
                "\n```text\n{}\n```\n\nUse instead:\n\n```text\n{}\n```\n",
                lint.example, lint.instead
            ),
        };
        return Some((
            format!("**{}** ({})\n\n{} {}\n{example}", lint.name, lint.severity.name(), lint.what, lint.why),
            span,
        ));
    }
    if let Some(id) = word.strip_prefix("attack/") {
        let technique = technique(id)?;
        let withdrawn = if technique.is_deprecated { " (deprecated)" } else { "" };
        return Some((format!("ATT&CK {ATTACK_VERSION}: {}{withdrawn}", technique.name), span));
    }
    let control = control(word)?;
    Some((format!("**{word}**: {}\n\n```text\n{}\n```\n", control.title, control.text), span))
}
