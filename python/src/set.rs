//! Many patterns.

use crate::column::Values;
use crate::message::Message;
use crate::pattern::AnyPattern;
use crate::scan::{Names, ScanResult, scan};
use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{Array, BooleanArray};
use arrow_data::ArrayData;
use arrow_pyarrow::{PyArrowType, ToPyArrow};
use cwfilter::Matcher;
use cwfilter::evidence::Scanner;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping, PyString};
use std::sync::{Mutex, PoisonError};

/// Working memory that threads borrow and return.
pub(crate) struct Pool<T>(Mutex<Vec<T>>);

impl<T> Pool<T> {
    fn new() -> Self {
        Pool(Mutex::new(Vec::new()))
    }

    pub(crate) fn with<R>(&self, new: impl FnOnce() -> T, run: impl FnOnce(&mut T) -> R) -> R {
        let free = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut lent = free.unwrap_or_else(new);
        let result = run(&mut lent);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(lent);
        result
    }
}

#[pyclass(frozen, module = "cwfilter")]
pub(crate) struct PatternSet {
    pub(crate) inner: cwfilter::PatternSet,
    /// name and text, in order
    texts: Vec<(String, String)>,
    names: Names,
    matchers: Pool<Matcher>,
    pub(crate) scanners: Pool<Scanner>,
    is_json_only: bool,
}

#[pymethods]
impl PatternSet {
    #[new]
    fn new(py: Python<'_>, patterns: &Bound<'_, PyMapping>) -> PyResult<Self> {
        let mut builder = cwfilter::PatternSet::builder();
        let mut texts = Vec::new();
        let mut is_json_only = true;
        for item in patterns.items()?.iter() {
            let (name, pattern): (String, Bound<'_, PyAny>) = item.extract()?;
            let parsed = pattern.extract::<AnyPattern<'_>>()?.parsed(py);
            let parsed = parsed.inspect_err(|error| {
                // Python 3.11 and later show the pattern's name in the error
                let _ = error.value(py).call_method1("add_note", (format!("in the pattern `{name}`"),));
            })?;
            is_json_only &= parsed.is_json();
            texts.push((name.clone(), parsed.as_str().to_owned()));
            builder.add(name, parsed);
        }
        let inner =
            py.detach(|| builder.build()).map_err(|error| PyValueError::new_err(error.to_string()))?;
        let names = texts.iter().map(|(name, _)| PyString::new(py, name).unbind()).collect();
        Ok(PatternSet { inner, texts, names, matchers: Pool::new(), scanners: Pool::new(), is_json_only })
    }

    #[getter]
    fn patterns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let patterns = PyDict::new(py);
        self.texts.iter().try_for_each(|(name, text)| patterns.set_item(name, text))?;
        Ok(patterns)
    }

    fn matches(&self, event: Message) -> Vec<&str> {
        let run = |matcher: &mut Matcher| -> Vec<&str> {
            matcher.matches(&event).map(|id| self.inner.name(id)).collect()
        };
        self.matchers.with(|| self.inner.matcher(), run)
    }

    #[pyo3(signature = (data, *, events = false))]
    fn scan(&self, py: Python<'_>, data: Message, events: bool) -> ScanResult {
        let run = |scanner: &mut Scanner| scan(py, &self.names, scanner, &data, events, self.is_json_only);
        self.scanners.with(|| Scanner::new(&self.inner), run)
    }

    /// Whether some pattern matches, for each message of a column.
    fn match_column<'py>(
        &self,
        py: Python<'py>,
        messages: PyArrowType<ArrayData>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let values = Values::of(messages.0)?;
        let found: BooleanArray = self.detached(py, |matcher| {
            let is_match = |at: usize| Some(!matcher.match_event(values.get(at)?).is_empty());
            (0..values.len()).map(is_match).collect()
        });
        found.to_data().to_pyarrow(py)
    }

    /// The names of the patterns that match, for each message of a column.
    fn rules_column<'py>(
        &self,
        py: Python<'py>,
        messages: PyArrowType<ArrayData>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let values = Values::of(messages.0)?;
        let found = self.detached(py, |matcher| {
            let mut lists = ListBuilder::new(StringBuilder::new());
            for at in 0..values.len() {
                let Some(message) = values.get(at) else {
                    lists.append_null();
                    continue;
                };
                for rule in matcher.match_event(message) {
                    lists.values().append_value(self.inner.name(*rule));
                }
                lists.append(true);
            }
            lists.finish()
        });
        found.to_data().to_pyarrow(py)
    }

    fn __len__(&self) -> usize {
        self.inner.len()
    }

    fn __getnewargs__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyDict>,)> {
        Ok((self.patterns(py)?,))
    }

    fn __repr__(&self) -> String {
        format!("<PatternSet of {} patterns>", self.inner.len())
    }
}

impl PatternSet {
    /// Matches messages while Python's lock is released.
    fn detached<R: Send>(&self, py: Python<'_>, run: impl FnOnce(&mut Matcher) -> R + Send) -> R {
        py.detach(|| self.matchers.with(|| self.inner.matcher(), run))
    }
}
