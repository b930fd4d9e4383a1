//! Lints of brackets and quotes in the values of columns. A token in brackets or quotes is one column, and is compared without them
//! (docs/filter-patterns.md#columns-of-an-event).

use super::findings::Findings;
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::syntax::ast::{ColumnCondition, Equality, Field, Node, Predicate, Value};

pub(super) fn check(fields: &[Node<Field>], findings: &mut Findings<'_>) {
    let has_ellipsis = fields.iter().any(|field| field.item == Field::Ellipsis);
    for (at, field) in fields.iter().enumerate() {
        let Field::Conditioned { condition, .. } = &field.item else { continue };
        // the last column takes the rest of the line as it is, if the line has more columns
        let takes_rest = at + 1 == fields.len() && !has_ellipsis;
        condition.item.for_each(&mut |condition: &ColumnCondition| {
            of_condition(condition, takes_rest, findings);
        });
    }
}

fn of_condition(condition: &ColumnCondition, takes_rest: bool, findings: &mut Findings<'_>) {
    let Predicate::Compare(equality, value) = &condition.predicate.item else { return };
    let (open, close, without) = match &value.item {
        Value::Quoted(text) | Value::Bare(text) => {
            let Some(found) = delimited(text, takes_rest) else { return };
            found
        }
        Value::Regex(regex) if !takes_rest => match anchored(&regex.body) {
            Some((open, close)) => (open, close, String::new()),
            None => return,
        },
        Value::Regex(_) | Value::Number(_) => return,
    };
    let name = &condition.name.item;
    let (kind, other) = if open == '[' { ("brackets", "quotes") } else { ("quotes", "brackets") };
    let label = match equality {
        Equality::Equal => format!("true only for a token in {other} around this text"),
        Equality::NotEqual => format!("true for every token in {kind}"),
    };
    let finding = Diagnostic::new(
        "delimiters-in-column-value",
        Severity::Warning,
        value.span,
        format!("a token in {kind} is compared without them: `{name}` does not begin with `{open}`"),
    )
    .label(label);
    findings.add(if without.contains(char::is_alphanumeric) {
        finding
            .help(format!("remove the `{open}` and the `{close}`"))
            .fix(Applicability::Suggested, findings.with_text(value.span, &without))
    } else {
        finding.help("compare with the text between them")
    });
}

/// The delimiters with which the text begins, and the text without them. `None` if a column can be this text.
fn delimited(text: &str, takes_rest: bool) -> Option<(char, char, String)> {
    let (open, close) = pair(text.chars().next()?)?;
    let inner = text.get(1..)?;
    if inner.is_empty() {
        return None;
    }
    let (inside, after) = inner.split_once(close).unwrap_or((inner, ""));
    let is_one_token = inner.contains(close) && after.is_empty() && !text.contains('*');
    (!takes_rest || is_one_token).then(|| (open, close, format!("{inside}{after}")))
}

/// The delimiters that the regular expression wants at the start of the column.
fn anchored(body: &str) -> Option<(char, char)> {
    let rest = body.strip_prefix('^')?;
    let first = rest.strip_prefix('\\').unwrap_or(rest);
    // without an escape, a bracket opens a class of characters
    pair(first.chars().next()?).filter(|(open, _)| *open == '"' || rest.starts_with('\\'))
}

fn pair(open: char) -> Option<(char, char)> {
    match open {
        '[' => Some(('[', ']')),
        '"' => Some(('"', '"')),
        _ => None,
    }
}
