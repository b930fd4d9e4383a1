//! A boolean expression as branches: each tests one predicate and says where to go on.

use crate::syntax::ast::Expr;

/// Ends of a program.
const TRUE: u32 = u32::MAX;
const FALSE: u32 = u32::MAX - 1;

#[derive(Debug, Clone)]
pub(crate) struct Program {
    branches: Vec<Branch>,
    start: u32,
}

#[derive(Debug, Clone, Copy)]
struct Branch {
    predicate: u32,
    if_true: u32,
    if_false: u32,
}

impl Program {
    /// Compiles the expression; `intern` gives the predicate of a condition.
    pub(crate) fn new<C>(expr: &Expr<C>, intern: &mut impl FnMut(&C) -> u32) -> Program {
        let mut program = Program { branches: Vec::new(), start: FALSE };
        program.start = program.add(expr, TRUE, FALSE, intern);
        program
    }

    /// Adds branches that go on at one of the two places, and returns where they begin.
    fn add<C>(
        &mut self,
        expr: &Expr<C>,
        if_true: u32,
        if_false: u32,
        intern: &mut impl FnMut(&C) -> u32,
    ) -> u32 {
        match expr {
            Expr::Condition(condition) => {
                let predicate = intern(condition);
                self.branches.push(Branch { predicate, if_true, if_false });
                self.branches.len() as u32 - 1
            }
            Expr::Group(inner) => self.add(&inner.item, if_true, if_false, intern),
            // built from the last part to the first, each knowing the place behind it
            Expr::And(parts) => {
                parts.iter().rev().fold(if_true, |next, part| self.add(&part.item, next, if_false, intern))
            }
            Expr::Or(parts) => {
                parts.iter().rev().fold(if_false, |next, part| self.add(&part.item, if_true, next, intern))
            }
        }
    }

    /// Runs the program; branches only lead forward, so it ends.
    #[inline]
    pub(crate) fn run(&self, mut holds: impl FnMut(u32) -> bool) -> bool {
        let mut at = self.start;
        while let Some(branch) = self.branches.get(at as usize) {
            at = if holds(branch.predicate) { branch.if_true } else { branch.if_false };
        }
        at == TRUE
    }
}
