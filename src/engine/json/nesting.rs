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

    #[inline(always)]
    pub(super) fn in_object(&self) -> bool {
        self.word & 1 == 1
    }
}
