//! A text in blocks of 64 bytes, and which of their bytes are inside JSON strings.

use crate::engine::simd::{Block, Simd64};

/// The text in blocks of 64 bytes. The last block is padded with blanks, which mean nothing in JSON.
pub(crate) struct Blocks<'a> {
    whole: &'a [Block],
    last: LastBlock,
    count: usize,
    next: usize,
}

/// The last block with its padding: 64 bytes from `from` on.
struct LastBlock {
    bytes: [u8; 128],
    from: usize,
}

impl LastBlock {
    #[inline(always)]
    fn new(text: &[u8], rest: &[u8]) -> LastBlock {
        let mut last = LastBlock { bytes: [b' '; 128], from: 0 };
        // a copy of a known length: to copy `rest` is a call of `memcpy`, and the load of the block waits for it
        if let (Some(start), Some(end)) = (last.bytes.first_chunk_mut::<64>(), text.last_chunk::<64>()) {
            *start = *end;
            last.from = 64 - rest.len();
        } else if let Some(start) = last.bytes.get_mut(..rest.len()) {
            start.copy_from_slice(rest);
        }
        last
    }

    #[inline(always)]
    fn block(&self) -> &Block {
        const BLANKS: Block = [b' '; 64];
        self.bytes.get(self.from..).and_then(<[u8]>::first_chunk).unwrap_or(&BLANKS)
    }
}

impl<'a> Blocks<'a> {
    #[inline(always)]
    pub(crate) fn new(text: &'a [u8]) -> Self {
        let (whole, rest) = text.as_chunks::<64>();
        let last = LastBlock::new(text, rest);
        Blocks { whole, last, count: whole.len() + usize::from(!rest.is_empty()), next: 0 }
    }

    /// The next blocks, at most `most`; those of the text itself, or the padded one.
    #[inline(always)]
    pub(crate) fn next_chunk(&mut self, most: usize) -> Option<&[Block]> {
        let left = self.whole.get(self.next..).unwrap_or_default();
        let part = match left.get(..most.min(left.len())) {
            Some([]) | None if self.next < self.count => std::slice::from_ref(self.last.block()),
            Some([]) | None => return None,
            Some(part) => part,
        };
        self.next += part.len();
        Some(part)
    }

    /// The next block and its offset. Not an `Iterator`: code that uses blocks has to be inlined into the function that carries
    /// the instruction set, and the closures of iterator adapters often are not.
    #[inline(always)]
    pub(crate) fn next(&mut self) -> Option<(usize, &Block)> {
        let index = self.next;
        self.next += 1;
        match self.whole.get(index) {
            Some(block) => Some((index * 64, block)),
            None if index < self.count => Some((index * 64, self.last.block())),
            None => None,
        }
    }
}

/// The state of strings and escapes between two blocks.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Strings {
    /// 1 if the first byte is escaped
    escaped: u64,
    /// all ones if the block begins inside a string
    inside: u64,
}

impl Strings {
    /// The quotes that open or close strings, and the bytes inside strings, including opening quotes.
    #[inline(always)]
    pub(crate) fn step<C: Simd64>(&mut self, simd: C, quote: u64, backslash: u64) -> (u64, u64) {
        let quotes = quote & !self.escapes(backslash);
        self.step_plain(simd, quotes)
    }

    /// The same for a block without backslashes whose first byte is not escaped.
    #[inline(always)]
    pub(crate) fn step_plain<C: Simd64>(&mut self, simd: C, quotes: u64) -> (u64, u64) {
        let inside = simd.prefix_xor(quotes) ^ self.inside;
        self.inside = ((inside as i64) >> 63) as u64;
        (quotes, inside)
    }

    /// The bytes after an odd run of backslashes, found by the carries of one addition (Langdale and Lemire 2019, section 3.1.1).
    #[inline(always)]
    pub(crate) fn escapes(&mut self, backslash: u64) -> u64 {
        if backslash == 0 {
            return std::mem::take(&mut self.escaped);
        }
        const EVEN: u64 = 0x5555_5555_5555_5555;
        let backslash = backslash & !self.escaped;
        let follows = backslash << 1 | self.escaped;
        let odd_starts = backslash & !EVEN & !follows;
        let (even_runs, overflow) = odd_starts.overflowing_add(backslash);
        self.escaped = u64::from(overflow);
        (EVEN ^ even_runs << 1) & follows
    }

    /// 1 if the next block's first byte is escaped.
    pub(crate) fn first_is_escaped(&self) -> u64 {
        self.escaped
    }
}
