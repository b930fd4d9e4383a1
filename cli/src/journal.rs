//! The output file of a long scan: it appears under its name only when it is complete, and a scan that was interrupted can be
//! resumed.
//!
//! During the scan, `FILE.part` holds the output, and `FILE.journal` has a line for each finished input. A resumed scan cuts off the
//! output after the last finished input, and writes it again. The journal is locked while a scan writes, so that two scans cannot
//! write the same part.

use super::events::Seen;
use super::files::Input;
use super::hits::Notes;
use super::write::{self, Destination, Refused};
use cwfilter::files::{reader_within, utf8};
use cwfilter::limits::JOURNAL_BYTES;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, Metadata, TryLockError};
use std::io::{BufWriter, Error, ErrorKind, Read, Result, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The version of the journal. Version 1 told inputs apart by length only, and did not name the inputs of the scan; version 2 did not
/// know the hits of an input, so that copies of them could not be found; version 3 did not count what no pattern reads; version 5 did not know
/// which inputs were found, so that one that is gone was not missed.
pub(super) const VERSION: u32 = 6;

/// The first line of a journal. A scan can only be resumed with the same values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// [`VERSION`]
    pub(super) version: u32,
    /// The version of the JSON output.
    pub(super) output: u32,
    /// What is printed for which hits.
    pub(super) answer: String,
    /// The paths on the command line.
    pub(super) inputs: Vec<String>,
    /// Ids and patterns.
    pub(super) rules: Vec<(String, String)>,
}

/// Any line after the first.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Done(Box<JournalEntry>),
    /// The names of all inputs that are to be read.
    Found {
        found: Vec<String>,
    },
    /// A process has begun to write.
    Process {
        process: u32,
    },
    /// The part is complete; only the rename is left to do.
    Complete {
        complete: u64,
    },
}

/// A finished input.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct JournalEntry {
    pub(super) input: String,
    /// `None` for standard input, and for an input that could not be opened.
    pub(super) version: Option<InputVersion>,
    pub(super) records: u64,
    pub(super) matches: BTreeMap<String, u64>,
    /// Its errors, one line for each damaged place.
    pub(super) error: Option<String>,
    /// It could not be opened or read to its end: a scan that is resumed reads it again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_unread: bool,
    /// The number of damaged places.
    #[serde(default)]
    pub(super) damages: u64,
    /// What was read besides records.
    #[serde(default)]
    pub(super) seen: Seen,
    /// Parts of the input that were not read.
    #[serde(default, skip_serializing_if = "Notes::is_empty")]
    pub(super) notes: Notes,
    /// The hits, for the copies that later inputs may have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) hits: Vec<String>,
    /// Bytes of output after this input.
    pub(super) output: u64,
}

impl JournalEntry {
    fn has_output(&self) -> bool {
        !(self.matches.is_empty() && self.hits.is_empty())
    }
}

/// Identifies the version of an input, to notice that it has changed since it was scanned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct InputVersion {
    /// The length of the file.
    bytes: u64,
    /// Seconds since 1970, with nanoseconds.
    modified: Option<String>,
    /// `None` on systems without inodes.
    inode: Option<u64>,
    /// Of an object of S3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
}

impl InputVersion {
    pub(super) fn of(metadata: &Metadata) -> Self {
        let since = metadata.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        #[cfg(unix)]
        let inode = Some(std::os::unix::fs::MetadataExt::ino(metadata));
        #[cfg(not(unix))]
        let inode = None;
        InputVersion {
            bytes: metadata.len(),
            modified: since.map(|since| format!("{}.{:09}", since.as_secs(), since.subsec_nanos())),
            inode,
            etag: None,
        }
    }

    /// The version of the file that exists now.
    pub(super) fn now(input: &Input) -> Option<Self> {
        match input {
            Input::Stdin => None,
            Input::File { path, .. } => std::fs::metadata(path).ok().map(|metadata| Self::of(&metadata)),
            #[cfg(feature = "remote")]
            Input::Object(object) => Some(Self::of_object(object)),
            #[cfg(feature = "remote")]
            Input::Group(group) => Some(Self::of_group(group)),
        }
    }

    /// The time range of a log group.
    #[cfg(feature = "remote")]
    pub(super) fn of_group(group: &super::remote::LogGroup) -> Self {
        InputVersion { bytes: 0, modified: None, inode: None, etag: Some(group.version()) }
    }

    /// The version of an object, as it was listed.
    #[cfg(feature = "remote")]
    pub(super) fn of_object(object: &super::remote::Object) -> Self {
        let etag = Some(object.etag.clone());
        InputVersion { bytes: object.bytes, modified: None, inode: None, etag }
    }
}

/// The name of an input in a journal. A name that is not UTF-8 is escaped, so that names stay distinct.
pub(super) fn key(input: &Input) -> String {
    match input {
        Input::Stdin => input.name(),
        Input::File { path, .. } => path_key(path),
        #[cfg(feature = "remote")]
        Input::Object(_) | Input::Group(_) => input.name(),
    }
}

/// See [`key`].
pub(super) fn path_key(path: &Path) -> String {
    match path.to_str() {
        Some(path) => path.to_owned(),
        None => format!("bytes:{}", path.as_os_str().as_encoded_bytes().escape_ascii()),
    }
}

/// An output file that is being written.
#[derive(Debug)]
pub(super) struct OutputFile {
    path: PathBuf,
    part: BufWriter<File>,
    written: u64,
    /// Locked until this is dropped.
    journal: File,
}

impl OutputFile {
    /// Opens the file for a scan of the inputs `found`. Returns those that an earlier scan has read to their ends, and all that it found.
    pub(super) fn open(
        path: &Path,
        head: &Head,
        resume: bool,
        found: Vec<String>,
    ) -> std::result::Result<(Self, Vec<JournalEntry>, Vec<String>), Refused> {
        let journal_path = beside(path, "journal");
        let mut journal = locked(&journal_path, path)?;
        let text = reader_within(&mut journal, JOURNAL_BYTES)
            .and_then(utf8)
            .map_err(|error| named(&journal_path, error))?;
        let other = |why: String| named(&journal_path, Error::other(why));
        if text.contains('\n') && !resume {
            return Err(other(format!(
                "a scan to {} was interrupted; `--resume` continues it, and deleting this file starts a new one",
                path.display()
            ))
            .into());
        }
        let mut done =
            Done::read(&text, head).map_err(|why| other(format!("{why}; delete it to start a new scan")))?;
        if done.is_complete && !beside(path, "part").exists() {
            // the part already has its final name
            done = Done::default();
        }
        let opened = done.open(path, head, journal);
        if opened.is_err() && text.is_empty() {
            // a scan that did not begin leaves no files
            let _ = std::fs::remove_file(&journal_path);
        }
        let mut opened = opened?;
        let before = match done.found {
            Some(before) => before,
            None => {
                opened.note(&Line::Found { found })?;
                Vec::new()
            }
        };
        Ok((opened, done.entries, before))
    }

    /// Bytes of output so far.
    pub(super) fn written(&self) -> u64 {
        self.written
    }

    /// Records a finished input; a resumed scan keeps its output.
    pub(super) fn finished(&mut self, mut entry: JournalEntry) -> Result<()> {
        self.flush()?;
        entry.output = self.written;
        self.note(&Line::Done(Box::new(entry)))
    }

    /// Ends the scan: gives the file its final name.
    pub(super) fn close(mut self) -> Result<()> {
        self.flush()?;
        self.part.get_ref().sync_all().map_err(|error| self.unfinished(error))?;
        self.note(&Line::Complete { complete: self.written })?;
        let rename = || {
            self.journal.sync_all()?;
            write::rename(&beside(&self.path, "part"), &self.path)?;
            // last, because only the journal keeps another scan from writing the part
            std::fs::remove_file(beside(&self.path, "journal"))
        };
        rename().map_err(|error| self.unfinished(error))
    }

    fn note(&mut self, line: &Line) -> Result<()> {
        let line = serde_json::to_string(line)? + "\n";
        self.journal.write_all(line.as_bytes()).map_err(|error| self.unfinished(error))
    }

    fn unfinished(&self, error: Error) -> Error {
        let what = format!("{error}; the file is not complete: `--resume` continues the scan");
        write::unwritable(&self.path, Error::new(error.kind(), what))
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let written = self.part.write(bytes).map_err(|error| self.unfinished(error))?;
        self.written += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> Result<()> {
        self.part.flush().map_err(|error| self.unfinished(error))
    }
}

/// `FILE.part`, `FILE.journal`
pub(super) fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(extension);
    path.with_file_name(name)
}

fn named(path: &Path, error: Error) -> Error {
    Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// A scan that ends deletes its journal. Another scan may have opened it just before, and must then open a new one.
const ATTEMPTS: usize = 64;

/// Opens and locks the journal.
fn locked(journal: &Path, output: &Path) -> Result<File> {
    for attempt in 1..=ATTEMPTS {
        let mut file = match write::open_regular(journal, output) {
            // another scan created it after the check, or deleted it before it was opened
            Err(error)
                if attempt < ATTEMPTS
                    && matches!(error.kind(), ErrorKind::AlreadyExists | ErrorKind::NotFound) =>
            {
                continue;
            }
            opened => opened?,
        };
        match file.try_lock() {
            Ok(()) if write::names(journal, &file) => return Ok(file),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(&mut file, journal, output)),
            Err(TryLockError::Error(error)) => {
                let why = format!(
                    "{error}; the scan must lock this file: write to a file system that supports locks"
                );
                return Err(named(journal, Error::new(error.kind(), why)));
            }
        }
    }
    Err(named(journal, Error::other("other scans keep creating and deleting this file; try again")))
}

/// The error if another scan has the lock.
fn held(file: &mut File, journal: &Path, output: &Path) -> Error {
    let mut text = String::new();
    // on systems where a lock prevents reading, the process is not named
    let _ = file.read_to_string(&mut text);
    let holder = text.lines().rev().find_map(|line| match serde_json::from_str(line) {
        Ok(Line::Process { process }) => Some(format!(" (process {process})")),
        _ => None,
    });
    let why = format!(
        "another scan{} is writing {}; wait for it or write to another file",
        holder.unwrap_or_default(),
        output.display()
    );
    named(journal, Error::new(ErrorKind::WouldBlock, why))
}

/// The contents of a journal.
#[derive(Debug, Default)]
struct Done {
    entries: Vec<JournalEntry>,
    is_complete: bool,
    /// The inputs of the first scan.
    found: Option<Vec<String>>,
    /// Bytes of output that are kept.
    written: u64,
    /// Bytes of the journal up to its last whole line.
    length: u64,
}

impl Done {
    fn read(text: &str, head: &Head) -> std::result::Result<Self, String> {
        let mut lines = text.split_inclusive('\n');
        let Some(first) = lines.next().filter(|line| line.ends_with('\n')) else {
            return Ok(Done::default());
        };
        let known: serde_json::Value = serde_json::from_str(first).unwrap_or_default();
        match known.get("version").and_then(serde_json::Value::as_u64) {
            None => return Err("this file is not the journal of a scan".to_owned()),
            Some(version) if version != u64::from(VERSION) => {
                return Err(format!(
                    "the journal has version {version}, and this program writes version {VERSION}: resume with the program that began the scan"
                ));
            }
            Some(_) => {}
        }
        if serde_json::from_value::<Head>(known).ok().as_ref() != Some(head) {
            return Err("the journal belongs to a scan with other rules, inputs or options".to_owned());
        }
        let mut done = Done { length: first.len() as u64, ..Done::default() };
        let mut is_cut = false;
        for line in lines {
            // a line is cut off if the process ended while it wrote the line
            let Some(read) = serde_json::from_str(line).ok().filter(|_| line.ends_with('\n')) else { break };
            match read {
                Line::Complete { .. } => done.is_complete = true,
                _ if is_cut => {}
                // hits of a part of an input are cut off, with all that was written after them
                Line::Done(entry) if entry.is_unread && entry.has_output() => is_cut = true,
                Line::Done(entry) => {
                    done.written = entry.output;
                    done.entries.extend((!entry.is_unread).then_some(*entry));
                }
                Line::Found { found } => done.found = Some(found),
                Line::Process { .. } => {}
            }
            if !is_cut {
                done.length += line.len() as u64;
            }
        }
        Ok(done)
    }

    fn open(&self, path: &Path, head: &Head, mut journal: File) -> Result<OutputFile> {
        let part_path = beside(path, "part");
        let mut part = write::open_regular(&part_path, path)?;
        let written = self.written;
        if written > part.metadata()?.len() {
            let why = "the file is shorter than the journal says; delete the journal to start a new scan";
            return Err(named(&part_path, Error::other(why)));
        }
        let cut = |file: &mut File, length| {
            file.set_len(length)?;
            file.seek(SeekFrom::Start(length))
        };
        cut(&mut part, written).map_err(|error| write::unwritable(&part_path, error))?;
        cut(&mut journal, self.length).map_err(|error| write::unwritable(path, error))?;
        let mut file = OutputFile { path: path.to_owned(), part: BufWriter::new(part), written, journal };
        if self.length == 0 {
            let line = serde_json::to_string(head)? + "\n";
            file.journal.write_all(line.as_bytes()).map_err(|error| file.unfinished(error))?;
        }
        file.note(&Line::Process { process: std::process::id() })?;
        Ok(file)
    }
}

/// The files that exist beside the output while the scan runs. An input may not be one of them.
pub(super) fn companions(target: &Destination) -> Vec<PathBuf> {
    target.file().map(|path| vec![beside(path, "part"), beside(path, "journal")]).unwrap_or_default()
}
