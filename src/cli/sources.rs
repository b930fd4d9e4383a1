//! Files with patterns, as the command line names them.

use super::Exit;
use super::files::files_below;
use crate::limits::SOURCE_BYTES;
use crate::sources::{HostedPattern, is_source, read};
use std::path::{Path, PathBuf};

/// A file that was read.
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) text: String,
    pub(super) patterns: Vec<HostedPattern>,
}

/// Folders that hold what others wrote.
const FOREIGN: [&str; 3] = ["node_modules", "target", "__pycache__"];

/// All files that are named, and those below named folders that may hold patterns. Errors are printed;
/// the exit code says whether there were any.
pub(super) fn load(paths: &[PathBuf]) -> (Vec<Source>, Exit) {
    let (mut files, mut errors) = (Vec::new(), Vec::new());
    for path in paths {
        if path.is_dir() {
            let below = files_below(path, is_own, &mut errors).into_iter();
            let is_kept =
                |(path, _): &(PathBuf, u64)| is_source(path) && !path.is_symlink() && path.is_file();
            for (path, bytes) in below.filter(is_kept) {
                if bytes <= SOURCE_BYTES {
                    files.push(path);
                } else {
                    eprintln!(
                        "note: {}: larger than {} MiB, passed over",
                        path.display(),
                        SOURCE_BYTES >> 20
                    );
                }
            }
        } else {
            files.push(path.clone());
        }
    }
    errors.iter().for_each(|error| eprintln!("error: {error}"));
    let mut exit = if errors.is_empty() { Exit::Clean } else { Exit::Input };
    let mut failed = |path: &Path, why: &dyn std::fmt::Display| {
        eprintln!("error: {}:{why}", path.display());
        exit = Exit::Input;
    };
    let mut sources = Vec::new();
    for path in files {
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => {
                failed(&path, &format!(" cannot read: {error}"));
                continue;
            }
        };
        match read(&path, &text) {
            Ok(patterns) => sources.push(Source { path, text, patterns }),
            Err(error) => failed(&path, &error),
        }
    }
    (sources, exit)
}

/// Whether a folder holds what people of the project wrote.
fn is_own(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    !name.starts_with('.') && !FOREIGN.contains(&name.as_ref())
}
