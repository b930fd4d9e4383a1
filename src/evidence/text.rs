//! The text of an event file, held whole when it is of usual size.

use super::error::RecordError;
use super::input::open;
use super::window::BUFFER_BYTES;
use memchr::memmem;
use std::io::{ErrorKind, Read};

/// A larger text is not held.
const WHOLE_BYTES: usize = 64 << 20;

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
    /// Nothing that holds records is among the records: if each line is one, they are bare.
    Lines,
    /// Anything else.
    Other,
}

/// Fills `text` from a plain or gzip reader. What is returned is the rest of the input: of a text too
/// large, or of one that could not be read on, which the rest then says.
pub(super) fn read_whole<'a>(
    reader: impl Read + 'a,
    text: &mut Text,
) -> Result<Option<Box<dyn Read + 'a>>, RecordError> {
    text.length = 0;
    let mut input = open(reader)?.text;
    loop {
        if text.length > WHOLE_BYTES {
            return Ok(Some(input));
        }
        match text.read_on(&mut input) {
            Ok(0) => return Ok(None),
            Ok(count) => text.length += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Ok(Some(Box::new(Failed(Some(error))))),
        }
    }
}

/// A reader that fails once.
struct Failed(Option<std::io::Error>);

impl Read for Failed {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

impl Text {
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
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
        if self.bytes().trim_ascii_start().starts_with(b"{\"Records\"") {
            return Shape::Delivery;
        }
        // a line may be a delivery file or an EventBridge event of its own
        let has = |key: &[u8]| memmem::find(self.bytes(), key).is_some();
        if has(b"\"Records\"") || has(b"\"detail-type\"") { Shape::Other } else { Shape::Lines }
    }
}
