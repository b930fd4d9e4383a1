//! The event sources and names that a part of a pattern allows.

use crate::cloudtrail::catalogue::{RecordedSource, recorded_sources, sources_of};
use crate::syntax::ast::{Condition, Equality, Expr, Predicate, Value};
use std::collections::BTreeSet;

/// The event sources and names that a part of the pattern allows. `None` if it allows all.
#[derive(Debug, Default, Clone)]
pub(super) struct Allowed {
    pub(super) sources: Option<BTreeSet<String>>,
    pub(super) names: Option<BTreeSet<String>>,
}

impl Allowed {
    pub(super) fn of(expr: &Expr<Condition>) -> Self {
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
                let value = || equal_text(condition).map(|text| BTreeSet::from([text.to_owned()]));
                Allowed {
                    sources: is("eventSource").then(value).flatten(),
                    names: is("eventName").then(value).flatten(),
                }
            }
        }
    }

    pub(super) fn and(self, other: Self) -> Self {
        let both = |a: Option<BTreeSet<String>>, b: Option<BTreeSet<String>>| match (a, b) {
            (Some(a), Some(b)) => Some(&a & &b),
            (a, b) => a.or(b),
        };
        Allowed { sources: both(self.sources, other.sources), names: both(self.names, other.names) }
    }

    /// The recorded events of the allowed sources; of the sources that have the allowed names, if only the names say. All recorded events if
    /// neither says, or if the names are not known.
    pub(super) fn recorded(&self) -> Recorded {
        let all = recorded_sources();
        let of_names = || -> Option<BTreeSet<String>> {
            let sources = self.names.as_ref()?.iter().flat_map(|name| sources_of(name));
            Some(sources.map(|it| (*it).to_owned()).collect()).filter(|it: &BTreeSet<String>| !it.is_empty())
        };
        match self.sources.clone().or_else(of_names) {
            None => Recorded {
                found: all.iter().map(|(name, source)| (*name, source)).collect(),
                unseen: Vec::new(),
                is_all: true,
            },
            Some(sources) => {
                let known = |name: &String| all.get_key_value(name.as_str()).map(|(name, it)| (*name, it));
                let found = sources.iter().filter_map(known).collect();
                let unseen = sources.into_iter().filter(|name| !all.contains_key(name.as_str())).collect();
                Recorded { found, unseen, is_all: false }
            }
        }
    }
}

/// The recorded events that a condition can be compared with.
pub(super) struct Recorded {
    /// The event sources, with what their recorded events have.
    pub(super) found: Vec<(&'static str, &'static RecordedSource)>,
    /// Sources without recorded events.
    pub(super) unseen: Vec<String>,
    /// Whether these are all recorded events.
    pub(super) is_all: bool,
}

/// The text that a condition compares with by `=`. `None` if it compares otherwise, or with a wildcard.
pub(super) fn equal_text(condition: &Condition) -> Option<&str> {
    match &condition.predicate.item {
        Predicate::Compare(Equality::Equal, _) => whole_text(&condition.predicate.item),
        _ => None,
    }
}

/// The text that a predicate compares with by `=` or `!=`. `None` if it compares otherwise, or with a wildcard.
pub(super) fn whole_text(predicate: &Predicate) -> Option<&str> {
    let Predicate::Compare(_, value) = predicate else { return None };
    match &value.item {
        Value::Quoted(text) | Value::Bare(text) if !text.contains('*') => Some(text),
        Value::Quoted(_) | Value::Bare(_) | Value::Regex(_) | Value::Number(_) => None,
    }
}
