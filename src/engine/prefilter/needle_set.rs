//! All needles of a set, searched for together; or the reason why the set has no prefilter.

use super::line_search::{Candidate, Search};
use super::needle::{LONGEST_KEY, Needle, NeedleKind, choose_needle, distance, is_plain};
use crate::engine::compile::JsonPlan;
use crate::engine::simd::{InstructionSet, PairTables};

/// The maximum number of trigger keys. With more keys, checking the candidates costs more than the structural pass.
const MOST_KEYS: usize = 8;

/// The needles of a plan. An event without one of them sets off no rule.
#[derive(Debug)]
pub(crate) struct NeedleSet {
    needles: Vec<Needle>,
    pairs: PairTables,
}

impl NeedleSet {
    /// # Errors
    /// If an event without any of a few needles could set off a rule.
    pub(crate) fn new(plan: &JsonPlan) -> Result<NeedleSet, NoPrefilter> {
        let keys = &plan.trigger_keys;
        if !plan.always.is_empty() {
            return Err(NoPrefilter::EveryEvent);
        }
        if keys.is_empty() {
            return Err(NoPrefilter::NoField);
        }
        if keys.len() > MOST_KEYS {
            return Err(NoPrefilter::TooManyKeys(keys.len()));
        }
        if let Some(key) = keys.iter().find(|key| !is_plain(key.as_bytes())) {
            return Err(NoPrefilter::Key(key.clone()));
        }
        let chosen: Vec<(&[u8], bool, NeedleKind)> =
            keys.iter().map(|key| choose_needle(plan, key)).collect();
        let distance = distance(chosen.iter().map(|(text, from_quote, _)| (*text, *from_quote)));
        let needles = chosen
            .into_iter()
            .map(|(text, from_quote, needle_kind)| Needle::new(text, from_quote, distance, needle_kind));
        let needles: Vec<Needle> = needles.collect();
        let pairs = needles.iter().map(|needle| (needle.pair.first, needle.pair.second));
        let pairs = PairTables::new(distance, pairs, [b'\\', b'\n']);
        Ok(NeedleSet { needles, pairs })
    }

    /// The first line of `text`, from `from` on, that may set off a rule.
    #[inline]
    pub(crate) fn next(
        &self,
        instructions: InstructionSet,
        plan: &JsonPlan,
        text: &[u8],
        from: usize,
    ) -> Candidate {
        instructions.run(Search { needles: &self.needles, pairs: &self.pairs, plan, text, from })
    }

    /// Whether the message may set off a rule.
    #[inline]
    pub(crate) fn is_candidate(&self, instructions: InstructionSet, plan: &JsonPlan, message: &[u8]) -> bool {
        self.next(instructions, plan, message, 0).is_found
    }
}

/// Why a set has no prefilter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoPrefilter {
    #[error("some rule has to run for every event")]
    EveryEvent,
    #[error("no JSON pattern reads a field")]
    NoField,
    #[error("the triggers read {0} keys, more than {MOST_KEYS}")]
    TooManyKeys(usize),
    #[error("the key `{}` may be written with escapes, or is longer than {LONGEST_KEY} bytes", .0.escape_debug())]
    Key(String),
    #[error("a pattern of another kind looks at every event")]
    OtherKinds,
    #[error("it was switched off")]
    SwitchedOff,
}

/// One text that the prefilter searches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NeedleDescription {
    /// with its quotes
    pub(crate) text: String,
    /// the two bytes that are compared first, and their distance
    pub(crate) pair: (char, char, usize),
    /// whether the text is the value itself; else it is a key
    pub(crate) is_value: bool,
    /// whether four bytes of the value are looked up before the value is parsed
    pub(crate) has_prefix_filter: bool,
}

impl NeedleSet {
    /// The needles, for people.
    pub(crate) fn describe(&self) -> Vec<NeedleDescription> {
        let describe = |needle: &Needle| NeedleDescription {
            text: String::from_utf8_lossy(&needle.bytes).into_owned(),
            pair: (needle.pair.first.into(), needle.pair.second.into(), needle.pair.distance),
            is_value: matches!(needle.kind, NeedleKind::Value),
            has_prefix_filter: matches!(&needle.kind, NeedleKind::Key { prefixes: Some(_), .. }),
        };
        self.needles.iter().map(describe).collect()
    }
}
