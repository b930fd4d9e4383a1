//! The key trie: the keys that any pattern reads, as a tree. The structural pass follows it and skips all other fields.
//!
//! Three selectors and their trie; each node has a table of its own for its children:
//!
//! ```text
//! $.eventName               0 $ ─┬─ "eventName"    1
//! $.userIdentity.type            └─ "userIdentity" 2 ─┬─ "sessionContext" 3
//! $.userIdentity.sessionContext                       └─ "type"           4
//! ```
//!
//! The tables are in `key_table.rs`.

use super::key_table::KeyTable;
pub(crate) use super::key_table::{Ending, NONE, NodeId, ROOT};
use crate::engine::simd::Window;

#[derive(Debug, Clone, Default)]
pub(crate) struct Trie {
    nodes: Vec<Node>,
    /// the children of all nodes, those of one node side by side and sorted by key
    children: Vec<Child>,
    /// all keys with their quotes
    keys: Vec<u8>,
}

#[derive(Debug, Clone)]
struct Node {
    id: NodeId,
    parent: NodeId,
    /// the number after its last descendant
    end: NodeId,
    children: (u32, u32),
    /// the children, by the ends of their keys
    table: KeyTable,
}

#[derive(Debug, Clone, Copy)]
struct Child {
    node: NodeId,
    key: (u32, u32),
}

impl Trie {
    pub(crate) fn new(tree: &Tree) -> Trie {
        let mut trie = Trie::default();
        trie.add(tree, NONE);
        trie
    }

    fn add(&mut self, tree: &Tree, parent: NodeId) -> NodeId {
        let id = self.nodes.len() as NodeId;
        let first = self.children.len() as u32;
        for key in tree.children.keys() {
            let start = self.keys.len() as u32;
            self.keys.extend(std::iter::once(b'"').chain(key.bytes()).chain(std::iter::once(b'"')));
            self.children.push(Child { node: NONE, key: (start, self.keys.len() as u32) });
        }
        let children = (first, self.children.len() as u32);
        self.nodes.push(Node { id, parent, end: id + 1, children, table: KeyTable::empty() });
        let mut table = KeyTable::new(tree.children.keys().map(String::as_bytes));
        for (place, (key, subtree)) in (first..).zip(&tree.children) {
            let node = self.add(subtree, id);
            let Some(child) = self.children.get_mut(place as usize) else { continue };
            child.node = node;
            table.add(key.as_bytes(), node, !subtree.children.is_empty());
        }
        let end = self.nodes.len() as NodeId;
        if let Some(node) = self.nodes.get_mut(id as usize) {
            (node.end, node.table) = (end, table);
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
        self.nodes.get(node as usize).is_some_and(|node| node.children.0 < node.children.1)
    }

    /// The keys that are read in the node's object.
    #[inline(always)]
    pub(crate) fn keys(&self, node: NodeId) -> Keys<'_> {
        Keys(self.nodes.get(node as usize).unwrap_or(&NO_NODE))
    }

    /// The node above, [`NONE`] above the root.
    #[inline(always)]
    pub(crate) fn parent(&self, node: NodeId) -> NodeId {
        self.nodes.get(node as usize).map_or(NONE, |node| node.parent)
    }

    /// The node's descendants.
    pub(crate) fn descendants(&self, node: NodeId) -> std::ops::Range<usize> {
        let end = self.nodes.get(node as usize).map_or(0, |node| node.end);
        node as usize + 1..end as usize
    }

    /// The child of `parent` with this key.
    pub(crate) fn child(&self, parent: NodeId, key: &[u8]) -> Option<NodeId> {
        let node = self.nodes.get(parent as usize)?;
        let children = self.children.get(node.children.0 as usize..node.children.1 as usize)?;
        let place = children.binary_search_by(|child| self.text(child).cmp(key)).ok()?;
        children.get(place).map(|child| child.node)
    }

    fn text(&self, child: &Child) -> &[u8] {
        self.keys.get(child.key.0 as usize + 1..child.key.1 as usize - 1).unwrap_or_default()
    }

    /// The node at the end of a path of keys that was inserted.
    pub(crate) fn find<'a>(&self, keys: impl IntoIterator<Item = &'a str>) -> NodeId {
        let node = keys.into_iter().try_fold(ROOT, |node, key| self.child(node, key.as_bytes()));
        debug_assert!(node.is_some(), "a selector has no node: its predicates would read another value");
        node.unwrap_or(ROOT)
    }

    /// The last key on the path to a node.
    pub(crate) fn key_of(&self, node: NodeId) -> Option<&[u8]> {
        let parent = self.nodes.get(self.parent(node) as usize)?;
        let children = self.children.get(parent.children.0 as usize..parent.children.1 as usize)?;
        // nodes are numbered in the order of their keys
        let place = children.binary_search_by_key(&node, |child| child.node).ok()?;
        children.get(place).map(|child| self.text(child))
    }
}

/// The keys of one node.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keys<'a>(&'a Node);

static NO_NODE: Node = Node { id: NONE, parent: NONE, end: 0, children: (0, 0), table: KeyTable::empty() };

impl Keys<'_> {
    /// The keys of no node.
    #[inline(always)]
    pub(crate) fn none() -> Self {
        Keys(&NO_NODE)
    }

    /// The node whose keys these are; [`NONE`] if there is none.
    #[inline(always)]
    pub(crate) fn node(&self) -> NodeId {
        self.0.id
    }

    /// The node above, [`NONE`] above the root.
    #[inline(always)]
    pub(crate) fn parent(&self) -> NodeId {
        self.0.parent
    }

    /// Whether the bytes before the colon show that no child has this key. No backslash is in the 64 bytes before the colon.
    #[inline(always)]
    pub(crate) fn is_none_before(&self, message: &[u8], colon: usize) -> bool {
        self.0.table.is_none_before(message, colon)
    }

    /// The same for a colon in the second half of the window.
    #[inline(always)]
    pub(crate) fn is_none_in(&self, window: &Window, place: usize) -> bool {
        self.0.table.is_none_in(window, place)
    }

    /// The same as [`child_before`](Keys::child_before) for a colon in the second half of the window, if the first slot of the table
    /// decides it.
    #[inline(always)]
    pub(crate) fn child_in(&self, window: &Window, place: usize) -> Option<Ending> {
        self.0.table.find_in(window, place)
    }

    /// The child whose key, written without escapes, ends with the quote before `colon`, if no backslash is in the 64 bytes
    /// before it.
    #[inline(always)]
    pub(crate) fn child_before(&self, message: &[u8], colon: usize) -> Ending {
        self.0.table.find(message, colon)
    }
}

/// A trie under construction.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    children: std::collections::BTreeMap<String, Tree>,
}

impl Tree {
    /// Adds a path of keys.
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
    fn a_key_too_long_for_the_table_is_read() {
        let mut tree = Tree::default();
        [&*"x".repeat(61), "eventName"].iter().for_each(|key| tree.insert([*key]));
        let trie = Trie::new(&tree);
        for key in [&*"x".repeat(61), "eventName", "other"] {
            let text = format!("some text \"{key}\":");
            assert_eq!(
                trie.keys(ROOT).child_before(text.as_bytes(), text.len() - 1),
                Ending::Unknown,
                "{key}"
            );
        }
        for text in ["some text \"eventName\" :", "some text eventName:"] {
            assert_eq!(
                trie.keys(ROOT).child_before(text.as_bytes(), text.len() - 1),
                Ending::Unknown,
                "{text}"
            );
        }
        assert_eq!(Keys::none().child_before(b"some text \"ab\":", 14), Ending::Other);
    }

    #[test]
    fn short_keys_are_found_whatever_is_before_them() {
        for keys in [&["", "a", "ab", "abc", "eventName"][..], &["a"], &["ab", "cd", "id", "ip"]] {
            let mut tree = Tree::default();
            keys.iter().for_each(|key| tree.insert([*key]));
            let trie = Trie::new(&tree);
            for before in
                ["", "{", ",", "{\"x\":1, ", "\"\"", "\"a\"", "ab", "some text of more than 24 bytes "]
            {
                let all =
                    ["", "a", "b", "ab", "ba", "bc", "abc", "cab", "id", "ip", "d", "xid", "eventName", "e"];
                for key in all {
                    let text = format!("{before}\"{key}\":");
                    let found = trie.keys(ROOT).child_before(text.as_bytes(), text.len() - 1);
                    let child = trie.child(ROOT, key.as_bytes());
                    let expected = child.map_or(Ending::Other, |node| Ending::Child(node, false));
                    assert_eq!(found, expected, "{text} in {keys:?}");
                    let padded = format!("{text:>101}x{:>26}", "");
                    let window = padded.as_bytes().first_chunk().unwrap();
                    assert!(!trie.keys(ROOT).is_none_in(window, 36) || child.is_none(), "{text} in {keys:?}");
                    assert!(
                        trie.keys(ROOT).child_in(window, 36).is_none_or(|found| found == expected),
                        "{text}"
                    );
                }
            }
        }
    }

    #[test]
    fn children_are_found_by_their_keys_alone() {
        let long = "x".repeat(60);
        let keys = [
            "a",
            "xy",
            "abc",
            "eventName",
            "xeventName",
            "eventname",
            "userName",
            "12345678",
            "x12345678",
            "ééé",
            &long,
        ];
        let mut tree = Tree::default();
        keys.iter().for_each(|key| tree.insert(["parent", key]));
        tree.insert(["other"]);
        let trie = Trie::new(&tree);
        assert_eq!(trie.len(), keys.len() + 3);
        let parent = trie.find(["parent"]);
        assert!(trie.has_children(parent) && !trie.has_children(trie.find(["other"])));
        for before in ["", "{", ", ", "some text "] {
            let ending = |key: &str| {
                let text = format!("{before}\"{key}\":");
                trie.keys(parent).child_before(text.as_bytes(), text.len() - 1)
            };
            for key in keys {
                assert_eq!(ending(key), Ending::Child(trie.find(["parent", key]), false), "{key}");
            }
            // keys with every tail's bit, so that some of them reach a free slot
            for number in 0..2_000 {
                assert_eq!(ending(&format!("other{number}")), Ending::Other, "{number}");
            }
            for absent in ["", "c", "bc", "ventName", "x1234567", "other", "parent"] {
                assert!(!matches!(ending(absent), Ending::Child(..)), "{absent}");
                assert_eq!(trie.child(parent, absent.as_bytes()), None, "{absent}");
            }
        }
        let nodes: std::collections::HashSet<_> = keys.iter().map(|key| trie.find(["parent", key])).collect();
        assert!(nodes.iter().all(|node| trie.descendants(parent).contains(&(*node as usize))));
        assert_eq!(nodes.len(), keys.len());
    }

    #[test]
    fn the_end_of_a_block_tells_the_key_as_the_message_does() {
        let keys = ["abc", "type", "eventName", "userAgent", "a key of more than 24 bytes"];
        let names = ["eventName", "userName", "xeventName"];
        for (keys, is_perfect) in [(keys.as_slice(), true), (names.as_slice(), false)] {
            let mut tree = Tree::default();
            keys.iter().for_each(|key| tree.insert([*key]));
            let trie = Trie::new(&tree);
            let others = (0..2_000).map(|number| format!("{number}pe{number}"));
            for key in keys.iter().map(|key| (*key).to_owned()).chain(others) {
                for place in [0, 1, 40, 63] {
                    let text = format!("{:>1$}", format!("{{\"{key}\""), 64 + place);
                    let window = *format!("{text::<128}").as_bytes().first_chunk().unwrap();
                    let expected = trie.keys(ROOT).child_before(text.as_bytes(), text.len());
                    let child = trie.child(ROOT, key.as_bytes());
                    assert_eq!(expected, child.map_or(Ending::Other, |node| Ending::Child(node, false)));
                    let found = trie.keys(ROOT).child_in(&window, place);
                    assert!(found == Some(expected) || found.is_none(), "{key} at {place}");
                    assert!(found.is_some() || !is_perfect || key.len() > 22, "{key} is not decided");
                    assert!(child.is_none() || !trie.keys(ROOT).is_none_in(&window, place), "{key}");
                }
            }
        }
    }
}
