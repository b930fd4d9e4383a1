//! The stack of open brackets, one bit each.

/// The open brackets: a bit is set for an object, and clear for an array.
pub(super) struct Nesting<'a> {
    words: &'a mut Vec<u64>,
    word: u64,
    pub(super) depth: usize,
}

impl<'a> Nesting<'a> {
    pub(super) fn new(words: &'a mut Vec<u64>) -> Self {
        words.clear();
        Nesting { words, word: 0, depth: 0 }
    }

    #[inline(always)]
    pub(super) fn push(&mut self, is_object: bool) {
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.words.push(self.word);
        }
        self.depth += 1;
        self.word = self.word << 1 | u64::from(is_object);
    }

    /// Closes a bracket; false if the innermost open bracket is of the other kind.
    #[inline(always)]
    pub(super) fn pop(&mut self, is_object: bool) -> bool {
        if self.depth == 0 || self.in_object() != is_object {
            return false;
        }
        self.depth -= 1;
        self.word >>= 1;
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            debug_assert!(!self.words.is_empty(), "an open bracket was forgotten");
            self.word = self.words.pop().unwrap_or_default();
        }
        true
    }

    /// The maximum depth at which all kinds are in [`innermost`](Nesting::innermost).
    pub(super) const IN_WORD: usize = 63;

    /// The kinds of the open brackets, the innermost one in the lowest bit, if they are not more than [`IN_WORD`](Nesting::IN_WORD).
    #[inline(always)]
    pub(super) fn innermost(&self) -> u64 {
        self.word
    }

    /// Closes brackets and then opens others, whose kinds are bits from the first one on. All brackets are at most
    /// [`IN_WORD`](Nesting::IN_WORD), and the kinds of those that are closed were compared.
    #[inline(always)]
    pub(super) fn step(&mut self, closed: u32, opened: u32, mut kinds: u64) {
        debug_assert!(self.depth + opened as usize <= Self::IN_WORD && self.depth >= closed as usize);
        self.depth = self.depth + opened as usize - closed as usize;
        self.word >>= closed;
        for _ in 0..opened {
            self.word = self.word << 1 | kinds & 1;
            kinds >>= 1;
        }
    }

    /// Opens and closes these numbers of objects, in whatever order their braces are. False, and nothing is changed, if the
    /// innermost bracket may be an array's before, between or after the braces, if only `floor` brackets may be open then, or if
    /// the stack is deep.
    #[inline(always)]
    pub(super) fn step_objects(&mut self, opened: u32, closed: u32, floor: usize) -> bool {
        let depth = self.depth + opened as usize;
        if self.word.trailing_ones() <= closed
            || depth > Self::IN_WORD
            || self.depth <= floor + closed as usize
        {
            return false;
        }
        self.depth = depth - closed as usize;
        self.word = self.word >> closed << opened | ((1 << opened) - 1);
        true
    }

    #[inline(always)]
    pub(super) fn in_object(&self) -> bool {
        self.word & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_together_are_braces_one_by_one() {
        // the open brackets, and the braces that follow; all 8-bit orders of braces below every stack of up to 8 brackets
        let mut together = 0;
        // Miri needs hours for all of them
        let part = if cfg!(miri) { 37 } else { 1 };
        for depth in [0, 1, 3, 8, 56, 60, 63, 64, 65] {
            for kinds in (0..=255u32).rev().step_by(part) {
                for braces in (0..=255u32).step_by(part) {
                    let (mut words, mut other) = (Vec::new(), Vec::new());
                    let (mut fast, mut slow) = (Nesting::new(&mut words), Nesting::new(&mut other));
                    for place in 0..depth {
                        fast.push(kinds >> (place % 8) & 1 == 1);
                        slow.push(kinds >> (place % 8) & 1 == 1);
                    }
                    if !fast.step_objects(braces.count_ones(), 8 - braces.count_ones(), 0) {
                        assert_eq!((fast.depth, fast.word), (slow.depth, slow.word), "nothing is changed");
                        continue;
                    }
                    together += 1;
                    for place in 0..8 {
                        assert!(slow.in_object(), "{depth} {kinds:b} {braces:b}: an array is innermost");
                        if braces >> place & 1 == 1 {
                            slow.push(true);
                        } else {
                            assert!(slow.pop(true));
                        }
                    }
                    assert!(slow.in_object() && slow.depth > 0);
                    assert_eq!(
                        (fast.depth, fast.word),
                        (slow.depth, slow.word),
                        "{depth} {kinds:b} {braces:b}"
                    );
                }
            }
        }
        assert!(together > 5_000 / (part * part), "{together}");
    }
}
