//! Whether several patterns together match what one pattern matches.

use super::budget::{Bounds, Budget};
use super::decision::Decision;
use super::witness;
use crate::FilterPattern;

/// Whether other patterns together match every event of one pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Union {
    /// *Yes* if each event of the pattern is matched by at least one of the others. *No* has an event that no other pattern matches.
    pub decision: Decision,
    /// The indexes of the other patterns that the decision depends on, ascending.
    pub by: Vec<usize>,
}

/// Whether every event that `a` matches is matched by at least one of `others`.
///
/// ```
/// use cwfilter::analysis::{Decision, Bounds, union};
/// let a = "{ $.a = x || $.a = y }".parse()?;
/// let (x, y, z) = ("{ $.a = x }".parse()?, "{ $.a = \"y*\" }".parse()?, "{ $.b = z }".parse()?);
/// let found = union(&a, &[&z, &x, &y], &Bounds::default());
/// assert_eq!((found.decision, found.by), (Decision::Yes(None), vec![1, 2]));
/// assert!(union(&a, &[&z, &y], &Bounds::default()).decision.is_no());
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn union(a: &FilterPattern, others: &[&FilterPattern], bounds: &Bounds) -> Union {
    let references: Vec<_> = others.iter().map(|it| it.reference()).collect();
    let mut budget = Budget::new(bounds);
    let mut by: Vec<usize> = Vec::new();
    // each round finds an event that the patterns in `by` miss, and adds a pattern that matches it
    loop {
        let taken = by.iter().filter_map(|at| others.get(*at));
        let wanted: Vec<_> = std::iter::once((a, true)).chain(taken.map(|it| (*it, false))).collect();
        let decision = match witness::find_witness(&wanted, bounds.domain, &mut budget) {
            Ok(Some(event)) => match references.iter().position(|it| it.is_match(event.as_bytes())) {
                Some(at) => {
                    by.push(at);
                    continue;
                }
                None => Decision::No(Some(event)),
            },
            Ok(None) => Decision::Yes(None),
            Err(why) => Decision::Unknown(why),
        };
        by.sort_unstable();
        return Union { decision, by };
    }
}
