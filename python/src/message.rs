//! Log events and files as Python passes them.

use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};

/// `str`, `bytes` or `bytearray`; the first two are not copied.
#[derive(FromPyObject)]
pub(crate) enum Message {
    #[pyo3(transparent, annotation = "bytes")]
    Bytes(PyBackedBytes),
    #[pyo3(transparent, annotation = "str")]
    Text(PyBackedStr),
}

impl AsRef<[u8]> for Message {
    fn as_ref(&self) -> &[u8] {
        match self {
            Message::Bytes(bytes) => bytes,
            Message::Text(text) => text.as_bytes(),
        }
    }
}

/// Converts byte offsets to code points, so that `text[start:end]` is the same place in Python.
pub(crate) fn span(text: &str, span: cwfilter::Span) -> (usize, usize) {
    let characters = |end: usize| text.get(..end).unwrap_or(text).chars().count();
    (characters(span.start), characters(span.end))
}
