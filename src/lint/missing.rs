//! The lint `not-equal-on-optional-field`: a comparison with a missing field is false, even with `!=`
//! (docs/filter-patterns.md#conditions).

use super::expression::{conjuncts, disjuncts, unwrapped, walk};
use super::findings::Findings;
use crate::cloudtrail::catalogue::{Presence, field};
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::lint::cloudtrail::path_of;
use crate::syntax::ast::{Condition, Equality, Expr, Node, Predicate, Selector, Value};

type Json = Node<Expr<Condition>>;

pub(super) fn check(expr: &Json, is_cloudtrail: bool, findings: &mut Findings<'_>) {
    let mut required = Vec::new();
    visit(expr, &mut required, &mut |node, condition, required| {
        let selector = &condition.selector.item;
        let Predicate::Compare(Equality::NotEqual, value) = &condition.predicate.item else { return };
        if required.iter().any(|other| guards(other, selector))
            || selector.steps.iter().any(|step| step.is_wildcard())
        {
            return;
        }
        // `!= ""` asks for a text that is not empty, so that an event without the field is not meant
        if matches!(&value.item, Value::Quoted(text) if text.is_empty()) {
            return;
        }
        let is_doubtful = match path_of(selector).and_then(|path| field(&path)) {
            Some(field) if is_cloudtrail || field.presence == Presence::Always => {
                field.presence == Presence::Sometimes
            }
            // the fields of other events are unknown: report only patterns in which all conditions are negations
            _ => !is_cloudtrail && !has_positive(expr),
        };
        if !is_doubtful {
            return;
        }
        let arms = [Predicate::NotExists, Predicate::IsNull, condition.predicate.item.clone()];
        let arms = arms.map(|predicate| {
            let predicate = Node::new(node.span, predicate);
            Node::new(
                node.span,
                Expr::Condition(Condition { selector: condition.selector.clone(), predicate }),
            )
        });
        findings.add(
            Diagnostic::new(
                "not-equal-on-optional-field",
                Severity::Warning,
                node.span,
                format!("false if `{selector}` is missing"),
            )
            .label("an event without this field does not match")
            .help(format!(
                "to match such events, write `({selector} NOT EXISTS || {selector} IS NULL || {selector} != {})`",
                value.item
            ))
            .fix(Applicability::Suggested, findings.with_expression(node.span, Expr::Or(arms.into()))),
        );
    });
}

/// Calls `found` for every condition, with the selectors that other conditions joined with it require or test for absence.
fn visit<'a>(
    expr: &'a Json,
    required: &mut Vec<&'a Selector>,
    found: &mut dyn FnMut(&'a Json, &'a Condition, &[&'a Selector]),
) {
    let before = required.len();
    match &expr.item {
        Expr::Condition(condition) => found(expr, condition, required),
        Expr::Group(inner) => visit(inner, required, found),
        Expr::And(_) => {
            let mut parts = Vec::new();
            conjuncts(expr, &mut parts);
            parts.iter().for_each(|part| positives(part, required));
            parts.iter().for_each(|part| visit(part, required, found));
        }
        Expr::Or(_) => {
            let mut parts = Vec::new();
            disjuncts(expr, &mut parts);
            // a test for absence in the same `||` shows that the author considered a missing field
            for part in &parts {
                match unwrapped(&part.item) {
                    Expr::Condition(Condition { selector, predicate })
                        if is_about_absence(&predicate.item) || is_identity_type(&selector.item) =>
                    {
                        required.push(&selector.item);
                    }
                    _ => {}
                }
            }
            parts.iter().for_each(|part| visit(part, required, found));
        }
    }
    required.truncate(before);
}

/// Whether a condition on `required` shows that `selector` exists, or that the author considered its absence. The type of an
/// identity determines which fields the identity has.
fn guards(required: &Selector, selector: &Selector) -> bool {
    required == selector
        || is_identity_type(required)
            && (selector.steps.first() == required.steps.first()
                // the record of a sign-in has this field for every type of user with an MFA device
                || path_of(selector).as_deref() == Some("additionalEventData.MFAUsed"))
}

fn is_identity_type(selector: &Selector) -> bool {
    path_of(selector).as_deref() == Some("userIdentity.type")
}

/// Adds the selector without which the part is false, if there is one. `!=` does not count.
fn positives<'a>(part: &'a Json, required: &mut Vec<&'a Selector>) {
    let mut arms = Vec::new();
    disjuncts(part, &mut arms);
    let selector = |arm: &&'a Json| match unwrapped(&arm.item) {
        Expr::Condition(condition) if is_positive(&condition.predicate.item) => {
            Some(&condition.selector.item)
        }
        Expr::Condition(_) | Expr::Or(_) | Expr::And(_) | Expr::Group(_) => None,
    };
    let mut selectors = arms.iter().map(selector);
    if let Some(Some(first)) = selectors.next()
        && selectors.all(|other| other == Some(first))
    {
        required.push(first);
    }
}

/// Whether the predicate requires something of an existing value. `!=` only excludes values.
fn is_positive(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::NotExists | Predicate::Compare(Equality::NotEqual, _) => false,
        Predicate::Compare(Equality::Equal, _)
        | Predicate::Order(..)
        | Predicate::IsNull
        | Predicate::IsTrue
        | Predicate::IsFalse => true,
    }
}

/// Whether the predicate tests for a value that is not there, or is null.
fn is_about_absence(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::NotExists | Predicate::IsNull => true,
        Predicate::Compare(..) | Predicate::Order(..) | Predicate::IsTrue | Predicate::IsFalse => false,
    }
}

fn has_positive(expr: &Json) -> bool {
    let mut any = false;
    walk(expr, &mut |node| {
        any |= matches!(&node.item, Expr::Condition(condition) if is_positive(&condition.predicate.item));
    });
    any
}
