//! The automaton of a regular expression.

use super::super::budget::Budget;
use super::super::decision::Unknown;
use super::state::{DEAD, state_of};
use crate::limits::AUTOMATON_BYTES;
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::{start, syntax};

/// The automaton of a regular expression that may match anywhere in the text.
pub(super) struct RegexMachine {
    pub(super) dfa: dense::DFA<Vec<u32>>,
    pub(super) start: u32,
}

/// Bytes of an automaton that are built in the time of one operation.
const BYTES_OF_OPERATION: usize = 16;

/// The state after a match.
pub(super) const FOUND: u32 = u32::MAX - 1;

impl RegexMachine {
    pub(super) fn new(body: &str, budget: &mut Budget) -> Result<Self, Unknown> {
        let bytes = budget.raised(AUTOMATON_BYTES);
        let refused = |_| Unknown::Automaton(body.to_owned());
        let config = dense::Config::new()
            .start_kind(StartKind::Unanchored)
            .dfa_size_limit(Some(bytes))
            .determinize_size_limit(Some(bytes / 4));
        let dfa = dense::Builder::new()
            .configure(config)
            .syntax(syntax::Config::new().utf8(false))
            .thompson(thompson::Config::new().nfa_size_limit(Some(bytes)))
            .build(body)
            .map_err(refused)?;
        budget.spend(0, dfa.memory_usage() / BYTES_OF_OPERATION)?;
        let begin =
            dfa.start_state(&start::Config::new()).map_err(|_| Unknown::Automaton(body.to_owned()))?;
        let mut machine = RegexMachine { dfa, start: 0 };
        machine.start = machine.settled(begin);
        Ok(machine)
    }

    fn settled(&self, state: StateID) -> u32 {
        match state {
            found if self.dfa.is_match_state(found) => FOUND,
            dead if self.dfa.is_dead_state(dead) || self.dfa.is_quit_state(dead) => DEAD,
            other => state_of(other.as_usize()),
        }
    }

    fn id(state: u32) -> StateID {
        StateID::new(state as usize).unwrap_or(StateID::ZERO)
    }

    pub(super) fn step(&self, state: u32, byte: u8) -> u32 {
        if state == DEAD || state == FOUND {
            return state;
        }
        self.settled(self.dfa.next_state(Self::id(state), byte))
    }

    pub(super) fn accepts(&self, state: u32) -> bool {
        state == FOUND || state != DEAD && self.dfa.is_match_state(self.dfa.next_eoi_state(Self::id(state)))
    }
}
