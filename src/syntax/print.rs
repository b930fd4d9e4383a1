//! Prints an AST on one line, in the canonical layout: one blank around operators, none inside brackets of columns. Parsing the text
//! gives an equal AST.

use super::ast::{
    ColumnCondition, Condition, Equality, Expr, Field, Node, Number, Order, Pattern, Predicate, Regex,
    Selector, Step, Term, TermMode, Value,
};
use std::fmt::{Display, Formatter, Result, Write};

impl Display for Pattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Pattern::Everything => Ok(()),
            Pattern::Terms(list) => terms(f, list),
            Pattern::Regex(regex) => regex.item.fmt(f),
            Pattern::Json(expr) => write!(f, "{{ {} }}", expr.item),
            Pattern::Space(fields) => {
                f.write_char('[')?;
                separated(f, fields, ", ")?;
                f.write_char(']')
            }
        }
    }
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self.mode {
            TermMode::Required => "",
            TermMode::Optional => "?",
            TermMode::Excluded => "-",
        })?;
        if self.gap {
            f.write_char(' ')?;
        }
        if self.quoted { quoted(f, &self.text) } else { f.write_str(&self.text) }
    }
}

impl Display for Regex {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "%{}%", self.body)
    }
}

impl<C: Display> Display for Expr<C> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Expr::Or(parts) => separated(f, parts, " || "),
            Expr::And(parts) => separated(f, parts, " && "),
            Expr::Group(inner) => write!(f, "({})", inner.item),
            Expr::Condition(condition) => condition.fmt(f),
        }
    }
}

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{} {}", self.selector.item, self.predicate.item)
    }
}

impl Display for ColumnCondition {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{} {}", self.name.item, self.predicate.item)
    }
}

impl Display for Selector {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_char('$')?;
        self.steps.iter().try_for_each(|step| step.fmt(f))
    }
}

impl Display for Step {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Step::Key(key) => write!(f, ".{key}"),
            Step::QuotedKey(key) => write!(f, ".['{key}']"),
            Step::AnyKey => f.write_str(".*"),
            Step::Index(index) => write!(f, "[{index}]"),
            Step::AnyIndex => f.write_str("[*]"),
        }
    }
}

impl Display for Predicate {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Predicate::Compare(equality, value) => write!(f, "{equality} {}", value.item),
            Predicate::Order(order, number) => write!(f, "{order} {}", number.item),
            Predicate::IsNull => f.write_str("IS NULL"),
            Predicate::IsTrue => f.write_str("IS TRUE"),
            Predicate::IsFalse => f.write_str("IS FALSE"),
            Predicate::NotExists => f.write_str("NOT EXISTS"),
        }
    }
}

impl Display for Equality {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Equality::Equal => "=",
            Equality::NotEqual => "!=",
        })
    }
}

impl Display for Order {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(self.sign())
    }
}

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Value::Regex(regex) => regex.fmt(f),
            Value::Quoted(text) => quoted(f, text),
            Value::Number(number) => number.fmt(f),
            Value::Bare(text) => f.write_str(text),
        }
    }
}

impl Display for Number {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&self.lexeme)
    }
}

impl Display for Field {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Field::Unnamed => Ok(()),
            Field::Ellipsis => f.write_str("..."),
            Field::Named(name) => f.write_str(name),
            Field::Conditioned { condition, .. } => condition.item.fmt(f),
        }
    }
}

/// Prints terms. A joined term follows the word before it without a blank, if it parses as joined again.
fn terms(f: &mut Formatter<'_>, list: &[Node<Term>]) -> Result {
    let mut previous: Option<&Term> = None;
    for Node { item: term, .. } in list {
        let joined = term.joined && term.mode == TermMode::Excluded && !term.gap && !term.quoted;
        if previous.is_some_and(|previous| previous.quoted || !joined) {
            f.write_char(' ')?;
        }
        term.fmt(f)?;
        previous = Some(term);
    }
    Ok(())
}

fn separated<T: Display>(f: &mut Formatter<'_>, parts: &[Node<T>], separator: &str) -> Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        part.item.fmt(f)?;
    }
    Ok(())
}

fn quoted(f: &mut Formatter<'_>, text: &str) -> Result {
    f.write_char('"')?;
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(character)?;
    }
    f.write_char('"')
}
