//! Lints of space-delimited patterns.

use super::findings::Findings;
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::syntax::ast::{ColumnCondition, Equality, Expr, Field, Node, Pattern, Predicate, Term, Value};

pub(super) fn check(fields: &[Node<Field>], findings: &mut Findings<'_>) {
    bracketed_word(fields, findings);
    absorbing(fields, findings);
    for field in fields {
        let Field::Conditioned { name, condition } = &field.item else { continue };
        super::expression::walk(condition, &mut |node| negations(name, node, findings));
        condition.item.for_each(&mut |condition| {
            if let Predicate::Compare(_, value) = &condition.predicate.item {
                super::values::wildcard(value, findings);
                if let Value::Regex(regex) = &value.item {
                    super::budget::regex_escapes(value.span, &regex.body, findings);
                }
            }
        });
    }
}

/// Finds `a != x || a != y`, which is always true: no text equals both.
fn negations(name: &str, node: &Node<Expr<ColumnCondition>>, findings: &mut Findings<'_>) {
    let Expr::Or(parts) = &node.item else { return };
    let is_negation = |part: &&Node<Expr<ColumnCondition>>| match super::expression::unwrapped(&part.item) {
        Expr::Condition(condition) => match &condition.predicate.item {
            Predicate::Compare(Equality::NotEqual, value) => match &value.item {
                Value::Quoted(text) | Value::Bare(text) => !text.contains('*'),
                Value::Number(_) => true,
                Value::Regex(_) => false,
            },
            Predicate::Compare(Equality::Equal, _)
            | Predicate::Order(..)
            | Predicate::IsNull
            | Predicate::IsTrue
            | Predicate::IsFalse
            | Predicate::NotExists => false,
        },
        Expr::Or(_) | Expr::And(_) | Expr::Group(_) => false,
    };
    let mut negations = parts.iter().filter(is_negation);
    let (Some(first), Some(second)) = (negations.next(), negations.next()) else { return };
    findings.add(
        Diagnostic::new(
            "or-of-negations",
            Severity::Warning,
            node.span,
            format!("true for every line: no text of `{name}` equals both values"),
        )
        .also(first.span, "false only for this value")
        .also(second.span, "false only for that value")
        .help("to exclude both values, join the comparisons with `&&`"),
    );
}

/// Finds `[ERROR]`: a pattern of one column with this name, which every line has.
fn bracketed_word(fields: &[Node<Field>], findings: &mut Findings<'_>) {
    let [field] = fields else { return };
    let Field::Named(name) = &field.item else { return };
    let text = format!("[{name}]");
    let term = Term::phrase(text.clone());
    findings.add(
        Diagnostic::new(
            "bracketed-word",
            Severity::Warning,
            field.span,
            format!("a pattern of one column named `{name}`: every line that is not blank matches"),
        )
        .help(format!("to search for the text, quote it: `\"{text}\"`"))
        .fix(Applicability::Suggested, Pattern::Terms(vec![Node::new(field.span, term)])),
    );
}

/// Finds exact comparisons on the last column. Without an ellipsis it contains the rest of the line
/// (docs/filter-patterns.md#alignment).
fn absorbing(fields: &[Node<Field>], findings: &mut Findings<'_>) {
    let has_ellipsis = fields.iter().any(|field| field.item == Field::Ellipsis);
    let Some(last) = fields.last().filter(|_| !has_ellipsis && fields.len() > 1) else { return };
    if is_whole_line(fields) {
        return;
    }
    let Field::Conditioned { name, condition } = &last.item else { return };
    if takes_more(&condition.item) {
        return;
    }
    let mut longer = fields.to_vec();
    longer.push(Node::new(last.span, Field::Ellipsis));
    findings.add(
        Diagnostic::new(
            "condition-on-absorbing-column",
            Severity::Warning,
            last.span,
            format!("`{name}` contains the rest of the line, with all further columns"),
        )
        .label("the last column of the pattern")
        .help("end with `...` to compare one column only")
        .fix(Applicability::Suggested, Pattern::Space(longer)),
    );
}

/// Whether the columns are all of a line of the common log format of web servers, or of a VPC flow log in its default format.
fn is_whole_line(fields: &[Node<Field>]) -> bool {
    const FORMATS: [(usize, &[&str]); 2] =
        [(7, &["status", "bytes", "size"]), (14, &["src", "dst", "proto"])];
    let has = |word: &&&str| {
        let names = fields.iter().filter_map(|field| field.item.name());
        names.into_iter().any(|name| name.to_ascii_lowercase().contains(**word))
    };
    FORMATS.iter().any(|(length, words)| *length == fields.len() && words.iter().filter(has).count() > 1)
}

/// Whether a longer text can satisfy the condition: it has a star or a regular expression, or it is a `!=`.
fn takes_more(expr: &Expr<ColumnCondition>) -> bool {
    let mut all = true;
    expr.for_each(&mut |condition| {
        all &= match &condition.predicate.item {
            Predicate::Compare(Equality::NotEqual, _) => true,
            Predicate::Compare(Equality::Equal, value) => match &value.item {
                Value::Quoted(text) | Value::Bare(text) => text.ends_with('*') || text.contains(' '),
                Value::Regex(_) => true,
                Value::Number(_) => false,
            },
            Predicate::Order(..)
            | Predicate::IsNull
            | Predicate::IsTrue
            | Predicate::IsFalse
            | Predicate::NotExists => false,
        };
    });
    all
}
