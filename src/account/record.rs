//! The record of a stack's metric filters, which have no tags of their own.
//!
//! It is kept in the tags of a topic `cwfilter-STACK` that has no subscribers and costs nothing: the log group and the alarms' topic
//! may belong to others. It lists log groups and a hash of the name of each metric filter that the stack wrote there, so that it
//! fits: 45 tags of 256 characters hold more than 600 metric filters, six log groups full of them.

use crate::limits::{RECORD_TAGS, TAG_VALUE_CHARACTERS};
use crate::resource::{Kind, Resource, STACK_TAG, Tags};
use crate::stack::{LOG_GROUP, record_topic};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The beginning of the tags' keys.
const KEY: &str = "cwfilter:record-";

/// Metric filters by log group, each as a hash of its name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Record(pub(crate) BTreeMap<String, BTreeSet<String>>);

/// FNV-1a, 64 bits: the same in every version.
fn hash(text: &str) -> String {
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    format!("{:016x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, fold))
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
        let is_hash = |text: &str| text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
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
            record.0.entry(it.text("logGroupName")).or_default().insert(hash(&it.name));
        }
        record
    }

    pub(crate) fn has(&self, filter: &Resource) -> bool {
        self.0.get(&filter.text("logGroupName")).is_some_and(|hashes| hashes.contains(&hash(&filter.name)))
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
        let counts = self.0.iter().map(|(group, hashes)| json!(format!("{} in {group}", hashes.len())));
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
