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
use crate::engine::compile::{Keys, NONE, NodeId, ROOT, Trie};
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

/// Quotes and backslashes of the previous block and of the current one.
#[derive(Clone, Copy, Default)]
struct Window {
    quotes: [u64; 2],
    backslashes: [u64; 2],
}

impl Kernel for StructuralPass<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<C: Simd64>(self, simd: C) -> bool {
        let StructuralPass { trie, offsets, message } = self;
        let mut strings = Strings::default();
        let mut window = Window::default();
        // the node whose object is open, and the one whose object opens next
        let (mut active, mut pending) = (NONE, ROOT);
        let mut keys = Keys::none();
        // open brackets of a value that is skipped
        let mut skipped = 0u32;
        let mut blocks = Blocks::new(message);
        while let Some((base, block)) = blocks.next() {
            simd.prefetch(block);
            let masks = simd.masks(block);
            let (quotes, inside) = strings.step(simd, masks.quote, masks.backslash);
            window.quotes = [window.quotes[1], quotes];
            window.backslashes = [window.backslashes[1], masks.backslash];
            let (mut open, mut close) = (masks.open & !inside, masks.close & !inside);
            let mut colons = masks.colon & !inside;
            loop {
                if skipped > 0 {
                    if close.count_ones() < skipped {
                        skipped = skipped + open.count_ones() - close.count_ones();
                        break;
                    }
                    let Some(end) = skip(&mut skipped, open, close) else { break };
                    (open, close, colons) = (open & end, close & end, colons & end);
                }
                // the colons up to the next bracket belong to the open object
                let bracket = (open | close) & (open | close).wrapping_neg();
                let mut here = colons & bracket.wrapping_sub(1);
                colons ^= here;
                while here != 0 {
                    let colon = base + here.trailing_zeros() as usize;
                    here &= here - 1;
                    let node = if keys.is_exact
                        || window.backslashes != [0, 0]
                        || message.get(colon.wrapping_sub(1)) != Some(&b'"')
                    {
                        match key(message, colon, base, window) {
                            Some(key) => trie.child(active, key),
                            None => return false,
                        }
                    } else {
                        keys.child_ending(message, colon - 1)
                    };
                    pending = NONE;
                    if let Some(node) = node {
                        let value = skip_blanks(message, colon + 1);
                        offsets.set(trie, node, value);
                        if message.get(value) == Some(&b'{') && trie.has_children(node) {
                            pending = node;
                        }
                    }
                }
                if bracket == 0 {
                    break;
                }
                if open & bracket == 0 {
                    close ^= bracket;
                    active = trie.parent(active);
                    if active == NONE {
                        return true;
                    }
                } else {
                    open ^= bracket;
                    if pending == NONE {
                        skipped = 1;
                        continue;
                    }
                    active = pending;
                }
                pending = NONE;
                keys = trie.keys(active);
            }
        }
        true
    }
}

/// Walks brackets up to the end of the skipped value. Returns the mask of the bytes after it, `None` if it does not end here.
#[inline(always)]
fn skip(skipped: &mut u32, open: u64, close: u64) -> Option<u64> {
    let mut brackets = open | close;
    while brackets != 0 {
        let bit = brackets & brackets.wrapping_neg();
        brackets ^= bit;
        // an open bracket counts up, a closing one down
        *skipped = *skipped + u32::from(open & bit != 0) * 2 - 1;
        if *skipped == 0 {
            return Some(!(bit | (bit - 1)));
        }
    }
    None
}

/// The key before the colon, found by its quotes; `None` if it may hold an escape.
#[inline(never)]
fn key(message: &[u8], colon: usize, base: usize, window: Window) -> Option<&[u8]> {
    let wide = |[before, here]: [u64; 2]| u128::from(here) << 64 | u128::from(before);
    let before = wide(window.quotes) & ((1u128 << (colon - base + 64)) - 1);
    let close = 127u32.checked_sub(before.leading_zeros());
    let open = close.and_then(|close| 127u32.checked_sub((before ^ 1u128 << close).leading_zeros()));
    let (Some(open), Some(close)) = (open, close) else { return far_key(message, colon) };
    let between = ((1u128 << close) - 1) & !((1u128 << open) - 1);
    if wide(window.backslashes) & between != 0 {
        return None;
    }
    message.get((base + open as usize + 1).checked_sub(64)?..(base + close as usize).checked_sub(64)?)
}

/// The same for a key that begins before the previous block.
#[cold]
fn far_key(message: &[u8], colon: usize) -> Option<&[u8]> {
    let close = memchr::memrchr(b'"', message.get(..colon)?)?;
    let open = memchr::memrchr(b'"', message.get(..close)?)?;
    // without a backslash between two quotes, neither is escaped and they are a pair
    let has_escape = message.get(open.saturating_sub(1)..close)?.contains(&b'\\');
    if has_escape { None } else { message.get(open + 1..close) }
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
