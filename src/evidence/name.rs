//! What the name of a file says about its content.

/// What the path of a file says about it, before it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Named {
    /// It holds log events.
    Evidence,
    /// Its content decides: see [`is_evidence`](super::is_evidence). So is it for names without extension, as Firehose and export tasks
    /// write them, for archives and for tables.
    Perhaps,
    /// It is a digest file of CloudTrail: hashes, no events.
    Digest,
    /// It is something else.
    Other,
}

const EVIDENCE: [&str; 4] = ["json", "jsonl", "ndjson", "log"];
/// Extensions of files whose content decides.
const PERHAPS: [&str; 7] = ["csv", "txt", "b64", "zip", "tar", "tgz", "out"];
const COMPRESSED: [&str; 3] = ["gz", "zst", "gzip"];

/// What a path with `/` or `\` says about its file.
///
/// ```
/// use cwfilter::evidence::{Named, named};
/// assert_eq!(named("trail/a.json.gz"), Named::Evidence);
/// assert_eq!(named("export/000000"), Named::Perhaps);
/// assert_eq!(named("AWSLogs/123456789012/CloudTrail-Digest/us-east-1/2026/03/04/x.json.gz"), Named::Digest);
/// assert_eq!(named("LICENSE.md"), Named::Other);
/// ```
#[must_use]
pub fn named(path: &str) -> Named {
    let mut parts = path.rsplit(['/', '\\']);
    let name = parts.next().unwrap_or_default();
    if name.contains("_CloudTrail-Digest_") || parts.any(|folder| folder == "CloudTrail-Digest") {
        return Named::Digest;
    }
    let mut name = name.to_ascii_lowercase();
    while let Some((stem, last)) = extension(&name)
        && COMPRESSED.contains(&last)
    {
        name.truncate(stem.len());
    }
    match extension(&name) {
        Some((_, last)) if EVIDENCE.contains(&last) => Named::Evidence,
        Some((_, last)) if PERHAPS.contains(&last) => Named::Perhaps,
        // the end of a stream's name with the time after it
        Some((_, last)) if last.contains('-') || last.starts_with(|c: char| c.is_ascii_digit()) => {
            Named::Perhaps
        }
        Some(_) => Named::Other,
        None => Named::Perhaps,
    }
}

/// What is before the last dot of a name, and after it. A dot at the start begins a hidden file, and no extension.
fn extension(name: &str) -> Option<(&str, &str)> {
    name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty())
}
