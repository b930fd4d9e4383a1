//! The layout of CloudTrail's keys, and which parts of it are listed.
//!
//! Source: CloudTrail user guide, "Finding your CloudTrail log files":
//! `[PREFIX/]AWSLogs/[ORGANIZATION/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/`.

use cwfilter::hit::{Outside, Selection};
use cwfilter::limits::EARLY_DELIVERY_SECONDS;
use cwfilter::time::civil;

const DAY: i64 = 86_400;

/// How a prefix is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// All keys that start with it.
    Whole(String),
    /// Its folders; each one is a step of its own.
    Folders(String),
}

/// The parts of a key after `AWSLogs/` that are complete, without the organisation.
fn below_awslogs(prefix: &str) -> Option<Vec<&str>> {
    let mut parts: Vec<&str> = prefix.split('/').collect();
    parts.pop();
    let at = parts.iter().rposition(|part| *part == "AWSLogs")?;
    let rest = parts.get(at + 1..).unwrap_or_default();
    Some(rest.iter().copied().skip_while(|part| part.starts_with("o-")).collect())
}

/// Whether a prefix is in the layout of CloudTrail.
pub(super) fn is_known(prefix: &str) -> bool {
    below_awslogs(prefix).is_some()
}

/// The step for a prefix that the command line names.
pub(super) fn first(prefix: &str, selection: &Selection) -> Step {
    match is_known(prefix) {
        true => step(prefix),
        // there may be an `AWSLogs` in it
        false if !selection.is_all() => Step::Folders(prefix.to_owned()),
        false => Step::Whole(prefix.to_owned()),
    }
}

/// The step for a folder: of `AWSLogs/ACCOUNT/CloudTrail/REGION`, folders are looked at above the region.
pub(super) fn step(folder: &str) -> Step {
    let is_above = match below_awslogs(folder).as_deref() {
        Some([] | [_]) => true,
        Some([_, kind]) => kind.starts_with("CloudTrail"),
        _ => false,
    };
    if is_above { Step::Folders(folder.to_owned()) } else { Step::Whole(folder.to_owned()) }
}

/// Why a folder is not listed.
pub(super) fn unwanted(folder: &str, selection: &Selection) -> Option<&'static str> {
    if folder.ends_with("/CloudTrail-Digest/") {
        return Some("digest files");
    }
    // the selection reads names of files; any name below the folder has its account and region
    let mut only = selection.clone();
    (only.since, only.until) = (None, None);
    only.of_file(&format!("{folder}x")).map(|outside| match outside {
        Outside::OtherAccount => "other accounts",
        _ => "other regions",
    })
}

/// Keys after one and before another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) after: Option<String>,
    pub(super) before: Option<String>,
}

impl Bounds {
    /// The days that the selection needs. Keys of CloudTrail are ordered by the day of delivery, so that the margins are those of
    /// [`Selection::of_file`], and a day is listed as a whole.
    pub(super) fn of(prefix: &str, selection: &Selection) -> Self {
        let Some(parts) = below_awslogs(prefix) else { return Bounds::default() };
        let [_, kind, region, ..] = parts.as_slice() else { return Bounds::default() };
        if !kind.starts_with("CloudTrail") {
            return Bounds::default();
        }
        let Some(at) = prefix.find(&format!("/{kind}/{region}/")) else { return Bounds::default() };
        let end = at + kind.len() + region.len() + 3;
        let base = prefix.get(..end).unwrap_or(prefix);
        let key = |seconds: i64| {
            let (year, month, day, ..) = civil(seconds);
            format!("{base}{year:04}/{month:02}/{day:02}/")
        };
        let since = selection.since.map(|since| key(since.saturating_sub(EARLY_DELIVERY_SECONDS)));
        let until =
            selection.until.map(|until| key(until.saturating_add(selection.late).saturating_add(DAY)));
        Bounds { after: since, before: until }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection() -> Selection {
        let mut selection = Selection::default();
        (selection.since, selection.until, selection.late) = (Some(1_772_500_000), Some(1_772_600_000), 3600);
        selection.accounts.insert("123456789012".to_owned());
        selection.regions.insert("us-east-1".to_owned());
        selection
    }

    #[test]
    fn folders_are_looked_at_above_the_region() {
        let folders = [
            "AWSLogs/",
            "p/AWSLogs/o-abc/",
            "AWSLogs/123456789012/",
            "AWSLogs/o-abc/123456789012/CloudTrail/",
        ];
        for folder in folders {
            assert_eq!(step(folder), Step::Folders(folder.to_owned()));
        }
        for whole in ["a/", "AWSLogs/123456789012/vpcflowlogs/", "AWSLogs/123456789012/CloudTrail/us-east-1/"]
        {
            assert_eq!(step(whole), Step::Whole(whole.to_owned()));
        }
        assert_eq!(first("a/", &Selection::default()), Step::Whole("a/".to_owned()));
        assert_eq!(first("a/", &selection()), Step::Folders("a/".to_owned()));
    }

    #[test]
    fn other_accounts_regions_and_digests_are_not_listed() {
        let why = |folder| unwanted(folder, &selection());
        assert_eq!(why("AWSLogs/o-abc/111122223333/"), Some("other accounts"));
        assert_eq!(why("AWSLogs/123456789012/CloudTrail/eu-west-1/"), Some("other regions"));
        assert_eq!(why("AWSLogs/123456789012/CloudTrail-Digest/"), Some("digest files"));
        assert_eq!(why("AWSLogs/123456789012/CloudTrail/us-east-1/"), None);
        assert_eq!(why("AWSLogs/o-abc/"), None);
    }

    #[test]
    fn days_are_listed_with_the_margins_of_delivery() {
        // 2026-03-03T01:06:40Z to 2026-03-04T04:53:20Z
        let prefix = "AWSLogs/123456789012/CloudTrail/us-east-1/";
        let bounds = Bounds::of(prefix, &selection());
        assert_eq!(bounds.after.as_deref(), Some("AWSLogs/123456789012/CloudTrail/us-east-1/2026/03/03/"));
        assert_eq!(bounds.before.as_deref(), Some("AWSLogs/123456789012/CloudTrail/us-east-1/2026/03/05/"));
        assert_eq!(Bounds::of("other/", &selection()), Bounds::default());
    }
}
