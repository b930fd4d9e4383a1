//! Predicates on a text as deterministic automata.
//!
//! The product of the automata is searched breadth first. It yields every combination of truth values that a text can give, with the
//! shortest such text:
//!
//! ```text
//! = "ab*"    ○ ─a─▶ ○ ─b─▶ ◎ any byte        text    = "ab*"   = %b%   = "b"
//! = %b%      ○ ─b─▶ ◎ any byte               ""      false     false   false
//! = "b"      ○ ─b─▶ ◎ (in the trie)          "b"     false     true    true
//!                                            "bb"    false     true    false
//!                                            "ab"    true      true    false
//! ```

mod language;
mod line;
mod predicate;
mod regex;
mod search;
mod state;
mod trie;
mod wildcard;

use super::budget::Budget;
use super::decision::Unknown;
pub(super) use language::Language;
use language::Utf8;
pub(super) use line::{More, Place, PlacedPredicate, line_with};
pub(super) use predicate::TextPredicate;
use regex::RegexMachine;
use state::DEAD;
use std::collections::{HashSet, VecDeque};
use std::hash::BuildHasherDefault;
use std::rc::Rc;
use trie::Trie;
use wildcard::WildcardMachine;

#[derive(Clone)]
enum Machine {
    Wildcard(Rc<WildcardMachine>),
    Regex(Rc<RegexMachine>),
}

impl Machine {
    fn new(predicate: &TextPredicate, budget: &mut Budget) -> Result<Option<Self>, Unknown> {
        Ok(match predicate {
            TextPredicate::Equals(_) => None,
            TextPredicate::MatchesWildcards(parts, wildcard) => {
                Some(Machine::Wildcard(Rc::new(WildcardMachine::new(parts, *wildcard))))
            }
            TextPredicate::ContainsRegex(body) => {
                Some(Machine::Regex(Rc::new(RegexMachine::new(body, budget)?)))
            }
        })
    }

    fn start(&self) -> u32 {
        match self {
            Machine::Wildcard(it) => it.settled(0, 0),
            Machine::Regex(it) => it.start,
        }
    }

    fn step(&self, state: u32, byte: u8) -> u32 {
        match self {
            Machine::Wildcard(it) => it.step(state, byte),
            Machine::Regex(it) => it.step(state, byte),
        }
    }

    fn accepts(&self, state: u32) -> bool {
        match self {
            Machine::Wildcard(it) => state == it.all() || state == it.done(),
            Machine::Regex(it) => it.accepts(state),
        }
    }

    /// Whether every text that begins in this way is accepted.
    fn is_settled(&self, state: u32) -> bool {
        match self {
            Machine::Wildcard(it) => state == it.all(),
            Machine::Regex(_) => state == regex::FOUND,
        }
    }
}

/// The product of the automata of several predicates on one text.
pub(super) struct Automata {
    predicates: Vec<TextPredicate>,
    machines: Vec<Option<Machine>>,
    trie: Trie,
    /// bytes that only a predicate `Equals` distinguishes
    byte_classes: Vec<Vec<u8>>,
}

/// A combination of truth values, and the shortest text that gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reachable {
    pub(super) truths: Vec<bool>,
    pub(super) text: Vec<u8>,
}

impl Automata {
    pub(super) fn new(predicates: Vec<TextPredicate>, budget: &mut Budget) -> Result<Self, Unknown> {
        let machines = predicates.iter().map(|it| Machine::new(it, budget)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self::of_machines(predicates, machines))
    }

    fn of_machines(predicates: Vec<TextPredicate>, machines: Vec<Option<Machine>>) -> Self {
        let mut trie = Trie::default();
        for (number, predicate) in predicates.iter().enumerate() {
            if let TextPredicate::Equals(text) = predicate {
                trie.insert(text, number);
            }
        }
        let byte_classes = byte_classes(&predicates, &machines);
        Automata { predicates, machines, trie, byte_classes }
    }

    /// The truth values for one text.
    pub(super) fn truths(&self, text: &[u8]) -> Vec<bool> {
        let mut state = self.start();
        for byte in text {
            state = self.step(&state, *byte);
        }
        self.accepted(&state)
    }

    /// One byte of each class of bytes that lead to the same state.
    fn bytes(&self, state: &[u32]) -> Vec<u8> {
        let edges = self.trie.bytes(state.first().copied().unwrap_or(DEAD));
        let others =
            self.byte_classes.iter().filter_map(|class| class.iter().find(|byte| !edges.contains(byte)));
        let mut bytes: Vec<u8> = others.copied().collect();
        bytes.extend(edges);
        bytes
    }

    fn start(&self) -> Vec<u32> {
        let machines = self.machines.iter().flatten().map(Machine::start);
        std::iter::once(Trie::ROOT).chain(machines).collect()
    }

    fn step(&self, state: &[u32], byte: u8) -> Vec<u32> {
        let (trie, rest) = state.split_first().map_or((DEAD, &[][..]), |(first, rest)| (*first, rest));
        let machines = self.machines.iter().flatten().zip(rest);
        let stepped = machines.map(|(machine, state)| machine.step(*state, byte));
        std::iter::once(self.trie.step(trie, byte)).chain(stepped).collect()
    }

    fn accepted(&self, state: &[u32]) -> Vec<bool> {
        let mut machine_states = state.iter().skip(1);
        let trie = state.first().copied().unwrap_or(DEAD);
        let truth = |(number, machine): (usize, &Option<Machine>)| match machine {
            None => self.trie.is_end(trie, number),
            Some(machine) => machine_states.next().is_some_and(|state| machine.accepts(*state)),
        };
        self.machines.iter().enumerate().map(truth).collect()
    }

    /// All combinations of truth values that texts of the language give, each with the shortest such text.
    pub(super) fn reachable(&self, texts: Language, budget: &mut Budget) -> Result<Vec<Reachable>, Unknown> {
        let mut found: HashSet<Vec<bool>> = HashSet::new();
        let mut places: Vec<(Vec<bool>, usize)> = Vec::new();
        let parents = self.walk(
            texts,
            budget,
            |_| false,
            |truths, number| {
                if found.insert(truths.to_vec()) {
                    places.push((truths.to_vec(), number));
                }
                false
            },
        )?;
        let reachable = |(truths, number)| Reachable { truths, text: text_of(&parents, number) };
        Ok(places.into_iter().map(reachable).collect())
    }

    /// The shortest text of the language whose truth values are wanted. `is_lost` says that no such text begins with this state.
    fn search(
        &self,
        texts: Language,
        budget: &mut Budget,
        is_lost: impl Fn(&[u32]) -> bool,
        is_wanted: impl Fn(&[bool]) -> bool,
    ) -> Result<Option<Vec<u8>>, Unknown> {
        let mut found = None;
        let parents = self.walk(texts, budget, is_lost, |truths, number| {
            if is_wanted(truths) {
                found = Some(number);
            }
            found.is_some()
        })?;
        Ok(found.map(|number| text_of(&parents, number)))
    }

    /// Walks through all states, breadth first. `at_text` gets the truth values of each whole text and its number, and ends the walk if
    /// it returns true. The result has the parent and the last byte of each number.
    fn walk(
        &self,
        texts: Language,
        budget: &mut Budget,
        is_lost: impl Fn(&[u32]) -> bool,
        mut at_text: impl FnMut(&[bool], usize) -> bool,
    ) -> Result<Vec<(usize, u8)>, Unknown> {
        let first = (Utf8::START, texts.start(), self.start());
        let mut parents: Vec<(usize, u8)> = vec![(0, 0)];
        if is_lost(&first.2) {
            return Ok(parents);
        }
        let mut queue = VecDeque::from([(first.clone(), 0)]);
        let mut seen: HashSet<_, BuildHasherDefault<StateHasher>> = HashSet::from_iter([first]);
        while let Some(((utf8, grammar, state), number)) = queue.pop_front() {
            if Utf8::is_whole(utf8) && texts.accepts(grammar) && at_text(&self.accepted(&state), number) {
                break;
            }
            let bytes = self.bytes(&state);
            budget.spend(1, bytes.len() * (1 + self.machines.len()))?;
            for byte in bytes {
                let (utf8, grammar) = (Utf8::step(utf8, byte), texts.step(grammar, byte));
                if utf8 == DEAD || grammar == DEAD || utf8 == Utf8::IN_HALF && texts != Language::Any {
                    continue;
                }
                let next = (utf8, grammar, self.step(&state, byte));
                if is_lost(&next.2) || seen.contains(&next) {
                    continue;
                }
                seen.insert(next.clone());
                queue.push_back((next, parents.len()));
                parents.push((number, byte));
            }
        }
        Ok(parents)
    }

    /// Whether only one text gives these truth values.
    pub(super) fn is_whole(&self, truths: &[bool]) -> bool {
        let is_text = |(predicate, truth): (&TextPredicate, &bool)| {
            *truth && matches!(predicate, TextPredicate::Equals(_))
        };
        self.predicates.iter().zip(truths).any(is_text)
    }

    /// The number of predicates.
    pub(super) fn len(&self) -> usize {
        self.predicates.len()
    }

    /// Whether the predicate is that the text equals a text.
    pub(super) fn is_equals(&self, at: usize) -> bool {
        matches!(self.predicates.get(at), Some(TextPredicate::Equals(_)))
    }

    pub(super) fn position(&self, predicate: &TextPredicate) -> Option<usize> {
        self.predicates.iter().position(|it| it == predicate)
    }
}

fn text_of(parents: &[(usize, u8)], mut number: usize) -> Vec<u8> {
    let mut text = Vec::new();
    while number != 0 {
        let Some((parent, byte)) = parents.get(number) else { break };
        text.push(*byte);
        number = *parent;
    }
    text.reverse();
    text
}

/// The classes of bytes that only a predicate `Equals` distinguishes. Readable bytes come first.
fn byte_classes(predicates: &[TextPredicate], machines: &[Option<Machine>]) -> Vec<Vec<u8>> {
    let mut is_distinguished = [false; 256];
    for predicate in predicates {
        let TextPredicate::MatchesWildcards(parts, _) = predicate else { continue };
        for byte in parts.iter().flatten() {
            if let Some(entry) = is_distinguished.get_mut(usize::from(*byte)) {
                *entry = true;
            }
        }
    }
    let regexes = || {
        machines.iter().flatten().filter_map(|machine| match machine {
            Machine::Regex(machine) => Some(machine.dfa.byte_classes()),
            Machine::Wildcard(_) => None,
        })
    };
    let is_same = |a: u8, b: u8| regexes().all(|classes| classes.get(a) == classes.get(b));
    let letters = b"xyzabcdefghijklmnopqrstuvw0123456789XYZABCDEFGHIJKLMNOPQRSTUVW._-/ ";
    let all = letters.iter().copied().chain(0x20..0x7f).chain(0x80..=0xff).chain(0..0x20).chain([0x7f]);
    let mut is_known = [false; 256];
    // the classes of bytes that UTF-8 and numbers do not distinguish; regexes may
    let mut of_kind: Vec<Vec<usize>> = Vec::new();
    let mut classes: Vec<Vec<u8>> = Vec::new();
    for byte in all {
        let utf8 = usize::from(Utf8::class(byte));
        let Some(known) = is_known.get_mut(usize::from(byte)) else { continue };
        if std::mem::replace(known, true) || utf8 == usize::from(Utf8::NEVER) {
            continue;
        }
        if is_distinguished.get(usize::from(byte)).copied().unwrap_or_default() {
            classes.push(vec![byte]);
            continue;
        }
        let kind = utf8 * Language::CLASSES + usize::from(Language::class(byte));
        if of_kind.len() <= kind {
            of_kind.resize_with(kind + 1, Vec::new);
        }
        let Some(places) = of_kind.get_mut(kind) else { continue };
        let is_of = |place: &&usize| {
            let first = classes.get(**place).and_then(|class| class.first());
            first.is_some_and(|first| is_same(*first, byte))
        };
        match places.iter().find(is_of).copied() {
            Some(place) => classes.get_mut(place).into_iter().for_each(|class| class.push(byte)),
            None => {
                places.push(classes.len());
                classes.push(vec![byte]);
            }
        }
    }
    classes
}

/// A fast hasher for states. States are small numbers that do not come from input, so collisions cannot be provoked.
#[derive(Default, Clone, Copy)]
struct StateHasher(u64);

impl std::hash::Hasher for StateHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let number = chunk.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
            self.write_u64(number);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantics::Wildcard;
    use crate::wildcard::WildcardPattern;

    #[test]
    fn wildcards_step_as_they_match() {
        let table: [&[&str]; 8] = [
            &["", "aab", ""],
            &["a", "ab", "b"],
            &["", "aaaa"],
            &["", "abab", "ba", ""],
            &["b", ""],
            &["", "aabaaab", ""],
            &["", "a", "a", "a", "a"],
            &["", "abaab"],
        ];
        for (parts, wildcard) in table.iter().flat_map(|it| [(it, Wildcard::Observed), (it, Wildcard::Glob)])
        {
            let machine = Machine::Wildcard(Rc::new(WildcardMachine::new(
                &parts.iter().map(|it| it.as_bytes().to_vec()).collect::<Vec<_>>(),
                wildcard,
            )));
            let expected = WildcardPattern::new(&parts.join("*"), wildcard);
            for bits in 0..1u32 << 11 {
                // all texts of up to ten letters
                let length = 31 - (bits | 1).leading_zeros();
                let text: Vec<u8> =
                    (0..length).map(|at| if bits >> at & 1 == 0 { b'a' } else { b'b' }).collect();
                let state = text.iter().fold(machine.start(), |state, byte| machine.step(state, *byte));
                assert_eq!(
                    machine.accepts(state),
                    expected.is_match(&text),
                    "{parts:?}, {wildcard:?}, on {}",
                    String::from_utf8_lossy(&text)
                );
            }
        }
    }
}
