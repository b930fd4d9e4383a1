//! Walks through expressions, and splits them at `&&` and `||`.

use crate::syntax::ast::{Expr, Node};

/// The expression without the parentheses around it.
pub(super) fn unwrapped<C>(expr: &Expr<C>) -> &Expr<C> {
    match expr {
        Expr::Group(inner) => unwrapped(&inner.item),
        other => other,
    }
}

/// Collects the parts of an `&&`, without their parentheses. Any other expression is its only part.
pub(super) fn conjuncts<'a, C>(expr: &'a Node<Expr<C>>, found: &mut Vec<&'a Node<Expr<C>>>) {
    match &expr.item {
        Expr::And(parts) => parts.iter().for_each(|part| conjuncts(part, found)),
        Expr::Group(inner) => conjuncts(inner, found),
        _ => found.push(expr),
    }
}

/// Collects the parts of an `||`, without their parentheses. Any other expression is its only part.
pub(super) fn disjuncts<'a, C>(expr: &'a Node<Expr<C>>, found: &mut Vec<&'a Node<Expr<C>>>) {
    match &expr.item {
        Expr::Or(parts) => parts.iter().for_each(|part| disjuncts(part, found)),
        Expr::Group(inner) => disjuncts(inner, found),
        _ => found.push(expr),
    }
}

/// Calls `visit` for the expression and all expressions in it, parents first.
pub(super) fn walk<'a, C>(expr: &'a Node<Expr<C>>, visit: &mut dyn FnMut(&'a Node<Expr<C>>)) {
    visit(expr);
    match &expr.item {
        Expr::Or(parts) | Expr::And(parts) => parts.iter().for_each(|part| walk(part, visit)),
        Expr::Group(inner) => walk(inner, visit),
        Expr::Condition(_) => {}
    }
}
