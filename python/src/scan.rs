//! The result of scanning a file.

use crate::hits::TEXTS;
use crate::message::Message;
use cwfilter::PatternId;
use cwfilter::evidence::{Envelope, Scanner};
use cwfilter::hit::{Facts, Field, facts};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};
use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::Arc;

/// One rule that matches one record.
struct Row {
    record: u64,
    rule: PatternId,
    facts: Facts<'static>,
    envelope: Envelope,
    event: Option<Vec<u8>>,
}

impl Row {
    /// The value of a field as text.
    fn text(&self, field: Field) -> Option<String> {
        let hit = cwfilter::hit::Hit::new("", "", self.record, &self.facts).with_envelope(&self.envelope);
        hit.text(field).map(Cow::into_owned)
    }
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
            let facts = facts(hit.record).into_owned();
            rows.extend(hit.ids.iter().map(|rule| Row {
                record: hit.number,
                rule: *rule,
                facts: facts.clone(),
                envelope: hit.envelope.clone(),
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
                event_time: row.text(Field::EventTime),
                event_name: row.text(Field::EventName),
                event_source: row.text(Field::EventSource),
                who: row.text(Field::Who),
                invoked_by: row.text(Field::InvokedBy),
                source_ip_address: row.text(Field::SourceIpAddress),
                aws_region: row.text(Field::AwsRegion),
                account: row.text(Field::Account),
                error_code: row.text(Field::ErrorCode),
                user_agent: row.text(Field::UserAgent),
                event_id: row.text(Field::EventId),
                log_group: row.text(Field::LogGroup),
                log_stream: row.text(Field::LogStream),
                timestamp: row.envelope.time,
                log_event_id: row.text(Field::LogEventId),
                event: row.event.as_ref().map(|event| PyBytes::new(py, event).unbind()),
            })
        };
        self.rows.iter().filter_map(hit).collect()
    }

    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let columns = PyDict::new(py);
        let rows = || self.rows.iter();
        columns.set_item("record", rows().map(|row| row.record).collect::<Vec<_>>())?;
        columns.set_item("rule", rows().map(|row| self.rule(py, row)).collect::<Vec<_>>())?;
        for field in TEXTS.into_iter().filter(|field| *field != Field::Rule) {
            columns.set_item(field.name(), rows().map(|row| row.text(field)).collect::<Vec<_>>())?;
        }
        columns.set_item("timestamp", rows().map(|row| row.envelope.time).collect::<Vec<_>>())?;
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
    event_source: Option<String>,
    who: Option<String>,
    invoked_by: Option<String>,
    source_ip_address: Option<String>,
    aws_region: Option<String>,
    account: Option<String>,
    error_code: Option<String>,
    user_agent: Option<String>,
    event_id: Option<String>,
    log_group: Option<String>,
    log_stream: Option<String>,
    timestamp: Option<i64>,
    log_event_id: Option<String>,
    event: Option<Py<PyBytes>>,
}

#[pymethods]
impl Hit {
    fn __repr__(&self) -> String {
        let show = |text: &Option<String>| text.as_deref().unwrap_or("-").to_owned();
        format!("<Hit {} {} {} {}>", self.record, show(&self.event_time), show(&self.event_name), self.rule)
    }
}
