//! Divides a question into cases: conjunctions of literals that make the formula true. A theory decides each case.
//!
//! The search is a tableau with unit propagation: the literals of the top-level `&&` are taken, the formula is simplified with them, and
//! then one `||` is divided into its alternatives, the one that is expected to lead to the fewest cases. The second alternative is tried
//! with the first one false, and so on.

use super::budget::Budget;
use super::decision::Unknown;
use super::formula::Formula;
use std::collections::HashMap;
use std::hash::Hash;

/// An atom and whether it is true.
pub(super) type Literal<A> = (A, bool);

/// What is known about the atoms.
pub(super) trait Theory<A> {
    /// False if no event satisfies the literals. True if one does, or if that is not known without much work.
    fn is_possible(&mut self, literals: &[Literal<A>], budget: &mut Budget) -> Result<bool, Unknown>;

    /// An event that satisfies the literals. `None` if none exists.
    fn solve(&mut self, literals: &[Literal<A>], budget: &mut Budget) -> Result<Option<String>, Unknown>;
}

/// An `||` whose alternatives are tried one after another.
struct Branch<A> {
    /// the other parts of the formula
    rest: Vec<Formula<A>>,
    literals: Vec<Literal<A>>,
    alternatives: std::vec::IntoIter<Formula<A>>,
    /// the literals that were alternatives before, negated
    refuted: Vec<Formula<A>>,
}

/// Finds an event for which the formula is true. `None` if no event exists.
pub(super) fn search<A: Copy + Eq + Hash>(
    formula: Formula<A>,
    theory: &mut impl Theory<A>,
    budget: &mut Budget,
) -> Result<Option<String>, Unknown> {
    let mut open: Vec<Branch<A>> = Vec::new();
    let mut next = Some((formula, Vec::new()));
    let mut undecided = None;
    loop {
        if let Some((formula, literals)) = next.take()
            && let Some((rest, literals)) = propagated(formula, literals, budget)?
            && theory.is_possible(&literals, budget)?
        {
            match divided(rest, &literals) {
                Some(branch) => open.push(branch),
                None => {
                    // one hard case does not take the steps of the others
                    let share = budget.left() / 4;
                    match budget.within(share, |budget| theory.solve(&literals, budget)) {
                        Ok(Some(event)) => return Ok(Some(event)),
                        Ok(None) => {}
                        Err(why) => undecided = undecided.or(Some(why)),
                    }
                }
            }
        }
        loop {
            let Some(branch) = open.last_mut() else {
                return undecided.map_or(Ok(None), Err);
            };
            let Some(alternative) = branch.alternatives.next() else {
                open.pop();
                continue;
            };
            let mut parts = vec![alternative.clone()];
            parts.extend(branch.refuted.iter().cloned());
            parts.extend(branch.rest.iter().cloned());
            if let Formula::Literal { atom, is_positive } = alternative {
                branch.refuted.push(Formula::Literal { atom, is_positive: !is_positive });
            }
            next = Some((Formula::And(parts), branch.literals.clone()));
            break;
        }
    }
}

/// The parts that remain after unit propagation, with all literals that are true. `None` if the formula is false.
#[allow(clippy::type_complexity)]
fn propagated<A: Copy + Eq + Hash>(
    mut formula: Formula<A>,
    mut literals: Vec<Literal<A>>,
    budget: &mut Budget,
) -> Result<Option<(Vec<Formula<A>>, Vec<Literal<A>>)>, Unknown> {
    let mut known: HashMap<A, bool> = literals.iter().copied().collect();
    loop {
        let mut size = 0;
        formula.for_each(&mut |_| size += 1);
        budget.spend(1, size)?;
        let parts = match formula.simplified(&|atom| known.get(atom).copied()) {
            Formula::Constant(false) => return Ok(None),
            Formula::Constant(true) => Vec::new(),
            Formula::And(parts) => parts,
            other => vec![other],
        };
        let before = literals.len();
        let mut rest = Vec::new();
        for part in parts {
            match part {
                Formula::Literal { atom, is_positive } => match known.insert(atom, is_positive) {
                    Some(other) if other != is_positive => return Ok(None),
                    Some(_) => {}
                    None => literals.push((atom, is_positive)),
                },
                other => rest.push(other),
            }
        }
        if literals.len() == before {
            return Ok(Some((rest, literals)));
        }
        formula = Formula::And(rest);
    }
}

/// Takes the `||` out that is expected to lead to the fewest cases: few alternatives, each with many literals.
fn divided<A: Copy + Eq + Hash>(mut parts: Vec<Formula<A>>, literals: &[Literal<A>]) -> Option<Branch<A>> {
    let weight = |part: &Formula<A>| match part {
        Formula::Or(alternatives) => {
            let one = |alternative: &Formula<A>| match alternative {
                Formula::And(parts) => 1024_usize >> parts.len().min(10),
                _ => 512,
            };
            alternatives.iter().map(one).sum()
        }
        _ => usize::MAX,
    };
    let (at, _) = parts.iter().enumerate().min_by_key(|(_, part)| weight(part))?;
    let alternatives = match parts.remove(at) {
        Formula::Or(alternatives) => alternatives,
        other => vec![other],
    };
    let literals = literals.to_vec();
    Some(Branch { rest: parts, literals, alternatives: alternatives.into_iter(), refuted: Vec::new() })
}
