//! Event files as the command line names them: files, folders and standard input.

use std::path::{Path, PathBuf};

/// One input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Input {
    Stdin,
    File { path: PathBuf, bytes: u64 },
}

impl Input {
    /// The name that is printed.
    pub(super) fn name(&self) -> String {
        match self {
            Input::Stdin => "-".to_owned(),
            Input::File { path, .. } => path.display().to_string(),
        }
    }

    /// Bytes as stored; none known of standard input.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Input::Stdin => 0,
            Input::File { bytes, .. } => *bytes,
        }
    }
}

/// What the paths came to.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    pub(super) inputs: Vec<Input>,
    /// Files in folders whose names are not those of event files.
    pub(super) other: usize,
    /// CloudTrail digest files in folders; they hold hashes, not events.
    pub(super) digests: usize,
    /// What could not be read, ready to print.
    pub(super) errors: Vec<String>,
}

const EVENT_FILES: [&str; 4] = ["json", "jsonl", "ndjson", "log"];

/// Every file that is named or lies below a named folder, in the order given and sorted by name.
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

/// All files below a folder with their lengths, sorted by path. Folders that `enters` refuses are passed
/// over; what cannot be read goes to `errors`, ready to print.
pub(super) fn files_below(
    root: &Path,
    enters: impl Fn(&Path) -> bool,
    errors: &mut Vec<String>,
) -> Vec<(PathBuf, u64)> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                errors.push(format!("{}: cannot read: {error}", folder.display()));
                continue;
            }
        };
        for entry in entries {
            // symbolic links to folders are not followed, so that a loop cannot catch the walk
            match entry.and_then(|entry| Ok((entry.file_type()?, entry.path(), entry.metadata()?.len()))) {
                Ok((kind, path, _)) if kind.is_dir() && enters(&path) => folders.push(path),
                Ok((kind, ..)) if kind.is_dir() => {}
                Ok((_, path, bytes)) => files.push((path, bytes)),
                Err(error) => errors.push(format!("{}: cannot read: {error}", folder.display())),
            }
        }
    }
    files.sort();
    files
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
        for (path, bytes) in files_below(root, |_| true, &mut self.errors) {
            if path.components().any(|part| part.as_os_str() == "CloudTrail-Digest") {
                self.digests += 1;
            } else if is_event_file(&path) {
                self.inputs.push(Input::File { path, bytes });
            } else {
                self.other += 1;
            }
        }
    }
}

fn is_event_file(path: &Path) -> bool {
    let inner = match path.extension() {
        Some(extension) if extension == "gz" => Path::new(path.file_stem().unwrap_or_default()),
        _ => path,
    };
    inner.extension().is_some_and(|extension| EVENT_FILES.iter().any(|known| extension == *known))
}
