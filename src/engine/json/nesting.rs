//! Which brackets are open.

/// Open brackets, a bit each: set for an object.
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

    /// Leaves a bracket; false when it is of the other kind.
    #[inline(always)]
    pub(super) fn pop(&mut self, is_object: bool) -> bool {
        if self.depth == 0 || self.in_object() != is_object {
            return false;
        }
        self.depth -= 1;
        self.word >>= 1;
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.word = self.words.pop().unwrap_or_default();
        }
        true
    }

    #[inline(always)]
    pub(super) fn in_object(&self) -> bool {
        self.word & 1 == 1
    }
}
