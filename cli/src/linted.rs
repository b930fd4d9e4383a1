//! `cwfilter lint` as a function: findings and errors are returned, not printed.

use super::lint::{checked, configured};
use super::sources::read;
use cwfilter::lint::file::FileFindings;
use std::path::PathBuf;

/// The findings of files.
#[derive(Debug, Default)]
pub struct Linted {
    /// The files that were read, with their findings and the numbers of patterns that were found and checked.
    pub files: Vec<FileFindings>,
    /// What could not be read, a line for each.
    pub errors: Vec<String>,
    /// Entries of folders that are not read, with the reason.
    pub skipped: Vec<(PathBuf, &'static str)>,
}

/// Lints files and folders as `cwfilter lint` does: patterns in rule files, Terraform, CloudFormation and other files, with the
/// severities of their `cwfilter.toml`.
#[must_use]
pub fn lint_paths(paths: &[PathBuf]) -> Linted {
    // a configuration is read once in each thread
    let lint = || {
        let read = read(paths);
        let mut files = checked(&read.files);
        files.iter_mut().for_each(configured);
        let mut errors = read.errors;
        if super::config::is_refused() {
            errors.push("the file `cwfilter.toml` of the project is refused".to_owned());
        }
        let skipped = read.skipped_entries.into_iter().map(|it| (it.path, it.reason.name())).collect();
        Linted { files, errors, skipped }
    };
    let lint = std::thread::scope(|scope| scope.spawn(lint).join());
    lint.unwrap_or_else(|_| Linted { errors: vec!["internal error".to_owned()], ..Linted::default() })
}
