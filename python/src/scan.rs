//! The result of scanning a file.

use crate::hit::{FACTS, Facts, Hit, texts};
use crate::message::{Content, PyReader};
use arrow_array::builder::{BinaryBuilder, Int64Builder, StringBuilder};
use arrow_array::{Array, ArrayRef, StructArray};
use arrow_schema::{ArrowError, Field as Column};
use cwfilter::evidence::{Scanned, Scanner};
use cwfilter::hit::facts;
use cwfilter::plural::counted;
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule, PyDict, PyIterator, PyString};
use std::borrow::Cow;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

/// One rule that matches one record.
struct Row {
    /// the index of the rule's name
    rule: usize,
    facts: Facts,
}

/// The names of the rules, by their index in the set; made once for each set.
pub(crate) type Names = Arc<[Py<PyString>]>;

/// The result for one file. Its length is the number of hits, and it iterates over them.
#[pyclass(frozen, module = "cwfilter")]
pub(crate) struct ScanResult {
    /// The number of records that were read. Each one is valid JSON or a line of text.
    #[pyo3(get)]
    records: u64,
    /// The damaged places in order, each with its reason, its byte in the inflated text, and the byte where reading
    /// continues. Records outside these ranges were matched. If there are very many places, the first ones and the number of
    /// the rest. The last line counts the records that are lines of text, if all patterns are JSON patterns.
    #[pyo3(get)]
    errors: Vec<String>,
    /// The number of damaged places.
    #[pyo3(get)]
    damages: u64,
    rows: Vec<Row>,
    names: Names,
}

/// Scans while Python's lock is released.
pub(crate) fn scan(
    py: Python<'_>,
    names: &Names,
    scanner: &mut Scanner,
    data: &Content,
    with_events: bool,
    is_json_only: bool,
) -> PyResult<ScanResult> {
    let mut rows = Vec::new();
    let visit = |hit: cwfilter::evidence::Hit<'_>| {
        add(&mut rows, &hit, with_events);
        Ok::<(), Infallible>(())
    };
    let scanned = py.detach(|| match data {
        Content::Whole(message) => Ok(infallible(scanner.scan(message.as_ref(), visit))),
        piecewise => {
            let mut reader = PyReader::new(piecewise);
            let scanned = infallible(scanner.scan(&mut reader, visit));
            reader.raised.map_or(Ok(scanned), Err)
        }
    })?;
    let errors = errors(&scanned, is_json_only);
    Ok(ScanResult {
        records: scanned.records,
        errors,
        damages: scanned.damages,
        rows,
        names: Arc::clone(names),
    })
}

fn infallible(scanned: Result<Scanned, Infallible>) -> Scanned {
    let Ok(scanned) = scanned;
    scanned
}

/// What is damaged, and what no pattern can match.
pub(crate) fn errors(scanned: &Scanned, is_json_only: bool) -> Vec<String> {
    let mut errors: Vec<String> = scanned.messages().collect();
    if is_json_only && scanned.texts > 0 {
        let texts = counted(scanned.texts, "record is a line of text", "records are lines of text");
        errors.push(format!("{texts}, which no JSON pattern matches"));
    }
    errors
}

fn add(rows: &mut Vec<Row>, hit: &cwfilter::evidence::Hit<'_>, with_events: bool) {
    let read = facts(hit.record);
    let shown = cwfilter::hit::Hit::new("", "", hit.number, &read).with_envelope(hit.envelope);
    let facts = Facts {
        record: hit.number,
        texts: texts(&shown),
        timestamp: hit.envelope.time,
        event: with_events.then(|| hit.record.into()),
        file: None,
    };
    rows.extend(hit.ids.iter().map(|rule| Row { rule: rule.index(), facts: facts.clone() }));
}

impl ScanResult {
    fn hit(&self, py: Python<'_>, row: &Row) -> PyResult<Hit> {
        let name = self.names.get(row.rule).ok_or_else(|| PyValueError::new_err("a rule has no name"))?;
        Hit::of(py, name, &row.facts)
    }

    fn table(&self, py: Python<'_>) -> PyResult<StructArray> {
        let mut rules = StringBuilder::new();
        for row in &self.rows {
            rules.append_option(self.names.get(row.rule).map(|name| name.bind(py).to_cow()).transpose()?);
        }
        let (mut record, mut timestamp) = (Int64Builder::new(), Int64Builder::new());
        let mut event = BinaryBuilder::new();
        let mut texts: [StringBuilder; FACTS.len()] = std::array::from_fn(|_| StringBuilder::new());
        for row in &self.rows {
            record.append_value(i64::try_from(row.facts.record).unwrap_or(i64::MAX));
            timestamp.append_option(row.facts.timestamp);
            event.append_option(row.facts.event.as_deref());
            for (column, text) in texts.iter_mut().zip(row.facts.texts.iter()) {
                column.append_option(text.as_deref());
            }
        }
        let mut columns: Vec<(&str, ArrayRef)> =
            vec![("record", Arc::new(record.finish())), ("rule", Arc::new(rules.finish()))];
        for (field, column) in FACTS.into_iter().zip(&mut texts) {
            columns.push((field.name(), Arc::new(column.finish())));
        }
        columns.push(("timestamp", Arc::new(timestamp.finish())));
        columns.push(("event", Arc::new(event.finish())));
        let types = columns.iter().map(|(name, column)| Column::new(*name, column.data_type().clone(), true));
        let types: Vec<Column> = types.collect();
        let columns = columns.into_iter().map(|(_, column)| column).collect();
        StructArray::try_new_with_length(types.into(), columns, None, self.rows.len()).map_err(failed)
    }
}

fn failed(error: ArrowError) -> PyErr {
    PyValueError::new_err(error.to_string())
}

#[pymethods]
impl ScanResult {
    /// Makes a result of its parts, as pickle needs it.
    #[new]
    fn new(
        py: Python<'_>,
        records: u64,
        errors: Vec<String>,
        damages: u64,
        hits: Vec<PyRef<'_, Hit>>,
    ) -> PyResult<Self> {
        let (mut names, mut by_text, mut rows) = (Vec::new(), HashMap::new(), Vec::new());
        for hit in &hits {
            let text = hit.rule.bind(py).to_cow()?.into_owned();
            let rule = *by_text.entry(text).or_insert_with(|| {
                names.push(hit.rule.clone_ref(py));
                names.len() - 1
            });
            rows.push(Row { rule, facts: hit.facts.clone() });
        }
        Ok(ScanResult { records, errors, damages, rows, names: names.into() })
    }

    /// The lines of `errors` as one text; `None` if there is none.
    #[getter]
    fn error(&self) -> Option<String> {
        (!self.errors.is_empty()).then(|| self.errors.join("\n"))
    }

    /// The hits in the order of the records.
    #[getter]
    fn hits(&self, py: Python<'_>) -> PyResult<Vec<Hit>> {
        self.rows.iter().map(|row| self.hit(py, row)).collect()
    }

    /// The hits as columns for a data frame: `record`, `rule`, `event`, and the facts by CloudTrail's names: `eventTime`,
    /// `eventName`, `who`, `sourceIPAddress`, and so on. The lists have no types; `pyarrow.record_batch(result)` has.
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let columns = PyDict::new(py);
        let rows = || self.rows.iter();
        columns.set_item("record", rows().map(|row| row.facts.record).collect::<Vec<_>>())?;
        let rule = |row: &Row| self.names.get(row.rule).map(|name| name.clone_ref(py));
        columns.set_item("rule", rows().map(rule).collect::<Vec<_>>())?;
        for (at, field) in FACTS.into_iter().enumerate() {
            let text = |row: &Row| {
                row.facts.texts.get(at).and_then(|text| text.as_deref().map(|it| PyString::new(py, it)))
            };
            columns.set_item(field.name(), rows().map(text).collect::<Vec<_>>())?;
        }
        columns.set_item("timestamp", rows().map(|row| row.facts.timestamp).collect::<Vec<_>>())?;
        let events = rows().map(|row| row.facts.event.as_ref().map(|event| PyBytes::new(py, event)));
        columns.set_item("event", events.collect::<Vec<_>>())?;
        Ok(columns)
    }

    /// The hits as a typed Arrow struct array, by the Arrow PyCapsule interface: `pyarrow.record_batch(result)`,
    /// `polars.DataFrame(result)`. The types are the same without hits.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        // the interface allows a producer to ignore it
        drop(requested_schema);
        let (array, schema) = arrow_array::ffi::to_ffi(&self.table(py)?.into_data()).map_err(failed)?;
        Ok((
            PyCapsule::new_with_value(py, schema, c"arrow_schema")?,
            PyCapsule::new_with_value(py, array, c"arrow_array")?,
        ))
    }

    fn __len__(&self) -> usize {
        self.rows.len()
    }

    fn __bool__(&self) -> bool {
        !self.rows.is_empty()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.hits(py)?.into_bound_py_any(py)?.try_iter()
    }

    fn __eq__(&self, py: Python<'_>, other: &Self) -> PyResult<bool> {
        let same =
            (self.records, self.damages, &self.errors) == (other.records, other.damages, &other.errors);
        if !same || self.rows.len() != other.rows.len() {
            return Ok(false);
        }
        let name = |result: &ScanResult, row: &Row| -> PyResult<String> {
            Ok(result
                .names
                .get(row.rule)
                .map(|name| name.bind(py).to_cow().map(Cow::into_owned))
                .transpose()?
                .unwrap_or_default())
        };
        for (row, its) in self.rows.iter().zip(&other.rows) {
            if row.facts != its.facts || name(self, row)? != name(other, its)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn __getnewargs__(&self, py: Python<'_>) -> PyResult<(u64, Vec<String>, u64, Vec<Hit>)> {
        Ok((self.records, self.errors.clone(), self.damages, self.hits(py)?))
    }

    fn __repr__(&self) -> String {
        let damage = match self.damages {
            0 => String::new(),
            places => format!(", {}", counted(places, "damaged place", "damaged places")),
        };
        let (records, hits) =
            (counted(self.records, "record", "records"), counted(self.rows.len(), "hit", "hits"));
        format!("<ScanResult of {records}, {hits}{damage}>")
    }
}
