//! Lints of term patterns: words and phrases.

use super::findings::Findings;
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::span::Span;
use crate::syntax::ast::{Node, Pattern, Term, TermMode};

pub(super) fn check(terms: &[Node<Term>], findings: &mut Findings<'_>) {
    blank(terms, findings);
    dash(terms, findings);
    literal(terms, findings);
    unquoted(terms, findings);
    // a joined hyphen is reported first: the other lints assume that the terms are read as the author intended
    if !terms.iter().any(|term| term.item.joined) {
        optional(terms, findings);
        operators(terms, findings);
        phrase(terms, findings);
    }
}

/// Finds unquoted words with hyphens or dots. AWS accepts them.
fn unquoted(terms: &[Node<Term>], findings: &mut Findings<'_>) {
    let words: Vec<&[Node<Term>]> = terms.chunk_by(|_, next| next.item.joined).collect();
    let is_odd = |word: &[Node<Term>]| {
        word.len() > 1 || word.iter().any(|term| !term.item.quoted && term.item.text.contains('.'))
    };
    let fixed: Vec<Node<Term>> = words
        .iter()
        .flat_map(|word| if is_odd(word) { vec![phrase_of(word)] } else { word.to_vec() })
        .collect();
    for word in words.iter().filter(|word| is_odd(word)) {
        let whole = phrase_of(word);
        let finding = if word.len() > 1 { hyphen(word, &whole) } else { dot(&whole) };
        findings.add(finding.fix(Applicability::Suggested, Pattern::Terms(fixed.clone())));
    }
}

/// The word as one quoted phrase, with its sign.
fn phrase_of(word: &[Node<Term>]) -> Node<Term> {
    let text = word.iter().map(|term| term.item.text.as_str()).collect::<Vec<_>>().join("-");
    let span = match (word.first(), word.last()) {
        (Some(first), Some(last)) => first.span.to(last.span),
        _ => Span::default(),
    };
    let (mode, gap) =
        word.first().map_or((TermMode::Required, false), |term| (term.item.mode, term.item.gap));
    Node::new(span, Term { mode, gap, ..Term::phrase(text) })
}

fn hyphen(word: &[Node<Term>], whole: &Node<Term>) -> Diagnostic {
    let apart: Vec<String> = word.iter().map(|term| term.item.to_string()).collect();
    Diagnostic::new(
        "unquoted-hyphen",
        Severity::Warning,
        whole.span,
        format!(
            "according to reports, an unquoted hyphen excludes the word after it: AWS reads this as `{}`",
            apart.join(" ")
        ),
    )
    .help(format!("to search for the whole text, quote it: `{}`", whole.item))
}

fn dot(whole: &Node<Term>) -> Diagnostic {
    Diagnostic::new(
        "unquoted-dot",
        Severity::Warning,
        whole.span,
        "AWS documents only letters, digits and `_` outside quotes; it has not been measured what a dot matches",
    )
    .help(format!("quote it: `{}`", whole.item))
}

/// Finds syntax of another language inside quotes, where every character is literal.
fn literal(terms: &[Node<Term>], findings: &mut Findings<'_>) {
    for term in terms.iter().filter(|term| term.item.quoted) {
        let text = &term.item.text;
        if [".*", ".+", "\\d", "\\w", "\\s"].iter().any(|sign| text.contains(sign)) {
            findings.add(
                Diagnostic::new(
                    "regex-in-phrase",
                    Severity::Warning,
                    term.span,
                    "inside quotes every character is literal; this is not read as a regular expression",
                )
                .help("write the regular expression alone, between percent signs: `%…%`"),
            );
        } else if text.len() > 1 && (text.starts_with('*') || text.ends_with('*') || text.contains("/*")) {
            findings.add(
                Diagnostic::new(
                    "star-in-phrase",
                    Severity::Warning,
                    term.span,
                    "in a term `*` is a literal star, which the message must contain",
                )
                .help("remove the `*`: a term matches anywhere in the message"),
            );
        } else if json_member(text) {
            findings.add(
                Diagnostic::new(
                    "json-as-text",
                    Severity::Note,
                    term.span,
                    "JSON as a text: it matches only messages with exactly these blanks and this order of keys",
                )
                .help(
                    "if the whole message is one JSON object, compare the field: `{ $.key = \"value\" }`",
                ),
            );
        }
    }
}

/// Whether the text contains `"key":`.
fn json_member(text: &str) -> bool {
    text.match_indices("\":").any(|(at, _)| text.get(..at).is_some_and(|before| before.contains('"')))
}

fn optional(terms: &[Node<Term>], findings: &mut Findings<'_>) {
    let is_optional = |term: &&Node<Term>| term.item.mode == TermMode::Optional;
    let other = terms.iter().find(|term| !is_optional(term));
    let first = terms.iter().find(is_optional);
    match (first, other) {
        (Some(first), Some(other)) => {
            let kept: Vec<Node<Term>> = terms.iter().filter(|term| !is_optional(term)).cloned().collect();
            findings.add(
                Diagnostic::new(
                    "ignored-optional-term",
                    Severity::Warning,
                    first.span,
                    format!("AWS ignores `{}`, because the pattern also has a term of another kind", first.item),
                )
                .also(other.span, "this term decides")
                .help("make all terms optional, or use a regular expression; the fix shows how AWS reads the pattern")
                .fix(Applicability::Safe, Pattern::Terms(kept)),
            );
        }
        (Some(first), None) if terms.len() == 1 => {
            let term = Term { mode: TermMode::Required, ..first.item.clone() };
            findings.add(
                Diagnostic::new(
                    "single-optional-term",
                    Severity::Warning,
                    first.span,
                    format!("a single optional term is required; `?` has no effect on `{}`", first.item),
                )
                .help("remove the `?`; it is for alternatives: `?ERROR ?Exception`")
                .fix(Applicability::Safe, Pattern::Terms(vec![Node::new(first.span, term)])),
            );
        }
        _ => {}
    }
}

fn blank(terms: &[Node<Term>], findings: &mut Findings<'_>) {
    for term in terms.iter().filter(|term| term.item.text.trim().is_empty()) {
        findings.add(
            Diagnostic::new(
                "blank-phrase",
                Severity::Warning,
                term.span,
                "matches only messages with a blank, not every message",
            )
            .help("an empty pattern matches every event")
            .fix(Applicability::Suggested, Pattern::Everything),
        );
    }
}

fn dash(terms: &[Node<Term>], findings: &mut Findings<'_>) {
    for term in terms.iter().filter(|term| term.item.gap) {
        let mut rest = term.item.clone();
        rest.gap = false;
        let fixed = terms.iter().map(|other| {
            if other.span == term.span { Node::new(other.span, rest.clone()) } else { other.clone() }
        });
        findings.add(
            Diagnostic::new(
                "lone-dash",
                Severity::Warning,
                term.span,
                format!("the dash excludes the next term: events with `{}` do not match", term.item.text),
            )
            .help("to search for a dash, quote it: `\"-\"`; to exclude the term, write the dash directly before it")
            .fix(Applicability::Safe, Pattern::Terms(fixed.collect())),
        );
    }
}

fn operators(terms: &[Node<Term>], findings: &mut Findings<'_>) {
    let is_word = |term: &&Node<Term>| !term.item.quoted && term.item.mode == TermMode::Required;
    let inner = terms.iter().enumerate().filter(|(at, _)| *at > 0 && at + 1 < terms.len());
    for (at, term) in inner.filter(|(_, term)| is_word(term)) {
        let word = term.item.text.as_str();
        if !matches!(word, "OR" | "AND" | "or" | "and") {
            continue;
        }
        if word.starts_with(|first: char| first.is_lowercase()) && terms.iter().filter(is_word).count() > 3 {
            continue;
        }
        let is_or = word.eq_ignore_ascii_case("or");
        let others = terms.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, term)| term.clone());
        let fixed: Vec<Node<Term>> = others
            .map(|mut term| {
                if is_or && term.item.mode == TermMode::Required {
                    term.item.mode = TermMode::Optional;
                }
                term
            })
            .collect();
        findings.add(
            Diagnostic::new(
                "word-operator-in-terms",
                Severity::Warning,
                term.span,
                format!("`{word}` is a term, not an operator: the message must also contain this word"),
            )
            .help(if is_or { "for one of two terms, write `?a ?b`" } else { "for both terms, write `a b`" })
            .fix(Applicability::Suggested, Pattern::Terms(fixed)),
        );
    }
}

/// Words that show that the terms are a phrase of English.
const LINKS: [&str; 32] = [
    "a", "an", "the", "to", "of", "in", "on", "at", "for", "from", "by", "with", "is", "was", "are", "not",
    "be", "has", "have", "been", "could", "cannot", "can", "did", "does", "out", "no", "while", "after",
    "timed", "will", "as",
];

fn phrase(terms: &[Node<Term>], findings: &mut Findings<'_>) {
    let is_word = |term: &Node<Term>| !term.item.quoted && term.item.mode == TermMode::Required;
    let (Some(first), Some(last)) = (terms.first(), terms.last()) else { return };
    let inner = terms.get(1..terms.len().saturating_sub(1)).unwrap_or_default();
    let has_link = inner.iter().any(|term| LINKS.contains(&term.item.text.to_ascii_lowercase().as_str()));
    let is_plain = |term: &Node<Term>| term.item.text.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_sentence = has_link || terms.iter().all(is_plain);
    if terms.len() < 3 || !terms.iter().all(is_word) || !is_sentence {
        return;
    }
    let words: Vec<&str> = terms.iter().map(|term| term.item.text.as_str()).collect();
    let term = Term::phrase(words.join(" "));
    let span = first.span.to(last.span);
    findings.add(
        Diagnostic::new(
            "unquoted-phrase",
            Severity::Warning,
            span,
            "without quotes, the words may be anywhere in the message, in any order",
        )
        .help(format!("to search for the phrase, quote it: `{term}`"))
        .fix(Applicability::Suggested, Pattern::Terms(vec![Node::new(span, term)])),
    );
}
