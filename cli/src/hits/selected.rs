//! The time range, accounts and regions that a scan is asked for: read from the arguments, and said in the answer.

use cwfilter::hit::{MomentError, NameError, Selection, account_id, end_moment, moment, region_name};
use cwfilter::limits::LATE_DELIVERY_SECONDS;
use cwfilter::time::{duration, rfc3339};
use serde::Serialize;
use std::collections::BTreeSet;

#[derive(clap::Args)]
pub(super) struct SelectionArgs {
    /// Only hits from this moment on: `2026-03-04`, `2026-03-04T10:15:00Z`, or how long ago: `24h`
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<String>,
    /// Only hits before this moment
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    until: Option<String>,
    /// Only hits of these accounts, separated by commas
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    account: Vec<String>,
    /// Only hits of these regions, separated by commas
    #[arg(long, value_name = "REGION", value_delimiter = ',')]
    region: Vec<String>,
    /// With --until: how long after its events a CloudTrail file may have been delivered to be read [default: 24h]
    #[arg(long, value_name = "TIME", value_parser = late, requires = "until")]
    late: Option<i64>,
}

fn late(text: &str) -> Result<i64, String> {
    duration(text).ok_or_else(|| "write `90m`, `24h` or `30d`".to_owned())
}

impl SelectionArgs {
    /// What is wanted; `now` is in seconds since 1970.
    pub(super) fn selection(&self, now: i64) -> Result<Selection, String> {
        type Moment = fn(&str, i64) -> Result<i64, MomentError>;
        let time = |option: &str, time: &Option<String>, read: Moment| {
            time.as_deref()
                .map(|text| read(text, now).map_err(|why| format!("{option} {text}: {why}")))
                .transpose()
        };
        type Name = fn(&str) -> Result<String, NameError>;
        let names = |option: &str, names: &[String], read: Name| -> Result<BTreeSet<String>, String> {
            let read = |text: &String| read(text).map_err(|why| format!("{option} {}: {why}", word(text)));
            names.iter().map(read).collect()
        };
        let mut selection = Selection::default();
        selection.since = time("--since", &self.since, moment)?;
        selection.until = time("--until", &self.until, end_moment)?;
        selection.accounts = names("--account", &self.account, account_id)?;
        selection.regions = names("--region", &self.region, region_name)?;
        selection.late = self.late.unwrap_or(LATE_DELIVERY_SECONDS);
        match (selection.since, selection.until) {
            (Some(since), Some(until)) if since >= until => {
                Err("`--since` is not before `--until`".to_owned())
            }
            _ => Ok(selection),
        }
    }

    /// Whether a time is a duration, which ends elsewhere in a later scan.
    pub(super) fn is_relative(&self) -> bool {
        [&self.since, &self.until].into_iter().flatten().any(|time| duration(time).is_some())
    }

    /// The arguments as they were given; `None` if all hits are wanted.
    pub(super) fn said(&self, selection: &Selection) -> Option<Selected> {
        if selection.is_all() {
            return None;
        }
        let times = [("--since", &self.since), ("--until", &self.until)].into_iter();
        let mut given: Vec<String> =
            times.filter_map(|(option, text)| Some(format!("{option} {}", word(text.as_deref()?)))).collect();
        for (option, names) in [("--account", &self.account), ("--region", &self.region)] {
            if !names.is_empty() {
                given.push(format!("{option} {}", word(&names.join(","))));
            }
        }
        let Selection { since, until, accounts, regions, late, .. } = selection;
        if *late != LATE_DELIVERY_SECONDS {
            given.push(format!("--late {late}s"));
        }
        Some(Selected {
            given: given.join(" "),
            since: since.map(rfc3339),
            until: until.map(rfc3339),
            accounts: accounts.clone(),
            regions: regions.clone(),
            late_seconds: *late,
        })
    }
}

/// An argument, in quotes if it is not one word.
fn word(text: &str) -> String {
    match text.is_empty() || text.contains(char::is_whitespace) {
        true => format!("'{text}'"),
        false => text.to_owned(),
    }
}

/// What the answer is about.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Selected {
    /// The options, as they were given.
    pub(crate) given: String,
    /// The first second, in UTC; null without a beginning.
    since: Option<String>,
    /// The end, in UTC, which is no part of the range; null without an end.
    until: Option<String>,
    /// The accounts; empty for all.
    accounts: BTreeSet<String>,
    /// The regions; empty for all.
    regions: BTreeSet<String>,
    /// With `until`: how many seconds after its events a CloudTrail file may have been delivered to be opened.
    late_seconds: i64,
}

impl Selected {
    /// In words: `from 2026-03-01T00:00:00Z on, account 123456789012`.
    pub(crate) fn words(&self) -> String {
        let mut parts = Vec::new();
        parts.extend(match (&self.since, &self.until) {
            (Some(since), Some(until)) => Some(format!("from {since} to before {until}")),
            (Some(since), None) => Some(format!("from {since} on")),
            (None, Some(until)) => Some(format!("before {until}")),
            (None, None) => None,
        });
        for (one, more, names) in
            [("account", "accounts", &self.accounts), ("region", "regions", &self.regions)]
        {
            if !names.is_empty() {
                let names_of: Vec<&str> = names.iter().map(String::as_str).collect();
                let noun = if names_of.len() == 1 { one } else { more };
                parts.push(format!("{noun} {}", names_of.join(", ")));
            }
        }
        parts.join("; ")
    }
}
