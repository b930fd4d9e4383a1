//! Mutation testing: each small change of a rule's pattern has to make a test fail.
//!
//! A changed pattern is a *mutant*. A test *kills* it by giving another verdict. A generated test is derived from the pattern, so it
//! kills every change and shows nothing: it does not count. A test that fails with the pattern itself does not count either. For a mutant
//! that survives, a witness is searched: an event that can exist and on which the two patterns differ. Timelines are not run.
//!
//! ```text
//! operators.rs, values.rs, regex.rs, siblings.rs   the changes
//! witness.rs      events near those of the tests, then a proof: a witness, none exists, or open
//! values_of.rs    values of a field on which a condition and its change differ
//! ```

mod operators;
mod regex;
mod siblings;
mod values;
mod values_of;
mod witness;

use super::coverage::{Impossible, ImpossibleEvent};
use super::file::{Expect, Origin, Rule};
use super::run::run_tests;
use crate::FilterPattern;
use crate::limits::{MUTANTS, PATTERN_CHARACTERS};
use witness::{Fate, Search};

/// A pattern with one change.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Mutant {
    /// The kind of the change, such as `drop a clause`.
    pub change: &'static str,
    /// The changed pattern.
    pub pattern: FilterPattern,
    /// An event on which the changed pattern and the rule's pattern give different verdicts. If the rule is about CloudTrail, it is
    /// a whole record, as far as the [catalogue](crate::cloudtrail::catalogue) knows them.
    pub witness: Option<String>,
    /// On which events a mutant is equivalent, such as `over CloudTrail records`, `None` if on all messages; or why it is undecided.
    pub reason: Option<String>,
}

/// The mutants of a rule, by their fate.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Mutation {
    /// The number of mutants that a test with a recorded or a written event noticed.
    pub killed: usize,
    /// Those of [`killed`](Self::killed) that a test with a recorded event noticed.
    pub killed_by_recorded: usize,
    /// Mutants that tests noticed only with events that are no evidence: generated ones, and those that CloudTrail does not write. They
    /// count as not noticed.
    pub noticed_without_evidence: usize,
    /// Mutants that no test noticed, although they differ from the pattern on an event that can exist.
    pub survivors: Vec<Mutant>,
    /// Mutants that are proved to match the same events as the pattern.
    pub equivalent: Vec<Mutant>,
    /// Mutants for which no event was found that can exist and shows a difference, and no proof that there is none.
    pub undecided: Vec<Mutant>,
    /// The number of changes that were not tried: those beyond [`MUTANTS`](crate::limits::MUTANTS), and texts that are too long for a pattern.
    pub not_tried: usize,
    /// The names of the tests that fail with the rule's pattern. They do not count: a verdict that is already wrong shows no change.
    pub failing: Vec<String>,
    /// The tests of a rule about CloudTrail with an event that no record can be. The event does not count.
    pub impossible: Vec<ImpossibleEvent>,
    /// Why the rule is not about CloudTrail, although its pattern has a key of its records: the changes are judged over all messages.
    pub not_cloudtrail: Option<String>,
}

impl Mutation {
    /// The number of killed mutants, and the number of all mutants that count: those that are killed, that are
    /// noticed without evidence, and that survive. Equivalent and undecided mutants do not count. If the second number is 0, there is no score.
    #[must_use]
    pub fn score(&self) -> (usize, usize) {
        (self.killed, self.killed + self.noticed_without_evidence + self.survivors.len())
    }

    /// The number of mutants about which nothing is known: the undecided ones, and the changes that were not tried.
    #[must_use]
    pub fn open(&self) -> usize {
        self.undecided.len() + self.not_tried
    }

    /// Whether the score says something about the rule: no more mutants are open than count in the score.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        self.open() <= self.score().1
    }
}

/// Makes every small change of a rule's pattern, and runs the rule's tests on each.
///
/// ```
/// let file = cwfilter::rules::parse("rules.toml".as_ref(), r#"
///     [[rule]]
///     id = "slow"
///     pattern = '{ $.latency >= 100 }'
///     [[rule.test]]
///     name = "at the border"
///     event = { latency = 100 }
///     expect = "match"
///     [[rule.test]]
///     name = "below the border"
///     event = { latency = 99 }
///     expect = "no-match"
/// "#.to_owned()).unwrap();
/// let mutation = cwfilter::rules::mutate(&file.rules[0]);
/// // `> 100`, `<= 100`, `>= 101`, `>= 99`, `>= 1001`, and two other fields
/// assert_eq!(mutation.score(), (7, 7));
/// ```
#[must_use]
pub fn mutate(rule: &Rule) -> Mutation {
    let mut mutation = Mutation::default();
    let mut search = Search::new(rule);
    let events = events(rule, &mut mutation);
    let semantics = rule.pattern.semantics();
    let mut changes = operators::mutants(rule.pattern.ast());
    mutation.not_tried = changes.len().saturating_sub(MUTANTS);
    changes.truncate(MUTANTS);
    for changed in changes {
        let text = short(&changed.text);
        if text.chars().count() > PATTERN_CHARACTERS {
            mutation.not_tried += 1;
            continue;
        }
        let Ok(pattern) = FilterPattern::with_semantics(&text, semantics) else { continue };
        match noticed(&events, &pattern) {
            Some(Some(origin)) => {
                mutation.killed += 1;
                mutation.killed_by_recorded += usize::from(origin == Origin::Recorded);
                continue;
            }
            Some(None) => {
                mutation.noticed_without_evidence += 1;
                continue;
            }
            None => {}
        }
        let (witness, reason, list) = match search.fate(&changed, &pattern) {
            Fate::Differs(event) => (Some(event), None, &mut mutation.survivors),
            Fate::Equivalent(reason) => (None, reason, &mut mutation.equivalent),
            Fate::Open(reason) => (None, Some(reason), &mut mutation.undecided),
        };
        list.push(Mutant { change: changed.change, pattern, witness, reason });
    }
    mutation
}

/// The text, without the blanks around operators if it is too long for a pattern with them.
fn short(text: &str) -> String {
    if text.chars().count() <= PATTERN_CHARACTERS || !text.starts_with('{') {
        return text.to_owned();
    }
    let is_operator = |it: Option<&char>| it.is_some_and(|it| "|&=<>!(){}".contains(*it));
    let letters: Vec<char> = text.chars().collect();
    let (mut out, mut within) = (String::new(), None);
    for (at, letter) in letters.iter().enumerate() {
        let (before, after) = (at.checked_sub(1).and_then(|at| letters.get(at)), letters.get(at + 1));
        match within {
            None if *letter == ' ' && (is_operator(before) || is_operator(after)) => continue,
            None if matches!(letter, '"' | '%') => within = Some(*letter),
            Some(end) if *letter == end && before != Some(&'\\') => within = None,
            _ => {}
        }
        out.push(*letter);
    }
    // the same pattern, or the text as it was
    let is_same = out.parse::<FilterPattern>().is_ok_and(|it| it.ast().to_string() == text);
    if is_same { out } else { text.to_owned() }
}

/// An event of a test.
struct Event<'a> {
    message: &'a str,
    expected: bool,
    /// Its origin. `None` if it is no evidence.
    evidence: Option<Origin>,
}

/// The events of the tests that pass. The tests that fail, and those with events that no record can be, are noted.
fn events<'a>(rule: &'a Rule, mutation: &mut Mutation) -> Vec<Event<'a>> {
    let mut impossible = Impossible::of_rule(rule);
    let mut all = Vec::new();
    for result in run_tests(rule) {
        let test = result.test;
        if !result.passed() {
            mutation.failing.push(test.name.clone());
            continue;
        }
        let expected = test.expect == Expect::Match;
        all.extend(test.messages.iter().map(|message| {
            let is_impossible = impossible.is(test, message);
            let evidence = Some(test.origin).filter(|it| *it != Origin::Generated && !is_impossible);
            Event { message, expected, evidence }
        }));
    }
    mutation.not_cloudtrail = impossible.not_cloudtrail();
    mutation.impossible = impossible.found;
    all
}

/// The strongest origin of the events that notice the change; `Some(None)` if only events notice it that are no evidence.
fn noticed(events: &[Event<'_>], mutant: &FilterPattern) -> Option<Option<Origin>> {
    let notice = events.iter().filter(|event| mutant.is_match(event.message) != event.expected);
    // `None` is less than each origin
    notice.map(|event| event.evidence).max_by_key(|it| it.map(std::cmp::Reverse))
}
