//! Python's virtual environments below `target/`.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of an environment with the packages of a list, relative to this crate; it is made when it is missing or the
/// list has changed.
pub(crate) fn environment(name: &str, list: &str) -> PathBuf {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    run(Command::new("python3").arg(root.join("cli/tests/venv/make.py")).arg(&folder).arg(root.join(list)));
    folder
}

pub(crate) fn run(command: &mut Command) {
    let status =
        command.status().unwrap_or_else(|error| panic!("{command:?}: {error}; the tests need Python 3"));
    assert!(status.success(), "{command:?} ended with {status}");
}
