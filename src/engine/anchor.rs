//! The layer in front of the structural pass: the bytes are searched for the *keys* of the few fields
//! that can set a rule off, and the value behind each is looked up. A message without such a value is
//! never parsed.
//!
//! Sound: a rule is set off only by a field whose key stands in the message, in quotes, or written with
//! `\u` escapes. Every place of such a key is looked at, on whatever level and however often; blanks
//! round the colon are passed over; a value with an escape, and a message with a `\u` in front of a
//! possible key, are candidates. A nested key of the same name gives at most a false candidate.

use crate::event::text::{kind, number, skip_blanks, string_end};
use crate::event::{Classify, Level, Task};
use crate::plan::{JsonPlan, Kind, equal};

/// A longer key is not searched for.
const LONGEST_KEY: usize = 60;

/// Up to so many letters a key is likely the end of another one.
const SHORT_KEY: usize = 6;

/// More keys than this, and looking for them costs more than the structural pass.
const MOST_KEYS: usize = 8;

/// The keys of a plan.
#[derive(Debug)]
pub(crate) struct Anchors {
    anchors: Vec<Anchor>,
}

#[derive(Debug)]
struct Anchor {
    /// the key with its quotes
    needle: Box<[u8]>,
    /// two of its bytes, and where they are
    first: (usize, u8),
    second: (usize, u8),
    /// from the first to the second, 1 to 63
    distance: usize,
    /// places in the plan's triggers
    triggers: Vec<usize>,
}

impl Anchors {
    /// None when some rule needs no field, or there are too many keys.
    pub(crate) fn new(plan: &JsonPlan) -> Option<Anchors> {
        let is_plain = |key: &String| {
            (1..=LONGEST_KEY).contains(&key.len())
                && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        let keys = &plan.trigger_keys;
        if !plan.always.is_empty() || keys.is_empty() || keys.len() > MOST_KEYS || !keys.iter().all(is_plain)
        {
            return None;
        }
        let anchors = keys.iter().map(|key| {
            let triggers = plan.triggers.iter().enumerate();
            let of_key = triggers.filter(|(_, (node, _))| plan.trie.key_of(*node) == Some(key.as_bytes()));
            Anchor::new(key, of_key.map(|(place, _)| place).collect())
        });
        Some(Anchors { anchors: anchors.collect() })
    }

    /// Whether the message may set off a rule.
    #[inline]
    pub(crate) fn is_candidate(&self, level: Level, plan: &JsonPlan, message: &[u8]) -> bool {
        // a number known to the compiler keeps all keys' bytes in registers
        macro_rules! search {
            ($($count:literal)*) => {
                match self.anchors.len() {
                    $($count => match self.anchors.first_chunk::<$count>() {
                        Some(anchors) => level.run(Search { anchors, plan, message }),
                        None => true,
                    },)*
                    _ => true,
                }
            };
        }
        search!(1 2 3 4 5 6 7 8)
    }
}

impl Anchor {
    fn new(key: &str, triggers: Vec<usize>) -> Anchor {
        let needle: Box<[u8]> = format!("\"{key}\"").into_bytes().into();
        // rare bytes tell most places apart: the two rarest, by how often they stand in such records; in a
        // short key, which is the end of many longer ones, the opening quote and the rarest
        let mut places: Vec<(usize, u8)> =
            needle.iter().copied().enumerate().skip(1).take(key.len()).collect();
        places.sort_by_key(|(place, byte)| (std::cmp::Reverse(rarity(*byte)), *place));
        let opening = (key.len() <= SHORT_KEY).then_some((0, b'"'));
        let mut pair = opening.into_iter().chain(places).take(2);
        let first = pair.next().unwrap_or((0, b'"'));
        let second = pair.next().unwrap_or((needle.len() - 1, b'"'));
        let (first, second) = if first.0 < second.0 { (first, second) } else { (second, first) };
        Anchor { needle, first, second, distance: second.0 - first.0, triggers }
    }

    /// Whether the value behind the key at `at` can set off a rule, or cannot be told without parsing.
    #[inline(never)]
    fn is_hit(&self, plan: &JsonPlan, message: &[u8], at: usize) -> bool {
        let end = at + self.needle.len();
        if !message.get(at..end).is_some_and(|found| equal(found, &self.needle)) {
            return false;
        }
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
        self.triggers.iter().filter_map(triggers).any(|triggers| triggers.can_fire(kind, text))
    }
}

/// How seldom a byte stands in CloudTrail records, roughly: a wrong guess costs time, not matches.
fn rarity(byte: u8) -> u8 {
    match byte {
        b'e' | b'a' | b't' | b'i' | b'n' | b's' | b'r' | b'o' => 0,
        b'c' | b'd' | b'l' | b'm' | b'p' | b'u' | b'0'..=b'9' => 1,
        b'v' | b'y' | b'g' | b'w' | b'b' | b'f' | b'h' | b'A' | b'E' | b'I' | b'T' | b'R' => 2,
        _ => 3,
    }
}

struct Search<'a, const N: usize> {
    anchors: &'a [Anchor; N],
    plan: &'a JsonPlan,
    message: &'a [u8],
}

/// A block and the bytes behind it in which the second byte of a pair may stand.
const WINDOW: usize = 128;

impl<const N: usize> Task for Search<'_, N> {
    type Output = bool;

    #[inline(always)]
    fn run<C: Classify>(self, classify: C) -> bool {
        let mut at = 0;
        while let Some(window) = self.message.get(at..).and_then(|rest| rest.first_chunk::<WINDOW>()) {
            if self.is_hit_in(classify, window, at) {
                return true;
            }
            at += 64;
        }
        // the last windows are filled up with blanks
        let mut last = [b' '; 2 * WINDOW];
        let rest = self.message.get(at..).unwrap_or_default();
        if let Some(start) = last.get_mut(..rest.len()) {
            start.copy_from_slice(rest);
        }
        for from in [0, 64] {
            let window = last.get(from..).and_then(|rest| rest.first_chunk::<WINDOW>());
            if let Some(window) = window
                && self.is_hit_in(classify, window, at + from)
            {
                return true;
            }
        }
        false
    }
}

/// Bits where `first` stands and `second` so far behind it. Here and in the caller no closure is handed
/// `classify`: it would not be inlined into the function that carries the instruction set.
#[inline(always)]
fn pair<C: Classify>(classify: C, window: &[u8; WINDOW], first: u8, second: u8, distance: usize) -> u64 {
    let here = window.first_chunk::<64>();
    let behind = window.get(distance & 63..).and_then(|rest| rest.first_chunk::<64>());
    match (here, behind) {
        (Some(here), Some(behind)) => classify.pair((here, behind), (first, second)),
        _ => 0,
    }
}

impl<const N: usize> Search<'_, N> {
    /// Whether some key that begins in the window's first half leads to a hit.
    #[inline(always)]
    fn is_hit_in<C: Classify>(&self, classify: C, window: &[u8; WINDOW], base: usize) -> bool {
        // `\u` may spell a letter of a key
        let backslashes = match window.first_chunk::<64>() {
            Some(here) => classify.equal(here, b'\\'),
            None => 0,
        };
        if backslashes != 0 && pair(classify, window, b'\\', b'u', 1) != 0 {
            return true;
        }
        // one branch a key: masks joined first are taken apart by the compiler, bit by bit
        for anchor in self.anchors {
            let places = pair(classify, window, anchor.first.1, anchor.second.1, anchor.distance);
            if places != 0 && self.leads_to_hit(anchor, places, base) {
                return true;
            }
        }
        false
    }

    #[inline(never)]
    fn leads_to_hit(&self, anchor: &Anchor, mut places: u64, base: usize) -> bool {
        while places != 0 {
            let at = base + places.trailing_zeros() as usize;
            places &= places - 1;
            if at.checked_sub(anchor.first.0).is_some_and(|at| anchor.is_hit(self.plan, self.message, at)) {
                return true;
            }
        }
        false
    }
}

/// Whether the layer pays: it is left out while too many messages turn out to be candidates.
#[derive(Debug, Default)]
pub(crate) struct Sampler {
    seen: u32,
    candidates: u32,
    /// messages to let pass before the next sample
    off: u32,
}

/// Messages in a sample.
const SAMPLE: u32 = 256;
/// The largest share of candidates, as a divisor, for which the layer pays.
const PAYS_BELOW: u32 = 3;
/// Messages until it is tried again.
const PAUSE: u32 = 1 << 14;

impl Sampler {
    #[inline]
    pub(crate) fn is_on(&mut self) -> bool {
        if self.off == 0 {
            return true;
        }
        self.off -= 1;
        false
    }

    #[inline]
    pub(crate) fn count(&mut self, candidate: bool) {
        self.seen += 1;
        self.candidates += u32::from(candidate);
        if self.seen >= SAMPLE {
            if self.candidates > SAMPLE / PAYS_BELOW {
                self.off = PAUSE;
            }
            (self.seen, self.candidates) = (0, 0);
        }
    }
}
