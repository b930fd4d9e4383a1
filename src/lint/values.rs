//! What fields are compared with.

use super::{Findings, walk};
use crate::cloudtrail::catalogue::{Field, FieldKind, field};
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::lint::cloudtrail::path_of;
use crate::number::Decimal;
use crate::syntax::ast::{Condition, Equality, Expr, Node, Predicate, Selector, Step, Value};

type Json = Node<Expr<Condition>>;

pub(super) fn check(expr: &Json, is_cloudtrail: bool, findings: &mut Findings<'_>) {
    walk(expr, &mut |node| {
        let Expr::Condition(condition) = &node.item else { return };
        let known = path_of(&condition.selector.item).filter(|_| is_cloudtrail).and_then(|path| field(&path));
        booleans(node, condition, known, findings);
        numbers(node, condition, known, findings);
        if let Predicate::Compare(_, value) = &condition.predicate.item {
            reserved(value, findings);
            wildcard(value, findings);
            if let Value::Regex(regex) = &value.item {
                super::budget::regex_escapes(value.span, &regex.body, findings);
            }
        }
        quoted_key(&condition.selector, findings);
    });
}

/// `true` or `false` as a text, in any case.
fn boolean(value: &Value) -> Option<(bool, bool)> {
    let (text, is_quoted) = match value {
        Value::Quoted(text) => (text, true),
        Value::Bare(text) => (text, false),
        _ => return None,
    };
    match text.to_ascii_lowercase().as_str() {
        "true" => Some((true, is_quoted)),
        "false" => Some((false, is_quoted)),
        _ => None,
    }
}

fn booleans(node: &Json, condition: &Condition, known: Option<Field>, findings: &mut Findings<'_>) {
    let selector = &condition.selector.item;
    let kind = known.map(|field| field.kind);
    match &condition.predicate.item {
        Predicate::Compare(equality, value) => {
            let Some((is_true, is_quoted)) = boolean(&value.item) else { return };
            let lint = match (kind, is_quoted) {
                (Some(FieldKind::Boolean), true) => "quoted-boolean",
                (Some(FieldKind::Boolean) | None, false) => "equals-boolean",
                _ => return,
            };
            let new = if is_true == (*equality == Equality::Equal) {
                Predicate::IsTrue
            } else {
                Predicate::IsFalse
            };
            let mut finding = Diagnostic::new(
                lint,
                Severity::Warning,
                node.span,
                format!("compares with the text \"{is_true}\", which no JSON boolean equals"),
            )
            .help(format!("for a boolean write `{selector} {new}`"))
            .fix(Applicability::Suggested, findings.with_test(node.span, &condition.selector, new.clone()));
            if kind.is_some() {
                finding = finding.label("a boolean in CloudTrail records");
            }
            findings.add(finding);
        }
        Predicate::IsTrue | Predicate::IsFalse if kind == Some(FieldKind::String) => {
            let text = if condition.predicate.item == Predicate::IsTrue { "true" } else { "false" };
            let value = Node::new(node.span, Value::Quoted(text.to_owned()));
            let new = Predicate::Compare(Equality::Equal, value);
            findings.add(
                Diagnostic::new(
                    "boolean-test-on-string",
                    Severity::Warning,
                    node.span,
                    format!("`{selector}` is a string, never the boolean {text}"),
                )
                .help(format!("write `{selector} = \"{text}\"`"))
                .fix(Applicability::Suggested, findings.with_test(node.span, &condition.selector, new)),
            );
        }
        _ => {}
    }
}

fn numbers(node: &Json, condition: &Condition, known: Option<Field>, findings: &mut Findings<'_>) {
    let selector = &condition.selector.item;
    match (&condition.predicate.item, known.map(|field| field.kind)) {
        (Predicate::Order(..), Some(FieldKind::String)) => findings.add(
            Diagnostic::new(
                "order-on-string-field",
                Severity::Warning,
                node.span,
                format!("`{selector}` is a string, and only numbers are ordered"),
            )
            .label("always false")
            .help("strings compare with `=` and `!=` only; a `*` or a regular expression may do"),
        ),
        (Predicate::Compare(equality, value), Some(FieldKind::Number)) => {
            let Value::Quoted(text) = &value.item else { return };
            let Some(_) = Decimal::parse(text.as_bytes()) else { return };
            let number = crate::syntax::ast::Number { lexeme: text.clone() };
            let new = Predicate::Compare(*equality, Node::new(value.span, Value::Number(number)));
            findings.add(
                Diagnostic::new(
                    "quoted-number",
                    Severity::Warning,
                    value.span,
                    format!("compares the digits as text; `{selector}` may be written `{text}.0`"),
                )
                .help("without quotes numbers compare by value")
                .fix(Applicability::Suggested, findings.with_test(node.span, &condition.selector, new)),
            );
        }
        _ => {}
    }
}

/// Words of the language as values: nobody knows whether AWS takes them (docs/filter-patterns.md#open-questions, row 6).
fn reserved(value: &Node<Value>, findings: &mut Findings<'_>) {
    let Value::Bare(text) = &value.item else { return };
    if matches!(text.as_str(), "NULL" | "IS" | "NOT" | "EXISTS") {
        findings.add(
            Diagnostic::new(
                "reserved-word-value",
                Severity::Warning,
                value.span,
                format!("`{text}` is a word of the language; AWS may refuse it as a value"),
            )
            .help(format!("as a text, quote it: `\"{text}\"`")),
        );
    }
}

/// A text whose last part can occur earlier, where AWS stops looking (docs/filter-patterns.md#wildcards).
pub(super) fn wildcard(value: &Node<Value>, findings: &mut Findings<'_>) {
    let (Value::Quoted(text) | Value::Bare(text)) = &value.item else { return };
    let Some((_, last)) = text.rsplit_once('*') else { return };
    if last.is_empty() || !repeats(last) {
        return;
    }
    findings.add(
        Diagnostic::new(
            "wildcard-without-backtracking",
            Severity::Warning,
            value.span,
            format!("false for texts in which `{last}` also occurs before the end"),
        )
        .label("AWS takes the first place where the part occurs")
        .help(format!("a regular expression has no such limit: `%{}$%`", last.replace('.', "\\."))),
    );
}

/// Whether a text that ends with it can easily hold it twice.
fn repeats(last: &str) -> bool {
    let count = last.chars().count();
    let is_digits = last.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let overlaps = last.char_indices().skip(1).any(|(at, _)| last.starts_with(last.get(at..).unwrap_or("-")));
    count <= 2 && is_digits || overlaps && count <= 12
}

/// `.['key']` for a key that needs no quotes, below the root (docs/filter-patterns.md#open-questions, row 9).
fn quoted_key(selector: &Node<Selector>, findings: &mut Findings<'_>) {
    let is_plain = |key: &str| {
        key.starts_with(|first: char| first.is_ascii_alphabetic())
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    let steps = selector.item.steps.iter().skip(1);
    let quoted = steps.filter_map(|step| match step {
        Step::QuotedKey(key) => Some(key),
        _ => None,
    });
    for key in quoted.filter(|key| is_plain(key)) {
        findings.add(
            Diagnostic::new(
                "quoted-key-below-root",
                Severity::Note,
                selector.span,
                format!("nobody has measured `.['{key}']` below the first level on AWS"),
            )
            .help(format!("write `.{key}`")),
        );
    }
}
