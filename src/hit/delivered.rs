//! What the name of a delivery file says about the records in it.
//!
//! Source: CloudTrail user guide, "Finding your CloudTrail log files" and "CloudTrail log file name format":
//! `AWSLogs/[ORGANIZATION/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_UNIQUE.json.gz`.

use crate::cloudtrail::{is_account, is_region};
use crate::time::{DAY, days};

/// The parts of a name. A part is `None` if the name does not have it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Delivered<'a> {
    pub(super) account: Option<&'a str>,
    pub(super) region: Option<&'a str>,
    /// When the file was delivered, in seconds since 1970: the first second, and the one after the last.
    pub(super) time: Option<(i64, i64)>,
}

impl<'a> Delivered<'a> {
    /// Of a path with `/` or `\`.
    pub(super) fn of(path: &'a str) -> Self {
        let mut parts: Vec<&str> = path.split(['/', '\\']).collect();
        let name = parts.pop().unwrap_or_default();
        let (of_name, of_folders) = (from_name(name), from_folders(&parts));
        Delivered {
            account: of_name.account.or(of_folders.account),
            region: of_name.region.or(of_folders.region),
            time: of_name.time.or(of_folders.time),
        }
    }
}

/// `ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_UNIQUE`; the second part of Insights and network activity is longer.
fn from_name(name: &str) -> Delivered<'_> {
    let mut parts = name.split('_');
    let mut next = || parts.next().unwrap_or_default();
    let (account, kind, region, time) = (next(), next(), next(), next());
    let minute = minute(time);
    if !is_account(account) || !kind.starts_with("CloudTrail") || !is_region(region) || minute.is_none() {
        return Delivered::default();
    }
    Delivered { account: Some(account), region: Some(region), time: minute.map(|from| (from, from + 60)) }
}

/// `AWSLogs/[ORGANIZATION/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD`, each part only after those before it.
fn from_folders<'a>(folders: &[&'a str]) -> Delivered<'a> {
    let Some(at) = folders.iter().rposition(|folder| *folder == "AWSLogs") else {
        return Delivered::default();
    };
    let mut rest = folders.iter().skip(at + 1).copied().peekable();
    rest.next_if(|folder| folder.starts_with("o-"));
    let mut delivered =
        Delivered { account: rest.next().filter(|it| is_account(it)), ..Delivered::default() };
    if delivered.account.is_none() || !rest.next().is_some_and(|it| it.starts_with("CloudTrail")) {
        return delivered;
    }
    delivered.region = rest.next().filter(|it| is_region(it));
    let mut number = |width: usize| {
        let digits =
            rest.next().filter(|it| it.len() == width && it.bytes().all(|byte| byte.is_ascii_digit()))?;
        digits.parse::<i64>().ok()
    };
    if let (Some(year), Some(month), Some(day)) = (number(4), number(2), number(2))
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
    {
        let first = days(year, month, day) * DAY;
        delivered.time = Some((first, first + DAY));
    }
    delivered
}

/// `20260304T1015Z` in seconds since 1970.
fn minute(text: &str) -> Option<i64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let is_number =
        |text: &str, width: usize| text.len() == width && text.bytes().all(|it| it.is_ascii_digit());
    if !is_number(date, 8) || !is_number(time, 4) {
        return None;
    }
    let number = |text: Option<&str>| text?.parse::<i64>().ok();
    let (year, month, day) = (number(date.get(..4))?, number(date.get(4..6))?, number(date.get(6..))?);
    let (hour, minute) = (number(time.get(..2))?, number(time.get(2..))?);
    let is_time = (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60;
    is_time.then(|| days(year, month, day) * DAY + hour * 3600 + minute * 60)
}
