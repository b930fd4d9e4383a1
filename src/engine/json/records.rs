//! Splits a delivery file's text into records and proves in the same pass that each record is JSON.
//!
//! Measured with `scan --rules patterns/cis-aws --count --threads 1` over 30,000 records in `.json.gz` files of 200, CPU time of
//! two builds run alternately: the proof costs 9 % from end to end, and 10 % more instructions (`valgrind --tool=callgrind`).

use super::blocks::{Blocks, Strings};
use super::text::{members, skip_blanks, string_end, value_end};
use super::validate::is_json_object;
use super::validate_minified::{Syntax, Together};
use crate::engine::simd::{InstructionSet, Kernel, Simd64};
use crate::limits::RECORD_BYTES;
use serde_json::value::RawValue;
use std::ops::Range;

/// The text is not one delivery file, or is damaged.
///
/// ```
/// let mut matcher = cwfilter::PatternSet::builder().add("a", "{ $.a = 1 }".parse()?).build()?.matcher();
/// let damaged = matcher.scan_records(br#"{"Records":[{"a":1},{"a":"#, |_, _, _| {}).unwrap_err();
/// assert_eq!(damaged.records(), 1);
/// assert!(!damaged.is_other_shape());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason} (byte {offset})")]
pub struct SplitError {
    reason: String,
    offset: usize,
    records: u64,
    rest: Rest,
}

/// The part that was not visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rest {
    /// All of the text: it has another shape, or is damaged before its records.
    All,
    /// The text after the array's bracket, or after the last record that was visited.
    Records(usize),
    /// The text after the array.
    Envelope(usize),
    /// The delivery file is whole, and more text follows it.
    Followed(usize),
}

impl SplitError {
    /// How many records are before the damage. They were visited.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.records
    }

    /// The text is something else than one delivery file, or is damaged before its records; no record was visited.
    #[must_use]
    pub fn is_other_shape(&self) -> bool {
        self.rest == Rest::All
    }

    /// Where more text follows a whole delivery file: the next one of several that were put together, perhaps.
    #[must_use]
    pub fn rest(&self) -> Option<usize> {
        match self.rest {
            Rest::Followed(at) => Some(at),
            _ => None,
        }
    }

    pub(crate) fn unread(&self) -> Rest {
        self.rest
    }

    pub(crate) fn after(self, records: u64) -> Self {
        SplitError { records, ..self }
    }

    /// Where, in bytes.
    ///
    /// ```
    /// let set = cwfilter::PatternSet::builder().add("errors", "ERROR".parse()?).build()?;
    /// let cut = br#"{"Records":[{"a":1},{"a":"#;
    /// let error = set.matcher().scan_records(cut, |_, _, _| ()).unwrap_err();
    /// assert_eq!((error.records(), error.offset() <= cut.len()), (1, true));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }
}

fn error(reason: &str, offset: usize, rest: Rest) -> SplitError {
    SplitError { reason: reason.to_owned(), offset, records: 0, rest }
}

/// Calls `visit` with the range of every record of `{"Records":[…]}`. All text up to the record's end is proved to be JSON by
/// then, and all text after the records before `Ok` is returned.
pub(crate) fn split_records(
    instructions: InstructionSet,
    text: &[u8],
    visit: &mut dyn FnMut(Range<usize>),
) -> Result<(), SplitError> {
    let start = skip_blanks(text, 0);
    if text.get(start) != Some(&b'{') {
        return Err(error("no delivery file", start, Rest::All));
    }
    let array = members(text, start).find(|(key, value)| is_records(text, *key, *value));
    let Some((_, array)) = array else {
        return Err(error("no array `Records`", start, Rest::All));
    };
    let before = [text.get(start..array).unwrap_or_default(), b"null}"].concat();
    if !is_json_object(instructions, &before, &mut Vec::new()) {
        return Err(error("the object round the records is not JSON", start, Rest::All));
    }
    let rest = text.get(array..).unwrap_or_default();
    let (mut nesting, mut first, mut from) = (Vec::new(), true, 1);
    let mut last = |record: Range<usize>| {
        first = false;
        from = record.end;
        visit(array + record.start..array + record.end);
    };
    let mut end = instructions.run(SplitMinified { text: rest, nesting: &mut nesting, visit: &mut last });
    if let Stopped::HasBlanks = end {
        let (is_first, gap) = (first, from);
        let part = rest.get(gap..).unwrap_or_default();
        let mut proved = |record: Range<usize>| {
            let is_proved = record.len() <= RECORD_BYTES
                && is_json_object(instructions, part.get(record.clone()).unwrap_or_default(), &mut nesting);
            if is_proved {
                first = false;
                from = gap + record.end;
                visit(array + gap + record.start..array + from);
            }
            is_proved
        };
        end = match instructions.run(Split { text: part, is_first, visit: &mut proved }) {
            Some(length) => Stopped::AtEnd(gap + length),
            None => Stopped::Damaged,
        };
    }
    match end {
        Stopped::AtEnd(length) => envelope_end(instructions, text, array + length),
        Stopped::HasBlanks | Stopped::Damaged => Err(damage(text, array + from)),
    }
}

fn is_records(text: &[u8], key: usize, value: usize) -> bool {
    let is_key = string_end(text, key).is_some_and(|(end, _)| text.get(key + 1..end) == Some(b"Records"));
    is_key && text.get(value) == Some(&b'[')
}

/// Describes the damage after the bracket or the record that ends at `from`.
fn damage(text: &[u8], from: usize) -> SplitError {
    let rest = Rest::Records(from);
    let gap = skip_blanks(text, from);
    let start = if text.get(gap) == Some(&b',') { skip_blanks(text, gap + 1) } else { gap };
    let record = text.get(start..).unwrap_or_default();
    if record.is_empty() {
        return error("the records do not end", text.len(), rest);
    }
    if record.first() != Some(&b'{') {
        return error("expected a record", start, rest);
    }
    match serde_json::Deserializer::from_slice(record).into_iter::<&RawValue>().next() {
        Some(Err(invalid)) if !invalid.is_eof() => {
            let line = invalid.line().saturating_sub(1);
            let lines = record.split_inclusive(|byte| *byte == b'\n').take(line);
            let at = (lines.map(<[u8]>::len).sum::<usize>() + invalid.column()).saturating_sub(1);
            let reason = invalid.to_string();
            let reason = reason.split(" at line ").next().unwrap_or_default();
            error(&format!("invalid JSON: {reason}"), start + at, rest)
        }
        Some(Err(_)) | None => error("the records do not end", text.len(), rest),
        Some(Ok(value)) if value.get().len() > RECORD_BYTES => error("the record is too large", start, rest),
        Some(Ok(_)) => error("expected `,` before a record", start, rest),
    }
}

/// Checks the text after the records: the rest of the object, and no more text.
fn envelope_end(instructions: InstructionSet, text: &[u8], end: usize) -> Result<(), SplitError> {
    let rest = Rest::Envelope(end);
    let mut at = skip_blanks(text, end);
    // the members after the array are few and small
    while text.get(at) == Some(&b',') {
        let key = skip_blanks(text, at + 1);
        let colon = value_end(text, key).map(|end| skip_blanks(text, end));
        let value = colon.map(|colon| skip_blanks(text, colon + 1));
        if value.is_some_and(|value| is_records(text, key, value)) {
            return Err(error("a second array of records", key, rest));
        }
        match value.and_then(|value| value_end(text, value)) {
            Some(end) => at = skip_blanks(text, end),
            None => return Err(error("the object round the records does not end", text.len(), rest)),
        }
    }
    if text.get(at) != Some(&b'}') {
        return Err(error("the object round the records does not end", at, rest));
    }
    let members = [b"{\"\":null", text.get(end..=at).unwrap_or_default()].concat();
    if !is_json_object(instructions, &members, &mut Vec::new()) {
        return Err(error("the object round the records is not JSON", end, rest));
    }
    let next = skip_blanks(text, at + 1);
    if next == text.len() {
        return Ok(());
    }
    Err(error("more text after the delivery file", next, Rest::Followed(next)))
}

enum Stopped {
    /// The length of the array.
    AtEnd(usize),
    /// Blanks between tokens, for which the rules of [`Syntax`] are not made.
    HasBlanks,
    Damaged,
}

/// Splits minified text and proves it in one pass.
struct SplitMinified<'a, 'v> {
    /// from the bracket of the array on
    text: &'a [u8],
    nesting: &'a mut Vec<u64>,
    visit: &'v mut dyn FnMut(Range<usize>),
}

impl Kernel for SplitMinified<'_, '_> {
    type Output = Stopped;

    #[inline(always)]
    fn run<C: Simd64>(self, simd: C) -> Stopped {
        let SplitMinified { text, nesting, visit } = self;
        let mut syntax = Syntax::new(nesting);
        let (mut record, mut gap) = (0, 1);
        let mut is_ascii = true;
        let mut blocks = Blocks::new(text);
        while let Some((base, block)) = blocks.next() {
            simd.prefetch(block);
            let checked = syntax.check(simd, text, base, block);
            is_ascii &= checked.is_ascii;
            let problem = checked.blank | checked.bad;
            // the text before the first problem is good
            let sound = problem.wrapping_sub(1) & !problem;
            let mut left = checked.present & sound;
            let mut brackets = (checked.open | checked.close) & sound;
            // inside one record, because the array round the records is never the innermost bracket
            if brackets != 0 && problem == 0 {
                match checked.together(simd, block, &mut syntax.nesting) {
                    Together::Right => continue,
                    Together::Misplaced => return Stopped::Damaged,
                    Together::No => {}
                }
            }
            while brackets != 0 {
                let bit = brackets & brackets.wrapping_neg();
                let through = brackets ^ (brackets - 1);
                brackets ^= bit;
                if checked.misplaced(&syntax.nesting, left & through) != 0 {
                    return Stopped::Damaged;
                }
                left &= !through;
                let place = bit.trailing_zeros() as usize;
                let is_brace = block.get(place).is_some_and(|byte| byte & 0x20 != 0);
                let at = base + place;
                if checked.open & bit != 0 {
                    if syntax.nesting.depth == 1 {
                        let between: &[u8] = if gap > 1 { b"," } else { b"" };
                        if !is_brace || text.get(gap..at) != Some(between) {
                            return Stopped::Damaged;
                        }
                        record = at;
                    }
                    syntax.nesting.push(is_brace);
                    continue;
                }
                if !syntax.nesting.pop(is_brace) {
                    return Stopped::Damaged;
                }
                if syntax.nesting.depth == 1 {
                    let is_text = is_ascii
                        || text.get(record..=at).is_some_and(|record| std::str::from_utf8(record).is_ok());
                    if !is_text || at + 1 - record > RECORD_BYTES {
                        return Stopped::Damaged;
                    }
                    // the block may hold the beginning of the next record
                    is_ascii = checked.is_ascii;
                    visit(record..at + 1);
                    gap = at + 1;
                } else if syntax.nesting.depth == 0 {
                    return if gap == at { Stopped::AtEnd(at + 1) } else { Stopped::Damaged };
                }
            }
            if problem != 0 {
                let is_blank = checked.blank & problem & problem.wrapping_neg() != 0;
                return if is_blank { Stopped::HasBlanks } else { Stopped::Damaged };
            }
            if checked.misplaced(&syntax.nesting, left) != 0 {
                return Stopped::Damaged;
            }
        }
        Stopped::Damaged
    }
}

/// Splits by the depth of the brackets, and leaves the proof to `visit`.
struct Split<'a, 'v> {
    /// begins after the bracket of the array, or after a record
    text: &'a [u8],
    is_first: bool,
    /// returns false if the record is damaged, which stops the split
    visit: &'v mut dyn FnMut(Range<usize>) -> bool,
}

impl Kernel for Split<'_, '_> {
    type Output = Option<usize>;

    /// The length up to the end of the array; `None` if it is damaged.
    #[inline(always)]
    fn run<C: Simd64>(self, simd: C) -> Self::Output {
        let Split { text, mut is_first, visit } = self;
        let mut strings = Strings::default();
        let mut depth = 1u32;
        let mut record = 0;
        // the offset of the separator before the next record
        let mut gap = 0;
        let mut blocks = Blocks::new(text);
        while let Some((start, block)) = blocks.next() {
            let masks = simd.masks(block);
            let (_, inside) = strings.step(simd, masks.quote, masks.backslash);
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
                        if !is_gap(text.get(gap..at).unwrap_or_default(), !is_first)
                            || text.get(at) != Some(&b'{')
                        {
                            return None;
                        }
                    }
                    continue;
                }
                close ^= bit;
                depth = depth.saturating_sub(1);
                match depth {
                    0 => {
                        let gap = text.get(gap..at).unwrap_or_default();
                        let ends = text.get(at) == Some(&b']') && is_gap(gap, false);
                        return ends.then_some(at + 1);
                    }
                    1 => {
                        gap = at + 1;
                        is_first = false;
                        if !visit(record..at + 1) {
                            return None;
                        }
                    }
                    _ => {}
                }
            }
        }
        None
    }
}

/// Whether this is only blanks, with one comma among them if it follows a record.
fn is_gap(gap: &[u8], after_record: bool) -> bool {
    let commas = gap.iter().filter(|byte| **byte == b',').count();
    let is_known = |byte: &u8| matches!(byte, b',' | b' ' | b'\t' | b'\r' | b'\n');
    commas == usize::from(after_record) && gap.iter().all(is_known)
}
