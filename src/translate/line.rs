//! Lines of text, for the targets that read them as columns (docs/filter-patterns.md#columns-of-an-event).

use crate::syntax::ast::{Field, Node};

/// One token: a text in quotes or brackets, or a run without white space. The alternatives are tried in this order.
pub(super) const TOKEN: &str = r#""[^"]*"|\[[^\]]*\]|[^ \t\r\n]+"#;

/// A token that is a number, as `<` and `=` take it (docs/filter-patterns.md#column-conditions).
pub(super) const NUMBER: &str = r"\A[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\z";

/// Where a column's text is (docs/filter-patterns.md#alignment).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// A token, counted from 0.
    FromLeft(usize),
    /// A token, counted from 1 from the end.
    FromRight(usize),
    /// This token, counted from 0, and if there are more tokens, the rest of the line.
    Rest(usize),
}

/// The least number of tokens that a line needs. `None` for `[]`, which takes every line.
pub(super) fn least_tokens(fields: &[Node<Field>]) -> Option<usize> {
    (!fields.is_empty())
        .then(|| fields.iter().filter(|field| !matches!(field.item, Field::Ellipsis)).count().max(1))
}

/// The columns with conditions.
pub(super) fn conditioned(fields: &[Node<Field>]) -> impl Iterator<Item = (Column, &Node<Field>)> {
    let ellipsis = fields.iter().position(|field| matches!(field.item, Field::Ellipsis));
    fields.iter().enumerate().filter(|(_, field)| field.item.condition().is_some()).map(move |(at, field)| {
        let column = match ellipsis {
            Some(ellipsis) if ellipsis < at => Column::FromRight(fields.len() - at),
            None if at + 1 == fields.len() => Column::Rest(at),
            _ => Column::FromLeft(at),
        };
        (column, field)
    })
}
