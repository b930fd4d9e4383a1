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
//! is none. Events are those of the pattern's kind: for JSON patterns objects, otherwise lines of text.

mod automaton;
mod columns;
mod formula;
mod message;
mod search;
mod tree;
mod values;

use crate::FilterPattern;
use crate::reference::Reference;
use crate::syntax::ast::{Field, Node, Pattern};
use formula::Formula;
use serde::Serialize;
use std::time::{Duration, Instant};

/// What one question may cost.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bounds {
    /// How long it may take; none: only the other bounds count, and the answer is the same on every machine.
    pub time: Option<Duration>,
    /// Steps of the search.
    pub nodes: usize,
    /// States of the automata of one field.
    pub states: usize,
}

impl Default for Bounds {
    /// 50 ms, 50,000 steps, 20,000 states.
    fn default() -> Self {
        Bounds { time: Some(Duration::from_millis(50)), nodes: 50_000, states: 20_000 }
    }
}

impl Bounds {
    /// Without a clock.
    #[must_use]
    pub fn deterministic() -> Self {
        Bounds { time: None, ..Self::default() }
    }

    /// For a lint, which asks many questions: the same on every machine, and short.
    #[must_use]
    pub fn brief() -> Self {
        Bounds { time: None, nodes: 2_000, states: 4_000 }
    }

    /// With another time.
    #[must_use]
    pub fn time(mut self, time: Option<Duration>) -> Self {
        self.time = time;
        self
    }
}

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
    /// Only a number would show it that nobody found.
    #[error("only a number with a peculiar spelling could show it")]
    Number,
    /// JSON against lines of text.
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
#[non_exhaustive]
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
    match example(&[(a, true)], bounds) {
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
    let answers = questions.map(|(of_a, of_b)| example(&[(a, of_a), (b, of_b)], bounds));
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

fn refuted(wanted: &[(&FilterPattern, bool)], bounds: &Bounds) -> Answer {
    match example(wanted, bounds) {
        Ok(Some(event)) => Answer::No(Some(event)),
        Ok(None) => Answer::Yes(None),
        Err(why) => Answer::Unknown(why),
    }
}

/// An event of which the patterns say this; none when there is none. The reference evaluator has the last word on it.
fn example(wanted: &[(&FilterPattern, bool)], bounds: &Bounds) -> Result<Option<String>, Unknown> {
    let references: Vec<(Reference, bool)> =
        wanted.iter().map(|(pattern, wanted)| (pattern.reference(), *wanted)).collect();
    let holds = |event: &str| references.iter().all(|(it, wanted)| it.is_match(event.as_bytes()) == *wanted);
    let said = |pattern: &FilterPattern| matches!(pattern.ast(), Pattern::Everything);
    if wanted.iter().any(|(pattern, wanted)| said(pattern) && !wanted) {
        return Ok(None);
    }
    let rest: Vec<(&Pattern, bool)> = wanted
        .iter()
        .filter(|(pattern, _)| !said(pattern))
        .map(|(pattern, wanted)| (pattern.ast(), *wanted))
        .collect();
    let found = match rest.as_slice() {
        [] => Some("{}".to_owned()),
        all if all.iter().all(|(it, _)| matches!(it, Pattern::Json(_))) => of_json(all, bounds)?,
        all if all.iter().all(|(it, _)| message::formula(it).is_some()) => of_message(all, bounds)?,
        all if all.iter().all(|(it, _)| matches!(it, Pattern::Space(_))) => {
            return of_columns(all, bounds, &holds);
        }
        all => return of_two_kinds(all, bounds, &holds),
    };
    match found {
        Some(event) if !holds(&event) => Err(Unknown::Witness),
        found => Ok(found),
    }
}

fn of_json(patterns: &[(&Pattern, bool)], bounds: &Bounds) -> Result<Option<String>, Unknown> {
    let parts = patterns.iter().filter_map(|(pattern, wanted)| match pattern {
        Pattern::Json(expr) => Some(tree::formula(&expr.item).signed(*wanted)),
        _ => None,
    });
    let formula = tree::without_wildcards(Formula::And(parts.collect()))?;
    let (tree, formula) = tree::Tree::new(formula)?;
    search::Search::new(&tree, &formula, bounds)?.run()
}

fn of_message(patterns: &[(&Pattern, bool)], bounds: &Bounds) -> Result<Option<String>, Unknown> {
    let parts = patterns.iter().filter_map(|(it, wanted)| message::formula(it).map(|it| it.signed(*wanted)));
    message::search(&Formula::And(parts.collect()), bounds)
}

fn of_columns(
    patterns: &[(&Pattern, bool)],
    bounds: &Bounds,
    holds: &dyn Fn(&str) -> bool,
) -> Result<Option<String>, Unknown> {
    let fields: Vec<(&[Node<Field>], bool)> = patterns
        .iter()
        .filter_map(|(pattern, wanted)| match pattern {
            Pattern::Space(fields) => Some((fields.as_slice(), *wanted)),
            _ => None,
        })
        .collect();
    match columns::search(&fields, bounds)? {
        columns::Found::Nothing => Ok(None),
        columns::Found::Perhaps(lines) => {
            lines.into_iter().find(|line| holds(line)).map(Some).ok_or(Unknown::Witness)
        }
    }
}

/// JSON against lines: an event is sought among those that each pattern alone likes or dislikes.
fn of_two_kinds(
    patterns: &[(&Pattern, bool)],
    bounds: &Bounds,
    holds: &dyn Fn(&str) -> bool,
) -> Result<Option<String>, Unknown> {
    let mut candidates: Vec<String> = vec!["x".to_owned(), "{}".to_owned(), "x y z".to_owned()];
    for (pattern, _) in patterns {
        for wanted in [true, false] {
            let alone = [(*pattern, wanted)];
            let found = match pattern {
                Pattern::Json(_) => of_json(&alone, bounds)?,
                Pattern::Space(_) => of_columns(&alone, bounds, &|_| true)?,
                _ => of_message(&alone, bounds)?,
            };
            candidates.extend(found);
        }
    }
    // a pattern that matches nothing is decided alone
    candidates.into_iter().find(|event| holds(event)).map(Some).ok_or(Unknown::Kinds)
}

/// Counts steps and states, and looks at the clock from time to time.
struct Clock {
    steps: usize,
    most: usize,
    most_states: usize,
    until: Option<Instant>,
}

impl Clock {
    fn new(bounds: &Bounds) -> Self {
        let until = bounds.time.map(|time| Instant::now() + time);
        Clock { steps: 0, most: bounds.nodes, most_states: bounds.states, until }
    }

    fn tick(&mut self) -> Result<(), Unknown> {
        self.steps += 1;
        if self.steps > self.most {
            return Err(Unknown::Budget("steps of the search"));
        }
        self.look(self.steps)
    }

    /// Of one automaton so many states are known.
    fn state(&self, states: usize) -> Result<(), Unknown> {
        if states >= self.most_states {
            return Err(Unknown::Budget("states of automata"));
        }
        self.look(states)
    }

    fn look(&self, count: usize) -> Result<(), Unknown> {
        if count.is_multiple_of(64) && self.until.is_some_and(|until| Instant::now() > until) {
            return Err(Unknown::Budget("time"));
        }
        Ok(())
    }
}
