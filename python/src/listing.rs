//! Lists the event files of local folders as `cwfilter scan` does, and judges names that another file system lists.

use crate::selection::Selection;
use cwfilter::evidence::{Named, is_evidence, named};
use cwfilter::files::{Reason, walk};
use cwfilter::hit::Outside;
use pyo3::prelude::*;
use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Bytes of a file that decide whether it holds log events.
pub(crate) const LOOK_BYTES: u64 = 4096;

/// What a path of the user leads to.
#[pyclass(frozen, get_all, module = "cwfilter._cwfilter")]
#[derive(Default)]
pub(crate) struct Listing {
    /// Files to read, and their bytes.
    pub(crate) files: Vec<(String, u64)>,
    /// The files that the user named; they are read whatever they are called.
    pub(crate) direct: Vec<String>,
    /// What is not read, and why.
    pub(crate) skipped: Vec<(String, &'static str)>,
    /// What cannot be listed, and why.
    pub(crate) errors: Vec<(String, String)>,
    /// Whether a file was found that holds log events, also one outside the selection.
    pub(crate) has_evidence: bool,
    /// Whether files hold log events, and the names of all of them are outside the selection.
    pub(crate) all_outside: bool,
}

/// The name of a local file as Spark writes it.
fn uri(path: &Path) -> String {
    let whole = std::path::absolute(path);
    format!("file:{}", whole.as_deref().unwrap_or(path).display())
}

/// Lists local files and folders. Names that are outside the selection are skipped.
#[pyfunction]
pub(crate) fn list_files(py: Python<'_>, paths: Vec<PathBuf>, selection: &Selection) -> Listing {
    py.detach(|| list(&paths, selection))
}

/// As [`list_files`], without Python.
pub(crate) fn list(paths: &[PathBuf], selection: &Selection) -> Listing {
    let mut listing = Listing::default();
    let mut seen = Seen { may_repeat: paths.len() > 1, ..Seen::default() };
    let (folders, files): (Vec<_>, Vec<_>) = paths.iter().partition(|path| path.is_dir());
    // first what is read whatever it is called, also if a folder has it
    for path in files {
        match std::fs::metadata(path) {
            Ok(metadata) => {
                let name = uri(path);
                if listing.is_new(&mut seen, path, &name) {
                    listing.direct.push(name.clone());
                    listing.has_evidence = true;
                    listing.add(name, metadata.len(), selection);
                }
            }
            Err(error) => listing.errors.push((uri(path), format!("cannot read: {error}"))),
        }
    }
    folders.into_iter().for_each(|path| folder(path, selection, &mut listing, &mut seen));
    let is_read = |name: &String| {
        listing.direct.contains(name) || named(name) == Named::Evidence || begins_as_evidence(name)
    };
    let reads_any = listing.files.iter().any(|(name, _)| is_read(name));
    listing.all_outside = !reads_any && outside(&listing.skipped) > 0;
    listing.has_evidence |= reads_any;
    listing
}

/// How many files the selection rules out.
pub(crate) fn outside(skipped: &[(String, &'static str)]) -> usize {
    let is_outside = |reason: &str| Outside::ALL.iter().any(|outside| outside.name() == reason);
    skipped.iter().filter(|(_, reason)| is_outside(reason)).count()
}

/// Opens a file. `None` if a folder has it whose name and first bytes are not those of an event file.
pub(crate) fn open_event_file(name: &str, is_direct: bool) -> std::io::Result<Option<Box<dyn Read>>> {
    let mut file = std::fs::File::open(local(name))?;
    if named(name) != Named::Perhaps || is_direct {
        return Ok(Some(Box::new(file)));
    }
    let mut start = Vec::new();
    file.by_ref().take(LOOK_BYTES).read_to_end(&mut start)?;
    let is_one = is_evidence(&start);
    Ok(is_one.then(|| Box::new(std::io::Cursor::new(start).chain(file)) as Box<dyn Read>))
}

/// Whether a file begins as a file of log events does. One that cannot be read is left to the tasks, which say so.
fn begins_as_evidence(name: &str) -> bool {
    let mut start = Vec::new();
    let file = std::fs::File::open(local(name));
    file.and_then(|file| file.take(LOOK_BYTES).read_to_end(&mut start)).is_err() || is_evidence(&start)
}

/// The path of a local file, from its name.
pub(crate) fn local(name: &str) -> &str {
    name.strip_prefix("file:").unwrap_or(name)
}

/// The real paths of the files that are listed. A file is read once, under its first name.
#[derive(Default)]
struct Seen {
    /// Whether a file may be there twice: several paths are named, or a folder has links.
    may_repeat: bool,
    files: BTreeSet<PathBuf>,
    names: BTreeSet<String>,
}

impl Seen {
    fn is_new(&mut self, path: &Path) -> bool {
        // the real path of each file costs as much as its scan, if it is small
        !self.may_repeat || self.files.insert(path.canonicalize().unwrap_or_else(|_| path.to_owned()))
    }
}

fn folder(root: &Path, selection: &Selection, listing: &mut Listing, seen: &mut Seen) {
    let mut walked = walk(root, |_| true);
    seen.may_repeat |= walked.files.iter().any(|file| file.is_link);
    walked.refuse_dead_links(|path| named(&path.to_string_lossy()) == Named::Evidence);
    for file in walked.files {
        let name = uri(&file.path);
        if !listing.is_new(seen, &file.path, &name) {
            continue;
        }
        match judge(&name) {
            Some(reason) => listing.skipped.push((name, reason)),
            None => {
                listing.has_evidence |=
                    named(&name) == Named::Evidence || selection.wanted.of_file(&name).is_some();
                listing.add(name, file.bytes, selection);
            }
        }
    }
    listing.skipped.extend(walked.skipped_entries.iter().map(|it| (uri(&it.path), reason(it.reason))));
    let errors = walked.errors.iter();
    listing.errors.extend(errors.map(|(path, error)| (uri(path), format!("cannot read: {error}"))));
}

impl Listing {
    /// Whether the file has to be listed. One that several paths lead to under one name is said to be skipped.
    fn is_new(&mut self, seen: &mut Seen, path: &Path, name: &str) -> bool {
        if seen.may_repeat && !seen.names.insert(name.to_owned()) {
            self.skipped.push((name.to_owned(), "namedTwice"));
            return false;
        }
        seen.is_new(path)
    }

    fn add(&mut self, name: String, bytes: u64, selection: &Selection) {
        match selection.wanted.of_file(&name) {
            Some(outside) => self.skipped.push((name, outside.name())),
            None => self.files.push((name, bytes)),
        }
    }
}

/// Why a file is not read, by its name.
fn judge(name: &str) -> Option<&'static str> {
    match named(name) {
        Named::Digest => Some("digest"),
        Named::Other => Some("other"),
        _ => None,
    }
}

fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Fifo => "fifo",
        Reason::Socket => "socket",
        Reason::Device => "device",
        Reason::LinkToFolder => "linkToFolder",
        Reason::DeadLink => "deadLink",
        _ => "special",
    }
}

/// For each name of a file, why the file is not read; `None` for a file that is.
#[pyfunction]
pub(crate) fn judge_names(
    py: Python<'_>,
    names: Vec<String>,
    selection: &Selection,
) -> Vec<Option<&'static str>> {
    let of =
        |name: &String| judge(name).or_else(|| selection.wanted.of_file(name).map(|outside| outside.name()));
    py.detach(|| names.iter().map(of).collect())
}
