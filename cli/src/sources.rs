//! Loads the files with patterns that the command line names.

use super::exit::Exit;
use super::files::unreadable;
use super::skipped_entries;
use super::terminal::say;
use cwfilter::files::{Found, Reason, walk};
use cwfilter::limits::SOURCE_BYTES;
use cwfilter::sources::{HostedPattern, is_source, read};
use std::path::{Path, PathBuf};

/// A file that was read.
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) text: String,
    pub(super) patterns: Vec<HostedPattern>,
}

/// Folders of third-party or generated files.
const FOREIGN: [&str; 3] = ["node_modules", "target", "__pycache__"];

/// Reads all named files, and the files below named folders that may hold patterns. Prints errors; the exit code says whether there
/// were any.
pub(super) fn load(paths: &[PathBuf]) -> (Vec<Source>, Exit) {
    let (mut files, mut passed, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for path in paths {
        if path.is_dir() {
            let mut walked = walk(path, is_own);
            walked.keep(reason_against);
            files.extend(walked.files.into_iter().map(|file| file.path));
            passed.extend(walked.skipped_entries);
            errors.extend(walked.errors.iter().map(unreadable));
        } else {
            files.push(path.clone());
        }
    }
    skipped_entries::report(&passed);
    errors.iter().for_each(|error| say!("error: {error}"));
    let mut exit = if errors.is_empty() { Exit::Clean } else { Exit::Input };
    let mut failed = |path: &Path, why: &dyn std::fmt::Display| {
        say!("error: {}:{why}", path.display());
        exit = Exit::Input;
    };
    let mut sources = Vec::new();
    for path in files {
        let text = match cwfilter::files::text(&path) {
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

/// The reason why a file in a folder is not read. Symbolic links are not read, because a command may rewrite the file: the target is
/// rewritten where it is.
fn reason_against(file: &Found) -> Option<Reason> {
    if !is_source(&file.path) {
        Some(Reason::Other)
    } else if file.is_link {
        Some(Reason::Link)
    } else {
        (file.bytes > SOURCE_BYTES).then_some(Reason::Large)
    }
}

/// Whether a folder belongs to the project: not hidden, not in [`FOREIGN`].
fn is_own(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    !name.starts_with('.') && !FOREIGN.contains(&name.as_ref())
}
