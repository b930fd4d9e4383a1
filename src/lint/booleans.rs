//! Lints of `&&` and `||`: `||` between negations, and `&&` beside `||` without parentheses.

use super::expression::{disjuncts, unwrapped, walk};
use super::findings::Findings;
use crate::cloudtrail::catalogue::{Presence, field};
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::lint::cloudtrail::path_of;
use crate::syntax::ast::{Condition, Equality, Expr, Node, Predicate, Selector, Value};

type Json = Node<Expr<Condition>>;

pub(super) fn check(expr: &Json, is_cloudtrail: bool, findings: &mut Findings<'_>) {
    walk(expr, &mut |node| {
        if let Expr::Or(parts) = &node.item {
            negations(node, is_cloudtrail, findings);
            mixed(node, parts, findings);
        }
    });
}

/// The part `selector != value` of an `||`.
struct Negation<'a> {
    node: &'a Json,
    selector: &'a Selector,
    has_wildcard: bool,
}

fn negation(node: &Json) -> Option<Negation<'_>> {
    let Expr::Condition(condition) = unwrapped(&node.item) else { return None };
    let Predicate::Compare(Equality::NotEqual, value) = &condition.predicate.item else { return None };
    let has_wildcard = match &value.item {
        Value::Quoted(text) | Value::Bare(text) => text.contains('*'),
        Value::Regex(_) => true,
        Value::Number(_) => false,
    };
    Some(Negation { node, selector: &condition.selector.item, has_wildcard })
}

fn is_equality(node: &Json) -> bool {
    let Expr::Condition(condition) = unwrapped(&node.item) else { return false };
    matches!(condition.predicate.item, Predicate::Compare(Equality::Equal, _))
}

/// Finds `a != x || a != y`, where one part is always true, and `||` between a comparison and a `!=` on a field that every
/// record has.
fn negations(node: &Json, is_cloudtrail: bool, findings: &mut Findings<'_>) {
    let mut parts = Vec::new();
    disjuncts(node, &mut parts);
    let negations: Vec<Negation<'_>> = parts.iter().filter_map(|part| negation(part)).collect();
    let Some(first) = negations.first() else { return };
    let same = negations
        .iter()
        .skip(1)
        .find(|other| other.selector == first.selector && !other.has_wildcard && !first.has_wildcard);
    if let Some(second) = same {
        let selector = first.selector;
        let finding = Diagnostic::new(
            "or-of-negations",
            Severity::Warning,
            node.span,
            format!("true for every event with `{selector}`: no value equals both"),
        )
        .also(first.node.span, "false only for this value")
        .also(second.node.span, "false only for that value")
        .help("to exclude both values, join the comparisons with `&&`");
        let Expr::Or(parts) = &node.item else { return };
        let all_negations = parts.iter().all(|part| negation(part).is_some());
        let new = Expr::And(parts.clone());
        let finding = if all_negations {
            finding.fix(Applicability::Suggested, findings.with_expression(node.span, new))
        } else {
            finding
        };
        findings.add(finding);
        return;
    }
    let is_always_there = |negation: &&Negation<'_>| {
        is_cloudtrail
            && path_of(negation.selector)
                .and_then(|path| field(&path))
                .is_some_and(|field| field.presence == Presence::Always)
    };
    // only if another alternative is a comparison with `=`; `a != x || (b != y && …)` may be intended
    if !parts.iter().any(|part| is_equality(part)) {
        return;
    }
    let Some(negation) = negations.iter().find(is_always_there) else { return };
    let selector = negation.selector;
    findings.add(
        Diagnostic::new(
            "or-of-negations",
            Severity::Warning,
            negation.node.span,
            format!("`|| {}` matches nearly every event", findings.text_at(negation.node.span)),
        )
        .label(format!("true for all other values of `{selector}`, which every record has"))
        .help("join the exception with `&&`, and put the alternatives before it in parentheses"),
    );
}

/// Finds `a || b && c`.
fn mixed(node: &Json, parts: &[Json], findings: &mut Findings<'_>) {
    let Some(inner) = parts.iter().find(|part| matches!(part.item, Expr::And(_))) else { return };
    let grouped = parts
        .iter()
        .map(|part| match &part.item {
            Expr::And(_) => Node::new(part.span, Expr::Group(Box::new(part.clone()))),
            _ => part.clone(),
        })
        .collect();
    findings.add(
        Diagnostic::new(
            "mixed-and-or",
            Severity::Warning,
            inner.span,
            "`&&` and `||` without parentheses; `&&` binds tighter than `||`",
        )
        .label("AWS reads this as one alternative")
        .help("add parentheses; the fix shows how AWS reads the pattern")
        .fix(Applicability::Safe, findings.with_expression(node.span, Expr::Or(grouped))),
    );
}
