//! Many patterns.

use crate::column::Column;
use crate::finding::hash;
use crate::message::{Content, Message};
use crate::pattern::AnyPattern;
use crate::scan::{Names, ScanResult, scan};
use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{Array, BooleanArray};
use arrow_pyarrow::ToPyArrow;
use cwfilter::Matcher;
use cwfilter::evidence::{OneValue, Scanner};
use cwfilter::plural::counted;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyIterator, PyMapping, PyString};
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

/// Patterns by name, matched together: an event is read only once for all patterns. A set can be shared by threads and
/// pickled.
///
///     >>> rules = PatternSet({"stopped": '{ $.eventName = "StopLogging" }', "any": "{ $.eventName = * }"})
///     >>> rules.matches('{"eventName":"GetObject"}')
///     ['any']
///     >>> [(hit.record, hit.rule) for hit in rules.scan('{"Records":[{"eventName":"StopLogging"}]}')]
///     [(1, 'stopped'), (1, 'any')]
#[pyclass(frozen, module = "cwfilter")]
pub(crate) struct PatternSet {
    pub(crate) inner: cwfilter::PatternSet,
    /// name and text, in order
    texts: Vec<(String, String)>,
    pub(crate) names: Names,
    matchers: Pool<Matcher>,
    pub(crate) scanners: Pool<Scanner>,
    pub(crate) is_json_only: bool,
    judge: OneValue,
}

#[pymethods]
impl PatternSet {
    /// Compiles the patterns. Raises `PatternError` if AWS refuses one; its text has the pattern's name.
    #[new]
    fn new(py: Python<'_>, patterns: &Bound<'_, PyAny>) -> PyResult<Self> {
        let mapping = patterns.cast::<PyMapping>().map_err(|_| {
            let kind =
                patterns.get_type().name().map_or_else(|_| "object".to_owned(), |name| name.to_string());
            PyTypeError::new_err(format!("patterns is a mapping from name to pattern, not {kind}"))
        })?;
        let mut builder = cwfilter::PatternSet::builder();
        let mut texts = Vec::new();
        let mut is_json_only = true;
        for item in mapping.items()?.iter() {
            let (name, pattern): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
            let Ok(name) = name.cast::<PyString>() else {
                let kind = name.get_type().name()?;
                return Err(PyTypeError::new_err(format!("the name of a pattern is str, not {kind}")));
            };
            let name = name.to_cow()?.into_owned();
            let parsed = pattern.extract::<AnyPattern<'_>>().map_err(|error| {
                let text = format!("in the pattern `{}`: {}", name.escape_debug(), error.value(py));
                if error.is_instance_of::<PyTypeError>(py) {
                    PyTypeError::new_err(text)
                } else {
                    PyValueError::new_err(text)
                }
            })?;
            let parsed = parsed.named(py, Some(&name))?;
            is_json_only &= parsed.is_json();
            texts.push((name.clone(), parsed.as_str().to_owned()));
            builder.add(name, parsed);
        }
        if texts.is_empty() {
            return Err(PyValueError::new_err(
                "there are no rules: pass a pattern by its name, or load_rules(PATH) of a folder that holds rule files",
            ));
        }
        let inner =
            py.detach(|| builder.build()).map_err(|error| PyValueError::new_err(error.to_string()))?;
        let judge = OneValue::of(&inner);
        let names = texts.iter().map(|(name, _)| PyString::new(py, name).unbind()).collect();
        Ok(PatternSet {
            inner,
            texts,
            names,
            matchers: Pool::new(),
            scanners: Pool::new(),
            is_json_only,
            judge,
        })
    }

    /// The texts of the patterns by name.
    #[getter]
    fn patterns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let patterns = PyDict::new(py);
        self.texts.iter().try_for_each(|(name, text)| patterns.set_item(name, text))?;
        Ok(patterns)
    }

    /// The names of the patterns that match, in the set's order.
    fn matches(&self, event: Message) -> Vec<&str> {
        let run = |matcher: &mut Matcher| -> Vec<&str> {
            matcher.matches(&event).map(|id| self.inner.name(id)).collect()
        };
        self.matchers.with(|| self.inner.matcher(), run)
    }

    /// Matches every record of a file as it is stored, in any of the containers of `docs/evidence.md`: delivery files, NDJSON,
    /// answers of AWS's command line, payloads of subscriptions, text lines, also compressed. `data` is its content, in any buffer, or
    /// a file that was opened with `"rb"`; a large one can be an `mmap`. Other Python threads can run at the same time. With `events`,
    /// every hit has its record's text. Never raises for damaged data: see `ScanResult.errors`.
    #[pyo3(signature = (data, *, events = false))]
    fn scan(&self, py: Python<'_>, data: Content, events: bool) -> PyResult<ScanResult> {
        let run = |scanner: &mut Scanner| scan(py, &self.names, scanner, &data, events, self.is_json_only);
        self.scanners.with(|| Scanner::new(&self.inner), run)
    }

    /// Whether some pattern matches, for each log event of a column of texts or bytes: a `pyarrow.BooleanArray`. The column is an array of
    /// `pyarrow`, also a chunked one, a series of pandas or polars, or another object with `__arrow_c_array__` or `__arrow_c_stream__`. NULL stays NULL. Python's lock is released meanwhile.
    /// Raises `ValueError` if a value is compressed, or holds log events and is not one: base64 of gzip, a delivery file, an array.
    fn match_column<'py>(&self, py: Python<'py>, messages: Column) -> PyResult<Bound<'py, PyAny>> {
        self.check(py, &messages)?;
        let found: BooleanArray = self.detached(py, |matcher| {
            messages.iter().map(|value| Some(!matcher.match_event(value?).is_empty())).collect()
        });
        found.to_data().to_pyarrow(py)
    }

    /// The names of the patterns that match, for each log event: a `pyarrow.ListArray`. NULL stays NULL.
    /// Raises `ValueError` as `match_column` does.
    fn rules_column<'py>(&self, py: Python<'py>, messages: Column) -> PyResult<Bound<'py, PyAny>> {
        self.check(py, &messages)?;
        let found = self.detached(py, |matcher| {
            let mut lists = ListBuilder::new(StringBuilder::new());
            for value in messages.iter() {
                let Some(message) = value else {
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

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.patterns(py)?.into_any().try_iter()
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.texts == other.texts
    }

    fn __hash__(&self) -> u64 {
        hash(&self.texts)
    }

    fn __repr__(&self) -> String {
        format!("<PatternSet of {}>", counted(self.inner.len(), "pattern", "patterns"))
    }
}

impl PatternSet {
    /// Raises if a value has no verdict because it is no log event.
    fn check(&self, py: Python<'_>, values: &Column) -> PyResult<()> {
        py.detach(|| values.refused(&self.judge)).map_or(Ok(()), Err)
    }

    /// Matches messages while Python's lock is released.
    fn detached<R: Send>(&self, py: Python<'_>, run: impl FnOnce(&mut Matcher) -> R + Send) -> R {
        py.detach(|| self.matchers.with(|| self.inner.matcher(), run))
    }
}
