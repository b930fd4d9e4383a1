//! The Python package `cwfilter`: a thin layer over the crate. `package/cwfilter/_cwfilter.pyi` documents each item.

#![forbid(unsafe_code)]

mod alarm;
mod finding;
mod message;
mod pattern;
mod rules;
mod scan;
mod set;

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
    module.add_function(wrap_pyfunction!(alarm::answer_alarm, module)?)?;
    module.add_function(wrap_pyfunction!(finding::lint, module)?)?;
    module.add_function(wrap_pyfunction!(pattern::explain, module)?)?;
    module.add_function(wrap_pyfunction!(rules::load_rules, module)?)
}
