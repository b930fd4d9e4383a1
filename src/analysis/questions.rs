//! Yes-or-no questions about one or two patterns.

use super::budget::Bounds;
use super::decision::Answer;
use super::example::seek;
use crate::FilterPattern;

/// Whether some event is matched; *yes* comes with one.
///
/// ```
/// use cwfilter::FilterPattern;
/// use cwfilter::analysis::{Bounds, satisfiable};
/// let root = FilterPattern::try_from("{ $.a = x && $.b = y }")?;
/// let wider = FilterPattern::try_from("{ $.a = x }")?;
/// let never = FilterPattern::try_from("{ $.a = 1 && $.a = 2 }")?;
/// assert!(satisfiable(&root, &Bounds::default()).is_yes());
/// assert!(satisfiable(&never, &Bounds::default()).is_no());
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn satisfiable(a: &FilterPattern, bounds: &Bounds) -> Answer {
    match seek(&[(a, true)], bounds) {
        Ok(Some(event)) => Answer::Yes(Some(event)),
        Ok(None) => Answer::No(None),
        Err(why) => Answer::Unknown(why),
    }
}

/// Whether every event of the pattern's kind is matched; *no* comes with one that is not.
///
/// ```
/// use cwfilter::FilterPattern;
/// use cwfilter::analysis::{Bounds, always};
/// let root = FilterPattern::try_from("{ $.a = x && $.b = y }")?;
/// let wider = FilterPattern::try_from("{ $.a = x }")?;
/// assert!(always(&root, &Bounds::default()).is_no());
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn always(a: &FilterPattern, bounds: &Bounds) -> Answer {
    refuted(&[(a, false)], bounds)
}

/// Whether `b` matches every event that `a` matches; *no* comes with one that only `a` matches.
///
/// ```
/// use cwfilter::FilterPattern;
/// use cwfilter::analysis::{Bounds, implies};
/// let root = FilterPattern::try_from("{ $.a = x && $.b = y }")?;
/// let wider = FilterPattern::try_from("{ $.a = x }")?;
/// assert!(implies(&root, &wider, &Bounds::default()).is_yes());
/// assert!(implies(&wider, &root, &Bounds::default()).is_no());
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn implies(a: &FilterPattern, b: &FilterPattern, bounds: &Bounds) -> Answer {
    refuted(&[(a, true), (b, false)], bounds)
}

/// Whether no event is matched by both; *no* comes with one that is.
///
/// ```
/// use cwfilter::FilterPattern;
/// use cwfilter::analysis::{Bounds, disjoint};
/// let root = FilterPattern::try_from("{ $.a = x && $.b = y }")?;
/// let wider = FilterPattern::try_from("{ $.a = x }")?;
/// let other = FilterPattern::try_from("{ $.a = z }")?;
/// assert!(disjoint(&root, &other, &Bounds::default()).is_yes());
/// assert!(disjoint(&root, &wider, &Bounds::default()).is_no());
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn disjoint(a: &FilterPattern, b: &FilterPattern, bounds: &Bounds) -> Answer {
    refuted(&[(a, true), (b, true)], bounds)
}

/// Whether both match the same events; *no* comes with one that only one of them matches.
///
/// ```
/// use cwfilter::FilterPattern;
/// use cwfilter::analysis::{Bounds, equivalent};
/// let root = FilterPattern::try_from("{ $.a = x && $.b = y }")?;
/// let wider = FilterPattern::try_from("{ $.a = x }")?;
/// let swapped = FilterPattern::try_from("{ $.b = y && $.a = x }")?;
/// assert!(equivalent(&root, &swapped, &Bounds::default()).is_yes());
/// assert!(equivalent(&root, &wider, &Bounds::default()).is_no());
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn equivalent(a: &FilterPattern, b: &FilterPattern, bounds: &Bounds) -> Answer {
    match (implies(a, b, bounds), implies(b, a, bounds)) {
        (Answer::Yes(_), Answer::Yes(_)) => Answer::Yes(None),
        (Answer::No(witness), _) | (_, Answer::No(witness)) => Answer::No(witness),
        (Answer::Unknown(why), _) | (_, Answer::Unknown(why)) => Answer::Unknown(why),
    }
}

/// All pairs of a set of which some event is matched by both, with that event.
///
/// ```
/// use cwfilter::FilterPattern;
/// use cwfilter::analysis::{Bounds, overlap};
/// let root = FilterPattern::try_from("{ $.a = x && $.b = y }")?;
/// let wider = FilterPattern::try_from("{ $.a = x }")?;
/// let pairs = overlap(&[&root, &wider], &Bounds::default());
/// assert!(matches!(pairs.as_slice(), [(0, 1, answer)] if answer.is_yes()));
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn overlap(patterns: &[&FilterPattern], bounds: &Bounds) -> Vec<(usize, usize, Answer)> {
    let mut pairs = Vec::new();
    for (at, a) in patterns.iter().enumerate() {
        for (other, b) in patterns.iter().enumerate().skip(at + 1) {
            match disjoint(a, b, bounds) {
                Answer::Yes(_) => {}
                Answer::No(witness) => pairs.push((at, other, Answer::Yes(witness))),
                unknown => pairs.push((at, other, unknown)),
            }
        }
    }
    pairs
}

fn refuted(wanted: &[(&FilterPattern, bool)], bounds: &Bounds) -> Answer {
    match seek(wanted, bounds) {
        Ok(Some(event)) => Answer::No(Some(event)),
        Ok(None) => Answer::Yes(None),
        Err(why) => Answer::Unknown(why),
    }
}
