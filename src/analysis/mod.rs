//! Decisions about patterns: can one match at all, does one match whatever another matches, do two mean the same?
//! *Yes* is proved, *no* comes with an event that shows it, and what cannot be decided is *unknown*, with the reason.
//!
//! ```
//! use cwfilter::analysis::{Relation, compare};
//!
//! let a = r#"{ $.eventName = "StopLogging" && $.errorCode NOT EXISTS }"#.parse()?;
//! let b = r#"{ ($.errorCode NOT EXISTS) && ($.eventName = StopLogging) }"#.parse()?;
//! assert_eq!(compare(&a, &b).relation, Relation::Equivalent);
//!
//! let wider = r#"{ $.eventName = "Stop*" }"#.parse()?;
//! let answer = compare(&a, &wider);
//! assert_eq!(answer.relation, Relation::Implies);
//! let witness = &answer.witnesses[0];
//! assert!(!a.is_match(&witness.event) && wider.is_match(&witness.event));
//! # Ok::<(), cwfilter::ParseError>(())
//! ```
//!
//! Per field the values fall into classes that the conditions do not tell apart: missing, null, booleans, numbers between
//! the bounds, texts by the product of automata, objects and arrays. A search over the classes finds an event or shows that there
//! is none. Events are those of the pattern's kind: for JSON patterns objects, otherwise lines of text. Where patterns of two
//! kinds are compared, every message counts: the empty pattern matches more than any JSON pattern, which matches no line.
//!
//! Each pattern is taken with its own [`Semantics`](crate::Semantics). An answer depends on the patterns and the bounds alone, not
//! on the machine, and every event in an answer was shown to the reference evaluator.

mod automaton;
mod budget;
mod columns;
mod example;
mod formula;
mod message;
mod search;
mod tree;
mod values;

pub use budget::Bounds;

use crate::FilterPattern;
use budget::Budget;
use serde::Serialize;

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unknown {
    /// It would take too much of this.
    #[error("the question takes more {0} than it may")]
    Budget(&'static str),
    /// A regular expression that makes no small automaton.
    #[error("the regular expression `{0}` is too large, or asks for what no automaton can")]
    Automaton(String),
    /// A place of an array that is too high to be made up.
    #[error("an index of an array above 12")]
    Index,
    /// An event would have to hold a number that the search did not find.
    #[error("only a number with a peculiar spelling could show it")]
    Number,
    /// JSON against lines of text, or terms against columns.
    #[error("patterns of different kinds")]
    Kinds,
    /// The reference evaluator says otherwise.
    #[error("the event that was found does not show it")]
    Witness,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// It is so; where an event shows it, this one.
    Yes(Option<String>),
    /// It is not; where an event shows that, this one.
    No(Option<String>),
    /// Nobody knows.
    Unknown(Unknown),
}

impl Answer {
    /// Proved.
    #[must_use]
    pub fn is_yes(&self) -> bool {
        matches!(self, Answer::Yes(_))
    }

    /// Refuted.
    #[must_use]
    pub fn is_no(&self) -> bool {
        matches!(self, Answer::No(_))
    }
}

/// How two patterns stand to each other.
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
    /// Nobody knows.
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

/// How two patterns stand to each other, with events that show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Comparison {
    /// How.
    pub relation: Relation,
    /// Events: one that only A matches, one that only B matches, one for both, as far as there are such.
    pub witnesses: Vec<Witness>,
    /// Why nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Whether some event is matched; *yes* comes with one.
#[must_use]
pub fn satisfiable(a: &FilterPattern, bounds: &Bounds) -> Answer {
    match seek(&[(a, true)], bounds) {
        Ok(Some(event)) => Answer::Yes(Some(event)),
        Ok(None) => Answer::No(None),
        Err(why) => Answer::Unknown(why),
    }
}

/// Whether every event of the pattern's kind is matched; *no* comes with one that is not.
#[must_use]
pub fn always(a: &FilterPattern, bounds: &Bounds) -> Answer {
    refuted(&[(a, false)], bounds)
}

/// Whether `b` matches every event that `a` matches; *no* comes with one that only `a` matches.
#[must_use]
pub fn implies(a: &FilterPattern, b: &FilterPattern, bounds: &Bounds) -> Answer {
    refuted(&[(a, true), (b, false)], bounds)
}

/// Whether no event is matched by both; *no* comes with one that is.
#[must_use]
pub fn disjoint(a: &FilterPattern, b: &FilterPattern, bounds: &Bounds) -> Answer {
    refuted(&[(a, true), (b, true)], bounds)
}

/// Whether both match the same events; *no* comes with one that only one of them matches.
#[must_use]
pub fn equivalent(a: &FilterPattern, b: &FilterPattern, bounds: &Bounds) -> Answer {
    match (implies(a, b, bounds), implies(b, a, bounds)) {
        (Answer::Yes(_), Answer::Yes(_)) => Answer::Yes(None),
        (Answer::No(witness), _) | (_, Answer::No(witness)) => Answer::No(witness),
        (Answer::Unknown(why), _) | (_, Answer::Unknown(why)) => Answer::Unknown(why),
    }
}

/// All pairs of a set of which some event is matched by both, with that event.
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

/// How two patterns stand to each other, within the default bounds.
#[must_use]
pub fn compare(a: &FilterPattern, b: &FilterPattern) -> Comparison {
    compare_within(a, b, &Bounds::default())
}

/// The same within other bounds.
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

fn seek(wanted: &[(&FilterPattern, bool)], bounds: &Bounds) -> Result<Option<String>, Unknown> {
    example::example(wanted, &mut Budget::new(bounds))
}

fn refuted(wanted: &[(&FilterPattern, bool)], bounds: &Bounds) -> Answer {
    match seek(wanted, bounds) {
        Ok(Some(event)) => Answer::No(Some(event)),
        Ok(None) => Answer::Yes(None),
        Err(why) => Answer::Unknown(why),
    }
}
