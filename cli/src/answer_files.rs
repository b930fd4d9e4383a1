//! Reads answers of AWS that a command gets as files: the JSON that its command line prints. What is something else gets an error that says
//! how to make the JSON.

use cwfilter::files::{bounded, bytes, utf8};
use std::path::Path;

/// Marks of UTF-16, which PowerShell writes.
const UTF16: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];

/// The mark of UTF-8, which PowerShell and editors put in front.
const UTF8: &[u8] = b"\xef\xbb\xbf";

/// The text of an answer; `-` is standard input.
pub(super) fn text(path: &Path) -> Result<String, String> {
    let read = if path == Path::new("-") { bounded(std::io::stdin()) } else { bytes(path) };
    let mut bytes = read.map_err(|error| format!("cannot read: {error}"))?;
    if let Some(help) = packed(&bytes) {
        return Err(help.to_owned());
    }
    if bytes.starts_with(UTF8) {
        bytes.drain(..UTF8.len());
    }
    utf8(bytes).map_err(|error| error.to_string())
}

/// What to do with bytes that are no text.
fn packed(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\x1f\x8b") {
        return Some("it is compressed with gzip: give the output of `gzip -dc` on standard input, `-`");
    }
    if bytes.starts_with(b"\x28\xb5\x2f\xfd") {
        return Some("it is compressed with Zstandard: give the output of `zstd -dc` on standard input, `-`");
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Some("it is a zip archive: give the output of `unzip -p` on standard input, `-`");
    }
    UTF16.iter().any(|mark| bytes.starts_with(mark)).then_some(
        "it is UTF-16: give the output of `iconv -f UTF-16 -t UTF-8` on standard input, `-`, or write the file with `Out-File -Encoding utf8`",
    )
}

/// What to do with a text that is not the answer of `command`. `list`: a member of the answer.
pub(super) fn help(text: &str, command: &str, list: &str) -> String {
    match text.trim_start().chars().next() {
        None => format!("the answer is empty: give what `{command}` prints"),
        Some('[') => format!("an array is not the whole answer: call `{command}` without `--query`"),
        Some('{') if serde_json::from_str::<serde_json::Value>(text).is_err() => {
            format!("the answer is cut off or changed: call `{command}` again")
        }
        Some('{') => format!("the answer of `{command}` has the member `{list}`"),
        Some(_) => format!("only JSON is read: call `{command} --output json`"),
    }
}
