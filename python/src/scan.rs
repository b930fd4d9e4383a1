//! The result of scanning a file.

use crate::message::Message;
use cwfilter::PatternId;
use cwfilter::cloudtrail::{Scanner, head};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};
use std::convert::Infallible;
use std::sync::Arc;

/// One rule that matches one record.
struct Row {
    record: u64,
    rule: PatternId,
    event_time: Option<String>,
    event_name: Option<String>,
    event: Option<Vec<u8>>,
}

/// The names of the rules, by their index in the set; made once for each set.
pub(crate) type Names = Arc<[Py<PyString>]>;

#[pyclass(frozen, module = "cwfilter")]
pub(crate) struct ScanResult {
    #[pyo3(get)]
    records: u64,
    /// One line for each damaged place, and one for records that no pattern can match.
    #[pyo3(get)]
    errors: Vec<String>,
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
    data: &Message,
    with_events: bool,
    is_json_only: bool,
) -> ScanResult {
    let mut rows = Vec::new();
    let Ok(scanned) = py.detach(|| {
        scanner.scan(data.as_ref(), |hit| {
            let head = head(hit.record);
            rows.extend(hit.ids.iter().map(|rule| Row {
                record: hit.number,
                rule: *rule,
                event_time: head.event_time.as_deref().map(str::to_owned),
                event_name: head.event_name.as_deref().map(str::to_owned),
                event: with_events.then(|| hit.record.to_vec()),
            }));
            Ok::<(), Infallible>(())
        })
    });
    let mut errors: Vec<String> = scanned.messages().collect();
    if is_json_only && scanned.texts > 0 {
        let texts = match scanned.texts {
            1 => "1 record is a line of text".to_owned(),
            texts => format!("{texts} records are lines of text"),
        };
        errors.push(format!("{texts}, which no JSON pattern matches"));
    }
    ScanResult { records: scanned.records, errors, damages: scanned.damages, rows, names: Arc::clone(names) }
}

impl ScanResult {
    fn rule(&self, py: Python<'_>, row: &Row) -> Option<Py<PyString>> {
        self.names.get(row.rule.index()).map(|name| name.clone_ref(py))
    }
}

#[pymethods]
impl ScanResult {
    #[getter]
    fn error(&self) -> Option<String> {
        (!self.errors.is_empty()).then(|| self.errors.join("\n"))
    }

    #[getter]
    fn hits(&self, py: Python<'_>) -> Vec<Hit> {
        let hit = |row: &Row| {
            Some(Hit {
                record: row.record,
                rule: self.rule(py, row)?,
                event_time: row.event_time.clone(),
                event_name: row.event_name.clone(),
                event: row.event.as_ref().map(|event| PyBytes::new(py, event).unbind()),
            })
        };
        self.rows.iter().filter_map(hit).collect()
    }

    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let columns = PyDict::new(py);
        let rows = || self.rows.iter();
        columns.set_item("record", rows().map(|row| row.record).collect::<Vec<_>>())?;
        let times = rows().map(|row| row.event_time.as_deref());
        columns.set_item("eventTime", times.collect::<Vec<_>>())?;
        let names = rows().map(|row| row.event_name.as_deref());
        columns.set_item("eventName", names.collect::<Vec<_>>())?;
        columns.set_item("rule", rows().map(|row| self.rule(py, row)).collect::<Vec<_>>())?;
        let events = rows().map(|row| row.event.as_ref().map(|event| PyBytes::new(py, event)));
        columns.set_item("event", events.collect::<Vec<_>>())?;
        Ok(columns)
    }

    fn __len__(&self) -> usize {
        self.rows.len()
    }

    fn __bool__(&self) -> bool {
        !self.rows.is_empty()
    }

    fn __repr__(&self) -> String {
        let damage = match self.damages {
            0 => String::new(),
            1 => ", 1 damaged place".to_owned(),
            places => format!(", {places} damaged places"),
        };
        format!("<ScanResult of {} records, {} hits{damage}>", self.records, self.rows.len())
    }
}

#[pyclass(frozen, get_all, module = "cwfilter")]
pub(crate) struct Hit {
    record: u64,
    rule: Py<PyString>,
    event_time: Option<String>,
    event_name: Option<String>,
    event: Option<Py<PyBytes>>,
}

#[pymethods]
impl Hit {
    fn __repr__(&self) -> String {
        let show = |text: &Option<String>| text.as_deref().unwrap_or("-").to_owned();
        format!("<Hit {} {} {} {}>", self.record, show(&self.event_time), show(&self.event_name), self.rule)
    }
}
