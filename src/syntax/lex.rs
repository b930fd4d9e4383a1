//! Splits a pattern's text into tokens, with one set of tokens for each of the three grammars.
//!
//! AWS reads the whole text into tokens before it parses. A lexical error is therefore reported even if there is a grammar error
//! before it (observed: `{ "v": [1] }` is refused for its `:`). The error's term is the text from the start of the token through
//! the character that no token allows.

use super::ast::{Selector, Step};
use super::error::{ErrorKind, Refusal};
use crate::span::Span;
use nom::branch::alt;
use nom::bytes::complete::{is_not, tag, take_while1};
use nom::character::complete::{char, digit1, multispace1, satisfy};
use nom::combinator::{map, recognize, value, verify};
use nom::multi::many0;
use nom::sequence::{delimited, pair, preceded};
use nom::{IResult, Parser};

/// Which of the three token sets applies.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Terms,
    Json,
    Space,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Open,
    Close,
    And,
    Or,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Comma,
    Question,
    Minus,
    Selector(Selector),
    /// `[n]` or `[*]` outside a selector
    Index,
    Regex(String),
    Quoted(String),
    Word,
}

#[derive(Debug, Clone)]
pub(super) struct Lexeme<'a> {
    pub(super) span: Span,
    pub(super) text: &'a str,
    pub(super) token: Token,
}

/// All tokens of `text`, which begins at byte `base` of the pattern.
pub(super) fn lex(text: &str, base: usize, dialect: Dialect) -> Result<Vec<Lexeme<'_>>, Refusal> {
    let mut lexemes = Vec::new();
    let mut rest = text;
    loop {
        rest = skip_blanks(rest);
        if rest.is_empty() {
            return Ok(lexemes);
        }
        let start = base + text.len() - rest.len();
        match token(dialect, rest) {
            Ok((after, token)) => {
                let length = rest.len() - after.len();
                let text = rest.get(..length).unwrap_or_default();
                lexemes.push(Lexeme { span: Span::new(start, start + length), text, token });
                rest = after;
            }
            Err(_) => {
                let term = failing_term(dialect, rest);
                let span = Span::new(start, start + term.len());
                return Err(Refusal::new(ErrorKind::InvalidCharacters { term: term.to_owned() }, span));
            }
        }
    }
}

fn skip_blanks(input: &str) -> &str {
    multispace1::<_, nom::error::Error<&str>>(input).map_or(input, |(rest, _)| rest)
}

fn token(dialect: Dialect, input: &str) -> IResult<&str, Token> {
    match dialect {
        Dialect::Terms => alt((
            value(Token::Question, char('?')),
            value(Token::Minus, char('-')),
            map(verify(quoted, |text: &str| !text.is_empty()), Token::Quoted),
            regex,
            value(Token::Word, verify(take_while1(is_term), |word: &str| word.contains(is_name))),
        ))
        .parse(input),
        Dialect::Json => alt((map(selector, Token::Selector), index_token, operator, operand)).parse(input),
        Dialect::Space => alt((value(Token::Comma, char(',')), operator, operand)).parse(input),
    }
}

fn operator(input: &str) -> IResult<&str, Token> {
    alt((
        value(Token::Open, char('(')),
        value(Token::Close, char(')')),
        value(Token::And, tag("&&")),
        value(Token::Or, tag("||")),
        value(Token::NotEqual, tag("!=")),
        value(Token::LessOrEqual, tag("<=")),
        value(Token::GreaterOrEqual, tag(">=")),
        value(Token::Equal, char('=')),
        value(Token::Less, char('<')),
        value(Token::Greater, char('>')),
    ))
    .parse(input)
}

fn operand(input: &str) -> IResult<&str, Token> {
    alt((map(quoted, Token::Quoted), regex, value(Token::Word, take_while1(is_word)))).parse(input)
}

fn index_token(input: &str) -> IResult<&str, Token> {
    value(Token::Index, index).parse(input)
}

/// `%body%` with the documented alphabet (docs/filter-patterns.md#regular-expressions).
fn regex(input: &str) -> IResult<&str, Token> {
    let body = take_while1(is_regex_character);
    map(delimited(char('%'), body, char('%')), |body: &str| Token::Regex(body.to_owned())).parse(input)
}

/// `"…"` with `\"` and `\\`; any other backslash is a character of the text (docs/filter-patterns.md#term-patterns).
fn quoted(input: &str) -> IResult<&str, String> {
    let piece = alt((
        value("\"", tag("\\\"")),
        value("\\", tag("\\\\")),
        is_not("\"\\"),
        recognize(preceded(char('\\'), nom::combinator::peek(satisfy(|_| true)))),
    ));
    map(delimited(char('"'), many0(piece), char('"')), |pieces: Vec<&str>| pieces.concat()).parse(input)
}

/// `$.a.['b'][0].*`; the first step begins with a dot (docs/filter-patterns.md#json-grammar).
fn selector(input: &str) -> IResult<&str, Selector> {
    let steps = pair(dotted_step, many0(alt((dotted_step, index))));
    map(preceded(char('$'), steps), |(first, rest)| Selector {
        steps: std::iter::once(first).chain(rest).collect(),
    })
    .parse(input)
}

fn dotted_step(input: &str) -> IResult<&str, Step> {
    let quoted_key = delimited(tag("['"), is_not("'"), tag("']"));
    let step = alt((
        map(take_while1(is_key), |key: &str| Step::Key(key.to_owned())),
        map(quoted_key, |key: &str| Step::QuotedKey(key.to_owned())),
        value(Step::AnyKey, char('*')),
    ));
    preceded(char('.'), step).parse(input)
}

fn index(input: &str) -> IResult<&str, Step> {
    let inside = alt((
        value(Step::AnyIndex, char('*')),
        map(digit1, |digits: &str| Step::Index(digits.parse().unwrap_or(usize::MAX))),
    ));
    delimited(char('['), inside, char(']')).parse(input)
}

pub(super) fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// A dot is part of an unquoted term, inside a word and at its ends; deployed patterns have it in all three places (docs/filter-patterns.md#term-patterns).
fn is_term(c: char) -> bool {
    is_name(c) || c == '.'
}

fn is_key(c: char) -> bool {
    is_name(c) || c == '-'
}

fn is_word(c: char) -> bool {
    is_name(c) || matches!(c, '.' | '*' | '+' | '-')
}

pub(super) fn is_regex_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || ":_#=@/;,- ^$?[]{}|\\*+.".contains(c)
}

/// The start of the text that is not a token, through the first character that no token allows.
fn failing_term(dialect: Dialect, rest: &str) -> &str {
    let through = |matched: usize| {
        let next = rest.get(matched..).and_then(|tail| tail.chars().next());
        rest.get(..matched + next.map_or(0, char::len_utf8)).unwrap_or(rest)
    };
    let run = |from: usize, is: fn(char) -> bool| {
        let tail = rest.get(from..).unwrap_or_default();
        from + tail.find(|c: char| !is(c)).unwrap_or(tail.len())
    };
    match rest.chars().next() {
        Some('%') => through(run(1, is_regex_character)),
        Some('"') if rest.starts_with("\"\"") && dialect == Dialect::Terms => "\"\"",
        Some('"') => rest,
        Some('$') if dialect == Dialect::Json && rest.starts_with("$.['") => rest,
        Some('$') if dialect == Dialect::Json && rest.starts_with("$.[") => through(3),
        Some('$') if dialect == Dialect::Json && rest.starts_with("$.") => through(2),
        Some('$') if dialect == Dialect::Json => through(1),
        Some('[') if dialect == Dialect::Json => through(run(1, |c| c.is_ascii_digit())),
        Some('!' | '&' | '|') if dialect != Dialect::Terms => through(1),
        _ => through(0),
    }
}
