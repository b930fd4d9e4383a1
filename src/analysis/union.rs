//! Whether several patterns together match what one pattern matches.

use super::budget::{Bounds, Budget};
use super::decision::Answer;
use super::example;
use crate::FilterPattern;

/// What one pattern's events are matched by.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Union {
    /// *Yes* if each event of the pattern is matched by one of the others; *no* comes with an event that none of them matches.
    pub answer: Answer,
    /// Those of the others that the answer rests on, by their places.
    pub by: Vec<usize>,
}

/// Whether every event that `a` matches is matched by one of `others` at least.
///
/// ```
/// use cwfilter::analysis::{Answer, Bounds, union};
/// let a = "{ $.a = x || $.a = y }".parse()?;
/// let (x, y, z) = ("{ $.a = x }".parse()?, "{ $.a = \"y*\" }".parse()?, "{ $.b = z }".parse()?);
/// let found = union(&a, &[&z, &x, &y], &Bounds::default());
/// assert_eq!((found.answer, found.by), (Answer::Yes(None), vec![1, 2]));
/// assert!(union(&a, &[&z, &y], &Bounds::default()).answer.is_no());
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn union(a: &FilterPattern, others: &[&FilterPattern], bounds: &Bounds) -> Union {
    let references: Vec<_> = others.iter().map(|it| it.reference()).collect();
    let mut budget = Budget::new(bounds);
    let mut by: Vec<usize> = Vec::new();
    // each round finds an event that those taken so far miss, and takes one more that matches it
    loop {
        let taken = by.iter().filter_map(|at| others.get(*at));
        let wanted: Vec<_> = std::iter::once((a, true)).chain(taken.map(|it| (*it, false))).collect();
        let answer = match example::example(&wanted, &mut budget) {
            Ok(Some(event)) => match references.iter().position(|it| it.is_match(event.as_bytes())) {
                Some(at) => {
                    by.push(at);
                    continue;
                }
                None => Answer::No(Some(event)),
            },
            Ok(None) => Answer::Yes(None),
            Err(why) => Answer::Unknown(why),
        };
        by.sort_unstable();
        return Union { answer, by };
    }
}
