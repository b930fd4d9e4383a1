//! The layout of CloudTrail's keys, and which parts of it are listed.
//!
//! Source: CloudTrail user guide, "Finding your CloudTrail log files":
//! `[PREFIX/]AWSLogs/[ORGANIZATION/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/`.

use cwfilter::hit::{Outside, Selection};
use cwfilter::limits::EARLY_DELIVERY_SECONDS;
use cwfilter::time::days;
use std::ops::Range;

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
        true => step(prefix, selection),
        // there may be an `AWSLogs` in it
        false if !selection.is_all() => Step::Folders(prefix.to_owned()),
        false => Step::Whole(prefix.to_owned()),
    }
}

/// How a folder is listed: by its folders above the region, and below the region if only some of its days are wanted; else as a whole.
pub(super) fn step(folder: &str, selection: &Selection) -> Step {
    let is_above = match below_awslogs(folder).as_deref() {
        Some([] | [_]) => true,
        Some([_, kind]) => kind.starts_with("CloudTrail"),
        _ => false,
    };
    let is_in_part = || {
        let (wanted, days) = (wanted(selection), days_of(folder));
        days.is_some_and(|days| days.end - days.start > 1 && !wanted.covers(&days))
    };
    match is_above || is_in_part() {
        true => Step::Folders(folder.to_owned()),
        false => Step::Whole(folder.to_owned()),
    }
}

/// Whole days, as numbers since 1970.
struct Days(Range<i64>);

impl Days {
    fn covers(&self, days: &Range<i64>) -> bool {
        self.0.start <= days.start && days.end <= self.0.end
    }

    fn misses(&self, days: &Range<i64>) -> bool {
        days.end <= self.0.start || self.0.end <= days.start
    }
}

/// The days of delivery that the selection needs, with the margins of [`Selection::of_file`].
fn wanted(selection: &Selection) -> Days {
    let first = selection.since.map(|since| since.saturating_sub(EARLY_DELIVERY_SECONDS).div_euclid(DAY));
    let last = selection.until.map(|until| until.saturating_add(selection.late).div_euclid(DAY));
    Days(first.unwrap_or(i64::MIN)..last.map_or(i64::MAX, |last| last + 1))
}

/// The days of a region, a year, a month or a day of CloudTrail's layout. `None` for any other folder.
fn days_of(folder: &str) -> Option<Range<i64>> {
    let parts = below_awslogs(folder)?;
    let [_, kind, _, date @ ..] = parts.as_slice() else { return None };
    if !kind.starts_with("CloudTrail") {
        return None;
    }
    match date {
        [] => Some(i64::MIN / 2..i64::MAX / 2),
        [year] => {
            let year = number(year, 4)?;
            Some(days(year, 1, 1)..days(year + 1, 1, 1))
        }
        [year, month] => month_of(year, month),
        [year, month, day] => {
            let month = month_of(year, month)?;
            let day = month.start + number(day, 2)? - 1;
            month.contains(&day).then_some(day..day + 1)
        }
        _ => None,
    }
}

fn month_of(year: &str, month: &str) -> Option<Range<i64>> {
    let (year, month) = (number(year, 4)?, number(month, 2).filter(|month| (1..=12).contains(month))?);
    let (next_year, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    Some(days(year, month, 1)..days(next_year, next, 1))
}

/// A number with this number of digits.
fn number(text: &str, digits: usize) -> Option<i64> {
    let is_number = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// Why a folder is not listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Passed {
    Account,
    Region,
    Day,
    Digest,
}

impl Passed {
    /// For people.
    pub(super) fn words(self) -> &'static str {
        match self {
            Passed::Account => "other accounts",
            Passed::Region => "other regions",
            Passed::Day => "other days",
            Passed::Digest => "digest files",
        }
    }

    /// In JSON.
    pub(super) fn name(self) -> &'static str {
        match self {
            Passed::Account => "otherAccount",
            Passed::Region => "otherRegion",
            Passed::Day => "otherDay",
            Passed::Digest => "digest",
        }
    }
}

/// Why a folder is not listed. `None` for one that is.
pub(super) fn unwanted(folder: &str, selection: &Selection) -> Option<Passed> {
    if folder.ends_with("/CloudTrail-Digest/") {
        return Some(Passed::Digest);
    }
    if days_of(folder).is_some_and(|days| wanted(selection).misses(&days)) {
        return Some(Passed::Day);
    }
    // the selection reads names of files; any name below the folder has its account and region
    let mut only = selection.clone();
    (only.since, only.until) = (None, None);
    only.of_file(&format!("{folder}x")).map(|outside| match outside {
        Outside::OtherAccount => Passed::Account,
        _ => Passed::Region,
    })
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
            assert_eq!(step(folder, &selection()), Step::Folders(folder.to_owned()));
        }
        for whole in
            ["a/", "AWSLogs/123456789012/vpcflowlogs/", "AWSLogs/123456789012/vpcflowlogs/us-east-1/"]
        {
            assert_eq!(step(whole, &selection()), Step::Whole(whole.to_owned()));
        }
        assert_eq!(first("a/", &Selection::default()), Step::Whole("a/".to_owned()));
        assert_eq!(first("a/", &selection()), Step::Folders("a/".to_owned()));
    }

    #[test]
    fn other_accounts_regions_and_digests_are_not_listed() {
        let why = |folder| unwanted(folder, &selection()).map(Passed::words);
        assert_eq!(why("AWSLogs/o-abc/111122223333/"), Some("other accounts"));
        assert_eq!(why("AWSLogs/123456789012/CloudTrail/eu-west-1/"), Some("other regions"));
        assert_eq!(why("AWSLogs/123456789012/CloudTrail-Digest/"), Some("digest files"));
        assert_eq!(why("AWSLogs/123456789012/CloudTrail/us-east-1/"), None);
        assert_eq!(why("AWSLogs/o-abc/"), None);
    }

    /// With the margins of delivery, 2026-03-03T01:06:40Z to 2026-03-04T04:53:20Z is the 3rd and the 4th.
    #[test]
    fn only_folders_of_other_days_are_not_listed() {
        let region = "AWSLogs/123456789012/CloudTrail/us-east-1/";
        let rows = [
            ("", None, true),
            ("2026/", None, true),
            ("2026/03/", None, true),
            ("2026/03/03/", None, false),
            ("2026/03/04/", None, false),
            ("2025/", Some("other days"), true),
            ("2026/02/", Some("other days"), true),
            ("2026/12/", Some("other days"), true),
            ("2026/03/02/", Some("other days"), false),
            ("2026/03/05/", Some("other days"), false),
            // not certainly a year, a month or a day
            ("backfill/", None, false),
            ("20250/", None, false),
            ("2025x/", None, false),
            ("2026/00/", None, false),
            ("2026/13/", None, false),
            ("2026/03/00/", None, false),
            ("2026/02/29/", None, false),
            ("2026/03/3/", None, false),
            ("2026/03/01/sub/", None, false),
            ("backfill/2025/", None, false),
        ];
        for (folder, why, is_looked_at) in rows {
            let folder = format!("{region}{folder}");
            assert_eq!(unwanted(&folder, &selection()).map(Passed::words), why, "{folder}");
            assert_eq!(matches!(step(&folder, &selection()), Step::Folders(_)), is_looked_at, "{folder}");
            assert!(unwanted(&folder, &Selection::default()).is_none());
        }
        assert_eq!(unwanted("2025/", &selection()), None);
        assert_eq!(step(region, &Selection::default()), Step::Whole(region.to_owned()));
    }

    #[test]
    fn years_and_months_of_which_all_days_are_wanted_are_listed_whole() {
        let mut selection = Selection::default();
        (selection.since, selection.until) = (Some(1_772_500_000), None);
        let region = "AWSLogs/123456789012/CloudTrail/us-east-1/";
        for (folder, is_looked_at) in
            [("2026/", true), ("2026/03/", true), ("2026/04/", false), ("2027/", false)]
        {
            let folder = format!("{region}{folder}");
            assert_eq!(matches!(step(&folder, &selection), Step::Folders(_)), is_looked_at, "{folder}");
        }
        (selection.since, selection.until) = (None, Some(1_772_500_000));
        for (folder, is_looked_at) in [("2025/", false), ("2026/02/", false), ("2026/03/", true)] {
            let folder = format!("{region}{folder}");
            assert_eq!(matches!(step(&folder, &selection), Step::Folders(_)), is_looked_at, "{folder}");
        }
    }
}
