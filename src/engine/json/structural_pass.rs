//! The structural pass: one run over a message's blocks that follows the key trie, skips all fields that no pattern reads, and notes
//! the offsets of the other values.
//!
//! Each block of 64 bytes becomes masks of brackets and colons outside strings (simdjson's stage 1; see [`simd`](crate::engine)), those
//! of some blocks in one loop. Then `walk.rs` walks the bits of these masks: two loops, because together they need more registers than
//! there are. The trie here has `eventName` and `userIdentity.type`:
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
//! The bytes before a colon are read from a window, the colon's block and the block before it: so no place has to be compared with the
//! message's ends, except in the first block.
//!
//! A key with escapes is not read by its bytes. When the pass meets one, it stops, and `walk_slowly` reads each key of the message.

use super::blocks::{Blocks, Strings};
use super::text::{members, skip_blanks, string_end, unescape};
use super::value_offsets::ValueOffsets;
use super::walk::{CHUNK, Structure, StructureChunk, Walk, Walked};
use crate::engine::compile::{NodeId, ROOT, Trie};
use crate::engine::simd::{InstructionSet, Kernel, Simd64};

/// The longest message that the pass takes: offsets have 32 bits.
const LONGEST: usize = u32::MAX as usize;

/// Finds the offsets of the values. False if the message does not begin as a JSON object. If the message is not valid JSON, the
/// offsets mean nothing; `validate.rs` decides that before a match is reported.
#[inline(never)]
pub(crate) fn scan(
    instructions: InstructionSet,
    trie: &Trie,
    offsets: &mut ValueOffsets,
    chunk: &mut StructureChunk,
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
    let is_plain = instructions.run(StructuralPass { trie, offsets, chunk, message });
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
    chunk: &'a mut StructureChunk,
    message: &'a [u8],
}

impl Kernel for StructuralPass<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<C: Simd64>(self, simd: C) -> bool {
        let StructuralPass { trie, offsets, chunk, message } = self;
        let mut walk = Walk::new(trie, offsets, message);
        let mut strings = Strings::default();
        let mut blocks = Blocks::new(message);
        let mut base = 0;
        // the backslashes of the block before
        let mut before = 0;
        while let Some(part) = blocks.next_chunk(CHUNK) {
            for (structure, block) in chunk.0.iter_mut().zip(part) {
                simd.prefetch(block);
                let masks = simd.masks(block);
                let mut quotes = masks.quote;
                // a key with escapes shows a backslash in its block or in the block before
                let near_backslash = masks.backslash | before;
                if near_backslash != 0 {
                    quotes &= !strings.escapes(masks.backslash);
                    before = masks.backslash;
                }
                let (_, inside) = strings.step_plain(simd, quotes);
                let (open, close) = (masks.open & !inside, masks.close & !inside);
                *structure = Structure { open, close, colon: masks.colon & !inside, near_backslash };
            }
            let Some((first, others)) = chunk.0.get(..part.len()).and_then(<[_]>::split_first) else {
                return true;
            };
            let walked = match message.last_chunk() {
                Some(end) if base + 64 > message.len() => walk.padded_block(base, first, end),
                _ => walk.first_block(base, first),
            };
            match walked {
                Walked::On => base += 64,
                Walked::End => return true,
                Walked::Escape => return false,
            }
            for (structure, pair) in others.iter().zip(part.windows(2)) {
                match walk.block(base, structure, pair) {
                    Walked::On => base += 64,
                    Walked::End => return true,
                    Walked::Escape => return false,
                }
            }
        }
        true
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::compile::Tree;

    #[test]
    fn values_are_found_at_each_place_of_a_block_and_in_messages_of_each_length() {
        let mut tree = Tree::default();
        [&["eventName"][..], &["userIdentity", "type"]]
            .iter()
            .for_each(|path| tree.insert(path.iter().copied()));
        let trie = Trie::new(&tree);
        let [name, kind] =
            [&["eventName"][..], &["userIdentity", "type"]].map(|path| trie.find(path.iter().copied()));
        let mut offsets = ValueOffsets::default();
        let mut chunk = StructureChunk::default();
        // Miri takes a thousand times as long
        for padding in
            (0..200).chain([CHUNK * 64 - 40, CHUNK * 64 + 9]).step_by(if cfg!(miri) { 41 } else { 1 })
        {
            for (escape, end) in [("", ""), ("", "  \n"), ("\\\"", "")] {
                let pad = format!("{}{escape}", "x".repeat(padding));
                let message = format!(
                    "{{\"a\":\"{pad}\",\"eventName\":1,\"b\":{{\"type\":2}},\"userIdentity\":{{\"c\":[{{}}],\"type\":3}}}}{end}"
                );
                let place = |text: &str| message.find(text).map(|at| at + text.len() - 1);
                for instructions in InstructionSet::available() {
                    assert!(scan(instructions, &trie, &mut offsets, &mut chunk, message.as_bytes()));
                    let found = [offsets.get(name), offsets.get(kind)];
                    assert_eq!(found, [place(":1"), place(":3")], "{} on {message}", instructions.name());
                }
            }
        }
    }
}
