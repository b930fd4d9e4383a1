//! Selectors with wildcards ask for any element (docs/filter-patterns.md#selectors).

use super::{Findings, conjuncts, walk};
use crate::diagnostic::{Diagnostic, Severity};
use crate::syntax::ast::{Condition, Equality, Expr, Node, Predicate, Selector, Step};

type Json = Node<Expr<Condition>>;

pub(super) fn check(expr: &Json, findings: &mut Findings<'_>) {
    walk(expr, &mut |node| match &node.item {
        Expr::And(_) => across(node, findings),
        Expr::Condition(condition) => negated(node, condition, findings),
        _ => {}
    });
}

/// The steps up to the first wildcard, and it.
fn up_to_wildcard(selector: &Selector) -> Option<&[Step]> {
    let at = selector.steps.iter().position(Step::is_wildcard)?;
    selector.steps.get(..=at)
}

fn across(node: &Json, findings: &mut Findings<'_>) {
    let mut parts = Vec::new();
    conjuncts(node, &mut parts);
    let conditions = parts.iter().filter_map(|part| match &part.item {
        Expr::Condition(condition) => {
            up_to_wildcard(&condition.selector.item).map(|steps| (part.span, steps))
        }
        _ => None,
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
                    "the two conditions may be fulfilled by different elements",
                )
                .label("any element")
                .also(*other, "any element, not the same one")
                .help("no pattern can ask one element for both; name the element, or filter later"),
            );
            return;
        }
    }
}

fn negated(node: &Json, condition: &Condition, findings: &mut Findings<'_>) {
    let selector = &condition.selector.item;
    let is_negation = matches!(condition.predicate.item, Predicate::Compare(Equality::NotEqual, _));
    if is_negation && up_to_wildcard(selector).is_some() {
        findings.add(
            Diagnostic::new(
                "negation-of-any-element",
                Severity::Warning,
                node.span,
                format!("true as soon as one element of `{selector}` differs"),
            )
            .label("not: no element is this value")
            .help("no pattern can say \"no element equals\"; nobody measured it on AWS either (docs/filter-patterns.md#open-questions)"),
        );
    }
}
