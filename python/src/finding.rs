//! Lints.

use crate::message::span;
use cwfilter::diagnostic::{Applicability, Diagnostic, Location};
use pyo3::prelude::*;

#[pyclass(frozen, get_all, module = "cwfilter")]
pub(crate) struct Finding {
    lint: &'static str,
    severity: &'static str,
    message: String,
    span: (usize, usize),
    help: Option<String>,
    fix: Option<String>,
    fix_is_safe: bool,
}

impl Finding {
    fn new(text: &str, found: Diagnostic) -> Self {
        debug_assert_eq!(found.primary.location, Location::Pattern, "only patterns are linted");
        Finding {
            span: span(text, found.primary.span),
            lint: found.lint,
            severity: found.severity.name(),
            message: found.message,
            help: found.help,
            fix_is_safe: found.fix.as_ref().is_some_and(|fix| fix.applicability == Applicability::Safe),
            fix: found.fix.map(|fix| fix.pattern),
        }
    }
}

#[pymethods]
impl Finding {
    fn __str__(&self) -> String {
        format!("{}[{}]: {}", self.severity, self.lint, self.message)
    }

    fn __repr__(&self) -> String {
        format!("<Finding {}>", self.__str__())
    }
}

#[pyfunction]
pub(crate) fn lint(py: Python<'_>, text: &str) -> Vec<Finding> {
    let found = py.detach(|| cwfilter::lint::check(text));
    found.into_iter().map(|found| Finding::new(text, found)).collect()
}
