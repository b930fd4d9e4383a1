//! The structural pass: one run over a message's blocks that follows the key trie, skips all fields that no pattern reads, and notes
//! the offsets of the other values.
//!
//! Each block of 64 bytes becomes masks of brackets and colons outside strings (simdjson's stage 1; see [`simd`](crate::engine)). The
//! pass walks the bits of these masks. The trie here has `eventName` and `userIdentity.type`:
//!
//! ```text
//! {"eventName":"StopLogging","tags":{"a":{"b":1}},"userIdentity":{"type":"Root"}}
//! a           b                    cd   ef   g hi               jk      l      mn
//! a      the root's object opens
//! b      a colon; the bytes before it are the key of the node `eventName`, and the offset of its value is noted
//! c d    no key of the root's object ends with `tags`, so the object is skipped
//! e … i  skipped: brackets are counted up to the end of the object; a block that cannot end it is only counted (`count_ones`)
//! j k    the colon of the node `userIdentity`, whose object opens, because a pattern reads below it
//! l      the colon of the node `type`; the offset of `"Root"` is noted
//! m n    both objects close
//! ```
//!
//! A key with escapes is not read by its bytes. When the pass meets one, it stops, and `walk_slowly` reads each key of the message.

use super::blocks::{Blocks, Strings};
use super::text::{members, skip_blanks, string_end, unescape};
use crate::engine::compile::{Ending, Keys, NONE, NodeId, ROOT, Trie};
use crate::engine::simd::{InstructionSet, Kernel, Simd64};

/// The offset of each node's value in the current message. Each entry has the epoch of its message, so entries of earlier
/// messages are void and nothing is cleared between messages.
#[derive(Debug, Default)]
pub(crate) struct ValueOffsets {
    offsets: Vec<Offset>,
    epoch: u32,
    /// a key with its escapes decoded
    key: Vec<u8>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Offset {
    epoch: u32,
    at: u32,
}

impl ValueOffsets {
    /// Makes room for `nodes` and forgets the previous message.
    pub(crate) fn begin(&mut self, nodes: usize) {
        if self.offsets.len() < nodes {
            self.offsets.resize(nodes, Offset::default());
        }
        if self.epoch == u32::MAX {
            self.offsets.fill(Offset::default());
            self.epoch = 0;
        }
        self.epoch += 1;
    }

    /// The offset of the node's value, if the message has it.
    #[inline(always)]
    pub(crate) fn get(&self, node: NodeId) -> Option<usize> {
        let offset = self.offsets.get(node as usize)?;
        (offset.epoch == self.epoch).then_some(offset.at as usize)
    }

    /// Notes a value. If a key occurs twice, its last value counts, and the values below the first one are forgotten (docs/filter-patterns.md#json-events).
    #[inline(always)]
    fn set(&mut self, trie: &Trie, node: NodeId, at: usize) {
        let epoch = self.epoch;
        let Some(offset) = self.offsets.get_mut(node as usize) else {
            debug_assert!(false, "a node of another trie: its value would be missed");
            return;
        };
        let again = std::mem::replace(offset, Offset { epoch, at: at as u32 }).epoch == epoch;
        if again && let Some(below) = self.offsets.get_mut(trie.descendants(node)) {
            below.fill(Offset::default());
        }
    }
}

/// The longest message that the pass takes: offsets have 32 bits.
const LONGEST: usize = u32::MAX as usize;

/// Finds the offsets of the values. False if the message does not begin as a JSON object. If the message is not valid JSON, the
/// offsets mean nothing; `validate.rs` decides that before a match is reported.
pub(crate) fn scan(
    instructions: InstructionSet,
    trie: &Trie,
    offsets: &mut ValueOffsets,
    message: &[u8],
) -> bool {
    offsets.begin(trie.len());
    let start = skip_blanks(message, 0);
    if message.get(start) != Some(&b'{') || message.len() > LONGEST {
        return false;
    }
    offsets.set(trie, ROOT, start);
    if !trie.has_children(ROOT) {
        return true;
    }
    let is_plain = instructions.run(StructuralPass { trie, offsets, message });
    if !is_plain {
        // a key is written with escapes, which the pass does not read
        offsets.begin(trie.len());
        offsets.set(trie, ROOT, start);
        let mut key = std::mem::take(&mut offsets.key);
        walk_slowly(trie, offsets, message, ROOT, start, &mut key);
        offsets.key = key;
    }
    true
}

/// The pass over the blocks; its result is false if it met a key with escapes.
struct StructuralPass<'a> {
    trie: &'a Trie,
    offsets: &'a mut ValueOffsets,
    message: &'a [u8],
}

impl Kernel for StructuralPass<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<C: Simd64>(self, simd: C) -> bool {
        let StructuralPass { trie, offsets, message } = self;
        let mut strings = Strings::default();
        let mut had_backslash = false;
        // the node whose object is open, and the one whose object opens next
        let (mut active, mut pending) = (NONE, ROOT);
        let mut keys = Keys::none();
        // open brackets of a value that is skipped
        let mut skipped = 0u32;
        let mut blocks = Blocks::new(message);
        while let Some((base, block)) = blocks.next() {
            simd.prefetch(block);
            let masks = simd.masks(block);
            let (_, inside) = strings.step(simd, masks.quote, masks.backslash);
            // a key with escapes shows a backslash here or in the block before
            let near_backslash = had_backslash | (masks.backslash != 0);
            had_backslash = masks.backslash != 0;
            let (open, close) = (masks.open & !inside, masks.close & !inside);
            let colons = masks.colon & !inside;
            let mut left = open | close | colons;
            if skipped > 0 {
                if close.count_ones() < skipped {
                    skipped = skipped + open.count_ones() - close.count_ones();
                    continue;
                }
                left &= skip(&mut skipped, open, close);
            }
            while left != 0 {
                let bit = left & left.wrapping_neg();
                left ^= bit;
                if colons & bit != 0 {
                    let colon = base + bit.trailing_zeros() as usize;
                    pending = NONE;
                    let mut ending =
                        if near_backslash { Ending::Unknown } else { keys.child_ending(message, colon) };
                    if ending == Ending::Unknown {
                        ending = child_before(trie, active, message, colon);
                    }
                    let node = match ending {
                        Ending::Child(node) => node,
                        Ending::Other => continue,
                        Ending::Unknown => return false,
                    };
                    let value = skip_blanks(message, colon + 1);
                    offsets.set(trie, node, value);
                    if message.get(value) == Some(&b'{') && trie.has_children(node) {
                        pending = node;
                    }
                    continue;
                }
                if open & bit == 0 {
                    active = trie.parent(active);
                    if active == NONE {
                        return true;
                    }
                } else if pending == NONE {
                    skipped = 1;
                    let after = !(bit | (bit - 1));
                    left &= skip(&mut skipped, open & after, close & after);
                    continue;
                } else {
                    active = pending;
                }
                pending = NONE;
                keys = trie.keys(active);
            }
        }
        true
    }
}

/// Walks brackets up to the end of the skipped value. Returns the mask of the bytes after it; no byte if it does not end here.
#[inline(always)]
fn skip(skipped: &mut u32, open: u64, close: u64) -> u64 {
    let mut brackets = open | close;
    while brackets != 0 {
        let bit = brackets & brackets.wrapping_neg();
        brackets ^= bit;
        // an open bracket counts up, a closing one down
        *skipped = *skipped + u32::from(open & bit != 0) * 2 - 1;
        if *skipped == 0 {
            return !(bit | (bit - 1));
        }
    }
    0
}

/// The child with the key before the colon, which is found by its quotes. Unknown if the key may hold an escape.
#[inline(never)]
fn child_before(trie: &Trie, parent: NodeId, message: &[u8], colon: usize) -> Ending {
    let before = message.get(..colon).unwrap_or_default();
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    // in JSON, a quote is before each colon that is outside strings
    let Some(close) = before.iter().rposition(|byte| !is_blank(byte)) else { return Ending::Other };
    let inside = match before.get(..=close).and_then(<[u8]>::split_last) {
        Some((b'"', inside)) => inside,
        _ => return Ending::Other,
    };
    let Some(open) = memchr::memrchr(b'"', inside) else { return Ending::Other };
    // without a backslash between two quotes, neither is escaped and they are a pair
    if inside.get(open.saturating_sub(1)..).is_some_and(|key| key.contains(&b'\\')) {
        return Ending::Unknown;
    }
    let child = inside.get(open + 1..).and_then(|key| trie.child(parent, key));
    child.map_or(Ending::Other, Ending::Child)
}

/// Finds the offsets by reading every member's key. The recursion is as deep as the trie.
fn walk_slowly(
    trie: &Trie,
    offsets: &mut ValueOffsets,
    message: &[u8],
    node: NodeId,
    object: usize,
    key: &mut Vec<u8>,
) {
    for (quote, value) in members(message, object) {
        let Some((end, _)) = string_end(message, quote) else { return };
        key.clear();
        unescape(message.get(quote + 1..end).unwrap_or_default(), key);
        if let Some(child) = trie.child(node, key) {
            offsets.set(trie, child, value);
            if message.get(value) == Some(&b'{') && trie.has_children(child) {
                walk_slowly(trie, offsets, message, child, value, key);
            }
        }
    }
}
