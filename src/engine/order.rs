//! Puts the patterns that match an event in order.

use super::compile::PatternId;

/// Fewer ids are sorted by comparing them.
const FEW: usize = 12;
/// A set with more words than this for each match is too large to be walked.
const WORDS_OF_A_MATCH: usize = 16;

/// A bit for each pattern; no bit is set between two events.
#[derive(Debug, Default)]
pub(super) struct Order {
    words: Vec<u64>,
}

impl Order {
    /// Sorts the ids. No id occurs twice.
    #[inline]
    pub(super) fn restore(&mut self, matched: &mut Vec<PatternId>) {
        match matched.len() {
            0 | 1 => {}
            count if count < FEW => matched.sort_unstable(),
            _ => self.restore_many(matched),
        }
    }

    #[inline(never)]
    fn restore_many(&mut self, matched: &mut Vec<PatternId>) {
        let last = matched.iter().map(|id| id.index()).max().unwrap_or(0);
        let words = last / 64 + 1;
        if words > matched.len() * WORDS_OF_A_MATCH {
            matched.sort_unstable();
            return;
        }
        if self.words.len() < words {
            self.words.resize(words, 0);
        }
        for id in matched.drain(..) {
            if let Some(word) = self.words.get_mut(id.index() / 64) {
                *word |= 1 << (id.index() % 64);
            }
        }
        for (base, word) in self.words.iter_mut().take(words).enumerate() {
            let mut left = std::mem::take(word);
            while left != 0 {
                matched.push(PatternId::at(base * 64 + left.trailing_zeros() as usize));
                left &= left - 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_sorted_whatever_their_number() {
        let mut order = Order::default();
        for (count, step) in
            [(0, 1), (1, 1), (2, 1), (11, 7), (12, 1), (13, 63), (64, 1), (500, 3), (20, 5_000)]
        {
            let expected: Vec<PatternId> = (0..count).map(|at| PatternId::at(at * step)).collect();
            let mut ids = expected.clone();
            ids.reverse();
            ids.rotate_left(count / 3);
            order.restore(&mut ids);
            assert_eq!(ids, expected, "{count} ids, {step} apart");
            assert!(order.words.iter().all(|word| *word == 0));
        }
    }
}
