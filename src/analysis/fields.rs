//! The fields of JSON events as a theory of the search for cases.

use super::budget::Budget;
use super::decision::Unknown;
use super::formula::Formula;
use super::search::{Literal, Theory};
use super::solver::{Solver, likely_values};
use super::tree::{Atom, Tree};
use super::values::{Class, Partition, ValueKind, Values, agree, holds_for_array, holds_for_object};
use crate::syntax::ast::Predicate;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The wanted truth values of the predicates of one field.
type Wanted = Vec<Option<bool>>;

/// The fields of a question, with the classes of values that were found.
pub(super) struct Fields<'a> {
    tree: &'a Tree,
    partitions: Vec<Partition<'a>>,
    classes: HashMap<(usize, Wanted), Vec<Class>>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(tree: &'a Tree, budget: &mut Budget) -> Result<Self, Unknown> {
        let partitions = tree.nodes.iter().map(|node| Partition::new(&node.predicates, budget));
        Ok(Fields { tree, partitions: partitions.collect::<Result<_, _>>()?, classes: HashMap::new() })
    }

    /// Finds an event for which the formula is true, from the list of all classes of each field.
    pub(super) fn solve_whole(
        &self,
        formula: &Formula<Atom>,
        budget: &mut Budget,
    ) -> Result<Option<String>, Unknown> {
        let mut classes = Vec::new();
        for (number, partition) in self.partitions.iter().enumerate() {
            let all = partition.classes(Values::Field, likely_values(self.tree, number), budget)?;
            classes.push(self.allowed(number, all));
        }
        Solver::new(self.tree, formula, classes, budget).solve()
    }

    /// The classes that the field can have at all.
    fn allowed(&self, node: usize, mut classes: Vec<Class>) -> Vec<Class> {
        if let Some(node) = self.tree.nodes.get(node) {
            classes.retain(|class| class.kind == ValueKind::Missing || node.shape.allows(class.kind));
        }
        classes
    }

    /// The classes of a field's values for which its literals are true.
    fn classes_with(
        &mut self,
        node: usize,
        wanted: Wanted,
        budget: &mut Budget,
    ) -> Result<&[Class], Unknown> {
        let key = (node, wanted);
        if !self.classes.contains_key(&key) {
            let Some(partition) = self.partitions.get(node) else { return Ok(&[]) };
            let likely = likely_values(self.tree, node);
            let found = partition.classes_with(&key.1, Values::Field, likely, budget)?;
            let found = self.allowed(node, found);
            self.classes.insert(key.clone(), found);
        }
        Ok(self.classes.get(&key).map_or(&[], Vec::as_slice))
    }

    fn wanted(&self, literals: &[Literal<Atom>]) -> BTreeMap<usize, Wanted> {
        let mut all: BTreeMap<usize, Wanted> = BTreeMap::new();
        for ((node, predicate), is_true) in literals {
            let count = self.tree.nodes.get(*node).map_or(0, |node| node.predicates.len());
            let wanted = all.entry(*node).or_insert_with(|| vec![None; count]);
            if let Some(slot) = wanted.get_mut(*predicate) {
                *slot = Some(*is_true);
            }
        }
        all
    }

    /// Whether an object or an array satisfies the literals of a field, as far as that does not depend on its elements.
    fn may_contain(&self, node: usize, wanted: Option<&Wanted>) -> bool {
        let Some(it) = self.tree.nodes.get(node) else { return false };
        let Some(wanted) = wanted else { return it.shape.object || it.shape.array };
        let agrees = |holds: &dyn Fn(&Predicate) -> Option<bool>| {
            it.predicates.iter().zip(wanted).all(|(it, wanted)| {
                wanted.is_none() || holds(&it.predicate).is_none_or(|it| Some(it) == *wanted)
            })
        };
        it.shape.object && agrees(&|it| Some(holds_for_object(it)))
            || it.shape.array && agrees(&holds_for_array)
    }

    /// Whether the literals say that the field exists.
    fn exists(&self, node: usize, wanted: &Wanted) -> bool {
        let predicates = self.tree.nodes.get(node).map_or(&[][..], |node| node.predicates.as_slice());
        predicates
            .iter()
            .zip(wanted)
            .any(|(it, wanted)| wanted.is_some_and(|wanted| wanted == (it.predicate != Predicate::NotExists)))
    }
}

impl Theory<Atom> for Fields<'_> {
    fn is_possible(&mut self, literals: &[Literal<Atom>], budget: &mut Budget) -> Result<bool, Unknown> {
        budget.spend(1, literals.len())?;
        let all = self.wanted(literals);
        let mut parents: HashSet<usize> = HashSet::new();
        for (node, _) in all.iter().filter(|(node, wanted)| self.exists(**node, wanted)) {
            let mut at = *node;
            while at != 0 {
                at = self.tree.nodes.get(at).map_or(0, |node| node.parent);
                if !parents.insert(at) {
                    break;
                }
            }
        }
        for node in parents.iter().filter(|node| **node != 0) {
            if !self.may_contain(*node, all.get(node)) {
                return Ok(false);
            }
        }
        for (node, wanted) in all {
            if parents.contains(&node) || self.may_contain(node, Some(&wanted)) {
                continue;
            }
            if !self.classes_with(node, wanted.clone(), budget)?.iter().any(|it| agree(&wanted, &it.truths)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn solve(&mut self, literals: &[Literal<Atom>], budget: &mut Budget) -> Result<Option<String>, Unknown> {
        let mut all = self.wanted(literals);
        let mut classes = Vec::new();
        for (number, node) in self.tree.nodes.iter().enumerate() {
            let wanted = all.remove(&number).unwrap_or_else(|| vec![None; node.predicates.len()]);
            classes.push(self.classes_with(number, wanted, budget)?.to_vec());
        }
        let literal =
            |(atom, is_positive): &Literal<Atom>| Formula::Literal { atom: *atom, is_positive: *is_positive };
        let formula = Formula::And(literals.iter().map(literal).collect());
        Solver::new(self.tree, &formula, classes, budget).solve()
    }
}
