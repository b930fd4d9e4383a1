//! Finds the event files that the command line names: files, folders and standard input.

use super::terminal::say;
use cwfilter::evidence::{Named, is_evidence};
use cwfilter::files::{Reason, SkippedEntry, walk};
use cwfilter::plural::counted;
use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};

/// One input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Input {
    Stdin,
    File { path: PathBuf, bytes: u64 },
}

impl Input {
    /// The name in outputs and errors.
    pub(super) fn name(&self) -> String {
        match self {
            Input::Stdin => "-".to_owned(),
            Input::File { path, .. } => path.display().to_string(),
        }
    }

    /// Bytes as stored; 0 for standard input.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Input::Stdin => 0,
            Input::File { bytes, .. } => *bytes,
        }
    }
}

/// The inputs that the paths name.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    pub(super) inputs: Vec<Input>,
    /// Entries of folders that are not read.
    pub(super) skipped_entries: Vec<SkippedEntry>,
    /// Errors of paths that could not be read, ready to print.
    pub(super) errors: Vec<String>,
}

/// All named files, and all event files below named folders. The order is that of the arguments; files of a folder are sorted by path.
pub(super) fn find(paths: &[PathBuf]) -> Inputs {
    let mut found = Inputs::default();
    for path in paths {
        if path == Path::new("-") {
            found.inputs.push(Input::Stdin);
            continue;
        }
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => found.walk(path),
            Ok(metadata) => found.inputs.push(Input::File { path: path.clone(), bytes: metadata.len() }),
            Err(error) => found.errors.push(format!("{}: cannot read: {error}", path.display())),
        }
    }
    found
}

impl Inputs {
    /// The inputs that are files.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.inputs.iter().filter_map(|input| match input {
            Input::Stdin => None,
            Input::File { path, .. } => Some(path.as_path()),
        })
    }

    /// Keeps the first of the inputs that are one file, or standard input, and says how many were named again.
    pub(super) fn once(&mut self) {
        let mut seen = HashSet::new();
        let mut again = Vec::new();
        self.inputs.retain(|input| {
            let file = match input {
                Input::Stdin => None,
                Input::File { path, .. } => Some(path.canonicalize().unwrap_or_else(|_| path.clone())),
            };
            let is_new = seen.insert(file);
            if !is_new {
                again.push(input.name());
            }
            is_new
        });
        if let Some(first) = again.first() {
            let inputs = counted(again.len(), "input is named again", "inputs are named again");
            say!("note: {inputs}, the first: {first}; each file is read once");
        }
    }

    fn walk(&mut self, root: &Path) {
        let mut walked = walk(root, |_| true);
        walked.refuse_dead_links(|path| matches!(named(path), Named::Evidence));
        walked.keep(|file| {
            let is_read = match named(&file.path) {
                Named::Digest => return Some(Reason::Digest),
                Named::Evidence => true,
                Named::Perhaps => begins_as_evidence(&file.path),
                _ => false,
            };
            (!is_read).then_some(Reason::Other)
        });
        let inputs = walked.files.into_iter();
        self.inputs.extend(inputs.map(|file| Input::File { path: file.path, bytes: file.bytes }));
        self.skipped_entries.extend(walked.skipped_entries);
        self.errors.extend(walked.errors.iter().map(unreadable));
    }
}

/// An error of a walk, ready to print.
pub(super) fn unreadable((path, error): &(PathBuf, std::io::Error)) -> String {
    format!("{}: cannot read: {error}", path.display())
}

/// What the path of a file says about it.
fn named(path: &Path) -> Named {
    cwfilter::evidence::named(&path.to_string_lossy())
}

/// Bytes of a file that are looked at.
const LOOK_BYTES: u64 = 4096;

/// Whether the file begins as a file of log events does. One that cannot be read is left to the reader, which says so.
fn begins_as_evidence(path: &Path) -> bool {
    let mut start = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(LOOK_BYTES).read_to_end(&mut start));
    read.is_err() || is_evidence(&start)
}
