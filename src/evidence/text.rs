//! The text of an event file, held whole when it is of usual size.

use super::detect::{Content, LOOK_BYTES, content};
use super::elements::Elements;
use super::expand::{Expanded, expand};
use super::siblings::is_of_trail;
use super::transport::Failed;
use super::values::{begins_as_record, first_inside, member, raw};
use super::window::BUFFER_BYTES;
use crate::engine::json::text::skip_blanks;
use std::io::{ErrorKind, Read};

/// A larger text is not held.
pub(super) const WHOLE_BYTES: usize = 64 << 20;

/// A file's text, or its beginning; the memory is used again for the next file.
#[derive(Debug, Default)]
pub(super) struct Text {
    /// longer than the text, so that it is not cleared for each file
    bytes: Vec<u8>,
    length: usize,
}

/// How a text is laid out, by its first look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `{"Records":[…]}`, one.
    Delivery,
    /// JSON: perhaps one record a line.
    Lines,
    /// Anything else.
    Other,
}

/// Fills `text` from a reader. What is returned is the rest of the input: of a text too
/// large, or of one that could not be read on, which the rest then says.
pub(super) fn read_whole<'a>(mut input: Box<dyn Read + 'a>, text: &mut Text) -> Option<Box<dyn Read + 'a>> {
    text.length = 0;
    loop {
        if text.length > WHOLE_BYTES {
            return Some(input);
        }
        match text.read_on(&mut input) {
            Ok(0) => return None,
            Ok(count) => text.length += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Some(Box::new(Failed(Some(error)))),
        }
    }
}

impl Text {
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// Forgets the text, and keeps its memory.
    #[cfg(feature = "gzip")]
    pub(super) fn clear(&mut self) {
        self.length = 0;
    }

    /// Makes room for this many bytes more.
    #[cfg(feature = "gzip")]
    pub(super) fn reserve(&mut self, count: usize) {
        if self.bytes.len() < self.length + count {
            self.bytes.resize(self.length + count, 0);
        }
    }

    /// The room after the text.
    #[cfg(feature = "gzip")]
    pub(super) fn room(&mut self) -> &mut [u8] {
        self.bytes.get_mut(self.length..).unwrap_or_default()
    }

    /// Takes bytes that were written into the room.
    #[cfg(feature = "gzip")]
    pub(super) fn extend(&mut self, count: usize) {
        self.length = (self.length + count).min(self.bytes.len());
    }

    /// Offers as much room as a [`Window`](super::window) does: how much of a damaged stream can be inflated depends on it.
    fn read_on(&mut self, input: &mut dyn Read) -> std::io::Result<usize> {
        let end = self.length + BUFFER_BYTES;
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        input.read(self.bytes.get_mut(self.length..end).unwrap_or_default())
    }

    /// The lines that are not blank, without the blanks round them, and where each one begins.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &[u8])> {
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r');
        let mut at = 0;
        let lines = std::iter::from_fn(move || {
            let rest = self.bytes().get(at..).filter(|rest| !rest.is_empty())?;
            let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let begin = at;
            at += length + 1;
            Some((begin, rest.get(..length).unwrap_or_default()))
        });
        lines.filter_map(move |(begin, line)| {
            let start = line.iter().position(|byte| !is_blank(byte))?;
            let end = line.iter().rposition(|byte| !is_blank(byte))?;
            Some((begin, line.get(start..=end)?))
        })
    }

    pub(super) fn shape(&self) -> Shape {
        let text = self.bytes();
        let start = text.get(..LOOK_BYTES).unwrap_or(text);
        if content(start) != Content::Json {
            return Shape::Other;
        }
        if !text.trim_ascii_start().starts_with(b"{\"Records\"") {
            return Shape::Lines;
        }
        // the records of other services are wrappers; those of one file are all of one service
        let begin = skip_blanks(text, 0);
        let first = member(text, begin, "Records").and_then(|array| first_inside(text, array));
        let first = first.map(|first| text.get(first..).unwrap_or_default());
        // whether a pattern can read others is asked of each record
        let is_event = |first: &[u8]| {
            is_of_trail(first, 0) && expand(raw(first, 0), Elements::Records, &[]) == Expanded::Itself
        };
        let is_bare = |first: &[u8]| begins_as_record(first) || is_event(first);
        // without a record the members around decide what it is
        if first.is_some_and(is_bare) { Shape::Delivery } else { Shape::Other }
    }
}
