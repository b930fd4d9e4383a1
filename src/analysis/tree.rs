//! The fields that patterns read, as a tree, and the elements that replace wildcards.

use super::budget::Budget;
use super::decision::Unknown;
use super::formula::Formula;
use super::values::{ValueKind, ValuePredicate, holds_for_array};
use crate::limits::{HIGHEST_INDEX, WILDCARD_CONDITIONS, WILDCARD_COPIES};
use crate::semantics::Semantics;
use crate::syntax::ast::{Condition, Expr, Predicate, Step};
use std::collections::{HashMap, HashSet};

/// A predicate on a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldPredicate {
    pub(super) steps: Vec<Step>,
    pub(super) predicate: ValuePredicate,
}

impl FieldPredicate {
    /// Whether the selector begins with this path, followed by a wildcard.
    fn has_wildcard_after(&self, path: &[Step]) -> bool {
        self.steps.starts_with(path) && self.steps.get(path.len()).is_some_and(Step::is_wildcard)
    }
}

/// The formula of a JSON pattern. `!=` and `NOT EXISTS` are atoms, not negations.
pub(super) fn formula(expr: &Expr<Condition>, semantics: Semantics) -> Formula<FieldPredicate> {
    Formula::of(expr, &|condition| FieldPredicate {
        steps: condition.selector.item.steps.iter().map(plain).collect(),
        predicate: ValuePredicate::new(condition.predicate.item.clone(), semantics.of_evaluation()),
    })
}

/// The step with a quoted key written as a key.
fn plain(step: &Step) -> Step {
    match step {
        Step::QuotedKey(key) => Step::Key(key.clone()),
        other => other.clone(),
    }
}

/// The paths of fields whose elements are selected by wildcards.
type Paths = Vec<Vec<Step>>;

/// Replaces wildcards by elements: a condition with a wildcard is true if it is true for one element
/// (docs/filter-patterns.md#selectors). In addition to the elements that selectors name, one element for each condition is enough,
/// because each condition needs at most one.
pub(super) fn without_wildcards(
    mut formula: Formula<FieldPredicate>,
    budget: &mut Budget,
) -> Result<(Formula<FieldPredicate>, Paths), Unknown> {
    let copies = budget.raised(WILDCARD_COPIES);
    let mut paths = Paths::new();
    for _ in 0..copies {
        let mut conditions = 0;
        let mut known: HashSet<Vec<Step>> = HashSet::new();
        let mut selectors: Vec<Vec<Step>> = Vec::new();
        formula.for_each(&mut |atom| {
            conditions += 1;
            if !known.contains(&atom.steps) {
                known.insert(atom.steps.clone());
                selectors.push(atom.steps.clone());
            }
        });
        budget.spend(1, conditions)?;
        if selectors.len() > copies {
            return Err(Unknown::Budget("elements for wildcards"));
        }
        let wildcard = |steps: &Vec<Step>| steps.iter().position(Step::is_wildcard);
        // the shortest path first: its copies may be followed by other wildcards
        let first = selectors
            .iter()
            .filter_map(|steps| wildcard(steps).map(|at| steps.get(..at).unwrap_or_default()))
            .min_by_key(|path| path.len());
        let Some(path) = first.map(<[Step]>::to_vec) else { return Ok((formula, paths)) };
        let elements = elements(&selectors, &path, &formula, budget)?;
        let mut expanded_conditions = 0;
        formula.for_each(&mut |atom| {
            expanded_conditions += if atom.has_wildcard_after(&path) { elements.len() } else { 1 };
        });
        if expanded_conditions > budget.raised(WILDCARD_CONDITIONS) {
            return Err(Unknown::Budget("elements for wildcards"));
        }
        formula = formula.replace(&mut |atom: FieldPredicate| expanded(atom, &path, &elements));
        paths.push(path);
    }
    Err(Unknown::Budget("wildcards"))
}

/// The elements that replace a wildcard after `path`: those that selectors name, and one more key and index for each condition.
/// The new keys represent all other keys, so no selector names them.
fn elements(
    selectors: &[Vec<Step>],
    path: &[Step],
    formula: &Formula<FieldPredicate>,
    budget: &mut Budget,
) -> Result<Vec<Step>, Unknown> {
    let mut conditions = 0;
    // `IS NULL` on the field itself needs one more element: it is true for an array that contains a null
    formula.for_each(&mut |atom| {
        let is_about_nulls = atom.steps == path && holds_for_array(&atom.predicate.predicate).is_none();
        conditions += usize::from(atom.has_wildcard_after(path) || is_about_nulls);
    });
    let mut named: Vec<Step> = Vec::new();
    for steps in selectors.iter().filter(|steps| steps.starts_with(path)) {
        let next = steps.get(path.len()).filter(|step| !step.is_wildcard());
        if let Some(step) = next.filter(|step| !named.contains(step)) {
            named.push(step.clone());
        }
    }
    let highest = named.iter().filter_map(|step| match step {
        Step::Index(index) => Some(*index),
        _ => None,
    });
    let positions = highest.max().map_or(0, |highest| highest + 1);
    if positions > budget.raised(HIGHEST_INDEX) {
        return Err(Unknown::Index);
    }
    let mut all = named;
    let more = (0..positions + conditions).map(Step::Index);
    budget.spend(0, all.len().saturating_mul(positions + conditions))?;
    for step in more.chain(other_keys(selectors).take(conditions).map(Step::Key)) {
        if !all.contains(&step) {
            all.push(step);
        }
    }
    Ok(all)
}

/// Keys that no selector contains.
fn other_keys(selectors: &[Vec<Step>]) -> impl Iterator<Item = String> {
    let names = selectors.iter().flatten().filter_map(|step| match step {
        Step::Key(key) | Step::QuotedKey(key) => Some(key.as_str()),
        Step::Index(_) | Step::AnyKey | Step::AnyIndex => None,
    });
    let names: HashSet<&str> = names.collect();
    (1usize..).map(|number| format!("key{number}")).filter(move |key| !names.contains(key.as_str()))
}

fn expanded(atom: FieldPredicate, path: &[Step], elements: &[Step]) -> Formula<FieldPredicate> {
    if !atom.has_wildcard_after(path) {
        return Formula::literal(atom);
    }
    let rest = atom.steps.get(path.len() + 1..).unwrap_or_default();
    let copies = elements.iter().map(|element| {
        let steps = path.iter().chain([element]).chain(rest).cloned().collect();
        Formula::literal(FieldPredicate { steps, predicate: atom.predicate.clone() })
    });
    match atom.predicate.predicate {
        // `NOT EXISTS` is true if no element exists
        Predicate::NotExists => Formula::And(copies.collect()),
        Predicate::Compare(..)
        | Predicate::Order(..)
        | Predicate::IsNull
        | Predicate::IsTrue
        | Predicate::IsFalse => Formula::Or(copies.collect()),
    }
}

/// A field, or a parent of one.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) parent: usize,
    pub(super) step: Step,
    pub(super) predicates: Vec<ValuePredicate>,
    pub(super) children: Vec<usize>,
    /// a wildcard selects its elements: it has no elements except its children
    pub(super) has_wildcard: bool,
    /// the types that its value can have
    pub(super) shape: Shape,
}

/// The types that the value of a field can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) text: bool,
    pub(super) number: bool,
    pub(super) boolean: bool,
    pub(super) null: bool,
    pub(super) object: bool,
    pub(super) array: bool,
}

impl Shape {
    pub(super) const ANY: Shape =
        Shape { text: true, number: true, boolean: true, null: true, object: true, array: true };

    pub(super) fn allows(self, kind: ValueKind) -> bool {
        match kind {
            ValueKind::Text => self.text,
            ValueKind::Missing => true,
            ValueKind::Number => self.number,
            ValueKind::Boolean => self.boolean,
            ValueKind::Null => self.null,
        }
    }
}

impl Node {
    fn new(parent: usize, step: Step) -> Node {
        Node {
            parent,
            step,
            predicates: Vec::new(),
            children: Vec::new(),
            has_wildcard: false,
            shape: Shape::ANY,
        }
    }
}

/// The numbers of a field and of one of its predicates.
pub(super) type Atom = (usize, usize);

/// All fields. The first one is the event itself.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    known: HashMap<(usize, Step), usize>,
}

impl Tree {
    /// The tree of a formula without wildcards, and the formula over its atoms.
    pub(super) fn new(
        formula: Formula<FieldPredicate>,
        paths: &[Vec<Step>],
        budget: &Budget,
    ) -> Result<(Self, Formula<Atom>), Unknown> {
        let mut tree = Tree::default();
        tree.nodes.push(Node::new(0, Step::AnyKey));
        let highest = budget.raised(HIGHEST_INDEX);
        let mut is_too_high = false;
        let formula = formula.replace(&mut |atom: FieldPredicate| {
            is_too_high |=
                atom.steps.iter().any(|step| matches!(step, Step::Index(index) if *index > highest));
            let node = atom.steps.into_iter().fold(0, |parent, step| tree.child(parent, step));
            Formula::literal((node, tree.add_predicate(node, atom.predicate)))
        });
        for path in paths {
            let node = path.iter().fold(0, |parent, step| tree.child(parent, step.clone()));
            if let Some(node) = tree.nodes.get_mut(node) {
                node.has_wildcard = true;
            }
        }
        if is_too_high { Err(Unknown::Index) } else { Ok((tree, formula)) }
    }

    /// Sets the types that the value of each field can have.
    pub(super) fn set_shapes(&mut self, shape: impl Fn(&[Step]) -> Shape) {
        let mut paths: Vec<Vec<Step>> = Vec::new();
        for (number, node) in self.nodes.iter_mut().enumerate() {
            // a parent has a lower number than its children
            let mut path = paths.get(node.parent).cloned().unwrap_or_default();
            if number > 0 {
                path.push(node.step.clone());
                node.shape = shape(&path);
            }
            paths.push(path);
        }
    }

    fn child(&mut self, parent: usize, step: Step) -> usize {
        if let Some(node) = self.known.get(&(parent, step.clone())) {
            return *node;
        }
        let number = self.nodes.len();
        self.known.insert((parent, step.clone()), number);
        self.nodes.push(Node::new(parent, step));
        if let Some(node) = self.nodes.get_mut(parent) {
            node.children.push(number);
        }
        number
    }

    fn add_predicate(&mut self, node: usize, predicate: ValuePredicate) -> usize {
        let Some(node) = self.nodes.get_mut(node) else { return 0 };
        node.predicates.iter().position(|known| *known == predicate).unwrap_or_else(|| {
            node.predicates.push(predicate);
            node.predicates.len() - 1
        })
    }

    /// Whether the last steps to a field are these keys.
    pub(super) fn ends_with(&self, mut node: usize, keys: &[&str]) -> bool {
        keys.iter().rev().all(|key| {
            let Some(it) = self.nodes.get(node).filter(|_| node != 0) else { return false };
            node = it.parent;
            matches!(&it.step, Step::Key(name) if name == key)
        })
    }
}
