//! Rule files.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::path::PathBuf;

pyo3::create_exception!(
    cwfilter,
    RuleFileError,
    PyValueError,
    "Rule files that cannot be read or do not parse: a line for each thing that is wrong."
);

#[pyfunction]
#[pyo3(signature = (*paths))]
pub(crate) fn load_rules(py: Python<'_>, paths: Vec<PathBuf>) -> PyResult<Bound<'_, PyDict>> {
    let files = py.detach(|| cwfilter::rules::load(&paths)).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        RuleFileError::new_err(lines.join("\n"))
    })?;
    let rules = PyDict::new(py);
    for rule in files.iter().flat_map(|file| &file.rules) {
        rules.set_item(&rule.id, rule.pattern.as_str())?;
    }
    Ok(rules)
}
