//! Compares the files that two paths name: by device and inode, so that symbolic and hard links lead to the same file.

use std::fs::Metadata;
use std::io::{Error, Result};
use std::path::{Path, PathBuf};

/// Symbolic links that are followed before the path counts as a loop. Linux has the same limit (path_resolution(7)).
const LINKS: usize = 40;

/// Identifies a file, independent of its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Identity {
    /// Device and inode.
    #[cfg(unix)]
    Inode(u64, u64),
    /// The path with links followed: for a file that does not exist yet, and on systems without inodes.
    Path(PathBuf),
}

impl Identity {
    /// The file that a path names, with symbolic links followed.
    pub(super) fn of(path: &Path) -> Option<Identity> {
        #[cfg(unix)]
        if let Ok(metadata) = std::fs::metadata(path) {
            return Some(Identity::of_metadata(&metadata));
        }
        std::fs::canonicalize(path).or_else(|_| followed(path)).ok().map(Identity::Path)
    }

    #[cfg(unix)]
    pub(super) fn of_metadata(metadata: &Metadata) -> Identity {
        use std::os::unix::fs::MetadataExt;
        Identity::Inode(metadata.dev(), metadata.ino())
    }
}

/// The file that standard input reads, if it is a regular file.
pub(super) fn stdin_file() -> Option<Identity> {
    #[cfg(unix)]
    return regular(std::io::stdin());
    #[cfg(not(unix))]
    None
}

/// The file that standard output writes, if it is a regular file.
pub(super) fn stdout_file() -> Option<Identity> {
    #[cfg(unix)]
    return regular(std::io::stdout());
    #[cfg(not(unix))]
    None
}

#[cfg(unix)]
fn regular(stream: impl std::os::fd::AsFd) -> Option<Identity> {
    let file = std::fs::File::from(stream.as_fd().try_clone_to_owned().ok()?);
    file.metadata().ok().filter(Metadata::is_file).map(|metadata| Identity::of_metadata(&metadata))
}

/// The path with the symbolic links of its last part followed, for a file that need not exist.
pub(super) fn followed(path: &Path) -> Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        let name = path.file_name().ok_or_else(|| Error::other("not the name of a file"))?;
        let whole = std::fs::canonicalize(folder(&path))?.join(name);
        match std::fs::read_link(&whole) {
            Ok(target) => path = folder(&whole).join(target),
            Err(_) => return Ok(whole),
        }
    }
    Err(Error::other("too many symbolic links"))
}

/// Whether the path leads to an open descriptor, as `/dev/stdout` and `/dev/fd/3` do.
pub(super) fn is_descriptor(path: &Path) -> bool {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        let Ok(parent) = std::fs::canonicalize(folder(&path)) else { return false };
        let is_of_process =
            parent.starts_with("/proc") && parent.file_name().is_some_and(|name| name == "fd");
        if is_of_process || parent == Path::new("/dev/fd") {
            return true;
        }
        match std::fs::read_link(&path) {
            Ok(target) => path = parent.join(target),
            Err(_) => return false,
        }
    }
    false
}

/// The folder that a file is in.
pub(super) fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) => Path::new("."),
        None => path,
    }
}
