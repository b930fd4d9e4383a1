//! Finds and reads Sigma files.

use crate::skipped_entries;
use cwfilter::files::{Reason, text, walk};
use std::path::{Path, PathBuf};

/// The files of an import, and what could not be found.
#[derive(Debug, Default)]
pub(crate) struct SigmaFiles {
    pub(crate) paths: Vec<PathBuf>,
    /// Ready to print.
    pub(crate) errors: Vec<String>,
}

/// Files that are named, and all files `*.yml` and `*.yaml` below named folders. A file that is named twice is read once.
pub(crate) fn find(named: &[PathBuf]) -> SigmaFiles {
    let mut found = SigmaFiles::default();
    for path in named {
        if !path.is_dir() {
            found.paths.push(path.clone());
            continue;
        }
        let mut walked = walk(path, |_| true);
        walked.refuse_dead_links(is_sigma);
        walked.keep(|file| (!is_sigma(&file.path)).then_some(Reason::Other));
        skipped_entries::report(&walked.skipped_entries);
        let errors = walked.errors.iter().map(|(path, error)| format!("{}: {error}", path.display()));
        found.errors.extend(errors);
        if walked.files.is_empty() && walked.errors.is_empty() {
            found.errors.push(format!("{}: no file `*.yml` or `*.yaml`", path.display()));
        }
        found.paths.extend(walked.files.into_iter().map(|file| file.path));
    }
    let mut seen = std::collections::HashSet::new();
    found.paths.retain(|path| seen.insert(path.clone()));
    found
}

/// The text of a file; standard input for `-`.
pub(crate) fn read(path: &Path) -> std::io::Result<String> {
    if path == Path::new("-") {
        return cwfilter::files::utf8(cwfilter::files::bounded(std::io::stdin().lock())?);
    }
    text(path)
}

fn is_sigma(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml")
}
