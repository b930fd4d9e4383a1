//! The syntactic normal form of a pattern: two patterns with one normal form match the same events.
//!
//! Layout, quotes, redundant parentheses, repetition and the order of the parts of `&&` and `||` have no effect on it. In a term pattern
//! the order of the terms has none, and optional terms have none if there are others (docs/filter-patterns.md#term-patterns). In a
//! space-delimited pattern the names have none, and columns without a condition count only by their number
//! (docs/filter-patterns.md#alignment).

use crate::syntax::ast::{
    ColumnCondition, Condition, Expr, Field, Node, Pattern, Predicate, Step, Term, TermMode, Value,
};
use std::collections::BTreeSet;

/// A normal form.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Normal {
    Everything,
    /// Required terms, and excluded ones.
    Terms(BTreeSet<String>, BTreeSet<String>),
    /// Terms, at least one of them in the text.
    AnyTerm(BTreeSet<String>),
    Regex(String),
    Json(NormalExpr),
    Columns {
        /// The conditions from the first column on, without columns at the end that have none.
        first: Vec<Option<NormalExpr>>,
        /// The conditions on the last tokens, the last one first.
        last: Vec<Option<NormalExpr>>,
        /// The number of tokens that the line must have.
        least: usize,
        /// The condition on the last column, which takes the rest of the line.
        rest: Option<NormalExpr>,
    },
}

/// An expression without parentheses and order.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NormalExpr {
    Condition(String),
    And(BTreeSet<NormalExpr>),
    Or(BTreeSet<NormalExpr>),
}

/// The normal form of a pattern.
pub(super) fn normal_form(pattern: &Pattern) -> Normal {
    match pattern {
        Pattern::Everything => Normal::Everything,
        Pattern::Space(fields) if fields.is_empty() => Normal::Everything,
        Pattern::Terms(terms) => of_terms(terms),
        Pattern::Regex(regex) => Normal::Regex(regex.item.body.clone()),
        Pattern::Json(expr) => Normal::Json(of_expr(&expr.item, &of_condition)),
        Pattern::Space(fields) => of_columns(fields),
    }
}

fn of_terms(terms: &[Node<Term>]) -> Normal {
    let texts = |mode: TermMode| {
        terms.iter().filter(|term| term.item.mode == mode).map(|term| term.item.text.clone()).collect()
    };
    if terms.iter().all(|term| term.item.mode == TermMode::Optional) {
        let any: BTreeSet<String> = texts(TermMode::Optional);
        return if any.len() == 1 { Normal::Terms(any, BTreeSet::new()) } else { Normal::AnyTerm(any) };
    }
    Normal::Terms(texts(TermMode::Required), texts(TermMode::Excluded))
}

fn of_expr<C>(expr: &Expr<C>, of_condition: &impl Fn(&C) -> String) -> NormalExpr {
    match expr {
        Expr::Group(inner) => of_expr(&inner.item, of_condition),
        Expr::Condition(condition) => NormalExpr::Condition(of_condition(condition)),
        Expr::And(parts) => {
            let mut all = BTreeSet::new();
            for part in parts {
                match of_expr(&part.item, of_condition) {
                    NormalExpr::And(inner) => all.extend(inner),
                    other => drop(all.insert(other)),
                }
            }
            only(&mut all).unwrap_or(NormalExpr::And(all))
        }
        Expr::Or(parts) => {
            let mut all = BTreeSet::new();
            for part in parts {
                match of_expr(&part.item, of_condition) {
                    NormalExpr::Or(inner) => all.extend(inner),
                    other => drop(all.insert(other)),
                }
            }
            only(&mut all).unwrap_or(NormalExpr::Or(all))
        }
    }
}

fn only(all: &mut BTreeSet<NormalExpr>) -> Option<NormalExpr> {
    if all.len() == 1 { all.pop_first() } else { None }
}

fn of_condition(condition: &Condition) -> String {
    let step = |step: &Step| match step {
        Step::Key(key) | Step::QuotedKey(key) => format!(".{key:?}"),
        Step::Index(index) => format!("[{index}]"),
        // both select the values of objects and of arrays (docs/filter-patterns.md#selectors)
        Step::AnyKey | Step::AnyIndex => "[*]".to_owned(),
    };
    let steps: String = condition.selector.item.steps.iter().map(step).collect();
    format!("{steps} {}", of_predicate(&condition.predicate.item))
}

fn of_column_condition(condition: &ColumnCondition) -> String {
    of_predicate(&condition.predicate.item)
}

/// The predicate, with a word as a quoted text.
fn of_predicate(predicate: &Predicate) -> String {
    match predicate {
        Predicate::Compare(equality, value) => match &value.item {
            Value::Bare(text) | Value::Quoted(text) => format!("{equality:?} text {text:?}"),
            Value::Regex(regex) => format!("{equality:?} expression {:?}", regex.body),
            Value::Number(number) => format!("{equality:?} number {}", number.lexeme),
        },
        Predicate::Order(order, number) => format!("{order:?} {}", number.item.lexeme),
        Predicate::IsNull | Predicate::IsTrue | Predicate::IsFalse | Predicate::NotExists => {
            format!("{predicate:?}")
        }
    }
}

fn of_columns(fields: &[Node<Field>]) -> Normal {
    let condition = |field: &Node<Field>| {
        field.item.condition().map(|condition| of_expr(&condition.item, &of_column_condition))
    };
    let ellipsis = fields.iter().position(|field| field.item == Field::Ellipsis);
    let (before, after) = match ellipsis {
        Some(at) => (fields.get(..at).unwrap_or_default(), fields.get(at + 1..).unwrap_or_default()),
        None => (fields, &[][..]),
    };
    // without an ellipsis, the last column takes the rest of the line
    let rest = if ellipsis.is_none() { before.last().and_then(condition) } else { None };
    let before =
        if rest.is_some() { before.split_last().map_or(before, |(_, before)| before) } else { before };
    let mut first: Vec<_> = before.iter().map(condition).collect();
    let mut last: Vec<_> = after.iter().rev().map(condition).collect();
    for list in [&mut first, &mut last] {
        while list.last().is_some_and(Option::is_none) {
            list.pop();
        }
    }
    // an ellipsis alone needs one token
    let least = (before.len() + after.len() + usize::from(rest.is_some())).max(1);
    Normal::Columns { first, last, least, rest }
}
