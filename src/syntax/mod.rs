//! Parses a pattern's text into an AST, prints an AST as text, and explains why AWS would refuse a text.
//!
//! ```text
//! text ── lex ──▶ tokens ── json │ space │ terms ──▶ ast ── print, layout ──▶ text
//!           └─────── error (kind, span) ◀──┘
//!                       └── help, suggest ──▶ ParseError
//! ```
//!
//! The first character selects the grammar: `{` a JSON pattern, `[` a space-delimited one, anything else terms or one regular
//! expression. The whole text is read into tokens before the grammar looks at it, as AWS does, so that a lexical error is reported
//! before a grammar error to its left. The parser is a hand-written recursive descent over the tokens, with the open parentheses in
//! a list, so that no pattern can overflow the stack.
//!
//! A refusal has a kind and a span. `help` then guesses the author's mistake from the text around the span, and `suggest` adds
//! quotes and parses again: a suggestion is always a pattern that parses.

pub mod ast;
#[cfg(any(feature = "rules", feature = "sources"))]
pub(crate) mod clauses;
mod correct;
mod error;
mod help;
mod json;
#[doc(hidden)]
pub mod kinds;
pub mod layout;
mod lex;
mod print;
pub(crate) mod regex;
mod report;
mod space;
mod stream;
mod suggest;
mod terms;

pub use error::{ErrorKind, ParseError};

use crate::limits::{CORRECTIONS, PATTERN_CHARACTERS};
use crate::semantics::Semantics;
use crate::span::Span;
use ast::{Expr, Pattern, Selector};
use error::Refusal;

/// Parses a filter pattern of any kind (the first character selects it: docs/filter-patterns.md#pattern-kinds).
///
/// ```
/// use cwfilter::{Semantics, syntax::{ast::Pattern, parse}};
/// assert!(matches!(parse("{ $.a = 1 }", Semantics::default())?, Pattern::Json(_)));
/// assert!(matches!(parse("ERROR", Semantics::default())?, Pattern::Terms(_)));
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
///
/// # Errors
/// A text that AWS refuses. The error has the span, a help line and the text that AWS answers.
pub fn parse(pattern: &str, semantics: Semantics) -> Result<Pattern, ParseError> {
    read(pattern, semantics).map_err(|refusal| {
        let suggestion = suggestion(pattern, semantics, &refusal);
        let help = help::help_for(pattern, &refusal);
        refusal.with_help(help, suggestion)
    })
}

/// The pattern that was likely meant, if its mistakes can be corrected in one way. It parses.
fn suggestion(pattern: &str, semantics: Semantics, refusal: &Refusal) -> Option<String> {
    let corrected = |text: &str, refusal: &Refusal| {
        suggest::with_quotes(text, refusal).or_else(|| correct::corrected(text, refusal))
    };
    let mut text = corrected(pattern, refusal)?;
    for _ in 0..CORRECTIONS {
        match read(&text, semantics) {
            Ok(_) => return Some(text),
            Err(refusal) => text = corrected(&text, &refusal).filter(|next| *next != text)?,
        }
    }
    None
}

/// Parses a selector, such as `$.a.b[0]`; `None` if the text is not exactly one selector.
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

/// The text between the outer brackets. AWS first checks that the last character is the closing bracket.
fn inside(pattern: &str, open: char, close: char) -> Result<&str, Refusal> {
    pattern.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).ok_or_else(|| {
        Refusal::new(ErrorKind::Unclosed { open, close }, Span::new(pattern.len(), pattern.len()))
    })
}
