//! The keys that patterns read, as a tree: what the structural pass follows, and all else it skips.

/// A place in the tree; 0 is the message itself.
pub(crate) type NodeId = u32;

/// The message's own object.
pub(crate) const ROOT: NodeId = 0;

#[derive(Debug, Clone)]
pub(crate) struct Trie {
    nodes: Vec<Node>,
    entries: Vec<Entry>,
    keys: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    /// where its hash table begins in `entries`
    table: u32,
    /// size of the table less one; the table's size is a power of two
    mask: u32,
    /// the node behind its last descendant: nodes are numbered parents first
    end: NodeId,
    has_children: bool,
}

/// A slot of a hash table; free when `node` is the root, which is nobody's child.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    tail: u64,
    length: u32,
    key: u32,
    node: NodeId,
}

impl Trie {
    /// A tree with no keys.
    pub(crate) fn new(tree: &Tree) -> Trie {
        let mut trie = Trie { nodes: Vec::new(), entries: Vec::new(), keys: Vec::new() };
        trie.add(tree);
        trie
    }

    fn add(&mut self, tree: &Tree) -> NodeId {
        let id = self.nodes.len() as NodeId;
        let table = self.entries.len() as u32;
        let size = (tree.children.len() * 4).next_power_of_two().max(1);
        self.entries.resize(self.entries.len() + size, Entry::default());
        let has_children = !tree.children.is_empty();
        self.nodes.push(Node { table, mask: size as u32 - 1, end: id + 1, has_children });
        for (key, child) in &tree.children {
            let node = self.add(child);
            let key = key.as_bytes();
            let start = self.keys.len() as u32;
            self.keys.extend_from_slice(key);
            let entry = Entry { tail: tail(key, 0, key.len()), length: key.len() as u32, key: start, node };
            let mut slot = hash(entry.tail, entry.length);
            while let Some(free) = self.entries.get_mut(table as usize + (slot & (size - 1))) {
                if free.node == ROOT {
                    *free = entry;
                    break;
                }
                slot += 1;
            }
        }
        let end = self.nodes.len() as NodeId;
        if let Some(node) = self.nodes.get_mut(id as usize) {
            node.end = end;
        }
        id
    }

    /// How many nodes there are.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether any pattern reads below the node.
    #[inline(always)]
    pub(crate) fn has_children(&self, node: NodeId) -> bool {
        self.nodes.get(node as usize).is_some_and(|node| node.has_children)
    }

    /// The node's descendants.
    pub(crate) fn descendants(&self, node: NodeId) -> std::ops::Range<usize> {
        let end = self.nodes.get(node as usize).map_or(0, |node| node.end);
        node as usize + 1..end as usize
    }

    /// The child of `parent` whose key stands in `text` from `start` to `end`.
    #[inline(always)]
    pub(crate) fn child(&self, parent: NodeId, text: &[u8], start: usize, end: usize) -> Option<NodeId> {
        let node = self.nodes.get(parent as usize)?;
        let length = end.wrapping_sub(start) as u32;
        let tail = tail(text, start, end);
        let mut slot = hash(tail, length);
        loop {
            let entry = self.entries.get(node.table as usize + (slot & node.mask as usize))?;
            if entry.node == ROOT {
                return None;
            }
            if entry.tail == tail && entry.length == length && (length <= 8 || self.key(entry) == text.get(start..end)) {
                return Some(entry.node);
            }
            slot += 1;
        }
    }

    /// The node at the end of a way that was inserted.
    pub(crate) fn find<'a>(&self, keys: impl IntoIterator<Item = &'a str>) -> NodeId {
        let step = |node, key: &str| self.child(node, key.as_bytes(), 0, key.len());
        keys.into_iter().try_fold(ROOT, step).unwrap_or(ROOT)
    }

    /// The last key on the way to a node.
    pub(crate) fn key_of(&self, node: NodeId) -> Option<&[u8]> {
        self.entries.iter().find(|entry| entry.node == node && node != ROOT).and_then(|entry| self.key(entry))
    }

    #[inline]
    fn key(&self, entry: &Entry) -> Option<&[u8]> {
        self.keys.get(entry.key as usize..(entry.key + entry.length) as usize)
    }
}

/// The last eight bytes of a key, or all of a shorter one.
#[inline(always)]
fn tail(text: &[u8], start: usize, end: usize) -> u64 {
    let length = end.wrapping_sub(start);
    let last = end.checked_sub(8).and_then(|from| text.get(from..)).and_then(|bytes| bytes.first_chunk::<8>());
    match last {
        Some(bytes) if length >= 8 => u64::from_le_bytes(*bytes),
        Some(bytes) if length > 0 => u64::from_le_bytes(*bytes) >> (64 - 8 * length),
        _ => text.get(start..end).unwrap_or_default().iter().rev().fold(0, |tail, &byte| tail << 8 | u64::from(byte)),
    }
}

#[inline(always)]
fn hash(tail: u64, length: u32) -> usize {
    ((tail ^ u64::from(length)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize
}

/// The tree while it is built.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    children: std::collections::BTreeMap<String, Tree>,
}

impl Tree {
    /// Adds a way of keys.
    pub(crate) fn insert<'a>(&mut self, keys: impl IntoIterator<Item = &'a str>) {
        let mut place = self;
        for key in keys {
            place = place.children.entry(key.to_owned()).or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_are_found_by_their_keys_alone() {
        let keys = ["a", "b", "eventName", "xeventName", "eventname", "", "12345678", "x12345678", "é"];
        let mut tree = Tree::default();
        keys.iter().for_each(|key| tree.insert(["parent", key]));
        tree.insert(["other"]);
        let trie = Trie::new(&tree);
        assert_eq!(trie.len(), keys.len() + 3);
        let find = |parent, key: &str, before: &str| {
            let text = format!("{before}{key}\"");
            trie.child(parent, text.as_bytes(), before.len(), before.len() + key.len())
        };
        let parent = find(ROOT, "parent", "{\"").unwrap();
        for before in ["", "\"", "some text \""] {
            let found: std::collections::HashSet<_> = keys.iter().map(|key| find(parent, key, before).unwrap()).collect();
            assert_eq!(found.len(), keys.len());
            assert!(found.iter().all(|node| trie.descendants(parent).contains(&(*node as usize))));
            for absent in ["A", "ventName", "x1234567", "other", "parent"] {
                assert_eq!(find(parent, absent, before), None, "{absent}");
            }
        }
        assert!(trie.has_children(parent) && !trie.has_children(find(ROOT, "other", "").unwrap()));
    }
}
