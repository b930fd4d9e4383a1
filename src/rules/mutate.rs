//! Mutation testing: each small change of a rule's pattern has to make a test fail.
//!
//! A changed pattern is a *mutant*. A test *kills* it by giving another verdict. For a mutant that survives, a witness is searched: an
//! event on which the two patterns differ. First come the events near those of the tests (`neighbours.rs`), then the proof of
//! equivalence (`crate::analysis`), which finds a witness, proves that there is none, or gives up.

use super::file::{Expect, Rule};
use super::neighbours::neighbours;
use crate::FilterPattern;
use crate::analysis::{Bounds, Decision, equivalent};
use crate::syntax::ast::{
    ColumnCondition, Condition, Equality, Expr, Field, Node, Number, Order, Pattern, Predicate, Step, Term,
    TermMode, Value,
};
use std::collections::HashSet;

/// A pattern with one change.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Mutant {
    /// The kind of the change, such as `drop a clause`.
    pub change: &'static str,
    /// The changed pattern.
    pub pattern: FilterPattern,
    /// An event on which the changed pattern and the rule's pattern give different verdicts.
    pub witness: Option<String>,
}

/// The mutants of a rule, by their fate.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Mutation {
    /// The number of mutants that a test noticed.
    pub killed: usize,
    /// Mutants that no test noticed, although they differ from the pattern on some event.
    pub survivors: Vec<Mutant>,
    /// Mutants that are proved to match the same events as the pattern.
    pub equivalent: Vec<Mutant>,
    /// Mutants for which no such event was found, and no proof that there is none.
    pub undecided: Vec<Mutant>,
}

impl Mutation {
    /// The number of killed mutants, and the number of killed and surviving mutants. Equivalent and undecided mutants do not count.
    #[must_use]
    pub fn score(&self) -> (usize, usize) {
        (self.killed, self.killed + self.survivors.len())
    }
}

/// Makes every small change of a rule's pattern, and runs the rule's tests on each.
///
/// ```
/// let file = cwfilter::rules::parse("rules.toml".as_ref(), r#"
///     [[rule]]
///     id = "stopped"
///     pattern = '{ $.eventName = "StopLogging" }'
///     [[rule.test]]
///     name = "a trail is stopped"
///     event = { eventName = "StopLogging" }
///     expect = "match"
/// "#.to_owned()).unwrap();
/// let mutation = cwfilter::rules::mutate(&file.rules[0]);
/// assert_eq!(mutation.score(), (3, 3));
/// ```
#[must_use]
pub fn mutate(rule: &Rule) -> Mutation {
    let mut mutation = Mutation::default();
    for (change, text) in mutants(rule.pattern.ast()) {
        let semantics = rule.pattern.semantics();
        let Ok(pattern) = FilterPattern::with_semantics(&text, semantics) else { continue };
        if is_killed(rule, &pattern) {
            mutation.killed += 1;
            continue;
        }
        let messages = rule.tests.iter().flat_map(|test| test.messages.iter().map(String::as_str));
        let events = neighbours(messages, rule.pattern.ast(), pattern.ast());
        let references = (rule.pattern.reference(), pattern.reference());
        let tells = |event: &String| {
            rule.pattern.is_match(event) != pattern.is_match(event)
                && references.0.is_match(event.as_bytes()) != references.1.is_match(event.as_bytes())
        };
        let (witness, list) = match events.into_iter().find(tells) {
            Some(near) => (Some(near), &mut mutation.survivors),
            None => match equivalent(&rule.pattern, &pattern, &Bounds::default()) {
                Decision::No(far) => (far, &mut mutation.survivors),
                Decision::Yes(_) => (None, &mut mutation.equivalent),
                Decision::Unknown(_) => (None, &mut mutation.undecided),
            },
        };
        list.push(Mutant { change, pattern, witness });
    }
    mutation
}

fn is_killed(rule: &Rule, mutant: &FilterPattern) -> bool {
    rule.tests.iter().any(|test| {
        let expected = test.expect == Expect::Match;
        test.messages.iter().any(|message| mutant.is_match(message) != expected)
    })
}

type Changes = Vec<(&'static str, String)>;

/// The changes and the texts of the changed patterns; each text once, and not that of the pattern itself.
fn mutants(pattern: &Pattern) -> Changes {
    let mut changes: Changes = Vec::new();
    match pattern {
        Pattern::Everything | Pattern::Regex(_) => {}
        Pattern::Terms(terms) => of_terms(terms, &mut changes),
        Pattern::Json(expr) => {
            of_expr(expr, &mut of_condition, &mut |change, new| {
                changes.push((change, Pattern::Json(new).to_string()));
            });
        }
        Pattern::Space(fields) => of_fields(fields, &mut changes),
    }
    let mut seen = HashSet::from([pattern.to_string()]);
    changes.retain(|(_, text)| seen.insert(text.clone()));
    changes
}

/// Makes an expression of its parts.
type Make<C> = fn(Vec<Node<Expr<C>>>) -> Expr<C>;

/// Calls `found` for each change in one place of the expression, with the whole changed expression.
fn of_expr<C: Clone>(
    expr: &Node<Expr<C>>,
    of_leaf: &mut dyn FnMut(&C) -> Vec<(&'static str, C)>,
    found: &mut dyn FnMut(&'static str, Node<Expr<C>>),
) {
    let node = |item| Node::new(expr.span, item);
    let (parts, make, swapped): (_, Make<C>, Make<C>) = match &expr.item {
        Expr::Or(parts) => (parts, Expr::Or, Expr::And),
        Expr::And(parts) => (parts, Expr::And, Expr::Or),
        Expr::Group(inner) => {
            return of_expr(inner, of_leaf, &mut |change, new| {
                found(change, node(Expr::Group(Box::new(new))))
            });
        }
        Expr::Condition(leaf) => {
            for (change, new) in of_leaf(leaf) {
                found(change, node(Expr::Condition(new)));
            }
            return;
        }
    };
    found("swap && and ||", node(swapped(parts.clone())));
    for at in 0..parts.len() {
        let others = parts.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, part)| part.clone());
        let mut others: Vec<Node<Expr<C>>> = others.collect();
        let rest = if others.len() == 1 { others.remove(0).item } else { make(others) };
        found("drop a clause", node(rest));
    }
    for (at, part) in parts.iter().enumerate() {
        of_expr(part, of_leaf, &mut |change, new| {
            let mut all = parts.clone();
            if let Some(place) = all.get_mut(at) {
                *place = new;
            }
            found(change, node(make(all)));
        });
    }
}

fn of_condition(condition: &Condition) -> Vec<(&'static str, Condition)> {
    let with = |predicate: Predicate| Condition {
        predicate: Node::new(condition.predicate.span, predicate),
        ..condition.clone()
    };
    let mut all: Vec<(&'static str, Condition)> = of_predicate(&condition.predicate.item)
        .into_iter()
        .map(|(change, new)| (change, with(new)))
        .collect();
    let mut other = condition.clone();
    match other.selector.item.steps.last_mut() {
        Some(Step::Key(key) | Step::QuotedKey(key)) => {
            key.push('_');
            all.push(("replace a selector", other));
        }
        Some(Step::AnyKey | Step::Index(_) | Step::AnyIndex) | None => {}
    }
    all
}

fn of_predicate(predicate: &Predicate) -> Vec<(&'static str, Predicate)> {
    let compare = |equality: Equality, value: &Node<Value>, new: Value| {
        Predicate::Compare(equality, Node::new(value.span, new))
    };
    match predicate {
        Predicate::Compare(equality, value) => {
            let other = match equality {
                Equality::Equal => Equality::NotEqual,
                Equality::NotEqual => Equality::Equal,
            };
            let mut all = vec![("flip an operator", compare(other, value, value.item.clone()))];
            all.extend(
                of_value(&value.item)
                    .into_iter()
                    .map(|(change, new)| (change, compare(*equality, value, new))),
            );
            all
        }
        Predicate::Order(order, number) => {
            let others = match order {
                Order::Less => [Order::LessOrEqual, Order::Greater],
                Order::LessOrEqual => [Order::Less, Order::GreaterOrEqual],
                Order::Greater => [Order::GreaterOrEqual, Order::Less],
                Order::GreaterOrEqual => [Order::Greater, Order::LessOrEqual],
            };
            others.map(|order| ("flip an operator", Predicate::Order(order, number.clone()))).into()
        }
        Predicate::IsTrue => vec![("flip an operator", Predicate::IsFalse)],
        Predicate::IsFalse => vec![("flip an operator", Predicate::IsTrue)],
        Predicate::IsNull => vec![("flip an operator", Predicate::NotExists)],
        Predicate::NotExists => {
            let span = crate::Span::default();
            let any = Predicate::Compare(Equality::Equal, Node::new(span, Value::Bare("*".to_owned())));
            vec![("negate NOT EXISTS", any)]
        }
    }
}

fn of_value(value: &Value) -> Vec<(&'static str, Value)> {
    let (text, make): (&String, fn(String) -> Value) = match value {
        Value::Quoted(text) => (text, Value::Quoted),
        Value::Bare(text) => (text, Value::Bare),
        Value::Number(number) => {
            let lexeme = format!("{}1", number.lexeme);
            return vec![("change a number", Value::Number(Number { lexeme }))];
        }
        Value::Regex(_) => return Vec::new(),
    };
    let mut all = Vec::new();
    if text.contains('*') && text.len() > 1 {
        all.push(("narrow a wildcard", make(text.replace('*', ""))));
        if !text.starts_with('*') {
            all.push(("widen a wildcard", make(format!("*{text}"))));
        }
        if !text.ends_with('*') {
            all.push(("widen a wildcard", make(format!("{text}*"))));
        }
    }
    let lower = text.to_lowercase();
    let other = if lower == *text { text.to_uppercase() } else { lower };
    all.push(("change a literal's case", make(other)));
    all
}

fn of_terms(terms: &[Node<Term>], changes: &mut Changes) {
    let print = |terms: Vec<Node<Term>>| Pattern::Terms(terms).to_string();
    for (at, term) in terms.iter().enumerate() {
        let without =
            terms.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, term)| term.clone());
        if terms.len() > 1 {
            changes.push(("drop a clause", print(without.collect())));
        }
        let mut change = |what, new: Term| {
            let mut all = terms.to_vec();
            if let Some(place) = all.get_mut(at) {
                place.item = new;
            }
            changes.push((what, print(all)));
        };
        let mode = match term.item.mode {
            TermMode::Excluded => TermMode::Required,
            TermMode::Required | TermMode::Optional => TermMode::Excluded,
        };
        change("flip an operator", Term { mode, gap: false, joined: false, ..term.item.clone() });
        let lower = term.item.text.to_lowercase();
        let text = if lower == term.item.text { term.item.text.to_uppercase() } else { lower };
        change("change a literal's case", Term { text, ..term.item.clone() });
    }
}

fn of_fields(fields: &[Node<Field>], changes: &mut Changes) {
    for (at, field) in fields.iter().enumerate() {
        let (Some(name), Some(condition)) = (field.item.name(), field.item.condition()) else { continue };
        let mut replace = |what, new: Field| {
            let mut all = fields.to_vec();
            if let Some(place) = all.get_mut(at) {
                place.item = new;
            }
            changes.push((what, Pattern::Space(all).to_string()));
        };
        replace("drop a clause", Field::Named(name.to_owned()));
        let mut of_leaf = |leaf: &ColumnCondition| {
            let with = |predicate| ColumnCondition {
                predicate: Node::new(leaf.predicate.span, predicate),
                ..leaf.clone()
            };
            of_predicate(&leaf.predicate.item).into_iter().map(|(change, new)| (change, with(new))).collect()
        };
        of_expr(condition, &mut of_leaf, &mut |what, condition| {
            replace(what, Field::Conditioned { name: name.to_owned(), condition });
        });
    }
}
