//! Lints of values that CloudTrail does not write into a field. The known values are in the catalogue, with their origin.

use super::cloudtrail::{literal, path_of, text_of};
use super::expression::walk;
use super::findings::Findings;
use crate::cloudtrail::about::nearest;
use crate::cloudtrail::catalogue::{KnownValues, field, known_values};
use crate::cloudtrail::is_region;
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::span::Span;
use crate::syntax::ast::{Condition, Equality, Expr, Node, Predicate, Selector, Step, Value};

type Json = Node<Expr<Condition>>;

/// A value with at most this many typing errors is taken for a known one.
const TYPING_ERRORS: usize = 2;

pub(super) fn check(expr: &Json, findings: &mut Findings<'_>) {
    walk(expr, &mut |node| {
        let Expr::Condition(condition) = &node.item else { return };
        let Some(path) = path_of(&condition.selector.item) else { return };
        if let Some(known) = known_values(&path) {
            of_list(condition, known, findings);
        }
        match path.as_str() {
            "userIdentity.userName" => root(node, condition, findings),
            "awsRegion" => region(condition, findings),
            _ if path.to_ascii_lowercase().ends_with("accountid") && field(&path).is_some() => {
                account(condition, findings);
            }
            _ => {}
        }
    });
}

/// What the comparison is if the value never occurs.
fn outcome(equality: Equality) -> &'static str {
    match equality {
        Equality::Equal => "always false",
        Equality::NotEqual => "true for every record with this field",
    }
}

fn unknown(severity: Severity, span: Span, equality: Equality, message: String) -> Diagnostic {
    Diagnostic::new("unknown-value", severity, span, message).label(outcome(equality))
}

/// Compares with the list of the field.
fn of_list(condition: &Condition, known: &KnownValues, findings: &mut Findings<'_>) {
    let Predicate::Compare(equality, value) = &condition.predicate.item else { return };
    let selector = &condition.selector.item;
    let text = match &value.item {
        Value::Quoted(text) | Value::Bare(text) => text.as_str(),
        Value::Number(number) => number.lexeme.as_str(),
        Value::Regex(_) => "",
    };
    let core = text.trim_matches('*');
    let right = right_value(core, known);
    let message = match (known.is_closed, right) {
        (true, _) if !is_idle(&condition.predicate.item, *equality, known, findings) => return,
        (false, None) => return,
        (false, Some(right)) if right == core => return,
        (true, _) => {
            let values = known.values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
            format!("CloudTrail writes {values} into `{selector}`, and no other value")
        }
        (false, Some(right)) => {
            format!("CloudTrail is known to write `{right}` into `{selector}`, not `{core}`")
        }
    };
    let severity = if known.is_closed { Severity::Warning } else { Severity::Note };
    let finding = unknown(severity, value.span, *equality, message);
    findings.add(match right {
        Some(right) => finding
            .help(format!("did you mean `{right}`?"))
            .fix(Applicability::Suggested, findings.with_text(value.span, &text.replace(core, right))),
        None => finding.help("compare with a value that occurs"),
    });
}

/// The known value that was likely meant: a mistake that is often made, other upper and lower case, a typing error.
fn right_value(text: &str, known: &KnownValues) -> Option<&'static str> {
    if text.is_empty() {
        return None;
    }
    let mistaken = known.mistaken.iter().find(|(wrong, _)| wrong.eq_ignore_ascii_case(text));
    let same = known.values.iter().find(|value| value.eq_ignore_ascii_case(text));
    let errors = if text.len() < 2 * TYPING_ERRORS { 0 } else { TYPING_ERRORS };
    let near = || known.is_closed.then(|| nearest(text, known.values.iter().copied(), errors)).flatten();
    mistaken.map(|(_, right)| *right).or(same.copied()).or_else(near)
}

/// Whether the comparison has the same outcome for every known value.
fn is_idle(predicate: &Predicate, equality: Equality, known: &KnownValues, findings: &Findings<'_>) -> bool {
    let Some(pattern) = findings.parsed(&pattern_of(predicate)) else { return false };
    let expected = equality == Equality::NotEqual;
    known.values.iter().all(|value| pattern.is_match(format!(r#"{{"v":"{value}"}}"#)) == expected)
}

/// A pattern that compares the field `v`.
fn pattern_of(predicate: &Predicate) -> String {
    format!("{{ $.v {predicate} }}")
}

/// Finds the root user compared by a name. Records of the root user have no user name, or the account's alias.
fn root(node: &Json, condition: &Condition, findings: &mut Findings<'_>) {
    let Some((text, span, equality)) = text_of(condition, "userIdentity.userName") else { return };
    let is_root =
        ["root", "<root_account>"].iter().any(|name| text.trim_matches('*').eq_ignore_ascii_case(name));
    if !is_root {
        return;
    }
    let mut selector = condition.selector.clone();
    let keys = ["userIdentity", "type"].map(|key| Step::Key(key.to_owned()));
    selector.item = Selector { steps: keys.into() };
    let value = Node::new(span, Value::Quoted("Root".to_owned()));
    let fixed = Condition {
        predicate: Node::new(node.span, Predicate::Compare(equality, value)),
        selector: selector.clone(),
    };
    let sign = if equality == Equality::Equal { "=" } else { "!=" };
    findings.add(
        Diagnostic::new(
            "root-by-user-name",
            Severity::Warning,
            node.span,
            "records of the root user have no user name, or the alias of the account",
        )
        .label("compares the name of an IAM user")
        .help(format!("for the root user, write `{} {sign} \"Root\"`", selector.item))
        .fix(Applicability::Suggested, findings.with_expression(node.span, Expr::Condition(fixed))),
    );
}

/// Finds names of availability zones, and Regions in upper case.
fn region(condition: &Condition, findings: &mut Findings<'_>) {
    let Some((text, span, equality)) = literal(condition, "awsRegion") else { return };
    let lower = text.to_ascii_lowercase();
    let region = lower.trim_end_matches(|last: char| last.is_ascii_lowercase());
    let (message, right) = match text {
        _ if !is_region(region) || text == region => return,
        _ if region.len() == lower.len() => {
            (format!("CloudTrail writes Regions in lower case, not `{text}`"), region)
        }
        _ if lower.len() == region.len() + 1 => {
            (format!("`{text}` is an availability zone; CloudTrail writes the Region"), region)
        }
        _ => return,
    };
    findings.add(
        unknown(Severity::Warning, span, equality, message)
            .help(format!("write `{right}`"))
            .fix(Applicability::Suggested, findings.with_text(span, right)),
    );
}

/// Finds account ids that have not 12 digits.
fn account(condition: &Condition, findings: &mut Findings<'_>) {
    const DIGITS: usize = 12;
    let Predicate::Compare(equality, value) = &condition.predicate.item else { return };
    let text = match &value.item {
        Value::Quoted(text) | Value::Bare(text) => text,
        Value::Number(number) => &number.lexeme,
        Value::Regex(_) => return,
    };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let is_number = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ' '));
    if digits.is_empty() || !is_number || digits.len() == DIGITS && *text == digits {
        return;
    }
    let message = format!("an account id has {DIGITS} digits and no other characters");
    let finding = unknown(Severity::Warning, value.span, *equality, message);
    findings.add(if digits.len() == DIGITS {
        finding
            .help(format!("write `\"{digits}\"`"))
            .fix(Applicability::Suggested, findings.with_text(value.span, &digits))
    } else {
        finding.help("compare with the whole account id, in quotes")
    });
}
