//! Lints of event names and event sources.
//!
//! A finding is a warning only if there is evidence: a known name that differs by a typing error, or recorded events. A service model
//! alone is none: it has the names of endpoints, and calls are recorded under other names, too.

use super::cloudtrail::literal;
use super::expression::{conjuncts, disjuncts, walk};
use super::findings::Findings;
use crate::cloudtrail::about::nearest;
use crate::cloudtrail::catalogue::{
    Evidence, event_names, event_sources, evidence, evidence_of_name, names_of, sources_of,
};
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::span::Span;
use crate::syntax::ast::{Condition, Equality, Expr, Node};
use std::sync::OnceLock;

type Json = Node<Expr<Condition>>;

pub(super) fn check(expr: &Json, findings: &mut Findings<'_>) {
    walk(expr, &mut |node| {
        let Expr::Condition(condition) = &node.item else { return };
        if let Some((name, span, _)) = literal(condition, "eventName") {
            known_name(name, span, findings);
        }
        if let Some((source, span, _)) = literal(condition, "eventSource") {
            known_source(source, span, findings);
        }
    });
    let mut parts = Vec::new();
    disjuncts(expr, &mut parts);
    parts.iter().for_each(|part| other_source(part, findings));
}

fn known_name(name: &str, span: Span, findings: &mut Findings<'_>) {
    let note = |message: String, help: &str| {
        Diagnostic::new("unknown-event-name", Severity::Note, span, message).help(help)
    };
    match evidence_of_name(name) {
        Some(Evidence::Action) if sources_of(name).iter().all(|source| has(source, Evidence::Operation)) => {
            findings.add(note(
                format!("`{name}` is an action of IAM policies, and no recorded event is known to have this name"),
                "an action and its event can have different names: `lambda:InvokeFunction` is recorded as `Invoke`",
            ));
        }
        Some(Evidence::Written) => findings.add(note(
            format!("`{name}` is known only from test data that was written by hand"),
            "compare with a recorded event",
        )),
        Some(_) => {}
        None => {
            match nearest(name, recordable_names(), if name.len() < 8 { 1 } else { 2 }) {
                Some(right) => {
                    findings.add(misspelt("unknown-event-name", "event name", name, span, right, findings));
                }
                // services also record events that are not API calls, and new names appear
                None => findings.add(note(
                    format!("`{name}` is not a known event name"),
                    "this is correct if the event is not an API call; otherwise check the name",
                )),
            }
        }
    }
}

/// The known names but for those that only hand-written test data has.
fn recordable_names() -> impl Iterator<Item = &'static str> {
    static NAMES: OnceLock<Vec<&str>> = OnceLock::new();
    let is_recordable = |name: &&str| evidence_of_name(name) != Some(Evidence::Written);
    NAMES.get_or_init(|| event_names().filter(is_recordable).collect()).iter().copied()
}

fn known_source(source: &str, span: Span, findings: &mut Findings<'_>) {
    // in China, some services use the endpoint's whole name
    if !names_of(source.strip_suffix(".cn").unwrap_or(source)).is_empty() {
        return;
    }
    // a short name is as likely another service
    let errors = match source.strip_suffix(".amazonaws.com").map(str::len) {
        Some(0..=4) => 0,
        Some(5..=7) => 1,
        Some(_) | None => 2,
    };
    let right = with_suffix(source).or_else(|| nearest(source, event_sources(), errors));
    findings.add(match right {
        Some(right) => misspelt("unknown-event-source", "event source", source, span, right, findings),
        None => Diagnostic::new(
            "unknown-event-source",
            Severity::Note,
            span,
            format!("`{source}` is not a known event source"),
        )
        .help("an event source is the name of a service's endpoint, such as `monitoring.amazonaws.com`; compare with a recorded event"),
    });
}

/// The event source of a service that is written with another suffix or with none: `signin`, `signin.aws.amazon.com`.
fn with_suffix(source: &str) -> Option<&'static str> {
    let lower = source.to_ascii_lowercase();
    let host = lower.trim_start_matches("https://").trim_end_matches('/');
    let suffixes = [".amazonaws.com", ".aws.amazon.com", ".amazon.com", ".aws.com", ".amazonaws", ""];
    let service = suffixes.iter().find_map(|suffix| host.strip_suffix(suffix))?;
    let right = format!("{service}.amazonaws.com");
    event_sources().find(|known| *known == right)
}

fn misspelt(
    lint: &'static str,
    what: &str,
    name: &str,
    span: Span,
    right: &str,
    findings: &Findings<'_>,
) -> Diagnostic {
    Diagnostic::new(lint, Severity::Warning, span, format!("`{name}` is not a known {what}"))
        .help(format!("did you mean `{right}`?"))
        .fix(Applicability::Suggested, findings.with_text(span, right))
}

/// Whether there is a name that the source is known to record by this evidence.
fn has(source: &str, wanted: Evidence) -> bool {
    names_of(source).iter().any(|name| evidence(source, name) == Some(wanted))
}

/// Finds an event name that is joined by `&&` with a source that is not known to record it.
fn other_source(part: &Json, findings: &mut Findings<'_>) {
    let mut clauses = Vec::new();
    conjuncts(part, &mut clauses);
    let Some(sources) = clauses.iter().find_map(|clause| alternatives("eventSource", clause)) else {
        return;
    };
    if sources.iter().any(|(source, _)| names_of(source).is_empty()) {
        return;
    }
    for (name, span) in clauses.iter().filter_map(|clause| alternatives("eventName", clause)).flatten() {
        let Some(elsewhere) = evidence_of_name(name) else { continue };
        let here = sources.iter().filter_map(|(source, _)| evidence(source, name)).min();
        // a recorded event outweighs test data that was written by hand
        let is_outweighed = here == Some(Evidence::Written) && elsewhere == Evidence::Recorded;
        if here.is_some() && !is_outweighed {
            continue;
        }
        let are_recorded = sources.iter().all(|(source, _)| has(source, Evidence::Recorded));
        let is_never = elsewhere == Evidence::Recorded && are_recorded;
        findings.add(of_other_source(name, span, &sources, is_never));
    }
}

fn of_other_source(name: &str, span: Span, sources: &[(&str, Span)], is_never: bool) -> Diagnostic {
    let guard: Vec<&str> = sources.iter().map(|(source, _)| *source).collect();
    let guard = guard.join("` or `");
    let known: Vec<&str> = sources_of(name)
        .iter()
        .filter(|source| match evidence(source, name) {
            Some(Evidence::Recorded) => true,
            Some(Evidence::Written) | None => false,
            Some(_) => !is_never,
        })
        .copied()
        .collect();
    let finding = if is_never {
        let message = format!("`{name}` is never recorded by `{guard}`");
        Diagnostic::new("event-name-of-other-source", Severity::Warning, span, message)
            .label(format!("recorded by {}", listed(&known)))
            .help(
                "these conditions are never true together: compare with the right source, or remove the source",
            )
    } else {
        let message = format!("`{name}` is not known to be recorded by `{guard}`");
        Diagnostic::new("event-name-of-other-source", Severity::Note, span, message)
            .label(format!("known of {}", listed(&known)))
            .help("no recorded event decides this: compare with one, or remove the source")
    };
    match sources.first() {
        Some((_, guard)) => finding.also(*guard, "the required source"),
        None => finding,
    }
}

/// The texts that the clause allows for the field, if the clause tests nothing else.
fn alternatives<'a>(path: &str, clause: &'a Json) -> Option<Vec<(&'a str, Span)>> {
    let mut arms = Vec::new();
    disjuncts(clause, &mut arms);
    let each = arms.iter().map(|arm| match &arm.item {
        Expr::Condition(condition) => literal(condition, path)
            .filter(|(_, _, equality)| *equality == Equality::Equal)
            .map(|(text, span, _)| (text, span)),
        Expr::Or(_) | Expr::And(_) | Expr::Group(_) => None,
    });
    each.collect()
}

/// The first names of a list, and the number of the others.
fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 3;
    let first = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN { format!("{first} and {} more", names.len() - SHOWN) } else { first }
}
