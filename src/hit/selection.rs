//! A time range, accounts and regions: asked of the name of a file before it is opened, and of a hit after.

use super::delivered::Delivered;
use super::facts::Facts;
use crate::limits::{EARLY_DELIVERY_SECONDS, LATE_DELIVERY_SECONDS};
use crate::time::parse;
use std::collections::BTreeSet;

/// Which hits are wanted. The default wants all.
///
/// ```
/// use cwfilter::hit::{Outside, Selection};
/// let mut selection = Selection::default();
/// selection.accounts.insert("123456789012".to_owned());
/// let other = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/04/111122223333_CloudTrail_us-east-1_20260304T1015Z_x.json.gz";
/// assert_eq!(selection.of_file(other), Some(Outside::OtherAccount));
/// assert_eq!(selection.of_file("events.json"), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Selection {
    /// The first second that is wanted, since 1970.
    pub since: Option<i64>,
    /// The end of the time range, in seconds since 1970; the second itself is not part of the range.
    pub until: Option<i64>,
    /// Account ids; all if empty.
    pub accounts: BTreeSet<String>,
    /// Regions; all if empty.
    pub regions: BTreeSet<String>,
    /// Seconds that a file may be delivered after its events; see [`LATE_DELIVERY_SECONDS`].
    pub late: i64,
}

impl Default for Selection {
    fn default() -> Self {
        let late = LATE_DELIVERY_SECONDS;
        Selection { since: None, until: None, accounts: BTreeSet::new(), regions: BTreeSet::new(), late }
    }
}

/// Why a file or a hit is skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Outside {
    /// Earlier than `since`.
    Before,
    /// Not earlier than `until`; a file: delivered too long after it.
    After,
    /// Of an account that is not wanted.
    OtherAccount,
    /// Of a region that is not wanted.
    OtherRegion,
}

impl Outside {
    /// All reasons.
    pub const ALL: [Outside; 4] =
        [Outside::Before, Outside::After, Outside::OtherAccount, Outside::OtherRegion];

    /// Its name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Outside::Before => "beforeSince",
            Outside::After => "afterUntil",
            Outside::OtherAccount => "otherAccount",
            Outside::OtherRegion => "otherRegion",
        }
    }
}

/// The facts that a hit lacks although the selection needs them. Such a hit is kept, and may be outside the selection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lacking {
    /// A time that can be read.
    pub time: bool,
    /// An account.
    pub account: bool,
    /// A region.
    pub region: bool,
}

impl Selection {
    /// Whether all hits are wanted.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.since.is_none() && self.until.is_none() && self.accounts.is_empty() && self.regions.is_empty()
    }

    /// Why no record of a file can be wanted, by the file's path as CloudTrail names files and folders. `None` for a file that has
    /// to be read; so has every file that is named in another way.
    ///
    /// A file is delivered after its events, usually within minutes. The time in its name is therefore compared with a margin of
    /// [`late`](Self::late) on one side and [`EARLY_DELIVERY_SECONDS`] on the other.
    #[must_use]
    pub fn of_file(&self, path: &str) -> Option<Outside> {
        if self.is_all() {
            return None;
        }
        let name = Delivered::of(path);
        if name.account.is_some_and(|account| !self.wants(&self.accounts, account)) {
            return Some(Outside::OtherAccount);
        }
        if name.region.is_some_and(|region| !self.wants(&self.regions, region)) {
            return Some(Outside::OtherRegion);
        }
        let (first, end) = name.time?;
        if self.since.is_some_and(|since| end.saturating_add(EARLY_DELIVERY_SECONDS) <= since) {
            return Some(Outside::Before);
        }
        let is_after = |until: i64| first >= until.saturating_add(self.late);
        self.until.is_some_and(is_after).then_some(Outside::After)
    }

    /// Whether a hit is wanted. `received` is the time of its log event in milliseconds since 1970, and counts if the record has no
    /// `eventTime`. A hit without a time, account or region that is asked about is kept, and the answer says so.
    ///
    /// # Errors
    /// Why it is not wanted.
    pub fn of_hit(&self, facts: &Facts<'_>, received: Option<i64>) -> Result<Lacking, Outside> {
        let mut lacking = Lacking::default();
        let time = facts.event_time.as_deref().and_then(parse);
        match time.or(received.map(|milliseconds| milliseconds.div_euclid(1000))) {
            None => lacking.time = self.since.is_some() || self.until.is_some(),
            Some(time) if self.since.is_some_and(|since| time < since) => return Err(Outside::Before),
            Some(time) if self.until.is_some_and(|until| time >= until) => return Err(Outside::After),
            Some(_) => {}
        }
        match facts.account.as_deref() {
            None => lacking.account = !self.accounts.is_empty(),
            Some(account) if !self.wants(&self.accounts, account) => return Err(Outside::OtherAccount),
            Some(_) => {}
        }
        match facts.aws_region.as_deref() {
            None => lacking.region = !self.regions.is_empty(),
            Some(region) if !self.wants(&self.regions, region) => return Err(Outside::OtherRegion),
            Some(_) => {}
        }
        Ok(lacking)
    }

    fn wants(&self, wanted: &BTreeSet<String>, found: &str) -> bool {
        wanted.is_empty() || wanted.contains(found)
    }
}
