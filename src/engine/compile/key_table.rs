//! The keys of one object, found by their ends.
//!
//! At a colon the pass knows where a key ends, but not where it begins. So a table is looked up by the key's last four bytes
//! (`Name` of `eventName`), and only the key found there is compared: the 24 bytes before the colon, as three words, each with a
//! mask of the bytes that belong to the key. A 64-bit set of the hashes, a Bloom filter with one hash function, turns most other
//! keys away before the table is read.

use crate::engine::simd::Window;
use std::collections::BTreeSet;

/// A node of the trie; 0 is the message itself. A parent has a smaller number than its children.
pub(crate) type NodeId = u32;

/// The message's own object.
pub(crate) const ROOT: NodeId = 0;

/// No node.
pub(crate) const NONE: NodeId = NodeId::MAX;

/// A hash table with open addressing from the ends of keys to nodes.
#[derive(Debug, Clone)]
pub(super) struct KeyTable {
    /// the size is a power of two, and at least three quarters are free; empty if some key has to be read as a whole
    slots: Vec<Slot>,
    /// a bit for the hash of each key's tail
    tails: u64,
    /// some key is too long for the table
    is_exact: bool,
    /// some key is shorter than a tail
    has_short: bool,
    /// each key is in the first slot for its hash, so that this slot decides
    is_perfect: bool,
    /// the keys that are longer than the words of a slot, with their quotes
    long: Vec<Box<[u8]>>,
}

/// A slot of a table. It is free if its node is the root, which is no child.
#[derive(Debug, Clone)]
struct Slot {
    /// the last 24 bytes of the key with its quotes
    words: [u64; WORDS],
    /// which of their bytes belong to the key
    masks: [u64; WORDS],
    node: NodeId,
    /// whether patterns read keys below this one
    is_object: bool,
    /// 0 if the words hold the whole key; otherwise its place in `long`, from 1
    long: u32,
}

/// A free slot. Its words are equal to no text that ends with a quote.
const FREE: Slot =
    Slot { words: [0; WORDS], masks: [u64::MAX; WORDS], node: ROOT, is_object: false, long: 0 };

/// What the bytes before a colon say about the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The node, and whether it has children.
    Child(NodeId, bool),
    /// No child has this key.
    Other,
    /// The key has to be read.
    Unknown,
}

/// A key this long fills a tail, with its opening quote.
const TAIL_KEY: usize = 3;

/// A key this long, written with escapes, shows a backslash in the last 64 bytes before its end.
const LONGEST: usize = 60;

/// The slots for each key, from the smallest table on: the first one is taken in which no two keys have the same slot.
const SLOTS_OF_A_KEY: [usize; 3] = [4, 8, 16];

const WORDS: usize = 3;
const WORD_BYTES: usize = WORDS * 8;

impl KeyTable {
    /// A table of no keys.
    pub(super) const fn empty() -> KeyTable {
        KeyTable {
            slots: Vec::new(),
            tails: 0,
            is_exact: false,
            has_short: false,
            is_perfect: false,
            long: Vec::new(),
        }
    }

    /// A table with room for these keys.
    pub(super) fn new<'a>(keys: impl Iterator<Item = &'a [u8]>) -> KeyTable {
        let mut hashes: Vec<usize> = Vec::new();
        let mut has_short = false;
        for key in keys {
            if key.len() > LONGEST {
                // no key is turned away before it is read
                return KeyTable { tails: u64::MAX, is_exact: true, ..KeyTable::empty() };
            }
            has_short |= key.len() < TAIL_KEY;
            let ([.., end], _) = last_words(&quoted(key));
            hashes.push(hash(tail(end)));
        }
        if hashes.is_empty() {
            return KeyTable::empty();
        }
        let sizes = SLOTS_OF_A_KEY.map(|slots| (hashes.len() * slots).next_power_of_two());
        let perfect = sizes.into_iter().find(|size| {
            let places: BTreeSet<usize> = hashes.iter().map(|hash| hash & (size - 1)).collect();
            places.len() == hashes.len()
        });
        let [smallest, ..] = sizes;
        let slots = vec![FREE; perfect.unwrap_or(smallest)];
        // what is before a short key is in its tail, too: `tails` turns no key away
        let tails = if has_short { u64::MAX } else { 0 };
        KeyTable { slots, tails, has_short, is_perfect: perfect.is_some(), ..KeyTable::empty() }
    }

    /// Enters a key, which is one of those of `new`.
    pub(super) fn add(&mut self, key: &[u8], node: NodeId, is_object: bool) {
        let quoted = quoted(key);
        let Some(mask) = self.slots.len().checked_sub(1) else { return };
        let (words, masks) = last_words(&quoted);
        let [_, _, end] = words;
        let mut new = Slot { words, masks, node, is_object, long: 0 };
        if quoted.len() > WORD_BYTES {
            self.long.push(quoted.into());
            new.long = self.long.len() as u32;
        }
        let mut place = hash(tail(end));
        self.tails |= bit(place);
        while let Some(slot) = self.slots.get_mut(place & mask) {
            if slot.node == ROOT {
                *slot = new;
                break;
            }
            place += 1;
        }
    }

    /// Whether the bytes before the colon show that no key of the table is there.
    #[inline(always)]
    pub(super) fn is_none_before(&self, message: &[u8], colon: usize) -> bool {
        bytes_before::<8>(message, colon).is_some_and(|bytes| self.is_none(bytes))
    }

    /// The same for a colon in the second half of the window.
    #[inline(always)]
    pub(super) fn is_none_in(&self, window: &Window, place: usize) -> bool {
        bytes_in::<8>(window, place).is_some_and(|bytes| self.is_none(bytes))
    }

    #[inline(always)]
    fn is_none(&self, [.., a, b, c, d, quote]: &[u8; 8]) -> bool {
        *quote == b'"' && self.tails & bit(hash(u32::from_le_bytes([*a, *b, *c, *d]))) == 0
    }

    /// The child whose key, written without escapes, ends with the quote before `colon`. No backslash is in the 64 bytes before it,
    /// so a quote there is not escaped.
    pub(super) fn find(&self, message: &[u8], colon: usize) -> Ending {
        let at_once = bytes_before::<WORD_BYTES>(message, colon).and_then(|bytes| self.find_at_once(bytes));
        at_once.unwrap_or_else(|| self.find_slowly(message, colon))
    }

    /// The same for a colon in the second half of the window, if the first slot decides it.
    #[inline(always)]
    pub(super) fn find_in(&self, window: &Window, place: usize) -> Option<Ending> {
        self.find_at_once(bytes_in::<WORD_BYTES>(window, place)?)
    }

    #[inline(always)]
    fn find_at_once(&self, bytes: &[u8; WORD_BYTES]) -> Option<Ending> {
        let before = words(bytes);
        match self.slot(hash(self.key_tail(before[2])))? {
            slot if slot.is_key(before) => {
                (slot.long == 0).then_some(Ending::Child(slot.node, slot.is_object))
            }
            slot if (slot.node == ROOT || self.is_perfect) && is_after_quote(before) => Some(Ending::Other),
            _ => None,
        }
    }

    /// The tail of the key, without the bytes that are before its opening quote.
    #[inline(always)]
    fn key_tail(&self, end: u64) -> u32 {
        if self.has_short { without_before_key(tail(end)) } else { tail(end) }
    }

    #[inline(always)]
    fn slot(&self, place: usize) -> Option<&Slot> {
        self.slots.get(place & self.slots.len().wrapping_sub(1))
    }

    /// The same from slot to slot, also among the first bytes of the message.
    #[inline(never)]
    fn find_slowly(&self, message: &[u8], colon: usize) -> Ending {
        let before = match bytes_before::<WORD_BYTES>(message, colon) {
            Some(bytes) => words(bytes),
            None => last_words(message.get(..colon).unwrap_or_default()).0,
        };
        self.find_from(hash(self.key_tail(before[2])), before, message, colon)
    }

    fn find_from(&self, mut place: usize, before: [u64; WORDS], message: &[u8], colon: usize) -> Ending {
        if self.is_exact || !is_after_quote(before) {
            return Ending::Unknown;
        }
        while let Some(slot) = self.slot(place).filter(|slot| slot.node != ROOT) {
            if slot.is_key(before) && (slot.long == 0 || self.is_long(slot, message, colon)) {
                return Ending::Child(slot.node, slot.is_object);
            }
            place += 1;
        }
        Ending::Other
    }

    fn is_long(&self, slot: &Slot, message: &[u8], colon: usize) -> bool {
        let key = self.long.get((slot.long as usize).wrapping_sub(1));
        key.is_some_and(|key| message.get(..colon).is_some_and(|before| before.ends_with(key)))
    }
}

impl Slot {
    /// Whether these words end with the key.
    #[inline(always)]
    fn is_key(&self, before: [u64; WORDS]) -> bool {
        let ([a, b, c], [in_a, in_b, in_c], [first, second, third]) = (self.words, self.masks, before);
        ((a ^ first) & in_a | (b ^ second) & in_b | (c ^ third) & in_c) == 0
    }
}

/// The bytes before the colon.
#[inline(always)]
fn bytes_before<const N: usize>(message: &[u8], colon: usize) -> Option<&[u8; N]> {
    message.get(colon.checked_sub(N)?..colon).and_then(|bytes| bytes.first_chunk::<N>())
}

/// The bytes before a place in the second half of the window.
#[inline(always)]
fn bytes_in<const N: usize>(window: &Window, place: usize) -> Option<&[u8; N]> {
    let end = 64 + (place & 63);
    window.get(end - N..end).and_then(<[u8]>::first_chunk::<N>)
}

fn quoted(key: &[u8]) -> Vec<u8> {
    [b"\"", key, b"\""].concat()
}

#[inline(always)]
fn is_after_quote([.., last]: [u64; WORDS]) -> bool {
    (last >> 56) as u8 == b'"'
}

#[inline(always)]
fn words(bytes: &[u8; WORD_BYTES]) -> [u64; WORDS] {
    let (words, _) = bytes.as_chunks::<8>();
    let word = |at: usize| words.get(at).map_or(0, |word| u64::from_le_bytes(*word));
    [word(0), word(1), word(2)]
}

/// The last bytes of a text as words, and which bytes of the words are bytes of the text.
fn last_words(text: &[u8]) -> ([u64; WORDS], [u64; WORDS]) {
    let (mut bytes, mut present) = ([0; WORD_BYTES], [0; WORD_BYTES]);
    let places = bytes.iter_mut().zip(&mut present).rev();
    for ((byte, present), from) in places.zip(text.iter().rev()) {
        (*byte, *present) = (*from, u8::MAX);
    }
    (words(&bytes), words(&present))
}

/// The four bytes before the quote, which is the last byte.
#[inline(always)]
fn tail(end: u64) -> u32 {
    (end >> 24) as u32
}

/// The tail of a short key with zeros before its opening quote. A key has no quote inside.
#[inline(always)]
fn without_before_key(tail: u32) -> u32 {
    let [.., b, c, d] = tail.to_le_bytes();
    match b'"' {
        quote if d == quote => tail & 0xff00_0000,
        quote if c == quote => tail & 0xffff_0000,
        quote if b == quote => tail & 0xffff_ff00,
        _ => tail,
    }
}

/// A bit from the upper bits of the hash; a small table uses the lower ones.
#[inline(always)]
fn bit(hash: usize) -> u64 {
    1 << (hash >> 10)
}

#[inline(always)]
fn hash(tail: u32) -> usize {
    (tail.wrapping_mul(0x9e37_79b1) >> 16) as usize
}
