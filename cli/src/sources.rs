//! Loads the files with patterns that the command line names.

use super::config::is_refused;
use super::disk::Disk;
use super::exit::Exit;
use super::files::unreadable;
use super::ignores::Ignores;
use super::skipped_entries;
use super::terminal::say;
use cwfilter::files::{Found, Reason, SkippedEntry, walk};
use cwfilter::limits::SOURCE_BYTES;
use cwfilter::rules::pack_sources;
pub(super) use cwfilter::sources::SourceFile;
use cwfilter::sources::{is_source, read_all};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Folders of third-party or generated files.
const FOREIGN: [&str; 3] = ["node_modules", "target", "__pycache__"];

/// What the named files and folders hold, and what could not be read.
pub(super) struct Read {
    pub(super) files: Vec<SourceFile>,
    /// Entries of folders that are not read.
    pub(super) skipped_entries: Vec<SkippedEntry>,
    /// Ready to print.
    pub(super) errors: Vec<String>,
    /// The files and folders of the errors.
    pub(super) unread: Vec<PathBuf>,
    /// The exit code of the errors.
    pub(super) exit: Exit,
}

/// Reads all named files, and the files below named folders that may hold patterns. Prints errors; the exit code says whether there
/// were any.
pub(super) fn load(paths: &[PathBuf]) -> (Vec<SourceFile>, Exit) {
    let read = read(paths);
    skipped_entries::report(&read.skipped_entries);
    read.errors.iter().for_each(|error| say!("error: {error}"));
    say_pages(&read.files);
    (read.files, read.exit)
}

/// Notes the answers of AWS that are only a page of a list.
fn say_pages(files: &[SourceFile]) {
    for file in files {
        for list in &file.resources.chain.incomplete {
            let path = file.path.display();
            say!("note: {path}: the answer names a further page: it lists only a part of the {list}");
        }
    }
}

/// As [`load`], and prints no error of a file.
pub(super) fn read(paths: &[PathBuf]) -> Read {
    let mut found = Read {
        files: Vec::new(),
        skipped_entries: Vec::new(),
        errors: Vec::new(),
        unread: Vec::new(),
        exit: Exit::Clean,
    };
    let mut files = Vec::new();
    let ignores = match Ignores::new() {
        Ok(ignores) => ignores,
        Err(error) => {
            found.errors.push(error.to_string());
            return Read { exit: Exit::Usage, ..found };
        }
    };
    let mut named = Vec::new();
    for path in paths {
        if let Some(pack) = pack_sources(path) {
            match pack {
                Ok(sources) => named.extend(sources),
                Err(error) => {
                    let help = error.help().map(|help| format!("; {help}")).unwrap_or_default();
                    found.errors.push(format!("{}: {}{help}", path.display(), error.message()));
                    found.unread.push(path.clone());
                }
            }
        } else if path.is_dir() {
            let mut walked = walk(path, |folder| is_own(folder) && ignores.reason(folder, true).is_none());
            for entry in walked.skipped_entries.iter_mut().filter(|entry| entry.reason == Reason::Foreign) {
                let own = is_own(&entry.path).then(|| ignores.reason(&entry.path, true)).flatten();
                entry.reason = own.unwrap_or(Reason::Foreign);
            }
            walked.keep(|file| reason_against(file).or_else(|| ignores.reason(&file.path, false)));
            files.extend(walked.files.into_iter().map(|file| file.path));
            found.skipped_entries.extend(walked.skipped_entries);
            found.errors.extend(walked.errors.iter().map(unreadable));
            found.unread.extend(walked.errors.iter().map(|(path, _)| path.clone()));
        } else if path.exists() && ignores.is_excluded(path, false) {
            found.skipped_entries.push(SkippedEntry::new(path.clone(), Reason::Excluded));
        } else {
            files.push(path.clone());
        }
    }
    if is_refused() {
        return Read { exit: Exit::Usage, ..found };
    }
    let mut failed = |path: &Path, why: &dyn std::fmt::Display| {
        found.errors.push(format!("{}:{why}", path.display()));
        found.unread.push(path.to_owned());
    };
    let mut unread = Vec::new();
    // a file that is named twice, or is in a named folder, too, is read once
    let mut seen = HashSet::new();
    for path in
        files.into_iter().filter(|path| seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())))
    {
        match cwfilter::files::text(&path) {
            Ok(text) => named.push((path, text)),
            Err(error) => {
                failed(&path, &format!(" cannot read: {error}"));
                unread.push(path);
            }
        }
    }
    let sources = read_all(named, &Disk::of(paths));
    for (path, error) in &sources.errors {
        // a named file has its error already
        if !unread.iter().any(|named| normal(named) == normal(path)) {
            failed(path, error);
        }
    }
    found.files = sources.files;
    if !found.errors.is_empty() {
        found.exit = Exit::Input;
    }
    found
}

/// A path without `./` in front.
fn normal(path: &Path) -> &Path {
    path.strip_prefix(".").unwrap_or(path)
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

/// Standard input as a file of this name, which says how the text is read.
pub(super) fn of_stdin(path: &Path) -> (Vec<SourceFile>, Exit) {
    let Some(text) = super::patterns::stdin() else { return (Vec::new(), Exit::Input) };
    let sources = read_all([(path.to_owned(), text)], &Disk::of(&[path.to_owned()]));
    let mut exit = Exit::Clean;
    for (path, error) in &sources.errors {
        say!("error: {}:{error}", path.display());
        exit = Exit::Input;
    }
    say_pages(&sources.files);
    (sources.files, exit)
}
