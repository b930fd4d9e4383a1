//! Lints of selectors with wildcards. Such a condition is true if it is true for any element (docs/filter-patterns.md#selectors).

use super::expression::{conjuncts, walk};
use super::findings::Findings;
use crate::diagnostic::{Diagnostic, Severity};
use crate::syntax::ast::{Condition, Equality, Expr, Node, Predicate, Selector, Step};

type Json = Node<Expr<Condition>>;

pub(super) fn check(expr: &Json, findings: &mut Findings<'_>) {
    walk(expr, &mut |node| match &node.item {
        Expr::And(_) => and_across_elements(node, findings),
        Expr::Condition(condition) => negation_of_any(node, condition, findings),
        Expr::Or(_) | Expr::Group(_) => {}
    });
}

/// The steps up to and including the first wildcard. `None` if the selector has no wildcard.
fn up_to_wildcard(selector: &Selector) -> Option<&[Step]> {
    let at = selector.steps.iter().position(Step::is_wildcard)?;
    selector.steps.get(..=at)
}

fn and_across_elements(node: &Json, findings: &mut Findings<'_>) {
    let mut parts = Vec::new();
    conjuncts(node, &mut parts);
    let conditions = parts.iter().filter_map(|part| match &part.item {
        Expr::Condition(condition) => {
            up_to_wildcard(&condition.selector.item).map(|steps| (part.span, steps))
        }
        Expr::Or(_) | Expr::And(_) | Expr::Group(_) => None,
    });
    let conditions: Vec<_> = conditions.collect();
    for (at, (span, steps)) in conditions.iter().enumerate().skip(1) {
        let earlier = conditions.iter().take(at).find(|(_, other)| other == steps);
        if let Some((other, _)) = earlier {
            findings.add(
                Diagnostic::new(
                    "and-across-elements",
                    Severity::Warning,
                    *span,
                    "the two conditions may be true for different elements",
                )
                .label("true for any element")
                .also(*other, "true for any element, not necessarily the same one")
                .help("a pattern cannot require both of one element; select the element by its index, or filter later"),
            );
            return;
        }
    }
}

fn negation_of_any(node: &Json, condition: &Condition, findings: &mut Findings<'_>) {
    let selector = &condition.selector.item;
    let is_negation = matches!(condition.predicate.item, Predicate::Compare(Equality::NotEqual, _));
    if is_negation && up_to_wildcard(selector).is_some() {
        findings.add(
            Diagnostic::new(
                "negation-of-any-element",
                Severity::Warning,
                node.span,
                format!("true if at least one element of `{selector}` differs"),
            )
            .label("does not mean: no element has this value")
            .help("a pattern cannot express \"no element equals\"; this has not been tested on AWS (docs/filter-patterns.md#open-questions)"),
        );
    }
}
