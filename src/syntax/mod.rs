//! Pattern text → AST → text, and the errors on the way.

pub mod ast;
mod error;
mod help;
mod json;
pub mod layout;
mod lex;
mod print;
pub(crate) mod regex;
mod space;
mod stream;
mod suggest;
mod terms;

pub use error::{ErrorKind, ParseError};

use crate::limits::{PATTERN_CHARACTERS, REGEXES_PER_PATTERN};
use crate::semantics::Semantics;
use crate::span::Span;
use ast::{Expr, Pattern, Predicate, Regex, Selector, Value};
use error::Refusal;

/// Parses a filter pattern of any kind. The first character decides which kind (docs/filter-patterns.md#pattern-kinds).
///
/// # Errors
/// Whatever AWS refuses, with the place, a help line and AWS's own text.
pub fn parse(pattern: &str, semantics: Semantics) -> Result<Pattern, ParseError> {
    read(pattern, semantics).map_err(|refusal| {
        let suggestion = suggestion(pattern, semantics, &refusal);
        refusal.with_help(pattern, suggestion)
    })
}

/// A pattern that is accepted and likely meant, where quotes are all that is missing.
fn suggestion(pattern: &str, semantics: Semantics, refusal: &Refusal) -> Option<String> {
    let mut text = suggest::with_quotes(pattern, refusal)?;
    // each round quotes one value more, until the pattern is as long as AWS allows
    while let Err(refusal) = read(&text, semantics) {
        text = suggest::with_quotes(&text, &refusal).filter(|next| next.len() > text.len())?;
    }
    Some(text)
}

/// A selector on its own, such as `$.a.b[0]`; none when the text is anything else.
pub(crate) fn parse_selector(text: &str) -> Option<Selector> {
    match parse(&format!("{{ {text} NOT EXISTS }}"), Semantics::default()) {
        Ok(Pattern::Json(expr)) => match expr.item {
            Expr::Condition(condition) => Some(condition.selector.item),
            _ => None,
        },
        _ => None,
    }
}

fn read(pattern: &str, semantics: Semantics) -> Result<Pattern, Refusal> {
    let whole = Span::new(0, pattern.len());
    if pattern.chars().count() > PATTERN_CHARACTERS {
        return Err(Refusal::new(ErrorKind::TooLong { pattern: pattern.to_owned() }, whole));
    }
    match pattern.chars().next() {
        Some('{') => json::parse(inside(pattern, '{', '}')?, semantics).map(Pattern::Json),
        Some('[') => space::parse(inside(pattern, '[', ']')?).map(Pattern::Space),
        _ => terms::parse(pattern),
    }
}

/// The text between the outer brackets; that the last character closes them is AWS's first check.
fn inside(pattern: &str, open: char, close: char) -> Result<&str, Refusal> {
    pattern.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).ok_or_else(|| {
        Refusal::new(ErrorKind::Unclosed { open, close }, Span::new(pattern.len(), pattern.len()))
    })
}

/// Checks the regexes of one pattern: each compiles, and there are not too many of them.
fn check_regexes<'a>(regexes: impl Iterator<Item = (Span, &'a Regex)>) -> Result<(), Refusal> {
    for (count, (span, expression)) in regexes.enumerate() {
        if count >= REGEXES_PER_PATTERN {
            return Err(Refusal::new(ErrorKind::TooManyRegexes, span));
        }
        if let Some(reason) = regex::refusal(expression) {
            return Err(Refusal::new(ErrorKind::RegexCompile { reason }, span));
        }
    }
    Ok(())
}

/// The regexes among the tests of an expression, with their places.
fn regexes_of<C>(expr: &Expr<C>, predicate: impl Fn(&C) -> &Predicate) -> Vec<(Span, &Regex)> {
    let mut found = Vec::new();
    expr.for_each(&mut |condition| {
        if let Predicate::Compare(_, value) = predicate(condition)
            && let Value::Regex(regex) = &value.item
        {
            found.push((value.span, regex));
        }
    });
    found
}
