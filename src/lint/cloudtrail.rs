//! Recognises patterns about CloudTrail records, and lints the names of their fields.

use super::expression::walk;
use super::findings::Findings;
use super::rewrite::for_each_condition;
use crate::cloudtrail::about::{nearest, signs_of_another_program};
use crate::cloudtrail::catalogue::{FieldKind, field, fields};
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::span::Span;
use crate::syntax::ast::{Condition, Equality, Expr, Node, Pattern, Predicate, Selector, Step, Value};

type Json = Node<Expr<Condition>>;

/// Keys that only CloudTrail records have, in lower case: one of them shows that the pattern is about CloudTrail.
const TELLING: [&str; 8] = [
    "eventname",
    "eventsource",
    "useridentity",
    "sourceipaddress",
    "requestparameters",
    "responseelements",
    "additionaleventdata",
    "recipientaccountid",
];

/// Keys that other records seldom have. They show that the pattern is about CloudTrail if it has no key that CloudTrail does not have.
const LIKELY: [&str; 11] = [
    "eventVersion",
    "eventID",
    "eventCategory",
    "awsRegion",
    "readOnly",
    "managementEvent",
    "sharedEventID",
    "vpcEndpointId",
    "vpcEndpointAccountId",
    "tlsDetails",
    "sessionCredentialFromConsole",
];

/// Whether the pattern is about CloudTrail records, as far as it alone tells. Where rules ask for a key of records, a key that is probably
/// meant for one is enough: that it is wrong is the finding.
pub(super) fn is_about(expr: &Expr<Condition>) -> bool {
    if signs_of_another_program(expr) {
        return false;
    }
    let (mut is_told, mut is_likely, mut are_known) = (false, false, true);
    expr.for_each(&mut |condition| {
        let Some(Step::Key(key) | Step::QuotedKey(key)) = condition.selector.item.steps.first() else {
            are_known = false;
            return;
        };
        is_told |= TELLING.contains(&key.to_ascii_lowercase().as_str());
        is_likely |= LIKELY.contains(&key.as_str()) || has_telling_value(condition);
        are_known &= field(key).is_some();
    });
    is_told || is_likely && are_known
}

/// Whether the condition compares with a value that only CloudTrail writes, in a field that other records have, too.
fn has_telling_value(condition: &Condition) -> bool {
    let starts_with = |path: &str, starts: &[&str]| {
        text_of(condition, path).is_some_and(|(text, _, _)| {
            let text = text.trim_start_matches('*').to_ascii_lowercase();
            starts.iter().any(|start| text.starts_with(start))
        })
    };
    starts_with("eventType", &["aws"])
        || starts_with("errorCode", &["accessdenied", "unauthorized", "client."])
        || starts_with("errorMessage", &["failed authentication"])
}

/// The path of a field as the catalogue writes it, `userIdentity.type`. `None` if a step is the wildcard `.*`.
pub(super) fn path_of(selector: &Selector) -> Option<String> {
    let mut keys = Vec::new();
    for step in &selector.steps {
        match step {
            Step::Key(key) | Step::QuotedKey(key) => keys.push(key.as_str()),
            Step::Index(_) | Step::AnyIndex => {}
            Step::AnyKey => return None,
        }
    }
    Some(keys.join("."))
}

pub(super) fn check(expr: &Json, findings: &mut Findings<'_>) {
    let mut seen: Vec<&Selector> = Vec::new();
    walk(expr, &mut |node| {
        if let Expr::Condition(condition) = &node.item
            && !seen.contains(&&condition.selector.item)
        {
            seen.push(&condition.selector.item);
            known_field(&condition.selector, findings);
        }
    });
}

/// Follows the selector through the catalogue of fields, and reports the first key that is not in it.
fn known_field(selector: &Node<Selector>, findings: &mut Findings<'_>) {
    let mut path = String::new();
    for step in &selector.item.steps {
        let key = match step {
            Step::Key(key) | Step::QuotedKey(key) => key,
            Step::Index(_) | Step::AnyIndex => continue,
            Step::AnyKey => return,
        };
        let parent = field(&path);
        let child = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        if field(&child).is_none() {
            let is_free = parent.is_some_and(|parent| parent.kind == FieldKind::Any);
            unknown_field(selector, key, &path, is_free, findings);
            return;
        }
        path = child;
    }
}

fn unknown_field(
    selector: &Node<Selector>,
    key: &str,
    parent: &str,
    is_free: bool,
    findings: &mut Findings<'_>,
) {
    let prefix = if parent.is_empty() { String::new() } else { format!("{parent}.") };
    let siblings = || {
        let below = fields().iter().filter_map(|field| field.path.strip_prefix(prefix.as_str()));
        below.filter(|rest| !rest.contains('.'))
    };
    if let Some(right) = siblings().find(|sibling| sibling.eq_ignore_ascii_case(key)) {
        findings.add(
            Diagnostic::new(
                "wrong-case-field",
                Severity::Warning,
                selector.span,
                format!("CloudTrail writes `{right}`, not `{key}`; keys are case-sensitive"),
            )
            .label("no record has this field")
            .help(format!("write `{right}`"))
            .fix(Applicability::Suggested, findings.with_key(&selector.item, key, right)),
        );
        return;
    }
    if is_free {
        return;
    }
    let place =
        if parent.is_empty() { "CloudTrail records have".to_owned() } else { format!("`{parent}` has") };
    let finding = Diagnostic::new(
        "unknown-field",
        Severity::Warning,
        selector.span,
        format!("{place} no documented field `{key}`"),
    );
    findings.add(match nearest(key, siblings(), 2) {
        Some(right) => finding
            .help(format!("did you mean `{right}`?"))
            .fix(Applicability::Suggested, findings.with_key(&selector.item, key, right)),
        None => finding.help("the AWS CloudTrail user guide lists the fields under \"record contents\""),
    });
}

impl Findings<'_> {
    /// The pattern with a key renamed in all occurrences of a selector.
    fn with_key(&self, selector: &Selector, key: &str, new: &str) -> Pattern {
        let Pattern::Json(expr) = self.pattern else { return self.pattern.clone() };
        let mut expr = expr.clone();
        for_each_condition(&mut expr, &mut |condition: &mut Condition| {
            if condition.selector.item == *selector {
                let steps = condition.selector.item.steps.iter_mut();
                let found = steps.into_iter().find_map(|step| match step {
                    Step::Key(name) | Step::QuotedKey(name) if name == key => Some(name),
                    _ => None,
                });
                if let Some(name) = found {
                    new.clone_into(name);
                }
            }
        });
        Pattern::Json(expr)
    }
}

/// The text that the field at `path` is compared with, and its place. `None` for other conditions.
pub(super) fn text_of<'a>(condition: &'a Condition, path: &str) -> Option<(&'a str, Span, Equality)> {
    let Predicate::Compare(equality, value) = &condition.predicate.item else { return None };
    let (Value::Quoted(text) | Value::Bare(text)) = &value.item else { return None };
    let is_it = path_of(&condition.selector.item).as_deref() == Some(path);
    is_it.then_some((text, value.span, *equality))
}

/// The same, without texts that have a wildcard.
pub(super) fn literal<'a>(condition: &'a Condition, path: &str) -> Option<(&'a str, Span, Equality)> {
    text_of(condition, path).filter(|(text, _, _)| !text.contains('*'))
}
