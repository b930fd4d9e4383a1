//! Lints of the values that fields are compared with: booleans, numbers, reserved words, wildcards, quoted keys.

use super::expression::walk;
use super::findings::Findings;
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

/// Reads the text `true` or `false`, in upper or lower case: which of the two it is, and whether it is quoted.
fn boolean(value: &Value) -> Option<(bool, bool)> {
    let (text, is_quoted) = match value {
        Value::Quoted(text) => (text, true),
        Value::Bare(text) => (text, false),
        Value::Number(_) | Value::Regex(_) => return None,
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
            let Some((is_true, is_quoted)) = boolean(&value.item) else {
                if kind == Some(FieldKind::Boolean) {
                    other_than_boolean(selector, value, findings);
                }
                return;
            };
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
                format!("compares with the text \"{is_true}\"; a JSON boolean never equals a text"),
            )
            .help(format!("for a boolean write `{selector} {new}`"))
            .fix(
                Applicability::Suggested,
                findings.with_predicate(node.span, &condition.selector, new.clone()),
            );
            if kind.is_some() {
                finding = finding.label("CloudTrail writes a boolean here");
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
                    format!("`{selector}` is a string and never the boolean {text}"),
                )
                .help(format!("write `{selector} = \"{text}\"`"))
                .fix(Applicability::Suggested, findings.with_predicate(node.span, &condition.selector, new)),
            );
        }
        Predicate::IsTrue
        | Predicate::IsFalse
        | Predicate::Order(..)
        | Predicate::IsNull
        | Predicate::NotExists => {}
    }
}

/// Finds a boolean that is compared with another text or a number.
fn other_than_boolean(selector: &Selector, value: &Node<Value>, findings: &mut Findings<'_>) {
    findings.add(
        Diagnostic::new(
            "unknown-value",
            Severity::Warning,
            value.span,
            format!("`{selector}` is a boolean, which never equals a text or a number"),
        )
        .help(format!("write `{selector} IS TRUE` or `{selector} IS FALSE`")),
    );
}

fn numbers(node: &Json, condition: &Condition, known: Option<Field>, findings: &mut Findings<'_>) {
    let selector = &condition.selector.item;
    let kind = known.map(|field| field.kind);
    match &condition.predicate.item {
        Predicate::Order(..) if kind == Some(FieldKind::String) => findings.add(
            Diagnostic::new(
                "order-on-string-field",
                Severity::Warning,
                node.span,
                format!("`{selector}` is a string; order comparisons are true for numbers only"),
            )
            .label("always false")
            .help("compare strings with `=` or `!=`, with a `*` or a regular expression if necessary"),
        ),
        Predicate::Compare(equality, value) if kind == Some(FieldKind::Number) => {
            let Value::Quoted(text) = &value.item else { return };
            let Some(_) = Decimal::parse(text.as_bytes()) else { return };
            let number = crate::syntax::ast::Number { lexeme: text.clone() };
            let new = Predicate::Compare(*equality, Node::new(value.span, Value::Number(number)));
            findings.add(
                Diagnostic::new(
                    "quoted-number",
                    Severity::Warning,
                    value.span,
                    format!("compares the digits as text; CloudTrail may write the number as `{text}.0`"),
                )
                .help("without quotes, numbers are compared by value")
                .fix(Applicability::Suggested, findings.with_predicate(node.span, &condition.selector, new)),
            );
        }
        Predicate::Compare(..)
        | Predicate::Order(..)
        | Predicate::IsNull
        | Predicate::IsTrue
        | Predicate::IsFalse
        | Predicate::NotExists => {}
    }
}

/// Finds reserved words as values. It is not known whether AWS accepts them (docs/filter-patterns.md#open-questions, row 6).
fn reserved(value: &Node<Value>, findings: &mut Findings<'_>) {
    let Value::Bare(text) = &value.item else { return };
    if matches!(text.as_str(), "NULL" | "IS" | "NOT" | "EXISTS") {
        findings.add(
            Diagnostic::new(
                "reserved-word-value",
                Severity::Warning,
                value.span,
                format!("`{text}` is a reserved word; AWS may refuse it as a value"),
            )
            .help(format!("to compare with the text, quote it: `\"{text}\"`")),
        );
    }
}

/// Finds texts whose last part can also occur earlier in a value. AWS uses the first occurrence (docs/filter-patterns.md#wildcards).
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
            format!("false for values in which `{last}` also occurs before the end"),
        )
        .label("AWS uses the first occurrence of this part")
        .help(format!("a regular expression does not have this limit: `%{}$%`", last.replace('.', "\\."))),
    );
}

/// Whether a value that ends with `last` is likely to contain it twice.
fn repeats(last: &str) -> bool {
    let count = last.chars().count();
    let is_digits = last.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let overlaps = last.char_indices().skip(1).any(|(at, _)| last.starts_with(last.get(at..).unwrap_or("-")));
    count <= 2 && is_digits || overlaps && count <= 12
}

/// Finds `.['key']` below the root for a key that needs no quotes (docs/filter-patterns.md#open-questions, row 9).
fn quoted_key(selector: &Node<Selector>, findings: &mut Findings<'_>) {
    let is_plain = |key: &str| {
        key.starts_with(|first: char| first.is_ascii_alphabetic())
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    let steps = selector.item.steps.iter().skip(1);
    let quoted = steps.filter_map(|step| match step {
        Step::QuotedKey(key) => Some(key),
        Step::Key(_) | Step::Index(_) | Step::AnyIndex | Step::AnyKey => None,
    });
    for key in quoted.filter(|key| is_plain(key)) {
        findings.add(
            Diagnostic::new(
                "quoted-key-below-root",
                Severity::Note,
                selector.span,
                format!("`.['{key}']` below the first level has not been tested on AWS"),
            )
            .help(format!("write `.{key}`")),
        );
    }
}
