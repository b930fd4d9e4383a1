//! The trie of whole texts.

use super::state::{DEAD, state_of};

/// The texts of the predicates `Equals`.
pub(super) struct Trie {
    nodes: Vec<TrieNode>,
}

#[derive(Default)]
struct TrieNode {
    /// the bytes of the edges from this node, and the nodes they lead to
    bytes: Vec<u8>,
    next: Vec<u32>,
    /// the predicates whose text ends here
    ends: Vec<usize>,
}

impl Default for Trie {
    fn default() -> Self {
        Trie { nodes: vec![TrieNode::default()] }
    }
}

impl Trie {
    pub(super) const ROOT: u32 = 0;

    pub(super) fn insert(&mut self, text: &[u8], number: usize) {
        let mut node = Self::ROOT;
        for byte in text {
            let next = self.step(node, *byte);
            if next != DEAD {
                node = next;
                continue;
            }
            let new = state_of(self.nodes.len());
            self.nodes.push(TrieNode::default());
            if let Some(it) = self.nodes.get_mut(node as usize) {
                it.bytes.push(*byte);
                it.next.push(new);
            }
            node = new;
        }
        if let Some(it) = self.nodes.get_mut(node as usize) {
            it.ends.push(number);
        }
    }

    pub(super) fn step(&self, node: u32, byte: u8) -> u32 {
        let place = |it: &TrieNode| {
            it.bytes.iter().position(|known| *known == byte).and_then(|at| it.next.get(at)).copied()
        };
        self.nodes.get(node as usize).and_then(place).unwrap_or(DEAD)
    }

    /// The bytes of the edges from a node.
    pub(super) fn bytes(&self, node: u32) -> &[u8] {
        self.nodes.get(node as usize).map_or(&[], |it| it.bytes.as_slice())
    }

    pub(super) fn is_end(&self, node: u32, number: usize) -> bool {
        self.nodes.get(node as usize).is_some_and(|it| it.ends.contains(&number))
    }
}
