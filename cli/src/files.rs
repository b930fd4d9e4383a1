//! Finds the event files that the command line names: files, folders and standard input.

use super::terminal::say;
use cwfilter::FilterPattern;
use cwfilter::evidence::{Named, is_evidence};
use cwfilter::files::{Reason, SkippedEntry, walk, walk_names};
use cwfilter::hit::Selection;
use cwfilter::plural::counted;
use std::collections::{BTreeMap, HashSet};
use std::io::Read;
use std::path::{Path, PathBuf};
#[cfg(feature = "remote")]
use std::sync::Arc;

/// One input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Input {
    Stdin,
    File {
        path: PathBuf,
        bytes: u64,
    },
    #[cfg(feature = "remote")]
    Object(Arc<super::remote::Object>),
    #[cfg(feature = "remote")]
    Group(Arc<super::remote::LogGroup>),
}

impl Input {
    /// The name in outputs and errors.
    pub(super) fn name(&self) -> String {
        match self {
            Input::Stdin => "-".to_owned(),
            Input::File { path, .. } => match path.to_str() {
                Some(path) => path.to_owned(),
                None => path.display().to_string(),
            },
            #[cfg(feature = "remote")]
            Input::Object(object) => object.name(),
            #[cfg(feature = "remote")]
            Input::Group(group) => group.name(),
        }
    }

    /// Bytes as stored; 0 for standard input and log groups.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Input::Stdin => 0,
            Input::File { bytes, .. } => *bytes,
            #[cfg(feature = "remote")]
            Input::Object(object) => object.bytes,
            #[cfg(feature = "remote")]
            Input::Group(_) => 0,
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
    /// Buckets without objects, ready to print: errors, unless nothing may be read.
    pub(super) empty: Vec<String>,
    /// Whether an input may be there twice: several paths are named, or a folder has links.
    may_repeat: bool,
    /// LIST requests that finding them took.
    #[cfg(feature = "remote")]
    pub(super) lists: u64,
    /// Prefixes of buckets that were not listed.
    #[cfg(feature = "remote")]
    pub(super) not_listed: super::remote::NotListed,
}

/// All named files, and all event files below named folders. The order is that of the arguments; files of a folder are sorted by path.
pub(super) fn find(paths: &[PathBuf]) -> Inputs {
    let mut found = find_in(paths, &Selection::default(), true);
    found.errors.append(&mut found.empty);
    found
}

/// As [`find`]; of a bucket only what the selection needs is listed. Without `has_lengths`, files of folders have the length 0.
pub(super) fn find_in(paths: &[PathBuf], selection: &Selection, has_lengths: bool) -> Inputs {
    let mut found = Inputs { may_repeat: paths.len() > 1, ..Inputs::default() };
    for path in paths {
        if path == Path::new("-") {
            found.inputs.push(Input::Stdin);
            continue;
        }
        if let Some(place) = path.to_str().and_then(|path| path.strip_prefix("s3://")) {
            found.list(place, selection);
            continue;
        }
        if let Some(group) = path.to_str().and_then(|path| path.strip_prefix("logs:")) {
            found.group(group, selection);
            continue;
        }
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => found.walk(path, has_lengths),
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
            Input::File { path, .. } => Some(path.as_path()),
            _ => None,
        })
    }

    /// The number of prefixes of buckets that were not listed, by reason.
    pub(super) fn prefixes_not_listed(&self) -> BTreeMap<&'static str, u64> {
        #[cfg(feature = "remote")]
        return self.not_listed.counts.clone();
        #[cfg(not(feature = "remote"))]
        BTreeMap::new()
    }

    /// The same for people.
    pub(super) fn not_listed(&self) -> &[String] {
        #[cfg(feature = "remote")]
        return &self.not_listed.sentences;
        #[cfg(not(feature = "remote"))]
        &[]
    }

    /// Keeps the first of the inputs that are one file, or standard input, and says how many were named again.
    pub(super) fn once(&mut self) {
        // the real path of each file costs as much as its scan, if it is small
        if !self.may_repeat {
            return;
        }
        let mut seen = HashSet::new();
        let mut again = Vec::new();
        self.inputs.retain(|input| {
            let file = match input {
                Input::Stdin => None,
                Input::File { path, .. } => Some(path.canonicalize().unwrap_or_else(|_| path.clone())),
                #[cfg(feature = "remote")]
                Input::Object(_) | Input::Group(_) => Some(PathBuf::from(input.name())),
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

    /// Lets CloudWatch Logs leave out the log events in which no pattern can match. An error says why it cannot.
    #[cfg(feature = "remote")]
    pub(super) fn push_down<'p>(
        &mut self,
        patterns: impl Iterator<Item = &'p FilterPattern>,
    ) -> Result<(), String> {
        let filter = super::remote::push_down(patterns)?;
        let groups = self.inputs.iter_mut().filter_map(|input| match input {
            Input::Group(group) => Some(group),
            _ => None,
        });
        let mut count = 0;
        for group in groups {
            Arc::make_mut(group).filter(&filter);
            count += 1;
        }
        match count {
            0 => Err("no input is a log group, logs:GROUP".to_owned()),
            _ => Ok(()),
        }
    }

    /// Without the feature `remote` there are no log groups, which has its own error.
    #[cfg(not(feature = "remote"))]
    #[allow(clippy::unused_self, clippy::unnecessary_wraps)]
    pub(super) fn push_down<'p>(&mut self, _: impl Iterator<Item = &'p FilterPattern>) -> Result<(), String> {
        Ok(())
    }

    #[cfg(feature = "remote")]
    fn group(&mut self, group: &str, selection: &Selection) {
        match super::remote::LogGroup::new(group, selection) {
            Ok(group) => self.inputs.push(Input::Group(Arc::new(group))),
            Err(why) => self.errors.push(format!("logs:{group}: {why}")),
        }
    }

    /// Without the feature `remote`, the error says how to get it.
    #[cfg(not(feature = "remote"))]
    fn group(&mut self, group: &str, _: &Selection) {
        self.errors.push(format!(
            "logs:{group}: this program was built without the feature `remote`; build it with `cargo install --path cli --features remote`, or save the answer of `aws logs filter-log-events`; a file of this name is ./logs:{group}"
        ));
    }

    /// Without the feature `remote`, the error says how to get it.
    #[cfg(not(feature = "remote"))]
    fn list(&mut self, place: &str, _: &Selection) {
        self.errors.push(format!(
            "s3://{place}: this program was built without the feature `remote`; build it with `cargo install --path cli --features remote`, or copy the objects with `aws s3 cp --recursive`"
        ));
    }

    #[cfg(feature = "remote")]
    fn list(&mut self, place: &str, selection: &Selection) {
        let listed = match super::remote::list(place, selection) {
            Ok(listed) => listed,
            Err(failure) => return self.errors.push(format!("s3://{place}: {}", failure.message)),
        };
        super::remote::say(place, &listed, &mut self.not_listed);
        self.lists += listed.requests;
        if listed.objects.is_empty() {
            let asked = match selection.is_all() {
                true => "",
                false => " in the time, accounts and regions that are asked for",
            };
            self.empty
                .push(format!("s3://{place}: no objects{asked}; check the prefix, or give `--allow-empty`"));
        }
        for object in listed.objects {
            let key = Path::new(&object.key);
            let reason = match named(key) {
                _ if object.is_named => None,
                Named::Evidence | Named::Perhaps => None,
                Named::Digest => Some(Reason::Digest),
                _ => Some(Reason::Other),
            };
            match reason {
                Some(reason) => {
                    self.skipped_entries.push(SkippedEntry::new(PathBuf::from(object.name()), reason));
                }
                None => self.inputs.push(Input::Object(Arc::new(object))),
            }
        }
    }

    fn walk(&mut self, root: &Path, has_lengths: bool) {
        let mut walked = if has_lengths { walk(root, |_| true) } else { walk_names(root, |_| true) };
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
        self.may_repeat |= walked.files.iter().any(|file| file.is_link);
        let inputs = walked.files.into_iter();
        self.inputs.extend(inputs.map(|file| Input::File { path: file.path, bytes: file.bytes }));
        self.skipped_entries.extend(walked.skipped_entries);
        self.errors.extend(walked.errors.iter().map(unreadable));
    }
}

/// Whether the content of an object shows that it is no file of log events, where its name leaves that open.
#[cfg(feature = "remote")]
pub(super) fn is_other(object: &super::remote::Object, start: &[u8]) -> bool {
    let is_open = !object.is_named && named(Path::new(&object.key)) == Named::Perhaps;
    is_open && !is_evidence(start.get(..LOOK_BYTES as usize).unwrap_or(start))
}

/// Begins to fetch the objects among the inputs. Without the feature `remote` there are none.
#[cfg_attr(not(feature = "remote"), allow(unused_variables, clippy::unnecessary_wraps))]
pub(super) fn fetch<'a>(inputs: impl Iterator<Item = &'a Input>) -> Result<(), String> {
    #[cfg(feature = "remote")]
    {
        let objects = inputs.filter_map(|input| match input {
            Input::Object(object) => Some(Arc::clone(object)),
            _ => None,
        });
        super::remote::start(objects.collect()).map_err(|failure| failure.message)?;
    }
    Ok(())
}

/// An error of a walk, ready to print.
pub(super) fn unreadable((path, error): &(PathBuf, std::io::Error)) -> String {
    format!("{}: cannot read: {error}", path.display())
}

/// What the path of a file says about it.
fn named(path: &Path) -> Named {
    match path.to_str() {
        Some(path) => cwfilter::evidence::named(path),
        None => cwfilter::evidence::named(&path.to_string_lossy()),
    }
}

/// Bytes of a file that are looked at.
const LOOK_BYTES: u64 = 1 << 16;

/// Whether the file begins as a file of log events does. One that cannot be read is left to the reader, which says so.
fn begins_as_evidence(path: &Path) -> bool {
    let mut start = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(LOOK_BYTES).read_to_end(&mut start));
    read.is_err() || is_evidence(&start)
}
