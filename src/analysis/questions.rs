//! Yes-or-no questions about one or two patterns.

use super::budget::{Bounds, Budget};
use super::decision::Decision;
#[cfg(feature = "rules")]
use super::decision::Unknown;
#[cfg(feature = "rules")]
use super::domain::Domain;
use super::witness::{find_witness, find_witness_within};
use crate::FilterPattern;

/// An event which each pattern matches, or does not match, as wanted; `None` if no event exists. The second value is the number of steps
/// that the search took.
#[cfg(feature = "rules")]
pub(crate) fn event_with(
    wanted: &[(&FilterPattern, bool)],
    domain: Domain,
    steps: usize,
) -> (Result<Option<String>, Unknown>, usize) {
    let mut budget = Budget::new(&Bounds::default().with_steps(steps));
    let found = find_witness(wanted, domain, &mut budget);
    (found, steps.saturating_sub(budget.left()))
}

/// Whether there is an event that matches all patterns of one list and no pattern of another. *Yes* has such an event.
///
/// ```
/// use cwfilter::FilterPattern;
/// use cwfilter::analysis::{Bounds, find_event};
/// let root = FilterPattern::try_from("{ $.a = x && $.b = y }")?;
/// let wider = FilterPattern::try_from("{ $.a = x }")?;
/// assert!(find_event(&[&wider], &[&root], &Bounds::default()).is_yes());
/// assert!(find_event(&[&root], &[&wider], &Bounds::default()).is_no());
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn find_event(matched: &[&FilterPattern], unmatched: &[&FilterPattern], bounds: &Bounds) -> Decision {
    find_event_counted(matched, unmatched, bounds).0
}

/// As [`find_event`], with the number of steps that the search took.
pub(crate) fn find_event_counted(
    matched: &[&FilterPattern],
    unmatched: &[&FilterPattern],
    bounds: &Bounds,
) -> (Decision, usize) {
    let wanted: Vec<(&FilterPattern, bool)> =
        matched.iter().map(|it| (*it, true)).chain(unmatched.iter().map(|it| (*it, false))).collect();
    let mut budget = Budget::new(bounds);
    let decision = match find_witness(&wanted, bounds.domain, &mut budget) {
        Ok(Some(event)) => Decision::Yes(Some(event)),
        Ok(None) => Decision::No(None),
        Err(why) => Decision::Unknown(why),
    };
    (decision, bounds.steps.saturating_sub(budget.left()))
}

/// Whether the pattern matches some event. *Yes* has such an event as its witness.
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
pub fn satisfiable(a: &FilterPattern, bounds: &Bounds) -> Decision {
    match find_witness_within(&[(a, true)], bounds) {
        Ok(Some(event)) => Decision::Yes(Some(event)),
        Ok(None) => Decision::No(None),
        Err(why) => Decision::Unknown(why),
    }
}

/// Whether the pattern matches every event of its kind. *No* has an event that it does not match.
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
pub fn always(a: &FilterPattern, bounds: &Bounds) -> Decision {
    unless_witness(&[(a, false)], bounds)
}

/// Whether `b` matches every event that `a` matches. *No* has an event that only `a` matches.
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
pub fn implies(a: &FilterPattern, b: &FilterPattern, bounds: &Bounds) -> Decision {
    unless_witness(&[(a, true), (b, false)], bounds)
}

/// Whether no event is matched by both patterns. *No* has an event that both match.
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
pub fn disjoint(a: &FilterPattern, b: &FilterPattern, bounds: &Bounds) -> Decision {
    unless_witness(&[(a, true), (b, true)], bounds)
}

/// Whether both patterns match the same events. *No* has an event that only one of them matches.
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
pub fn equivalent(a: &FilterPattern, b: &FilterPattern, bounds: &Bounds) -> Decision {
    match (implies(a, b, bounds), implies(b, a, bounds)) {
        (Decision::Yes(_), Decision::Yes(_)) => Decision::Yes(None),
        (Decision::No(witness), _) | (_, Decision::No(witness)) => Decision::No(witness),
        (Decision::Unknown(why), _) | (_, Decision::Unknown(why)) => Decision::Unknown(why),
    }
}

/// All pairs of patterns that match a common event, as their indexes, with such an event. Undecided pairs are included.
///
/// ```
/// use cwfilter::FilterPattern;
/// use cwfilter::analysis::{Bounds, overlap};
/// let root = FilterPattern::try_from("{ $.a = x && $.b = y }")?;
/// let wider = FilterPattern::try_from("{ $.a = x }")?;
/// let pairs = overlap(&[&root, &wider], &Bounds::default());
/// assert!(matches!(pairs.as_slice(), [(0, 1, decision)] if decision.is_yes()));
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn overlap(patterns: &[&FilterPattern], bounds: &Bounds) -> Vec<(usize, usize, Decision)> {
    let mut pairs = Vec::new();
    for (at, a) in patterns.iter().enumerate() {
        for (other, b) in patterns.iter().enumerate().skip(at + 1) {
            match disjoint(a, b, bounds) {
                Decision::Yes(_) => {}
                Decision::No(witness) => pairs.push((at, other, Decision::Yes(witness))),
                unknown => pairs.push((at, other, unknown)),
            }
        }
    }
    pairs
}

/// *Yes* if no event satisfies the constraints.
fn unless_witness(wanted: &[(&FilterPattern, bool)], bounds: &Bounds) -> Decision {
    match find_witness_within(wanted, bounds) {
        Ok(Some(event)) => Decision::No(Some(event)),
        Ok(None) => Decision::Yes(None),
        Err(why) => Decision::Unknown(why),
    }
}
