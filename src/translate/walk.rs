//! The walk over a pattern that all targets share. It decides what each condition compares, refuses numbers beyond a double, and writes the
//! notes about numbers; a target spells conditions, and joins them.

use super::line::{Column, conditioned, least_tokens};
use super::note::{Clause, Note, Refusal};
use super::operand::{Operand, Search, exceeds_double, literal};
use super::regex::depends_on_spelling;
use crate::syntax::ast::{
    Equality, Expr, Field, Node, Number, Order, Pattern, Predicate, Selector, Term, TermMode,
};
use crate::{FilterPattern, Semantics};

/// A query, and what it does otherwise than the pattern.
pub(super) type Written = Result<(String, Vec<Note>), Refusal>;

/// A condition on a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Test<'p> {
    NotExists,
    IsNull,
    IsTrue,
    IsFalse,
    /// A JSON number, or a token that is a number, against the literal of a number.
    Order(Order, String),
    /// As [`Test::Order`]. A JSON text is compared with `spelled`, the number as the pattern writes it.
    Number {
        equality: Equality,
        literal: String,
        spelled: &'p str,
    },
    /// A text, or the text of a JSON number.
    Text(Equality, Search<'p>),
}

/// The parts of sentences about a target.
pub(super) struct Words {
    /// The target's numbers: `jq's numbers are doubles`.
    pub(super) doubles: &'static str,
    /// How a comparison of a text with a JSON number differs. `None` if it does not.
    pub(super) spelling: Option<&'static str>,
}

/// A condition that can be joined with others.
pub(super) trait Condition: Sized {
    /// All conditions hold.
    fn all(parts: Vec<Self>, and: &str, clause: &mut Clause<'_>) -> Result<Self, Refusal>;
    /// A condition holds.
    fn any(parts: Vec<Self>, or: &str, clause: &mut Clause<'_>) -> Result<Self, Refusal>;
}

impl Condition for String {
    fn all(parts: Vec<String>, and: &str, _: &mut Clause<'_>) -> Result<String, Refusal> {
        Ok(joined(parts, and))
    }

    fn any(parts: Vec<String>, or: &str, _: &mut Clause<'_>) -> Result<String, Refusal> {
        Ok(joined(parts, or))
    }
}

/// A query language: how it spells the conditions of a pattern, and joins them.
pub(super) trait Dialect {
    /// A condition, which needs no parentheses inside others.
    type Condition: Condition;

    const WORDS: Words;
    /// Joins texts of conditions that all have to hold.
    const AND: &'static str = " and ";
    /// Joins texts of alternative conditions.
    const OR: &'static str = " or ";

    /// The query that selects every event.
    fn everything(&mut self) -> String;
    /// The query over messages that are texts.
    fn texts(&mut self, condition: Self::Condition, clause: &mut Clause<'_>) -> Result<String, Refusal>;
    /// The query over messages that are JSON objects.
    fn objects(&mut self, condition: Self::Condition, clause: &mut Clause<'_>) -> Result<String, Refusal>;
    /// The query over messages with at least this number of tokens.
    fn lines(
        &mut self,
        least: usize,
        conditions: Vec<Self::Condition>,
        clause: &mut Clause<'_>,
    ) -> Result<String, Refusal>;
    /// A text that the message has, or has not.
    fn term(
        &mut self,
        text: &str,
        is_excluded: bool,
        clause: &mut Clause<'_>,
    ) -> Result<Self::Condition, Refusal>;
    /// A search in the message.
    fn search(
        &mut self,
        regex: &crate::syntax::ast::Regex,
        clause: &mut Clause<'_>,
    ) -> Result<Self::Condition, Refusal>;
    /// A condition on the values of a selector.
    fn field(
        &mut self,
        selector: &Selector,
        test: &Test<'_>,
        clause: &mut Clause<'_>,
    ) -> Result<Self::Condition, Refusal>;
    /// A condition on a column of a line with at least this number of tokens. The test is about a number or a text.
    fn column(
        &mut self,
        column: Column,
        least: usize,
        test: &Test<'_>,
        clause: &mut Clause<'_>,
    ) -> Result<Self::Condition, Refusal>;
}

/// Writes a pattern in a dialect.
pub(super) fn translate<D: Dialect>(pattern: &FilterPattern, mut dialect: D) -> Written {
    let mut notes = Vec::new();
    let mut walk = Walk { dialect: &mut dialect, semantics: pattern.semantics(), notes: &mut notes };
    let text = match pattern.ast() {
        Pattern::Everything => walk.dialect.everything(),
        Pattern::Terms(terms) => walk.terms(terms)?,
        Pattern::Regex(regex) => {
            let mut clause = Clause::new(regex, walk.notes);
            let condition = walk.dialect.search(&regex.item, &mut clause)?;
            walk.dialect.texts(condition, &mut clause)?
        }
        Pattern::Json(expr) => {
            let condition = walk.expression(expr, &mut |walk, leaf, node| {
                let mut clause = Clause::new(node, walk.notes);
                let test = test::<D>(&leaf.predicate.item, walk.semantics, true, &mut clause)?;
                walk.dialect.field(&leaf.selector.item, &test, &mut clause)
            })?;
            walk.dialect.objects(condition, &mut Clause::new(expr, walk.notes))?
        }
        Pattern::Space(fields) => walk.space(fields)?,
    };
    Ok((text, notes))
}

struct Walk<'w, D> {
    dialect: &'w mut D,
    semantics: Semantics,
    notes: &'w mut Vec<Note>,
}

/// Writes a condition, the item of the node.
type Leaf<'l, D, C> =
    dyn FnMut(&mut Walk<'_, D>, &C, &Node<Expr<C>>) -> Result<<D as Dialect>::Condition, Refusal> + 'l;

impl<D: Dialect> Walk<'_, D> {
    fn terms(&mut self, terms: &[Node<Term>]) -> Result<String, Refusal> {
        let are_optional = terms.iter().all(|term| term.item.mode == TermMode::Optional);
        let mut parts = Vec::new();
        // beside other terms the optional ones are ignored (docs/filter-patterns.md#term-patterns)
        for term in terms.iter().filter(|term| are_optional || term.item.mode != TermMode::Optional) {
            let is_excluded = term.item.mode == TermMode::Excluded;
            parts.push(self.dialect.term(
                &term.item.text,
                is_excluded,
                &mut Clause::new(term, self.notes),
            )?);
        }
        let Some(first) = terms.first() else { return Ok(self.dialect.everything()) };
        let mut clause = Clause::new(first, self.notes);
        let condition = match are_optional {
            true => D::Condition::any(parts, D::OR, &mut clause)?,
            false => D::Condition::all(parts, D::AND, &mut clause)?,
        };
        self.dialect.texts(condition, &mut clause)
    }

    fn space(&mut self, fields: &[Node<Field>]) -> Result<String, Refusal> {
        let Some(least) = least_tokens(fields) else { return Ok(self.dialect.everything()) };
        let mut conditions = Vec::new();
        for (column, field) in conditioned(fields) {
            let Some(condition) = field.item.condition() else { continue };
            conditions.push(self.expression(condition, &mut |walk, leaf, node| {
                let mut clause = Clause::new(node, walk.notes);
                let test = test::<D>(&leaf.predicate.item, walk.semantics, false, &mut clause)?;
                walk.dialect.column(column, least, &test, &mut clause)
            })?);
        }
        let Some(first) = fields.first() else { return Ok(self.dialect.everything()) };
        self.dialect.lines(least, conditions, &mut Clause::new(first, self.notes))
    }

    fn expression<C: std::fmt::Display>(
        &mut self,
        expr: &Node<Expr<C>>,
        leaf: &mut Leaf<'_, D, C>,
    ) -> Result<D::Condition, Refusal> {
        let mut all = |walk: &mut Self, parts: &[Node<Expr<C>>]| {
            parts.iter().map(|part| walk.expression(part, leaf)).collect::<Result<Vec<_>, _>>()
        };
        match &expr.item {
            Expr::Group(inner) => self.expression(inner, leaf),
            Expr::And(parts) => {
                let parts = all(self, parts)?;
                D::Condition::all(parts, D::AND, &mut Clause::new(expr, self.notes))
            }
            Expr::Or(parts) => {
                let parts = all(self, parts)?;
                D::Condition::any(parts, D::OR, &mut Clause::new(expr, self.notes))
            }
            Expr::Condition(condition) => {
                let mut walk = Walk { dialect: self.dialect, semantics: self.semantics, notes: self.notes };
                leaf(&mut walk, condition, expr)
            }
        }
    }
}

/// What a condition compares. `is_json`: with a JSON value, and not with a token.
fn test<'p, D: Dialect>(
    predicate: &'p Predicate,
    semantics: Semantics,
    is_json: bool,
    clause: &mut Clause<'_>,
) -> Result<Test<'p>, Refusal> {
    Ok(match predicate {
        Predicate::Order(order, value) => Test::Order(*order, number::<D>(&value.item, clause)?),
        Predicate::Compare(equality, value) => match Operand::of(&value.item, semantics) {
            Operand::Number(value) => Test::Number {
                equality: *equality,
                literal: number::<D>(value, clause)?,
                spelled: &value.lexeme,
            },
            Operand::Search(search) => {
                if is_json && depends_on_spelling(&search) {
                    D::WORDS.spelling.into_iter().for_each(|text| clause.note(text));
                }
                Test::Text(*equality, search)
            }
        },
        _ if !is_json => {
            return Err(clause.refused("a column has no such condition", "compare the column with a text"));
        }
        Predicate::NotExists => Test::NotExists,
        Predicate::IsNull => Test::IsNull,
        Predicate::IsTrue => Test::IsTrue,
        Predicate::IsFalse => Test::IsFalse,
    })
}

fn number<D: Dialect>(number: &Number, clause: &mut Clause<'_>) -> Result<String, Refusal> {
    let doubles = D::WORDS.doubles;
    let Some(text) = literal(number) else {
        let reason = format!("{doubles}, and this number is beyond their range");
        return Err(clause.refused(reason, "compare with a smaller number"));
    };
    if exceeds_double(number) {
        clause.note(format!("{doubles}, and cannot tell this number from its neighbours"));
    }
    Ok(text)
}

/// Conditions between an operator, in parentheses if there are several.
fn joined(mut parts: Vec<String>, operator: &str) -> String {
    match parts.len() {
        1 => parts.remove(0),
        _ => format!("({})", parts.join(operator)),
    }
}
