//! Whether an event is a CloudTrail record that can exist, as far as the [catalogue](crate::cloudtrail::catalogue) knows.

use super::file::Rule;
use super::generate::{shapes, usual_values};
use super::impossible::{impossible, leaves, never};
use super::subject::Subject;
use crate::FilterPattern;
use crate::analysis::is_in_each_record;
use crate::cloudtrail::catalogue::{
    Field, FieldKind, Presence, evidence, field, fields, known_values, sources_of,
};
use crate::semantics::Semantics;
use crate::syntax::ast::{Condition, Pattern, Predicate, Selector, Step};
use serde_json::Value as Json;
use std::collections::HashSet;

/// Patterns, and whether every record matches each.
pub(super) type Facts = Vec<(FilterPattern, bool)>;

/// Keys from the root, joined by dots; elements of arrays have no step.
type Path = String;

/// What a record of a rule about CloudTrail has to be.
pub(super) struct Records {
    /// The values that the tests have: their authors answer for them.
    written: HashSet<(Path, String)>,
    /// The fields of the pattern that are elements of arrays.
    elements: Vec<Selector>,
    /// The top-level fields that the pattern asks to be missing.
    missing: Vec<String>,
}

impl Records {
    /// `Err` if the rule is not about CloudTrail, and why, if the pattern has a key of records.
    pub(super) fn of_rule(rule: &Rule) -> Result<Self, Option<String>> {
        match Subject::of_rule(rule) {
            Subject::CloudTrail => {
                let tests = rule.tests.iter().flat_map(|test| &test.messages);
                Ok(Records::new(rule.pattern.ast(), tests))
            }
            Subject::Other(why) => Err(why),
        }
    }

    /// Why no CloudTrail record can be as an event is: the domain excludes it, or it has a field that no record has. `None` if
    /// one can. A part of a record is not impossible, unless it lacks a field of each record that the pattern asks to be missing.
    pub(super) fn impossible(&self, event: &str) -> Option<String> {
        if let Some(reason) = impossible(event) {
            return Some(reason);
        }
        let event: Json = serde_json::from_str(event).ok()?;
        let kind = event.get("eventType").and_then(Json::as_str);
        let lacks = |path: &&String| event.get(path.as_str()).is_none() && is_in_each_record(path, kind);
        self.missing.iter().find(lacks).map(|path| format!("every record has `{path}`"))
    }

    fn new<'a>(pattern: &Pattern, tests: impl Iterator<Item = &'a String>) -> Self {
        let mut written = HashSet::new();
        for test in tests.filter_map(|test| serde_json::from_str::<Json>(test).ok()) {
            leaves(&test, &mut String::new(), &mut |path, value| {
                // an author answers for a rare value, and not for a value that no record has, or hardly one
                if never(path, value).is_none() && !value.is_null() {
                    written.insert((path.to_owned(), value.to_string()));
                }
            });
        }
        let (mut elements, mut missing) = (Vec::<Selector>::new(), Vec::new());
        let mut visit = |condition: &Condition| {
            let selector = &condition.selector.item;
            if let ([step], Predicate::NotExists) = (selector.steps.as_slice(), &condition.predicate.item) {
                missing.extend(step.key().map(str::to_owned));
            }
            if selector.steps.iter().any(is_of_array) && !elements.contains(selector) {
                elements.push(selector.clone());
            }
        };
        if let Pattern::Json(expr) = pattern {
            expr.item.for_each(&mut visit);
        }
        Records { written, elements, missing }
    }

    /// `Err` if no such record is known to exist, and why.
    pub(super) fn check(&self, event: &str) -> Result<(), String> {
        let event: Json = serde_json::from_str(event).map_err(|_| "it is not JSON".to_owned())?;
        let always = fields().iter().filter(|it| it.presence == Presence::Always);
        for Field { path, .. } in always {
            if path.split('.').try_fold(&event, |place, key| place.get(key)).is_none() {
                return Err(format!("every record has `{path}`"));
            }
        }
        let mut fault = None;
        if let Some(selector) = self.elements.iter().find(|selector| !has_arrays(&event, &selector.steps)) {
            fault = Some(format!("`{selector}` is an element of an array"));
        }
        leaves(&event, &mut String::new(), &mut |path, value| {
            if fault.is_none() && !self.written.contains(&(path.to_owned(), value.to_string())) {
                fault = fault_of(path, value);
            }
        });
        let text = |key: &str| event.get(key).and_then(Json::as_str).unwrap_or_default();
        let (source, name, kind) = (text("eventSource"), text("eventName"), text("eventType"));
        if fault.is_none() && evidence(source, name).is_none() {
            fault = Some(format!("no event `{name}` of `{source}` is known"));
        }
        let is_sign_in = source == "signin.amazonaws.com";
        if fault.is_none() && kind == "AwsConsoleSignIn" && !is_sign_in {
            fault = Some(format!("no `{kind}` of `{source}` is known"));
        }
        fault.or_else(|| impossible(&event.to_string())).map_or(Ok(()), Err)
    }

    /// Facts about every record that has the fields of the patterns, and the usual shapes of these fields.
    pub(super) fn facts(&self, patterns: &[&Pattern], semantics: Semantics) -> (Facts, Vec<FilterPattern>) {
        let mut selectors: Vec<Selector> = Vec::new();
        for pattern in patterns {
            let Pattern::Json(expr) = pattern else { continue };
            expr.item.for_each(&mut |condition| {
                if !selectors.contains(&condition.selector.item) {
                    selectors.push(condition.selector.item.clone());
                }
            });
        }
        let (mut facts, mut usual) = (Facts::new(), Vec::new());
        let parsed = |text: String| FilterPattern::with_semantics(&text, semantics).ok();
        for selector in selectors {
            let keys: Option<Vec<&str>> = selector.steps.iter().map(Step::key).collect();
            let Some(path) = keys.map(|keys| keys.join(".")) else { continue };
            for (text, is) in of_field(&selector.to_string(), &path) {
                facts.extend(parsed(text).map(|pattern| (pattern, is)));
            }
            let is_closed = known_values(&path).is_some_and(|known| known.is_closed);
            let name = selector.to_string();
            if let Some(shape) = shapes(&name).last().filter(|_| !is_closed) {
                usual.extend(parsed(format!("{{ {name} = %{shape}% || {name} NOT EXISTS }}")));
            }
        }
        (facts, usual)
    }
}

fn is_of_array(step: &Step) -> bool {
    matches!(step, Step::Index(_) | Step::AnyIndex)
}

/// Whether the values that the selector takes elements of are arrays, as far as they exist. The first element counts for all.
fn has_arrays(event: &Json, steps: &[Step]) -> bool {
    let mut place = event;
    for step in steps {
        let next = match step {
            Step::Key(key) | Step::QuotedKey(key) => place.get(key),
            Step::AnyKey => place.as_object().and_then(|object| object.values().next()),
            Step::Index(_) | Step::AnyIndex if place.is_object() => return false,
            Step::Index(index) => place.get(index),
            Step::AnyIndex => place.get(0),
        };
        let Some(next) = next else { return true };
        place = next;
    }
    true
}

/// The texts of patterns about one field, and whether every record matches each.
fn of_field(name: &str, path: &str) -> Vec<(String, bool)> {
    let is = |text: &str, is| (format!("{{ {name} {text} }}"), is);
    let Some(field) = field(path) else {
        // a key that no object of this kind has
        let parent = path.rsplit_once('.').map_or("", |(parent, _)| parent);
        let is_closed = parent.is_empty()
            || crate::cloudtrail::catalogue::field(parent).is_some_and(|it| it.kind == FieldKind::Object);
        return if is_closed { vec![is("NOT EXISTS", true)] } else { Vec::new() };
    };
    let is_always = field.presence == Presence::Always;
    let mut all = Vec::new();
    if is_always {
        all.push(is("NOT EXISTS", false));
    }
    let missing = if is_always { String::new() } else { format!(" || {name} NOT EXISTS") };
    match field.kind {
        FieldKind::String => {
            all.extend([is("IS NULL", false), is("IS TRUE", false), is("IS FALSE", false)]);
            if let Some(known) = known_values(path).filter(|known| known.is_closed) {
                let arms: Vec<String> =
                    known.values.iter().map(|value| format!("{name} = \"{value}\"")).collect();
                all.push((format!("{{ {}{missing} }}", arms.join(" || ")), true));
            }
        }
        FieldKind::Boolean => {
            all.push((format!("{{ {name} IS TRUE || {name} IS FALSE{missing} }}"), true));
        }
        FieldKind::Number | FieldKind::Object | FieldKind::Array | FieldKind::Any => {}
    }
    all
}

/// Why no record is known to have this value at this path.
fn fault_of(path: &str, value: &Json) -> Option<String> {
    if let Some(reason) = never(path, value) {
        return Some(reason);
    }
    // a missing object is written as null
    let may_be_null = |kind| matches!(kind, FieldKind::Object | FieldKind::Array | FieldKind::Any);
    if value.is_null() && field(path).is_some_and(|field| !may_be_null(field.kind)) {
        return Some(format!("`{path}` is hardly null"));
    }
    let text = value.as_str()?;
    if path == "eventName" && sources_of(text).is_empty() {
        return Some(format!("no event `{text}` is known"));
    }
    let is_plain = !text.is_empty() && text.chars().all(|c| !c.is_control() && c != '\u{fffd}');
    (!is_plain || !fits(path, text)).then(|| format!("`{path}` is hardly {value}"))
}

/// Whether the text has one of the usual shapes of the field, or the field has no usual shape.
fn fits(path: &str, text: &str) -> bool {
    let name = format!("$.{path}");
    let is_strict = ["ip", "cidripv6", "arn", "accountid", "region", "time"]
        .iter()
        .any(|end| path.to_lowercase().ends_with(end))
        || path == "sourceIPAddress";
    let shapes = shapes(&name);
    if !is_strict || shapes.is_empty() || usual_values(&name).contains(&text) {
        return true;
    }
    let event = serde_json::json!({ "x": text }).to_string();
    let is_shape = |shape: &&str| {
        let pattern = format!("{{ $.x = %{shape}% }}").parse::<FilterPattern>();
        pattern.is_ok_and(|pattern| pattern.is_match(&event))
    };
    shapes.iter().any(is_shape)
}
