//! The numbers of a scan, as JSON documents have them.

use super::counts::Skips;
use super::selected::Selected;
#[cfg(feature = "schema")]
use cwfilter::hit::Hit;
use cwfilter::hit::VERSION;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// `--format json`: the hits of a scan, then its numbers.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct ScanDocument<'a> {
    /// The version of the form. It increases if a member changes its meaning or is removed.
    #[cfg_attr(feature = "schema", schemars(extend("const" = VERSION)))]
    version: u32,
    /// The hits.
    // they are printed as they are found: the document is serialized without them, for what follows them
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Hit<'static>>"))]
    hits: [(); 0],
    #[serde(flatten)]
    document: Document<'a>,
}

/// The beginning of a document, up to its hits.
pub(super) const BEFORE_HITS: &str = "{\"version\":2,\"hits\":[";

impl ScanDocument<'_> {
    /// The text of a document after its hits.
    pub(super) fn after_hits(document: Document<'_>) -> std::io::Result<String> {
        let document = ScanDocument { version: VERSION, hits: [], document };
        let text = serde_json::to_string(&document).map_err(std::io::Error::other)?;
        let rest = text.strip_prefix(BEFORE_HITS);
        rest.map(str::to_owned).ok_or_else(|| std::io::Error::other("a document begins otherwise"))
    }
}

/// The numbers of a scan.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Totals<'a> {
    /// The number of records that were read.
    pub(crate) records: u64,
    /// The number of inputs.
    pub(crate) inputs: usize,
    /// The number of inputs that are damaged or could not be read: the answer is not about their rest.
    pub(crate) failed_inputs: usize,
    /// The number of damaged places.
    pub(crate) damages: u64,
    /// The number of entries of folders that are not evidence files.
    pub(crate) skipped_entries: usize,
    /// The number of files that were not opened, by reason.
    pub(crate) skipped_files: &'a BTreeMap<&'static str, u64>,
    /// The number of prefixes of S3 that were not listed, by reason.
    pub(crate) prefixes_not_listed: BTreeMap<&'static str, u64>,
    /// The number of records that are lines of text, which no JSON pattern matches.
    pub(crate) texts: u64,
    /// The number of JSON records without a member that a JSON pattern reads.
    pub(crate) unread: u64,
    /// What the inputs contain beside log events; null if there is nothing else.
    #[serde(serialize_with = "by_name")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<Skips>"))]
    pub(crate) skipped: Option<Skips>,
    /// The number of matches by rule; rules without matches are left out.
    pub(crate) matches: BTreeMap<&'a str, u64>,
}

/// The end of a document, and the numbers of a summary.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Document<'a> {
    #[serde(flatten)]
    pub(super) totals: &'a Totals<'a>,
    /// The time range, accounts and regions that were asked for; null if all hits are wanted.
    pub(super) selection: Option<&'a Selected>,
    /// The number of deliveries of an event after the first one, which are not among the hits.
    pub(super) copies: u64,
    /// The number of matching records outside the time range, accounts and regions, by reason.
    pub(super) skipped_matches: BTreeMap<&'static str, u64>,
    /// The number of hits without a time, account or region that was asked about, by reason.
    pub(super) kept_without: BTreeMap<&'static str, u64>,
}

/// With the members of objects sorted by name.
fn by_name<T: Serialize, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serde_json::to_value(value).map_err(serde::ser::Error::custom)?.serialize(serializer)
}
