//! Lints of patterns that are quoted as a whole. In quotes, a pattern is a text that the message must contain.

use super::findings::Findings;
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::syntax::ast::{Field, Node, Pattern, Term, TermMode};

pub(super) fn check(terms: &[Node<Term>], findings: &mut Findings<'_>) {
    let [term] = terms else { return };
    if !term.item.quoted || term.item.mode != TermMode::Required {
        return;
    }
    let text = term.item.text.trim();
    let inner = findings.parsed(text);
    let Some(kind) = kind(text, inner.as_ref().map(crate::FilterPattern::ast)) else { return };
    let finding = Diagnostic::new(
        "quoted-pattern",
        Severity::Warning,
        term.span,
        format!("{kind} in quotes is a text: only messages that contain it match"),
    )
    .help("remove the quotes around the pattern");
    findings.add(match inner {
        Some(inner) => finding.fix(Applicability::Suggested, inner),
        None => finding,
    });
}

/// What the text would be without the quotes. `None` if it is likely a text.
fn kind(text: &str, inner: Option<&Pattern>) -> Option<&'static str> {
    match inner {
        Some(Pattern::Json(_)) => Some("a JSON pattern"),
        Some(Pattern::Space(fields)) => is_of_columns(fields).then_some("a space-delimited pattern"),
        Some(Pattern::Regex(regex)) => {
            let is_word = regex.item.body.chars().filter(|c| c.is_alphanumeric()).count() > 2;
            is_word.then_some("a regular expression")
        }
        Some(Pattern::Terms(terms)) => {
            let is_optional = |term: &Node<Term>| term.item.mode == TermMode::Optional;
            (terms.len() > 1 && terms.iter().all(is_optional)).then_some("a pattern of optional terms")
        }
        // AWS would refuse it without the quotes, too
        None if text.starts_with('{') && text.ends_with('}') && text.contains("$.") => Some("a JSON pattern"),
        Some(Pattern::Everything) | None => None,
    }
}

/// Whether there is a condition beside columns without one: `[user=alice, id=3]` is likely a text.
fn is_of_columns(fields: &[Node<Field>]) -> bool {
    let is_conditioned = |field: &Node<Field>| matches!(field.item, Field::Conditioned { .. });
    fields.iter().any(is_conditioned) && !fields.iter().all(is_conditioned)
        || fields.len() > 1 && fields.iter().any(|field| field.item == Field::Ellipsis)
}
