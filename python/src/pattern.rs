//! One pattern.

use crate::message::{Message, span};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

pyo3::create_exception!(
    cwfilter,
    PatternError,
    PyValueError,
    "A pattern that AWS refuses: its place is `pattern[span[0]:span[1]]`, `help` says what to write instead."
);

/// Parses a pattern; a refusal becomes an exception.
pub(crate) fn parse(py: Python<'_>, text: &str) -> PyResult<cwfilter::FilterPattern> {
    text.parse::<cwfilter::FilterPattern>().map_err(|error| {
        let raised = PatternError::new_err(format!("{error}: {}", error.help()));
        let value = raised.value(py);
        let attributes = [
            value.setattr("pattern", text),
            value.setattr("span", span(text, error.span())),
            value.setattr("help", error.help()),
            value.setattr("aws_message", error.aws_message()),
        ];
        attributes.into_iter().collect::<PyResult<()>>().err().unwrap_or(raised)
    })
}

/// A pattern as Python passes it: its text, or a parsed pattern.
#[derive(FromPyObject)]
pub(crate) enum AnyPattern<'py> {
    #[pyo3(transparent, annotation = "FilterPattern")]
    Parsed(PyRef<'py, FilterPattern>),
    #[pyo3(transparent, annotation = "str")]
    Text(PyBackedStr),
}

impl AnyPattern<'_> {
    pub(crate) fn parsed(&self, py: Python<'_>) -> PyResult<cwfilter::FilterPattern> {
        match self {
            AnyPattern::Parsed(pattern) => Ok(pattern.inner.clone()),
            AnyPattern::Text(text) => parse(py, text),
        }
    }
}

#[pyclass(frozen, module = "cwfilter")]
pub(crate) struct FilterPattern {
    inner: cwfilter::FilterPattern,
}

#[pymethods]
impl FilterPattern {
    #[new]
    fn new(py: Python<'_>, text: &str) -> PyResult<Self> {
        Ok(FilterPattern { inner: parse(py, text)? })
    }

    #[getter]
    fn text(&self) -> &str {
        self.inner.as_str()
    }

    fn matches(&self, event: Message) -> bool {
        self.inner.is_match(&event)
    }

    fn extract(&self, event: Message) -> Option<Vec<(String, String)>> {
        self.inner.extract(&event)
    }

    fn explain(&self, event: Message) -> Explanation {
        Explanation { inner: self.inner.explain(&event) }
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
        let mut hasher = DefaultHasher::new();
        self.inner.as_str().hash(&mut hasher);
        hasher.finish()
    }
}

#[pyclass(frozen, module = "cwfilter")]
pub(crate) struct Explanation {
    inner: cwfilter::explain::Explanation,
}

#[pymethods]
impl Explanation {
    #[getter]
    fn matched(&self) -> bool {
        self.inner.matched()
    }

    #[getter]
    fn deciding(&self) -> Vec<&str> {
        self.inner.deciding()
    }

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

    fn __str__(&self) -> String {
        self.inner.to_string()
    }
}

#[pyclass(frozen, get_all, module = "cwfilter")]
pub(crate) struct Clause {
    text: String,
    holds: bool,
    decides: bool,
}

#[pymethods]
impl Clause {
    fn __repr__(&self) -> String {
        let (is, decides) =
            (if self.holds { "true" } else { "false" }, if self.decides { ", decides" } else { "" });
        format!("<Clause {} is {is}{decides}>", self.text)
    }
}

#[pyfunction]
pub(crate) fn explain(py: Python<'_>, pattern: AnyPattern<'_>, event: Message) -> PyResult<Explanation> {
    Ok(Explanation { inner: pattern.parsed(py)?.explain(&event) })
}
