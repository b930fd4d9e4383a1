//! The JSON event of a generated test.

use super::assign::{Wanted, assign};
use super::proof::Questions;
use super::search::{Asked, Form, value};
use super::{identity, names, shape, usual};
use crate::FilterPattern;
use crate::cloudtrail::about::is_of_record;
use crate::rules::candidates::{Candidates, Wish};
use crate::rules::event;
use crate::semantics::Semantics;
use crate::syntax::ast::{Condition, Expr, Node, Selector, Step};
use serde_json::{Value as Json, json};
use std::collections::HashMap;

/// The candidates of each field, kept for all tests of a pattern.
pub(super) struct Fields {
    semantics: Semantics,
    /// Whether an event with a field of CloudTrail is a whole record.
    of_records: bool,
    known: HashMap<String, Candidates>,
}

/// The name of a field, its selector, and its conditions with their required outcomes.
type AskedField<'a> = (String, Selector, Vec<Wanted<'a, Condition>>);

impl Fields {
    pub(super) fn new(semantics: Semantics, of_records: bool) -> Self {
        Fields { semantics, of_records, known: HashMap::new() }
    }

    /// Events in which the condition number `leaf` decides, the most realistic first. If a field of CloudTrail is among the asked ones, they
    /// are whole records.
    pub(super) fn events(
        &mut self,
        expr: &Node<Expr<Condition>>,
        leaf: usize,
        matches: bool,
        questions: &mut Questions,
    ) -> Option<[Json; 2]> {
        let wanted = assign(expr, leaf, matches);
        let any = any_key(&wanted);
        let mut fields: Vec<AskedField<'_>> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for (condition, outcome) in &wanted {
            let selector = plain(&condition.selector.item, &any);
            let name = selector.to_string();
            let at = *places.entry(name.clone()).or_insert_with(|| {
                fields.push((name, selector, Vec::new()));
                fields.len() - 1
            });
            if let Some((_, _, wishes)) = fields.get_mut(at) {
                wishes.push((condition, *outcome));
            }
        }
        let mut values = Vec::new();
        for (name, selector, wishes) in &fields {
            values.push((selector, self.value(name, &selector.steps, wishes, questions)?));
        }
        let mut event = if self.of_records { base(&values) } else { json!({}) };
        for (selector, value) in values {
            match value {
                Some(value) => event::set(&mut event, &selector.steps, value).ok()?,
                None => {
                    let _ = event::remove(&mut event, &selector.steps);
                }
            }
        }
        let wishes = |name: &str| -> Vec<(FilterPattern, bool)> {
            let field = fields.iter().find(|field| field.0 == name);
            let wishes = field.into_iter().flat_map(|(_, _, wishes)| wishes);
            let parsed = |(condition, outcome): &Wanted<'_, Condition>| {
                let text = format!("{{ {name} {} }}", condition.predicate.item);
                Some((FilterPattern::with_semantics(&text, self.semantics).ok()?, *outcome))
            };
            wishes.filter_map(parsed).collect()
        };
        names::agree(&mut event, &wishes);
        Some(finished(event, &|name: &str| places.contains_key(name)))
    }

    /// A value of one field that gives its conditions the required outcomes. The inner `None`: the event must not have the field.
    fn value(
        &mut self,
        name: &str,
        steps: &[Step],
        wishes: &[Wanted<'_, Condition>],
        questions: &mut Questions,
    ) -> Option<Option<Json>> {
        let semantics = self.semantics;
        let field = self.known.entry(name.to_owned()).or_insert_with(|| {
            let steps = steps.to_vec();
            Candidates::new(move |value| {
                let mut event = json!({});
                if let Some(value) = value {
                    event::set(&mut event, &steps, value.clone()).ok()?;
                }
                Some(event.to_string())
            })
        });
        let number = |(condition, outcome): &Wanted<'_, Condition>| {
            let predicate = &condition.predicate.item;
            Some((field.condition(predicate, &format!("{{ {name} {predicate} }}"), semantics)?, *outcome))
        };
        let numbers: Vec<Wish> = wishes.iter().map(number).collect::<Option<_>>()?;
        let predicates = wishes.iter().map(|(it, outcome)| (&it.predicate.item, *outcome)).collect();
        let is_of_record = steps.first().and_then(Step::key).is_some_and(is_of_record);
        let asked = Asked { name, predicates, wishes: numbers, is_usual: self.of_records || !is_of_record };
        let shaped = |shape: &str| format!("{{ {name} = %{shape}% }}");
        let found = |event: &str| at(&serde_json::from_str(event).ok()?, steps).cloned();
        value(field, &asked, &Form { shaped: &shaped, value: &found, may_be_missing: true }, questions)
    }
}

/// The value at the end of a path.
fn at<'a>(event: &'a Json, steps: &[Step]) -> Option<&'a Json> {
    steps.iter().try_fold(event, |place, step| match step {
        Step::Key(key) | Step::QuotedKey(key) => place.get(key),
        Step::Index(index) => place.get(index),
        Step::AnyKey | Step::AnyIndex => None,
    })
}

/// What the event has besides the asked fields.
fn base(values: &[(&Selector, Option<Json>)]) -> Json {
    let first = |selector: &Selector| selector.steps.first().and_then(Step::key).map(str::to_owned);
    if !values.iter().any(|(selector, _)| first(selector).is_some_and(|key| is_of_record(&key))) {
        return json!({});
    }
    usual::record(identity::identity(identity::kind(values)))
}

/// The event with the members that follow from the others: with request parameters, and without.
fn finished(mut event: Json, asks: &impl Fn(&str) -> bool) -> [Json; 2] {
    shape::fit(&mut event, asks);
    identity::agree(&mut event, asks);
    let mut whole = event.clone();
    shape::add_request(&mut whole, asks);
    [whole, event]
}

/// The event that the analysis found, completed to a record if it has a field of CloudTrail.
pub(in crate::rules) fn completed(found: &str) -> Option<Json> {
    let [_, event] = wholes(found)?;
    Some(event)
}

/// As [`completed`], with request parameters, and without.
pub(super) fn wholes(found: &str) -> Option<[Json; 2]> {
    let Json::Object(found) = serde_json::from_str(found).ok()? else { return None };
    if !found.keys().any(|key| is_of_record(key)) {
        return None;
    }
    let mut event = usual::record(identity::identity(identity::kind_of(found.get("userIdentity"))));
    for (key, value) in &found {
        match (event.get_mut(key), value) {
            (Some(Json::Object(known)), Json::Object(value)) => known.extend(value.clone()),
            _ => event::set(&mut event, &[Step::Key(key.clone())], value.clone()).ok()?,
        }
    }
    let is_found = |name: &str| name.strip_prefix("$.").is_some_and(|key| found.contains_key(key));
    names::name_source(&mut event, is_found);
    Some(finished(event, &is_found))
}

/// A key that no condition contains, to replace `.*`.
fn any_key(wanted: &[Wanted<'_, Condition>]) -> String {
    let steps = || wanted.iter().flat_map(|(condition, _)| &condition.selector.item.steps);
    let is_named = |name: &str| steps().any(|step| step.key() == Some(name));
    let mut name = "any".to_owned();
    while is_named(&name) {
        name.push('_');
    }
    name
}

/// The selector with `[0]` for `[*]`, and the key `any` for `.*`.
fn plain(selector: &Selector, any: &str) -> Selector {
    let step = |step: &Step| match step {
        Step::AnyIndex => Step::Index(0),
        Step::AnyKey => Step::Key(any.to_owned()),
        Step::Key(_) | Step::QuotedKey(_) | Step::Index(_) => step.clone(),
    };
    Selector { steps: selector.steps.iter().map(step).collect() }
}
