//! The patterns of a set that match one event, in memory that the thread keeps.

use super::compile::PatternId;
use std::cell::Cell;
use std::iter::FusedIterator;

thread_local! {
    /// The buffer of the last `SetMatches` that was dropped.
    static BUFFER: Cell<Vec<PatternId>> = const { Cell::new(Vec::new()) };
}

/// The patterns of a [`PatternSet`](crate::PatternSet) that match one event, in the order of adding: an iterator.
///
/// Its buffer returns to the thread when it is dropped, so that the next one allocates nothing.
///
/// ```
/// let set = cwfilter::PatternSet::builder().add("a", "ERROR".parse()?).add("b", "disk".parse()?).build()?;
/// let matches = set.matches("ERROR: disk full");
/// assert_eq!(matches.len(), 2);
/// assert_eq!(matches.map(|id| id.index()).collect::<Vec<_>>(), [0, 1]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use]
pub struct SetMatches {
    ids: Vec<PatternId>,
    next: usize,
}

impl SetMatches {
    pub(super) fn new(matched: &[PatternId]) -> SetMatches {
        let mut ids = BUFFER.take();
        ids.clear();
        ids.extend_from_slice(matched);
        SetMatches { ids, next: 0 }
    }

    /// The patterns that the iterator has not given yet.
    ///
    /// ```
    /// let set = cwfilter::PatternSet::builder().add("a", "ERROR".parse()?).build()?;
    /// assert_eq!(set.matches("ERROR").as_slice(), [set.id("a").unwrap()]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn as_slice(&self) -> &[PatternId] {
        self.ids.get(self.next..).unwrap_or_default()
    }
}

impl Iterator for SetMatches {
    type Item = PatternId;

    fn next(&mut self) -> Option<PatternId> {
        let id = self.ids.get(self.next).copied();
        self.next += usize::from(id.is_some());
        id
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.as_slice().len();
        (left, Some(left))
    }
}

impl ExactSizeIterator for SetMatches {}

impl FusedIterator for SetMatches {}

impl Drop for SetMatches {
    fn drop(&mut self) {
        let ids = std::mem::take(&mut self.ids);
        // a thread that ends has no buffer any more
        let _ = BUFFER.try_with(|buffer| {
            let kept = buffer.take();
            buffer.set(if kept.capacity() > ids.capacity() { kept } else { ids });
        });
    }
}
