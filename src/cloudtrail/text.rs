//! The text of an event file, held whole when it is of usual size.

use super::input::open;
use crate::limits::RECORD_BYTES;
use memchr::memmem;
use std::io::Read;

/// A larger text is not held.
const WHOLE_BYTES: usize = 64 << 20;

/// A file's text, or its beginning; the memory is used again for the next file.
#[derive(Debug, Default)]
pub(super) struct Text {
    bytes: Vec<u8>,
    /// a checksum vouches for the bytes
    pub(super) is_checked: bool,
}

/// How a text is laid out, by signs that cannot deceive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `{"Records":[…]}`, one.
    Delivery,
    /// One bare record a line.
    Lines,
    /// Anything else.
    Other,
}

/// Fills `text` from a plain or gzip reader. What is returned is the rest of the input: of a text too
/// large, or of one that could not be read on, which the rest then says.
pub(super) fn read_whole<'a>(reader: impl Read + 'a, text: &mut Text) -> Option<Box<dyn Read + 'a>> {
    text.bytes.clear();
    text.is_checked = false;
    let failed = |error| Some(Box::new(Failed(Some(error))) as Box<dyn Read>);
    let mut input = match open(reader) {
        Ok(input) => input,
        Err(error) => return failed(std::io::Error::other(error)),
    };
    match input.text.by_ref().take(WHOLE_BYTES as u64 + 1).read_to_end(&mut text.bytes) {
        Ok(_) if text.bytes.len() <= WHOLE_BYTES => {
            text.is_checked = input.is_gzip;
            None
        }
        Ok(_) => Some(input.text),
        Err(error) => failed(error),
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
        &self.bytes
    }

    /// The lines that are not blank.
    pub(super) fn lines(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = self.bytes.as_slice();
        let lines = std::iter::from_fn(move || {
            let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let line = rest.get(..end)?;
            let is_last = rest.is_empty();
            rest = rest.get(end + 1..).unwrap_or_default();
            (!is_last).then_some(line)
        });
        lines.map(<[u8]>::trim_ascii).filter(|line| !line.is_empty())
    }

    pub(super) fn shape(&self) -> Shape {
        if self.bytes.trim_ascii_start().starts_with(b"{\"Records\"") {
            return Shape::Delivery;
        }
        // a line may be a delivery file or an EventBridge event of its own
        let has_wrapper = |key: &[u8]| memmem::find(&self.bytes, key).is_some();
        let is_object = |line: &[u8]| {
            line.starts_with(b"{")
                && line.ends_with(b"}")
                && line.len() <= RECORD_BYTES
                && !may_be_several(line)
        };
        let is_lines = self.lines().next().is_some() && self.lines().all(is_object);
        if is_lines && !has_wrapper(b"\"Records\"") && !has_wrapper(b"\"detail-type\"") {
            return Shape::Lines;
        }
        Shape::Other
    }
}

/// Whether another object may begin behind the first one of a line; inside an object a comma stands between two.
fn may_be_several(line: &[u8]) -> bool {
    memchr::memchr_iter(b'{', line)
        .any(|at| line.get(..at).unwrap_or_default().trim_ascii_end().ends_with(b"}"))
}
