//! One needle: the text that the prefilter searches for in place of a field, and how two of its bytes are chosen.
//!
//! The needle is the field's key in quotes. If the field has only one text that sets off a rule, the needle is this text in
//! quotes, which is rarer than the key. The search compares two bytes of the needle, the rarest pair at a distance that all
//! needles of the set share; a hit is compared as a whole, and the value after a key is looked up in the field's triggers.

use crate::engine::compile::{JsonPlan, NodeId, PrefixFilter, Triggers, ValueKind, equal};
use crate::engine::json::text::{kind, number, skip_blanks, string_end};
use crate::engine::simd::Pair;

/// A longer key is not searched for.
pub(super) const LONGEST_KEY: usize = 60;

/// A key of at most this length is likely the end of a longer key.
const SHORT_KEY: usize = 6;

/// A shorter text occurs in many other places.
const SHORTEST_TEXT: usize = 4;

/// A text that the prefilter searches for.
#[derive(Debug)]
pub(super) struct Needle {
    /// with its quotes
    pub(super) bytes: Box<[u8]>,
    /// two of its bytes, the first at `offset`
    pub(super) pair: Pair,
    pub(super) offset: usize,
    pub(super) kind: NeedleKind,
}

#[derive(Debug)]
pub(super) enum NeedleKind {
    Key {
        /// indices in the plan's triggers
        triggers: Vec<usize>,
        /// how a string that sets off a rule begins
        prefixes: Option<Box<PrefixFilter>>,
    },
    /// The only text that sets off a rule as the value of its key.
    Value,
}

/// Whether JSON writes the text without escapes, or with `\u` only, and it is short enough.
pub(super) fn is_plain(text: &[u8]) -> bool {
    (1..=LONGEST_KEY).contains(&text.len())
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// The needle's text for a key, whether its opening quote helps to find it, and its kind.
pub(super) fn choose_needle<'a>(plan: &'a JsonPlan, key: &'a str) -> (&'a [u8], bool, NeedleKind) {
    let of_key =
        |(_, (node, _)): &(usize, &(NodeId, Triggers))| plan.trie.key_of(*node) == Some(key.as_bytes());
    let places: Vec<usize> =
        plan.triggers.iter().enumerate().filter(of_key).map(|(place, _)| place).collect();
    if let Some(text) = only_text(plan, &places) {
        return (text, false, NeedleKind::Value);
    }
    let mut prefixes = Some(PrefixFilter::new());
    for place in &places {
        let more = plan.triggers.get(*place).and_then(|(_, triggers)| triggers.prefixes());
        prefixes = prefixes.zip(more).map(|(mut prefixes, more)| {
            prefixes.extend(&more);
            prefixes
        });
    }
    (
        key.as_bytes(),
        key.len() <= SHORT_KEY,
        NeedleKind::Key { triggers: places, prefixes: prefixes.map(Box::new) },
    )
}

/// The text that sets off a rule, if there is one text and one field with this key.
fn only_text<'a>(plan: &'a JsonPlan, places: &[usize]) -> Option<&'a [u8]> {
    let [place] = places else { return None };
    let text = plan.triggers.get(*place)?.1.only_text()?;
    // a text that begins with a letter is no number, so it is always in quotes
    let is_text = text.len() >= SHORTEST_TEXT && text.first().is_some_and(u8::is_ascii_alphabetic);
    (is_text && is_plain(text)).then_some(text)
}

/// The distance at which the texts' pairs of bytes are rarest.
pub(super) fn distance<'a>(texts: impl Iterator<Item = (&'a [u8], bool)> + Clone) -> usize {
    let cost = |distance: &usize| {
        let of_text = |(text, from_quote): (&[u8], bool)| rarest_pair(&quoted(text), from_quote, *distance).1;
        texts.clone().map(of_text).sum::<u32>()
    };
    (1..=LONGEST_KEY).min_by_key(cost).unwrap_or(1)
}

fn quoted(text: &[u8]) -> Box<[u8]> {
    [b"\"", text, b"\""].concat().into()
}

/// Where the rarest pair of bytes at this distance begins, and roughly how often it occurs elsewhere. A short key is the end of
/// many longer keys; there the opening quote makes the pair rarer.
fn rarest_pair(bytes: &[u8], from_quote: bool, distance: usize) -> (usize, u32) {
    const NO_PAIR: (usize, u32) = (0, 1 << 20);
    let pairs = bytes.iter().zip(bytes.iter().skip(distance)).enumerate();
    let share = |(place, (first, second)): (usize, (&u8, &u8))| {
        let rare = rarity(*first) + rarity(*second) + if from_quote && place == 0 { 2 } else { 0 };
        // each step of rarity means a third as many occurrences
        (place, 3u32.pow(MOST_RARE - rare))
    };
    pairs.map(share).min_by_key(|(_, share)| *share).unwrap_or(NO_PAIR)
}

/// Two of the rarest bytes, and the bonus for a quote.
const MOST_RARE: u32 = 3 + 3 + 2;

impl Needle {
    pub(super) fn new(text: &[u8], from_quote: bool, distance: usize, needle_kind: NeedleKind) -> Needle {
        let bytes = quoted(text);
        let (offset, _) = rarest_pair(&bytes, from_quote, distance);
        let byte = |place: usize| bytes.get(place).copied().unwrap_or_default();
        let pair = Pair { first: byte(offset), second: byte(offset + distance), distance };
        Needle { bytes, pair, offset, kind: needle_kind }
    }

    /// Whether the value at `at`, or after the key at `at`, can set off a rule. True also if only parsing can tell.
    #[inline(always)]
    pub(super) fn is_hit(&self, plan: &JsonPlan, message: &[u8], at: usize) -> bool {
        let end = at + self.bytes.len();
        if !message.get(at..end).is_some_and(|found| equal(found, &self.bytes)) {
            return false;
        }
        let NeedleKind::Key { triggers, prefixes } = &self.kind else { return true };
        match (prefixes, message.get(end..).and_then(|rest| rest.first_chunk::<6>())) {
            (Some(prefixes), Some([b':', b'"', start @ ..])) if !prefixes.may_hold(*start) => false,
            _ => is_hit_at(triggers, plan, message, end),
        }
    }
}

/// The same for the text after the key's closing quote.
#[inline(never)]
fn is_hit_at(places: &[usize], plan: &JsonPlan, message: &[u8], end: usize) -> bool {
    let colon = skip_blanks(message, end);
    if message.get(colon) != Some(&b':') {
        return false;
    }
    let value = skip_blanks(message, colon + 1);
    let Some(kind) = message.get(value).and_then(|byte| kind(*byte)) else { return false };
    let text = match kind {
        ValueKind::Text => match string_end(message, value) {
            Some((end, false)) => message.get(value + 1..end).unwrap_or_default(),
            Some((_, true)) => return true,
            None => return false,
        },
        ValueKind::Number => number(message, value),
        _ => &[],
    };
    let triggers = |place: &usize| plan.triggers.get(*place).map(|(_, triggers)| triggers);
    places.iter().filter_map(triggers).any(|triggers| triggers.can_fire(kind, text))
}

/// How rare a byte is in CloudTrail records, roughly. A wrong guess costs time and changes no result.
fn rarity(byte: u8) -> u32 {
    match byte {
        b'e' | b'a' | b't' | b'i' | b'n' | b's' | b'r' | b'o' | b'"' => 0,
        b'c' | b'd' | b'l' | b'm' | b'p' | b'u' | b'0'..=b'9' => 1,
        b'v' | b'y' | b'g' | b'w' | b'b' | b'f' | b'h' | b'A' | b'E' | b'I' | b'T' | b'R' => 2,
        _ => 3,
    }
}
