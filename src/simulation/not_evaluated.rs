//! Why a composite alarm was not evaluated.

use crate::rules::Composite;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Formatter, Result};

/// Why a composite alarm was not evaluated. The names are those of alarms that it refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotEvaluated<'a> {
    /// No rule of the simulation has these alarms.
    Unknown(Vec<&'a str>),
    /// These composite alarms refer back to it. AWS accepts that; how AWS evaluates them is not recorded, and it is not modelled.
    Circular(Vec<&'a str>),
    /// These composite alarms are not evaluated either.
    DependsOn(Vec<&'a str>),
}

impl Display for NotEvaluated<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            NotEvaluated::Unknown(names) => write!(f, "no rule here has the alarm {}", names.join(", ")),
            NotEvaluated::Circular(names) => write!(
                f,
                "composite alarms that refer to each other are not modelled, and {} refers back to it",
                names.join(", ")
            ),
            NotEvaluated::DependsOn(names) => {
                write!(f, "it refers to {}, which was not evaluated", names.join(", "))
            }
        }
    }
}

/// Why a composite alarm that refers to these alarms, which have no state, was not evaluated; `None` if there are no such alarms.
pub(super) fn reason<'a>(
    composite: &Composite,
    stateless: Vec<&'a str>,
    composites: &BTreeMap<&str, &'a Composite>,
) -> Option<NotEvaluated<'a>> {
    let unknown: Vec<&str> =
        stateless.iter().copied().filter(|name| !composites.contains_key(name)).collect();
    if stateless.is_empty() {
        return None;
    }
    if !unknown.is_empty() {
        return Some(NotEvaluated::Unknown(unknown));
    }
    let (circular, others): (Vec<_>, Vec<_>) =
        stateless.into_iter().partition(|name| refers(name, &composite.id, composites));
    Some(if circular.is_empty() { NotEvaluated::DependsOn(others) } else { NotEvaluated::Circular(circular) })
}

/// Whether a composite alarm is the other, or refers to it over any number of composite alarms. Visits each of them once.
fn refers(from: &str, to: &str, composites: &BTreeMap<&str, &Composite>) -> bool {
    let mut visited = BTreeSet::new();
    let mut next: Vec<&str> = vec![from];
    while let Some(name) = next.pop() {
        if name == to {
            return true;
        }
        if visited.insert(name) {
            next.extend(composites.get(name).into_iter().flat_map(|it| it.alarms()));
        }
    }
    false
}
