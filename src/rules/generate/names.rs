//! The event name and the event source of a generated record, which have to belong together.

use super::search::KNOWN_SOURCES;
use crate::FilterPattern;
use crate::cloudtrail::catalogue::{evidence, names_of, recorded_sources, sources_of};
use serde_json::{Value as Json, json};

/// Sets the event source to a source of the event, unless a condition asks for it.
pub(super) fn name_source(event: &mut Json, asks: impl Fn(&str) -> bool) {
    if asks("$.eventName") && !asks("$.eventSource") {
        let source = text(event, "eventName").and_then(|name| sources(&name).first().copied());
        if let (Some(source), Json::Object(object)) = (source, event) {
            object.insert("eventSource".to_owned(), source.into());
        }
    }
}

/// Replaces the name or the source of a record if they do not belong together, as far as the conditions allow it. `wishes` has the conditions on
/// a field with their outcomes.
pub(super) fn agree(event: &mut Json, wishes: &impl Fn(&str) -> Vec<(FilterPattern, bool)>) {
    let (Some(source), Some(name)) = (text(event, "eventSource"), text(event, "eventName")) else { return };
    if event.get("eventVersion").is_none() {
        return;
    }
    let (of_name, of_source) = (wishes("$.eventName"), wishes("$.eventSource"));
    // a source that no condition asks for is the best known one of the name
    if of_source.is_empty() && !of_name.is_empty() {
        return name_source(event, |field| field == "$.eventName");
    }
    if evidence(&source, &name).is_some() {
        return;
    }
    let holds = |field: &str, wishes: &[(FilterPattern, bool)], value: &str| {
        let message = json!({ field: value }).to_string();
        wishes.iter().all(|(pattern, outcome)| pattern.is_match(&message) == *outcome)
    };
    let other_name = names(&source).into_iter().find(|it| holds("eventName", &of_name, it));
    let other_source = || sources(&name).into_iter().find(|it| holds("eventSource", &of_source, it));
    let Json::Object(record) = event else { return };
    if let Some(name) = other_name {
        record.insert("eventName".to_owned(), name.into());
    } else if let Some(source) = other_source() {
        record.insert("eventSource".to_owned(), source.into());
    }
}

fn text(event: &Json, key: &str) -> Option<String> {
    event.get(key).and_then(Json::as_str).map(str::to_owned)
}

/// The names that a source records: the most often recorded first.
fn names(source: &str) -> Vec<&'static str> {
    let recorded = recorded_sources().get(source);
    let mut names = names_of(source).to_vec();
    names.sort_by_key(|name| std::cmp::Reverse(recorded.map_or(0, |it| it.events(name))));
    names
}

/// The sources that record a name: the most often recorded first, then those that are best known.
fn sources(name: &str) -> Vec<&'static str> {
    let mut sources = sources_of(name).to_vec();
    sources.sort_by_key(|source| {
        let recorded = recorded_sources().get(source).map_or(0, |it| it.events(name));
        (std::cmp::Reverse(recorded), KNOWN_SOURCES.iter().position(|it| it == source).unwrap_or(usize::MAX))
    });
    sources
}
