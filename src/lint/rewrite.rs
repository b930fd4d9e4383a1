//! Builds the patterns of fixes: a parsed pattern with one part replaced.

use super::findings::Findings;
use crate::span::Span;
use crate::syntax::ast::{Condition, Expr, Node, Pattern, Predicate, Selector};

impl Findings<'_> {
    /// The pattern with the expression at `at` replaced, with parentheses around the new expression if it needs them. A pair of
    /// parentheses is not an expression here: `at` is the place of what is inside.
    pub(super) fn with_expression(&self, at: Span, new: Expr<Condition>) -> Pattern {
        match self.pattern {
            Pattern::Json(expr) => Pattern::Json(replaced(expr, at, &new, false)),
            other => other.clone(),
        }
    }

    /// The pattern with the predicate of the condition at `at` replaced.
    pub(super) fn with_predicate(
        &self,
        at: Span,
        selector: &Node<Selector>,
        predicate: Predicate,
    ) -> Pattern {
        let predicate = Node::new(at, predicate);
        self.with_expression(at, Expr::Condition(Condition { selector: selector.clone(), predicate }))
    }
}

fn replaced(
    node: &Node<Expr<Condition>>,
    at: Span,
    new: &Expr<Condition>,
    inner: bool,
) -> Node<Expr<Condition>> {
    if node.span == at && !matches!(node.item, Expr::Group(_)) {
        let item = match new {
            Expr::Or(_) | Expr::And(_) if inner => Expr::Group(Box::new(Node::new(at, new.clone()))),
            other => other.clone(),
        };
        return Node::new(at, item);
    }
    let each =
        |parts: &Vec<Node<Expr<Condition>>>| parts.iter().map(|part| replaced(part, at, new, true)).collect();
    let item = match &node.item {
        Expr::Or(parts) => Expr::Or(each(parts)),
        Expr::And(parts) => Expr::And(each(parts)),
        Expr::Group(inner) => Expr::Group(Box::new(replaced(inner, at, new, false))),
        Expr::Condition(condition) => Expr::Condition(condition.clone()),
    };
    Node::new(node.span, item)
}
