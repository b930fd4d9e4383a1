//! The layer in front of the structural pass: the bytes are searched for the *keys* of the few fields
//! that can set a rule off, and the value behind each is looked up. A message without such a value is
//! never parsed.
//!
//! Sound: a rule is set off only by a field whose key stands in the message, in quotes, or written with
//! `\u` escapes. Every place of such a key is looked at, on whatever level and however often; blanks
//! round the colon are passed over; a value with an escape, and a message with a `\u` in front of a
//! possible key, are candidates. A nested key of the same name gives at most a false candidate.

use crate::event::text::{kind, number, skip_blanks, string_end};
use crate::event::{Classify, Level, Task, for_each_block};
use crate::plan::{JsonPlan, Kind, Triggers};

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
    /// places in the plan's triggers
    triggers: Vec<usize>,
}

impl Anchors {
    /// None when some rule needs no field, or there are too many keys.
    pub(crate) fn new(plan: &JsonPlan) -> Option<Anchors> {
        let is_plain = |key: &String| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let keys = &plan.trigger_keys;
        if !plan.always.is_empty() || keys.is_empty() || keys.len() > MOST_KEYS || !keys.iter().all(is_plain) {
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
        level.run(Search { anchors: &self.anchors, plan, message })
    }
}

impl Anchor {
    fn new(key: &str, triggers: Vec<usize>) -> Anchor {
        let needle: Box<[u8]> = format!("\"{key}\"").into_bytes().into();
        // rare bytes tell most places apart: the two rarest, by how often they stand in such records
        let mut places: Vec<(usize, u8)> = needle.iter().copied().enumerate().skip(1).take(key.len()).collect();
        places.sort_by_key(|(place, byte)| (std::cmp::Reverse(rarity(*byte)), *place));
        let mut pair = places.into_iter().take(2);
        let first = pair.next().unwrap_or((0, b'"'));
        let second = pair.next().unwrap_or((needle.len() - 1, b'"'));
        let (first, second) = if first.0 < second.0 { (first, second) } else { (second, first) };
        Anchor { needle, first, second, triggers }
    }

    /// Whether the value behind the key at `at` can set off a rule, or cannot be told without parsing.
    fn is_hit(&self, plan: &JsonPlan, message: &[u8], at: usize) -> bool {
        let end = at + self.needle.len();
        if message.get(at..end) != Some(&*self.needle) {
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
        let fires = |triggers: &Triggers| {
            let mut any = false;
            triggers.fire(kind, text, &mut |postings| any |= !postings.is_empty());
            any
        };
        self.triggers.iter().any(|place| plan.triggers.get(*place).is_some_and(|(_, triggers)| fires(triggers)))
    }
}

/// How seldom a byte stands in CloudTrail records, roughly (`benches/RESULTS.md` measures the effect).
fn rarity(byte: u8) -> u8 {
    match byte {
        b'e' | b'a' | b't' | b'i' | b'n' | b's' | b'r' | b'o' => 0,
        b'c' | b'd' | b'l' | b'm' | b'p' | b'u' | b'0'..=b'9' => 1,
        b'v' | b'y' | b'g' | b'w' | b'b' | b'f' | b'h' | b'A' | b'E' | b'I' | b'T' | b'R' => 2,
        _ => 3,
    }
}

struct Search<'a> {
    anchors: &'a [Anchor],
    plan: &'a JsonPlan,
    message: &'a [u8],
}

impl Task for Search<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<C: Classify>(self, classify: C) -> bool {
        let Search { anchors, plan, message } = self;
        let mut hit = false;
        // per key: where in the previous block the pair's first byte stood
        let mut before = [0u64; MOST_KEYS];
        let mut backslash_before = 0u64;
        for_each_block(message, |base, block| {
            for (anchor, before) in anchors.iter().zip(&mut before) {
                let first = classify.equal(block, anchor.first.1);
                let second = classify.equal(block, anchor.second.1);
                let distance = anchor.second.0 - anchor.first.0;
                // the first byte so far back, in this block or the previous one
                let shifted = if distance < 64 && distance > 0 { first << distance | *before >> (64 - distance) } else { !0 };
                *before = first;
                let mut places = second & shifted;
                while places != 0 {
                    let at = base + places.trailing_zeros() as usize;
                    places &= places - 1;
                    if let Some(at) = at.checked_sub(anchor.second.0)
                        && anchor.is_hit(plan, message, at)
                    {
                        hit = true;
                        return false;
                    }
                }
            }
            // `\u` may spell a letter of a key
            let backslash = classify.equal(block, b'\\');
            if (backslash << 1 | backslash_before >> 63) & classify.equal(block, b'u') != 0 {
                hit = true;
                return false;
            }
            backslash_before = backslash;
            true
        });
        hit
    }
}

/// Whether the layer pays: it is left out while too many messages turn out to be candidates.
#[derive(Debug)]
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

impl Default for Sampler {
    fn default() -> Self {
        Sampler { seen: 0, candidates: 0, off: 0 }
    }
}

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
