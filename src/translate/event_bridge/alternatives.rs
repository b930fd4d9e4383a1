//! Alternatives of fields with matchers.

use super::super::note::{Clause, Refusal};
use super::super::walk::Condition;
use super::matcher::{Both, Matcher};
use crate::limits::TRANSLATED_ALTERNATIVES;
use std::collections::BTreeMap;

/// The keys from the record to a field.
pub(super) type Path = Vec<String>;

/// Fields that all have to match, each by one of its matchers.
pub(super) type Fields = BTreeMap<Path, Vec<Matcher>>;

/// An event matches if one of them does. There may be none, which no event matches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Alternatives(pub(super) Vec<Fields>);

impl Condition for Alternatives {
    fn all(parts: Vec<Self>, _: &str, clause: &mut Clause<'_>) -> Result<Self, Refusal> {
        let mut parts = parts.into_iter();
        let first = parts.next().unwrap_or_default();
        parts.try_fold(first, |all, part| all.and(&part, clause))
    }

    fn any(parts: Vec<Self>, _: &str, clause: &mut Clause<'_>) -> Result<Self, Refusal> {
        let mut parts = parts.into_iter();
        let first = parts.next().unwrap_or_default();
        parts.try_fold(first, |any, part| any.or(part, clause))
    }
}

impl Alternatives {
    pub(super) fn field(path: Path, matchers: Vec<Matcher>) -> Self {
        Alternatives(vec![Fields::from([(path, matchers)])])
    }

    pub(super) fn and(&self, other: &Alternatives, clause: &Clause<'_>) -> Result<Alternatives, Refusal> {
        let mut all = Alternatives::default();
        for one in &self.0 {
            for two in &other.0 {
                if let Some(fields) = both(one, two, clause)? {
                    all.push(fields, clause)?;
                }
            }
        }
        Ok(all)
    }

    pub(super) fn or(mut self, other: Alternatives, clause: &Clause<'_>) -> Result<Alternatives, Refusal> {
        for fields in other.0 {
            self.push(fields, clause)?;
        }
        Ok(self)
    }

    /// Adds an alternative, into another one if they differ in one field only.
    fn push(&mut self, mut fields: Fields, clause: &Clause<'_>) -> Result<(), Refusal> {
        while let Some(at) = self.0.iter().position(|it| difference(it, &fields).is_some()) {
            let other = self.0.remove(at);
            match difference(&other, &fields) {
                Some(Difference::Field(path)) => {
                    let more = fields.remove(&path).unwrap_or_default();
                    let mut union = other.get(&path).cloned().unwrap_or_default();
                    union.extend(
                        more.into_iter().filter(|it| !other.get(&path).is_some_and(|all| all.contains(it))),
                    );
                    fields.insert(path, union);
                }
                Some(Difference::Nothing) | None => {}
            }
        }
        self.0.push(fields);
        if self.0.len() > TRANSLATED_ALTERNATIVES {
            let reason =
                format!("it has more than {TRANSLATED_ALTERNATIVES} alternatives in EventBridge's form");
            return Err(clause.refused(reason, "translate its parts one by one"));
        }
        Ok(())
    }
}

/// How two alternatives differ.
enum Difference {
    Nothing,
    Field(Path),
}

/// `None` if they differ in more than one field, or have other fields.
fn difference(one: &Fields, two: &Fields) -> Option<Difference> {
    if !one.keys().eq(two.keys()) {
        return None;
    }
    let mut different = one.iter().filter(|(path, matchers)| two.get(*path) != Some(matchers));
    match (different.next(), different.next()) {
        (None, _) => Some(Difference::Nothing),
        (Some((path, _)), None) => Some(Difference::Field(path.clone())),
        _ => None,
    }
}

/// All fields of both. `None` if no event matches.
fn both(one: &Fields, two: &Fields, clause: &Clause<'_>) -> Result<Option<Fields>, Refusal> {
    let mut fields = one.clone();
    for (path, matchers) in two {
        let Some(others) = one.get(path) else {
            fields.insert(path.clone(), matchers.clone());
            continue;
        };
        let mut common: Vec<Matcher> = Vec::new();
        for one in others {
            for two in matchers {
                match one.and(two) {
                    Both::Nothing => {}
                    Both::Matcher(matcher) if common.contains(&matcher) => {}
                    Both::Matcher(matcher) => common.push(matcher),
                    Both::Unknown => {
                        let reason = format!(
                            "EventBridge has one list of matchers for a field, and cannot say two conditions on `{}` that both have to hold",
                            path.join(".")
                        );
                        return Err(clause.refused(reason, "write one condition for the field"));
                    }
                }
            }
        }
        if common.is_empty() {
            return Ok(None);
        }
        fields.insert(path.clone(), common);
    }
    Ok(Some(fields))
}
