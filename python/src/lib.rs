//! The Python package `cwfilter`: a thin layer over the crate. `package/cwfilter/_cwfilter.pyi` documents each item.

#![forbid(unsafe_code)]

mod alarm;
mod column;
mod finding;
mod hits;
mod listing;
mod message;
mod objects;
mod pattern;
mod rules;
mod scan;
mod selection;
mod set;
mod task;

use pyo3::prelude::*;

#[pymodule]
fn _cwfilter(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("PatternError", module.py().get_type::<pattern::PatternError>())?;
    module.add("RuleFileError", module.py().get_type::<rules::RuleFileError>())?;
    module.add("AlarmError", module.py().get_type::<alarm::AlarmError>())?;
    module.add_class::<pattern::FilterPattern>()?;
    module.add_class::<pattern::Explanation>()?;
    module.add_class::<pattern::Clause>()?;
    module.add_class::<set::PatternSet>()?;
    module.add_class::<scan::ScanResult>()?;
    module.add_class::<scan::Hit>()?;
    module.add_class::<finding::Finding>()?;
    module.add_class::<selection::Selection>()?;
    module.add_class::<listing::Listing>()?;
    module.add_class::<task::ArchiveTask>()?;
    module.add_function(wrap_pyfunction!(listing::list_files, module)?)?;
    module.add_function(wrap_pyfunction!(listing::judge_names, module)?)?;
    module.add_function(wrap_pyfunction!(alarm::answer_alarm, module)?)?;
    module.add_function(wrap_pyfunction!(finding::lint, module)?)?;
    module.add_function(wrap_pyfunction!(pattern::explain, module)?)?;
    module.add_function(wrap_pyfunction!(rules::load_rules, module)?)
}
