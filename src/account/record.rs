//! The record of a stack's metric filters, which have no tags of their own.
//!
//! It is kept in the tags of a topic `cwfilter-STACK` that has no subscribers and costs nothing: the log group and the alarms' topic
//! may belong to others. It lists log groups, and for each metric filter that the stack wrote there a hash of its name and of what it
//! does. 45 tags of 256 characters hold more than 400 metric filters, four log groups full of them.
//!
//! **A name alone proves little.** Others may have created the metric filter that has the name today: ours was deleted by hand, or a
//! run ended between its deletion and the record's next version. Therefore only a metric filter with the pattern and metric that the
//! stack wrote last is deleted. A recorded name that the stack still asks for is written again, as drift.

use crate::limits::{RECORD_TAGS, TAG_VALUE_CHARACTERS};
use crate::resource::{Kind, Resource, STACK_TAG, Tags};
use crate::stack::{LOG_GROUP, record_topic};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The beginning of the tags' keys.
const KEY: &str = "cwfilter:record-";

/// Characters of the hash of a name.
const NAME: usize = 16;

/// Characters of an entry: the hash of a name, and half a hash of what the metric filter does. An entry of the record's first form is
/// a name alone.
const ENTRY: usize = NAME + 8;

/// Metric filters by log group, each as an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Record(pub(crate) BTreeMap<String, BTreeSet<String>>);

/// FNV-1a, 64 bits: the same in every version.
fn hash(text: &str) -> String {
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    format!("{:016x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, fold))
}

/// The part of an entry that is the name.
fn name(entry: &str) -> &str {
    entry.get(..NAME).unwrap_or(entry)
}

fn entry(filter: &Resource) -> String {
    let members = ["filterPattern", "metricNamespace", "metricName"].map(|name| filter.text(name));
    let mut entry = hash(&filter.name) + &hash(&members.join("\n"));
    entry.truncate(ENTRY);
    entry
}

impl Record {
    /// Reads the tags of the record's topic, and the parts of them that are no record: somebody has edited them.
    pub(crate) fn read(tags: &Tags) -> (Self, Vec<String>) {
        let text: String = tags
            .range(KEY.to_owned()..)
            .take_while(|(key, _)| key.starts_with(KEY))
            .map(|(_, it)| it.as_str())
            .collect();
        let (mut record, mut damaged) = (Record::default(), Vec::new());
        let is_hash = |text: &str| {
            [NAME, ENTRY].contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        for part in text.split(':').filter(|part| !part.is_empty()) {
            let (group, hashes) = part.split_once('=').unwrap_or((part, ""));
            // tags take no `#`
            let group = group.replace('@', "#");
            let hashes = || hashes.split('+').filter(|hash| !hash.is_empty()).map(str::to_owned);
            if (LOG_GROUP.is_valid)(&group) && hashes().all(|hash| is_hash(&hash)) {
                record.0.entry(group).or_default().extend(hashes());
            } else {
                damaged.push(part.to_owned());
            }
        }
        (record, damaged)
    }

    /// The tags of the record's topic, as far as they are a record.
    pub(crate) fn of_tags(tags: &Tags) -> Self {
        Record::read(tags).0
    }

    /// The record of these metric filters.
    pub(crate) fn of<'a>(filters: impl IntoIterator<Item = &'a Resource>) -> Self {
        let mut record = Record::default();
        for it in filters.into_iter().filter(|it| it.kind == Kind::MetricFilter) {
            record.0.entry(it.text("logGroupName")).or_default().insert(entry(it));
        }
        record
    }

    /// Whether it lists the name of a metric filter.
    pub(crate) fn has(&self, filter: &Resource) -> bool {
        let entries = self.0.get(&filter.text("logGroupName"));
        entries.is_some_and(|entries| entries.iter().any(|it| name(it) == hash(&filter.name)))
    }

    /// Whether a metric filter has the name, the pattern and the metric of an entry.
    pub(crate) fn has_written(&self, filter: &Resource) -> bool {
        let entries = self.0.get(&filter.text("logGroupName"));
        entries.is_some_and(|it| it.contains(&entry(filter)) || it.contains(&hash(&filter.name)))
    }

    /// With the entries that an earlier version of the record has for its names: until the next call is made, the metric filter is as
    /// an earlier run wrote it.
    pub(crate) fn and_earlier(mut self, earlier: &Record) -> Self {
        for (group, entries) in &mut self.0 {
            let names: BTreeSet<String> = entries.iter().map(|it| name(it).to_owned()).collect();
            let known = earlier.0.get(group).into_iter().flatten();
            entries.extend(known.filter(|it| names.contains(name(it))).cloned());
        }
        self
    }

    /// With the metric filters of another record.
    pub(crate) fn and(mut self, other: &Record) -> Self {
        for (group, hashes) in &other.0 {
            self.0.entry(group.clone()).or_default().extend(hashes.iter().cloned());
        }
        self
    }

    /// The record as a resource: its tags, and as a property how many metric filters it lists.
    pub(crate) fn resource(&self, stack: &str) -> Resource {
        let list = |(group, hashes): (&String, &BTreeSet<String>)| {
            let hashes: Vec<&str> = hashes.iter().map(String::as_str).collect();
            format!("{}={}", group.replace('#', "@"), hashes.join("+"))
        };
        let text = self.0.iter().map(list).collect::<Vec<_>>().join(":");
        let mut it = Resource::new(Kind::Record, record_topic(stack));
        it.tags.insert(STACK_TAG.to_owned(), stack.to_owned());
        // group names and hashes are ASCII
        for (number, chunk) in text.as_bytes().chunks(TAG_VALUE_CHARACTERS).enumerate() {
            it.tags.insert(format!("{KEY}{number:02}"), String::from_utf8_lossy(chunk).into_owned());
        }
        let names =
            |entries: &BTreeSet<String>| entries.iter().map(|it| name(it)).collect::<BTreeSet<_>>().len();
        let counts = self.0.iter().map(|(group, entries)| json!(format!("{} in {group}", names(entries))));
        it.set("metricFilters", counts.collect::<Value>())
    }

    /// Whether the tags of one topic hold it.
    pub(crate) fn fits(&self) -> bool {
        self.resource("").tags.len() <= RECORD_TAGS
    }
}

/// The keys of a record's tags that a shorter record no longer has.
pub(crate) fn surplus(before: &Tags, after: &Tags) -> Vec<String> {
    before.keys().filter(|key| key.starts_with(KEY) && !after.contains_key(*key)).cloned().collect()
}
