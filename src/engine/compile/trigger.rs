//! Chooses a rule's trigger: the clause, or small set of clauses, that is least likely to hold. A rule is evaluated only after
//! its trigger fired, and then is asked only the clauses that the trigger leaves open.
//!
//! # A choice, worked through
//!
//! The rule `cis-unauthorized-api-calls` of `patterns/cis-aws`, shortened to its clauses; a cost is the estimated share of values for
//! which the clause holds (`JsonBuilder::costs`). The set has the fifteen CIS rules.
//!
//! ```text
//! &&  ||  $.errorCode = "*UnauthorizedOperation"      a wildcard               0.1 ┐ a sum: either may
//!         $.errorCode = "AccessDenied*"               a wildcard               0.1 ┘ set the rule off    0.2   ◀ chosen
//!     $.sourceIPAddress != "delivery.logs.amazonaws.com"    nearly every value                           1.0
//!     $.eventName != "HeadBucket"                           nearly every value                           1.0
//! ```
//!
//! Of the parts of an `&&` the cheapest one is the trigger, because each of them has to hold. Of an `||` all parts are triggers
//! together, and their costs are added; if one part has no trigger, the `||` has none. `NOT EXISTS` has no trigger: no value makes
//! it true. Both wildcards fire only on values for which they hold, so the `||` is decided by the trigger. The rule becomes
//!
//! ```text
//! trigger   $.errorCode = "*UnauthorizedOperation"
//!      or   $.errorCode = "AccessDenied*"
//! then ask  $.sourceIPAddress != "delivery.logs.amazonaws.com" && $.eventName != "HeadBucket"
//! ```
//!
//! YARA chooses the *atoms* of its rules in the same way: the rarest text that every match must contain.

use super::branches::Clauses;
use super::ids::{PathId, PredicateId};
use super::predicate::{PredicatePlan, ValuePlan};
use super::trigger_index::Fires;
use std::collections::{BTreeMap, BTreeSet};

/// A predicate and the selector of its value.
pub(super) type PathPredicate = (PathId, PredicatePlan);

/// The triggers of a rule. The rule can hold only if one of them fires.
pub(super) struct TriggerPlan {
    pub(super) triggers: Vec<Trigger>,
    /// the clauses that the triggers leave open; `None` if the whole rule has to be asked
    pub(super) rest: Option<Clauses>,
}

/// One predicate, or several of one path, that one value makes true.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trigger {
    One(PredicateId),
    /// comparisons of one field by `!=`, joined by `&&`
    NoneOf(Vec<PredicateId>),
}

impl Trigger {
    pub(super) fn path(&self, predicates: &[PathPredicate]) -> Option<PathId> {
        let first = match self {
            Trigger::One(predicate) => Some(predicate),
            Trigger::NoneOf(list) => list.first(),
        };
        first.and_then(|first| predicates.get(first.index())).map(|(path, _)| *path)
    }

    pub(super) fn fires<'a>(&self, predicates: &'a [PathPredicate]) -> Fires<'a> {
        let plan_of = |id: &PredicateId| predicates.get(id.index()).map(|(_, plan)| plan);
        match self {
            Trigger::One(predicate) => {
                let plan = plan_of(predicate);
                debug_assert!(plan.is_some(), "a trigger's predicate is not in the plan");
                // without a predicate, every value fires: the rule is asked too often, never too seldom
                plan.map_or(Fires::NoneOf(Vec::new()), Fires::On)
            }
            Trigger::NoneOf(list) => {
                let texts: Vec<&[u8]> = list.iter().filter_map(plan_of).filter_map(other_than).collect();
                debug_assert!(texts.len() == list.len(), "a trigger of `!=` has another predicate");
                Fires::NoneOf(texts)
            }
        }
    }
}

/// The text that a value has to differ from.
fn other_than(predicate: &PredicatePlan) -> Option<&[u8]> {
    match predicate {
        PredicatePlan::Compare { equal: false, value } => match value {
            ValuePlan::Text(text) => Some(text),
            ValuePlan::Any
            | ValuePlan::Wildcard { .. }
            | ValuePlan::Number(_)
            | ValuePlan::Regex { .. }
            | ValuePlan::Never => None,
        },
        PredicatePlan::Compare { equal: true, .. }
        | PredicatePlan::Order(..)
        | PredicatePlan::IsNull
        | PredicatePlan::IsTrue
        | PredicatePlan::IsFalse
        | PredicatePlan::NotExists => None,
    }
}

/// Triggers for the parts at `places`: the parts can be true only if one of the triggers fires.
struct Choice {
    cost: f64,
    triggers: Vec<Trigger>,
    /// ascending
    places: Vec<usize>,
}

/// Each further `!=` on the same path makes a passing value less likely, by this estimate.
const COST_OF_ONE_MORE: f64 = 0.8;

impl TriggerPlan {
    /// `None` for a rule that can hold without any value. `costs` says how often each predicate is expected to be true.
    pub(super) fn new(
        clauses: &Clauses,
        costs: &[Option<f64>],
        predicates: &[PathPredicate],
    ) -> Option<TriggerPlan> {
        let parts = match clauses {
            Clauses::And(parts) => parts.as_slice(),
            other => std::slice::from_ref(other),
        };
        let choice = choose(parts, costs, predicates)?;
        let is_exact = |part: &Clauses| match part {
            Clauses::One(one) => predicates.get(one.index()).is_some_and(|(_, plan)| plan.fires_exactly()),
            Clauses::And(_) | Clauses::Or(_) => false,
        };
        // parts that fired exactly are true and need not be asked again
        let is_decided = choice.places.iter().filter_map(|place| parts.get(*place)).all(|part| match part {
            Clauses::Or(ones) => ones.iter().all(is_exact),
            other => is_exact(other),
        });
        let others =
            parts.iter().enumerate().filter(|(place, _)| choice.places.binary_search(place).is_err());
        let rest = is_decided.then(|| Clauses::And(others.map(|(_, part)| part.clone()).collect()));
        Some(TriggerPlan { triggers: choice.triggers, rest })
    }

    /// Whether the triggers fire at most once in a message: one of them alone, or different texts of one field.
    pub(super) fn fires_once(&self, predicates: &[PathPredicate]) -> bool {
        let value = |trigger: &Trigger| match trigger {
            Trigger::One(id) => match predicates.get(id.index()) {
                Some((path, PredicatePlan::Compare { equal: true, value })) => Some((*path, value)),
                _ => None,
            },
            Trigger::NoneOf(_) => None,
        };
        if let [one] = self.triggers.as_slice() {
            // a number fires as a text, too
            return !matches!(value(one), Some((_, ValuePlan::Number(_))));
        }
        let mut texts = BTreeSet::new();
        self.triggers.iter().all(|trigger| match value(trigger) {
            Some((path, ValuePlan::Text(text))) => {
                texts.insert(text)
                    && self.triggers.first().and_then(|first| first.path(predicates)) == Some(path)
            }
            _ => false,
        })
    }
}

/// The cheapest choice among parts that are joined by `&&`.
fn choose(parts: &[Clauses], costs: &[Option<f64>], predicates: &[PathPredicate]) -> Option<Choice> {
    let each = parts.iter().enumerate().filter_map(|(place, part)| {
        let (cost, triggers) = cheapest(part, costs, predicates)?;
        Some(Choice { cost, triggers, places: vec![place] })
    });
    let together = none_of(parts, costs, predicates);
    each.chain(together).min_by(|a, b| a.cost.total_cmp(&b.cost))
}

/// A choice for each path that several parts compare by `!=`: these parts together.
fn none_of(parts: &[Clauses], costs: &[Option<f64>], predicates: &[PathPredicate]) -> Vec<Choice> {
    let mut paths: BTreeMap<PathId, Vec<(PredicateId, usize)>> = BTreeMap::new();
    for (place, part) in parts.iter().enumerate() {
        let Clauses::One(predicate) = part else { continue };
        let Some((path, plan)) = predicates.get(predicate.index()) else {
            debug_assert!(false, "a clause asks a predicate that is not in the plan");
            continue;
        };
        let may_fire = costs.get(predicate.index()).copied().flatten().is_some();
        if may_fire && other_than(plan).is_some() {
            paths.entry(*path).or_default().push((*predicate, place));
        }
    }
    let several = paths.into_values().filter(|list| list.len() > 1);
    let choice = |mut list: Vec<(PredicateId, usize)>| {
        list.sort_unstable();
        let cost = COST_OF_ONE_MORE.powi(i32::try_from(list.len()).unwrap_or(i32::MAX));
        let (predicates, mut places): (Vec<PredicateId>, Vec<usize>) = list.into_iter().unzip();
        places.sort_unstable();
        Choice { cost, triggers: vec![Trigger::NoneOf(predicates)], places }
    };
    several.map(choice).collect()
}

/// The cheapest triggers of an expression: it can be true only if one of them fires.
fn cheapest(
    clauses: &Clauses,
    costs: &[Option<f64>],
    predicates: &[PathPredicate],
) -> Option<(f64, Vec<Trigger>)> {
    match clauses {
        Clauses::One(predicate) => {
            let cost = costs.get(predicate.index()).copied()??;
            let plan = predicates.get(predicate.index()).map(|(_, plan)| plan);
            let is_other = plan.and_then(other_than).is_some();
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
