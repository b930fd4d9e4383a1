//! The program `cwfilter`, as the wheel's script runs it.

use pyo3::prelude::*;
use std::ffi::OsString;

/// Runs the program with its arguments, the program's name first, and returns the exit code. It is written for a process of its own:
/// it prints, listens for signals, and may end the process.
#[pyfunction]
pub(crate) fn run_program(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| cwfilter_cli::run(arguments))
}
