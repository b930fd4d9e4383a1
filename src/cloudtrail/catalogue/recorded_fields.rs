//! The fields of the recorded events, by event source. They say what was recorded, and not what CloudTrail can write.

use super::rows;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

/// What the recorded events of one event source have.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct RecordedSource {
    /// The number of recorded events.
    pub records: usize,
    /// Their event names.
    pub names: HashSet<&'static str>,
    fields: HashMap<&'static str, RecordedField>,
    counts: HashMap<&'static str, usize>,
}

/// A field of recorded events.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedField {
    /// The number of recorded events that have it.
    pub records: usize,
    /// Its values, each with the number of recorded events that have it. Empty if they are not words, or more than eight.
    pub values: Vec<(&'static str, usize)>,
}

impl RecordedSource {
    /// The field at a path such as `requestParameters.tier`; elements of arrays have no step. `None` if no recorded event has it.
    #[must_use]
    pub fn field(&self, path: &str) -> Option<&RecordedField> {
        self.fields.get(path)
    }

    /// The number of recorded events of this name.
    ///
    /// ```
    /// use cwfilter::cloudtrail::catalogue::recorded_sources;
    /// let signin = &recorded_sources()["signin.amazonaws.com"];
    /// assert!(signin.events("ConsoleLogin") > 0);
    /// assert_eq!(signin.events("ConsoleLogout"), 0);
    /// ```
    #[must_use]
    pub fn events(&self, name: &str) -> usize {
        self.counts.get(name).copied().unwrap_or_default()
    }

    /// The paths of all fields, in no order.
    pub fn paths(&self) -> impl Iterator<Item = &'static str> {
        self.fields.keys().copied()
    }

    /// Whether recorded events have the field, or it is inside an object whose keys are chosen by users.
    #[must_use]
    pub fn may_have(&self, path: &str) -> bool {
        let is_open =
            |at: usize| path.get(..at).is_some_and(|it| self.fields.contains_key(&*format!("{it}.*")));
        self.fields.contains_key(path) || path.match_indices('.').any(|(at, _)| is_open(at))
    }
}

/// The recorded events of each event source.
///
/// ```
/// use cwfilter::cloudtrail::catalogue::recorded_sources;
/// let ssm = &recorded_sources()["ssm.amazonaws.com"];
/// assert!(ssm.names.contains("PutParameter"));
/// assert!(ssm.field("requestParameters.tier").is_some() && ssm.field("requestParameters.teir").is_none());
/// ```
#[must_use]
pub fn recorded_sources() -> &'static BTreeMap<&'static str, RecordedSource> {
    static SOURCES: OnceLock<BTreeMap<&str, RecordedSource>> = OnceLock::new();
    SOURCES.get_or_init(read)
}

fn read() -> BTreeMap<&'static str, RecordedSource> {
    let mut sources: BTreeMap<&str, RecordedSource> = BTreeMap::new();
    let mut last = "";
    for mut row in rows(include_str!("recorded_fields.tsv")) {
        let (Some(kind), Some(second), Some(third)) = (row.next(), row.next(), row.next()) else { continue };
        if kind == "source" {
            last = second;
            let names = row.next().unwrap_or_default().split(' ').collect();
            let records = third.parse().unwrap_or_default();
            sources.insert(
                last,
                RecordedSource { records, names, fields: HashMap::new(), counts: HashMap::new() },
            );
        } else if let Some(source) = sources.get_mut(last) {
            let mut field =
                RecordedField { records: second.parse().unwrap_or_default(), ..Default::default() };
            while let (Some(value), Some(count)) = (row.next(), row.next()) {
                field.values.push((value, count.parse().unwrap_or_default()));
            }
            source.fields.insert(third, field);
        }
    }
    for mut row in rows(include_str!("recorded_names.tsv")) {
        let (Some(source), Some(name), Some(count)) = (row.next(), row.next(), row.next()) else { continue };
        if let (Some(source), Ok(count)) = (sources.get_mut(source), count.parse()) {
            source.counts.insert(name, count);
        }
    }
    sources
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloudtrail::catalogue::{Evidence, evidence};

    #[test]
    fn every_row_is_read_and_every_name_is_recorded() {
        let sources = read();
        let read: usize = sources.values().map(|source| 1 + source.fields.len()).sum();
        assert_eq!(read, rows(include_str!("recorded_fields.tsv")).count());
        for (at, source) in &sources {
            assert!(source.names.iter().all(|name| evidence(at, name) == Some(Evidence::Recorded)), "{at}");
            assert_eq!(source.counts.values().sum::<usize>(), source.records, "{at}");
            assert_eq!(source.counts.keys().copied().collect::<HashSet<_>>(), source.names, "{at}");
            for (path, field) in &source.fields {
                assert!((1..=source.records).contains(&field.records), "{at} {path}");
                assert!(
                    field.values.iter().all(|(_, count)| (1..=field.records).contains(count)),
                    "{at} {path}"
                );
            }
        }
    }

    #[test]
    fn no_row_names_an_account_a_key_or_a_user() {
        let text = include_str!("recorded_fields.tsv");
        let is_number = |part: &str| part.len() >= 12 && part.bytes().all(|byte| byte.is_ascii_digit());
        let has_digits = |word: &str| {
            word.split(|c: char| !c.is_ascii_digit()).any(is_number)
                || word.parse::<std::net::IpAddr>().is_ok()
        };
        for word in text.lines().flat_map(|line| line.split(['\t', ' '])) {
            assert!(!has_digits(word) && !word.starts_with("AKIA") && !word.starts_with("arn:"), "{word}");
        }
        for mut row in text.lines().map(|line| line.split('\t')).filter(|row| row.clone().count() > 3) {
            let (kind, path) = (row.next().unwrap(), row.nth(1).unwrap());
            assert!(kind != "field" || !path.starts_with("userIdentity"), "{path}");
        }
    }
}
