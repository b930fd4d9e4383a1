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

use super::budget::Budget;
use super::decision::Unknown;
use crate::limits::AUTOMATON_BYTES;
use crate::semantics::Wildcard;
use crate::syntax::ast::Regex;
use crate::syntax::regex::ascii_classes;
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::util::syntax;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::BuildHasherDefault;

/// A predicate on a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TextPredicate {
    /// The text equals this text.
    Equals(Vec<u8>),
    /// The text matches a pattern with stars (docs/filter-patterns.md#wildcards): the parts between the stars, and the algorithm for
    /// the last part.
    MatchesWildcards(Vec<Vec<u8>>, Wildcard),
    /// The text contains a match of this regular expression.
    ContainsRegex(String),
}

impl TextPredicate {
    /// The predicate of a value as written, where a star is a wildcard.
    pub(super) fn of_text(text: &str, wildcard: Wildcard) -> Self {
        let parts: Vec<Vec<u8>> = text.split('*').map(|part| part.as_bytes().to_vec()).collect();
        // with a star at the end, both algorithms give the same result
        let wildcard = if text.ends_with('*') { Wildcard::Observed } else { wildcard };
        if parts.len() == 1 {
            TextPredicate::Equals(text.as_bytes().to_vec())
        } else {
            TextPredicate::MatchesWildcards(parts, wildcard)
        }
    }

    pub(super) fn of_regex(regex: &Regex) -> Self {
        TextPredicate::ContainsRegex(ascii_classes(&regex.body))
    }

    /// The predicate "contains this text".
    pub(super) fn of_term(text: &str) -> Self {
        TextPredicate::MatchesWildcards(
            vec![Vec::new(), text.as_bytes().to_vec(), Vec::new()],
            Wildcard::Observed,
        )
    }
}

/// A set of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// The strings of JSON: UTF-8, and single halves of surrogate pairs.
    Any,
    /// Messages: UTF-8.
    Messages,
    /// JSON numbers.
    Numbers,
    /// The texts that are numbers in a column (docs/filter-patterns.md#column-conditions).
    Decimals,
    /// Messages except the texts of `Decimals`.
    NoDecimals,
}

/// The state from which no text is accepted.
const DEAD: u32 = u32::MAX;

enum Machine {
    Wildcard(WildcardMachine),
    Regex(Box<RegexMachine>),
}

impl Machine {
    fn new(predicate: &TextPredicate) -> Result<Option<Self>, Unknown> {
        Ok(match predicate {
            TextPredicate::Equals(_) => None,
            TextPredicate::MatchesWildcards(parts, wildcard) => {
                Some(Machine::Wildcard(WildcardMachine::new(parts, *wildcard)))
            }
            TextPredicate::ContainsRegex(body) => Some(Machine::Regex(Box::new(RegexMachine::new(body)?))),
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
}

/// The automaton of a pattern with stars. It searches for the parts from left to right, each once. With the algorithm that AWS was
/// observed to use, the first occurrence of the last part must end the text; in a glob any occurrence may end the text.
struct WildcardMachine {
    parts: Vec<Vec<u8>>,
    /// in a glob: the position in the last part after a complete occurrence that does not end the text
    after_last: Option<usize>,
    /// the first state of each part
    offsets: Vec<usize>,
    /// for each part and each position in it, the position to continue at after a mismatch
    kmp_failure_links: Vec<Vec<Option<usize>>>,
}

impl WildcardMachine {
    fn new(parts: &[Vec<u8>], wildcard: Wildcard) -> Self {
        let border = || parts.last().and_then(|last| borders_of(last).last().copied()).unwrap_or_default();
        let after_last = (wildcard == Wildcard::Glob).then(border);
        let mut offsets = Vec::new();
        let mut next = 0;
        for part in parts {
            offsets.push(next);
            next += part.len() + 1;
        }
        offsets.push(next);
        WildcardMachine {
            parts: parts.to_vec(),
            after_last,
            offsets,
            kmp_failure_links: parts.iter().map(|part| kmp_failure_links(part)).collect(),
        }
    }

    /// The state in which every further text is accepted.
    fn all(&self) -> u32 {
        state_of(self.offsets.last().copied().unwrap_or_default())
    }

    /// The state in which the text is accepted if it ends.
    fn done(&self) -> u32 {
        self.all() + 1
    }

    fn part(&self, at: usize) -> &[u8] {
        self.parts.get(at).map_or(&[], Vec::as_slice)
    }

    /// The state at a position of a part. The end of a part is the beginning of the next one.
    fn settled(&self, mut part: usize, mut position: usize) -> u32 {
        let last = self.parts.len() - 1;
        loop {
            if part == last && self.part(last).is_empty() {
                return self.all();
            }
            if position < self.part(part).len() {
                return state_of(self.offsets.get(part).copied().unwrap_or_default() + position);
            }
            if part == last {
                return self.done();
            }
            (part, position) = (part + 1, 0);
        }
    }

    fn step(&self, state: u32, byte: u8) -> u32 {
        if state == DEAD || state == self.all() {
            return state;
        }
        let at = state as usize;
        let (part, mut position) = match self.after_last {
            None if state == self.done() => return DEAD,
            Some(border) if state == self.done() => (self.parts.len() - 1, border),
            _ => {
                let part = self.offsets.partition_point(|offset| *offset <= at) - 1;
                (part, at - self.offsets.get(part).copied().unwrap_or_default())
            }
        };
        let text = self.part(part);
        loop {
            if text.get(position) == Some(&byte) {
                return self.settled(part, position + 1);
            }
            // the first part must be at the beginning of the text
            if part == 0 {
                return DEAD;
            }
            match self.kmp_failure_links.get(part).and_then(|list| list.get(position)).copied().flatten() {
                Some(before) => position = before,
                None => return self.settled(part, 0),
            }
        }
    }
}

fn state_of(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(DEAD - 2)
}

/// The failure links of Knuth, Morris and Pratt: for each position the longest prefix that ends before it and continues with
/// another byte.
fn kmp_failure_links(text: &[u8]) -> Vec<Option<usize>> {
    let borders = borders_of(text);
    let mut list: Vec<Option<usize>> = Vec::with_capacity(text.len());
    for at in 0..text.len() {
        let border = at.checked_sub(1).and_then(|last| borders.get(last).copied());
        list.push(match border {
            Some(border) if text.get(border) == text.get(at) => list.get(border).copied().flatten(),
            other => other,
        });
    }
    list
}

/// For each prefix, the length of its longest border: a proper prefix that is also a suffix.
fn borders_of(text: &[u8]) -> Vec<usize> {
    let mut list: Vec<usize> = vec![0; text.len()];
    for at in 1..text.len() {
        let mut length = list.get(at - 1).copied().unwrap_or(0);
        while length > 0 && text.get(length) != text.get(at) {
            length = list.get(length - 1).copied().unwrap_or(0);
        }
        if text.get(length) == text.get(at) {
            length += 1;
        }
        if let Some(entry) = list.get_mut(at) {
            *entry = length;
        }
    }
    list
}

/// The automaton of a regular expression that may match anywhere in the text.
struct RegexMachine {
    dfa: dense::DFA<Vec<u32>>,
    start: u32,
}

/// The state after a match.
const FOUND: u32 = u32::MAX - 1;

impl RegexMachine {
    fn new(body: &str) -> Result<Self, Unknown> {
        let refused = |_| Unknown::Automaton(body.to_owned());
        let config = dense::Config::new()
            .start_kind(StartKind::Unanchored)
            .dfa_size_limit(Some(AUTOMATON_BYTES))
            .determinize_size_limit(Some(AUTOMATON_BYTES / 4));
        let dfa = dense::Builder::new()
            .configure(config)
            .syntax(syntax::Config::new().utf8(false))
            .thompson(thompson::Config::new().nfa_size_limit(Some(AUTOMATON_BYTES)))
            .build(body)
            .map_err(refused)?;
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

    fn step(&self, state: u32, byte: u8) -> u32 {
        if state == DEAD || state == FOUND {
            return state;
        }
        self.settled(self.dfa.next_state(Self::id(state), byte))
    }

    fn accepts(&self, state: u32) -> bool {
        state == FOUND || state != DEAD && self.dfa.is_match_state(self.dfa.next_eoi_state(Self::id(state)))
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
    pub(super) fn new(predicates: Vec<TextPredicate>) -> Result<Self, Unknown> {
        let machines = predicates.iter().map(Machine::new).collect::<Result<Vec<_>, _>>()?;
        let mut trie = Trie::default();
        for (number, predicate) in predicates.iter().enumerate() {
            if let TextPredicate::Equals(text) = predicate {
                trie.insert(text, number);
            }
        }
        let byte_classes = byte_classes(&predicates, &machines);
        Ok(Automata { predicates, machines, trie, byte_classes })
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
        let mut list: Vec<Reachable> = Vec::new();
        let first = (Utf8::START, texts.start(), self.start());
        let mut parents: Vec<(usize, u8)> = vec![(0, 0)];
        let mut queue = VecDeque::from([(first.clone(), 0)]);
        let mut seen: HashSet<_, BuildHasherDefault<StateHasher>> = HashSet::from_iter([first]);
        while let Some(((utf8, grammar, state), number)) = queue.pop_front() {
            if Utf8::is_whole(utf8) && texts.accepts(grammar) {
                let truths = self.accepted(&state);
                if found.insert(truths.clone()) {
                    list.push(Reachable { truths, text: text_of(&parents, number) });
                }
            }
            let bytes = self.bytes(&state);
            budget.spend(1, bytes.len() * (1 + self.machines.len()))?;
            for byte in bytes {
                let (utf8, grammar) = (Utf8::step(utf8, byte), texts.step(grammar, byte));
                if utf8 == DEAD || grammar == DEAD || utf8 == Utf8::IN_HALF && texts != Language::Any {
                    continue;
                }
                let next = (utf8, grammar, self.step(&state, byte));
                if seen.contains(&next) {
                    continue;
                }
                seen.insert(next.clone());
                queue.push_back((next, parents.len()));
                parents.push((number, byte));
            }
        }
        Ok(list)
    }

    /// Whether only one text gives these truth values.
    pub(super) fn is_whole(&self, truths: &[bool]) -> bool {
        let is_text = |(predicate, truth): (&TextPredicate, &bool)| {
            *truth && matches!(predicate, TextPredicate::Equals(_))
        };
        self.predicates.iter().zip(truths).any(is_text)
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
    let class = |byte: u8| {
        let own = is_distinguished.get(usize::from(byte)).copied().unwrap_or_default().then_some(byte);
        let regexes = machines.iter().flatten().filter_map(|machine| match machine {
            Machine::Regex(machine) => Some(machine.dfa.byte_classes().get(byte)),
            Machine::Wildcard(_) => None,
        });
        (own, regexes.collect::<Vec<u8>>(), Utf8::class(byte), Language::class(byte))
    };
    let letters = b"xyzabcdefghijklmnopqrstuvw0123456789XYZABCDEFGHIJKLMNOPQRSTUVW._-/ ";
    let all = letters.iter().copied().chain(0x20..0x7f).chain(0x80..=0xff).chain(0..0x20).chain([0x7f]);
    let mut places: HashMap<_, usize> = HashMap::new();
    let mut classes: Vec<Vec<u8>> = Vec::new();
    for byte in all.filter(|byte| Utf8::class(*byte) != Utf8::NEVER) {
        let place = *places.entry(class(byte)).or_insert_with(|| {
            classes.push(Vec::new());
            classes.len() - 1
        });
        if let Some(members) = classes.get_mut(place) {
            members.push(byte);
        }
    }
    classes
}

/// The texts of the predicates `Equals`.
struct Trie {
    nodes: Vec<TrieNode>,
}

#[derive(Default)]
struct TrieNode {
    /// the bytes of the edges from this node, and the nodes they lead to
    bytes: Vec<u8>,
    next: Vec<u32>,
    /// the predicates whose text ends here
    ends: Vec<usize>,
}

impl Default for Trie {
    fn default() -> Self {
        Trie { nodes: vec![TrieNode::default()] }
    }
}

impl Trie {
    const ROOT: u32 = 0;

    fn insert(&mut self, text: &[u8], number: usize) {
        let mut node = Self::ROOT;
        for byte in text {
            let next = self.step(node, *byte);
            if next != DEAD {
                node = next;
                continue;
            }
            let new = state_of(self.nodes.len());
            self.nodes.push(TrieNode::default());
            if let Some(it) = self.nodes.get_mut(node as usize) {
                it.bytes.push(*byte);
                it.next.push(new);
            }
            node = new;
        }
        if let Some(it) = self.nodes.get_mut(node as usize) {
            it.ends.push(number);
        }
    }

    fn step(&self, node: u32, byte: u8) -> u32 {
        let place = |it: &TrieNode| {
            it.bytes.iter().position(|known| *known == byte).and_then(|at| it.next.get(at)).copied()
        };
        self.nodes.get(node as usize).and_then(place).unwrap_or(DEAD)
    }

    /// The bytes of the edges from a node.
    fn bytes(&self, node: u32) -> &[u8] {
        self.nodes.get(node as usize).map_or(&[], |it| it.bytes.as_slice())
    }

    fn is_end(&self, node: u32, number: usize) -> bool {
        self.nodes.get(node as usize).is_some_and(|it| it.ends.contains(&number))
    }
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

/// The automaton of UTF-8 with single halves of surrogate pairs, which JSON strings can contain.
struct Utf8;

impl Utf8 {
    const START: u32 = 0;
    const NEVER: u8 = 11;
    /// after half a pair
    const HALF: u32 = 9;
    /// after two of the three bytes of half a pair
    const IN_HALF: u32 = 8;

    fn is_whole(state: u32) -> bool {
        state == Self::START || state == Self::HALF
    }

    fn class(byte: u8) -> u8 {
        match byte {
            0..=0x7f => 0,
            0x80..=0x8f => 1,
            0x90..=0x9f => 2,
            0xa0..=0xbf => 3,
            0xc2..=0xdf => 4,
            0xe0 => 5,
            0xed => 6,
            0xe1..=0xef => 7,
            0xf0 => 8,
            0xf1..=0xf3 => 9,
            0xf4 => 10,
            _ => Self::NEVER,
        }
    }

    fn step(state: u32, byte: u8) -> u32 {
        match (state, Self::class(byte)) {
            (Self::START | Self::HALF, 0) | (1, 1..=3) => Self::START,
            (Self::START | Self::HALF, 4) | (2, 1..=3) | (4, 3) | (5 | 10, 1 | 2) => 1,
            (Self::START | Self::HALF, 5) => 4,
            (Self::START, 6) => 5,
            (Self::HALF, 6) => 10,
            (Self::START | Self::HALF, 7) | (3, 1..=3) | (6, 2 | 3) | (7, 1) => 2,
            (Self::START | Self::HALF, 8) => 6,
            (Self::START | Self::HALF, 9) => 3,
            (Self::START | Self::HALF, 10) => 7,
            (5, 3) => Self::IN_HALF,
            (Self::IN_HALF, 1..=3) => Self::HALF,
            _ => DEAD,
        }
    }
}

impl Language {
    fn start(self) -> u32 {
        0
    }

    fn class(byte: u8) -> u8 {
        match byte {
            b'0' => 1,
            b'1'..=b'9' => 2,
            b'-' => 3,
            b'+' => 4,
            b'.' => 5,
            b'e' | b'E' => 6,
            _ => 0,
        }
    }

    /// States: sign 1, zero 2, digits 3, point 4, fraction 5, e 6, sign of the exponent 7, digits of the exponent 8, not a number 9.
    fn step(self, state: u32, byte: u8) -> u32 {
        let class = Self::class(byte);
        let next = match (self, state, class) {
            (Language::Any | Language::Messages, ..) => return 0,
            (_, 0, 3) => 1,
            (Language::Decimals | Language::NoDecimals, 0, 4) => 1,
            (Language::Numbers, 0 | 1, 1) => 2,
            (_, 0 | 1 | 3, 1 | 2) => 3,
            (_, 2 | 3, 5) => 4,
            (_, 4 | 5, 1 | 2) => 5,
            (_, 2 | 3 | 5, 6) => 6,
            (_, 6, 3 | 4) => 7,
            (_, 6..=8, 1 | 2) => 8,
            _ => 9,
        };
        if next == 9 && self != Language::NoDecimals { DEAD } else { next }
    }

    fn accepts(self, state: u32) -> bool {
        let is_number = matches!(state, 2 | 3 | 5 | 8);
        match self {
            Language::Any | Language::Messages => true,
            Language::Numbers | Language::Decimals => is_number,
            Language::NoDecimals => !is_number,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
            let machine = Machine::Wildcard(WildcardMachine::new(
                &parts.iter().map(|it| it.as_bytes().to_vec()).collect::<Vec<_>>(),
                wildcard,
            ));
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
