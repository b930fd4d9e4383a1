//! The layer in front of the structural pass: the bytes are searched for the *keys* of the few fields
//! that can set a rule off, and the value behind each is looked up. Where one text alone does, that text
//! is searched for, which is rarer than its key. A message without such a value is never parsed.
//!
//! Sound: a rule is set off only by a field whose key and value stand in the message, in quotes, or
//! written with `\u` escapes. Every place of such a key is looked at, on whatever level and however often;
//! blanks round the colon are passed over; a value with an escape, and a message with a `\u` in front of a
//! possible key, are candidates. A nested key of the same name gives at most a false candidate.

use super::line_search::{Candidate, Search};
use crate::engine::compile::{JsonPlan, Kind, NodeId, PrefixFilter, Triggers, equal};
use crate::engine::json::text::{kind, number, skip_blanks, string_end};
use crate::engine::simd::{InstructionSet, Pair, PairTables};

/// A longer key is not searched for.
const LONGEST_KEY: usize = 60;

/// Up to so many letters a key is likely the end of another one.
const SHORT_KEY: usize = 6;

/// A shorter text stands in many other places.
const SHORTEST_TEXT: usize = 4;

/// More keys than this, and the places that look like one cost more than the structural pass.
const MOST_KEYS: usize = 8;

/// The keys of a plan.
#[derive(Debug)]
pub(crate) struct Needles {
    needles: Vec<Needle>,
    pairs: PairTables,
}

/// What is searched for.
#[derive(Debug)]
pub(super) struct Needle {
    /// with its quotes
    bytes: Box<[u8]>,
    /// two of its bytes, the first at `offset`
    pub(super) pair: Pair,
    pub(super) offset: usize,
    kind: NeedleKind,
}

#[derive(Debug)]
enum NeedleKind {
    Key {
        /// places in the plan's triggers
        triggers: Vec<usize>,
        /// how a string begins that can set off a rule
        starts: Option<Box<PrefixFilter>>,
    },
    /// The only text that its key can have.
    Value,
}

impl Needles {
    /// # Errors
    /// If some event could set off a rule without holding one of a few needles.
    pub(crate) fn new(plan: &JsonPlan) -> Result<Needles, NoPrefilter> {
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
        let wanted: Vec<(&[u8], bool, NeedleKind)> =
            keys.iter().map(|key| choose_needle(plan, key)).collect();
        let distance = distance(wanted.iter().map(|(text, from_quote, _)| (*text, *from_quote)));
        let needles = wanted
            .into_iter()
            .map(|(text, from_quote, needle_kind)| Needle::new(text, from_quote, distance, needle_kind));
        let needles: Vec<Needle> = needles.collect();
        let pairs = needles.iter().map(|needle| (needle.pair.first, needle.pair.second));
        let pairs = PairTables::new(distance, pairs, [b'\\', b'\n']);
        Ok(Needles { needles, pairs })
    }

    /// The first line of `text` from `from` on that may set off a rule.
    #[inline]
    pub(crate) fn next(&self, level: InstructionSet, plan: &JsonPlan, text: &[u8], from: usize) -> Candidate {
        level.run(Search { needles: &self.needles, pairs: &self.pairs, plan, text, from })
    }

    /// Whether the message may set off a rule.
    #[inline]
    pub(crate) fn is_candidate(&self, level: InstructionSet, plan: &JsonPlan, message: &[u8]) -> bool {
        self.next(level, plan, message, 0).is_found
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

impl Needles {
    /// What is searched for.
    pub(crate) fn describe(&self) -> Vec<NeedleDescription> {
        let describe = |needle: &Needle| NeedleDescription {
            text: String::from_utf8_lossy(&needle.bytes).into_owned(),
            pair: (needle.pair.first.into(), needle.pair.second.into(), needle.pair.distance),
            is_value: matches!(needle.kind, NeedleKind::Value),
            has_prefix_filter: matches!(&needle.kind, NeedleKind::Key { starts: Some(_), .. }),
        };
        self.needles.iter().map(describe).collect()
    }
}

/// Written without any escape, or with `\u` only, and short enough.
fn is_plain(text: &[u8]) -> bool {
    (1..=LONGEST_KEY).contains(&text.len())
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// What is searched for in place of a key, whether by its opening quote, and what stands behind it.
fn choose_needle<'a>(plan: &'a JsonPlan, key: &'a str) -> (&'a [u8], bool, NeedleKind) {
    let of_key =
        |(_, (node, _)): &(usize, &(NodeId, Triggers))| plan.trie.key_of(*node) == Some(key.as_bytes());
    let places: Vec<usize> =
        plan.triggers.iter().enumerate().filter(of_key).map(|(place, _)| place).collect();
    if let Some(text) = only_text(plan, &places) {
        return (text, false, NeedleKind::Value);
    }
    let mut starts = Some(PrefixFilter::new());
    for place in &places {
        let more = plan.triggers.get(*place).and_then(|(_, triggers)| triggers.starts());
        starts = starts.zip(more).map(|(mut starts, more)| {
            starts.extend(&more);
            starts
        });
    }
    (
        key.as_bytes(),
        key.len() <= SHORT_KEY,
        NeedleKind::Key { triggers: places, starts: starts.map(Box::new) },
    )
}

/// The one text that sets off a rule as the value of the only field with its key.
fn only_text<'a>(plan: &'a JsonPlan, places: &[usize]) -> Option<&'a [u8]> {
    let [place] = places else { return None };
    let text = plan.triggers.get(*place)?.1.only_text()?;
    // what begins with a letter is no number, which would stand without quotes
    let is_text = text.len() >= SHORTEST_TEXT && text.first().is_some_and(u8::is_ascii_alphabetic);
    (is_text && is_plain(text)).then_some(text)
}

/// The distance at which all texts have rare pairs of bytes.
fn distance<'a>(texts: impl Iterator<Item = (&'a [u8], bool)> + Clone) -> usize {
    let cost = |distance: &usize| {
        let of_text = |(text, from_quote): (&[u8], bool)| rarest_pair(&quoted(text), from_quote, *distance).1;
        texts.clone().map(of_text).sum::<u32>()
    };
    (1..=LONGEST_KEY).min_by_key(cost).unwrap_or(1)
}

fn quoted(text: &[u8]) -> Box<[u8]> {
    [b"\"", text, b"\""].concat().into()
}

/// Where the rarest pair of bytes of this distance begins, and how often it stands somewhere, roughly. Rare bytes tell most
/// places apart; in a short key, which is the end of many longer ones, the opening quote does.
fn rarest_pair(bytes: &[u8], from_quote: bool, distance: usize) -> (usize, u32) {
    const NOWHERE: (usize, u32) = (0, 1 << 20);
    let pairs = bytes.iter().zip(bytes.iter().skip(distance)).enumerate();
    let share = |(place, (first, second)): (usize, (&u8, &u8))| {
        let rare = rarity(*first) + rarity(*second) + if from_quote && place == 0 { 2 } else { 0 };
        // a step of rarity is a third
        (place, 3u32.pow(MOST_RARE - rare))
    };
    pairs.map(share).min_by_key(|(_, share)| *share).unwrap_or(NOWHERE)
}

/// Two of the rarest bytes, and a quote where it is wanted.
const MOST_RARE: u32 = 3 + 3 + 2;

impl Needle {
    fn new(text: &[u8], from_quote: bool, distance: usize, needle_kind: NeedleKind) -> Needle {
        let bytes = quoted(text);
        let (offset, _) = rarest_pair(&bytes, from_quote, distance);
        let byte = |place: usize| bytes.get(place).copied().unwrap_or_default();
        let pair = Pair { first: byte(offset), second: byte(offset + distance), distance };
        Needle { bytes, pair, offset, kind: needle_kind }
    }

    /// Whether the value at `at`, or behind the key there, can set off a rule, or cannot be told without parsing.
    #[inline(always)]
    pub(super) fn is_hit(&self, plan: &JsonPlan, message: &[u8], at: usize) -> bool {
        let end = at + self.bytes.len();
        if !message.get(at..end).is_some_and(|found| equal(found, &self.bytes)) {
            return false;
        }
        let NeedleKind::Key { triggers, starts } = &self.kind else { return true };
        match (starts, message.get(end..).and_then(|rest| rest.first_chunk::<6>())) {
            (Some(starts), Some([b':', b'"', start @ ..])) if !starts.may_hold(*start) => false,
            _ => is_hit_at(triggers, plan, message, end),
        }
    }
}

/// The same for what stands behind the key's closing quote.
#[inline(never)]
fn is_hit_at(places: &[usize], plan: &JsonPlan, message: &[u8], end: usize) -> bool {
    let colon = skip_blanks(message, end);
    if message.get(colon) != Some(&b':') {
        return false;
    }
    let value = skip_blanks(message, colon + 1);
    let Some(kind) = message.get(value).and_then(|byte| kind(*byte)) else { return false };
    let text = match kind {
        Kind::Text => match string_end(message, value) {
            Some((end, false)) => message.get(value + 1..end).unwrap_or_default(),
            Some((_, true)) => return true,
            None => return false,
        },
        Kind::Number => number(message, value),
        _ => &[],
    };
    let triggers = |place: &usize| plan.triggers.get(*place).map(|(_, triggers)| triggers);
    places.iter().filter_map(triggers).any(|triggers| triggers.can_fire(kind, text))
}

/// How seldom a byte stands in CloudTrail records, roughly: a wrong guess costs time, not matches.
fn rarity(byte: u8) -> u32 {
    match byte {
        b'e' | b'a' | b't' | b'i' | b'n' | b's' | b'r' | b'o' | b'"' => 0,
        b'c' | b'd' | b'l' | b'm' | b'p' | b'u' | b'0'..=b'9' => 1,
        b'v' | b'y' | b'g' | b'w' | b'b' | b'f' | b'h' | b'A' | b'E' | b'I' | b'T' | b'R' => 2,
        _ => 3,
    }
}
