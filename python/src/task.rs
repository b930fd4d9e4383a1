//! An executor's share of an archive.

use crate::column::Values;
use crate::listing::{LOOK_BYTES, local};
use crate::objects::{COUNTS, Objects, Outcome};
use crate::selection::Selection;
use crate::set::PatternSet;
use arrow_data::ArrayData;
use arrow_pyarrow::{PyArrowType, ToPyArrow};
use arrow_schema::ArrowError;
use cwfilter::evidence::{Named, Scanner, is_evidence, named};
use cwfilter::hit::{CopyKey, Hit, facts};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fs::File;
use std::io::Read;
use std::sync::{Mutex, PoisonError};

/// Bytes of hits, after which a batch of rows ends. Far below the 2 GiB that a column of Arrow can hold.
const BATCH_BYTES: usize = 16 << 20;
/// Objects, after which a batch ends, so that a task that is killed ends soon.
const BATCH_OBJECTS: usize = 1024;

/// Scans objects with a set of patterns. Python's lock is released meanwhile.
#[pyclass(frozen, module = "cwfilter._cwfilter")]
pub(crate) struct ArchiveTask {
    set: Py<PatternSet>,
    selection: Selection,
    /// Files that are read whatever their name is.
    direct: BTreeSet<String>,
    samples: usize,
    /// Sampled events so far, by rule.
    sampled: Mutex<Vec<usize>>,
}

#[pymethods]
impl ArchiveTask {
    #[new]
    fn new(set: Py<PatternSet>, selection: Selection, direct: BTreeSet<String>, samples: usize) -> Self {
        let sampled = Mutex::new(vec![0; set.get().inner.len()]);
        ArchiveTask { set, selection, direct, samples, sampled }
    }

    /// The columns of the rows, as Spark writes types.
    #[staticmethod]
    fn ddl() -> PyResult<String> {
        Objects::ddl().map_err(failed)
    }

    /// The members of the column `counts`.
    #[staticmethod]
    fn counts() -> Vec<&'static str> {
        COUNTS.to_vec()
    }

    /// Reads local files, which are named `file:/PATH`, from the `begin`th on; returns a batch of rows and the number of the next file.
    fn scan_files<'py>(
        &self,
        py: Python<'py>,
        names: Vec<String>,
        begin: usize,
    ) -> PyResult<(Bound<'py, PyAny>, usize)> {
        let (objects, next) = self.with_scanner(py, |scanner| {
            let mut objects = Objects::new();
            let mut next = begin;
            for name in names.iter().skip(begin).take(BATCH_OBJECTS) {
                let outcome = self.file(scanner, name, &mut objects);
                objects.add(name, &outcome);
                next += 1;
                if objects.hits.bytes() > BATCH_BYTES {
                    break;
                }
            }
            (objects, next)
        });
        Ok((objects.finish().map_err(failed)?.to_pyarrow(py)?, next))
    }

    /// Scans objects that Spark has read, by columns of their names and contents. Returns a batch of rows.
    fn scan_contents<'py>(
        &self,
        py: Python<'py>,
        names: PyArrowType<ArrayData>,
        contents: PyArrowType<ArrayData>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (names, contents) = (Values::of(names.0)?, Values::of(contents.0)?);
        let objects = self.with_scanner(py, |scanner| {
            let mut objects = Objects::new();
            for at in 0..names.len() {
                let name = String::from_utf8_lossy(names.get(at).unwrap_or_default());
                let outcome = match contents.get(at) {
                    Some(content) if self.is_wanted(&name, content) => {
                        self.scan(scanner, &name, content, &mut objects)
                    }
                    Some(_) => Outcome::skipped("other"),
                    None => Outcome::unreadable("no content".to_owned()),
                };
                objects.add(&name, &outcome);
            }
            objects
        });
        objects.finish().map_err(failed)?.to_pyarrow(py)
    }
}

fn failed(error: ArrowError) -> PyErr {
    PyValueError::new_err(error.to_string())
}

impl ArchiveTask {
    fn with_scanner<R: Send>(&self, py: Python<'_>, run: impl FnOnce(&mut Scanner) -> R + Send) -> R {
        let set = self.set.get();
        py.detach(|| set.scanners.with(|| Scanner::new(&set.inner), run))
    }

    /// Whether the object is named as event files are, or its content begins as theirs do.
    fn is_wanted(&self, name: &str, start: &[u8]) -> bool {
        named(name) != Named::Perhaps || self.direct.contains(name) || is_evidence(start)
    }

    fn file(&self, scanner: &mut Scanner, name: &str, objects: &mut Objects) -> Outcome {
        let unreadable = |error: std::io::Error| Outcome::unreadable(format!("cannot read: {error}"));
        let mut file = match File::open(local(name)) {
            Ok(file) => file,
            Err(error) => return unreadable(error),
        };
        if named(name) != Named::Perhaps || self.direct.contains(name) {
            return self.scan(scanner, name, file, objects);
        }
        let mut start = Vec::new();
        match file.by_ref().take(LOOK_BYTES).read_to_end(&mut start) {
            Err(error) => unreadable(error),
            Ok(_) if is_evidence(&start) => self.scan(scanner, name, start.chain(file), objects),
            Ok(_) => Outcome::skipped("other"),
        }
    }

    fn scan(&self, scanner: &mut Scanner, name: &str, input: impl Read, objects: &mut Objects) -> Outcome {
        let (wanted, set) = (&self.selection.wanted, &self.set.get().inner);
        let mut sampled = self.sampled.lock().unwrap_or_else(PoisonError::into_inner);
        let mut outcome = Outcome::default();
        let Ok(scanned) = scanner.scan(input, |found| {
            let facts = facts(found.record);
            match wanted.of_hit(&facts, found.envelope.time) {
                Err(outside) => {
                    outcome.outside(outside);
                    return Ok(());
                }
                Ok(lacking) => outcome.lacking(lacking),
            }
            for rule in found.ids {
                let is_sample = sampled.get_mut(rule.index()).is_some_and(|count| {
                    *count += 1;
                    *count <= self.samples
                });
                let message = || set.pattern(*rule).map_or(found.record, |pattern| found.message(pattern));
                let hit = Hit::new(set.name(*rule), name, found.number, &facts);
                let hit = hit.with_envelope(found.envelope);
                objects.hits.add(&hit, CopyKey::of(&facts, *rule), is_sample.then(message));
            }
            Ok::<(), Infallible>(())
        });
        outcome.scanned(&scanned);
        outcome
    }
}
