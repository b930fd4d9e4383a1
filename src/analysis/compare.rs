//! The relation of two patterns.

use super::budget::Bounds;
use super::domain::Domain;
use super::witness::find_witness_within;
use crate::FilterPattern;
use serde::Serialize;

/// The relation of two patterns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// A and B match the same events.
    Equivalent,
    /// B matches every event that A matches, and more.
    Implies,
    /// A matches every event that B matches, and more.
    Implied,
    /// Some events are matched only by A, and some only by B. Some are matched by both, unless [`Comparison::reason`] says that this is
    /// not known.
    Incomparable,
    /// No event is matched by both.
    Disjoint,
    /// Undecided.
    Unknown,
}

/// An event, and which of two patterns match it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Witness {
    /// The log event's message.
    pub event: String,
    /// Whether A matches it.
    pub matches_a: bool,
    /// Whether B matches it.
    pub matches_b: bool,
}

/// Whether there are events of three kinds: `true` with a witness, `false` if it is proved that there is none, `None` if that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Exists {
    /// Events that only A matches. If there is none, B matches every event that A matches.
    pub only_a: Option<bool>,
    /// Events that only B matches. If there is none, A matches every event that B matches.
    pub only_b: Option<bool>,
    /// Events that both match. If there is none, the patterns are disjoint.
    pub both: Option<bool>,
}

impl Exists {
    /// What is known, as a sentence without a period. `None` if nothing is.
    ///
    /// ```
    /// use cwfilter::analysis::{Bounds, compare_within};
    /// let a = r#"{ $.a = "*a*b*c*d*" && $.b = x }"#.parse()?;
    /// let b = r#"{ $.a = "*a*b*c*d*" }"#.parse()?;
    /// let found = compare_within(&a, &b, &Bounds::default());
    /// assert_eq!(found.exists.only_a, Some(false));
    /// assert_eq!(found.exists.known(), Some("B matches every event that A matches, and more"));
    /// # Ok::<(), cwfilter::ParseError>(())
    /// ```
    #[must_use]
    pub fn known(&self) -> Option<&'static str> {
        Some(match (self.only_a, self.only_b, self.both) {
            (Some(false), Some(false), _) => "A and B match the same events",
            (Some(false), Some(true), _) => "B matches every event that A matches, and more",
            (Some(true), Some(false), _) => "A matches every event that B matches, and more",
            (Some(false), None, _) => "B matches every event that A matches; whether it matches more is open",
            (None, Some(false), _) => "A matches every event that B matches; whether it matches more is open",
            (_, _, Some(false)) => "no event matches both A and B",
            (Some(true), Some(true), _) => "A and B each match events that the other does not match",
            (Some(true), None, _) => {
                "A matches events that B does not match; whether B matches events that A does not match is open"
            }
            (None, Some(true), _) => {
                "B matches events that A does not match; whether A matches events that B does not match is open"
            }
            (None, None, Some(true)) => "an event matches both A and B",
            (None, None, None) => return None,
        })
    }
}

/// The relation of two patterns, with events that show it.
///
/// ```
/// use cwfilter::analysis::{Relation, compare};
/// let found = compare(&"{ $.a = x }".parse()?, &"{ $.b = y }".parse()?);
/// assert_eq!(found.relation, Relation::Incomparable);
/// // one event that only A matches, one that only B matches, one that both match
/// let matches: Vec<(bool, bool)> = found.witnesses.iter().map(|it| (it.matches_a, it.matches_b)).collect();
/// assert_eq!(matches, [(true, false), (false, true), (true, true)]);
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Comparison {
    /// The relation.
    pub relation: Relation,
    /// The events that the relation is about.
    pub domain: Domain,
    /// What is known of the three questions that make the relation, also if the relation is unknown.
    pub exists: Exists,
    /// At most three events: one that only A matches, one that only B matches, one that both match.
    pub witnesses: Vec<Witness>,
    /// Why a question is open: why the relation is unknown, or, if it is [`Relation::Incomparable`] without an event that both match, why
    /// it is not known whether there is one.
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

/// The relation of two patterns, within the given bounds.
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
    let combinations = [(true, false), (false, true), (true, true)];
    let results = combinations.map(|(of_a, of_b)| find_witness_within(&[(a, of_a), (b, of_b)], bounds));
    let mut witnesses = Vec::new();
    for ((matches_a, matches_b), result) in combinations.into_iter().zip(&results) {
        if let Ok(Some(event)) = result {
            witnesses.push(Witness { event: event.clone(), matches_a, matches_b });
        }
    }
    let reason = results.iter().find_map(|result| result.as_ref().err()).map(ToString::to_string);
    let exists = results.map(|result| result.ok().map(|event| event.is_some()));
    let [only_a, only_b, both] = exists;
    let relation = match exists {
        [Some(false), Some(false), _] => Relation::Equivalent,
        [Some(true), Some(true), Some(false)] => Relation::Disjoint,
        [Some(false), Some(true), _] => Relation::Implies,
        [Some(true), Some(false), _] => Relation::Implied,
        // the two events decide, even if it is open whether both patterns match a third
        [Some(true), Some(true), Some(true) | None] => Relation::Incomparable,
        _ => Relation::Unknown,
    };
    let reason = reason.filter(|_| matches!(relation, Relation::Unknown | Relation::Incomparable));
    let exists = Exists { only_a, only_b, both };
    Comparison { relation, domain: bounds.domain, exists, witnesses, reason }
}
