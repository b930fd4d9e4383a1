//! JSON patterns: `{ $.a = 1 && $.b NOT EXISTS }` (docs/filter-patterns.md#json-grammar).

use super::ast::{Condition, Expr, Node, Predicate, Selector, Step};
use super::error::{ErrorKind, Refusal};
use super::lex::{Dialect, Token, lex};
use super::stream::{Stream, refuse};
use super::{check_regexes, regexes_of};
use crate::limits::{WILDCARDS_PER_PATTERN, WILDCARDS_PER_SELECTOR};
use crate::semantics::Semantics;
use crate::span::Span;

/// Parses the text between the braces.
pub(super) fn parse(inside: &str, semantics: Semantics) -> Result<Node<Expr<Condition>>, Refusal> {
    let mut stream = Stream::new(lex(inside, 1, Dialect::Json)?, inside.len() + 1);
    let expr = stream.expression(&mut |stream| condition(stream, semantics))?;
    if stream.peek().is_some() {
        return Err(stream.refuse("`&&`, `||` or the end of the pattern"));
    }
    check_wildcards(&expr.item)?;
    check_regexes(regexes_of(&expr.item, |condition: &Condition| &condition.predicate.item).into_iter())?;
    Ok(expr)
}

fn condition(stream: &mut Stream<'_>, semantics: Semantics) -> Result<Condition, Refusal> {
    let Some(Token::Selector(selector)) = stream.peek().cloned() else {
        return Err(stream.refuse("a selector (`$.field`) or `(`"));
    };
    let span = stream.next().map_or(Span::default(), |lexeme| lexeme.span);
    let predicate = match stream.comparison(&["null"])? {
        Some(predicate) => predicate,
        None => keywords(stream, semantics)?,
    };
    Ok(Condition { selector: Node::new(span, selector), predicate })
}

/// `IS NULL`, `IS TRUE`, `IS FALSE` or `NOT EXISTS`.
fn keywords(stream: &mut Stream<'_>, semantics: Semantics) -> Result<Node<Predicate>, Refusal> {
    const EXPECTED: &str = "a comparison, `IS` or `NOT EXISTS`";
    let Some(first) = stream.take(&Token::Word) else { return Err(stream.refuse(EXPECTED)) };
    let is = |word: &str, keyword: &str| semantics.is_keyword(word, keyword);
    if is(first.text, "IS") {
        let Some(second) = stream.take(&Token::Word) else {
            return Err(stream.refuse("`NULL`, `TRUE` or `FALSE`"));
        };
        let predicate = match second.text {
            word if is(word, "NULL") => Predicate::IsNull,
            word if is(word, "TRUE") => Predicate::IsTrue,
            word if is(word, "FALSE") => Predicate::IsFalse,
            word => {
                return Err(Refusal::new(ErrorKind::MisplacedWord { term: word.to_owned() }, second.span));
            }
        };
        return Ok(Node::new(first.span.to(second.span), predicate));
    }
    if !is(first.text, "NOT") {
        return Err(refuse(&first, EXPECTED));
    }
    match stream.take(&Token::Word) {
        Some(second) if is(second.text, "EXISTS") => {
            Ok(Node::new(first.span.to(second.span), Predicate::NotExists))
        }
        Some(second) => Err(refuse(&second, "`EXISTS`")),
        None => Err(stream.refuse("`EXISTS`")),
    }
}

fn check_wildcards(expr: &Expr<Condition>) -> Result<(), Refusal> {
    let mut total = 0;
    let mut refusal = None;
    expr.for_each(&mut |condition| {
        let wildcards = wildcards(&condition.selector.item);
        total += wildcards;
        let kind = match () {
            () if wildcards > WILDCARDS_PER_SELECTOR => ErrorKind::TooManyWildcardsInSelector,
            () if total > WILDCARDS_PER_PATTERN => ErrorKind::TooManyWildcards,
            () => return,
        };
        refusal.get_or_insert(Refusal::new(kind, condition.selector.span));
    });
    refusal.map_or(Ok(()), Err)
}

fn wildcards(selector: &Selector) -> usize {
    selector.steps.iter().filter(|step| Step::is_wildcard(step)).count()
}
