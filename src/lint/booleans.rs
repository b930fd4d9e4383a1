//! How conditions are joined.

use super::{Findings, disjuncts, unwrapped, walk};
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

/// A part of an `||` that is `selector != value`.
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

/// `a != x || a != y`: one of them is always true, and so is `||` between a comparison and the negation
/// of something that is in every record.
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
            format!("true for every event that has `{selector}`: no value equals both"),
        )
        .also(first.node.span, "false only for this value")
        .also(second.node.span, "false only for that value")
        .help("neither of them: join the comparisons with `&&`");
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
    // only beside an alternative that asks for something; `a != x || (b != y && …)` may well be meant
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
            format!("`|| {}` lets nearly every event match", findings.text_at(negation.node.span)),
        )
        .label(format!("true for all other values of `{selector}`, which is in every record"))
        .help("join an exception with `&&`, and put the alternatives before it into parentheses"),
    );
}

/// `a || b && c`: `&&` binds tighter.
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
            "`&&` and `||` are mixed without parentheses; `&&` binds tighter",
        )
        .label("this is one alternative")
        .help("say it with parentheses: the fix shows how AWS reads the pattern")
        .fix(Applicability::Safe, findings.with_expression(node.span, Expr::Or(grouped))),
    );
}
