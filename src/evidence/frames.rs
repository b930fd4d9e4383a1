//! Objects that are read as a stream of the elements of one array in them: answers of AWS's command line, delivery files, payloads.
//!
//! The array is found by its name and confirmed by its first element and by the members before it, so that an event of an
//! application that has an array `events` or `records` of its own stays an event.

use super::answer::Answer;
use super::elements::Elements;
use super::envelope::Envelope;
use super::siblings::{SPLUNK, are_of_service, is_of_trail};
use super::values::{first_inside, is_empty_array, is_record, member, object, string};
use crate::engine::json::text::value_end;
use std::cell::RefCell;

/// An object whose elements are streamed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) elements: Elements,
    /// The array's name.
    pub(super) name: String,
    /// The service that the members before the array were compared with, because its elements do not say what they are.
    pub(super) service: Option<String>,
    /// The offset of the array's bracket.
    pub(super) array: usize,
    /// How many objects are around the array.
    pub(super) depth: usize,
    /// What the members before the array say about all elements.
    pub(super) envelope: Envelope,
    /// What they say about the answer.
    pub(super) answer: Answer,
}

/// Objects in which the array may be one level further down, with the array's name.
const INNER: [(&str, &str); 3] =
    [("sessionUpdate", "sessionResults"), ("hits", "hits"), ("ResultSet", "Rows")];

/// The names of the arrays.
pub(super) const ARRAYS: [&str; 11] = [
    "Records",
    "records",
    "Events",
    "events",
    "logEvents",
    "sessionResults",
    "results",
    "QueryResultRows",
    "Messages",
    "hits",
    "Rows",
];

/// The frame that `text` begins with, as far as the text that was read shows it.
pub(super) fn frame(text: &[u8]) -> Option<Frame> {
    let mut envelope = Envelope::default();
    for (key, value) in object(text, 0) {
        let name = key.as_ref();
        match text.get(value) {
            Some(b'[') => {
                if let Some((elements, service)) = elements(text, name, value, 0) {
                    let answer = Answer::of(before(text, value), elements);
                    let elements = if answer.preview == Some(true) { Elements::Previews } else { elements };
                    let name = name.to_owned();
                    return Some(Frame { elements, name, service, array: value, depth: 1, envelope, answer });
                }
            }
            Some(b'{') => {
                let inner = INNER.iter().find(|(outer, _)| *outer == name);
                let array = inner.and_then(|(_, inner)| member(text, value, inner));
                let array = array.filter(|at| text.get(*at) == Some(&b'['));
                if let (Some(array), Some((_, inner))) = (array, inner)
                    && let Some((elements, service)) = elements(text, inner, array, value)
                {
                    let answer = Answer::of(before(text, array), elements);
                    let name = (*inner).to_owned();
                    return Some(Frame { elements, name, service, array, depth: 2, envelope, answer });
                }
            }
            Some(b'"') => match name {
                "logGroup" => envelope.log_group = text_of(text, value),
                "logStream" => envelope.log_stream = text_of(text, value),
                _ => {}
            },
            _ => {}
        }
    }
    None
}

/// The text up to the value at `at`.
fn before(text: &[u8], at: usize) -> &[u8] {
    text.get(..at).unwrap_or(text)
}

fn text_of(text: &[u8], at: usize) -> Option<String> {
    string(text, at).filter(|text| !text.is_empty()).map(|text| text.into_owned())
}

/// What the array at `at` of the object at `inner` holds, if its name, its first element and the members beside it agree. An empty array says
/// nothing, so that the whole object has to be the service's. Then the service, if the members had to tell it.
fn elements(text: &[u8], name: &str, at: usize, inner: usize) -> Option<(Elements, Option<String>)> {
    if !ARRAYS.contains(&name) {
        return None;
    }
    let is_empty = is_empty_array(text, at);
    let first = first_inside(text, at);
    // what comes next was not read
    if first.is_none() && !is_empty {
        return None;
    }
    let has = |key: &str| first.is_some_and(|first| member(text, first, key).is_some());
    let begins = |byte: u8| first.is_some_and(|first| text.get(first) == Some(&byte));
    let is_whole = || !is_empty || value_end(text, 0).is_some();
    let service = RefCell::new(None);
    let only = |name: &str| {
        *service.borrow_mut() = Some(name.to_owned());
        is_whole() && are_of_service(text, inner, name)
    };
    let is = |yes: bool, elements| yes.then_some(elements);
    let elements = match name {
        "Records" => is(first.is_some_and(|first| is_of_trail(text, first)) || only(name), Elements::Records),
        "records" => {
            let known = first.is_some_and(|first| is_record(text, first)) || has("recordId");
            is(known, Elements::Objects)
                .or_else(|| is((is_empty || has("data")) && only(name), Elements::Firehose))
        }
        "Events" => is(has("CloudTrailEvent") || is_empty && only(name), Elements::Objects),
        "events" => is((is_empty || has("message") && has("timestamp")) && only(name), Elements::LogEvents),
        "logEvents" => {
            let is_data = message_type(text).as_deref() == Some("DATA_MESSAGE");
            is(is_data && (has("message") || only(name)), Elements::LogEvents)
        }
        "sessionResults" => is(has("message") || only(name), Elements::LogEvents),
        "results" => {
            let is_row = first.is_some_and(|row| {
                text.get(row) == Some(&b'[')
                    && first_inside(text, row).is_some_and(|cell| member(text, cell, "field").is_some())
            });
            // an answer of Splunk has this number beside its rows
            let is_splunk = || has("_raw") || member(text, 0, "init_offset").is_some() && only(SPLUNK);
            is(is_row || is_empty && only(name), Elements::Insights)
                .or_else(|| is(is_splunk(), Elements::Splunk))
        }
        "QueryResultRows" => is((is_empty || begins(b'[')) && only(name), Elements::Lake),
        "Messages" => is(has("Body"), Elements::Objects),
        "hits" => is(has("_source") || is_empty && only(name), Elements::Objects),
        "Rows" => is(has("Data") || only(name), Elements::Athena),
        _ => None,
    };
    elements.map(|elements| (elements, service.take()))
}

fn message_type(text: &[u8]) -> Option<String> {
    member(text, 0, "messageType").and_then(|at| text_of(text, at))
}

/// What the elements of an array are that is not inside an object, by its first element.
pub(super) fn bare_rows(text: &[u8], row: usize) -> Option<Elements> {
    let cell = first_inside(text, row)?;
    if member(text, cell, "field").is_some() {
        return Some(Elements::Insights);
    }
    object(text, cell).next().map(|_| Elements::Lake)
}
