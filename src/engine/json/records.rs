//! Splits a delivery file's text into records and proves in the same pass that each record is JSON.

use super::blocks::Blocks;
use super::bracket_pairs::follow_together;
use super::nesting::Nesting;
use super::text::{members, skip_blanks, string_end, value_end};
use super::token_reader::{TokenReader, TokenWord};
use super::token_rules::{Checked, TokenRules};
use super::validate::is_json_object;
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
    let (mut nesting, mut from) = (Vec::new(), 1);
    let mut last = |record: Range<usize>| {
        from = record.end;
        visit(array + record.start..array + record.end);
    };
    match instructions.run(SplitRecords { text: rest, nesting: &mut nesting, visit: &mut last }) {
        Some(length) => envelope_end(instructions, text, array + length),
        None => Err(damage(text, array + from)),
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

/// Splits the array of records and proves it in one pass.
struct SplitRecords<'a, 'v> {
    /// from the bracket of the array on
    text: &'a [u8],
    nesting: &'a mut Vec<u64>,
    visit: &'v mut dyn FnMut(Range<usize>),
}

impl Kernel for SplitRecords<'_, '_> {
    type Output = Option<usize>;

    /// The length up to the end of the array; `None` if it is damaged.
    #[inline(always)]
    fn run<C: Simd64>(self, simd: C) -> Self::Output {
        let SplitRecords { text, nesting, visit } = self;
        let mut reader = TokenReader::default();
        let mut word = TokenWord::default();
        let mut places = TokenPlaces::default();
        let mut rules = TokenRules::before_value();
        let mut array = Array { text, nesting: Nesting::new(nesting), record: 0 };
        let mut blocks = Blocks::new(text);
        let mut is_bad = false;
        loop {
            let next = match blocks.next() {
                Some((base, block)) if !is_bad => {
                    simd.prefetch(block);
                    let tokens = reader.read(simd, text, base, block);
                    // the records before the place that is bad are good
                    is_bad = tokens.is_bad;
                    if word.has_room(&tokens) {
                        word.push(simd, &tokens);
                        places.push(base, tokens.places);
                        continue;
                    }
                    Some((base, tokens))
                }
                _ => None,
            };
            let checked = rules.check(&word);
            // the array round the records is the only open bracket between two records
            if !follow_together(simd, &checked, &mut array.nesting, 1) {
                match array.follow(&checked, &places, reader.other_until, visit) {
                    Followed::Open => {}
                    Followed::Closed(length) => return Some(length),
                    Followed::Damaged => return None,
                }
            }
            let (base, tokens) = next?;
            word = TokenWord::default();
            word.push(simd, &tokens);
            places.clear();
            places.push(base, tokens.places);
        }
    }
}

/// The places of a word's tokens in the text.
struct TokenPlaces {
    /// the offset of each block that has tokens, and where in the block they begin; a word takes its tokens from at most 64 blocks
    blocks: [(usize, u64); 64],
    count: usize,
}

impl Default for TokenPlaces {
    fn default() -> Self {
        TokenPlaces { blocks: [(0, 0); 64], count: 0 }
    }
}

impl TokenPlaces {
    #[inline(always)]
    fn clear(&mut self) {
        self.count = 0;
    }

    #[inline(always)]
    fn push(&mut self, base: usize, places: u64) {
        if let Some(block) = self.blocks.get_mut(self.count) {
            *block = (base, places);
        }
        self.count += usize::from(places != 0);
    }

    /// The offset of the token that is this bit of the word.
    #[inline(always)]
    fn offset(&self, token: u64) -> usize {
        let mut before = token.trailing_zeros();
        for (base, places) in self.blocks.iter().take(self.count) {
            let count = places.count_ones();
            if before < count {
                let later = (0..before).fold(*places, |places, _| places & (places - 1));
                return base + later.trailing_zeros() as usize;
            }
            before -= count;
        }
        debug_assert!(false, "a token without a place");
        0
    }
}

enum Followed {
    Open,
    /// The length of the array.
    Closed(usize),
    Damaged,
}

/// The array of records.
struct Array<'a> {
    text: &'a [u8],
    nesting: Nesting<'a>,
    /// where the current record begins
    record: usize,
}

impl Array<'_> {
    /// Follows the brackets of a word one by one, and visits the records that end in it.
    #[inline(always)]
    fn follow(
        &mut self,
        checked: &Checked,
        places: &TokenPlaces,
        other_until: usize,
        visit: &mut dyn FnMut(Range<usize>),
    ) -> Followed {
        let nesting = &mut self.nesting;
        let mut left = checked.sound();
        let mut brackets = (checked.open | checked.close) & left;
        while brackets != 0 {
            let bit = brackets & brackets.wrapping_neg();
            let through = brackets ^ (brackets - 1);
            brackets ^= bit;
            let part = left & through;
            left &= !through;
            let is_brace = checked.in_object & bit != 0;
            // the array has only objects
            let is_other =
                nesting.depth == 1 && (part & checked.value != 0 || checked.open & bit != 0 && !is_brace);
            if is_other || checked.misplaced(nesting, part) != 0 {
                return Followed::Damaged;
            }
            if checked.open & bit != 0 {
                if nesting.depth == 1 {
                    self.record = places.offset(bit);
                }
                nesting.push(is_brace);
                continue;
            }
            if !nesting.pop(is_brace) {
                return Followed::Damaged;
            }
            if nesting.depth == 0 {
                return Followed::Closed(places.offset(bit) + 1);
            }
            if nesting.depth == 1 {
                let record = self.record..places.offset(bit) + 1;
                let is_text = other_until <= record.start
                    || self
                        .text
                        .get(record.clone())
                        .is_some_and(|record| std::str::from_utf8(record).is_ok());
                if !is_text || record.len() > RECORD_BYTES {
                    return Followed::Damaged;
                }
                visit(record);
            }
        }
        let is_other = nesting.depth == 1 && left & checked.value != 0;
        if is_other || checked.bad != 0 || checked.misplaced(nesting, left) != 0 {
            Followed::Damaged
        } else {
            Followed::Open
        }
    }
}
