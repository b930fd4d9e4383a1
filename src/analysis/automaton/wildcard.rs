//! The automaton of a pattern with stars.

use super::state::{DEAD, state_of};
use crate::semantics::Wildcard;

/// The automaton of a pattern with stars. It searches for the parts from left to right, each once. With the algorithm that AWS was
/// observed to use, the first occurrence of the last part must end the text; in a glob any occurrence may end the text.
pub(super) struct WildcardMachine {
    parts: Vec<Vec<u8>>,
    /// in a glob: the position in the last part after a complete occurrence that does not end the text
    after_last: Option<usize>,
    /// the first state of each part
    offsets: Vec<usize>,
    /// for each part and each position in it, the position to continue at after a mismatch
    kmp_failure_links: Vec<Vec<Option<usize>>>,
}

impl WildcardMachine {
    pub(super) fn new(parts: &[Vec<u8>], wildcard: Wildcard) -> Self {
        let border = || parts.last().and_then(|last| borders_of(last).last().copied()).unwrap_or_default();
        let after_last = (wildcard == Wildcard::Glob).then(border);
        let mut offsets = Vec::new();
        let mut next = 0;
        for part in parts {
            offsets.push(next);
            next += part.len() + 1;
        }
        offsets.push(next);
        WildcardMachine {
            parts: parts.to_vec(),
            after_last,
            offsets,
            kmp_failure_links: parts.iter().map(|part| kmp_failure_links(part)).collect(),
        }
    }

    /// The state in which every further text is accepted.
    pub(super) fn all(&self) -> u32 {
        state_of(self.offsets.last().copied().unwrap_or_default())
    }

    /// The state in which the text is accepted if it ends.
    pub(super) fn done(&self) -> u32 {
        self.all() + 1
    }

    fn part(&self, at: usize) -> &[u8] {
        self.parts.get(at).map_or(&[], Vec::as_slice)
    }

    /// The state at a position of a part. The end of a part is the beginning of the next one.
    pub(super) fn settled(&self, mut part: usize, mut position: usize) -> u32 {
        let last = self.parts.len() - 1;
        loop {
            if part == last && self.part(last).is_empty() {
                return self.all();
            }
            if position < self.part(part).len() {
                return state_of(self.offsets.get(part).copied().unwrap_or_default() + position);
            }
            if part == last {
                return self.done();
            }
            (part, position) = (part + 1, 0);
        }
    }

    pub(super) fn step(&self, state: u32, byte: u8) -> u32 {
        if state == DEAD || state == self.all() {
            return state;
        }
        let at = state as usize;
        let (part, mut position) = match self.after_last {
            None if state == self.done() => return DEAD,
            Some(border) if state == self.done() => (self.parts.len() - 1, border),
            _ => {
                let part = self.offsets.partition_point(|offset| *offset <= at) - 1;
                (part, at - self.offsets.get(part).copied().unwrap_or_default())
            }
        };
        let text = self.part(part);
        loop {
            if text.get(position) == Some(&byte) {
                return self.settled(part, position + 1);
            }
            // the first part must be at the beginning of the text
            if part == 0 {
                return DEAD;
            }
            match self.kmp_failure_links.get(part).and_then(|list| list.get(position)).copied().flatten() {
                Some(before) => position = before,
                None => return self.settled(part, 0),
            }
        }
    }
}

/// The failure links of Knuth, Morris and Pratt: for each position the longest prefix that ends before it and continues with
/// another byte.
fn kmp_failure_links(text: &[u8]) -> Vec<Option<usize>> {
    let borders = borders_of(text);
    let mut list: Vec<Option<usize>> = Vec::with_capacity(text.len());
    for at in 0..text.len() {
        let border = at.checked_sub(1).and_then(|last| borders.get(last).copied());
        list.push(match border {
            Some(border) if text.get(border) == text.get(at) => list.get(border).copied().flatten(),
            other => other,
        });
    }
    list
}

/// For each prefix, the length of its longest border: a proper prefix that is also a suffix.
fn borders_of(text: &[u8]) -> Vec<usize> {
    let mut list: Vec<usize> = vec![0; text.len()];
    for at in 1..text.len() {
        let mut length = list.get(at - 1).copied().unwrap_or(0);
        while length > 0 && text.get(length) != text.get(at) {
            length = list.get(length - 1).copied().unwrap_or(0);
        }
        if text.get(length) == text.get(at) {
            length += 1;
        }
        if let Some(entry) = list.get_mut(at) {
            *entry = length;
        }
    }
    list
}
