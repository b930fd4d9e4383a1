//! Python's virtual environments below `target/`.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of an environment with the packages of a list, relative to this crate; it is made when it is missing or the
/// list has changed.
pub(crate) fn environment(name: &str, list: &str) -> PathBuf {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join(list);
    let wanted = std::fs::read_to_string(&list).unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let stamp = folder.join("requirements.txt");
    if std::fs::read_to_string(&stamp).ok().as_deref() != Some(&wanted) {
        let _ = std::fs::remove_dir_all(&folder);
        run(Command::new("python3").arg("-m").arg("venv").arg(&folder));
        let mut pip = Command::new(folder.join("bin/pip"));
        // most of what comes along is never imported; what comes as sources is packed only to be unpacked
        pip.args(["install", "--quiet", "--disable-pip-version-check", "--no-compile"]);
        pip.arg("--config-settings=--build-option=--compression=stored");
        run(pip.arg("-r").arg(list));
        std::fs::write(stamp, wanted).unwrap();
    }
    folder
}

pub(crate) fn run(command: &mut Command) {
    let status =
        command.status().unwrap_or_else(|error| panic!("{command:?}: {error}; the tests need Python 3"));
    assert!(status.success(), "{command:?} ended with {status}");
}
