//! The offsets of the values that patterns read, as the structural pass notes them.

use crate::engine::compile::{NodeId, Trie};

/// The offset of each node's value in the current message. Each entry has the epoch of its message, so entries of earlier
/// messages are void and nothing is cleared between messages.
#[derive(Debug, Default)]
pub(crate) struct ValueOffsets {
    offsets: Vec<Offset>,
    epoch: u32,
    /// a key with its escapes decoded
    pub(super) key: Vec<u8>,
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

    /// The offset of the node's value or of the blanks before it, if the message has it.
    #[inline(always)]
    pub(crate) fn get(&self, node: NodeId) -> Option<usize> {
        let offset = self.offsets.get(node as usize)?;
        (offset.epoch == self.epoch).then_some(offset.at as usize)
    }

    /// Notes the value of a node without children.
    #[inline(always)]
    pub(super) fn set_leaf(&mut self, node: NodeId, at: usize) {
        let epoch = self.epoch;
        match self.offsets.get_mut(node as usize) {
            Some(offset) => *offset = Offset { epoch, at: at as u32 },
            None => debug_assert!(false, "a node of another trie: its value would be missed"),
        }
    }

    /// Notes a value. If a key occurs twice, its last value counts, and the values below the first one are forgotten (docs/filter-patterns.md#json-events).
    #[inline(always)]
    pub(super) fn set(&mut self, trie: &Trie, node: NodeId, at: usize) {
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
