//! Values that are no log event: each pattern would say in silence that they do not match.

use cwfilter::evidence::{Instead, instead_of_text};
use pyo3::PyErr;
use pyo3::exceptions::PyValueError;

const PACKED: &str = "decompress it first; what stays in files is decompressed by `scan_path`, `PatternSet.scan` and `cwfilter.spark.scan`";

/// The error of an event that is no text.
pub(crate) fn refuse(event: &[u8]) -> Option<PyErr> {
    instead_of_text(event).map(|instead| error("the event", &instead))
}

/// The error of a value that is something else than a log event.
pub(crate) fn error(value: &str, instead: &Instead) -> PyErr {
    let (is, help) = match instead {
        Instead::Packed(name) => (format!("is compressed with {name} and no log event"), PACKED),
        Instead::Format(what, _) => (
            format!("is {what} and no log event"),
            "decode it first; `scan_path` and `PatternSet.scan` say what they read of a file",
        ),
        Instead::PackedBase64 => (
            "is base64 of something compressed and no log event".to_owned(),
            "decode and decompress it first, such as with `gzip.decompress(base64.b64decode(value))`",
        ),
        Instead::Base64 => (
            "is base64 of a text and no log event".to_owned(),
            "decode it first, such as with `base64.b64decode(value)` or Spark's `unbase64`",
        ),
        Instead::Container => (
            "is a container of log events and not one, and no JSON pattern reads a member of it".to_owned(),
            "make a row of each log event, such as of each member of `Records` or of each `logEvents[].message`; files are opened by `scan_path`, \
             `PatternSet.scan` and `cwfilter.spark.scan`",
        ),
        Instead::Several => (
            "is several log events, one after the other".to_owned(),
            "make a row of each, such as with `spark.read.text(path)`, where each is on a line of its own",
        ),
        Instead::JsonString => (
            "is a JSON string with a log event in it".to_owned(),
            "decode it first, such as with `json.loads(value)`",
        ),
        Instead::Doubtful(text) => (format!("is perhaps no log event: {text}"), "pass the log event itself"),
        other => (format!("is no log event ({other:?})"), "pass the log event itself"),
    };
    PyValueError::new_err(format!("{value} {is}: {help}"))
}
