//! Formulas of propositional logic in negation normal form: literals joined by `&&` and `||`.

use crate::syntax::ast::{Expr, Node};

/// A formula over atoms. An atom is a predicate on a field, a token or a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Formula<A> {
    Constant(bool),
    /// An atom, or its negation.
    Literal {
        atom: A,
        is_positive: bool,
    },
    And(Vec<Formula<A>>),
    Or(Vec<Formula<A>>),
}

impl<A> Formula<A> {
    /// The formula of a pattern's conditions.
    pub(super) fn of<C>(expr: &Expr<C>, atom_of: &impl Fn(&C) -> A) -> Self {
        let all = |parts: &[Node<Expr<C>>]| parts.iter().map(|part| Self::of(&part.item, atom_of)).collect();
        match expr {
            Expr::Or(parts) => Formula::Or(all(parts)),
            Expr::And(parts) => Formula::And(all(parts)),
            Expr::Group(inner) => Self::of(&inner.item, atom_of),
            Expr::Condition(condition) => Formula::literal(atom_of(condition)),
        }
    }

    pub(super) fn literal(atom: A) -> Self {
        Formula::Literal { atom, is_positive: true }
    }

    /// The negation, pushed down to the literals.
    pub(super) fn not(self) -> Self {
        match self {
            Formula::Constant(value) => Formula::Constant(!value),
            Formula::Literal { atom, is_positive } => Formula::Literal { atom, is_positive: !is_positive },
            Formula::And(parts) => Formula::Or(parts.into_iter().map(Self::not).collect()),
            Formula::Or(parts) => Formula::And(parts.into_iter().map(Self::not).collect()),
        }
    }

    pub(super) fn with_sign(self, is_positive: bool) -> Self {
        if is_positive { self } else { self.not() }
    }

    /// The value under a partial assignment. `None` if it depends on unassigned atoms.
    pub(super) fn value(&self, truth: &impl Fn(&A) -> Option<bool>) -> Option<bool> {
        match self {
            Formula::Constant(value) => Some(*value),
            Formula::Literal { atom, is_positive } => truth(atom).map(|it| it == *is_positive),
            Formula::And(parts) => joined(parts, truth, false),
            Formula::Or(parts) => joined(parts, truth, true),
        }
    }

    /// The first unassigned atom that can change the value, and whether its literal is positive.
    pub(super) fn first_unassigned(&self, truth: &impl Fn(&A) -> Option<bool>) -> Option<(&A, bool)> {
        match self {
            Formula::Constant(_) => None,
            Formula::Literal { atom, is_positive } => truth(atom).is_none().then_some((atom, *is_positive)),
            Formula::And(parts) | Formula::Or(parts) => {
                let mut open = parts.iter().filter(|part| part.value(truth).is_none());
                open.find_map(|part| part.first_unassigned(truth))
            }
        }
    }

    /// Calls `visit` for each atom.
    pub(super) fn for_each(&self, visit: &mut impl FnMut(&A)) {
        match self {
            Formula::Constant(_) => {}
            Formula::Literal { atom, .. } => visit(atom),
            Formula::And(parts) | Formula::Or(parts) => parts.iter().for_each(|part| part.for_each(visit)),
        }
    }

    /// The formula without the atoms whose truth is known. An `&&` has no `&&` and no constant among its parts, an `||` no `||`.
    pub(super) fn simplified(self, truth: &impl Fn(&A) -> Option<bool>) -> Self {
        match self {
            Formula::Constant(value) => Formula::Constant(value),
            Formula::Literal { atom, is_positive } => match truth(&atom) {
                Some(value) => Formula::Constant(value == is_positive),
                None => Formula::Literal { atom, is_positive },
            },
            Formula::And(parts) => {
                let mut all = Vec::with_capacity(parts.len());
                for part in parts {
                    match part.simplified(truth) {
                        Formula::Constant(false) => return Formula::Constant(false),
                        Formula::Constant(true) => {}
                        Formula::And(inner) => all.extend(inner),
                        other => all.push(other),
                    }
                }
                match Self::only(&mut all) {
                    Some(only) => only,
                    None if all.is_empty() => Formula::Constant(true),
                    None => Formula::And(all),
                }
            }
            Formula::Or(parts) => {
                let mut all = Vec::with_capacity(parts.len());
                for part in parts {
                    match part.simplified(truth) {
                        Formula::Constant(true) => return Formula::Constant(true),
                        Formula::Constant(false) => {}
                        Formula::Or(inner) => all.extend(inner),
                        other => all.push(other),
                    }
                }
                match Self::only(&mut all) {
                    Some(only) => only,
                    None if all.is_empty() => Formula::Constant(false),
                    None => Formula::Or(all),
                }
            }
        }
    }

    /// The only element of a list.
    fn only(list: &mut Vec<Self>) -> Option<Self> {
        if list.len() == 1 { list.pop() } else { None }
    }

    /// Replaces each atom by a formula.
    pub(super) fn replace<B>(self, with: &mut impl FnMut(A) -> Formula<B>) -> Formula<B> {
        match self {
            Formula::Constant(value) => Formula::Constant(value),
            Formula::Literal { atom, is_positive } => with(atom).with_sign(is_positive),
            Formula::And(parts) => Formula::And(parts.into_iter().map(|part| part.replace(with)).collect()),
            Formula::Or(parts) => Formula::Or(parts.into_iter().map(|part| part.replace(with)).collect()),
        }
    }
}

/// The value of an `&&` (decided by a false part) or `||` (decided by a true part).
fn joined<A>(parts: &[Formula<A>], truth: &impl Fn(&A) -> Option<bool>, decisive: bool) -> Option<bool> {
    let mut is_open = false;
    for part in parts {
        match part.value(truth) {
            Some(value) if value == decisive => return Some(decisive),
            Some(_) => {}
            None => is_open = true,
        }
    }
    (!is_open).then_some(!decisive)
}
