//! Finds one text with given truth values, without a list of all combinations.

use super::super::budget::Budget;
use super::super::decision::Unknown;
use super::language::{Language, Utf8};
use super::predicate::TextPredicate;
use super::state::DEAD;
use super::{Automata, Machine};
use crate::limits::SEPARATE_PAIRS;

/// The values of a byte, which are divided into classes.
const BYTES: usize = 256;

/// What separates the texts of several predicates in a text that is tried before the search.
const SEPARATORS: [&str; 6] = [" ", "", ", ", "~", "\u{1}", "é"];

impl Automata {
    /// A text of the language with the wanted truth values; `None` in `wanted` is any value. `None` if no text has them.
    ///
    /// 1. Texts that consist of the parts of the wanted predicates are tried.
    /// 2. If two of the predicates alone have no such text, the others do not matter.
    /// 3. A breadth-first search leaves out each state from which a wanted value cannot be reached any more.
    pub(in crate::analysis) fn text_with(
        &self,
        wanted: &[Option<bool>],
        texts: Language,
        likely: &[&str],
        budget: &mut Budget,
    ) -> Result<Option<Vec<u8>>, Unknown> {
        let active: Vec<(usize, bool)> =
            wanted.iter().enumerate().filter_map(|(at, wanted)| Some((at, (*wanted)?))).collect();
        let holds = |text: &[u8]| {
            is_in(text, texts) && active.iter().all(|(at, wanted)| self.truth(*at, text) == *wanted)
        };
        let whole = active.iter().find_map(|(at, wanted)| match self.predicates.get(*at) {
            Some(TextPredicate::Equals(text)) if *wanted => Some(text),
            _ => None,
        });
        if let Some(text) = whole {
            budget.spend(1, text.len() * active.len())?;
            return Ok(Some(text.clone()).filter(|text| holds(text)));
        }
        if let Some(text) = likely.iter().find(|text| holds(text.as_bytes())) {
            return Ok(Some(text.as_bytes().to_vec()));
        }
        let whole_search =
            |active: &[(usize, bool)], budget: &mut Budget| self.shortest(active, texts, budget);
        let required: Vec<usize> = active.iter().filter(|(_, wanted)| *wanted).map(|(at, _)| *at).collect();
        if active.len() < 3 || required.is_empty() {
            return whole_search(&active, budget);
        }
        if matches!(texts, Language::Any | Language::Messages | Language::NoDecimals) {
            for text in self.composed(&required, budget)? {
                budget.spend(1, text.len() * active.len())?;
                if holds(&text) {
                    return Ok(Some(text));
                }
            }
        }
        let pairs = budget.raised(SEPARATE_PAIRS);
        for (number, first) in required.iter().enumerate().take(pairs) {
            let later = required.iter().skip(number + 1).map(|at| (*at, true));
            let refused = active.iter().filter(|(_, wanted)| !wanted).copied();
            for second in later.chain(refused).take(pairs) {
                if whole_search(&[(*first, true), second], budget)?.is_none() {
                    return Ok(None);
                }
            }
        }
        whole_search(&active, budget)
    }

    /// The truth value of one predicate for a text.
    pub(in crate::analysis) fn truth(&self, at: usize, text: &[u8]) -> bool {
        match (self.predicates.get(at), self.machines.get(at)) {
            (Some(TextPredicate::Equals(equal)), _) => equal == text,
            (_, Some(Some(machine))) => {
                machine.accepts(text.iter().fold(machine.start(), |state, byte| machine.step(state, *byte)))
            }
            _ => false,
        }
    }

    /// Texts that contain a text of each predicate, in several orders and with several separators.
    fn composed(&self, required: &[usize], budget: &mut Budget) -> Result<Vec<Vec<u8>>, Unknown> {
        let (mut first, mut middle, mut last) = (Vec::new(), Vec::new(), Vec::new());
        for at in required {
            let (text, is_first, is_last) = match self.predicates.get(*at) {
                Some(TextPredicate::MatchesWildcards(parts, _)) => (
                    parts.concat(),
                    parts.first().is_some_and(|it| !it.is_empty()),
                    parts.last().is_some_and(|it| !it.is_empty()),
                ),
                Some(TextPredicate::ContainsRegex(body)) => {
                    let Some(text) = self.shortest(&[(*at, true)], Language::Messages, budget)? else {
                        return Ok(Vec::new());
                    };
                    (text, body.starts_with('^'), body.ends_with('$'))
                }
                Some(TextPredicate::Equals(_)) | None => continue,
            };
            match (is_first, is_last) {
                (true, _) => first.push(text),
                (_, true) => last.push(text),
                _ => middle.push(text),
            }
        }
        // the longest beginning contains the shorter ones, and so do the ends
        first.sort_by_key(|text| std::cmp::Reverse(text.len()));
        last.sort_by_key(Vec::len);
        let orders = [(1, 1), (first.len(), last.len())];
        let mut all = Vec::new();
        for (beginnings, ends) in orders {
            let ends = last.iter().skip(last.len().saturating_sub(ends));
            let parts: Vec<&[u8]> =
                first.iter().take(beginnings).chain(&middle).chain(ends).map(Vec::as_slice).collect();
            all.extend(SEPARATORS.iter().map(|separator| parts.join(separator.as_bytes())));
            let reversed: Vec<&[u8]> = parts.iter().rev().copied().collect();
            all.push(reversed.join(&b' '));
        }
        Ok(all)
    }

    /// The shortest text for which the predicates have these values.
    fn shortest(
        &self,
        active: &[(usize, bool)],
        texts: Language,
        budget: &mut Budget,
    ) -> Result<Option<Vec<u8>>, Unknown> {
        let length: usize = active.iter().filter_map(|(at, _)| Some(self.predicates.get(*at)?.len())).sum();
        budget.spend(1, BYTES + length)?;
        let part = self.part(active);
        let signs: Vec<bool> = active.iter().map(|(_, wanted)| *wanted).collect();
        let machines: Vec<(&Machine, bool)> =
            part.machines.iter().zip(&signs).filter_map(|(it, sign)| Some((it.as_ref()?, *sign))).collect();
        let is_lost = |state: &[u32]| {
            state.iter().skip(1).zip(&machines).any(|(state, (machine, sign))| {
                if *sign { *state == DEAD } else { machine.is_settled(*state) }
            })
        };
        let needs_whole = part.predicates.iter().zip(&signs);
        let needs_whole =
            needs_whole.into_iter().any(|(it, sign)| *sign && matches!(it, TextPredicate::Equals(_)));
        part.search(
            texts,
            budget,
            |state| is_lost(state) || needs_whole && state.first() == Some(&DEAD),
            |truths| truths == signs,
        )
    }

    /// The automata of some of the predicates.
    fn part(&self, active: &[(usize, bool)]) -> Automata {
        let chosen = || active.iter().map(|(at, _)| *at);
        let predicates = chosen().filter_map(|at| self.predicates.get(at)).cloned().collect();
        let machines = chosen().filter_map(|at| self.machines.get(at)).cloned().collect();
        Automata::of_machines(predicates, machines)
    }
}

/// Whether a text is one of the language.
pub(in crate::analysis) fn is_in(text: &[u8], texts: Language) -> bool {
    let (mut utf8, mut grammar) = (Utf8::START, texts.start());
    for byte in text {
        (utf8, grammar) = (Utf8::step(utf8, *byte), texts.step(grammar, *byte));
        if utf8 == DEAD || grammar == DEAD || utf8 == Utf8::IN_HALF && texts != Language::Any {
            return false;
        }
    }
    Utf8::is_whole(utf8) && texts.accepts(grammar)
}
