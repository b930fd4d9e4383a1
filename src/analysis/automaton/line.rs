//! Finds a message whose tokens, rest and whole text have given truth values.
//!
//! The automaton of tokens (docs/filter-patterns.md#columns-of-an-event) runs together with the automata of all predicates. A quote or
//! bracket at the beginning of a token is taken both as one that is closed later and as one that is not; in the second case no closing
//! character may follow.

use super::super::budget::Budget;
use super::super::decision::Unknown;
use super::language::Utf8;
use super::predicate::TextPredicate;
use super::state::DEAD;
use super::{Machine, StateHasher, byte_classes, text_of};
use crate::semantics::Wildcard;
use std::collections::{HashSet, VecDeque};
use std::hash::BuildHasherDefault;

/// The part of a message that a predicate is about. Tokens are counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::analysis) enum Place {
    Message,
    /// A token.
    Token(usize),
    /// From the beginning of a token to the end of the message, without white space at the end.
    Rest(usize),
}

/// A predicate on a part of a message, and its wanted truth value.
pub(in crate::analysis) type PlacedPredicate = (Place, TextPredicate, bool);

/// Bytes that separate or delimit tokens, so that each is a class of its own.
const SPECIAL: &[u8] = b" \t\r\n\"[]";

/// The state of an automaton that has not begun, or whose part has ended.
const IDLE: u32 = DEAD - 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Phase {
    /// After a token, or at the beginning.
    Gap,
    /// After white space that more tokens follow.
    Blank,
    /// After white space at the end of the message.
    Tail,
    Plain,
    /// In a token that this byte closes.
    Delimited(u8),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct State {
    phase: Phase,
    token: usize,
    has_no_quote: bool,
    has_no_bracket: bool,
    utf8: u32,
    machines: Vec<u32>,
}

/// Where a message may have more tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::analysis) enum More {
    /// Nowhere.
    No,
    /// At its end.
    AtEnd,
    /// After this token, on which there is no predicate. The later tokens are counted from the end.
    After(usize),
}

struct Line {
    parts: Vec<(Place, Machine, bool)>,
    tokens: usize,
    more: More,
}

/// The shortest message of `tokens` tokens, or with more of them, in which each predicate has its wanted truth value. `None` if no message
/// has them.
pub(in crate::analysis) fn line_with(
    wanted: &[PlacedPredicate],
    tokens: usize,
    more: More,
    budget: &mut Budget,
) -> Result<Option<String>, Unknown> {
    let mut predicates: Vec<TextPredicate> =
        vec![TextPredicate::MatchesWildcards(vec![SPECIAL.to_vec(), Vec::new()], Wildcard::Observed)];
    let mut parts = Vec::new();
    for (place, predicate, is_true) in wanted {
        let predicate = match predicate {
            TextPredicate::Equals(text) if text.is_empty() => TextPredicate::ContainsRegex("^$".to_owned()),
            TextPredicate::Equals(text) => {
                TextPredicate::MatchesWildcards(vec![text.clone()], Wildcard::Observed)
            }
            other => other.clone(),
        };
        if let Some(machine) = Machine::new(&predicate, budget)? {
            parts.push((*place, machine, *is_true));
        }
        predicates.push(predicate);
    }
    let machines: Vec<Option<Machine>> = parts.iter().map(|(_, machine, _)| Some(machine.clone())).collect();
    let bytes: Vec<u8> =
        byte_classes(&predicates, &machines).iter().filter_map(|class| class.first().copied()).collect();
    Line { parts, tokens, more }.search(&bytes, budget)
}

impl Line {
    fn search(&self, bytes: &[u8], budget: &mut Budget) -> Result<Option<String>, Unknown> {
        let machine = |(place, machine, _): &(Place, Machine, bool)| match place {
            Place::Message => machine.start(),
            Place::Token(_) | Place::Rest(_) => IDLE,
        };
        let first = State {
            phase: Phase::Gap,
            token: 0,
            has_no_quote: false,
            has_no_bracket: false,
            utf8: Utf8::START,
            machines: self.parts.iter().map(machine).collect(),
        };
        let mut parents: Vec<(usize, u8)> = vec![(0, 0)];
        let mut queue = VecDeque::from([(first.clone(), 0)]);
        let mut seen: HashSet<State, BuildHasherDefault<StateHasher>> = HashSet::from_iter([first]);
        let mut next = Vec::new();
        while let Some((state, number)) = queue.pop_front() {
            if self.is_end(&state) {
                return Ok(String::from_utf8(text_of(&parents, number)).ok());
            }
            budget.spend(1, bytes.len() * (1 + self.parts.len()))?;
            for byte in bytes {
                self.step(&state, *byte, &mut next);
                for it in next.drain(..) {
                    if !self.is_lost(&it) && seen.insert(it.clone()) {
                        queue.push_back((it, parents.len()));
                        parents.push((number, *byte));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Whether the message may end here.
    fn is_end(&self, state: &State) -> bool {
        if state.utf8 != Utf8::START {
            return false;
        }
        let mut state = state.clone();
        if state.phase == Phase::Plain && !self.end_token(&mut state) {
            return false;
        }
        matches!(state.phase, Phase::Gap | Phase::Tail)
            && state.token == self.tokens
            && self.ends(&state, |_| true)
    }

    /// Whether the automata of the places that have begun have their wanted values.
    fn ends(&self, state: &State, of: impl Fn(Place) -> bool) -> bool {
        self.parts.iter().zip(&state.machines).all(|((place, machine, wanted), at)| {
            !of(*place) || *at == IDLE || machine.accepts(*at) == *wanted
        })
    }

    /// Ends a token. False if a predicate on it has not its wanted value.
    fn end_token(&self, state: &mut State) -> bool {
        let token = state.token;
        let is_here = |place: Place| place == Place::Token(token);
        if !self.ends(state, is_here) {
            return false;
        }
        for ((place, ..), at) in self.parts.iter().zip(&mut state.machines) {
            if is_here(*place) {
                *at = IDLE;
            }
        }
        state.phase = Phase::Gap;
        // tokens after the last one that matters are not counted
        state.token = (token + 1).min(self.tokens);
        true
    }

    /// The state after a token if one more token follows that is not counted.
    fn repeated(&self, state: &State) -> Option<State> {
        match self.more {
            More::After(token) if state.token == token + 1 => Some(State { token, ..state.clone() }),
            _ => None,
        }
    }

    /// Whether a wanted value cannot be reached any more.
    fn is_lost(&self, state: &State) -> bool {
        self.parts.iter().zip(&state.machines).any(|((_, machine, wanted), at)| {
            *at != IDLE && if *wanted { *at == DEAD } else { machine.is_settled(*at) }
        })
    }

    fn step(&self, state: &State, byte: u8, next: &mut Vec<State>) {
        let utf8 = Utf8::step(state.utf8, byte);
        if utf8 == DEAD
            || utf8 == Utf8::IN_HALF
            || state.has_no_quote && byte == b'"'
            || state.has_no_bracket && byte == b']'
        {
            return;
        }
        let is_blank = SPECIAL.get(..4).is_some_and(|blanks| blanks.contains(&byte));
        let mut state = State { utf8, ..state.clone() };
        match state.phase {
            Phase::Plain if !is_blank => {
                self.feed(&mut state, byte, |place| matches!(place, Place::Token(_)));
                next.push(state);
            }
            Phase::Plain => {
                if self.end_token(&mut state) {
                    if let Some(again) = self.repeated(&state) {
                        self.blank(again, byte, next);
                    }
                    self.blank(state, byte, next);
                }
            }
            Phase::Delimited(close) if byte == close => {
                if self.end_token(&mut state) {
                    self.feed(&mut state, byte, |_| false);
                    next.extend(self.repeated(&state));
                    next.push(state);
                }
            }
            Phase::Delimited(_) => {
                self.feed(&mut state, byte, |place| matches!(place, Place::Token(_)));
                next.push(state);
            }
            Phase::Gap | Phase::Blank | Phase::Tail if is_blank => self.blank(state, byte, next),
            Phase::Tail => {}
            Phase::Gap | Phase::Blank => self.begin_token(state, byte, next),
        }
    }

    /// White space between tokens, or at the end.
    fn blank(&self, mut state: State, byte: u8, next: &mut Vec<State>) {
        if state.phase == Phase::Tail {
            self.feed(&mut state, byte, |_| false);
            next.push(state);
            return;
        }
        if state.phase == Phase::Gap && state.token == self.tokens {
            let mut tail = state.clone();
            if self.ends(&tail, |place| matches!(place, Place::Rest(_))) {
                for ((place, ..), at) in self.parts.iter().zip(&mut tail.machines) {
                    if *place != Place::Message {
                        *at = IDLE;
                    }
                }
                tail.phase = Phase::Tail;
                self.feed(&mut tail, byte, |_| false);
                next.push(tail);
            }
        }
        if state.token < self.tokens || self.more == More::AtEnd {
            state.phase = Phase::Blank;
            self.feed(&mut state, byte, |_| false);
            next.push(state);
        }
    }

    fn begin_token(&self, mut state: State, byte: u8, next: &mut Vec<State>) {
        if state.token == self.tokens && self.more != More::AtEnd {
            return;
        }
        if state.token < self.tokens {
            for ((place, machine, _), at) in self.parts.iter().zip(&mut state.machines) {
                if *place == Place::Token(state.token) || *place == Place::Rest(state.token) {
                    *at = machine.start();
                }
            }
        }
        let close = match byte {
            b'"' => Some(b'"'),
            b'[' => Some(b']'),
            _ => None,
        };
        let is_closable = match close {
            Some(b'"') => !state.has_no_quote,
            Some(_) => !state.has_no_bracket,
            None => false,
        };
        if let Some(close) = close.filter(|_| is_closable) {
            let mut delimited = state.clone();
            delimited.phase = Phase::Delimited(close);
            self.feed(&mut delimited, byte, |_| false);
            next.push(delimited);
        }
        match close {
            Some(b'"') => state.has_no_quote = true,
            Some(_) => state.has_no_bracket = true,
            None => {}
        }
        state.phase = Phase::Plain;
        self.feed(&mut state, byte, |place| matches!(place, Place::Token(_)));
        next.push(state);
    }

    /// Gives a byte to the automata of the message and of the rests that have begun, and of the other places that `of` chooses.
    fn feed(&self, state: &mut State, byte: u8, of: impl Fn(Place) -> bool) {
        for ((place, machine, _), at) in self.parts.iter().zip(&mut state.machines) {
            if *at != IDLE && (!matches!(place, Place::Token(_)) || of(*place)) {
                *at = machine.step(*at, byte);
            }
        }
    }
}
