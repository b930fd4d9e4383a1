//! The Python package `cwfilter`: a thin layer over the crate. `package/cwfilter/_cwfilter.pyi` has the types, and the
//! docstrings again for editors; a test compares them.

#![forbid(unsafe_code)]

mod alarm;
mod archive;
mod column;
mod finding;
mod hit;
mod hits;
mod instead;
mod json;
mod lint_file;
mod listing;
mod message;
mod objects;
mod pattern;
mod program;
mod proofs;
mod rules;
mod scan;
mod selection;
mod set;
mod simulation;
mod task;

use pyo3::prelude::*;

#[pymodule]
fn _cwfilter(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("PatternError", module.py().get_type::<pattern::PatternError>())?;
    module.add("RuleFileError", module.py().get_type::<rules::RuleFileError>())?;
    module.add("AlarmError", module.py().get_type::<alarm::AlarmError>())?;
    module.add("MetricFilterError", module.py().get_type::<alarm::MetricFilterError>())?;
    module.add("EvidenceError", module.py().get_type::<archive::EvidenceError>())?;
    module.add_class::<pattern::FilterPattern>()?;
    module.add_class::<pattern::Explanation>()?;
    module.add_class::<pattern::Clause>()?;
    module.add_class::<set::PatternSet>()?;
    module.add_class::<scan::ScanResult>()?;
    module.add_class::<hit::Hit>()?;
    module.add_class::<finding::Finding>()?;
    module.add_class::<archive::ArchiveScan>()?;
    module.add_class::<rules::RuleTests>()?;
    module.add_class::<selection::Selection>()?;
    module.add_class::<listing::Listing>()?;
    module.add_class::<task::ArchiveTask>()?;
    module.add_function(wrap_pyfunction!(listing::list_files, module)?)?;
    module.add_function(wrap_pyfunction!(listing::judge_names, module)?)?;
    module.add_function(wrap_pyfunction!(alarm::answer_alarm, module)?)?;
    module.add_function(wrap_pyfunction!(finding::lint, module)?)?;
    module.add_function(wrap_pyfunction!(pattern::explain, module)?)?;
    module.add_function(wrap_pyfunction!(alarm::answer_emit, module)?)?;
    module.add_function(wrap_pyfunction!(lint_file::lint_paths, module)?)?;
    module.add_function(wrap_pyfunction!(program::run_program, module)?)?;
    module.add_function(wrap_pyfunction!(proofs::compare, module)?)?;
    module.add_function(wrap_pyfunction!(proofs::decide_implies, module)?)?;
    module.add_function(wrap_pyfunction!(proofs::judge_controls, module)?)?;
    module.add_function(wrap_pyfunction!(simulation::replay, module)?)?;
    module.add_function(wrap_pyfunction!(rules::read_rules, module)?)
}
