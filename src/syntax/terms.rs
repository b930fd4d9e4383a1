//! Term patterns and the standalone regular expression (docs/filter-patterns.md#term-patterns, docs/filter-patterns.md#regular-expressions).

use super::ast::{Node, Pattern, Regex, Term, TermMode};
use super::error::{ErrorKind, Refusal};
use super::lex::{Dialect, Lexeme, Token, lex};
use super::regex::check_regexes;
use super::stream::{Stream, refuse};
use crate::span::Span;

pub(super) fn parse(pattern: &str) -> Result<Pattern, Refusal> {
    if let Some(refusal) = bracket_after_blank(pattern) {
        return Err(refusal);
    }
    let lexemes = lex(pattern, 0, Dialect::Terms)?;
    match lexemes.as_slice() {
        [] => Ok(Pattern::Everything),
        [Lexeme { span, token: Token::Regex(body), .. }] if span.range() == (0..pattern.len()) => {
            let regex = Node::new(*span, Regex { body: body.clone() });
            check_regexes(std::iter::once((*span, &regex.item)))?;
            Ok(Pattern::Regex(regex))
        }
        _ => terms(Stream::new(lexemes, pattern.len())).map(Pattern::Terms),
    }
}

/// A blank before `{` or `[`: AWS takes the pattern for terms and refuses it as a whole (docs/filter-patterns.md#pattern-kinds).
fn bracket_after_blank(pattern: &str) -> Option<Refusal> {
    let trimmed = pattern.trim_start();
    let bracket = trimmed.starts_with(['{', '[']) && trimmed.len() < pattern.len();
    bracket.then(|| {
        let found = "a blank before the bracket".to_owned();
        let kind = ErrorKind::Grammar { found, expected: "`{` or `[` as the first character" };
        Refusal::new(kind, Span::new(0, pattern.len() - trimmed.len()))
    })
}

fn terms(mut stream: Stream<'_>) -> Result<Vec<Node<Term>>, Refusal> {
    const EXPECTED: &str = "a word or a quoted phrase";
    let mut terms: Vec<Node<Term>> = Vec::new();
    while let Some(first) = stream.next() {
        let touches = terms.last().filter(|previous| previous.span.end == first.span.start);
        let joined = touches.is_some_and(|previous| is_hyphen(&previous.item, &first, &stream));
        if touches.is_some() && !joined {
            return Err(refuse(&first, "a blank between two terms"));
        }
        let mode = match first.token {
            Token::Question => TermMode::Optional,
            Token::Minus => TermMode::Excluded,
            _ => TermMode::Required,
        };
        let word = match mode {
            TermMode::Required => first.clone(),
            _ => stream.next().ok_or_else(|| stream.refuse(EXPECTED))?,
        };
        let gap = mode != TermMode::Required && word.span.start > first.span.end;
        if gap && mode == TermMode::Optional {
            return Err(refuse(&first, "a word right after `?`"));
        }
        let (text, quoted) = match &word.token {
            Token::Quoted(text) => (text.clone(), true),
            Token::Word => (word.text.to_owned(), false),
            _ => return Err(refuse(&word, EXPECTED)),
        };
        terms.push(Node::new(first.span.to(word.span), Term { mode, gap, joined, text, quoted }));
    }
    Ok(terms)
}

/// An unquoted hyphen between two words. AWS accepts it (observed), and is taken to read `a-b` as `a -b` (docs/filter-patterns.md#term-patterns).
fn is_hyphen(previous: &Term, sign: &Lexeme<'_>, after: &Stream<'_>) -> bool {
    let touches = |next: &Lexeme<'_>| next.token == Token::Word && next.span.start == sign.span.end;
    sign.token == Token::Minus && !previous.quoted && after.lexeme().is_some_and(touches)
}
