//! Many patterns.

use crate::message::Message;
use crate::pattern::AnyPattern;
use crate::scan::{Names, ScanResult, scan};
use cwfilter::Matcher;
use cwfilter::cloudtrail::Scanner;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping, PyString};
use std::sync::{Mutex, PoisonError};

/// Working memory that threads borrow and return.
struct Pool<T>(Mutex<Vec<T>>);

impl<T> Pool<T> {
    fn new() -> Self {
        Pool(Mutex::new(Vec::new()))
    }

    fn with<R>(&self, new: impl FnOnce() -> T, run: impl FnOnce(&mut T) -> R) -> R {
        let free = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut lent = free.unwrap_or_else(new);
        let result = run(&mut lent);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(lent);
        result
    }
}

#[pyclass(frozen, module = "cwfilter")]
pub(crate) struct PatternSet {
    inner: cwfilter::PatternSet,
    /// name and text, in order
    texts: Vec<(String, String)>,
    names: Names,
    matchers: Pool<Matcher>,
    scanners: Pool<Scanner>,
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
