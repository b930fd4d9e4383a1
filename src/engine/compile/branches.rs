//! A boolean expression as branches: each tests one predicate and says where to go on.

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

/// Ends of a program.
const TRUE: u32 = u32::MAX;
const FALSE: u32 = u32::MAX - 1;

#[derive(Debug, Clone)]
pub(crate) struct BranchProgram {
    branches: Vec<Branch>,
    start: u32,
}

#[derive(Debug, Clone, Copy)]
struct Branch {
    predicate: PredicateId,
    if_true: u32,
    if_false: u32,
}

impl BranchProgram {
    /// Compiles the expression. An `&&` of nothing is true.
    pub(crate) fn new(clauses: &Clauses) -> BranchProgram {
        let mut program = BranchProgram { branches: Vec::new(), start: FALSE };
        program.start = program.add(clauses, TRUE, FALSE);
        program
    }

    /// Adds branches that go on at one of the two places, and returns where they begin.
    fn add(&mut self, clauses: &Clauses, if_true: u32, if_false: u32) -> u32 {
        match clauses {
            Clauses::One(predicate) => {
                self.branches.push(Branch { predicate: *predicate, if_true, if_false });
                self.branches.len() as u32 - 1
            }
            // built from the last part to the first, each knowing the place behind it
            Clauses::And(parts) => {
                parts.iter().rev().fold(if_true, |next, part| self.add(part, next, if_false))
            }
            Clauses::Or(parts) => {
                parts.iter().rev().fold(if_false, |next, part| self.add(part, if_true, next))
            }
        }
    }

    /// Runs the program; branches only lead forward, so it ends.
    #[inline]
    pub(crate) fn run(&self, mut holds: impl FnMut(PredicateId) -> bool) -> bool {
        let mut at = self.start;
        while let Some(branch) = self.branches.get(at as usize) {
            at = if holds(branch.predicate) { branch.if_true } else { branch.if_false };
        }
        at == TRUE
    }
}
