//! What one condition asks for, compared with the catalogue: first the types, then the documented values, then the recorded events.

use super::allowed::{Allowed, Recorded, whole_text};
use super::asked::{Asked, named};
use super::kind::NotRecordedKind;
use crate::analysis::is_in_each_record;
use crate::cloudtrail::about::nearest;
use crate::cloudtrail::catalogue::{
    Evidence, FieldKind, KnownValues, ListEvidence, event_names, event_sources, evidence, evidence_of_name,
    field, is_account, is_recorded_region, known_values, list_evidence, names_of, sources_of,
};
use crate::limits::LEAST_RECORDED;
use crate::semantics::Semantics;
use crate::syntax::ast::{Condition, Node, Predicate, Step, Value};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// A text of at least this length with one typing error is taken for a documented one.
const LONG_TEXT: usize = 8;

/// The account of a request without credentials: Amazon S3 user guide, "Amazon S3 CloudTrail events"; and recorded events.
const ANONYMOUS: [&str; 2] = ["anonymous", "ANONYMOUS_PRINCIPAL"];

/// What no recorded event has. `None` if some have what the condition asks for, or if the catalogue cannot tell.
pub(super) fn judge(
    condition: &Condition,
    allowed: &Allowed,
    semantics: Semantics,
) -> Option<NotRecordedKind> {
    let steps = &condition.selector.item.steps;
    let predicate = &condition.predicate.item;
    let place = Place::of(steps)?;
    if let Some(kind) = place.fault.clone() {
        return Some(kind);
    }
    let path = place.path.as_str();
    let asks = Asked::new(predicate, semantics);
    if let Some(is) =
        place.kind.and_then(|kind| asks.not_of_type(kind)).or_else(|| always_there(path, predicate))
    {
        return Some(NotRecordedKind::Type { path: path.to_owned(), is });
    }
    let known = known_values(path);
    if let Some(kind) = known.and_then(|known| of_documented(known, predicate, &asks)) {
        return Some(kind);
    }
    match path {
        "eventName" => return of_name(predicate, allowed, &asks),
        "eventSource" => return of_source(predicate, &asks),
        _ => {}
    }
    if let Some(form) = spelled(predicate).and_then(|text| other_form(path, text)) {
        return Some(NotRecordedKind::Form { form });
    }
    if known.is_some() {
        return None;
    }
    of_recorded(path, predicate, allowed, &asks)
}

/// Where a selector leads.
struct Place {
    /// The keys, joined by dots; steps into arrays are left out.
    path: String,
    /// The type of the value there. `None` if the catalogue does not have the field.
    kind: Option<FieldKind>,
    /// Why the selector leads nowhere: a key of an array, or an element of what is no array.
    fault: Option<NotRecordedKind>,
}

impl Place {
    /// `None` if a step is `.*`.
    fn of(steps: &[Step]) -> Option<Place> {
        let (mut path, mut is_element, mut fault) = (String::new(), false, None);
        let is = |path: &str, is| Some(NotRecordedKind::Type { path: path.to_owned(), is });
        for step in steps {
            match step {
                Step::Key(key) | Step::QuotedKey(key) => {
                    if !is_element && is_array(&path) {
                        fault = fault.or_else(|| is(&path, "an array"));
                    }
                    path.push_str(if path.is_empty() { "" } else { "." });
                    path.push_str(key);
                    is_element = false;
                }
                Step::Index(_) | Step::AnyIndex => {
                    let other =
                        kind_of(&path).filter(|kind| !matches!(kind, FieldKind::Array | FieldKind::Any));
                    if let Some(kind) = other.filter(|_| !is_element) {
                        fault = fault.or_else(|| is(&path, named(kind)));
                    }
                    is_element = true;
                }
                Step::AnyKey => return None,
            }
        }
        let kind = match kind_of(&path) {
            // the known arrays are arrays of objects
            Some(FieldKind::Array) if is_element => Some(FieldKind::Object),
            kind => kind,
        };
        Some(Place { path, kind, fault })
    }
}

fn kind_of(path: &str) -> Option<FieldKind> {
    field(path).map(|field| field.kind)
}

fn is_array(path: &str) -> bool {
    kind_of(path) == Some(FieldKind::Array)
        || matches!(list_evidence(path), Some(ListEvidence::Documented(_)))
}

/// Each record has the field as a text, and the predicate asks that it is missing or null.
fn always_there(path: &str, predicate: &Predicate) -> Option<&'static str> {
    let is_asked = matches!(predicate, Predicate::NotExists | Predicate::IsNull);
    (is_asked && is_in_each_record(path, None)).then_some("a text")
}

/// No documented value fits; or, if others occur, it is a known mistake for one of them.
fn of_documented(known: &KnownValues, predicate: &Predicate, asks: &Asked) -> Option<NotRecordedKind> {
    if !matches!(predicate, Predicate::Compare(..)) || asks.fits_one(&known.values) {
        return None;
    }
    let text = whole_text(predicate).unwrap_or_default();
    let mistaken = known.mistaken.iter().find(|(wrong, _)| wrong.eq_ignore_ascii_case(text));
    let same = || known.values.iter().find(|value| value.eq_ignore_ascii_case(text)).copied();
    let near = || nearest(text, known.values.iter().copied(), 1).filter(|_| text.len() >= LONG_TEXT);
    let meant = mistaken.map(|(_, right)| *right).or_else(same).or_else(near);
    let values = known.values.clone();
    (known.is_closed || meant.is_some())
        .then_some(NotRecordedKind::Documented { values, in_other_case: meant })
}

/// No event name that fits is known; or it is known, and not of the sources.
fn of_name(predicate: &Predicate, allowed: &Allowed, asks: &Asked) -> Option<NotRecordedKind> {
    if !matches!(predicate, Predicate::Compare(..)) {
        return None;
    }
    let unknown = NotRecordedKind::Name { sources: Vec::new(), known: Vec::new() };
    let Some(name) = whole_text(predicate) else {
        let is_known = event_names().any(|name| is_event(name) && asks.fits(&Json::from(name)));
        return (!is_known).then_some(unknown);
    };
    if !is_event(name) {
        return Some(unknown);
    }
    let sources: Vec<String> = allowed.sources.iter().flatten().cloned().collect();
    let is_elsewhere = !sources.is_empty()
        && sources.iter().all(|source| evidence(source, name).is_none() && !names_of(source).is_empty());
    is_elsewhere.then(|| NotRecordedKind::Name { sources, known: sources_of(name).to_vec() })
}

/// Whether an event of the name was recorded, is an operation, or is listed by others. An action of IAM policies has often another name than its
/// event.
fn is_event(name: &str) -> bool {
    let has_operations =
        |source: &str| names_of(source).iter().any(|it| evidence(source, it) == Some(Evidence::Operation));
    match evidence_of_name(name) {
        None | Some(Evidence::Written) => false,
        Some(Evidence::Action) => !sources_of(name).iter().all(|source| has_operations(source)),
        Some(_) => true,
    }
}

/// No event source that fits is known.
fn of_source(predicate: &Predicate, asks: &Asked) -> Option<NotRecordedKind> {
    if !matches!(predicate, Predicate::Compare(..)) {
        return None;
    }
    let is_known = match whole_text(predicate) {
        // in China, some services use the endpoint's whole name
        Some(source) => !names_of(source.strip_suffix(".cn").unwrap_or(source)).is_empty(),
        None => event_sources().any(|source| asks.fits(&Json::from(source))),
    };
    (!is_known).then_some(NotRecordedKind::Source)
}

/// The text or the number that a predicate compares with, without a wildcard: a number is equal to a text with its digits.
fn spelled(predicate: &Predicate) -> Option<&str> {
    match predicate {
        Predicate::Compare(_, Node { item: Value::Number(number), .. }) => Some(&number.lexeme),
        other => whole_text(other),
    }
}

/// The form of the texts of a field, if this text has another one.
fn other_form(path: &str, text: &str) -> Option<&'static str> {
    let last = path.rsplit('.').next().unwrap_or_default();
    let is_known = field(path).is_some_and(|field| field.kind == FieldKind::String);
    match last {
        "awsRegion" if is_known && !is_recorded_region(text) => {
            Some("the names of Regions, such as `us-east-1`")
        }
        "accountId" | "recipientAccountId" | "vpcEndpointAccountId"
            if is_known && !is_account(text) && !ANONYMOUS.contains(&text) =>
        {
            Some("account ids, which have 12 digits")
        }
        _ => None,
    }
}

/// No recorded event has the field, or a value of it that fits.
fn of_recorded(
    path: &str,
    predicate: &Predicate,
    allowed: &Allowed,
    asks: &Asked,
) -> Option<NotRecordedKind> {
    let recorded = allowed.recorded();
    if recorded.found.iter().all(|(_, source)| !source.may_have(path)) {
        // documented for all sources
        return if field(path).is_some() { None } else { Some(no_field(&recorded, allowed)) };
    }
    let Recorded { found, unseen, is_all } = recorded;
    if !unseen.is_empty() {
        return None;
    }
    let having = || found.iter().filter(|(_, source)| source.may_have(path));
    let fields: Vec<_> = having().filter_map(|(_, source)| source.field(path)).collect();
    let records = fields.iter().map(|field| field.records).sum();
    let values: BTreeSet<&str> =
        fields.iter().flat_map(|field| &field.values).map(|(value, _)| *value).collect();
    let values: Vec<&str> = values.into_iter().collect();
    let is_closed = fields.len() == having().count() && fields.iter().all(|field| !field.values.is_empty());
    if records < LEAST_RECORDED || !is_closed || asks.fits_one(&values) {
        return None;
    }
    let text = whole_text(predicate).unwrap_or_default();
    let in_other_case = values.iter().copied().find(|it| it.eq_ignore_ascii_case(text));
    let sources = if is_all { Vec::new() } else { found.iter().map(|(name, _)| *name).collect() };
    Some(NotRecordedKind::Value { records, sources, values, in_other_case })
}

fn no_field(recorded: &Recorded, allowed: &Allowed) -> NotRecordedKind {
    let Recorded { found, unseen, is_all } = recorded;
    let records = found.iter().map(|(_, source)| source.records).sum();
    if !unseen.is_empty() || found.iter().any(|(_, source)| source.records < LEAST_RECORDED) && !is_all {
        let sources = found.iter().map(|(name, _)| (*name).to_owned()).chain(unseen.iter().cloned());
        return NotRecordedKind::TooFew { records, sources: sources.collect() };
    }
    let sources = if *is_all { Vec::new() } else { found.iter().map(|(name, _)| *name).collect() };
    let names = allowed.names.iter().flatten().cloned().collect::<Vec<_>>();
    let is_named = |name: &String| found.iter().any(|(_, source)| source.names.contains(name.as_str()));
    let names = if names.iter().any(is_named) { Vec::new() } else { names };
    NotRecordedKind::Field { records, sources, names }
}
