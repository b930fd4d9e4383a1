//! Conditions joined by `&&` and `||`, negations pushed down to them.

use crate::syntax::ast::{Expr, Node};

/// A formula over questions that are numbered elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Formula<A> {
    Constant(bool),
    Ask { atom: A, wanted: bool },
    And(Vec<Formula<A>>),
    Or(Vec<Formula<A>>),
}

impl<A> Formula<A> {
    /// The formula of a pattern's conditions.
    pub(super) fn of<C>(expr: &Expr<C>, question: &impl Fn(&C) -> A) -> Self {
        let all = |parts: &[Node<Expr<C>>]| parts.iter().map(|part| Self::of(&part.item, question)).collect();
        match expr {
            Expr::Or(parts) => Formula::Or(all(parts)),
            Expr::And(parts) => Formula::And(all(parts)),
            Expr::Group(inner) => Self::of(&inner.item, question),
            Expr::Condition(condition) => Formula::ask(question(condition)),
        }
    }

    pub(super) fn ask(atom: A) -> Self {
        Formula::Ask { atom, wanted: true }
    }

    /// The opposite.
    pub(super) fn not(self) -> Self {
        match self {
            Formula::Constant(value) => Formula::Constant(!value),
            Formula::Ask { atom, wanted } => Formula::Ask { atom, wanted: !wanted },
            Formula::And(parts) => Formula::Or(parts.into_iter().map(Self::not).collect()),
            Formula::Or(parts) => Formula::And(parts.into_iter().map(Self::not).collect()),
        }
    }

    pub(super) fn signed(self, wanted: bool) -> Self {
        if wanted { self } else { self.not() }
    }

    /// What is known of it when some questions have no answer yet.
    pub(super) fn value(&self, answer: &impl Fn(&A) -> Option<bool>) -> Option<bool> {
        match self {
            Formula::Constant(value) => Some(*value),
            Formula::Ask { atom, wanted } => answer(atom).map(|it| it == *wanted),
            Formula::And(parts) => joined(parts, answer, false),
            Formula::Or(parts) => joined(parts, answer, true),
        }
    }

    /// The first question without an answer that can matter.
    pub(super) fn open(&self, answer: &impl Fn(&A) -> Option<bool>) -> Option<(&A, bool)> {
        match self {
            Formula::Constant(_) => None,
            Formula::Ask { atom, wanted } => answer(atom).is_none().then_some((atom, *wanted)),
            Formula::And(parts) | Formula::Or(parts) => {
                let mut open = parts.iter().filter(|part| part.value(answer).is_none());
                open.find_map(|part| part.open(answer))
            }
        }
    }

    pub(super) fn for_each(&self, visit: &mut impl FnMut(&A)) {
        match self {
            Formula::Constant(_) => {}
            Formula::Ask { atom, .. } => visit(atom),
            Formula::And(parts) | Formula::Or(parts) => parts.iter().for_each(|part| part.for_each(visit)),
        }
    }

    pub(super) fn replace<B>(self, with: &mut impl FnMut(A) -> Formula<B>) -> Formula<B> {
        match self {
            Formula::Constant(value) => Formula::Constant(value),
            Formula::Ask { atom, wanted } => with(atom).signed(wanted),
            Formula::And(parts) => Formula::And(parts.into_iter().map(|part| part.replace(with)).collect()),
            Formula::Or(parts) => Formula::Or(parts.into_iter().map(|part| part.replace(with)).collect()),
        }
    }
}

fn joined<A>(parts: &[Formula<A>], answer: &impl Fn(&A) -> Option<bool>, decisive: bool) -> Option<bool> {
    let mut is_open = false;
    for part in parts {
        match part.value(answer) {
            Some(value) if value == decisive => return Some(decisive),
            Some(_) => {}
            None => is_open = true,
        }
    }
    (!is_open).then_some(!decisive)
}
