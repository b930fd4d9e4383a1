//! The part of a text that is being read, with its place in the whole.

use std::io::Read;

/// Room that is offered to a reader at a time.
pub(super) const BUFFER_BYTES: usize = 1 << 16;
/// A value of more bytes is looked at again only after it has grown by half.
const LARGE_BYTES: usize = 1 << 20;

/// Bytes that were read and not passed yet.
pub(super) struct Window<'a> {
    input: Box<dyn Read + 'a>,
    bytes: Vec<u8>,
    at: usize,
    /// offset of `bytes` in the text
    base: u64,
    line: u64,
    indent: usize,
    /// only blanks were passed since the line began
    is_line_start: bool,
    ended: bool,
    failure: Option<std::io::Error>,
}

impl<'a> Window<'a> {
    pub(super) fn new(input: Box<dyn Read + 'a>) -> Self {
        Window {
            input,
            bytes: Vec::new(),
            at: 0,
            base: 0,
            line: 1,
            indent: 0,
            is_line_start: true,
            ended: false,
            failure: None,
        }
    }

    /// The text from `at` on; what is before it counts as passed.
    pub(super) fn after(text: &'a [u8], at: usize) -> Self {
        let (before, rest) = text.split_at_checked(at).unwrap_or((text, &[]));
        let mut window = Window { base: before.len() as u64, ..Window::new(Box::new(rest)) };
        window.count(before);
        window
    }

    /// What was read and not passed.
    pub(super) fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub(super) fn offset(&self) -> u64 {
        self.base + self.at as u64
    }

    /// The number of the current line, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The line of a place in `rest`.
    pub(super) fn line_at(&self, ahead: usize) -> u64 {
        let before = self.rest().get(..ahead).unwrap_or(self.rest());
        self.line + memchr::memchr_iter(b'\n', before).count() as u64
    }

    /// Whether only blanks of the current line were passed.
    pub(super) fn is_line_start(&self) -> bool {
        self.is_line_start
    }

    /// Blanks that the current line begins with, as far as it was passed.
    pub(super) fn indent(&self) -> usize {
        self.indent
    }

    /// Why the reader ended early. Given out once.
    pub(super) fn take_failure(&mut self) -> Option<std::io::Error> {
        self.failure.take()
    }

    pub(super) fn pass(&mut self, count: usize) {
        let to = (self.at + count).min(self.bytes.len());
        let bytes = std::mem::take(&mut self.bytes);
        self.count(bytes.get(self.at..to).unwrap_or_default());
        self.bytes = bytes;
        self.at = to;
    }

    fn count(&mut self, passed: &[u8]) {
        let mut passed = passed;
        if let Some(end) = memchr::memrchr(b'\n', passed) {
            self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
            (self.indent, self.is_line_start) = (0, true);
            passed = passed.get(end + 1..).unwrap_or_default();
        }
        if self.is_line_start {
            let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r');
            let blanks = passed.iter().take_while(is_blank).count();
            self.indent += blanks;
            self.is_line_start = blanks == passed.len();
        }
    }

    /// Reads on; false if there is no more.
    pub(super) fn fill(&mut self) -> bool {
        if self.ended {
            return false;
        }
        self.bytes.drain(..self.at);
        self.base += self.at as u64;
        self.at = 0;
        let from = self.bytes.len();
        self.bytes.resize(from + BUFFER_BYTES, 0);
        let room = self.bytes.get_mut(from..).unwrap_or_default();
        let read = loop {
            match self.input.read(room) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let read = read.unwrap_or_else(|error| {
            self.failure = Some(error);
            0
        });
        self.bytes.truncate(from + read);
        self.ended = read == 0;
        read > 0
    }

    /// Reads on until an object that is not complete yet may be; false if there is no more.
    pub(super) fn fill_object(&mut self) -> bool {
        let before = self.rest().len();
        let wanted = if before > LARGE_BYTES { before + before / 2 } else { before + 1 };
        let mut seen = before;
        while self.fill() {
            let may_end = memchr::memchr(b'}', self.rest().get(seen..).unwrap_or_default()).is_some();
            seen = self.rest().len();
            if may_end && seen >= wanted {
                return true;
            }
            // what never ends is left to the limit
            if seen > crate::limits::RECORD_BYTES {
                return true;
            }
        }
        seen > before
    }

    /// Reads on until `rest` has this many bytes, or the text ends.
    pub(super) fn ensure(&mut self, count: usize) {
        while self.rest().len() < count && self.fill() {}
    }

    /// Passes the blanks of JSON; then the next byte, which is not passed.
    pub(super) fn next_byte(&mut self) -> Option<u8> {
        loop {
            let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
            let rest = self.rest();
            let blanks = rest.iter().position(|byte| !is_blank(byte));
            let (count, found) = (blanks.unwrap_or(rest.len()), blanks.and_then(|at| rest.get(at).copied()));
            self.pass(count);
            if found.is_some() || !self.fill() {
                return found;
            }
        }
    }
}
