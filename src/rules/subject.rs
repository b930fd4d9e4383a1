//! What a rule is about: CloudTrail records, or the events of another program. The only definition for coverage, mutation, generated tests, and
//! the conditions that are not recorded; `docs/rule-files.md` describes it.
//!
//! ```text
//! 1  a test event is a record by its shape        CloudTrail
//! 2  the pattern names a source of AWS            CloudTrail
//! 3  a test event has a source that is not AWS's  another program
//! 4  the pattern names an event of AWS            CloudTrail
//! 5  a test event, or a condition of the pattern, has a sign of another program
//! 6  otherwise                                    CloudTrail, if the pattern has a key of records
//! ```

use super::file::{Expect, Origin, Rule};
use super::impossible::leaves;
use crate::cloudtrail::catalogue::{
    FieldKind, event_names, event_sources, field, fields, known_values, names_of, sources_of,
};
use crate::lint::nearest;
use crate::syntax::ast::{Condition, Equality, Pattern, Predicate, Step, Value};
use serde_json::Value as Json;

/// What a rule is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Subject {
    CloudTrail,
    /// The events of another program. The reason is there if the pattern has a key of CloudTrail records.
    Other(Option<String>),
}

impl Subject {
    pub(super) fn of_rule(rule: &Rule) -> Self {
        Subject::of(rule.pattern.ast(), &events(rule))
    }

    /// As far as the pattern alone tells.
    pub(super) fn of_pattern(pattern: &Pattern) -> Self {
        Subject::of(pattern, &[])
    }

    pub(super) fn is_cloudtrail(&self) -> bool {
        *self == Subject::CloudTrail
    }

    pub(super) fn reason(self) -> Option<String> {
        match self {
            Subject::CloudTrail => None,
            Subject::Other(reason) => reason,
        }
    }

    fn of(pattern: &Pattern, events: &[Event<'_>]) -> Self {
        let Pattern::Json(expr) = pattern else { return Subject::Other(None) };
        let mut conditions = Vec::new();
        expr.item.for_each(&mut |condition| conditions.push(condition));
        let keys: Vec<&Step> = conditions.iter().filter_map(|it| it.selector.item.steps.first()).collect();
        let is_named = conditions.iter().any(|it| names_an_event(it));
        let is_key = |step: &&Step| step.key().is_some_and(|key| is_of_record(known_key(key, is_named)));
        if !keys.iter().any(is_key) {
            return Subject::Other(None);
        }
        if let Some(key) = keys.iter().filter_map(|it| it.key()).find(|it| known_key(it, is_named).is_empty())
        {
            return Subject::Other(Some(format!("no record has a field `{key}`")));
        }
        let matching = || events.iter().filter(|event| event.matches);
        if matching().any(|it| is_record(&it.event)) || conditions.iter().any(|it| names_a_source(it)) {
            return Subject::CloudTrail;
        }
        if let Some(reason) = matching().find_map(Event::foreign_source) {
            return Subject::Other(Some(reason));
        }
        if is_named {
            return Subject::CloudTrail;
        }
        let sign = matching().find_map(Event::sign).or_else(|| conditions.iter().find_map(|it| sign_of(it)));
        match sign {
            Some(reason) if !events.iter().any(|it| is_record(&it.event)) => Subject::Other(Some(reason)),
            _ => Subject::CloudTrail,
        }
    }
}

/// An event of a test, if a person wrote or recorded it.
struct Event<'a> {
    test: &'a str,
    event: Json,
    /// Whether the rule has to match it.
    matches: bool,
}

fn events(rule: &Rule) -> Vec<Event<'_>> {
    // a generated event follows from what the rule was taken for
    let tests = rule.tests.iter().filter(|test| test.origin != Origin::Generated);
    let of_test = tests.flat_map(|test| {
        let read = test.messages.iter().filter_map(|message| serde_json::from_str(message).ok());
        read.map(|event| Event { test: &test.name, event, matches: test.expect == Expect::Match })
    });
    of_test.collect()
}

impl Event<'_> {
    fn foreign_source(&self) -> Option<String> {
        let source = self.event.get("eventSource")?.as_str()?;
        is_foreign(source).then(|| format!("`eventSource` is `{source}` in the test `{}`", self.test))
    }

    /// What shows that another program wrote the event.
    fn sign(&self) -> Option<String> {
        let mut found = None;
        leaves(&self.event, &mut String::new(), &mut |path, value| {
            found = found.take().or_else(|| unknown_member(path)).or_else(|| {
                let is_other = match value {
                    Json::String(text) => is_other_text(path, text),
                    Json::Number(_) | Json::Bool(_) => TEXTS.contains(&path),
                    _ => false,
                };
                is_other.then(|| format!("no record has {value} as `{path}`"))
            });
        });
        found.map(|reason| format!("{reason}, as the test `{}` has it", self.test))
    }
}

/// Fields that each are a text in all records. Other programs have fields of these names, too.
const TEXTS: [&str; 6] =
    ["eventName", "eventSource", "eventType", "eventCategory", "errorCode", "errorMessage"];

/// Whether an event is a record by its shape.
fn is_record(event: &Json) -> bool {
    let text = |key: &str| event.get(key).and_then(Json::as_str).unwrap_or_default();
    !text("eventVersion").is_empty()
        && (is_of_aws(text("eventSource")) || text("eventType").starts_with("Aws"))
}

/// Whether a text is the name of an event source, known or not.
fn is_of_aws(source: &str) -> bool {
    source.contains(".amazonaws.com") || !names_of(source).is_empty()
}

/// Whether a text is not the name of an event source, and no mistake for one.
fn is_foreign(source: &str) -> bool {
    let lower = source.to_ascii_lowercase();
    let is_service = || event_sources().any(|known| known.split('.').next() == Some(lower.as_str()));
    !lower.is_empty() && !["amazon", "aws"].iter().any(|it| lower.contains(it)) && !is_service()
}

/// The text that a condition compares a top-level field with, or a field of `userIdentity`; the path is that of the catalogue.
fn compared(condition: &Condition) -> Option<(String, &str)> {
    let Predicate::Compare(Equality::Equal, value) = &condition.predicate.item else { return None };
    let (Value::Quoted(text) | Value::Bare(text)) = &value.item else { return None };
    Some((path_of(&condition.selector.item.steps)?, text))
}

/// Keys from the root; steps into arrays are left out. `None` if a step is `.*`.
fn path_of(steps: &[Step]) -> Option<String> {
    let keys = steps.iter().filter(|it| !matches!(it, Step::Index(_) | Step::AnyIndex));
    keys.map(Step::key).collect::<Option<Vec<_>>>().map(|keys| keys.join("."))
}

/// Whether the pattern asks for a source of AWS, or a type of event that only CloudTrail writes.
fn names_a_source(condition: &Condition) -> bool {
    compared(condition).is_some_and(|(path, text)| match path.to_ascii_lowercase().as_str() {
        "eventsource" => is_of_aws(text),
        "eventtype" => is_documented("eventType", text),
        _ => false,
    })
}

/// Whether the pattern asks for what CloudTrail writes: an event name, a source, a type of event or of principal.
fn names_an_event(condition: &Condition) -> bool {
    let Some((path, text)) = compared(condition) else { return false };
    match path.to_ascii_lowercase().as_str() {
        "eventname" => !sources_of(text).is_empty(),
        "useridentity.type" => is_documented("userIdentity.type", text),
        _ => names_a_source(condition),
    }
}

fn is_documented(path: &str, text: &str) -> bool {
    known_values(path).is_some_and(|known| known.values.contains(&text))
}

/// The top-level field that a key is; that it was meant to be, if it may be a mistake. Empty if no record has such a field.
fn known_key(key: &str, may_be_mistaken: bool) -> &str {
    if field(key).is_some() {
        return key;
    }
    let top = || fields().iter().map(|field| field.path).filter(|path| !path.contains('.'));
    let meant = || nearest(key, top(), errors(key));
    may_be_mistaken.then(meant).flatten().unwrap_or_default()
}

/// The number of typing errors in a mistake for a known word. Upper and lower case are no errors.
fn errors(word: &str) -> usize {
    match word.len() {
        0..=4 => 0,
        5..=9 => 1,
        _ => 2,
    }
}

/// What shows that a condition is about the events of another program.
fn sign_of(condition: &Condition) -> Option<String> {
    let path = path_of(&condition.selector.item.steps)?;
    let is_other = TEXTS.contains(&path.as_str())
        && match &condition.predicate.item {
            Predicate::Order(..) | Predicate::IsTrue | Predicate::IsFalse => true,
            Predicate::Compare(_, value) => match &value.item {
                Value::Number(_) => true,
                Value::Quoted(text) | Value::Bare(text) => is_other_text(&path, text),
                Value::Regex(_) => false,
            },
            Predicate::IsNull | Predicate::NotExists => false,
        };
    let reason = || is_other.then(|| format!("no record has a `{path}` as `{condition}` asks for"));
    unknown_member(&path).or_else(reason)
}

/// A field that no record has, at the top or below `userIdentity`, and that is no mistake for one.
fn unknown_member(path: &str) -> Option<String> {
    let mut parent = "";
    for (at, _) in path.match_indices('.').chain([(path.len(), "")]) {
        let place = path.get(..at)?;
        if field(place).is_some_and(|field| field.kind == FieldKind::Any) {
            return None;
        }
        if field(place).is_none() {
            let is_closed = parent.is_empty() || parent.starts_with("userIdentity");
            let key = place.get(parent.len()..)?.trim_start_matches('.');
            let below = fields().iter().filter_map(|it| it.path.strip_prefix(parent));
            let siblings = below.map(|it| it.trim_start_matches('.')).filter(|it| !it.contains('.'));
            let is_mistake = nearest(key, siblings, errors(key).max(1)).is_some();
            return (is_closed && !is_mistake).then(|| format!("no record has a field `{place}`"));
        }
        parent = place;
    }
    None
}

/// Whether CloudTrail never writes the text in this field, and the text is no misspelling of one that it writes. A wildcard is known if its
/// letters are part of a known text.
fn is_other_text(path: &str, text: &str) -> bool {
    let core = text.trim_matches('*').to_ascii_lowercase();
    if core.is_empty() {
        return false;
    }
    let is_known = |known: &[&'static str]| {
        let is_part = |it: &&str| text.contains('*') && it.to_ascii_lowercase().contains(&core);
        known.iter().any(is_part) || nearest(&core, known.iter().copied(), errors(&core)).is_some()
    };
    match path {
        "eventSource" => is_foreign(&core),
        "eventType" | "eventCategory" => known_values(path).is_some_and(|known| {
            let is_mistaken = known.mistaken.iter().any(|(wrong, _)| wrong.eq_ignore_ascii_case(&core));
            !is_known(&known.values) && !is_mistaken
        }),
        // the names of operations begin with a capital and are one word
        "eventName" => {
            let first = text.trim_matches('*').chars().next();
            let is_word = text.chars().all(|it| it.is_alphanumeric() || "*_-".contains(it));
            (first.is_some_and(|it| it.is_lowercase()) || !is_word)
                && !is_known(&event_names().collect::<Vec<_>>())
        }
        _ => false,
    }
}

/// Whether an event with this top-level field is a CloudTrail record, or one of a program with fields of the same names.
pub(super) fn is_of_record(key: &str) -> bool {
    const KEYS: [&str; 11] = [
        "eventName",
        "eventSource",
        "eventType",
        "eventCategory",
        "userIdentity",
        "errorCode",
        "sourceIPAddress",
        "requestParameters",
        "responseElements",
        "additionalEventData",
        "recipientAccountId",
    ];
    KEYS.contains(&key)
}
