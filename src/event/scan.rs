//! The structural pass: one run over a message's blocks that follows the trie, skips what no pattern
//! reads, and notes where the values begin.

use super::block::{Strings, for_each_block};
use super::simd::{Classify, Level, Task};
use super::text::{members, skip_blanks, string_end, unescape};
use crate::plan::{NodeId, ROOT, Trie};

/// Where the value of each node of the trie begins in the current message. A cell of an earlier message
/// has an earlier epoch, so that nothing is cleared between messages.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    cells: Vec<Cell>,
    epoch: u32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    epoch: u32,
    at: u32,
}

impl Cells {
    /// Makes room for `nodes` and forgets the previous message.
    pub(crate) fn begin(&mut self, nodes: usize) {
        if self.cells.len() < nodes {
            self.cells.resize(nodes, Cell::default());
        }
        if self.epoch == u32::MAX {
            self.cells.fill(Cell::default());
            self.epoch = 0;
        }
        self.epoch += 1;
    }

    /// Where the node's value begins, if the message has it.
    #[inline(always)]
    pub(crate) fn get(&self, node: NodeId) -> Option<usize> {
        let cell = self.cells.get(node as usize)?;
        (cell.epoch == self.epoch).then_some(cell.at as usize)
    }

    /// Notes a value. Of a key that occurs twice the last value counts, and what stood below the first
    /// one is gone (spec §5.2).
    #[inline(always)]
    fn set(&mut self, trie: &Trie, node: NodeId, at: usize) {
        let epoch = self.epoch;
        let Some(cell) = self.cells.get_mut(node as usize) else { return };
        let again = std::mem::replace(cell, Cell { epoch, at: at as u32 }).epoch == epoch;
        if again && let Some(below) = self.cells.get_mut(trie.descendants(node)) {
            below.fill(Cell::default());
        }
    }
}

/// Longest message the pass takes: cells hold 32-bit places.
const LONGEST: usize = u32::MAX as usize;

/// Fills the cells; false when the message is no JSON object for sure. On anything else that is not
/// valid JSON the cells mean nothing.
pub(crate) fn scan(level: Level, trie: &Trie, cells: &mut Cells, message: &[u8]) -> bool {
    cells.begin(trie.len());
    let start = skip_blanks(message, 0);
    if message.get(start) != Some(&b'{') || message.len() > LONGEST {
        return false;
    }
    cells.set(trie, ROOT, start);
    if !trie.has_children(ROOT) {
        return true;
    }
    let plain = level.run(Walk { trie, cells, message });
    if !plain {
        // a key is written with escapes, which the pass does not read
        cells.begin(trie.len());
        cells.set(trie, ROOT, start);
        walk_slowly(trie, cells, message, ROOT, start, &mut Vec::new());
    }
    true
}

/// The pass over the blocks; its result is false when it met a key with escapes.
struct Walk<'a> {
    trie: &'a Trie,
    cells: &'a mut Cells,
    message: &'a [u8],
}

/// No node.
const NONE: NodeId = NodeId::MAX;

/// Deepest nesting of keys in a selector of 1,024 characters, `$.a.a…`, and the root.
const DEEPEST: usize = crate::limits::PATTERN_CHARACTERS / 2 + 1;

impl Task for Walk<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<C: Classify>(self, classify: C) -> bool {
        let Walk { trie, cells, message } = self;
        let mut strings = Strings::default();
        let (mut quotes, mut backslashes) = (0u128, 0u128);
        // the nodes of the open objects that are followed, the innermost last
        let mut stack = [ROOT; DEEPEST];
        let mut height = 0usize;
        let mut active = NONE;
        // the node whose object opens next
        let mut pending = ROOT;
        // open brackets of what is skipped
        let mut skipped = 0u32;
        let mut plain = true;
        for_each_block(message, |base, block| {
            let masks = classify.masks(block);
            let (quote, inside) = strings.step(classify, masks.quote, masks.backslash);
            let (open, close) = (masks.open & !inside, masks.close & !inside);
            quotes = quotes >> 64 | u128::from(quote) << 64;
            backslashes = backslashes >> 64 | u128::from(masks.backslash) << 64;
            let colons = masks.colon & !inside;
            let mut left = !0u64;
            loop {
                if skipped > 0 {
                    let (opens, closes) = (open & left, close & left);
                    if closes.count_ones() < skipped {
                        skipped = skipped + opens.count_ones() - closes.count_ones();
                        return true;
                    }
                    let mut brackets = opens | closes;
                    while brackets != 0 {
                        let bit = brackets & brackets.wrapping_neg();
                        brackets ^= bit;
                        if open & bit != 0 {
                            skipped += 1;
                        } else {
                            skipped -= 1;
                            if skipped == 0 {
                                left = above(bit);
                                break;
                            }
                        }
                    }
                    if skipped > 0 {
                        return true;
                    }
                }
                let next = (open | close | colons) & left;
                if next == 0 {
                    return true;
                }
                let bit = next & next.wrapping_neg();
                left = above(bit);
                if colons & bit != 0 {
                    let colon = bit.trailing_zeros() as usize;
                    let Some((from, to)) = key(message, base, colon, quotes, backslashes) else {
                        plain = false;
                        return false;
                    };
                    pending = NONE;
                    if let Some(node) = trie.child(active, message, from, to) {
                        let value = skip_blanks(message, base + colon + 1);
                        cells.set(trie, node, value);
                        if message.get(value) == Some(&b'{') && trie.has_children(node) {
                            pending = node;
                        }
                    }
                } else if open & bit != 0 {
                    if pending == NONE {
                        skipped = 1;
                    } else {
                        if let Some(place) = stack.get_mut(height) {
                            *place = active;
                        }
                        height += 1;
                        active = std::mem::replace(&mut pending, NONE);
                    }
                } else {
                    height = height.saturating_sub(1);
                    active = stack.get(height).copied().unwrap_or(NONE);
                    pending = NONE;
                    if height == 0 {
                        return false;
                    }
                }
            }
        });
        plain
    }
}

/// The bits above a single bit.
#[inline(always)]
fn above(bit: u64) -> u64 {
    !(bit | (bit - 1))
}

/// The key in front of the colon, as the range between its quotes; none when it may hold an escape.
#[inline(always)]
fn key(message: &[u8], base: usize, colon: usize, quotes: u128, backslashes: u128) -> Option<(usize, usize)> {
    // the masks hold the previous block in their lower half
    let before = quotes & ((1u128 << (colon + 64)) - 1);
    let close = 127u32.checked_sub(before.leading_zeros());
    let open = close.and_then(|close| 127u32.checked_sub((before ^ 1u128 << close).leading_zeros()));
    let (Some(open), Some(close)) = (open, close) else { return far_key(message, base + colon) };
    let between = ((1u128 << close) - 1) & !((1u128 << open) - 1);
    if backslashes & between != 0 {
        return None;
    }
    Some((base + open as usize + 1 - 64, base + close as usize - 64))
}

/// A key that begins before the previous block.
#[cold]
fn far_key(message: &[u8], colon: usize) -> Option<(usize, usize)> {
    let close = memchr::memrchr(b'"', message.get(..colon)?)?;
    let open = memchr::memrchr(b'"', message.get(..close)?)?;
    // without a backslash between two quotes, neither is escaped and they are a pair
    let has_escape = message.get(open.saturating_sub(1)..close)?.contains(&b'\\');
    (!has_escape).then_some((open + 1, close))
}

/// The same by reading every member's key; recursion ends with the trie.
fn walk_slowly(trie: &Trie, cells: &mut Cells, message: &[u8], node: NodeId, object: usize, key: &mut Vec<u8>) {
    for (quote, value) in members(message, object) {
        let Some((end, _)) = string_end(message, quote) else { return };
        key.clear();
        unescape(message.get(quote + 1..end).unwrap_or_default(), key);
        if let Some(child) = trie.child(node, key, 0, key.len()) {
            cells.set(trie, child, value);
            if message.get(value) == Some(&b'{') && trie.has_children(child) {
                walk_slowly(trie, cells, message, child, value, key);
            }
        }
    }
}
