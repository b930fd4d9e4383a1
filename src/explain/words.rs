//! A pattern in words, for a person who reads it for the first time. `docs/filter-patterns.md` has the rules that the words say.

use crate::plural::counted;
use crate::syntax::ast::{
    ColumnCondition, Condition, Equality, Expr, Field, Node, Order, Pattern, Predicate, Step, Term, TermMode,
    Value,
};

/// What a pattern matches, as Markdown: one sentence, and a list of the conditions if there are several.
///
/// ```
/// use cwfilter::explain::in_words;
/// let pattern: cwfilter::FilterPattern = r#"{ $.eventName = "Stop*" && $.errorCode NOT EXISTS }"#.parse()?;
/// assert_eq!(in_words(pattern.ast()), "\
/// Matches a JSON object for which all of these hold:
/// - `$.eventName` begins with `Stop`
/// - `$.errorCode` is missing
/// ");
/// let pattern: cwfilter::FilterPattern = "ERROR -debug".parse()?;
/// assert_eq!(in_words(pattern.ast()), "Matches a message that contains `ERROR` and does not contain `debug`.\n");
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn in_words(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Everything => "Matches every message.\n".to_owned(),
        Pattern::Terms(terms) => of_terms(terms),
        Pattern::Regex(regex) => {
            format!(
                "Matches a message that contains a match of the regular expression {}.\n",
                code(&regex.item.body)
            )
        }
        Pattern::Json(expr) => sentence("Matches a JSON object", expr, &of_condition),
        Pattern::Space(fields) => of_columns(fields),
    }
}

/// A condition on a JSON field in words, such as "`$.a` is missing".
#[must_use]
pub fn condition_in_words(condition: &Condition) -> String {
    of_condition(condition)
}

fn of_terms(terms: &[Node<Term>]) -> String {
    let of = |mode: TermMode| {
        let texts = terms.iter().filter(move |term| term.item.mode == mode).map(|term| code(&term.item.text));
        texts.collect::<Vec<_>>()
    };
    let (required, optional, excluded) =
        (of(TermMode::Required), of(TermMode::Optional), of(TermMode::Excluded));
    if required.is_empty() && excluded.is_empty() {
        let one = if optional.len() > 1 { "at least one of " } else { "" };
        return format!("Matches a message that contains {one}{}.\n", listed(&optional, "and"));
    }
    let mut parts = Vec::new();
    if !required.is_empty() {
        parts.push(format!("contains {}", listed(&required, "and")));
    }
    if !excluded.is_empty() {
        parts.push(format!("does not contain {}", listed(&excluded, "or")));
    }
    let ignored = match optional.is_empty() {
        true => String::new(),
        false => {
            format!(" AWS ignores {}, because the pattern has terms without `?`.", listed(&optional, "and"))
        }
    };
    format!("Matches a message that {}.{ignored}\n", parts.join(" and "))
}

fn of_columns(fields: &[Node<Field>]) -> String {
    let has_ellipsis = fields.iter().any(|field| field.item == Field::Ellipsis);
    let count = fields.len() - usize::from(has_ellipsis);
    let line = format!("Matches a line of at least {}", counted(count, "column", "columns"));
    let conditions: Vec<&Node<Expr<ColumnCondition>>> =
        fields.iter().filter_map(|field| field.item.condition()).collect();
    match conditions.as_slice() {
        [] => format!("{line}.\n"),
        [one] => sentence(&line, one, &of_column),
        several => {
            let mut text = format!("{line} for which all of these hold:\n");
            several.iter().for_each(|expr| list(&mut text, expr, 0, &of_column));
            text
        }
    }
}

/// Levels of a list; more parentheses are written as the pattern has them.
const DEEPEST: usize = 6;

fn sentence<C: std::fmt::Display>(start: &str, expr: &Node<Expr<C>>, word: &dyn Fn(&C) -> String) -> String {
    let mut text = start.to_owned();
    match ungrouped(&expr.item) {
        Expr::And(parts) => {
            text += " for which all of these hold:\n";
            parts.iter().for_each(|part| list(&mut text, part, 0, word));
        }
        Expr::Or(parts) => {
            text += " for which at least one of these holds:\n";
            parts.iter().for_each(|part| list(&mut text, part, 0, word));
        }
        Expr::Condition(condition) => text += &format!(" in which {}.\n", word(condition)),
        Expr::Group(_) => {}
    }
    text
}

fn list<C: std::fmt::Display>(
    out: &mut String,
    expr: &Node<Expr<C>>,
    level: usize,
    word: &dyn Fn(&C) -> String,
) {
    let indent = "  ".repeat(level);
    let (head, parts) = match ungrouped(&expr.item) {
        Expr::Condition(condition) => {
            *out += &format!("{indent}- {}\n", word(condition));
            return;
        }
        _ if level >= DEEPEST => {
            *out += &format!("{indent}- {}\n", code(&expr.item.to_string()));
            return;
        }
        Expr::And(parts) => ("all of", parts),
        Expr::Or(parts) => ("at least one of", parts),
        Expr::Group(_) => return,
    };
    *out += &format!("{indent}- {head}\n");
    parts.iter().for_each(|part| list(out, part, level + 1, word));
}

fn ungrouped<C>(mut expr: &Expr<C>) -> &Expr<C> {
    while let Expr::Group(inner) = expr {
        expr = &inner.item;
    }
    expr
}

fn of_condition(condition: &Condition) -> String {
    let selector = &condition.selector.item;
    let subject = code(&selector.to_string());
    let subject = match selector.steps.iter().any(Step::is_wildcard) {
        true => format!("some value of {subject}"),
        false => subject,
    };
    format!("{subject} {}", of_predicate(&condition.predicate.item))
}

fn of_column(condition: &ColumnCondition) -> String {
    let name = code(&condition.name.item);
    format!("column {name} {}", of_predicate(&condition.predicate.item).replace("exists and ", ""))
}

fn of_predicate(predicate: &Predicate) -> String {
    match predicate {
        Predicate::Compare(Equality::Equal, value) => of_value(&value.item),
        // a comparison with a missing field is false
        Predicate::Compare(Equality::NotEqual, value) => match &value.item {
            Value::Regex(regex) => format!("exists and does not match {}", code(&regex.body)),
            Value::Number(number) => format!("exists and is not {}", code(&number.lexeme)),
            Value::Quoted(text) | Value::Bare(text) if text.contains('*') => {
                format!("exists and is not a text of the form {}", code(text))
            }
            Value::Quoted(text) | Value::Bare(text) => format!("exists and is not {}", code(text)),
        },
        Predicate::Order(order, number) => {
            let order = match order {
                Order::Less => "less than",
                Order::LessOrEqual => "at most",
                Order::Greater => "greater than",
                Order::GreaterOrEqual => "at least",
            };
            format!("is a number {order} {}", code(&number.item.lexeme))
        }
        Predicate::IsNull => "is `null`".to_owned(),
        Predicate::IsTrue => "is the boolean `true`".to_owned(),
        Predicate::IsFalse => "is the boolean `false`".to_owned(),
        Predicate::NotExists => "is missing".to_owned(),
    }
}

fn of_value(value: &Value) -> String {
    let text = match value {
        Value::Regex(regex) => return format!("matches the regular expression {}", code(&regex.body)),
        Value::Number(number) => return format!("is {}", code(&number.lexeme)),
        Value::Quoted(text) | Value::Bare(text) => text,
    };
    let inner = text.trim_matches('*');
    match (text.starts_with('*'), text.ends_with('*')) {
        (true, _) if inner.is_empty() => "is a text or a number".to_owned(),
        _ if inner.contains('*') => format!("is of the form {}", code(text)),
        (true, true) => format!("contains {}", code(inner)),
        (true, false) => format!("ends with {}", code(inner)),
        (false, true) => format!("begins with {}", code(inner)),
        (false, false) => format!("is {}", code(text)),
    }
}

fn listed(texts: &[String], word: &str) -> String {
    match texts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}

/// A text as code of Markdown, with a fence that is longer than any run of backticks in it.
fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    let runs = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(runs + 1);
    let blank = if runs > 0 || text.is_empty() { " " } else { "" };
    format!("{fence}{blank}{text}{blank}{fence}")
}
