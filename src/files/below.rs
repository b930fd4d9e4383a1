//! Checks that a file which another file names is below a folder. Rule files name other files, and may come from an untrusted
//! author.

use std::io::Error;
use std::path::{Component, Path, PathBuf};

/// Why a named file is not read.
#[derive(Debug)]
pub enum Refusal {
    /// The file is outside the folder.
    Outside,
    /// The file or the folder cannot be read.
    Unreadable(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Refusal::Unreadable(error)
    }
}

/// The real path of `named`, which is relative to `folder` and must be below `root`. Absolute paths, `..` and symbolic links must not
/// lead outside `root`.
///
/// # Errors
/// If the path is outside, or cannot be read. A path whose text leads outside is not looked up on the disk, so that the error does not
/// reveal whether it exists.
pub fn below(root: &Path, folder: &Path, named: &Path) -> Result<PathBuf, Refusal> {
    let (real_root, real_folder) = (existing(root).canonicalize()?, existing(folder).canonicalize()?);
    // an absolute path may begin with the root as the user wrote it, which may contain a symbolic link
    let roots = [real_root.as_path(), &std::path::absolute(existing(root))?];
    let text = normal(&real_folder.join(named));
    if !roots.iter().any(|root| text.starts_with(root)) {
        return Err(Refusal::Outside);
    }
    let real = real_folder.join(named).canonicalize()?;
    if real.starts_with(&real_root) { Ok(real) } else { Err(Refusal::Outside) }
}

/// The folder, or the working directory if the path is empty.
fn existing(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

/// The path with `.` and `..` resolved by its text, without looking at the disk.
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
