//! The relation of two patterns.

use super::budget::Bounds;
use super::example::seek;
use crate::FilterPattern;
use serde::Serialize;

/// The relation of two patterns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// Both match the same events.
    Equivalent,
    /// B matches whatever A matches, and more.
    Implies,
    /// A matches whatever B matches, and more.
    Implied,
    /// Both match some events, and each some that the other does not.
    Incomparable,
    /// No event is matched by both.
    Disjoint,
    /// Not decided.
    Unknown,
}

/// An event and what two patterns say of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Witness {
    /// The log event's message.
    pub event: String,
    /// What A says.
    pub matches_a: bool,
    /// What B says.
    pub matches_b: bool,
}

/// The relation of two patterns, with events that show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Comparison {
    /// How.
    pub relation: Relation,
    /// Events: one that only A matches, one that only B matches, one for both, as far as there are such.
    pub witnesses: Vec<Witness>,
    /// Why the relation is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The relation of two patterns, within the default bounds.
///
/// ```
/// use cwfilter::FilterPattern;
/// use cwfilter::analysis::{Relation, compare};
/// let root = FilterPattern::try_from("{ $.a = x && $.b = y }")?;
/// let wider = FilterPattern::try_from("{ $.a = x }")?;
/// assert_eq!(compare(&root, &wider).relation, Relation::Implies);
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn compare(a: &FilterPattern, b: &FilterPattern) -> Comparison {
    compare_within(a, b, &Bounds::default())
}

/// The same within other bounds.
///
/// ```
/// use cwfilter::FilterPattern;
/// use cwfilter::analysis::{Bounds, Relation, compare_within};
/// let root = FilterPattern::try_from("{ $.a = x && $.b = y }")?;
/// let wider = FilterPattern::try_from("{ $.a = x }")?;
/// assert_eq!(compare_within(&root, &wider, &Bounds::default()).relation, Relation::Implies);
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn compare_within(a: &FilterPattern, b: &FilterPattern, bounds: &Bounds) -> Comparison {
    let questions = [(true, false), (false, true), (true, true)];
    let answers = questions.map(|(of_a, of_b)| seek(&[(a, of_a), (b, of_b)], bounds));
    let mut witnesses = Vec::new();
    for ((matches_a, matches_b), answer) in questions.into_iter().zip(&answers) {
        if let Ok(Some(event)) = answer {
            witnesses.push(Witness { event: event.clone(), matches_a, matches_b });
        }
    }
    let reason = answers.iter().find_map(|answer| answer.as_ref().err()).map(ToString::to_string);
    let there = answers.map(|answer| answer.ok().map(|event| event.is_some()));
    let relation = match there {
        [Some(false), Some(false), _] => Relation::Equivalent,
        [Some(true), Some(true), Some(false)] => Relation::Disjoint,
        [Some(false), Some(true), _] => Relation::Implies,
        [Some(true), Some(false), _] => Relation::Implied,
        [Some(true), Some(true), Some(true)] => Relation::Incomparable,
        _ => Relation::Unknown,
    };
    let reason = reason.filter(|_| relation == Relation::Unknown);
    Comparison { relation, witnesses, reason }
}
