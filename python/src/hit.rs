//! Hits, as Python has them.

use cwfilter::hit::Field;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyIterator, PyString};
use std::sync::Arc;

/// The facts of a hit that are texts, in the order of the columns.
pub(crate) const FACTS: [Field; 14] = [
    Field::EventTime,
    Field::EventName,
    Field::EventSource,
    Field::Who,
    Field::InvokedBy,
    Field::SourceIpAddress,
    Field::AwsRegion,
    Field::Account,
    Field::ErrorCode,
    Field::UserAgent,
    Field::EventId,
    Field::LogGroup,
    Field::LogStream,
    Field::LogEventId,
];

/// The texts of [`FACTS`].
pub(crate) type Texts = [Option<Box<str>>; FACTS.len()];

/// What a hit is about, without Python.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Facts {
    pub(crate) record: u64,
    pub(crate) texts: Arc<Texts>,
    pub(crate) timestamp: Option<i64>,
    pub(crate) event: Option<Arc<[u8]>>,
    pub(crate) file: Option<Arc<str>>,
}

/// The texts of a hit.
pub(crate) fn texts(hit: &cwfilter::hit::Hit<'_>) -> Arc<Texts> {
    Arc::new(FACTS.map(|field| hit.text(field).map(|text| text.into_owned().into_boxed_str())))
}

/// A record that a rule matches. Iterates over its members as pairs of name and value, so that `dict()` takes it.
#[pyclass(frozen, eq, hash, module = "cwfilter")]
pub(crate) struct Hit {
    pub(crate) rule: Py<PyString>,
    rule_text: Box<str>,
    pub(crate) facts: Facts,
}

impl PartialEq for Hit {
    fn eq(&self, other: &Self) -> bool {
        self.rule_text == other.rule_text && self.facts == other.facts
    }
}

impl std::hash::Hash for Hit {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.rule_text.hash(state);
        self.facts.hash(state);
    }
}

impl Hit {
    pub(crate) fn of(py: Python<'_>, rule: &Py<PyString>, facts: &Facts) -> PyResult<Hit> {
        let rule_text = rule.bind(py).to_cow()?.into_owned().into();
        Ok(Hit { rule: rule.clone_ref(py), rule_text, facts: facts.clone() })
    }

    /// The text of the `at`th of [`FACTS`].
    fn text(&self, at: usize) -> Option<&str> {
        self.facts.texts.get(at)?.as_deref()
    }

    fn bytes<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.facts.event.as_ref().map(|event| PyBytes::new(py, event))
    }
}

#[pymethods]
impl Hit {
    #[new]
    #[pyo3(signature = (
        record, rule, event_time = None, event_name = None, event_source = None, who = None, invoked_by = None,
        source_ip_address = None, aws_region = None, account = None, error_code = None, user_agent = None, event_id = None,
        log_group = None, log_stream = None, timestamp = None, log_event_id = None, event = None, file = None,
    ))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        record: u64,
        rule: Bound<'_, PyString>,
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
        event: Option<Vec<u8>>,
        file: Option<String>,
    ) -> PyResult<Self> {
        let texts = [
            event_time,
            event_name,
            event_source,
            who,
            invoked_by,
            source_ip_address,
            aws_region,
            account,
            error_code,
            user_agent,
            event_id,
            log_group,
            log_stream,
            log_event_id,
        ];
        let texts = Arc::new(texts.map(|text| text.map(String::into_boxed_str)));
        let (event, file) = (event.map(Into::into), file.map(Into::into));
        let rule_text = rule.to_cow()?.into_owned().into();
        Ok(Hit { rule: rule.unbind(), rule_text, facts: Facts { record, texts, timestamp, event, file } })
    }

    /// The record's number in its file, from 1. Damaged records are counted, too.
    #[getter]
    fn record(&self) -> u64 {
        self.facts.record
    }

    /// The name of the rule.
    #[getter]
    fn rule(&self, py: Python<'_>) -> Py<PyString> {
        self.rule.clone_ref(py)
    }

    /// When it happened, as the record has it: UTC.
    #[getter]
    fn event_time(&self) -> Option<&str> {
        self.text(0)
    }

    /// The API call.
    #[getter]
    fn event_name(&self) -> Option<&str> {
        self.text(1)
    }

    /// The service, such as `cloudtrail.amazonaws.com`.
    #[getter]
    fn event_source(&self) -> Option<&str> {
        self.text(2)
    }

    /// Who did it, from `userIdentity`: an ARN, or type and name.
    #[getter]
    fn who(&self) -> Option<&str> {
        self.text(3)
    }

    /// The service that called on behalf of `who`.
    #[getter]
    fn invoked_by(&self) -> Option<&str> {
        self.text(4)
    }

    /// An address, or the name of a service.
    #[getter]
    fn source_ip_address(&self) -> Option<&str> {
        self.text(5)
    }

    /// The region.
    #[getter]
    fn aws_region(&self) -> Option<&str> {
        self.text(6)
    }

    /// The account whose trail has the record.
    #[getter]
    fn account(&self) -> Option<&str> {
        self.text(7)
    }

    /// The error that AWS answered. None if the call succeeded.
    #[getter]
    fn error_code(&self) -> Option<&str> {
        self.text(8)
    }

    /// The client that called.
    #[getter]
    fn user_agent(&self) -> Option<&str> {
        self.text(9)
    }

    /// CloudTrail's id of the event. An event that was delivered more than once has the same one.
    #[getter]
    fn event_id(&self) -> Option<&str> {
        self.text(10)
    }

    /// The log group, if the container names it.
    #[getter]
    fn log_group(&self) -> Option<&str> {
        self.text(11)
    }

    /// The log stream, if the container names it.
    #[getter]
    fn log_stream(&self) -> Option<&str> {
        self.text(12)
    }

    /// The time of the log event, in milliseconds since 1970.
    #[getter]
    fn timestamp(&self) -> Option<i64> {
        self.facts.timestamp
    }

    /// The id of the log event in CloudWatch Logs.
    #[getter]
    fn log_event_id(&self) -> Option<&str> {
        self.text(13)
    }

    /// The record's text. None unless `events=True` was passed.
    #[getter]
    fn event<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.bytes(py)
    }

    /// The path of the file. `None` if `PatternSet.scan` found the hit: it reads one file.
    #[getter]
    fn file(&self) -> Option<&str> {
        self.facts.file.as_deref()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.members(py)?.into_bound_py_any(py)?.try_iter()
    }

    fn __getnewargs__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, pyo3::types::PyTuple>> {
        pyo3::types::PyTuple::new(py, self.members(py)?.into_iter().map(|(_, value)| value))
    }

    fn __repr__(&self) -> String {
        let show = |text: Option<&str>| text.unwrap_or("-").escape_debug().to_string();
        let (time, name) = (show(self.event_time()), show(self.event_name()));
        let file =
            self.facts.file.as_ref().map_or_else(String::new, |file| format!("{}:", file.escape_debug()));
        format!("<Hit {file}{} {time} {name} {}>", self.facts.record, self.rule_text.escape_debug())
    }
}

impl Hit {
    /// The members in the order of the constructor's arguments.
    fn members<'py>(&self, py: Python<'py>) -> PyResult<Vec<(&'static str, Bound<'py, PyAny>)>> {
        let mut members = vec![
            ("record", self.facts.record.into_bound_py_any(py)?),
            ("rule", self.rule.bind(py).clone().into_any()),
        ];
        let names = [
            "event_time",
            "event_name",
            "event_source",
            "who",
            "invoked_by",
            "source_ip_address",
            "aws_region",
            "account",
            "error_code",
            "user_agent",
            "event_id",
            "log_group",
            "log_stream",
        ];
        for (at, name) in names.into_iter().enumerate() {
            members.push((name, self.text(at).into_bound_py_any(py)?));
        }
        members.push(("timestamp", self.facts.timestamp.into_bound_py_any(py)?));
        members.push(("log_event_id", self.text(names.len()).into_bound_py_any(py)?));
        members.push(("event", self.bytes(py).into_bound_py_any(py)?));
        members.push(("file", self.file().into_bound_py_any(py)?));
        Ok(members)
    }
}
