//! What the name of a file says about its content.

/// What the path of a file says about it, before it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Named {
    /// It holds log events.
    Evidence,
    /// Its content decides: see [`is_evidence`](super::is_evidence).
    Perhaps,
    /// It is a digest file of CloudTrail: hashes, no events.
    Digest,
    /// It is a program, a document or media.
    Other,
}

const EVIDENCE: [&str; 4] = ["json", "jsonl", "ndjson", "log"];
/// Extensions of programs, documents and media: people keep them beside evidence, and texts of them may have events as examples.
const OTHER: [&str; 72] = [
    "md", "markdown", "rst", "adoc", "html", "htm", "css", "scss", "svg", "js", "mjs", "cjs", "jsx", "ts",
    "tsx", "map", "vue", "py", "pyc", "pyi", "ipynb", "rb", "pl", "php", "lua", "go", "rs", "rlib", "java",
    "class", "jar", "war", "kt", "scala", "c", "h", "cc", "cpp", "hpp", "o", "a", "so", "dll", "exe", "cs",
    "swift", "sh", "bash", "zsh", "ps1", "bat", "tf", "tfvars", "hcl", "toml", "lock", "whl", "apk", "deb",
    "rpm", "pdf", "doc", "docx", "pptx", "odt", "png", "jpg", "jpeg", "gif", "ico", "mp4", "woff2",
];
const COMPRESSED: [&str; 3] = ["gz", "zst", "gzip"];
/// Compressions that are not read and have no mark of their own: only the name tells them. The reader says so of such a file.
const UNREAD: [&str; 9] = ["snappy", "hsnappy", "br", "lzma", "lzo", "z", "zlib", "deflate", "lz"];
/// Compressions that are not read, by their marks or, if the name says that log events are inside, by their names.
const MARKED: [&str; 3] = ["xz", "bz2", "lz4"];

/// Encryption, by the names of its programs. The reader says so of such a file if the name says what is inside.
const ENCRYPTED: [&str; 7] = ["gpg", "pgp", "enc", "age", "p7m", "aes", "kms"];
/// What holds evidence in most cases, so that it is read whatever else its name is.
const PACKED: [&str; 5] = ["tar", "tgz", "zip", "gz", "zst"];

/// What a path with `/` or `\` says about its file.
///
/// ```
/// use cwfilter::evidence::{Named, named};
/// assert_eq!(named("trail/a.json.gz"), Named::Evidence);
/// assert_eq!(named("export/000000"), Named::Perhaps);
/// assert_eq!(named("AWSLogs/123456789012/CloudTrail-Digest/us-east-1/2026/03/04/x.json.gz"), Named::Digest);
/// assert_eq!(named("trail/a.json.gz.old"), Named::Perhaps);
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
    if let Some((stem, last)) = extension(&name) {
        let inner = extension(stem).map_or("", |(_, inner)| inner);
        let is_kept = EVIDENCE.contains(&inner) || PACKED.contains(&inner);
        if ENCRYPTED.contains(&last) && is_kept
            || UNREAD.contains(&last) && !OTHER.contains(&inner)
            || MARKED.contains(&last) && EVIDENCE.contains(&inner)
        {
            return Named::Evidence;
        }
    }
    while let Some((stem, last)) = extension(&name)
        && COMPRESSED.contains(&last)
    {
        name.truncate(stem.len());
    }
    match extension(&name) {
        Some((_, last)) if EVIDENCE.contains(&last) => Named::Evidence,
        Some((_, last)) if OTHER.contains(&last) => Named::Other,
        _ => Named::Perhaps,
    }
}

/// What is before the last dot of a name, and after it. A dot at the start begins a hidden file, and no extension.
fn extension(name: &str) -> Option<(&str, &str)> {
    name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty())
}
