//! The output file of a long scan: it is there only when it is whole, and a scan that was killed is taken up where it stood.
//!
//! Until then the output is `FILE.part`, and `FILE.journal` has a line for each input that is done. Whatever stands in the part
//! behind the last such line is cut off and written again.

use super::files::Input;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// What makes two scans the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) version: u32,
    pub(super) json: bool,
    pub(super) count: bool,
    /// id and pattern
    pub(super) rules: Vec<(String, String)>,
}

/// An input that is done.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) input: String,
    /// Its length, as stored.
    pub(super) bytes: u64,
    pub(super) records: u64,
    pub(super) matches: BTreeMap<String, u64>,
    /// What was wrong with it, a line for each place.
    pub(super) error: Option<String>,
    /// How many places were damaged.
    #[serde(default)]
    pub(super) damages: u64,
    /// Bytes of output up to here.
    output: u64,
}

impl Entry {
    pub(super) fn of(input: &Input) -> Self {
        Entry { input: input.name(), bytes: input.bytes(), ..Entry::default() }
    }
}

/// An output file that is not finished.
#[derive(Debug)]
pub(super) struct OutputFile {
    path: PathBuf,
    part: BufWriter<File>,
    written: u64,
    journal: File,
}

impl OutputFile {
    /// Opens the file, and gives what is done already. An error is ready to print.
    pub(super) fn open(path: &Path, head: &Head, resume: bool) -> Result<(Self, Vec<Entry>), String> {
        let journal_path = beside(path, "journal");
        let text = match crate::files::text_within(&journal_path, crate::limits::JOURNAL_BYTES) {
            Ok(_) if !resume => {
                return Err(format!(
                    "{} is there: a scan to {} is running or was broken off; `--resume` goes on with it",
                    journal_path.display(),
                    path.display()
                ));
            }
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(format!("{}: {error}", journal_path.display())),
        };
        let mut done = Done::read(&text, head)
            .map_err(|what| format!("{}: {what}; delete it to start anew", journal_path.display()))?;
        let opened = done.open(path, head);
        opened.map(|file| (file, done.entries)).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// An input is done: what was written of it stays.
    pub(super) fn finished(&mut self, mut entry: Entry) -> std::io::Result<()> {
        self.flush()?;
        entry.output = self.written;
        let line = serde_json::to_string(&entry)? + "\n";
        self.journal.write_all(line.as_bytes()).map_err(|error| self.named(error))
    }

    /// All is done: the file gets its name.
    pub(super) fn close(mut self) -> std::io::Result<()> {
        self.flush()?;
        let rename = || {
            self.part.get_ref().sync_all()?;
            // in this order: a journal without a part would be taken for a scan that was broken off
            std::fs::remove_file(beside(&self.path, "journal"))?;
            std::fs::rename(beside(&self.path, "part"), &self.path)
        };
        rename().map_err(|error| self.named(error))
    }

    fn named(&self, error: std::io::Error) -> std::io::Error {
        let what = format!("{}: {error}; `--resume` goes on from here", self.path.display());
        std::io::Error::new(error.kind(), what)
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.part.write(bytes).map_err(|error| self.named(error))?;
        self.written += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.part.flush().map_err(|error| self.named(error))
    }
}

/// `FILE.part`, `FILE.journal`
fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(extension);
    path.with_file_name(name)
}

/// What a journal says.
#[derive(Debug, Default)]
struct Done {
    entries: Vec<Entry>,
    /// Bytes of the journal up to its last whole line.
    length: u64,
}

impl Done {
    fn read(text: &str, head: &Head) -> Result<Self, &'static str> {
        let mut lines = text.split_inclusive('\n');
        let Some(first) = lines.next().filter(|line| line.ends_with('\n')) else {
            return Ok(Done::default());
        };
        let known: Head = serde_json::from_str(first).map_err(|_| "this is no journal of a scan")?;
        if known != *head {
            return Err("it was made with other rules or options");
        }
        let mut done = Done { entries: Vec::new(), length: first.len() as u64 };
        for line in lines {
            // a line that is cut off was about to be written
            let Some(entry) = serde_json::from_str(line).ok().filter(|_| line.ends_with('\n')) else { break };
            done.entries.push(entry);
            done.length += line.len() as u64;
        }
        Ok(done)
    }

    fn open(&mut self, path: &Path, head: &Head) -> std::io::Result<OutputFile> {
        let open = |extension| {
            OpenOptions::new().create(true).truncate(false).write(true).open(beside(path, extension))
        };
        let (mut part, mut journal) = (open("part")?, open("journal")?);
        let there = part.metadata()?.len();
        if self.entries.last().is_some_and(|last| last.output > there) {
            return Err(std::io::Error::other(
                "the part is shorter than the journal says; delete the journal to start anew",
            ));
        }
        let written = self.entries.last().map_or(0, |last| last.output);
        part.set_len(written)?;
        part.seek(SeekFrom::Start(written))?;
        journal.set_len(self.length)?;
        journal.seek(SeekFrom::Start(self.length))?;
        if self.length == 0 {
            journal.write_all((serde_json::to_string(head)? + "\n").as_bytes())?;
        }
        Ok(OutputFile { path: path.to_owned(), part: BufWriter::new(part), written, journal })
    }
}
