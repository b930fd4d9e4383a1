//! One pattern.

use crate::finding::hash;
use crate::message::{Message, span};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyBytes, PyIterator, PyString};

pyo3::create_exception!(
    cwfilter,
    PatternError,
    PyValueError,
    "A pattern that AWS refuses. `pattern` is its text, `pattern[span[0]:span[1]]` the place of the mistake, `help` what to write instead, and \
     `aws_message` the error text of `TestMetricFilter` and `PutMetricFilter`."
);

/// Parses a pattern; a refusal becomes an exception. Its text has the pattern's name, if there is one.
pub(crate) fn parse(py: Python<'_>, text: &str, name: Option<&str>) -> PyResult<cwfilter::FilterPattern> {
    text.parse::<cwfilter::FilterPattern>().map_err(|error| {
        let place = span(text, error.span());
        let of = name.map_or_else(String::new, |name| format!("in the pattern `{}`: ", name.escape_debug()));
        let raised =
            PatternError::new_err(format!("{of}{} at character {}: {}", error.kind(), place.0, error.help()));
        let value = raised.value(py);
        let attributes = [
            value.setattr("pattern", text),
            value.setattr("span", place),
            value.setattr("help", error.help()),
            value.setattr("aws_message", error.aws_message()),
            value.setattr("filter_log_events_message", error.filter_log_events_message()),
            value.setattr("name", name),
        ];
        attributes.into_iter().collect::<PyResult<()>>().err().unwrap_or(raised)
    })
}

/// A pattern as Python passes it: its text, a parsed pattern, or a rule, whose member `pattern` it is.
pub(crate) enum AnyPattern<'py> {
    Parsed(PyRef<'py, FilterPattern>),
    Text(PyBackedStr),
}

impl<'py> FromPyObject<'_, 'py> for AnyPattern<'py> {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if value.is_instance_of::<PyString>() {
            // a lone surrogate raises UnicodeEncodeError
            return Ok(AnyPattern::Text(value.extract()?));
        }
        if let Ok(pattern) = value.cast::<FilterPattern>() {
            return Ok(AnyPattern::Parsed(pattern.borrow()));
        }
        if let Ok(pattern) = value.getattr("pattern")
            && let Ok(pattern) = pattern.cast::<FilterPattern>()
        {
            return Ok(AnyPattern::Parsed(pattern.borrow()));
        }
        let kind = value.get_type().name()?;
        Err(PyTypeError::new_err(format!("a pattern is str, FilterPattern or Rule, not {kind}")))
    }
}

impl AnyPattern<'_> {
    pub(crate) fn parsed(&self, py: Python<'_>) -> PyResult<cwfilter::FilterPattern> {
        self.named(py, None)
    }

    /// As [`parsed`](AnyPattern::parsed), with the pattern's name for the error.
    pub(crate) fn named(&self, py: Python<'_>, name: Option<&str>) -> PyResult<cwfilter::FilterPattern> {
        match self {
            AnyPattern::Parsed(pattern) => Ok(pattern.inner.clone()),
            AnyPattern::Text(text) => parse(py, text, name),
        }
    }
}

/// One pattern of any of the four kinds. It is immutable, and can be shared by threads, pickled and compared.
///
///     >>> FilterPattern('{ $.eventName = "Stop*" }').matches('{"eventName":"StopLogging"}')
///     True
#[pyclass(frozen, module = "cwfilter")]
pub(crate) struct FilterPattern {
    inner: cwfilter::FilterPattern,
}

#[pymethods]
impl FilterPattern {
    /// Parses a pattern. Raises `PatternError` if AWS refuses it.
    #[new]
    fn new(py: Python<'_>, text: &str) -> PyResult<Self> {
        Ok(FilterPattern { inner: parse(py, text, None)? })
    }

    /// The pattern's text.
    #[getter]
    fn text(&self) -> &str {
        self.inner.as_str()
    }

    /// Whether AWS would match the log event's message. Bytes are read as UTF-8.
    fn matches(&self, event: Message) -> bool {
        self.inner.is_match(&event)
    }

    /// The columns of a space-delimited pattern as (name, text), as `TestMetricFilter` extracts them. None if the event
    /// does not match.
    fn extract(&self, event: Message) -> Option<Vec<(String, String)>> {
        self.inner.extract(&event)
    }

    /// Why the pattern matches the event, or does not.
    fn explain(&self, event: Message) -> Explanation {
        Explanation::of(&self.inner, event.as_ref().to_vec())
    }

    fn __getnewargs__(&self) -> (&str,) {
        (self.inner.as_str(),)
    }

    fn __str__(&self) -> &str {
        self.inner.as_str()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("FilterPattern({})", self.inner.as_str().into_pyobject(py)?.repr()?))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.inner.as_str() == other.inner.as_str()
    }

    fn __hash__(&self) -> u64 {
        hash(&self.inner.as_str())
    }
}

/// A verdict, clause by clause. True if the pattern matches; `str()` and `repr()` give a text for people. Iterates over the clauses.
#[pyclass(frozen, module = "cwfilter")]
pub(crate) struct Explanation {
    inner: cwfilter::explain::Explanation,
    pattern: String,
    event: Vec<u8>,
}

impl Explanation {
    fn of(pattern: &cwfilter::FilterPattern, event: Vec<u8>) -> Self {
        Explanation { inner: pattern.explain(&event), pattern: pattern.as_str().to_owned(), event }
    }
}

#[pymethods]
impl Explanation {
    /// Makes an explanation again, as pickle needs it.
    #[new]
    fn new(py: Python<'_>, pattern: &str, event: Message) -> PyResult<Self> {
        Ok(Explanation::of(&parse(py, pattern, None)?, event.as_ref().to_vec()))
    }

    /// Whether the pattern matches.
    #[getter]
    fn matched(&self) -> bool {
        self.inner.matched()
    }

    /// The clauses that decide: the opposite outcome of any one of them would change the verdict.
    #[getter]
    fn deciding(&self) -> Vec<&str> {
        self.inner.deciding()
    }

    /// Every condition from left to right. Empty if the event could not be evaluated clause by clause.
    #[getter]
    fn clauses(&self) -> Vec<Clause> {
        let clauses = self.inner.clauses().into_iter();
        clauses
            .map(|clause| Clause {
                text: clause.text.to_owned(),
                holds: clause.holds,
                decides: clause.decides,
            })
            .collect()
    }

    fn __bool__(&self) -> bool {
        self.inner.matched()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.clauses().into_bound_py_any(py)?.try_iter()
    }

    fn __eq__(&self, other: &Self) -> bool {
        (&self.pattern, &self.event) == (&other.pattern, &other.event)
    }

    fn __hash__(&self) -> u64 {
        hash(&(&self.pattern, &self.event))
    }

    fn __getnewargs__<'py>(&self, py: Python<'py>) -> (&str, Bound<'py, PyBytes>) {
        (&self.pattern, PyBytes::new(py, &self.event))
    }

    fn __str__(&self) -> String {
        self.inner.to_string()
    }

    fn __repr__(&self) -> String {
        let verdict = if self.inner.matched() { "matches" } else { "does not match" };
        format!("<Explanation: {verdict}\n{}>", self.inner.to_string().trim_end())
    }
}

/// A condition of a pattern, and its outcome for an event.
#[pyclass(frozen, get_all, eq, hash, module = "cwfilter")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Clause {
    /// Its text in the pattern.
    text: String,
    /// Whether it holds for the event.
    holds: bool,
    /// Whether the opposite outcome of this condition alone would change the verdict.
    decides: bool,
}

#[pymethods]
impl Clause {
    #[new]
    fn new(text: String, holds: bool, decides: bool) -> Self {
        Clause { text, holds, decides }
    }

    fn __getnewargs__(&self) -> (&str, bool, bool) {
        (&self.text, self.holds, self.decides)
    }

    fn __repr__(&self) -> String {
        let (is, decides) =
            (if self.holds { "true" } else { "false" }, if self.decides { ", decides" } else { "" });
        format!("<Clause {} is {is}{decides}>", self.text)
    }
}

/// Why the pattern matches the event, or does not.
#[pyfunction]
pub(crate) fn explain(py: Python<'_>, pattern: AnyPattern<'_>, event: Message) -> PyResult<Explanation> {
    Ok(Explanation::of(&pattern.parsed(py)?, event.as_ref().to_vec()))
}
