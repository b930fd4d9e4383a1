//! Lints that need a proof: a pattern that never matches, a pattern that always matches, a condition that changes nothing.

use super::expression::{unwrapped, walk};
use super::findings::Findings;
use crate::FilterPattern;
use crate::analysis::{Bounds, Decision, always, implies, satisfiable};
use crate::diagnostic::{Diagnostic, Severity};
use crate::syntax::ast::{Condition, Expr, Node, Pattern};

/// The parts of an `&&` or `||` are checked one by one if there are at most this many.
const MOST_PARTS: usize = 40;

pub(super) fn check(findings: &mut Findings<'_>) {
    let Some(pattern) = findings.parsed(&findings.pattern.to_string()) else { return };
    let span = crate::Span::new(0, findings.text.len());
    let whole = |lint, message: String| Diagnostic::new(lint, Severity::Warning, span, message);
    if satisfiable(&pattern, &Bounds::brief()) == Decision::No(None) {
        let finding =
            whole("never-matches", "no event can match: the conditions contradict each other".to_owned());
        return findings.add(finding.help("a field has one value in an event; join alternatives with `||`"));
    }
    if !matches!(findings.pattern, Pattern::Everything | Pattern::Space(_))
        && always(&pattern, &Bounds::brief()).is_yes()
    {
        let finding = whole("always-matches", "the pattern matches every event of its kind".to_owned());
        return findings.add(
            finding.help(
                "use an empty pattern to match every event, or remove the condition that is always true",
            ),
        );
    }
    if let Pattern::Json(expr) = findings.pattern {
        let mut found = Vec::new();
        walk(expr, &mut |node| found.extend(idle_parts(findings, &pattern, node)));
        found.into_iter().for_each(|finding| findings.add(finding));
    }
}

/// Finds parts of an `&&` or `||` without which the pattern has the same meaning.
fn idle_parts(
    findings: &Findings<'_>,
    pattern: &FilterPattern,
    node: &Node<Expr<Condition>>,
) -> Vec<Diagnostic> {
    let (Expr::And(parts) | Expr::Or(parts)) = &node.item else { return Vec::new() };
    if parts.len() > MOST_PARTS {
        return Vec::new();
    }
    let is_and = matches!(node.item, Expr::And(_));
    let mut found = Vec::new();
    for at in 0..parts.len() {
        let mut others: Vec<_> = parts
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != at)
            .map(|(_, part)| part.clone())
            .collect();
        let rest = match (others.len(), is_and) {
            (1, _) => others.remove(0).item,
            (_, true) => Expr::And(others),
            (_, false) => Expr::Or(others),
        };
        let without = findings.with_expression(node.span, unwrapped(&rest).clone());
        let Some(without) = findings.parsed(&without.to_string()) else { continue };
        if !is_and && has_own_event(findings, parts.get(at), pattern, &without) {
            continue;
        }
        // without one part, an `&&` matches the same events or more, an `||` the same or fewer
        let (narrow, wide) = if is_and { (&without, pattern) } else { (pattern, &without) };
        if implies(narrow, wide, &Bounds::brief()).is_yes() {
            found.push(idle(findings, parts, at, is_and));
            // of two equivalent parts, only one is reported
            break;
        }
    }
    found
}

/// Whether the first example of an alternative is matched by no other alternative. Then no proof is needed.
fn has_own_event(
    findings: &Findings<'_>,
    part: Option<&Node<Expr<Condition>>>,
    pattern: &FilterPattern,
    without: &FilterPattern,
) -> bool {
    let event =
        part.and_then(|part| alone(findings, part)).map(|alone| satisfiable(&alone, &Bounds::brief()));
    matches!(event, Some(Decision::Yes(Some(event))) if pattern.is_match(&event) && !without.is_match(&event))
}

/// The pattern that consists of this part only.
fn alone(findings: &Findings<'_>, part: &Node<Expr<Condition>>) -> Option<FilterPattern> {
    findings.parsed(&format!("{{ {} }}", findings.text_at(part.span)))
}

fn idle(findings: &Findings<'_>, parts: &[Node<Expr<Condition>>], at: usize, is_and: bool) -> Diagnostic {
    let part = parts.get(at);
    let span = part.map_or(crate::Span::new(0, 0), |part| part.span);
    let of_part = part.and_then(|part| alone(findings, part));
    let subsumes = |(_, other): &(usize, &Node<Expr<Condition>>)| match (&of_part, alone(findings, other)) {
        (Some(part), Some(other)) if is_and => implies(&other, part, &Bounds::brief()).is_yes(),
        (Some(part), Some(other)) => implies(part, &other, &Bounds::brief()).is_yes(),
        _ => false,
    };
    let sign = if is_and { "&&" } else { "||" };
    match parts.iter().enumerate().filter(|(other, _)| *other != at).find(subsumes) {
        Some((_, other)) => {
            let (text, other_text) = (findings.text_at(span), findings.text_at(other.span));
            let message = format!("`{text}` has no effect, because of `{other_text}`");
            let finding = Diagnostic::new("clause-subsumed", Severity::Warning, span, message);
            finding.also(other.span, "this condition decides").help("remove the condition that has no effect")
        }
        None => {
            let message = format!(
                "`{sign} {}` has no effect: without it, the pattern matches the same events",
                findings.text_at(span)
            );
            Diagnostic::new("clause-never-decides", Severity::Warning, span, message)
                .help("remove or correct it")
        }
    }
}
