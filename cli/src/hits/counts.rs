//! The counts of a scan as JSON: `--count --json`.

#[cfg(feature = "schema")]
use super::batch::JSON_VERSION;
use super::selected::Selected;
use crate::events::Seen;
use cwfilter::evidence::Skipped;
use serde::Serialize;
use std::collections::BTreeMap;

/// The number of matches by rule, copies included.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Counts<'a> {
    /// The version of the form. It increases if a member changes its meaning or is removed.
    #[cfg_attr(feature = "schema", schemars(extend("const" = JSON_VERSION)))]
    pub(crate) version: u32,
    /// The number of records that were read.
    pub(crate) records: u64,
    /// The number of inputs that are damaged or could not be read: the answer is not about their rest.
    pub(crate) failed_inputs: usize,
    /// The number of entries of folders that are not evidence files.
    pub(crate) skipped_entries: usize,
    /// The time range, accounts and regions that were asked for; without it all matches are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) selection: Option<&'a Selected>,
    /// The number of files that were not opened, by reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) skipped_files: BTreeMap<&'static str, u64>,
    /// The number of prefixes of S3 that were not listed, by reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) prefixes_not_listed: BTreeMap<&'static str, u64>,
    /// The number of matching records outside the selection, by reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) skipped_matches: BTreeMap<&'static str, u64>,
    /// The number of damaged places.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) damages: u64,
    /// The number of records that are text, which no JSON pattern matches.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) texts: u64,
    /// The number of JSON records without a member that a JSON pattern reads.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) unread: u64,
    /// What the inputs contain beside log events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) skipped: Option<Skips>,
    /// The number of matches by rule; rules without matches have 0.
    pub(crate) matches: BTreeMap<&'a str, u64>,
}

/// What was read and is no log event.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Skips {
    /// The number of messages by which CloudWatch Logs tests a subscription.
    control_messages: u64,
    /// The number of notices that an archive or a stream contains beside log events.
    notices: u64,
    /// The number of CloudTrail digest files.
    digests: u64,
    /// The number of members of archives that are no evidence files.
    archive_files: u64,
    /// The number of answers of the AWS CLI that have a token for more.
    partial_answers: u64,
    /// The number of results of Splunk that were exported before the search was finished; they come again after it.
    previews: u64,
}

impl Skips {
    /// `None` if there is nothing.
    pub(crate) fn of(seen: &Seen) -> Option<Skips> {
        let Skipped { control_messages, notices, digests, archive_files, partial_answers, previews, .. } =
            seen.skipped;
        (seen.skipped != Skipped::default()).then_some(Skips {
            control_messages,
            notices,
            digests,
            archive_files,
            partial_answers,
            previews,
        })
    }
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}
