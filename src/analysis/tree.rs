//! The fields that patterns speak of, as a tree: one may stand inside another.

use super::decision::Unknown;
use super::formula::Formula;
use super::values::ValuePredicate;
use crate::limits::{HIGHEST_INDEX, WILDCARD_COPIES};
use crate::semantics::Semantics;
use crate::syntax::ast::{Condition, Expr, Predicate, Step};
use std::collections::{HashMap, HashSet};

/// A test of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) steps: Vec<Step>,
    pub(super) predicate: ValuePredicate,
}

impl Asked {
    /// Whether the selector is this way, and then a wildcard.
    fn has_wildcard_after(&self, way: &[Step]) -> bool {
        self.steps.starts_with(way) && self.steps.get(way.len()).is_some_and(Step::is_wildcard)
    }
}

/// The formula of a pattern's conditions. `!=` and `NOT EXISTS` are tests of their own.
pub(super) fn formula(expr: &Expr<Condition>, semantics: Semantics) -> Formula<Asked> {
    Formula::of(expr, &|condition| Asked {
        steps: condition.selector.item.steps.iter().map(plain).collect(),
        predicate: ValuePredicate::new(condition.predicate.item.clone(), semantics.of_evaluation()),
    })
}

/// A quoted key is a key.
fn plain(step: &Step) -> Step {
    match step {
        Step::QuotedKey(key) => Step::Key(key.clone()),
        other => other.clone(),
    }
}

/// The paths of fields whose elements wildcards ask about.
type Ways = Vec<Vec<Step>>;

/// Puts elements in the place of wildcards (docs/filter-patterns.md#selectors: one of them fulfils the condition). As many elements as there are
/// conditions on them are enough, beside those that are named: each condition needs one at the most.
pub(super) fn without_wildcards(mut formula: Formula<Asked>) -> Result<(Formula<Asked>, Ways), Unknown> {
    let mut ways = Ways::new();
    for _ in 0..WILDCARD_COPIES {
        let mut selectors: Vec<Vec<Step>> = Vec::new();
        formula.for_each(&mut |asked| {
            if !selectors.contains(&asked.steps) {
                selectors.push(asked.steps.clone());
            }
        });
        if selectors.len() > WILDCARD_COPIES {
            return Err(Unknown::Budget("elements for wildcards"));
        }
        let wildcard = |steps: &Vec<Step>| steps.iter().position(Step::is_wildcard);
        // the shortest way first: its copies may stand before other wildcards
        let first = selectors
            .iter()
            .filter_map(|steps| wildcard(steps).map(|at| steps.get(..at).unwrap_or_default()))
            .min_by_key(|way| way.len());
        let Some(way) = first.map(<[Step]>::to_vec) else { return Ok((formula, ways)) };
        let elements = elements(&selectors, &way, &formula)?;
        formula = formula.replace(&mut |asked: Asked| expanded(asked, &way, &elements));
        ways.push(way);
    }
    Err(Unknown::Budget("wildcards"))
}

/// What may stand at the end of a way: what is named there, and as many more keys and places as there are conditions. The
/// keys stand for any other key, so that none of them may be one that a selector names.
fn elements(selectors: &[Vec<Step>], way: &[Step], formula: &Formula<Asked>) -> Result<Vec<Step>, Unknown> {
    let mut conditions = 0;
    // `IS NULL` about the field itself asks for one element more: an array that holds a null is null
    formula.for_each(&mut |asked| {
        let is_about_nulls = asked.steps == way && asked.predicate.predicate == Predicate::IsNull;
        conditions += usize::from(asked.has_wildcard_after(way) || is_about_nulls);
    });
    let mut named: Vec<Step> = Vec::new();
    for steps in selectors.iter().filter(|steps| steps.starts_with(way)) {
        let next = steps.get(way.len()).filter(|step| !step.is_wildcard());
        if let Some(step) = next.filter(|step| !named.contains(step)) {
            named.push(step.clone());
        }
    }
    let highest = named.iter().filter_map(|step| match step {
        Step::Index(index) => Some(*index),
        _ => None,
    });
    let places = highest.max().map_or(0, |highest| highest + 1);
    if places > HIGHEST_INDEX {
        return Err(Unknown::Index);
    }
    let mut all = named;
    let more = (0..places + conditions).map(Step::Index);
    for step in more.chain(other_keys(selectors).take(conditions).map(Step::Key)) {
        if !all.contains(&step) {
            all.push(step);
        }
    }
    Ok(all)
}

/// Keys that no selector names, at any place.
fn other_keys(selectors: &[Vec<Step>]) -> impl Iterator<Item = String> {
    let names = selectors.iter().flatten().filter_map(|step| match step {
        Step::Key(key) | Step::QuotedKey(key) => Some(key.as_str()),
        Step::Index(_) | Step::AnyKey | Step::AnyIndex => None,
    });
    let names: HashSet<&str> = names.collect();
    (1usize..).map(|number| format!("key{number}")).filter(move |key| !names.contains(key.as_str()))
}

fn expanded(asked: Asked, way: &[Step], elements: &[Step]) -> Formula<Asked> {
    if !asked.has_wildcard_after(way) {
        return Formula::ask(asked);
    }
    let rest = asked.steps.get(way.len() + 1..).unwrap_or_default();
    let copies = elements.iter().map(|element| {
        let steps = way.iter().chain([element]).chain(rest).cloned().collect();
        Formula::ask(Asked { steps, predicate: asked.predicate.clone() })
    });
    // `NOT EXISTS`: none of them is there
    if asked.predicate.predicate == Predicate::NotExists {
        Formula::And(copies.collect())
    } else {
        Formula::Or(copies.collect())
    }
}

/// A field, or a way to one.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) parent: usize,
    pub(super) step: Step,
    pub(super) tests: Vec<ValuePredicate>,
    pub(super) children: Vec<usize>,
    /// a wildcard asks about its elements: there are no others than its children
    pub(super) has_wildcard: bool,
}

impl Node {
    fn new(parent: usize, step: Step) -> Node {
        Node { parent, step, tests: Vec::new(), children: Vec::new(), has_wildcard: false }
    }
}

/// Number of the field and of its test.
pub(super) type Atom = (usize, usize);

/// All fields; the first one is the event itself.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    known: HashMap<(usize, Step), usize>,
}

impl Tree {
    /// The tree of a formula without wildcards, and the formula over it.
    pub(super) fn new(formula: Formula<Asked>, ways: &[Vec<Step>]) -> Result<(Self, Formula<Atom>), Unknown> {
        let mut tree = Tree::default();
        tree.nodes.push(Node::new(0, Step::AnyKey));
        let mut is_too_high = false;
        let formula = formula.replace(&mut |asked: Asked| {
            is_too_high |=
                asked.steps.iter().any(|step| matches!(step, Step::Index(index) if *index > HIGHEST_INDEX));
            let node = asked.steps.into_iter().fold(0, |parent, step| tree.child(parent, step));
            Formula::ask((node, tree.test(node, asked.predicate)))
        });
        for way in ways {
            let node = way.iter().fold(0, |parent, step| tree.child(parent, step.clone()));
            if let Some(node) = tree.nodes.get_mut(node) {
                node.has_wildcard = true;
            }
        }
        if is_too_high { Err(Unknown::Index) } else { Ok((tree, formula)) }
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

    fn test(&mut self, node: usize, test: ValuePredicate) -> usize {
        let Some(node) = self.nodes.get_mut(node) else { return 0 };
        node.tests.iter().position(|known| *known == test).unwrap_or_else(|| {
            node.tests.push(test);
            node.tests.len() - 1
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
