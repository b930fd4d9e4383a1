//! The time that export tasks and `aws logs tail` write before a message.

use super::expand::milliseconds;

/// The time before a message, in milliseconds since 1970, and the stream that `aws logs tail` puts after it; then where the message
/// begins. An export task writes `2026-03-01T10:01:00.000Z MESSAGE`, `aws logs tail` writes
/// `2026-03-01T10:01:00.000000+00:00 STREAM MESSAGE`, and with `--format short` `2026-03-01T10:01:00 MESSAGE`.
pub(super) fn prefix(line: &str) -> Option<(usize, i64, Option<&str>)> {
    let (stamp, message) = line.split_once(' ')?;
    if stamp.as_bytes().get(10) != Some(&b'T') {
        return None;
    }
    let time = milliseconds(stamp)?;
    let fraction = stamp.get(19..)?;
    let zone = fraction.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let start = stamp.len() + 1;
    match zone {
        "Z" | "" => Some((start, time, None)),
        "+00:00" => {
            let (stream, _) = message.split_once(' ')?;
            Some((start + stream.len() + 1, time, Some(stream)))
        }
        _ => None,
    }
}
