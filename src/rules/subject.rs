//! What a rule is about: CloudTrail records, or the events of another program. The only definition for coverage, mutation, generated tests, and
//! the conditions that are not recorded; `docs/rule-files.md` describes it. What the pattern alone says is in `cloudtrail::about`, which lints
//! ask, too.
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
use crate::cloudtrail::about::{
    TEXTS, is_foreign, is_of_aws, is_of_record, is_other_text, known_key, names_a_source, names_an_event,
    sign_of, unknown_member,
};
use crate::syntax::ast::{Pattern, Step};
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

/// Whether an event is a record by its shape.
fn is_record(event: &Json) -> bool {
    let text = |key: &str| event.get(key).and_then(Json::as_str).unwrap_or_default();
    !text("eventVersion").is_empty()
        && (is_of_aws(text("eventSource")) || text("eventType").starts_with("Aws"))
}
