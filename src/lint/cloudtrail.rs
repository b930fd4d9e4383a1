//! Lints of CloudTrail's names: fields, event names and event sources.

use super::expression::{conjuncts, disjuncts, walk};
use super::findings::Findings;
use crate::cloudtrail::catalogue::{
    FieldKind, event_names, event_sources, field, fields, names_of, sources_of,
};
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::span::Span;
use crate::syntax::ast::{Condition, Equality, Expr, Node, Pattern, Predicate, Selector, Step, Value};

type Json = Node<Expr<Condition>>;

/// Keys by which a pattern about CloudTrail records is recognised, in lower case.
const TELLING: [&str; 7] = [
    "eventname",
    "eventsource",
    "useridentity",
    "sourceipaddress",
    "requestparameters",
    "additionaleventdata",
    "recipientaccountid",
];

/// Whether the pattern is about CloudTrail records.
pub(super) fn is_about(expr: &Expr<Condition>) -> bool {
    let mut found = false;
    expr.for_each(&mut |condition| {
        if let Some(Step::Key(key)) = condition.selector.item.steps.first() {
            found |= TELLING.contains(&key.to_ascii_lowercase().as_str());
        }
    });
    found
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
        if let Expr::Condition(condition) = &node.item {
            if !seen.contains(&&condition.selector.item) {
                seen.push(&condition.selector.item);
                known_field(&condition.selector, findings);
            }
            known_value(condition, findings);
        }
    });
    let mut parts = Vec::new();
    disjuncts(expr, &mut parts);
    parts.iter().for_each(|part| sources(part, findings));
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
        for_each_condition(&mut expr, &mut |condition| {
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

    /// The pattern with the text of the value at `at` replaced.
    fn with_text(&self, at: Span, new: &str) -> Pattern {
        let Pattern::Json(expr) = self.pattern else { return self.pattern.clone() };
        let mut expr = expr.clone();
        for_each_condition(&mut expr, &mut |condition| {
            if let Predicate::Compare(_, value) = &mut condition.predicate.item
                && value.span == at
                && let Value::Quoted(text) | Value::Bare(text) = &mut value.item
            {
                new.clone_into(text);
            }
        });
        Pattern::Json(expr)
    }
}

fn for_each_condition(expr: &mut Json, visit: &mut dyn FnMut(&mut Condition)) {
    match &mut expr.item {
        Expr::Or(parts) | Expr::And(parts) => {
            parts.iter_mut().for_each(|part| for_each_condition(part, visit));
        }
        Expr::Group(inner) => for_each_condition(inner, visit),
        Expr::Condition(condition) => visit(condition),
    }
}

/// The text that the field at `path` is compared with. `None` for a text with wildcards, and for other conditions.
fn literal<'a>(condition: &'a Condition, path: &str) -> Option<(&'a str, Span, Equality)> {
    let Predicate::Compare(equality, value) = &condition.predicate.item else { return None };
    let (Value::Quoted(text) | Value::Bare(text)) = &value.item else { return None };
    let is_it = path_of(&condition.selector.item).as_deref() == Some(path);
    (is_it && !text.contains('*')).then_some((text, value.span, *equality))
}

fn known_value(condition: &Condition, findings: &mut Findings<'_>) {
    if let Some((name, span, _)) = literal(condition, "eventName")
        && sources_of(name).is_empty()
    {
        unknown_name("unknown-event-name", "event name", name, span, event_names(), findings);
    }
    if let Some((source, span, _)) = literal(condition, "eventSource")
        && names_of(source).is_empty()
    {
        unknown_name("unknown-event-source", "event source", source, span, event_sources(), findings);
    }
}

fn unknown_name(
    lint: &'static str,
    what: &str,
    name: &str,
    span: Span,
    known: impl Iterator<Item = &'static str>,
    findings: &mut Findings<'_>,
) {
    let message = format!("`{name}` is not a known {what}");
    match nearest(name, known, if name.len() < 8 { 1 } else { 2 }) {
        Some(right) => findings.add(
            Diagnostic::new(lint, Severity::Warning, span, message)
                .help(format!("did you mean `{right}`?"))
                .fix(Applicability::Suggested, findings.with_text(span, right)),
        ),
        // services also record events that are not API calls, and new names appear
        None => findings.add(
            Diagnostic::new(lint, Severity::Note, span, message)
                .help("this is correct if the event is not an API call; otherwise check the name"),
        ),
    }
}

/// The known word with the fewest typing errors, if there are at most `errors`. Upper and lower case do not count.
fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>, errors: usize) -> Option<&'a str> {
    let lower = word.to_ascii_lowercase();
    let distance = |other: &&str| {
        if other.len().abs_diff(word.len()) > errors {
            return usize::MAX;
        }
        strsim::osa_distance(&lower, &other.to_ascii_lowercase())
    };
    let best = known.map(|other| (distance(&other), other)).min()?;
    (best.0 <= errors).then_some(best.1)
}

/// Finds an event name that is joined by `&&` with a source that never records it.
fn sources(part: &Json, findings: &mut Findings<'_>) {
    let mut clauses = Vec::new();
    conjuncts(part, &mut clauses);
    let all = |path: &str, clause: &Json| -> Option<Vec<(String, Span)>> {
        let mut arms = Vec::new();
        disjuncts(clause, &mut arms);
        let each = arms.iter().map(|arm| match &arm.item {
            Expr::Condition(condition) => literal(condition, path)
                .filter(|(_, _, equality)| *equality == Equality::Equal)
                .map(|(text, span, _)| (text.to_owned(), span)),
            Expr::Or(_) | Expr::And(_) | Expr::Group(_) => None,
        });
        each.collect()
    };
    let Some(sources) = clauses.iter().find_map(|clause| all("eventSource", clause)) else { return };
    if sources.iter().any(|(source, _)| names_of(source).is_empty()) {
        return;
    }
    for (name, span) in clauses.iter().filter_map(|clause| all("eventName", clause)).flatten() {
        let known = sources_of(&name);
        if known.is_empty() || sources.iter().any(|(source, _)| known.contains(&source.as_str())) {
            continue;
        }
        let guard: Vec<&str> = sources.iter().map(|(source, _)| source.as_str()).collect();
        let mut finding = Diagnostic::new(
            "event-name-of-other-source",
            Severity::Warning,
            span,
            format!("`{name}` is never recorded by `{}`", guard.join("` or `")),
        )
        .label(format!("recorded by {}", listed(known)))
        .help(
            "these conditions are never true together: compare with the right source, or remove the source",
        );
        if let Some((_, guard)) = sources.first() {
            finding = finding.also(*guard, "the required source");
        }
        findings.add(finding);
    }
}

/// The first names of a list, and the number of the others.
fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 3;
    let first = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN { format!("{first} and {} more", names.len() - SHOWN) } else { first }
}
