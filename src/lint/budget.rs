//! Lints of AWS's limits, of white space around a pattern, and of escapes in regular expressions.

use super::findings::Findings;
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::limits::{
    PATTERN_CHARACTERS, REGEX_FILTERS_PER_LOG_GROUP, REGEXES_PER_PATTERN, WILDCARDS_PER_PATTERN,
};
use crate::span::Span;
use crate::syntax::ast::{Condition, Field, Pattern, Predicate, Value};

/// A longer pattern is reported. The limit is not exact: it is not known whether AWS counts code points or UTF-16 units.
const NEAR_LIMIT: usize = PATTERN_CHARACTERS * 9 / 10;

pub(super) fn check(findings: &mut Findings<'_>) {
    let whole = Span::new(0, findings.text.len());
    let count = findings.text.chars().count();
    if count > NEAR_LIMIT {
        findings.add(
            Diagnostic::new(
                "long-pattern",
                Severity::Warning,
                whole,
                format!("the pattern uses {count} of {PATTERN_CHARACTERS} characters"),
            )
            .help("split the alternatives into several metric filters on one metric"),
        );
    }
    let (regexes, wildcards) = counts(findings.pattern);
    if regexes >= REGEXES_PER_PATTERN {
        findings.add(
            Diagnostic::new(
                "regex-budget",
                Severity::Note,
                whole,
                format!("the pattern uses all of its {REGEXES_PER_PATTERN} regular expressions"),
            )
            .help(format!(
                "a log group can have {REGEX_FILTERS_PER_LOG_GROUP} filters with regular expressions"
            )),
        );
    }
    if wildcards >= WILDCARDS_PER_PATTERN {
        findings.add(Diagnostic::new(
            "wildcard-budget",
            Severity::Note,
            whole,
            format!("the pattern uses all of its {WILDCARDS_PER_PATTERN} wildcard selectors"),
        ));
    }
    blanks(findings);
}

/// Counts the regular expressions and the wildcard selectors of a pattern.
pub(super) fn counts(pattern: &Pattern) -> (usize, usize) {
    let is_regex = |predicate: &Predicate| {
        usize::from(
            matches!(predicate, Predicate::Compare(_, value) if matches!(value.item, Value::Regex(_))),
        )
    };
    let (mut regexes, mut wildcards) = (0, 0);
    match pattern {
        Pattern::Regex(_) => regexes = 1,
        Pattern::Json(expr) => expr.item.for_each(&mut |condition: &Condition| {
            regexes += is_regex(&condition.predicate.item);
            let steps = condition.selector.item.steps.iter();
            wildcards += usize::from(steps.filter(|step| step.is_wildcard()).count() > 0);
        }),
        Pattern::Space(fields) => fields.iter().for_each(|field| {
            if let Field::Conditioned { condition, .. } = &field.item {
                condition.item.for_each(&mut |condition| regexes += is_regex(&condition.predicate.item));
            }
        }),
        Pattern::Everything | Pattern::Terms(_) => {}
    }
    (regexes, wildcards)
}

fn blanks(findings: &mut Findings<'_>) {
    let text = findings.text;
    if text.trim() == text || text.trim().is_empty() {
        return;
    }
    let message = "white space around the pattern; AWS refuses it around braces and brackets";
    findings.add(surrounding_blanks(text, findings.pattern, Severity::Warning, message));
}

/// The finding for white space around `text`. `trimmed` is the pattern without it.
pub(super) fn surrounding_blanks(
    text: &str,
    trimmed: &Pattern,
    severity: Severity,
    message: &str,
) -> Diagnostic {
    let end = if text.starts_with(char::is_whitespace) {
        Span::new(0, text.len() - text.trim_start().len())
    } else {
        Span::new(text.trim_end().len(), text.len())
    };
    Diagnostic::new("surrounding-blanks", severity, end, message)
        .help("remove it; in YAML, end the header of a block scalar with `-`: `|-` or `>-`")
        .fix(Applicability::Safe, trimmed)
}

/// Finds escapes in a regular expression that AWS does not document (docs/filter-patterns.md#open-questions, row 19).
pub(super) fn regex_escapes(span: Span, body: &str, findings: &mut Findings<'_>) {
    let mut characters = body.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            continue;
        }
        let Some(escaped) = characters.next() else { return };
        if escaped.is_ascii_alphanumeric() && !matches!(escaped, 'd' | 'D' | 's' | 'S' | 'w' | 'W' | 'x') {
            findings.add(
                Diagnostic::new(
                    "unmeasured-regex-escape",
                    Severity::Note,
                    span,
                    format!("AWS does not document `\\{escaped}` in regular expressions"),
                )
                .help("AWS documents \\d \\D \\s \\S \\w \\W and \\xhh"),
            );
            return;
        }
    }
}
