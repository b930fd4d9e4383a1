//! Finds the event files that the command line names: files, folders and standard input.

use cwfilter::files::{PassedOver, Reason, walk};
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
    pub(super) passed_over: Vec<PassedOver>,
    /// Errors of paths that could not be read, ready to print.
    pub(super) errors: Vec<String>,
}

const EVENT_FILES: [&str; 4] = ["json", "jsonl", "ndjson", "log"];

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

    fn walk(&mut self, root: &Path) {
        let mut walked = walk(root, |_| true);
        walked.refuse_dead_links(is_event_file);
        walked.keep(|file| {
            if file.path.components().any(|part| part.as_os_str() == "CloudTrail-Digest") {
                Some(Reason::Digest)
            } else {
                (!is_event_file(&file.path)).then_some(Reason::Other)
            }
        });
        let inputs = walked.files.into_iter();
        self.inputs.extend(inputs.map(|file| Input::File { path: file.path, bytes: file.bytes }));
        self.passed_over.extend(walked.passed_over);
        self.errors.extend(walked.errors.iter().map(unreadable));
    }
}

/// An error of a walk, ready to print.
pub(super) fn unreadable((path, error): &(PathBuf, std::io::Error)) -> String {
    format!("{}: cannot read: {error}", path.display())
}

fn is_event_file(path: &Path) -> bool {
    let inner = match path.extension() {
        Some(extension) if extension == "gz" => Path::new(path.file_stem().unwrap_or_default()),
        _ => path,
    };
    inner.extension().is_some_and(|extension| EVENT_FILES.iter().any(|known| extension == *known))
}
