//! Reads the files that a configuration names, below the folder of the project only.

use cwfilter::files::{below, is_regular};
use cwfilter::limits::SOURCE_BYTES;
use cwfilter::sources::ReadFiles;
use std::path::{Path, PathBuf};

/// The disk below some folders.
pub(super) struct Disk {
    /// A path outside these is not read.
    roots: Vec<PathBuf>,
}

impl Disk {
    /// The projects of the named paths.
    pub(super) fn of(paths: &[PathBuf]) -> Self {
        let mut roots: Vec<PathBuf> = paths.iter().map(|path| project(path)).collect();
        roots.sort();
        roots.dedup();
        Disk { roots }
    }

    /// The real path, if it is below one of the folders.
    fn real(&self, path: &Path) -> Result<PathBuf, String> {
        let working = Path::new("");
        let mut why = "it is outside the project".to_owned();
        for root in &self.roots {
            match below(root, working, path) {
                Ok(real) => return Ok(real),
                Err(cwfilter::files::Refusal::Outside) => {}
                Err(cwfilter::files::Refusal::Unreadable(error)) => why = error.to_string(),
            }
        }
        Err(why)
    }
}

impl ReadFiles for Disk {
    fn text(&self, path: &Path) -> Result<String, String> {
        let real = self.real(path)?;
        is_regular(&real).map_err(|error| error.to_string())?;
        let bytes = std::fs::metadata(&real).map_err(|error| error.to_string())?.len();
        if bytes > SOURCE_BYTES {
            return Err(format!("it is larger than {} MiB", SOURCE_BYTES >> 20));
        }
        cwfilter::files::text(&real).map_err(|error| error.to_string())
    }

    fn files_in(&self, folder: &Path) -> Vec<PathBuf> {
        let Ok(real) = self.real(if folder.as_os_str().is_empty() { Path::new(".") } else { folder }) else {
            return Vec::new();
        };
        let entries = std::fs::read_dir(real).into_iter().flatten().flatten();
        let is_file = |entry: &std::fs::DirEntry| !entry.file_type().is_ok_and(|kind| kind.is_dir());
        entries.filter(is_file).map(|entry| folder.join(entry.file_name())).collect()
    }
}

/// The folder of the project that a path belongs to: the next one above it with `.git`, else the working folder, if the path is below
/// it, else the path's own folder.
fn project(path: &Path) -> PathBuf {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(Path::new("")) };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Ok(real) = folder.canonicalize() else { return folder.to_owned() };
    if let Some(repository) = real.ancestors().find(|above| above.join(".git").exists()) {
        return repository.to_owned();
    }
    match std::env::current_dir().and_then(|working| working.canonicalize()) {
        Ok(working) if real.starts_with(&working) => working,
        _ => real,
    }
}
