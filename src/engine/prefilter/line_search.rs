//! The search for needles over a text of many lines, one message each, without splitting it into lines first.

use super::needle::Needle;
use crate::engine::compile::JsonPlan;
use crate::engine::simd::{Kernel, Pair, PairTables, PairWindow, Simd64};

pub(super) struct Search<'a> {
    pub(super) needles: &'a [Needle],
    /// the pairs of all needles, the end of a line, and the backslash of `\u`
    pub(super) pairs: &'a PairTables,
    pub(super) plan: &'a JsonPlan,
    pub(super) text: &'a [u8],
    /// where a line begins
    pub(super) from: usize,
}

/// A line that may set off a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// where it begins
    pub(crate) line: usize,
    /// where the needle in it is; the text's end if there is none
    pub(crate) hit: usize,
    /// the lines before it that are not blank
    pub(crate) lines: u64,
    /// false if the text ended first
    pub(crate) is_found: bool,
}

impl Candidate {
    /// The line that begins here.
    pub(super) fn at(line: usize) -> Self {
        Candidate { line, hit: line, lines: 0, is_found: true }
    }

    /// The line ends here and is no candidate.
    #[inline(always)]
    fn end_line(&mut self, text: &[u8], end: usize) {
        let line = text.get(self.line..end).unwrap_or_default();
        let is_blank = line.first().is_none_or(|first| *first <= b' ') && line.trim_ascii().is_empty();
        self.lines += u64::from(!is_blank);
        self.line = end + 1;
    }
}

const ESCAPED: Pair = Pair { first: b'\\', second: b'u', distance: 1 };
const WINDOW: usize = size_of::<PairWindow>();

impl Kernel for Search<'_> {
    type Output = Candidate;

    #[inline(always)]
    fn run<C: Simd64>(self, simd: C) -> Candidate {
        let mut candidate = Candidate { is_found: false, ..Candidate::at(self.from) };
        // a local copy, which nothing else can reach, stays in registers
        let pairs = *self.pairs;
        let mut at = self.from;
        while let Some(window) = self.text.get(at..).and_then(|rest| rest.first_chunk::<WINDOW>()) {
            if let Some(block) = window.first_chunk::<64>() {
                simd.prefetch(block);
            }
            if simd.any(window, &pairs) && self.is_over(simd, window, at, &mut candidate) {
                return candidate;
            }
            at += 64;
        }
        // the last windows are padded with blanks
        let mut last = [b' '; 2 * WINDOW];
        let rest = self.text.get(at..).unwrap_or_default();
        if let Some(start) = last.get_mut(..rest.len()) {
            start.copy_from_slice(rest);
        }
        for from in [0, 64] {
            let window = last.get(from..).and_then(|rest| rest.first_chunk::<WINDOW>());
            if let Some(window) = window
                && self.is_over(simd, window, at + from, &mut candidate)
            {
                return candidate;
            }
        }
        if candidate.line < self.text.len() {
            candidate.end_line(self.text, self.text.len());
        }
        candidate.hit = self.text.len();
        candidate
    }
}

impl Search<'_> {
    /// Whether the search ends in the window's first half. Counts the lines that end before that place.
    #[inline(always)]
    fn is_over<C: Simd64>(
        &self,
        simd: C,
        window: &PairWindow,
        base: usize,
        candidate: &mut Candidate,
    ) -> bool {
        // an escape may be a letter of a needle
        let mut hit = simd.pair(window, ESCAPED).trailing_zeros();
        for needle in self.needles {
            let places = simd.pair(window, needle.pair);
            if places != 0 {
                hit = hit.min(self.first_hit(needle, places, base));
            }
        }
        let newlines = window.first_chunk::<64>().map_or(0, |block| simd.equal(block, b'\n'));
        let mut before = newlines & 1u64.checked_shl(hit).unwrap_or(0).wrapping_sub(1);
        while before != 0 {
            candidate.end_line(self.text, base + before.trailing_zeros() as usize);
            before &= before - 1;
        }
        candidate.is_found = hit < u64::BITS;
        candidate.hit = base + hit as usize;
        candidate.is_found
    }

    /// The first of the places at which the needle is a hit, or 64.
    #[inline(always)]
    fn first_hit(&self, needle: &Needle, mut places: u64, base: usize) -> u32 {
        while places != 0 {
            let place = places.trailing_zeros();
            if let Some(key) = (base + place as usize).checked_sub(needle.offset)
                && needle.is_hit(self.plan, self.text, key)
            {
                return place;
            }
            places &= places - 1;
        }
        u64::BITS
    }
}
