//! Files and folders, hit by hit: what does not fit in memory.

use crate::hit::{Facts, Hit, texts};
use crate::listing::{Listing, list, local, open_event_file, outside};
use crate::scan::errors;
use crate::selection::Selection;
use crate::set::PatternSet;
use cwfilter::evidence::Scanner;
use cwfilter::hit::{CopyKey, facts};
use cwfilter::limits::HITS_REMEMBERED;
use cwfilter::plural::counted;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use std::collections::{HashSet, VecDeque};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Hits that the thread passes on at once.
const BATCH: usize = 1024;
/// Batches that wait for Python; the thread waits if there are more.
const BATCHES: usize = 4;
/// Lines of errors that are kept, and the number of the rest.
const ERRORS_KEPT: usize = 10_000;

pyo3::create_exception!(
    cwfilter,
    EvidenceError,
    PyValueError,
    "Parts of the input could not be read, so that hits may be missing: one line for each. `args[0]` has the first lines."
);

/// What a scan came to.
#[derive(Clone, Default)]
struct Totals {
    files: u64,
    records: u64,
    damages: u64,
    copies: u64,
    outside: u64,
    errors: Vec<String>,
    more_errors: u64,
    is_full: bool,
}

impl Totals {
    fn error(&mut self, line: String) {
        if self.errors.len() < ERRORS_KEPT {
            self.errors.push(line);
        } else {
            self.more_errors += 1;
        }
    }
}

enum Sent {
    Hits(Vec<(usize, Facts)>),
    End(Box<Totals>),
}

/// The hits of files and folders, one after the other. A thread reads ahead by a few thousand hits, so that memory is bounded.
///
/// After the last hit, parts that could not be read raise `EvidenceError`; with `damaged="keep"` they are only in `errors`.
#[pyclass(frozen, module = "cwfilter")]
pub(crate) struct ArchiveScan {
    set: Py<PatternSet>,
    hits: Mutex<Option<Receiver<Sent>>>,
    waiting: Mutex<VecDeque<(usize, Facts)>>,
    totals: Mutex<Option<Totals>>,
    raises: bool,
    skipped: Vec<(String, &'static str)>,
    /// The process that has the thread which reads.
    process: u32,
}

fn locked<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}

#[pymethods]
impl ArchiveScan {
    #[new]
    #[pyo3(signature = (set, paths, selection, *, events = false, keep_duplicates = false, damaged = "raise"))]
    fn new(
        py: Python<'_>,
        set: Py<PatternSet>,
        paths: Vec<PathBuf>,
        selection: Selection,
        events: bool,
        keep_duplicates: bool,
        damaged: &str,
    ) -> PyResult<Self> {
        if !matches!(damaged, "raise" | "keep") {
            return Err(PyValueError::new_err(format!(
                "damaged={damaged:?}: expected \"raise\" or \"keep\""
            )));
        }
        let listing = py.detach(|| list(&paths, &selection));
        found(&paths, &listing)?;
        let skipped = listing.skipped.iter().map(|(name, why)| (local(name).to_owned(), *why)).collect();
        let (sender, receiver) = sync_channel(BATCHES);
        let reader = Reader { set: set.clone_ref(py), selection, listing, events, keep_duplicates, sender };
        let thread = std::thread::Builder::new().name("cwfilter scan".to_owned());
        thread.spawn(move || reader.run()).map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
        Ok(ArchiveScan {
            set,
            hits: Mutex::new(Some(receiver)),
            waiting: Mutex::default(),
            totals: Mutex::default(),
            raises: damaged == "raise",
            skipped,
            process: std::process::id(),
        })
    }

    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Hit>> {
        if self.process != std::process::id() {
            return Err(PyRuntimeError::new_err(
                "the scan was begun before this process was forked, and the thread that reads is not in it: begin the scan in this process",
            ));
        }
        let next = py.detach(|| self.next());
        let Some((rule, facts)) = next else {
            return if self.raises { self.raise().map(|()| None) } else { Ok(None) };
        };
        let names = &self.set.get().names;
        let name = names.get(rule).ok_or_else(|| PyValueError::new_err("a rule has no name"))?;
        Hit::of(py, name, &facts).map(Some)
    }

    /// The number of files that were read. None before the last hit, as for the other totals.
    #[getter]
    fn files(&self) -> Option<u64> {
        locked(&self.totals).as_ref().map(|it| it.files)
    }

    /// The number of records that were read.
    #[getter]
    fn records(&self) -> Option<u64> {
        locked(&self.totals).as_ref().map(|it| it.records)
    }

    /// The number of damaged places, and of files that could not be read.
    #[getter]
    fn damages(&self) -> Option<u64> {
        locked(&self.totals).as_ref().map(|it| it.damages)
    }

    /// The number of hits that are left out because they are copies: one event, delivered more than once.
    #[getter]
    fn copies(&self) -> Option<u64> {
        locked(&self.totals).as_ref().map(|it| it.copies)
    }

    /// The number of records with hits that are outside the selection of time, account and region.
    #[getter]
    fn outside(&self) -> Option<u64> {
        locked(&self.totals).as_ref().map(|it| it.outside)
    }

    /// What could not be read, a line for each place: the file, and what to do.
    #[getter]
    fn errors(&self) -> Option<Vec<String>> {
        locked(&self.totals).as_ref().map(|it| it.errors.clone())
    }

    /// Entries of folders that are not read, with the reason.
    #[getter]
    fn skipped(&self) -> Vec<(String, &'static str)> {
        self.skipped.clone()
    }

    fn __repr__(&self) -> String {
        match locked(&self.totals).as_ref() {
            None => "<ArchiveScan, not at its end>".to_owned(),
            Some(it) => {
                let (records, files) =
                    (counted(it.records, "record", "records"), counted(it.files, "file", "files"));
                let damages = match it.damages {
                    0 => String::new(),
                    places => format!(", {}", counted(places, "damaged place", "damaged places")),
                };
                format!("<ArchiveScan of {records} in {files}{damages}>")
            }
        }
    }
}

/// Refuses paths without event files, and a selection that the names of all files rule out: no hits would be no answer.
pub(crate) fn found(paths: &[PathBuf], listing: &Listing) -> PyResult<()> {
    if let Some((name, error)) = listing.errors.first() {
        return Err(EvidenceError::new_err(format!("{}: {error}", local(name))));
    }
    if listing.all_outside {
        let files = counted(outside(&listing.skipped), "file is", "files are");
        return Err(EvidenceError::new_err(format!(
            "no file was opened: by name, {files} outside the times, accounts and regions that are asked for"
        )));
    }
    if listing.has_evidence {
        return Ok(());
    }
    let shown: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let what = if shown.is_empty() {
        "there are no paths".to_owned()
    } else {
        format!("no event files in {}", shown.join(", "))
    };
    Err(EvidenceError::new_err(what))
}

impl ArchiveScan {
    fn next(&self) -> Option<(usize, Facts)> {
        let mut waiting = locked(&self.waiting);
        if let Some(hit) = waiting.pop_front() {
            return Some(hit);
        }
        let mut hits = locked(&self.hits);
        match hits.as_ref()?.recv() {
            Ok(Sent::Hits(batch)) => {
                waiting.extend(batch);
                waiting.pop_front()
            }
            Ok(Sent::End(totals)) => {
                *locked(&self.totals) = Some(*totals);
                *hits = None;
                None
            }
            Err(_) => {
                let errors = vec!["internal error: the scan ended early".to_owned()];
                let totals = Totals { damages: 1, errors, ..Totals::default() };
                *locked(&self.totals) = Some(totals);
                *hits = None;
                None
            }
        }
    }

    fn raise(&self) -> PyResult<()> {
        const SHOWN: usize = 20;
        let totals = locked(&self.totals);
        let Some(totals) = totals.as_ref().filter(|it| !it.errors.is_empty()) else { return Ok(()) };
        let mut lines: Vec<String> = totals.errors.iter().take(SHOWN).cloned().collect();
        let more = totals.errors.len().saturating_sub(SHOWN) as u64 + totals.more_errors;
        if more > 0 {
            lines.push(format!("and {}", counted(more, "more line", "more lines")));
        }
        Err(EvidenceError::new_err(lines.join("\n")))
    }
}

/// The thread that reads.
struct Reader {
    set: Py<PatternSet>,
    selection: Selection,
    listing: Listing,
    events: bool,
    keep_duplicates: bool,
    sender: SyncSender<Sent>,
}

/// Python wants no more hits.
struct Stopped;

impl Reader {
    fn run(self) {
        let set = self.set.get();
        let mut totals = Totals::default();
        let mut copies = HashSet::new();
        let ended = set.scanners.with(
            || Scanner::new(&set.inner),
            |scanner| {
                self.listing
                    .files
                    .iter()
                    .try_for_each(|(name, _)| self.file(scanner, name, &mut totals, &mut copies))
            },
        );
        if totals.is_full {
            totals
                .error("more hits than are remembered: copies of later events are among the hits".to_owned());
        }
        if ended.is_ok() {
            let _ = self.sender.send(Sent::End(Box::new(totals)));
        }
    }

    fn file(
        &self,
        scanner: &mut Scanner,
        name: &str,
        totals: &mut Totals,
        copies: &mut HashSet<CopyKey>,
    ) -> Result<(), Stopped> {
        let (set, path) = (self.set.get(), local(name));
        let file = match open_event_file(name, self.listing.direct.iter().any(|it| it == name)) {
            Ok(Some(file)) => file,
            Ok(None) => return Ok(()),
            Err(error) => {
                totals.damages += 1;
                totals.error(format!("{path}: cannot read: {error}"));
                return Ok(());
            }
        };
        totals.files += 1;
        let shown: Arc<str> = path.into();
        let mut batch = Vec::new();
        let scanned = scanner.scan(file, |hit| {
            let read = facts(hit.record);
            if self.selection.wanted.of_hit(&read, hit.envelope.time).is_err() {
                totals.outside += 1;
                return Ok(());
            }
            let of = cwfilter::hit::Hit::new("", path, hit.number, &read).with_envelope(hit.envelope);
            let kept = Facts {
                record: hit.number,
                texts: texts(&of),
                timestamp: hit.envelope.time,
                event: self.events.then(|| hit.record.into()),
                file: Some(Arc::clone(&shown)),
            };
            for rule in hit.ids {
                let key = if self.keep_duplicates { None } else { CopyKey::of(&read, *rule) };
                if let Some(key) = key {
                    let has_room = copies.len() < HITS_REMEMBERED;
                    let is_new = if has_room { copies.insert(key) } else { !copies.contains(&key) };
                    totals.is_full |= is_new && !has_room;
                    if !is_new {
                        totals.copies += 1;
                        continue;
                    }
                }
                batch.push((rule.index(), kept.clone()));
            }
            if batch.len() >= BATCH { self.send(&mut batch) } else { Ok(()) }
        })?;
        totals.records += scanned.records;
        totals.damages += scanned.damages;
        errors(&scanned, set.is_json_only)
            .into_iter()
            .for_each(|line| totals.error(format!("{path}: {line}")));
        self.send(&mut batch)
    }

    fn send(&self, batch: &mut Vec<(usize, Facts)>) -> Result<(), Stopped> {
        let batch = std::mem::take(batch);
        if batch.is_empty() { Ok(()) } else { self.sender.send(Sent::Hits(batch)).map_err(|_| Stopped) }
    }
}
