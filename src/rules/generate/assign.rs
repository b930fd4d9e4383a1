//! The outcomes that other parts of a pattern must have so that one condition decides the verdict.
//!
//! The walk goes down from the root to the condition: on the way, the other parts of an `&&` have to be true and those of an `||` false.

use crate::syntax::ast::{Expr, Node};

/// A part of an expression and its required outcome.
pub(super) type Part<'a, C> = (&'a Node<Expr<C>>, bool);

/// A condition and its required outcome.
pub(super) type Wanted<'a, C> = (&'a C, bool);

/// The parts that have to have an outcome so that the condition number `leaf` decides the verdict, and the condition itself with
/// the outcome `outcome`.
pub(super) fn parts<C>(expr: &Node<Expr<C>>, leaf: usize, outcome: bool) -> Vec<Part<'_, C>> {
    let mut found = Vec::new();
    let (mut expr, mut leaf) = (expr, leaf);
    loop {
        let (parts, neutral) = match &expr.item {
            Expr::Condition(_) => {
                found.push((expr, outcome));
                return found;
            }
            Expr::Group(inner) => {
                expr = inner;
                continue;
            }
            Expr::And(parts) => (parts, true),
            Expr::Or(parts) => (parts, false),
        };
        let mut next = None;
        for part in parts {
            let count = leaves(part);
            if next.is_none() && leaf < count {
                next = Some(part);
            } else {
                found.push((part, neutral));
                leaf -= if next.is_none() { count } else { 0 };
            }
        }
        let Some(part) = next else { return found };
        expr = part;
    }
}

/// The conditions of [`parts`], each with one outcome that gives its part the required outcome.
pub(super) fn assign<C>(expr: &Node<Expr<C>>, leaf: usize, outcome: bool) -> Vec<Wanted<'_, C>> {
    let mut wanted = Vec::new();
    parts(expr, leaf, outcome).into_iter().for_each(|(part, outcome)| settle(part, outcome, &mut wanted));
    wanted
}

/// Assigns outcomes that make a part true or false. For an `&&` to be false, and an `||` to be true, one condition is enough.
pub(super) fn settle<'a, C>(expr: &'a Node<Expr<C>>, outcome: bool, wanted: &mut Vec<Wanted<'a, C>>) {
    let (parts, takes_all) = match &expr.item {
        Expr::Condition(condition) => return wanted.push((condition, outcome)),
        Expr::Group(inner) => return settle(inner, outcome, wanted),
        Expr::And(parts) => (parts, outcome),
        Expr::Or(parts) => (parts, !outcome),
    };
    let parts = parts.iter().take(if takes_all { parts.len() } else { 1 });
    parts.for_each(|part| settle(part, outcome, wanted));
}

/// The number of conditions.
pub(super) fn leaves<C>(expr: &Node<Expr<C>>) -> usize {
    let mut count = 0;
    expr.item.for_each(&mut |_| count += 1);
    count
}
