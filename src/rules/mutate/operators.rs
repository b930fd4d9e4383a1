//! The small changes of a pattern: each operator of the language, each part of its values, and the order of its parts.

use super::siblings::Siblings;
use super::values::{of_predicate, three_arms};
use crate::syntax::ast::{
    ColumnCondition, Condition, Expr, Field, Node, Pattern, Predicate, Regex, Selector, Step, Term, TermMode,
};
use std::collections::HashSet;

/// A changed pattern.
pub(super) struct Changed {
    /// The kind of the change.
    pub(super) change: &'static str,
    /// The text of the changed pattern. It may be a text that is no pattern.
    pub(super) text: String,
    /// The condition that was changed, and what it was changed to. `None` for a change of another part.
    pub(super) condition: Option<(Condition, Expr<Condition>)>,
}

/// A change of one condition: what it is replaced with.
type Leaf<C> = (&'static str, Expr<C>);

/// The changes of a pattern; each text once, and not that of the pattern itself.
pub(super) fn mutants(pattern: &Pattern) -> Vec<Changed> {
    let mut changes: Vec<Changed> = Vec::new();
    let plain = |change, text| Changed { change, text, condition: None };
    match pattern {
        Pattern::Everything => {}
        Pattern::Regex(regex) => {
            let of_body = super::regex::changes(&regex.item.body).into_iter();
            changes.extend(of_body.map(|(change, body)| plain(change, Regex { body }.to_string())));
        }
        Pattern::Terms(terms) => of_terms(terms, &mut |change, text| changes.push(plain(change, text))),
        Pattern::Json(expr) => {
            let siblings = Siblings::of(&expr.item);
            let mut of_leaf = |condition: &Condition| of_condition(condition, &siblings);
            of_expr(expr, &mut of_leaf, &mut |change, condition, new| {
                changes.push(Changed { change, text: Pattern::Json(new).to_string(), condition });
            });
        }
        Pattern::Space(fields) => of_fields(fields, &mut |change, text| changes.push(plain(change, text))),
    }
    let mut seen = HashSet::from([pattern.to_string()]);
    changes.retain(|it| seen.insert(it.text.clone()));
    changes
}

/// Makes an expression of its parts.
type Make<C> = fn(Vec<Node<Expr<C>>>) -> Expr<C>;

/// Takes a change: its kind, the changed condition, and the whole changed expression.
type Found<'a, C> = dyn FnMut(&'static str, Option<(C, Expr<C>)>, Node<Expr<C>>) + 'a;

/// Calls `found` for each change in one place of the expression.
fn of_expr<C: Clone>(
    expr: &Node<Expr<C>>,
    of_leaf: &mut dyn FnMut(&C) -> Vec<Leaf<C>>,
    found: &mut Found<'_, C>,
) {
    let node = |item| Node::new(expr.span, item);
    let (parts, make, swapped): (_, Make<C>, Make<C>) = match &expr.item {
        Expr::Or(parts) => (parts, Expr::Or, Expr::And),
        Expr::And(parts) => (parts, Expr::And, Expr::Or),
        Expr::Group(_) => {
            // thousands of parentheses around one part are one step
            let (inner, depth) = ungrouped(expr);
            return of_expr(inner, of_leaf, &mut |change, leaf, new| {
                let wrap = |new, _| node(Expr::Group(Box::new(new)));
                found(change, leaf, (0..depth).fold(new, wrap))
            });
        }
        Expr::Condition(leaf) => {
            for (change, new) in of_leaf(leaf) {
                found(change, Some((leaf.clone(), new.clone())), node(new));
            }
            return;
        }
    };
    found("swap && and ||", None, node(swapped(parts.clone())));
    for at in 0..parts.len() {
        let others = parts.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, part)| part.clone());
        let mut others: Vec<Node<Expr<C>>> = others.collect();
        let rest = if others.len() == 1 { others.remove(0).item } else { make(others) };
        found("drop a clause", None, node(rest));
    }
    for new in regrouped(&expr.item) {
        found("move parentheses", None, node(new));
    }
    for (at, part) in parts.iter().enumerate() {
        of_expr(part, of_leaf, &mut |change, leaf, new| {
            let mut all = parts.clone();
            if let Some(place) = all.get_mut(at) {
                *place = new;
            }
            found(change, leaf, node(make(all)));
        });
    }
}

/// The expression with parentheses removed or placed around other parts, so that another operator binds first.
fn regrouped<C: Clone>(expr: &Expr<C>) -> Vec<Expr<C>> {
    let mut all = Vec::new();
    match expr {
        // a && (b || c) && d: a && b || c && d
        Expr::And(parts) => {
            for (at, part) in parts.iter().enumerate() {
                let Expr::Or(inner) = &ungrouped(part).0.item else { continue };
                let before = parts.get(..at).unwrap_or_default();
                let after = parts.get(at + 1..).unwrap_or_default();
                let mut arms: Vec<Vec<Node<Expr<C>>>> =
                    inner.iter().map(|arm| factors(arm).to_vec()).collect();
                if let Some(first) = arms.first_mut() {
                    first.splice(0..0, before.iter().cloned());
                }
                if let Some(last) = arms.last_mut() {
                    last.extend_from_slice(after);
                }
                all.push(Expr::Or(arms.into_iter().map(|arm| of_parts(arm, Expr::And)).collect()));
            }
        }
        // a && b || c: a && (b || c)
        Expr::Or(parts) => {
            for (at, pair) in parts.windows(2).enumerate() {
                let [left, right] = pair else { continue };
                let mut put = |joined: Vec<Node<Expr<C>>>| {
                    let mut arms = parts.clone();
                    arms.splice(at..at + 2, [of_parts(joined, Expr::And)]);
                    all.push(of_parts(arms, Expr::Or).item);
                };
                if let [rest @ .., last] = factors(left)
                    && !rest.is_empty()
                {
                    put([rest, &[either(last, right)]].concat());
                }
                if let [first, rest @ ..] = factors(right)
                    && !rest.is_empty()
                {
                    put([&[either(left, first)], rest].concat());
                }
            }
        }
        Expr::Group(_) | Expr::Condition(_) => {}
    }
    all
}

/// The part without the parentheses around it, and their number.
fn ungrouped<C>(part: &Node<Expr<C>>) -> (&Node<Expr<C>>, usize) {
    let (mut part, mut depth) = (part, 0);
    while let Expr::Group(inner) = &part.item {
        part = inner;
        depth += 1;
    }
    (part, depth)
}

/// The parts of an `&&`, or the one part.
fn factors<C>(part: &Node<Expr<C>>) -> &[Node<Expr<C>>] {
    match &ungrouped(part).0.item {
        Expr::And(parts) => parts,
        Expr::Or(_) | Expr::Group(_) | Expr::Condition(_) => std::slice::from_ref(part),
    }
}

fn either<C: Clone>(a: &Node<Expr<C>>, b: &Node<Expr<C>>) -> Node<Expr<C>> {
    let both = Node::new(a.span, Expr::Or(vec![a.clone(), b.clone()]));
    Node::new(a.span, Expr::Group(Box::new(both)))
}

fn of_parts<C>(mut parts: Vec<Node<Expr<C>>>, make: Make<C>) -> Node<Expr<C>> {
    if parts.len() == 1 {
        return parts.remove(0);
    }
    Node::new(crate::Span::default(), make(parts))
}

fn of_condition(condition: &Condition, siblings: &Siblings) -> Vec<Leaf<Condition>> {
    let with = |predicate: Predicate| {
        let predicate = Node::new(condition.predicate.span, predicate);
        Expr::Condition(Condition { predicate, ..condition.clone() })
    };
    let mut all: Vec<Leaf<Condition>> = of_predicate(&condition.predicate.item)
        .into_iter()
        .map(|(change, new)| (change, with(new)))
        .collect();
    all.extend(three_arms(condition).map(|arms| ("add the arms NOT EXISTS and IS NULL", arms)));
    for (change, selector) in of_selector(&condition.selector.item, siblings) {
        let selector = Node::new(condition.selector.span, selector);
        all.push((change, Expr::Condition(Condition { selector, ..condition.clone() })));
    }
    all
}

fn of_selector(selector: &Selector, siblings: &Siblings) -> Vec<(&'static str, Selector)> {
    let mut all = Vec::new();
    for (at, step) in selector.steps.iter().enumerate() {
        let others: Vec<Step> = match step {
            Step::Index(index) => {
                let near =
                    [index.checked_sub(1), index.checked_add(1)].into_iter().flatten().map(Step::Index);
                near.chain([Step::AnyIndex]).collect()
            }
            Step::AnyIndex => vec![Step::Index(0), Step::Index(1)],
            Step::Key(_) | Step::QuotedKey(_) | Step::AnyKey => continue,
        };
        for other in others {
            let mut steps = selector.steps.clone();
            if let Some(place) = steps.get_mut(at) {
                *place = other;
            }
            all.push(("change an index", Selector { steps }));
        }
    }
    if let Some(Step::Key(key) | Step::QuotedKey(key)) = selector.steps.last() {
        let lower = key.to_lowercase();
        let cased = if lower == *key { key.to_uppercase() } else { lower };
        for (change, new) in [("replace a selector", format!("{key}_")), ("change a field's case", cased)] {
            let mut other = selector.clone();
            if let Some(Step::Key(key) | Step::QuotedKey(key)) = other.steps.last_mut() {
                *key = new;
            }
            all.push((change, other));
        }
    }
    all.extend(siblings.beside(selector).into_iter().map(|it| ("take a sibling field", it)));
    all
}

fn of_terms(terms: &[Node<Term>], found: &mut dyn FnMut(&'static str, String)) {
    let print = |terms: Vec<Node<Term>>| Pattern::Terms(terms).to_string();
    for (at, term) in terms.iter().enumerate() {
        let without =
            terms.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, term)| term.clone());
        if terms.len() > 1 {
            found("drop a clause", print(without.collect()));
        }
        let mut change = |what, new: Term| {
            let mut all = terms.to_vec();
            if let Some(place) = all.get_mut(at) {
                place.item = new;
            }
            found(what, print(all));
        };
        let with = |mode| Term { mode, gap: false, joined: false, ..term.item.clone() };
        match term.item.mode {
            TermMode::Excluded => change("flip an operator", with(TermMode::Required)),
            TermMode::Required => {
                change("flip an operator", with(TermMode::Excluded));
                change("make a term optional", with(TermMode::Optional));
            }
            TermMode::Optional => {
                change("flip an operator", with(TermMode::Excluded));
                change("make a term required", with(TermMode::Required));
            }
        }
        let lower = term.item.text.to_lowercase();
        let text = if lower == term.item.text { term.item.text.to_uppercase() } else { lower };
        change("change a literal's case", Term { text, ..term.item.clone() });
    }
}

fn of_fields(fields: &[Node<Field>], found: &mut dyn FnMut(&'static str, String)) {
    let mut whole = |what, all: Vec<Node<Field>>| found(what, Pattern::Space(all).to_string());
    for (at, pair) in fields.windows(2).enumerate() {
        let is_asked = pair.iter().any(|field| field.item.condition().is_some());
        let is_same = pair.first().map(|it| &it.item) == pair.last().map(|it| &it.item);
        if is_asked && !is_same {
            let mut all = fields.to_vec();
            all.swap(at, at + 1);
            whole("take a sibling column", all);
        }
    }
    for (at, field) in fields.iter().enumerate() {
        if fields.len() > 1 && field.item.condition().is_none() {
            let others = fields.iter().enumerate().filter(|(other, _)| *other != at);
            whole("drop a column", others.map(|(_, field)| field.clone()).collect());
        }
        let (Some(name), Some(condition)) = (field.item.name(), field.item.condition()) else { continue };
        let mut replace = |what, new: Field| {
            let mut all = fields.to_vec();
            if let Some(place) = all.get_mut(at) {
                place.item = new;
            }
            whole(what, all);
        };
        replace("drop a clause", Field::Named(name.to_owned()));
        let mut of_leaf = |leaf: &ColumnCondition| -> Vec<Leaf<ColumnCondition>> {
            let with = |predicate| {
                let predicate = Node::new(leaf.predicate.span, predicate);
                Expr::Condition(ColumnCondition { predicate, ..leaf.clone() })
            };
            of_predicate(&leaf.predicate.item).into_iter().map(|(change, new)| (change, with(new))).collect()
        };
        of_expr(condition, &mut of_leaf, &mut |what, _, condition| {
            replace(what, Field::Conditioned { name: name.to_owned(), condition });
        });
    }
}
