//! What has to be true for a rule to be: the clause, or the few clauses, expected to be true most seldom. The
//! rule is run when they are, and asked only what they leave open.

use super::branches::Clauses;
use super::ids::{PathId, PredicateId};
use super::predicate::{PredicatePlan, ValuePlan};
use super::trigger_index::Fires;
use std::collections::BTreeMap;

/// A test and the number of the path that leads to its value.
pub(super) type PathTest = (PathId, PredicatePlan);

/// What sets a rule off.
pub(super) struct TriggerPlan {
    pub(super) triggers: Vec<Trigger>,
    /// what is left to ask then; none for all of the rule
    pub(super) rest: Option<Clauses>,
}

/// A predicate, or several of one path, that a value makes true.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trigger {
    One(PredicateId),
    /// comparisons by `!=` with a text each, true together
    NoneOf(Vec<PredicateId>),
}

impl Trigger {
    pub(super) fn path(&self, predicates: &[PathTest]) -> Option<PathId> {
        let first = match self {
            Trigger::One(predicate) => Some(predicate),
            Trigger::NoneOf(list) => list.first(),
        };
        first.and_then(|first| predicates.get(first.index())).map(|(path, _)| *path)
    }

    pub(super) fn fires<'a>(&self, predicates: &'a [PathTest]) -> Fires<'a> {
        let test = |predicate: &PredicateId| predicates.get(predicate.index()).map(|(_, test)| test);
        match self {
            Trigger::One(predicate) => test(predicate).map_or(Fires::NoneOf(Vec::new()), Fires::On),
            Trigger::NoneOf(list) => {
                Fires::NoneOf(list.iter().filter_map(test).filter_map(other_than).collect())
            }
        }
    }
}

/// The text that a value has to differ from.
fn other_than(test: &PredicatePlan) -> Option<&[u8]> {
    match test {
        PredicatePlan::Compare { equal: false, value: ValuePlan::Text(text) } => Some(text),
        _ => None,
    }
}

/// Triggers of which one has to fire for the parts at `places` to be true.
struct Choice {
    cost: f64,
    triggers: Vec<Trigger>,
    /// ascending
    places: Vec<usize>,
}

/// Of so many comparisons by `!=` on one path each one more makes the path's values that pass rarer.
const OF_ONE_MORE: f64 = 0.8;

impl TriggerPlan {
    /// None for a rule that no value has to set off. `costs` says how often each predicate is expected to be true.
    pub(super) fn new(
        clauses: &Clauses,
        costs: &[Option<f64>],
        predicates: &[PathTest],
    ) -> Option<TriggerPlan> {
        let parts = match clauses {
            Clauses::And(parts) => parts.as_slice(),
            other => std::slice::from_ref(other),
        };
        let choice = choose(parts, costs, predicates)?;
        let is_exact = |part: &Clauses| match part {
            Clauses::One(one) => predicates.get(one.index()).is_some_and(|(_, test)| test.fires_exactly()),
            _ => false,
        };
        // parts that set the rule off are true and need not be asked again
        let is_decided = choice.places.iter().filter_map(|place| parts.get(*place)).all(|part| match part {
            Clauses::Or(ones) => ones.iter().all(is_exact),
            other => is_exact(other),
        });
        let others =
            parts.iter().enumerate().filter(|(place, _)| choice.places.binary_search(place).is_err());
        let rest = is_decided.then(|| Clauses::And(others.map(|(_, part)| part.clone()).collect()));
        Some(TriggerPlan { triggers: choice.triggers, rest })
    }
}

/// The parts, joined by `&&`, that are expected to be true most seldom.
fn choose(parts: &[Clauses], costs: &[Option<f64>], predicates: &[PathTest]) -> Option<Choice> {
    let each = parts.iter().enumerate().filter_map(|(place, part)| {
        let (cost, triggers) = cheapest(part, costs, predicates)?;
        Some(Choice { cost, triggers, places: vec![place] })
    });
    let together = none_of(parts, costs, predicates);
    each.chain(together).min_by(|a, b| a.cost.total_cmp(&b.cost))
}

/// The parts that compare one path by `!=`, taken together.
fn none_of(parts: &[Clauses], costs: &[Option<f64>], predicates: &[PathTest]) -> Vec<Choice> {
    let mut paths: BTreeMap<PathId, Vec<(PredicateId, usize)>> = BTreeMap::new();
    for (place, part) in parts.iter().enumerate() {
        let Clauses::One(predicate) = part else { continue };
        let Some((path, test)) = predicates.get(predicate.index()) else { continue };
        let may_fire = costs.get(predicate.index()).copied().flatten().is_some();
        if may_fire && other_than(test).is_some() {
            paths.entry(*path).or_default().push((*predicate, place));
        }
    }
    let several = paths.into_values().filter(|list| list.len() > 1);
    let choice = |mut list: Vec<(PredicateId, usize)>| {
        list.sort_unstable();
        let cost = OF_ONE_MORE.powi(i32::try_from(list.len()).unwrap_or(i32::MAX));
        let (predicates, mut places): (Vec<PredicateId>, Vec<usize>) = list.into_iter().unzip();
        places.sort_unstable();
        Choice { cost, triggers: vec![Trigger::NoneOf(predicates)], places }
    };
    several.map(choice).collect()
}

/// The triggers of which one has to fire for the expression to be true, those that fire least often.
fn cheapest(
    clauses: &Clauses,
    costs: &[Option<f64>],
    predicates: &[PathTest],
) -> Option<(f64, Vec<Trigger>)> {
    match clauses {
        Clauses::One(predicate) => {
            let cost = costs.get(predicate.index()).copied()??;
            let test = predicates.get(predicate.index()).map(|(_, test)| test);
            let is_other = test.and_then(other_than).is_some();
            let trigger = if is_other { Trigger::NoneOf(vec![*predicate]) } else { Trigger::One(*predicate) };
            Some((cost, vec![trigger]))
        }
        Clauses::And(parts) => choose(parts, costs, predicates).map(|choice| (choice.cost, choice.triggers)),
        Clauses::Or(parts) => parts.iter().try_fold((0.0, Vec::new()), |(sum, mut all), part| {
            let (cost, triggers) = cheapest(part, costs, predicates)?;
            all.extend(triggers);
            Some((sum + cost, all))
        }),
    }
}
