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
//! At a colon the pass knows where a key ends, but not where it begins. So a table is looked up by the key's last four bytes
//! (`Name` of `eventName`), and only the key found there is compared. A 64-bit set of the hashes, a Bloom filter with one hash
//! function, turns most other keys away before the table is read.

/// A node of the trie; 0 is the message itself. A parent has a smaller number than its children.
pub(crate) type NodeId = u32;

/// The message's own object.
pub(crate) const ROOT: NodeId = 0;

/// No node.
pub(crate) const NONE: NodeId = NodeId::MAX;

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
    parent: NodeId,
    /// the number after its last descendant
    end: NodeId,
    children: (u32, u32),
    /// A hash table with open addressing: its size is a power of two, and three quarters are free.
    table: Vec<Entry>,
    /// a bit for the hash of each child's tail
    tails: u64,
    /// some key is too short or too long for the table
    is_exact: bool,
}

#[derive(Debug, Clone, Copy)]
struct Child {
    node: NodeId,
    key: (u32, u32),
}

/// A slot of a table. It is free if its node is the root, which is no child.
#[derive(Debug, Clone, Default)]
struct Entry {
    tail: u32,
    node: NodeId,
    /// with its quotes
    key: Box<[u8]>,
}

/// The tail of a key: its last four bytes. The first of them may be the opening quote.
const SHORTEST: usize = 3;

/// A key this long, written with escapes, shows a backslash in the last 64 bytes before its end.
const LONGEST: usize = 60;

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
        let is_exact = tree.children.keys().any(|key| !(SHORTEST..=LONGEST).contains(&key.len()));
        // so that no key is turned away before it is looked up
        let mut tails = if is_exact { u64::MAX } else { 0 };
        let size = if tree.children.is_empty() { 0 } else { (tree.children.len() * 4).next_power_of_two() };
        let mut table = vec![Entry::default(); size];
        self.nodes.push(Node { parent, end: id + 1, children, table: Vec::new(), tails, is_exact });
        for (place, subtree) in (first..).zip(tree.children.values()) {
            let node = self.add(subtree, id);
            let Some(child) = self.children.get_mut(place as usize) else { continue };
            child.node = node;
            let key = self.keys.get(child.key.0 as usize..child.key.1 as usize).unwrap_or_default();
            tails |= fill(&mut table, node, key);
        }
        let end = self.nodes.len() as NodeId;
        if let Some(node) = self.nodes.get_mut(id as usize) {
            (node.end, node.tails, node.table) = (end, tails, table);
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

/// Enters a child in the table and returns its tail's bit; 0 if the key is too short for a tail.
fn fill(table: &mut [Entry], node: NodeId, key: &[u8]) -> u64 {
    let Some(tail) = tail(key, key.len() - 1) else { return 0 };
    let (mut slot, mask) = (hash(tail), table.len() - 1);
    while let Some(free) = table.get_mut(slot & mask) {
        if free.node == ROOT {
            *free = Entry { tail, node, key: key.into() };
            break;
        }
        slot += 1;
    }
    bit(hash(tail))
}

/// The keys of one node.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keys<'a>(&'a Node);

static NO_NODE: Node =
    Node { parent: NONE, end: 0, children: (0, 0), table: Vec::new(), tails: 0, is_exact: false };

/// What the bytes before a colon say about the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Child(NodeId),
    /// No child has this key.
    Other,
    /// The key has to be read.
    Unknown,
}

impl Keys<'_> {
    /// The keys of no node.
    #[inline(always)]
    pub(crate) fn none() -> Self {
        Keys(&NO_NODE)
    }

    /// The child whose key, written without escapes, ends with the quote before `colon`. The key's beginning is not searched for:
    /// the tail finds the only key that it can be, and this key is compared.
    #[inline(always)]
    pub(crate) fn child_ending(&self, message: &[u8], colon: usize) -> Ending {
        let before = message.get(colon.wrapping_sub(8)..colon).and_then(|before| before.first_chunk::<8>());
        let Some(before) = before.map(|before| u64::from_le_bytes(*before)) else { return Ending::Unknown };
        if (before >> 56) as u8 != b'"' {
            return Ending::Unknown;
        }
        let tail = (before >> 24) as u32;
        let mut slot = hash(tail);
        if self.0.tails & bit(slot) == 0 {
            return Ending::Other;
        }
        if self.0.is_exact {
            return Ending::Unknown;
        }
        let table = self.0.table.as_slice();
        let Some(mask) = table.len().checked_sub(1) else { return Ending::Other };
        loop {
            let entry = table.get(slot & mask).filter(|entry| entry.node != ROOT);
            let Some(entry) = entry else { return Ending::Other };
            if entry.tail == tail && ends_with(&entry.key, message, colon) {
                return Ending::Child(entry.node);
            }
            slot += 1;
        }
    }
}

/// Whether the key with its quotes is before the colon.
#[inline(always)]
fn ends_with(key: &[u8], message: &[u8], colon: usize) -> bool {
    let Some(open) = colon.checked_sub(key.len()) else { return false };
    let Some(found) = message.get(open..colon) else { return false };
    // a quote after a backslash is inside a longer key
    same(found, key) && open.checked_sub(1).and_then(|before| message.get(before)) != Some(&b'\\')
}

/// The four bytes before the quote at `close`.
#[inline(always)]
fn tail(text: &[u8], close: usize) -> Option<u32> {
    let bytes = text.get(close.checked_sub(4)?..close)?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*bytes))
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

/// Whether two texts are equal; without a function call if they are short. Empty texts are not compared: `memcmp` of length 0 costs
/// 80 ns with AVX-512 if a text is an empty box, which points nowhere.
#[inline(always)]
pub(crate) fn equal(a: &[u8], b: &[u8]) -> bool {
    if a.is_empty() { b.is_empty() } else { same(a, b) }
}

/// The same for texts that are not both empty. The pass calls it for keys with their quotes; one branch more there costs 350
/// instructions an event, because it takes a register.
#[inline(always)]
fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let word = |chunk: Option<&[u8; 8]>| chunk.map(|bytes| u64::from_le_bytes(*bytes));
    let long = |chunk: Option<&[u8; 16]>| chunk.map(|bytes| u128::from_le_bytes(*bytes));
    let half = |chunk: Option<&[u8; 4]>| chunk.map(|bytes| u32::from_le_bytes(*bytes));
    match a.len() {
        8..=16 => {
            word(a.first_chunk()) == word(b.first_chunk()) && word(a.last_chunk()) == word(b.last_chunk())
        }
        17..=32 => {
            long(a.first_chunk()) == long(b.first_chunk()) && long(a.last_chunk()) == long(b.last_chunk())
        }
        4..=7 => {
            half(a.first_chunk()) == half(b.first_chunk()) && half(a.last_chunk()) == half(b.last_chunk())
        }
        _ => a == b,
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
    fn texts_are_equal_if_each_byte_is() {
        for length in 0..70usize {
            let text: Vec<u8> = (0..length).map(|at| at as u8).collect();
            assert!(equal(&text, &text.clone()), "{length}");
            for at in 0..length {
                let mut other = text.clone();
                other[at] ^= 0x80;
                assert!(!equal(&text, &other), "{length}, byte {at}");
            }
            assert!(!equal(&text, &[&*text, b"x"].concat()), "{length} and one more");
        }
    }

    #[test]
    fn keys_too_short_for_a_tail_are_read() {
        let mut tree = Tree::default();
        ["ab", "eventName"].iter().for_each(|key| tree.insert([*key]));
        let trie = Trie::new(&tree);
        for key in ["ab", "eventName", "other"] {
            let text = format!("some text \"{key}\":");
            assert_eq!(
                trie.keys(ROOT).child_ending(text.as_bytes(), text.len() - 1),
                Ending::Unknown,
                "{key}"
            );
        }
        for text in ["some text \"eventName\" :", "some text eventName:"] {
            assert_eq!(
                trie.keys(ROOT).child_ending(text.as_bytes(), text.len() - 1),
                Ending::Unknown,
                "{text}"
            );
        }
        assert_eq!(Keys::none().child_ending(b"some text \"ab\":", 14), Ending::Other);
    }

    #[test]
    fn children_are_found_by_their_keys_alone() {
        let long = "x".repeat(60);
        let keys = [
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
                trie.keys(parent).child_ending(text.as_bytes(), text.len() - 1)
            };
            for key in keys {
                let is_near_start = before.len() + key.len() < 6;
                let expected =
                    if is_near_start { Ending::Unknown } else { Ending::Child(trie.find(["parent", key])) };
                assert_eq!(ending(key), expected, "{key}");
                let escaped = format!("some text \\\"{key}\":");
                let found = trie.keys(parent).child_ending(escaped.as_bytes(), escaped.len() - 1);
                assert_eq!(found, Ending::Other, "an escaped quote before {key}");
            }
            for absent in ["", "c", "bc", "ventName", "x1234567", "other", "parent"] {
                assert!(!matches!(ending(absent), Ending::Child(_)), "{absent}");
                assert_eq!(trie.child(parent, absent.as_bytes()), None, "{absent}");
            }
        }
        let nodes: std::collections::HashSet<_> = keys.iter().map(|key| trie.find(["parent", key])).collect();
        assert!(nodes.iter().all(|node| trie.descendants(parent).contains(&(*node as usize))));
        assert_eq!(nodes.len(), keys.len());
    }
}
