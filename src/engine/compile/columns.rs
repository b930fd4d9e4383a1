//! Space-delimited patterns: which token each column takes, and what is asked of it (docs/filter-patterns.md#alignment, docs/filter-patterns.md#column-conditions).

use super::branches::{BranchProgram, Clauses};
use super::ids::PredicateId;
use super::predicate::PredicatePlan;
use crate::semantics::Semantics;
use crate::syntax::ast::{Field, Node};

/// One pattern.
#[derive(Debug, Clone)]
pub(crate) struct ColumnsPlan {
    /// Columns without the ellipsis.
    columns: usize,
    /// How many columns stand before the ellipsis.
    ellipsis: Option<usize>,
    conditions: Vec<ColumnRule>,
    /// Each column's name, for what is extracted; by column.
    names: Vec<Option<String>>,
}

#[derive(Debug, Clone)]
struct ColumnRule {
    column: usize,
    tests: Vec<PredicatePlan>,
    program: BranchProgram,
}

/// How the columns lie on a line's tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Align {
    /// Tokens that the ellipsis skips, or that the last column takes in besides its own.
    surplus: usize,
}

impl ColumnsPlan {
    pub(crate) fn new(fields: &[Node<Field>], semantics: Semantics) -> ColumnsPlan {
        let ellipsis = fields.iter().position(|field| field.item == Field::Ellipsis);
        let columns: Vec<&Field> =
            fields.iter().map(|field| &field.item).filter(|field| **field != Field::Ellipsis).collect();
        let conditions = columns.iter().enumerate().filter_map(|(column, field)| {
            let Field::Conditioned { condition, .. } = field else { return None };
            let mut tests = Vec::new();
            let program = BranchProgram::new(&Clauses::new(&condition.item, &mut |leaf| {
                tests.push(PredicatePlan::new(&leaf.predicate.item, semantics));
                PredicateId(tests.len() as u32 - 1)
            }));
            Some(ColumnRule { column, tests, program })
        });
        ColumnsPlan {
            conditions: conditions.collect(),
            names: columns.iter().map(|field| field.name().map(|name| format!("${name}"))).collect(),
            columns: columns.len(),
            ellipsis,
        }
    }

    /// How the columns lie on so many tokens; none when they do not fit. `[]` fits every line.
    pub(crate) fn align(&self, tokens: usize) -> Option<Align> {
        if self.columns == 0 && self.ellipsis.is_none() {
            return Some(Align { surplus: tokens });
        }
        let surplus = tokens.checked_sub(self.columns).filter(|_| tokens > 0)?;
        Some(Align { surplus })
    }

    /// The token of a column, and whether the column takes the rest of the line.
    fn token(&self, column: usize, align: Align) -> (usize, bool) {
        match self.ellipsis {
            Some(before) if column >= before => (column + align.surplus, false),
            Some(_) => (column, false),
            None => (column, align.surplus > 0 && column + 1 == self.columns),
        }
    }

    /// Whether all columns' conditions hold; `text` gives a token's text, or the line from it on.
    pub(crate) fn holds<'a>(&self, align: Align, text: impl Fn(usize, bool) -> &'a [u8]) -> bool {
        self.conditions.iter().all(|rule| {
            let (token, rest) = self.token(rule.column, align);
            let text = text(token, rest);
            rule.program
                .run(|test| rule.tests.get(test.index()).is_some_and(|test| test.holds_for_column(text)))
        })
    }

    /// What each column and each skipped token is called, as (name, token, rest of the line), in order.
    pub(crate) fn extracted(&self, align: Align, tokens: usize) -> Vec<(String, usize, bool)> {
        let numbered = |token: usize| (format!("${}", token + 1), token, false);
        if self.columns == 0 {
            return (0..tokens).map(numbered).collect();
        }
        let mut out = Vec::with_capacity(tokens);
        for column in 0..=self.columns {
            if self.ellipsis == Some(column) {
                out.extend((column..column + align.surplus).map(numbered));
            }
            let Some(name) = self.names.get(column) else { continue };
            let (token, rest) = self.token(column, align);
            out.push((name.clone().unwrap_or_else(|| numbered(token).0), token, rest));
        }
        out
    }
}
