//! Values that are compressed: no log event is, and each pattern would say in silence that they do not match.

use cwfilter::evidence::is_compressed_base64;
use pyo3::PyErr;
use pyo3::exceptions::PyValueError;

/// How what is compressed begins. No text in UTF-8 begins like the first four.
const STARTS: [(&[u8], &str); 6] = [
    (b"\x1f\x8b\x08", "gzip"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\xff\x06\0\0sNaPpY", "Snappy"),
    (b"PK\x03\x04", "zip"),
    (b"\x04\x22\x4d\x18", "lz4"),
];

const HELP: &str = "decompress it first; what stays in files is decompressed by `scan_path`, `PatternSet.scan` and `cwfilter.spark.scan`";

/// What the bytes are compressed with.
pub(crate) fn compression(value: &[u8]) -> Option<&'static str> {
    let is_bzip2 = value.starts_with(b"BZh") && value.get(4..10) == Some(b"1AY&SY");
    let known = STARTS.iter().find(|(start, _)| value.starts_with(start)).map(|(_, name)| *name);
    known.or(is_bzip2.then_some("bzip2"))
}

/// The error of a value that is compressed.
pub(crate) fn refuse(value: &[u8], what: &str) -> Option<PyErr> {
    compression(value).map(|name| {
        PyValueError::new_err(format!("{what} is compressed with {name} and no log event: {HELP}"))
    })
}

/// The same for a value of a column that JSON patterns read: also base64 of something compressed, as Kinesis and subscriptions have it.
pub(crate) fn refuse_encoded(value: &[u8]) -> Option<PyErr> {
    let is_it = is_compressed_base64(value.trim_ascii());
    is_it.then(|| {
        PyValueError::new_err(
            "a value of the column is base64 of something compressed and no log event: decode and decompress it first, such as \
             with `gzip.decompress(base64.b64decode(value))`",
        )
    })
}
