//! The fields and values of a pattern that no recorded event has.
//!
//! A pattern about a field that CloudTrail does not write never matches, and its tests pass: the events of the tests have the field. The
//! [recorded events](crate::cloudtrail::catalogue::recorded_sources) tell. They are some of all: what they do not have may exist.

use super::file::Rule;
use super::record::Records;
use crate::cloudtrail::catalogue::{RecordedSource, field, known_values, recorded_sources, sources_of};
use crate::limits::LEAST_RECORDED;
use crate::plural::counted;
use crate::syntax::ast::{Condition, Equality, Expr, Pattern, Predicate, Step, Value};
use std::collections::BTreeSet;
use std::fmt;

/// A condition on a field or a value that no recorded event has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotRecorded {
    /// The text of the condition.
    pub condition: String,
    /// The text of its selector.
    pub selector: String,
    /// What is not recorded.
    pub kind: NotRecordedKind,
}

/// What is not recorded, and how much is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotRecordedKind {
    /// No recorded event has the field.
    Field {
        /// The number of recorded events of the event sources.
        records: usize,
        /// The event sources that the pattern allows where it has the condition. Empty if it allows all.
        sources: Vec<&'static str>,
        /// The event names that the pattern allows there, if none of these recorded events has one of them.
        names: Vec<String>,
    },
    /// No recorded event with the field has the value.
    Value {
        /// The number of recorded events of the event sources that have the field.
        records: usize,
        /// The event sources. Empty if the pattern allows all.
        sources: Vec<&'static str>,
        /// The recorded values.
        values: Vec<&'static str>,
        /// The recorded value that differs only in upper and lower case.
        in_other_case: Option<&'static str>,
    },
    /// AWS documents all values of the field, and the value is not one of them.
    Documented {
        /// The documented values.
        values: Vec<&'static str>,
        /// The documented value that differs only in upper and lower case.
        in_other_case: Option<&'static str>,
    },
}

impl fmt::Display for NotRecorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let selector = &self.selector;
        match &self.kind {
            NotRecordedKind::Field { records, sources, names } => {
                write!(f, "0 of {}{} have `{selector}`", events(*records), of(sources))?;
                match names.as_slice() {
                    [] => Ok(()),
                    names => write!(f, "; none of them is {}", quoted(names)),
                }
            }
            NotRecordedKind::Value { records, sources, values, in_other_case } => {
                let events = events(*records);
                write!(f, "0 of {events}{} with `{selector}` have this value; ", of(sources))?;
                match (in_other_case, values.as_slice()) {
                    (Some(value), _) => write!(f, "the recorded value is `{value}`"),
                    (None, values) => write!(f, "recorded: {}", quoted(values)),
                }
            }
            NotRecordedKind::Documented { values, in_other_case } => match in_other_case {
                Some(value) => write!(f, "the documented value is `{value}`"),
                None => write!(f, "documented: {}", quoted(values)),
            },
        }
    }
}

fn events(count: usize) -> String {
    counted(count, "recorded event", "recorded events")
}

fn of(sources: &[&str]) -> String {
    if sources.is_empty() { String::new() } else { format!(" of {}", sources.join(", ")) }
}

fn quoted<T: fmt::Display>(words: &[T]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// The conditions of a rule on fields and values that no recorded event has, from left to right. Empty if the rule is not about CloudTrail.
///
/// A field counts only if each event source that the pattern allows has at least [`LEAST_RECORDED`] recorded events, and if it is not
/// documented for all sources. A value counts only if it is compared by `=` without a wildcard, and if the recorded values of the field
/// are few words.
///
/// ```
/// let file = cwfilter::rules::parse("rules.toml".as_ref(), r#"
///     [[rule]]
///     id = "tier"
///     pattern = '{ $.eventSource = "ssm.amazonaws.com" && $.requestParameters.teir = "Advanced" }'
/// "#.to_owned()).unwrap();
/// let found = cwfilter::rules::not_recorded(&file.rules[0]);
/// assert_eq!(
///     found[0].to_string(),
///     "0 of 626 recorded events of ssm.amazonaws.com have `$.requestParameters.teir`"
/// );
/// ```
#[must_use]
pub fn not_recorded(rule: &Rule) -> Vec<NotRecorded> {
    let mut found = Vec::new();
    if let (Pattern::Json(expr), Some(_)) = (rule.pattern.ast(), Records::of_rule(rule)) {
        visit(&expr.item, &Allowed::default(), &mut found);
    }
    found
}

/// The event sources and names that a part of the pattern allows. `None` if it allows all.
#[derive(Debug, Default, Clone)]
struct Allowed {
    sources: Option<BTreeSet<String>>,
    names: Option<BTreeSet<String>>,
}

impl Allowed {
    fn of(expr: &Expr<Condition>) -> Self {
        match expr {
            Expr::Group(inner) => Allowed::of(&inner.item),
            Expr::And(parts) => {
                parts.iter().fold(Allowed::default(), |all, part| all.and(Allowed::of(&part.item)))
            }
            Expr::Or(parts) => {
                let mut parts = parts.iter().map(|part| Allowed::of(&part.item));
                let first = parts.next().unwrap_or_default();
                parts.fold(first, |all, part| Allowed {
                    sources: all.sources.zip(part.sources).map(|(a, b)| &a | &b),
                    names: all.names.zip(part.names).map(|(a, b)| &a | &b),
                })
            }
            Expr::Condition(condition) => {
                let is = |key: &str| matches!(condition.selector.item.steps.as_slice(), [step] if step.key() == Some(key));
                let value = || literal(condition).map(|text| BTreeSet::from([text.to_owned()]));
                Allowed {
                    sources: is("eventSource").then(value).flatten(),
                    names: is("eventName").then(value).flatten(),
                }
            }
        }
    }

    fn and(self, other: Self) -> Self {
        let both = |a: Option<BTreeSet<String>>, b: Option<BTreeSet<String>>| match (a, b) {
            (Some(a), Some(b)) => Some(&a & &b),
            (a, b) => a.or(b),
        };
        Allowed { sources: both(self.sources, other.sources), names: both(self.names, other.names) }
    }

    /// The recorded events of the allowed sources; of the sources that have the allowed names, if only the names say. `None` if a source has
    /// too few.
    fn recorded(&self) -> Option<Vec<(&'static str, &'static RecordedSource)>> {
        let all = recorded_sources();
        let of_names = || {
            let names = self.names.as_ref()?;
            let sources: BTreeSet<String> =
                names.iter().flat_map(|name| sources_of(name)).map(|it| (*it).to_owned()).collect();
            Some(sources).filter(|sources| !sources.is_empty())
        };
        let Some(sources) = self.sources.clone().or_else(of_names) else {
            return self.names.is_none().then(|| all.iter().map(|(name, source)| (*name, source)).collect());
        };
        let of_source = |source: &String| {
            let (name, source) = all.get_key_value(source.as_str())?;
            (source.records >= LEAST_RECORDED).then_some((*name, source))
        };
        sources.iter().map(of_source).collect::<Option<Vec<_>>>().filter(|it| !it.is_empty())
    }
}

/// The text that a condition compares with by `=`. `None` if it compares otherwise, or with a wildcard.
fn literal(condition: &Condition) -> Option<&str> {
    match &condition.predicate.item {
        Predicate::Compare(Equality::Equal, value) => match &value.item {
            Value::Quoted(text) | Value::Bare(text) if !text.contains('*') => Some(text),
            Value::Quoted(_) | Value::Bare(_) | Value::Regex(_) | Value::Number(_) => None,
        },
        _ => None,
    }
}

fn visit(expr: &Expr<Condition>, around: &Allowed, found: &mut Vec<NotRecorded>) {
    match expr {
        Expr::Group(inner) => visit(&inner.item, around, found),
        Expr::Or(parts) => parts.iter().for_each(|part| visit(&part.item, around, found)),
        Expr::And(parts) => {
            let allowed = around.clone().and(Allowed::of(expr));
            parts.iter().for_each(|part| visit(&part.item, &allowed, found));
        }
        Expr::Condition(condition) => {
            let selector = condition.selector.item.to_string();
            found.extend(judge(condition, around).map(|kind| NotRecorded {
                condition: condition.to_string(),
                selector,
                kind,
            }));
        }
    }
}

/// The path of a selector without its steps into arrays. `None` if it has `.*`.
fn path(condition: &Condition) -> Option<String> {
    let mut keys = Vec::new();
    for step in &condition.selector.item.steps {
        match step {
            Step::Key(key) | Step::QuotedKey(key) => keys.push(key.as_str()),
            Step::Index(_) | Step::AnyIndex => {}
            Step::AnyKey => return None,
        }
    }
    Some(keys.join("."))
}

fn judge(condition: &Condition, allowed: &Allowed) -> Option<NotRecordedKind> {
    let path = path(condition)?;
    let value = literal(condition);
    let other_case = |values: &[&'static str]| {
        let value = value.unwrap_or_default();
        values.iter().copied().find(|it| it.eq_ignore_ascii_case(value))
    };
    if let Some(known) = known_values(&path) {
        let values = known.values.clone();
        let is_missing = known.is_closed && value.is_some_and(|value| !values.contains(&value));
        let in_other_case = other_case(&values);
        return is_missing.then_some(NotRecordedKind::Documented { values, in_other_case });
    }
    let recorded = allowed.recorded()?;
    let is_all = recorded.len() == recorded_sources().len();
    let sources: Vec<&str> =
        if is_all { Vec::new() } else { recorded.iter().map(|(name, _)| *name).collect() };
    if recorded.iter().all(|(_, source)| !source.may_have(&path)) {
        if field(&path).is_some() {
            return None;
        }
        let records = recorded.iter().map(|(_, source)| source.records).sum();
        let is_named =
            |name: &String| recorded.iter().any(|(_, source)| source.names.contains(name.as_str()));
        let names = allowed.names.iter().flatten().cloned().collect::<Vec<_>>();
        let names = if names.iter().any(is_named) { Vec::new() } else { names };
        return Some(NotRecordedKind::Field { records, sources, names });
    }
    let value = value?;
    let having = || recorded.iter().filter(|(_, source)| source.may_have(&path));
    let fields: Vec<_> = having().filter_map(|(_, source)| source.field(&path)).collect();
    let records = fields.iter().map(|field| field.records).sum();
    let values: BTreeSet<&str> =
        fields.iter().flat_map(|field| &field.values).map(|(value, _)| *value).collect();
    let is_closed = fields.len() == having().count() && fields.iter().all(|field| !field.values.is_empty());
    if records < LEAST_RECORDED || !is_closed || values.contains(value) {
        return None;
    }
    let values: Vec<&str> = values.into_iter().collect();
    let in_other_case = other_case(&values);
    Some(NotRecordedKind::Value { records, sources, values, in_other_case })
}
