//! A stream of tokens with the pieces of grammar that JSON and space-delimited patterns share.

use super::ast::{Equality, Expr, Node, Number, Order, Predicate, Regex, Value};
use super::error::{ErrorKind, Refusal};
use super::lex::{Lexeme, Token};
use crate::number::Decimal;
use crate::span::Span;

pub(super) struct Stream<'a> {
    lexemes: Vec<Lexeme<'a>>,
    at: usize,
    /// where the text ends: the place of what is missing
    end: usize,
    last: Span,
}

impl<'a> Stream<'a> {
    pub(super) fn new(lexemes: Vec<Lexeme<'a>>, end: usize) -> Self {
        Stream { lexemes, at: 0, end, last: Span::new(end, end) }
    }

    pub(super) fn next(&mut self) -> Option<Lexeme<'a>> {
        let lexeme = self.lexemes.get(self.at)?.clone();
        self.at += 1;
        self.last = lexeme.span;
        Some(lexeme)
    }

    /// The token that comes next, and its place.
    pub(super) fn lexeme(&self) -> Option<&Lexeme<'a>> {
        self.lexemes.get(self.at)
    }

    pub(super) fn peek(&self) -> Option<&Token> {
        self.lexemes.get(self.at).map(|lexeme| &lexeme.token)
    }

    pub(super) fn peek_second(&self) -> Option<&Token> {
        self.lexemes.get(self.at + 1).map(|lexeme| &lexeme.token)
    }

    pub(super) fn take(&mut self, token: &Token) -> Option<Lexeme<'a>> {
        if self.peek() == Some(token) { self.next() } else { None }
    }

    /// Refuses the token that stands here, or the end.
    pub(super) fn refuse(&self, expected: &'static str) -> Refusal {
        match self.lexemes.get(self.at) {
            Some(lexeme) => refuse(lexeme, expected),
            None => {
                let found = "the end of the pattern".to_owned();
                Refusal::new(ErrorKind::Grammar { found, expected }, Span::new(self.end, self.end))
            }
        }
    }

    /// `a || b && c` with the precedence of docs/filter-patterns.md#json-grammar, `condition` reading what is between. Open parentheses are kept in a list and
    /// not on the stack: a pattern may have hundreds of them.
    pub(super) fn expression<C>(
        &mut self,
        condition: &mut dyn FnMut(&mut Self) -> Result<C, Refusal>,
    ) -> Result<Node<Expr<C>>, Refusal> {
        let mut outer: Vec<Level<C>> = Vec::new();
        let mut level = Level::new(self.here(), self.here());
        loop {
            let start = self.here();
            if self.take(&Token::Open).is_some() {
                outer.push(std::mem::replace(&mut level, Level::new(start, self.here())));
                continue;
            }
            let item = Expr::Condition(condition(self)?);
            let mut node = Node::new(Span::new(start, self.last.end), item);
            while let Some(whole) = self.after_primary(&mut level, node) {
                let Some(enclosing) = outer.pop() else { return Ok(whole) };
                self.take(&Token::Close).ok_or_else(|| self.refuse("`)`, `&&` or `||`"))?;
                let group = Span::new(level.start, self.last.end);
                node = Node::new(group, Expr::Group(Box::new(whole)));
                level = enclosing;
            }
        }
    }

    /// Adds a condition or a group to its level. `None` if an operator comes next, otherwise the level's whole expression.
    fn after_primary<C>(&mut self, level: &mut Level<C>, node: Node<Expr<C>>) -> Option<Node<Expr<C>>> {
        level.parts.push(node);
        if self.take(&Token::And).is_some() {
            return None;
        }
        let parts = std::mem::take(&mut level.parts);
        level.alternatives.push(self.joined(level.conjunction_start, parts, Expr::And));
        if self.take(&Token::Or).is_some() {
            level.conjunction_start = self.here();
            return None;
        }
        Some(self.joined(level.inner_start, std::mem::take(&mut level.alternatives), Expr::Or))
    }

    fn joined<C>(
        &self,
        start: usize,
        mut parts: Vec<Node<Expr<C>>>,
        join: fn(Vec<Node<Expr<C>>>) -> Expr<C>,
    ) -> Node<Expr<C>> {
        match (parts.pop(), parts.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                parts.extend(last);
                Node::new(Span::new(start, self.last.end), join(parts))
            }
        }
    }

    fn here(&self) -> usize {
        self.lexemes.get(self.at).map_or(self.end, |lexeme| lexeme.span.start)
    }

    /// An operator and its right side. `reserved` are words that cannot be values (docs/filter-patterns.md#json-grammar, docs/filter-patterns.md#space-delimited-grammar).
    pub(super) fn comparison(&mut self, reserved: &[&str]) -> Result<Option<Node<Predicate>>, Refusal> {
        let (equality, order) = match self.peek() {
            Some(Token::Equal) => (Some(Equality::Equal), None),
            Some(Token::NotEqual) => (Some(Equality::NotEqual), None),
            Some(Token::Less) => (None, Some(Order::Less)),
            Some(Token::LessOrEqual) => (None, Some(Order::LessOrEqual)),
            Some(Token::Greater) => (None, Some(Order::Greater)),
            Some(Token::GreaterOrEqual) => (None, Some(Order::GreaterOrEqual)),
            _ => return Ok(None),
        };
        let start = self.here();
        self.next();
        let predicate = match (equality, order) {
            (Some(equality), _) => Predicate::Compare(equality, self.value(reserved)?),
            (None, Some(order)) => Predicate::Order(order, self.number()?),
            (None, None) => return Ok(None),
        };
        Ok(Some(Node::new(Span::new(start, self.last.end), predicate)))
    }

    fn value(&mut self, reserved: &[&str]) -> Result<Node<Value>, Refusal> {
        const EXPECTED: &str = "a value";
        let value = match self.lexemes.get(self.at) {
            Some(Lexeme { token: Token::Regex(body), .. }) => Value::Regex(Regex { body: body.clone() }),
            Some(Lexeme { token: Token::Quoted(text), .. }) => Value::Quoted(text.clone()),
            Some(Lexeme { token: Token::Word, text, .. }) if reserved.contains(text) => {
                return Err(self.refuse("a value that is no reserved word"));
            }
            Some(Lexeme { token: Token::Word, text, .. }) => match Decimal::parse(text.as_bytes()) {
                Some(_) => Value::Number(Number { lexeme: (*text).to_owned() }),
                None => Value::Bare((*text).to_owned()),
            },
            _ => return Err(self.refuse(EXPECTED)),
        };
        self.next();
        Ok(Node::new(self.last, value))
    }

    /// The right side of an order comparison; AWS names a text there as if it held a bad character.
    fn number(&mut self) -> Result<Node<Number>, Refusal> {
        const EXPECTED: &str = "a number";
        match self.lexemes.get(self.at) {
            Some(Lexeme { token: Token::Word, text, .. }) if Decimal::parse(text.as_bytes()).is_some() => {
                let number = Number { lexeme: (*text).to_owned() };
                self.next();
                Ok(Node::new(self.last, number))
            }
            Some(Lexeme { token: Token::Word | Token::Quoted(_), text, span, .. }) => {
                Err(Refusal::new(ErrorKind::MisplacedWord { term: (*text).to_owned() }, *span))
            }
            _ => Err(self.refuse(EXPECTED)),
        }
    }
}

/// An expression that is read: the whole one, or one in parentheses.
struct Level<C> {
    /// Where it begins, with its parenthesis and without.
    start: usize,
    inner_start: usize,
    alternatives: Vec<Node<Expr<C>>>,
    conjunction_start: usize,
    parts: Vec<Node<Expr<C>>>,
}

impl<C> Level<C> {
    fn new(start: usize, inner_start: usize) -> Self {
        let (alternatives, parts) = (Vec::new(), Vec::new());
        Level { start, inner_start, alternatives, conjunction_start: inner_start, parts }
    }
}

pub(super) fn refuse(lexeme: &Lexeme<'_>, expected: &'static str) -> Refusal {
    Refusal::new(ErrorKind::Grammar { found: format!("`{}`", lexeme.text), expected }, lexeme.span)
}
