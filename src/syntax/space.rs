//! Space-delimited patterns: `[ip, ..., status = 4*, bytes]` (docs/filter-patterns.md#space-delimited-grammar).

use super::ast::{ColumnCondition, Field, Node};
use super::error::{ErrorKind, Refusal};
use super::lex::{Dialect, Lexeme, Token, is_name, lex};
use super::regex::{check_regexes, regexes_of};
use super::stream::{Stream, refuse};
use crate::span::Span;
use std::collections::HashSet;

/// Parses the text between the brackets.
pub(super) fn parse(inside: &str) -> Result<Vec<Node<Field>>, Refusal> {
    let mut stream = Stream::new(lex(inside, 1, Dialect::Space)?, inside.len() + 1);
    let mut fields = Vec::new();
    if stream.peek().is_none() {
        return Ok(fields);
    }
    let mut from = 1;
    loop {
        fields.push(field(&mut stream, from)?);
        match stream.take(&Token::Comma) {
            Some(comma) => from = comma.span.end,
            None if stream.peek().is_none() => break,
            None => return Err(stream.refuse("`,`, `&&`, `||` or the end of the pattern")),
        }
    }
    check_names(&fields)?;
    check_regexes(fields.iter().flat_map(|field| match &field.item {
        Field::Conditioned { condition, .. } => {
            regexes_of(&condition.item, |c: &ColumnCondition| &c.predicate.item)
        }
        _ => Vec::new(),
    }))?;
    Ok(fields)
}

/// One field. The span of an unnamed field begins at `from`, after its comma.
fn field(stream: &mut Stream<'_>, from: usize) -> Result<Node<Field>, Refusal> {
    match (stream.peek(), stream.peek_second()) {
        (None | Some(Token::Comma), _) => Ok(Node::new(Span::new(from, from), Field::Unnamed)),
        (Some(Token::Word), None | Some(Token::Comma)) => {
            let word = name(stream)?;
            let field = match word.text {
                "..." => Field::Ellipsis,
                name => Field::Named(name.to_owned()),
            };
            Ok(Node::new(word.span, field))
        }
        (Some(Token::Word | Token::Open), _) => conditioned(stream),
        _ => Err(stream.refuse("a column name, `...` or `,`")),
    }
}

fn conditioned(stream: &mut Stream<'_>) -> Result<Node<Field>, Refusal> {
    let mut column: Option<String> = None;
    let condition = stream.expression(&mut |stream| {
        let name = name(stream)?;
        if column.get_or_insert_with(|| name.text.to_owned()) != name.text {
            return Err(refuse(&name, "the name of this column"));
        }
        let predicate =
            stream.comparison(&["null", "SPACE"])?.ok_or_else(|| stream.refuse("a comparison or `,`"))?;
        Ok(ColumnCondition { name: Node::new(name.span, name.text.to_owned()), predicate })
    })?;
    let name = column.unwrap_or_default();
    Ok(Node::new(condition.span, Field::Conditioned { name, condition }))
}

/// A column's name; AWS reads `...name` and `log-level` as one bad token.
fn name<'a>(stream: &mut Stream<'a>) -> Result<Lexeme<'a>, Refusal> {
    let word = stream.take(&Token::Word).ok_or_else(|| stream.refuse("the column's name"))?;
    if word.text == "..." || word.text.chars().all(is_name) {
        return Ok(word);
    }
    Err(Refusal::new(ErrorKind::InvalidCharacters { term: word.text.to_owned() }, word.span))
}

fn check_names(fields: &[Node<Field>]) -> Result<(), Refusal> {
    let mut seen = HashSet::new();
    for field in fields {
        let name = match &field.item {
            Field::Ellipsis => "...",
            other => match other.name() {
                Some(name) => name,
                None => continue,
            },
        };
        if !seen.insert(name) {
            return Err(Refusal::new(ErrorKind::DuplicateField { name: name.to_owned() }, field.span));
        }
    }
    Ok(())
}
