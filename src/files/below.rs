//! Whether a file that another file names stays below a folder.

use std::io::Error;
use std::path::{Component, Path, PathBuf};

/// Why a named file is not read.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It lies outside the folder.
    Outside,
    /// It, or the folder, cannot be looked at.
    Unreadable(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Refusal::Unreadable(error)
    }
}

/// The real path of `named`, which is relative to `folder` and has to lie below `root`. Absolute paths, `..` and symbolic
/// links may not lead out of `root`.
///
/// # Errors
/// When it lies outside, or cannot be looked at. Of what lies outside by its text alone nothing is looked at, so that the
/// error does not tell whether it exists.
pub(crate) fn below(root: &Path, folder: &Path, named: &Path) -> Result<PathBuf, Refusal> {
    let (real_root, real_folder) = (existing(root).canonicalize()?, existing(folder).canonicalize()?);
    // an absolute path may be written as the root is written, by way of a link
    let roots = [real_root.as_path(), &std::path::absolute(existing(root))?];
    let text = normal(&real_folder.join(named));
    if !roots.iter().any(|root| text.starts_with(root)) {
        return Err(Refusal::Outside);
    }
    let real = real_folder.join(named).canonicalize()?;
    if real.starts_with(&real_root) { Ok(real) } else { Err(Refusal::Outside) }
}

/// The folder of a path without a folder is the working directory.
fn existing(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

/// The path without `.` and `..`, by its text.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(out.pop()),
            other => out.push(other),
        }
    }
    out
}
