//! The record of a stack's metric filters, which have no tags of their own.
//!
//! It is kept in the tags of a topic `cwfilter-STACK` that has no subscribers and costs nothing: the log group and the alarms' topic
//! may belong to others. It lists log groups, and for each metric filter that the stack wrote there a hash of its name and of what it
//! does. 45 tags of 256 characters hold more than 400 metric filters, four log groups full of them.
//!
//! **A name alone proves little.** Others may have created the metric filter that has the name today: ours was deleted by hand, or a
//! run ended between its deletion and the record's next version. Therefore only a metric filter with the pattern and metric that the
//! stack wrote last is deleted. One with a recorded name that the stack still asks for is written again, as drift, if it has at least the
//! pattern or the metric of the record.

use crate::limits::{RECORD_TAGS, TAG_VALUE_CHARACTERS};
use crate::resource::{Kind, Resource, STACK_TAG, Tags};
use crate::stack::{LOG_GROUP, record_topic};
use std::collections::{BTreeMap, BTreeSet};

/// The beginning of the tags' keys.
const KEY: &str = "cwfilter:record-";

/// Characters of the hash of a name. An entry of the record's first form is a name alone.
const NAME: usize = 16;

/// Characters of the hash of a pattern, and of that of a metric: the rest of an entry.
const PART: usize = 5;

/// Metric filters by log group, each as an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Record(pub(crate) BTreeMap<String, BTreeSet<String>>);

/// FNV-1a, 64 bits: the same in every version.
fn hash(text: &str) -> String {
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    format!("{:016x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, fold))
}

/// The parts of an entry: the name, the pattern and the metric.
fn parts(entry: &str) -> [&str; 3] {
    let (name, rest) = entry.split_at_checked(NAME).unwrap_or((entry, ""));
    let (pattern, metric) = rest.split_at_checked(PART).unwrap_or_default();
    [name, pattern, metric]
}

fn entry(filter: &Resource) -> String {
    let metric = ["metricNamespace", "metricName"].map(|name| filter.text(name)).join("\n");
    let [mut pattern, mut metric] = [&filter.text("filterPattern"), &metric].map(|text| hash(text));
    pattern.truncate(PART);
    metric.truncate(PART);
    hash(&filter.name) + &pattern + &metric
}

impl Record {
    /// Reads the tags of the record's topic, and the parts of them that are no record: somebody has edited them.
    pub(crate) fn read(tags: &Tags) -> (Self, Vec<String>) {
        let text: String =
            tags.iter().filter(|(key, _)| key.starts_with(KEY)).map(|(_, it)| it.as_str()).collect();
        let (mut record, mut damaged) = (Record::default(), Vec::new());
        let is_entry = |text: &&str| {
            [NAME, NAME + 2 * PART].contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        for part in text.split(':').filter(|part| !part.is_empty()) {
            let (group, entries) = part.split_once('=').unwrap_or((part, ""));
            // tags take no `#`
            let group = group.replace('@', "#");
            let entries: Vec<&str> = entries.split('+').filter(|entry| !entry.is_empty()).collect();
            if (LOG_GROUP.is_valid)(&group) && entries.iter().all(is_entry) {
                record.0.entry(group).or_default().extend(entries.into_iter().map(str::to_owned));
            } else {
                damaged.push(part.to_owned());
            }
        }
        (record, damaged)
    }

    /// The record of these metric filters.
    pub(crate) fn of<'a>(filters: impl IntoIterator<Item = &'a Resource>) -> Self {
        let mut record = Record::default();
        for it in filters.into_iter().filter(|it| it.kind == Kind::MetricFilter) {
            record.0.entry(it.text("logGroupName")).or_default().insert(entry(it));
        }
        record
    }

    /// Whether it has an entry of a metric filter's name for which this holds. There are several until the next call is made: the metric
    /// filter is then as an earlier run wrote it.
    fn any(&self, filter: &Resource, is: impl Fn(&str) -> bool) -> bool {
        let own = hash(&filter.name);
        let entries = self.0.get(&filter.text("logGroupName"));
        entries.is_some_and(|all| all.iter().any(|it| it.starts_with(&own) && is(it)))
    }

    /// Whether it lists the name of a metric filter.
    pub(crate) fn has(&self, filter: &Resource) -> bool {
        self.any(filter, |_| true)
    }

    /// Whether a metric filter has the name of an entry, and its pattern or its metric.
    pub(crate) fn resembles(&self, filter: &Resource) -> bool {
        let own = entry(filter);
        let [_, pattern, metric] = parts(&own);
        self.any(filter, |it| it.len() == NAME || parts(it)[1] == pattern || parts(it)[2] == metric)
    }

    /// Whether a metric filter has the name, the pattern and the metric of an entry.
    pub(crate) fn has_written(&self, filter: &Resource) -> bool {
        let own = entry(filter);
        self.any(filter, |it| own.starts_with(it))
    }

    /// With the entries that an earlier version of the record has for its names.
    pub(crate) fn and_earlier(mut self, earlier: &Record) -> Self {
        for (group, entries) in &mut self.0 {
            let names: BTreeSet<String> = entries.iter().map(|it| parts(it)[0].to_owned()).collect();
            let known = earlier.0.get(group).into_iter().flatten();
            entries.extend(known.filter(|it| names.contains(parts(it)[0])).cloned());
        }
        self
    }

    /// With the metric filters of another record.
    pub(crate) fn and(mut self, other: &Record) -> Self {
        for (group, entries) in &other.0 {
            self.0.entry(group.clone()).or_default().extend(entries.iter().cloned());
        }
        self
    }

    /// The record as a resource: its tags, and as a property how many metric filters it lists.
    pub(crate) fn resource(&self, stack: &str) -> Resource {
        let mut it = Resource::new(Kind::Record, record_topic(stack));
        let (mut text, mut counts) = (Vec::new(), Vec::new());
        for (group, entries) in &self.0 {
            let names: BTreeSet<&str> = entries.iter().map(|it| parts(it)[0]).collect();
            counts.push(format!("{} in {group}", names.len()));
            let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
            text.push(format!("{}={}", group.replace('#', "@"), entries.join("+")));
        }
        it.tags.insert(STACK_TAG.to_owned(), stack.to_owned());
        // group names and hashes are ASCII
        for (number, chunk) in text.join(":").as_bytes().chunks(TAG_VALUE_CHARACTERS).enumerate() {
            it.tags.insert(format!("{KEY}{number:02}"), String::from_utf8_lossy(chunk).into_owned());
        }
        it.set("metricFilters", counts)
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
