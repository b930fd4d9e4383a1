//! Evaluates a pattern with the reference evaluator, and records the outcome and the values of each clause.

use crate::plural::counted;
use crate::reference::{JsonKind, Reference, Seen};
use crate::syntax::ast::{Condition, Expr, Field, Node, Pattern, Predicate, Term, TermMode};
use memchr::memmem;

/// A clause and its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    /// its canonical text; `&&` or `||` for a clause with parts
    pub(super) text: String,
    pub(super) holds: bool,
    /// the value that decided it, as text
    pub(super) found: String,
    pub(super) joint: Joint,
    pub(super) parts: Vec<Clause>,
    /// whether it cannot change the verdict
    pub(super) is_ignored: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    All,
    Any,
}

/// Longer values are shortened to this many characters.
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

/// The tree of clauses. `Err` is the verdict and the reason, if no clause was evaluated.
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
            Ok(of_expr(&expr.item, &|condition| of_condition(condition, &reference.see(condition, root))))
        }
        Pattern::Space(fields) => of_columns(reference, fields, message),
    }
}

fn not_an_object(message: &[u8]) -> String {
    let why = match serde_json::from_slice::<serde::de::IgnoredAny>(message) {
        Ok(_) => "it is JSON, but not an object".to_owned(),
        Err(error) => error.to_string(),
    };
    format!("the message is not one JSON object, which a `{{ … }}` pattern requires: {why}")
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

fn of_condition(condition: &Condition, seen: &Seen<'_>) -> Clause {
    let predicate = &condition.predicate.item;
    let found = match seen.values.as_slice() {
        [] => why_missing(predicate).to_owned(),
        [value] => {
            let shown = shortened(value.get());
            let why = if seen.holds { None } else { why_not(JsonKind::of(value), predicate) };
            match (predicate, why) {
                (Predicate::NotExists, _) => format!("field is there: {shown}"),
                (_, Some(why)) => format!("{shown} → {why}"),
                (_, None) => shown,
            }
        }
        values => {
            let all: Vec<String> = values.iter().map(|value| shortened(value.get())).collect();
            format!("{} values: {}", values.len(), shortened(&all.join(", ")))
        }
    };
    leaf(condition.to_string(), seen.holds, found)
}

/// Explains the outcome of a predicate for a missing field.
fn why_missing(predicate: &Predicate) -> &'static str {
    match predicate {
        Predicate::NotExists => "field is missing",
        Predicate::Compare(..)
        | Predicate::Order(..)
        | Predicate::IsNull
        | Predicate::IsTrue
        | Predicate::IsFalse => "field is missing → comparison is false",
    }
}

/// Explains why a predicate is false for all values of a kind. `None` if the value itself decides, or shows the reason.
fn why_not(kind: JsonKind, predicate: &Predicate) -> Option<&'static str> {
    use JsonKind::{Array, False, Null, Number, Object, Text, True};
    match predicate {
        Predicate::Compare(..) => match kind {
            True | False => Some("a boolean never equals a text; use `IS TRUE` or `IS FALSE`"),
            Null => Some("only `IS NULL` is true for null"),
            Object => Some("no comparison is true for an object"),
            Array => Some("no comparison is true for an array; use `[*]`"),
            Text | Number => None,
        },
        Predicate::Order(..) => match kind {
            Object => Some("no comparison is true for an object"),
            Array => Some("no comparison is true for an array; use `[*]`"),
            Text => Some("order comparisons are true for numbers only"),
            Number | True | False | Null => None,
        },
        Predicate::IsTrue | Predicate::IsFalse => match kind {
            Text => Some("a string, not a boolean"),
            Number | True | False | Null | Array | Object => None,
        },
        Predicate::IsNull | Predicate::NotExists => None,
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
        let found = if is_ignored {
            format!("ignored, because the pattern has terms of another kind ({place})")
        } else {
            place
        };
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
        let columns = counted(crate::reference::token_count(message), "column", "columns");
        return Err((false, format!("the line has {columns}, the pattern needs at least {wanted}")));
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
