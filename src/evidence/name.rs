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
const PERHAPS: [&str; 15] = [
    "csv", "tsv", "txt", "b64", "zip", "tar", "tgz", "out", "parquet", "avro", "orc", "7z", "rar", "tbz2",
    "txz",
];
const COMPRESSED: [&str; 3] = ["gz", "zst", "gzip"];
/// Compressions that are not read. Of a file that holds log events in one of them, the reader says so.
const UNREAD: [&str; 4] = ["xz", "bz2", "lz4", "lzma"];

/// What a path with `/` or `\` says about its file.
///
/// ```
/// use cwfilter::evidence::{Named, named};
/// assert_eq!(named("trail/a.json.gz"), Named::Evidence);
/// assert_eq!(named("export/000000"), Named::Perhaps);
/// assert_eq!(named("AWSLogs/123456789012/CloudTrail-Digest/us-east-1/2026/03/04/x.json.gz"), Named::Digest);
/// assert_eq!(named("trail/a.json.xz"), Named::Evidence);
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
    if let Some((stem, last)) = extension(&name)
        && UNREAD.contains(&last)
        && extension(stem).is_some_and(|(_, inner)| EVIDENCE.contains(&inner) || PERHAPS.contains(&inner))
    {
        return Named::Evidence;
    }
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
