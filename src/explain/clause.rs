//! The recording evaluator: the reference's rules, with the values that they were applied to.

use crate::reference::{Reference, Seen};
use crate::syntax::ast::{Condition, Expr, Field, Node, Pattern, Predicate, Term, TermMode};
use memchr::memmem;

/// A clause and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    /// as it is written; the operator of one with parts
    pub(super) text: String,
    pub(super) holds: bool,
    /// the value behind it
    pub(super) found: String,
    pub(super) joint: Joint,
    pub(super) parts: Vec<Clause>,
    /// it has no say
    pub(super) is_ignored: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    All,
    Any,
}

/// Longer values are cut.
const SHOWN: usize = 80;

fn leaf(text: String, holds: bool, found: String) -> Clause {
    Clause { text, holds, found, joint: Joint::All, parts: Vec::new(), is_ignored: false }
}

fn joined(joint: Joint, mut parts: Vec<Clause>) -> Clause {
    if parts.len() == 1 {
        return parts.remove(0);
    }
    let counted = || parts.iter().filter(|part| !part.is_ignored);
    let holds = match joint {
        Joint::All => counted().all(|part| part.holds),
        Joint::Any => counted().any(|part| part.holds),
    };
    let text = if joint == Joint::All { "&&" } else { "||" };
    Clause { text: text.to_owned(), holds, found: String::new(), joint, parts, is_ignored: false }
}

/// The tree, or the verdict and why there is none.
pub(super) fn of_pattern(reference: &Reference, message: &[u8]) -> Result<Clause, (bool, String)> {
    match reference.pattern() {
        Pattern::Everything => Err((true, "an empty pattern matches every message".to_owned())),
        Pattern::Terms(terms) => Ok(of_terms(terms, message)),
        Pattern::Regex(regex) => {
            let found = reference.find(&regex.item, message);
            let text = found.map_or("not found in the message".to_owned(), |range| {
                quoted(message.get(range).unwrap_or_default())
            });
            Ok(leaf(regex.item.to_string(), reference.is_match(message), text))
        }
        Pattern::Json(expr) => {
            let root = match crate::reference::json_object(message) {
                Some(root) => root,
                None => return Err((false, not_an_object(message))),
            };
            Ok(of_expr(&expr.item, &|condition| {
                of_condition(reference, condition, reference.see(condition, root))
            }))
        }
        Pattern::Space(fields) => of_columns(reference, fields, message),
    }
}

fn not_an_object(message: &[u8]) -> String {
    let why = match serde_json::from_slice::<serde::de::IgnoredAny>(message) {
        Ok(_) => "it is JSON, but no object".to_owned(),
        Err(error) => error.to_string(),
    };
    format!("the message is not one JSON object, which a `{{ … }}` pattern asks for: {why}")
}

fn of_expr<C>(expr: &Expr<C>, condition: &dyn Fn(&C) -> Clause) -> Clause {
    let each = |parts: &[Node<Expr<C>>]| parts.iter().map(|part| of_expr(&part.item, condition)).collect();
    match expr {
        Expr::Or(parts) => joined(Joint::Any, each(parts)),
        Expr::And(parts) => joined(Joint::All, each(parts)),
        Expr::Group(inner) => of_expr(&inner.item, condition),
        Expr::Condition(leaf) => condition(leaf),
    }
}

fn of_condition(_reference: &Reference, condition: &Condition, seen: Seen<'_>) -> Clause {
    let predicate = &condition.predicate.item;
    let values: Vec<String> = seen.values.iter().map(|value| shortened(value)).collect();
    let found = match (values.as_slice(), predicate) {
        ([], Predicate::NotExists) => "field is missing".to_owned(),
        ([], _) => "field is missing → comparison is false".to_owned(),
        ([value], Predicate::NotExists) => format!("field is there: {value}"),
        ([value], predicate) => match why_not(value, predicate).filter(|_| !seen.holds) {
            Some(why) => format!("{value} → {why}"),
            None => value.clone(),
        },
        (values, _) => format!("{} values: {}", values.len(), shortened(&values.join(", "))),
    };
    leaf(condition.to_string(), seen.holds, found)
}

/// A reason that the value alone does not show.
fn why_not(value: &str, predicate: &Predicate) -> Option<&'static str> {
    let first = value.chars().next()?;
    let kind = match first {
        '"' => "a string",
        '{' => "an object",
        '[' => "an array",
        't' | 'f' => "a boolean",
        'n' => "null",
        _ => "a number",
    };
    match (predicate, kind) {
        (Predicate::Compare(..), "a boolean") => {
            Some("a boolean, which equals no text: `IS TRUE`, `IS FALSE`")
        }
        (Predicate::Compare(..), "null") => Some("null, which only `IS NULL` is true of"),
        (Predicate::Compare(..) | Predicate::Order(..), "an object") => {
            Some("an object, which compares with nothing")
        }
        (Predicate::Compare(..) | Predicate::Order(..), "an array") => {
            Some("an array, which compares with nothing: `[*]`")
        }
        (Predicate::Order(..), "a string") => Some("a string, which has no order"),
        (Predicate::IsTrue | Predicate::IsFalse, "a string") => Some("a string, not a boolean"),
        _ => None,
    }
}

fn of_terms(terms: &[Node<Term>], message: &[u8]) -> Clause {
    let is_optional = |term: &Node<Term>| term.item.mode == TermMode::Optional;
    let all_optional = terms.iter().all(is_optional);
    let clause = |term: &Node<Term>| {
        let at = memmem::find(message, term.item.text.as_bytes());
        let is_ignored = is_optional(term) && !all_optional;
        let place = match at {
            Some(at) => format!("at byte {at}"),
            None => "does not occur".to_owned(),
        };
        let found = if is_ignored { format!("ignored beside other terms ({place})") } else { place };
        let holds = at.is_some() != (term.item.mode == TermMode::Excluded);
        Clause { is_ignored, ..leaf(term.item.to_string(), holds, found) }
    };
    joined(if all_optional { Joint::Any } else { Joint::All }, terms.iter().map(clause).collect())
}

fn of_columns(
    reference: &Reference,
    fields: &[Node<Field>],
    message: &[u8],
) -> Result<Clause, (bool, String)> {
    let Some(columns) = reference.columns(message) else {
        let has_ellipsis = fields.iter().any(|field| field.item == Field::Ellipsis);
        let wanted = fields.len() - usize::from(has_ellipsis);
        let count = crate::reference::token_count(message);
        return Err((false, format!("the line has {count} columns, the pattern asks for {wanted} at least")));
    };
    let clauses = columns.into_iter().map(|column| match column.condition {
        Some(condition) => of_expr(condition, &|condition| {
            let holds = reference.holds_for_column(condition, column.text);
            leaf(condition.to_string(), holds, quoted(column.text))
        }),
        None => Clause { is_ignored: true, ..leaf(column.name, true, quoted(column.text)) },
    });
    Ok(joined(Joint::All, clauses.collect()))
}

fn quoted(text: &[u8]) -> String {
    shortened(&format!("{:?}", String::from_utf8_lossy(text)))
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
