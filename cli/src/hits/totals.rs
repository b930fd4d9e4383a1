//! The numbers of a scan, as JSON documents have them.

use serde::Serialize;
use std::collections::BTreeMap;

/// The end of a document, and the numbers of a summary.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Totals<'a> {
    pub(crate) records: u64,
    pub(crate) inputs: usize,
    pub(crate) failed_inputs: usize,
    pub(crate) damages: u64,
    /// The number of entries of folders that are not evidence files.
    pub(crate) skipped_entries: usize,
    /// The number of files that were not opened, by reason.
    pub(crate) skipped_files: &'a BTreeMap<&'static str, u64>,
    /// Counts of what the inputs contain besides log events; null if there is nothing else.
    pub(crate) skipped: serde_json::Value,
    pub(crate) matches: BTreeMap<&'a str, u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document<'a> {
    #[serde(flatten)]
    pub(super) totals: &'a Totals<'a>,
    /// Deliveries of an event after the first one, which are not among the hits.
    pub(super) copies: u64,
    /// Matching records outside the time range, accounts and regions, by reason.
    pub(super) skipped_matches: BTreeMap<&'static str, u64>,
    /// Hits without a time, account or region that was asked about.
    pub(super) kept_without: BTreeMap<&'static str, u64>,
}
