//! Walks the brackets and colons of a message along the key trie: the second half of the structural pass, without instructions of
//! its own for 64 bytes.

use super::text::skip_blanks;
use super::value_offsets::ValueOffsets;
use crate::engine::compile::{Ending, Keys, NONE, NodeId, ROOT, Trie};
use crate::engine::simd::{Block, Window};

/// The structural characters of a block that are outside strings.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Structure {
    pub(super) open: u64,
    pub(super) close: u64,
    pub(super) colon: u64,
    /// not 0 if a backslash is in the block or in the one before it
    pub(super) near_backslash: u64,
}

impl Structure {
    /// The same characters this number of bytes later in their block.
    #[inline(always)]
    pub(super) fn after(&self, bytes: usize) -> Structure {
        let Structure { open, close, colon, near_backslash } = *self;
        let by = bytes as u32 & 63;
        Structure { open: open << by, close: close << by, colon: colon << by, near_backslash }
    }
}

/// The blocks whose masks are computed before they are walked: the masks of more of them are not worth their memory, and those of
/// fewer keep the registers of both loops alive together.
pub(super) const CHUNK: usize = 32;

/// The masks of some blocks. The memory is reused from message to message, because clearing it takes a tenth of the pass.
#[derive(Debug, Default)]
pub(crate) struct StructureChunk(pub(super) [Structure; CHUNK]);

/// Where the walk is.
pub(super) struct Walk<'a> {
    trie: &'a Trie,
    offsets: &'a mut ValueOffsets,
    message: &'a [u8],
    /// of the node whose object is open
    keys: Keys<'a>,
    /// the node whose object opens next
    pending: NodeId,
    /// open brackets of a value that is skipped
    skipped: u32,
}

#[derive(PartialEq, Eq)]
pub(super) enum Walked {
    On,
    /// The message's object ended.
    End,
    /// A key is written with escapes.
    Escape,
}

impl<'a> Walk<'a> {
    /// Before the message's object.
    #[inline(always)]
    pub(super) fn new(trie: &'a Trie, offsets: &'a mut ValueOffsets, message: &'a [u8]) -> Walk<'a> {
        Walk { trie, offsets, message, keys: Keys::none(), pending: ROOT, skipped: 0 }
    }

    /// Walks the characters of the block that begins at `base`. It is the second one of the pair.
    #[inline(always)]
    pub(super) fn block(&mut self, base: usize, structure: &Structure, pair: &[Block]) -> Walked {
        if structure.near_backslash != 0 {
            return self.block_near_backslash(base, structure);
        }
        self.characters::<false>(base, structure, pair.as_flattened().first_chunk())
    }

    /// The same for a block without one before it.
    #[inline(never)]
    pub(super) fn first_block(&mut self, base: usize, structure: &Structure) -> Walked {
        if structure.near_backslash != 0 {
            return self.block_near_backslash(base, structure);
        }
        self.characters::<false>(base, structure, None)
    }

    /// The same for the padded block of a longer message, which ends with `end`.
    #[inline(never)]
    pub(super) fn padded_block(&mut self, base: usize, structure: &Structure, end: &Window) -> Walked {
        if structure.near_backslash != 0 {
            return self.block_near_backslash(base, structure);
        }
        // the last 64 bytes, without those that were walked
        let from = self.message.len() - 64;
        self.characters::<false>(from, &structure.after(base - from), Some(end))
    }

    #[inline(never)]
    fn block_near_backslash(&mut self, base: usize, structure: &Structure) -> Walked {
        self.characters::<true>(base, structure, None)
    }

    #[inline(always)]
    fn characters<const NEAR_BACKSLASH: bool>(
        &mut self,
        base: usize,
        structure: &Structure,
        window: Option<&Window>,
    ) -> Walked {
        let Structure { open, close, colon, .. } = *structure;
        let mut left = open | close | colon;
        if self.skipped > 0 {
            if close.count_ones() < self.skipped {
                self.skipped = self.skipped + open.count_ones() - close.count_ones();
                return Walked::On;
            }
            left &= skip(&mut self.skipped, open, close);
        }
        while left != 0 {
            let bit = left & left.wrapping_neg();
            left ^= bit;
            if colon & bit != 0 {
                let place = bit.trailing_zeros() as usize;
                let is_read = match window {
                    _ if NEAR_BACKSLASH => self.read_key(base + place),
                    Some(window) if self.keys.is_none_in(window, place) => continue,
                    Some(window) => self.note(window, place, base + place),
                    None if self.keys.is_none_before(self.message, base + place) => continue,
                    None => self.note_slowly(base + place),
                };
                if !is_read {
                    return Walked::Escape;
                }
            } else if open & bit == 0 {
                if self.keys.parent() == NONE {
                    return Walked::End;
                }
                self.keys = self.trie.keys(self.keys.parent());
            } else if self.pending != NONE {
                self.keys = self.trie.keys(self.pending);
                self.pending = NONE;
            } else {
                self.skipped = 1;
                let after = !(bit | (bit - 1));
                left &= skip(&mut self.skipped, open & after, close & after);
            }
        }
        Walked::On
    }

    /// Notes the value after the colon if its key is read; false if the key has escapes.
    #[inline(never)]
    fn note(&mut self, window: &Window, place: usize, colon: usize) -> bool {
        // other functions are called last, so that no register is saved for them
        match self.keys.child_in(window, place) {
            Some(Ending::Child(node, false)) => self.offsets.set_leaf(node, colon + 1),
            Some(Ending::Child(node, true)) => return self.note_object(node, colon),
            Some(Ending::Other) => {}
            Some(Ending::Unknown) | None => return self.note_slowly(colon),
        }
        true
    }

    /// The same for a key that is not decided by the first slot of the table.
    #[inline(never)]
    fn note_slowly(&mut self, colon: usize) -> bool {
        match self.keys.child_before(self.message, colon) {
            Ending::Child(node, false) => self.offsets.set_leaf(node, colon + 1),
            Ending::Child(node, true) => return self.note_object(node, colon),
            Ending::Other => {}
            Ending::Unknown => return self.read_key(colon),
        }
        true
    }

    /// The same for a key whose beginning has to be searched for.
    #[inline(never)]
    fn read_key(&mut self, colon: usize) -> bool {
        match child_before(self.trie, self.keys.node(), self.message, colon) {
            Ending::Child(node, false) => self.offsets.set_leaf(node, colon + 1),
            Ending::Child(node, true) => return self.note_object(node, colon),
            Ending::Other => {}
            Ending::Unknown => return false,
        }
        true
    }

    /// Notes the value of a node that has children. Always true.
    #[inline(never)]
    fn note_object(&mut self, node: NodeId, colon: usize) -> bool {
        let value = skip_blanks(self.message, colon + 1);
        self.offsets.set(self.trie, node, value);
        if self.message.get(value) == Some(&b'{') {
            self.pending = node;
        }
        true
    }
}

/// Walks brackets up to the end of the skipped value. Returns the mask of the bytes after it; no byte if it does not end here.
#[inline(always)]
fn skip(skipped: &mut u32, mut open: u64, mut close: u64) -> u64 {
    loop {
        // the brackets that close before the next one opens
        let bit = open & open.wrapping_neg();
        let before = close & bit.wrapping_sub(1);
        let closed = before.count_ones();
        if closed >= *skipped {
            let mut end = before;
            for _ in 1..*skipped {
                end &= end - 1;
            }
            *skipped = 0;
            return !(end ^ (end - 1));
        }
        *skipped -= closed;
        if bit == 0 {
            return 0;
        }
        *skipped += 1;
        open ^= bit;
        close ^= before;
    }
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
    child.map_or(Ending::Other, |child| Ending::Child(child, trie.has_children(child)))
}
