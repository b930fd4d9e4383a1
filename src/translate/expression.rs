//! Boolean expressions of a pattern, in the operators of a target.

use super::note::Refusal;
use crate::syntax::ast::{Expr, Node};

/// How a target joins conditions.
pub(super) struct Operators {
    pub(super) and: &'static str,
    pub(super) or: &'static str,
}

/// Writes a condition, the item of the node.
pub(super) type WriteCondition<'a, C> = dyn FnMut(&C, &Node<Expr<C>>) -> Result<String, Refusal> + 'a;

/// Writes an expression; `condition` writes a condition, which must not need parentheses below `and`.
pub(super) fn write<C>(
    expr: &Node<Expr<C>>,
    operators: &Operators,
    condition: &mut WriteCondition<'_, C>,
) -> Result<String, Refusal> {
    let mut all = |parts: &[Node<Expr<C>>], joint: &str| -> Result<String, Refusal> {
        let written: Result<Vec<String>, Refusal> =
            parts.iter().map(|part| write(part, operators, condition)).collect();
        Ok(format!("({})", written?.join(joint)))
    };
    match &expr.item {
        Expr::Group(inner) => write(inner, operators, condition),
        Expr::And(parts) => all(parts, operators.and),
        Expr::Or(parts) => all(parts, operators.or),
        Expr::Condition(leaf) => condition(leaf, expr),
    }
}
