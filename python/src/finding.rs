//! Lints of a pattern.

use crate::message::span;
use cwfilter::diagnostic::{Applicability, Diagnostic, Location};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyIterator;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A likely mistake in a pattern. Iterates over its members as pairs of name and value, so that `dict()` takes it.
#[pyclass(frozen, get_all, eq, hash, module = "cwfilter", skip_from_py_object)]
#[derive(PartialEq, Eq, Hash, Clone)]
pub(crate) struct Finding {
    /// The lint's name, such as `or-of-negations`; `refused-pattern` if AWS refuses the pattern.
    lint: String,
    /// `note`, `warning` or `error`.
    severity: String,
    /// What is wrong.
    message: String,
    /// The place of the mistake: `text[span[0]:span[1]]`.
    span: (usize, usize),
    /// What to do.
    help: Option<String>,
    /// The whole pattern with the fix applied. None if there is no fix.
    fix: Option<String>,
    /// Whether the fixed pattern matches exactly the same events.
    fix_is_safe: bool,
}

impl Finding {
    fn of(text: &str, found: Diagnostic) -> Self {
        debug_assert_eq!(found.primary.location, Location::Pattern, "only patterns are linted");
        Finding {
            span: span(text, found.primary.span),
            lint: found.lint.to_owned(),
            severity: found.severity.name().to_owned(),
            message: found.message,
            help: found.help,
            fix_is_safe: found.fix.as_ref().is_some_and(|fix| fix.applicability == Applicability::Safe),
            fix: found.fix.map(|fix| fix.pattern),
        }
    }
}

#[pymethods]
impl Finding {
    #[new]
    #[pyo3(signature = (lint, severity, message, span, help = None, fix = None, fix_is_safe = false))]
    fn new(
        lint: String,
        severity: String,
        message: String,
        span: (usize, usize),
        help: Option<String>,
        fix: Option<String>,
        fix_is_safe: bool,
    ) -> Self {
        Finding { lint, severity, message, span, help, fix, fix_is_safe }
    }

    fn __getnewargs__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let it = self.clone();
        (it.lint, it.severity, it.message, it.span, it.help, it.fix, it.fix_is_safe).into_bound_py_any(py)
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        let pairs = [
            ("lint", (&self.lint).into_bound_py_any(py)?),
            ("severity", (&self.severity).into_bound_py_any(py)?),
            ("message", (&self.message).into_bound_py_any(py)?),
            ("span", self.span.into_bound_py_any(py)?),
            ("help", (&self.help).into_bound_py_any(py)?),
            ("fix", (&self.fix).into_bound_py_any(py)?),
            ("fix_is_safe", self.fix_is_safe.into_bound_py_any(py)?),
        ];
        pairs.into_bound_py_any(py)?.try_iter()
    }

    fn __str__(&self) -> String {
        format!("{}[{}]: {}", self.severity, self.lint, self.message)
    }

    fn __repr__(&self) -> String {
        format!("<Finding {}>", self.__str__())
    }
}

/// The hash of a value, for Python.
pub(crate) fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Finds likely mistakes in a pattern. If AWS refuses the pattern, the refusal is the only finding.
#[pyfunction]
pub(crate) fn lint(py: Python<'_>, text: &str) -> Vec<Finding> {
    let found = py.detach(|| cwfilter::lint::check(text));
    found.into_iter().map(|found| Finding::of(text, found)).collect()
}
