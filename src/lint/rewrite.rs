//! Builds the patterns of fixes: a parsed pattern with one part replaced.

use super::findings::Findings;
use crate::span::Span;
use crate::syntax::ast::{
    ColumnCondition, Condition, Expr, Field, Node, Pattern, Predicate, Selector, Value,
};

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

impl Findings<'_> {
    /// The pattern with the value at `at` replaced.
    pub(super) fn with_value(&self, at: Span, new: &Value) -> Pattern {
        let replace = |predicate: &mut Node<Predicate>| {
            if let Predicate::Compare(_, value) = &mut predicate.item
                && value.span == at
            {
                value.item = new.clone();
            }
        };
        let mut pattern = self.pattern.clone();
        match &mut pattern {
            Pattern::Json(expr) => {
                for_each_condition(expr, &mut |it: &mut Condition| replace(&mut it.predicate));
            }
            Pattern::Space(fields) => {
                for field in fields {
                    if let Field::Conditioned { condition, .. } = &mut field.item {
                        for_each_condition(condition, &mut |it: &mut ColumnCondition| {
                            replace(&mut it.predicate);
                        });
                    }
                }
            }
            Pattern::Everything | Pattern::Terms(_) | Pattern::Regex(_) => {}
        }
        pattern
    }

    /// The pattern with the text at `at` replaced. The new text is in quotes.
    pub(super) fn with_text(&self, at: Span, new: &str) -> Pattern {
        self.with_value(at, &Value::Quoted(new.to_owned()))
    }
}

/// Calls `visit` for every condition of the expression.
pub(super) fn for_each_condition<C>(expr: &mut Node<Expr<C>>, visit: &mut dyn FnMut(&mut C)) {
    match &mut expr.item {
        Expr::Or(parts) | Expr::And(parts) => {
            parts.iter_mut().for_each(|part| for_each_condition(part, visit));
        }
        Expr::Group(inner) => for_each_condition(inner, visit),
        Expr::Condition(condition) => visit(condition),
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
