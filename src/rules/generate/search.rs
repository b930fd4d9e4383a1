//! Searches for the value of one field or column: the values that conditions compare with, usual values, then values that the
//! analysis finds.

use super::proof::Questions;
use super::usual;
use crate::FilterPattern;
use crate::cloudtrail::catalogue::{event_names, names_of};
use crate::rules::candidates::{Candidates, Wish};
use crate::syntax::ast::{Equality, Predicate, Value};
use serde_json::{Value as Json, json};

/// The conditions on a field with their required outcomes.
pub(super) struct Asked<'a> {
    /// The name of the field or column.
    pub(super) name: &'a str,
    /// The predicates, with their outcomes.
    pub(super) predicates: Vec<(&'a Predicate, bool)>,
    /// The numbers of the predicates in the candidates.
    pub(super) wishes: Vec<Wish>,
    /// Whether the usual values of a field of this name fit: a field of another program has values of its own.
    pub(super) is_usual: bool,
}

/// How the analysis is asked about a field: a pattern for texts of a shape, and the value in the event that it finds.
pub(super) struct Form<'a> {
    pub(super) shaped: &'a dyn Fn(&str) -> String,
    pub(super) value: &'a dyn Fn(&str) -> Option<Json>,
    /// Whether the field may be missing.
    pub(super) may_be_missing: bool,
}

/// A value that gives all conditions their required outcomes. The inner `None` is a missing field.
pub(super) fn value(
    field: &mut Candidates,
    asked: &Asked<'_>,
    form: &Form<'_>,
    questions: &mut Questions,
) -> Option<Option<Json>> {
    let mut order: Vec<usize> = Vec::new();
    let (values, shapes) = if asked.is_usual {
        (usual::values(asked.name), usual::shapes(asked.name))
    } else {
        (&[][..], &[][..])
    };
    for value in exact(asked).into_iter().chain(values.iter().map(|it| Json::from(*it))) {
        order.push(field.value(Some(value)));
    }
    if let Some(found) = field.first(&order, &asked.wishes) {
        return Some(found);
    }
    if asked.is_usual
        && let Some(name) = named(field, asked)
    {
        return Some(Some(name));
    }
    for shape in shapes {
        let Ok(shape) = (form.shaped)(shape).parse::<FilterPattern>() else { continue };
        if let Some(found) = proved(field, asked, Some(&shape), form, questions) {
            return Some(Some(found));
        }
    }
    let mut order: Vec<usize> = Vec::new();
    for ((condition, outcome), (predicate, _)) in asked.wishes.iter().zip(&asked.predicates) {
        let is_unequal = matches!(predicate, Predicate::Compare(Equality::NotEqual, _));
        if *outcome != is_unequal {
            order.extend_from_slice(field.telling(*condition));
        }
    }
    let others = ["other".into(), json!(7), true.into(), false.into(), Json::Null];
    order.extend(others.map(|value| field.value(Some(value))));
    for (condition, _) in &asked.wishes {
        order.extend_from_slice(field.telling(*condition));
    }
    if form.may_be_missing {
        order.push(field.value(None));
    }
    order.extend(joined(asked).map(|text| field.value(Some(text))));
    let found = field.first(&order, &asked.wishes);
    found.or_else(|| proved(field, asked, None, form, questions).map(Some))
}

/// The values that the conditions name, and numbers near those that they name. They come first, so that a number is not
/// compared with a text.
fn exact(asked: &Asked<'_>) -> Vec<Json> {
    let (mut named, mut near) = (Vec::new(), Vec::new());
    for (predicate, outcome) in &asked.predicates {
        match predicate {
            Predicate::Compare(equality, value) => match &value.item {
                Value::Quoted(text) | Value::Bare(text) => {
                    if (*equality == Equality::Equal) == *outcome && !text.contains('*') {
                        named.push(Json::from(text.as_str()));
                    }
                }
                Value::Number(number) => {
                    let number = number.lexeme.parse::<f64>().into_iter();
                    near.extend(number.flat_map(|it| [it, it + 1.0, it - 1.0]).map(number_of));
                }
                Value::Regex(_) => {}
            },
            Predicate::Order(_, number) => {
                let number = number.item.lexeme.parse::<f64>().into_iter();
                near.extend(number.flat_map(|it| [it, it + 1.0, it - 1.0]).map(number_of));
            }
            Predicate::IsTrue | Predicate::IsFalse => near.extend([json!(true), json!(false)]),
            Predicate::IsNull => near.push(if *outcome { Json::Null } else { "other".into() }),
            Predicate::NotExists => {}
        }
    }
    named.extend(near);
    named
}

/// A text with the pieces of all wildcards that have to match: those that begin a text first, those that end it last. A proof about
/// many wildcards takes too many steps. `None` if no wildcard has to match.
fn joined(asked: &Asked<'_>) -> Option<Json> {
    let mut pieces: Vec<(u8, &str)> = Vec::new();
    for (predicate, outcome) in &asked.predicates {
        let Predicate::Compare(equality, value) = predicate else { continue };
        let (Value::Quoted(text) | Value::Bare(text)) = &value.item else { continue };
        if (*equality == Equality::Equal) != *outcome || !text.contains('*') {
            continue;
        }
        let place = match (text.starts_with('*'), text.ends_with('*')) {
            (false, _) => 0,
            (true, true) => 1,
            (true, false) => 2,
        };
        pieces.push((place, text.as_str()));
    }
    pieces.sort_by_key(|(place, _)| *place);
    let text: String = pieces.iter().map(|(_, text)| text.replace('*', "")).collect();
    (!text.is_empty()).then(|| text.into())
}

/// A whole number without a fraction.
fn number_of(number: f64) -> Json {
    const WHOLE: f64 = 9_007_199_254_740_992.0;
    let text = if number.abs() < WHOLE { number.to_string() } else { return number.into() };
    text.parse::<i64>().map_or_else(|_| number.into(), Json::from)
}

/// Event sources whose events are best known.
pub(super) const KNOWN_SOURCES: [&str; 4] =
    ["iam.amazonaws.com", "ec2.amazonaws.com", "s3.amazonaws.com", "kms.amazonaws.com"];

/// An event name that satisfies the conditions on `eventName`: one of the best known sources, or the first in the order of the alphabet.
fn named(field: &mut Candidates, asked: &Asked<'_>) -> Option<Json> {
    if asked.name != "$.eventName" {
        return None;
    }
    let holds = |name: &&str| {
        let message = json!({ "eventName": name }).to_string();
        let mut wishes = asked.wishes.iter();
        wishes.all(|(condition, outcome)| {
            field.pattern(*condition).is_some_and(|pattern| pattern.is_match(&message) == *outcome)
        })
    };
    let known = KNOWN_SOURCES.iter().find_map(|source| names_of(source).iter().copied().find(holds));
    known.or_else(|| event_names().filter(holds).min()).map(Json::from)
}

/// A value that the analysis finds, and that satisfies the conditions.
fn proved(
    field: &mut Candidates,
    asked: &Asked<'_>,
    shape: Option<&FilterPattern>,
    form: &Form<'_>,
    questions: &mut Questions,
) -> Option<Json> {
    let wished = asked.wishes.iter();
    let mut wanted: Vec<(&FilterPattern, bool)> =
        wished.filter_map(|(condition, outcome)| Some((field.pattern(*condition)?, *outcome))).collect();
    wanted.extend(shape.map(|shape| (shape, true)));
    let event = questions.brief(&wanted)?;
    let found = field.value(Some((form.value)(&event)?));
    field.first(&[found], &asked.wishes).flatten()
}
