//! A delivery file's text cut into records by the depth of its brackets.

use super::block::{Blocks, Strings};
use super::simd::{Classify, Level, Task};
use super::text::{members, skip_blanks, string_end, value_end};
use std::ops::Range;

/// The text is not one delivery file, or is damaged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason} (byte {offset})")]
pub struct SplitError {
    reason: &'static str,
    offset: usize,
    shape: Shape,
    records: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Damaged,
    Other,
    /// Whole, and more behind it.
    Followed,
}

impl SplitError {
    /// How many records stand before the damage.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.records
    }

    /// The text is something else than one delivery file; no record was visited.
    #[must_use]
    pub fn is_other_shape(&self) -> bool {
        self.shape == Shape::Other
    }

    /// Where more text stands behind a whole delivery file: the next one of several that were put together, perhaps.
    #[must_use]
    pub fn rest(&self) -> Option<usize> {
        (self.shape == Shape::Followed).then_some(self.offset)
    }

    pub(crate) fn behind(self, records: u64) -> Self {
        SplitError { records, ..self }
    }

    /// Where, in bytes.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }
}

fn damaged<T>(reason: &'static str, offset: usize) -> Result<T, SplitError> {
    Err(SplitError { reason, offset, shape: Shape::Damaged, records: 0 })
}

fn other_shape<T>(reason: &'static str, offset: usize) -> Result<T, SplitError> {
    Err(SplitError { reason, offset, shape: Shape::Other, records: 0 })
}

/// Calls `visit` with the place of every record of `{"Records":[…]}`. What stands between records and
/// round them is checked; the records' own syntax is not.
pub(crate) fn split_records(
    level: Level,
    text: &[u8],
    visit: &mut dyn FnMut(Range<usize>),
) -> Result<(), SplitError> {
    let start = skip_blanks(text, 0);
    if text.get(start) != Some(&b'{') {
        return other_shape("no delivery file", start);
    }
    let array = members(text, start).find(|(key, _)| {
        string_end(text, *key).is_some_and(|(end, _)| text.get(key + 1..end) == Some(b"Records"))
    });
    let Some((_, array)) = array.filter(|(_, value)| text.get(*value) == Some(&b'[')) else {
        return other_shape("no array `Records`", start);
    };
    let rest = text.get(array..).unwrap_or_default();
    let length = level.run(Split { text: rest, base: array, visit })?;
    envelope_end(text, array, array + length)
}

/// Behind the records: the rest of the object, then nothing.
fn envelope_end(text: &[u8], array: usize, end: usize) -> Result<(), SplitError> {
    let mut at = skip_blanks(text, end);
    // the members behind the array are few and small
    while text.get(at) == Some(&b',') {
        let key = skip_blanks(text, at + 1);
        let colon = value_end(text, key).map(|end| skip_blanks(text, end));
        let value = colon.map(|colon| skip_blanks(text, colon + 1));
        match value.and_then(|value| value_end(text, value)) {
            Some(end) => at = skip_blanks(text, end),
            None => return damaged("the object round the records does not end", array),
        }
    }
    if text.get(at) != Some(&b'}') {
        return damaged("the object round the records does not end", at);
    }
    let rest = skip_blanks(text, at + 1);
    if rest == text.len() {
        return Ok(());
    }
    let reason = "more text behind the delivery file";
    Err(SplitError { reason, offset: rest, shape: Shape::Followed, records: 0 })
}

struct Split<'a, 'v> {
    /// from the bracket of the array on
    text: &'a [u8],
    base: usize,
    visit: &'v mut dyn FnMut(Range<usize>),
}

impl Task for Split<'_, '_> {
    type Output = Result<usize, SplitError>;

    /// The length of the array.
    #[inline(always)]
    fn run<C: Classify>(self, classify: C) -> Self::Output {
        let Split { text, base, visit } = self;
        let mut strings = Strings::default();
        let mut depth = 0u32;
        let mut record = 0;
        // where what separates two records begins
        let mut gap = 1;
        let mut blocks = Blocks::new(text);
        while let Some((start, block)) = blocks.next() {
            let masks = classify.masks(block);
            let (_, inside) = strings.step(classify, masks.quote, masks.backslash);
            let (mut open, mut close) = (masks.open & !inside, masks.close & !inside);
            // inside a record, a block that cannot end it is only counted
            if depth > 1 && close.count_ones() < depth - 1 {
                depth = depth + open.count_ones() - close.count_ones();
                continue;
            }
            while open | close != 0 {
                let bit = (open | close) & (open | close).wrapping_neg();
                let at = start + bit.trailing_zeros() as usize;
                if open & bit != 0 {
                    open ^= bit;
                    depth += 1;
                    if depth == 2 {
                        record = at;
                        if !is_gap(text.get(gap..at).unwrap_or_default(), gap > 1)
                            || text.get(at) != Some(&b'{')
                        {
                            return damaged("expected a record", base + gap);
                        }
                    }
                    continue;
                }
                close ^= bit;
                depth = depth.saturating_sub(1);
                match depth {
                    0 => {
                        let gap = text.get(gap..at).unwrap_or_default();
                        let ends = text.get(at) == Some(&b']') && gap.iter().all(u8::is_ascii_whitespace);
                        return if ends { Ok(at + 1) } else { damaged("expected a record", base + at) };
                    }
                    1 => {
                        gap = at + 1;
                        if text.get(at) != Some(&b'}') {
                            return damaged("a record ends with the wrong bracket", base + at);
                        }
                        visit(base + record..base + at + 1);
                    }
                    _ => {}
                }
            }
        }
        damaged("the records do not end", base + text.len())
    }
}

/// Blanks, with one comma among them when a record stands before.
fn is_gap(gap: &[u8], behind_record: bool) -> bool {
    if behind_record && gap == b"," {
        return true;
    }
    let commas = gap.iter().filter(|byte| **byte == b',').count();
    commas == usize::from(behind_record) && gap.iter().all(|byte| *byte == b',' || byte.is_ascii_whitespace())
}
