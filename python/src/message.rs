//! Log events and files as Python passes them.

use crate::instead::refuse;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyByteArray, PyBytes, PyMemoryView, PyString};
use std::io::Read;

/// Bytes that are copied at once from a buffer or a file of Python.
const PIECE: usize = 1 << 20;

/// A log event: `str`, `bytes` or another buffer. The first two are not copied.
pub(crate) enum Message {
    Bytes(PyBackedBytes),
    Text(PyBackedStr),
}

impl<'py> FromPyObject<'_, 'py> for Message {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let message = Message::stored(value)?;
        refuse(message.as_ref()).map_or(Ok(message), Err)
    }
}

impl Message {
    /// A message, or the content of a file, which may be compressed.
    fn stored(value: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if value.is_instance_of::<PyString>() {
            // a lone surrogate raises UnicodeEncodeError
            return Ok(Message::Text(value.extract()?));
        }
        if value.is_instance_of::<PyBytes>() || value.is_instance_of::<PyByteArray>() {
            return Ok(Message::Bytes(value.extract()?));
        }
        let view = view(&value).ok_or_else(|| wrong(&value, "an event is str, bytes or a buffer"))??;
        Ok(Message::Bytes(view.call_method0("tobytes")?.extract()?))
    }
}

impl AsRef<[u8]> for Message {
    fn as_ref(&self) -> &[u8] {
        match self {
            Message::Bytes(bytes) => bytes,
            Message::Text(text) => text.as_bytes(),
        }
    }
}

/// A `memoryview` of the bytes of a buffer; `None` if the value is no buffer.
fn view<'py>(value: &Bound<'py, PyAny>) -> Option<PyResult<Bound<'py, PyAny>>> {
    match PyMemoryView::from(value) {
        Ok(view) => Some(bytes_of(value, &view)),
        // it was released
        Err(error) if value.is_instance_of::<PyMemoryView>() => Some(Err(error)),
        Err(_) => None,
    }
}

/// The bytes of a buffer. Wider items, such as the characters of an array of numpy or addresses of objects, are no text.
fn bytes_of<'py>(value: &Bound<'py, PyAny>, view: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let kind = value.get_type().name()?;
    let format: String = view.getattr("format")?.extract()?;
    // `s`: one text of a fixed length, as numpy has it; in an array of them the texts would be put together
    let is_one_text = || {
        format.ends_with('s')
            && matches!(view.getattr("nbytes"), Ok(all) if view.getattr("itemsize").is_ok_and(|one| all.eq(one).unwrap_or(false)))
    };
    let is_bytes =
        matches!(format.trim_start_matches(['<', '>', '=', '@', '!']), "B" | "b" | "c") || is_one_text();
    if !is_bytes {
        return Err(PyTypeError::new_err(format!(
            "a buffer of bytes is expected, and this {kind} has items of the format {format:?}; pass one event as str or bytes, and a column to `match_column`"
        )));
    }
    if !view.getattr("c_contiguous")?.is_truthy()? {
        return Err(PyTypeError::new_err(format!(
            "the bytes of this {kind} do not lie one after the other; `bytes(value)` copies them"
        )));
    }
    view.call_method1("cast", ("B",))
}

fn wrong(value: &Bound<'_, PyAny>, expected: &str) -> PyErr {
    let kind = value.get_type().name().map_or_else(|_| "object".to_owned(), |name| name.to_string());
    let help = match kind.as_str() {
        "dict" | "list" => "; json.dumps makes a text of it",
        _ => "",
    };
    PyTypeError::new_err(format!("{expected}, not {kind}{help}"))
}

/// The content of a file: a text, bytes, a buffer such as `mmap`, or an open binary file. The last two are read piece by piece.
pub(crate) enum Content {
    Whole(Message),
    View(Py<PyAny>),
    File(Py<PyAny>),
}

impl<'py> FromPyObject<'_, 'py> for Content {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let is_whole = value.is_instance_of::<PyString>()
            || value.is_instance_of::<PyBytes>()
            || value.is_instance_of::<PyByteArray>();
        if is_whole {
            return Ok(Content::Whole(Message::stored(value)?));
        }
        match view(&value) {
            Some(view) => Ok(Content::View(view?.unbind())),
            None if value.hasattr("read")? => Ok(Content::File(value.to_owned().unbind())),
            None => {
                Err(wrong(&value, "the content of a file is str, bytes, a buffer or an open binary file"))
            }
        }
    }
}

/// Reads a buffer or a file of Python, which has its lock only meanwhile.
pub(crate) struct PyReader<'a> {
    source: &'a Content,
    at: usize,
    piece: Vec<u8>,
    taken: usize,
    /// What Python raised.
    pub(crate) raised: Option<PyErr>,
}

impl<'a> PyReader<'a> {
    pub(crate) fn new(source: &'a Content) -> Self {
        PyReader { source, at: 0, piece: Vec::new(), taken: 0, raised: None }
    }

    fn next_piece(&mut self) -> PyResult<()> {
        self.piece.clear();
        self.taken = 0;
        Python::attach(|py| {
            let piece = match self.source {
                Content::Whole(_) => return Ok(()),
                Content::View(view) => {
                    let (begin, end) = (self.at, self.at.saturating_add(PIECE));
                    let part = view.bind(py).get_item(pyo3::types::PySlice::new(
                        py,
                        isize::try_from(begin).unwrap_or(isize::MAX),
                        isize::try_from(end).unwrap_or(isize::MAX),
                        1,
                    ))?;
                    part.call_method0("tobytes")?
                }
                Content::File(file) => file.bind(py).call_method1("read", (PIECE,))?,
            };
            let bytes = piece
                .cast::<PyBytes>()
                .map_err(|_| PyTypeError::new_err("the file was opened as text: open it with \"rb\""))?;
            self.piece.extend_from_slice(bytes.as_bytes());
            self.at = self.at.saturating_add(self.piece.len());
            Ok(())
        })
    }
}

impl Read for PyReader<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.taken == self.piece.len()
            && let Err(error) = self.next_piece()
        {
            let text = error.to_string();
            self.raised = Some(error);
            return Err(std::io::Error::other(text));
        }
        let rest = self.piece.get(self.taken..).unwrap_or_default();
        let count = rest.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.taken += count;
        Ok(count)
    }
}

/// Converts byte offsets to code points, so that `text[start:end]` is the same place in Python.
pub(crate) fn span(text: &str, span: cwfilter::Span) -> (usize, usize) {
    let characters = |end: usize| text.get(..end).unwrap_or(text).chars().count();
    (characters(span.start), characters(span.end))
}
