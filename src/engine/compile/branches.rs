//! Boolean expressions as decision branches: each branch asks one predicate and names the next branch for either outcome.
//!
//! ```text
//! a && (b || c)    0: c ─ true ─▶ TRUE   ─ false ─▶ FALSE
//!                  1: b ─ true ─▶ TRUE   ─ false ─▶ 0
//!          start ─▶ 2: a ─ true ─▶ 1      ─ false ─▶ FALSE
//! ```
//!
//! This is a binary decision diagram (Bryant, *Graph-Based Algorithms for Boolean Function Manipulation*, IEEE Transactions on
//! Computers 35, 1986), but neither reordered nor reduced: the clauses are asked in the author's order. The branches
//! are built from the last clause to the first, so a branch leads only to branches with smaller numbers.

use super::ids::PredicateId;
use crate::syntax::ast::{Expr, Node};

/// A boolean expression over predicates, without groups and without one `&&` or `||` inside another of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Clauses {
    Or(Vec<Clauses>),
    And(Vec<Clauses>),
    One(PredicateId),
}

impl Clauses {
    /// The expression's clauses; `intern` gives the predicate of a condition.
    pub(crate) fn new<C>(expr: &Expr<C>, intern: &mut impl FnMut(&C) -> PredicateId) -> Clauses {
        let mut each = |parts: &[Node<Expr<C>>]| -> Vec<Clauses> {
            parts.iter().map(|part| Clauses::new(&part.item, intern)).collect()
        };
        match expr {
            Expr::And(parts) => {
                let flat = each(parts).into_iter().flat_map(|part| match part {
                    Clauses::And(inner) => inner,
                    other => vec![other],
                });
                Clauses::And(flat.collect())
            }
            Expr::Or(parts) => {
                let flat = each(parts).into_iter().flat_map(|part| match part {
                    Clauses::Or(inner) => inner,
                    other => vec![other],
                });
                Clauses::Or(flat.collect())
            }
            Expr::Group(inner) => Clauses::new(&inner.item, intern),
            Expr::Condition(condition) => Clauses::One(intern(condition)),
        }
    }
}

/// The outcomes, as places after the last branch.
const TRUE: u32 = u32::MAX;
const FALSE: u32 = u32::MAX - 1;

/// The branches of one expression.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct BranchProgram {
    branches: Vec<Branch>,
    start: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Branch {
    predicate: PredicateId,
    if_true: u32,
    if_false: u32,
}

impl BranchProgram {
    /// Compiles the expression. An `&&` of nothing is true.
    pub(crate) fn new(clauses: &Clauses) -> BranchProgram {
        let mut built = BranchProgram { branches: Vec::new(), start: FALSE };
        built.start = built.add(clauses, TRUE, FALSE);
        built
    }

    /// Adds branches that continue at one of the two places, and returns the first of them.
    fn add(&mut self, clauses: &Clauses, if_true: u32, if_false: u32) -> u32 {
        match clauses {
            Clauses::One(predicate) => {
                self.branches.push(Branch { predicate: *predicate, if_true, if_false });
                self.branches.len() as u32 - 1
            }
            // built from the last part to the first, so that each part knows the place after it
            Clauses::And(parts) => {
                parts.iter().rev().fold(if_true, |next, part| self.add(part, next, if_false))
            }
            Clauses::Or(parts) => {
                parts.iter().rev().fold(if_false, |next, part| self.add(part, if_true, next))
            }
        }
    }

    /// Evaluates the expression. A branch only leads to branches that were built before it, so the loop ends.
    #[inline]
    pub(crate) fn evaluate(&self, mut holds: impl FnMut(PredicateId) -> bool) -> bool {
        let mut at = self.start;
        while let Some(branch) = self.branches.get(at as usize) {
            at = if holds(branch.predicate) { branch.if_true } else { branch.if_false };
        }
        debug_assert!(at == TRUE || at == FALSE, "a branch leads to no branch");
        at == TRUE
    }
}
