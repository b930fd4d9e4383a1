//! Event names by event source, and how it is known that a source records a name.

use super::rows;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

/// How it is known that a source records an event name, the strongest first. Recorded events come before service models: a model has the
/// names of its endpoints, and calls to the endpoint `bedrock-runtime` are recorded under `bedrock.amazonaws.com`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Evidence {
    /// It is in a record that CloudTrail delivered.
    Recorded,
    /// It is an operation of a service model whose endpoint prefix or signing name is this source.
    Operation,
    /// It is in a list of events, without its record.
    Listed,
    /// It is an action of IAM policies. If the service has a model, most of these are no events.
    Action,
    /// It is in test data that was written by hand.
    Written,
}

/// Every known source, with its names.
struct Events {
    by_source: HashMap<&'static str, BTreeMap<&'static str, Evidence>>,
    names: HashMap<&'static str, Vec<&'static str>>,
    by_name: HashMap<&'static str, Vec<&'static str>>,
}

fn events() -> &'static Events {
    static EVENTS: OnceLock<Events> = OnceLock::new();
    EVENTS.get_or_init(|| {
        let by_source = pairs();
        let mut by_name: HashMap<&str, Vec<(Evidence, usize, &str)>> = HashMap::new();
        for (source, names) in &by_source {
            for (name, evidence) in names {
                by_name.entry(name).or_default().push((*evidence, source.len(), source));
            }
        }
        let sources = |mut sources: Vec<(Evidence, usize, &'static str)>| {
            sources.sort_unstable();
            sources.into_iter().map(|(_, _, source)| source).collect()
        };
        Events {
            names: by_source
                .iter()
                .map(|(source, names)| (*source, names.keys().copied().collect()))
                .collect(),
            by_name: by_name.into_iter().map(|(name, found)| (name, sources(found))).collect(),
            by_source,
        }
    })
}

fn pairs() -> HashMap<&'static str, BTreeMap<&'static str, Evidence>> {
    let mut found: HashMap<&str, BTreeMap<&str, Evidence>> = HashMap::new();
    let mut add = |source, name, evidence: Evidence| {
        let known = found.entry(source).or_default().entry(name).or_insert(evidence);
        *known = evidence.min(*known);
    };
    let lists =
        [(include_str!("events.tsv"), Evidence::Operation), (include_str!("actions.tsv"), Evidence::Action)];
    for (text, evidence) in lists {
        for mut row in rows(text) {
            let (Some(source), Some(names)) = (row.next(), row.next()) else { continue };
            names.split(' ').for_each(|name| add(source, name, evidence));
        }
    }
    let origins: HashMap<&str, Evidence> = rows(include_str!("origins.tsv"))
        .filter_map(|mut row| Some((row.next()?, kind(row.next()?))))
        .collect();
    for mut row in rows(include_str!("recorded.tsv")) {
        let (Some(source), Some(name), Some(seen)) = (row.next(), row.next(), row.next()) else { continue };
        if let Some(evidence) = seen.split(',').filter_map(|origin| origins.get(origin)).min() {
            add(source, name, *evidence);
        }
    }
    found
}

fn kind(text: &str) -> Evidence {
    match text {
        "recorded" => Evidence::Recorded,
        "listed" => Evidence::Listed,
        _ => Evidence::Written,
    }
}

/// The known event sources, such as `iam.amazonaws.com`.
pub fn event_sources() -> impl Iterator<Item = &'static str> {
    events().by_source.keys().copied()
}

/// The known event names. Names that only hand-written test data or IAM policies have are among them: see [`evidence_of_name`].
pub fn event_names() -> impl Iterator<Item = &'static str> {
    events().by_name.keys().copied()
}

/// The event names of a source, sorted. Empty for an unknown source.
///
/// ```
/// use cwfilter::cloudtrail::catalogue::names_of;
/// assert!(names_of("iam.amazonaws.com").contains(&"CreateAccessKey"));
/// ```
#[must_use]
pub fn names_of(source: &str) -> &'static [&'static str] {
    events().names.get(source).map_or(&[], Vec::as_slice)
}

/// The sources that record an event of this name, the one with the strongest evidence first. Empty for an unknown name.
///
/// ```
/// use cwfilter::cloudtrail::catalogue::sources_of;
/// assert_eq!(sources_of("InvokeModel").first(), Some(&"bedrock.amazonaws.com"));
/// ```
#[must_use]
pub fn sources_of(name: &str) -> &'static [&'static str] {
    events().by_name.get(name).map_or(&[], Vec::as_slice)
}

/// How it is known that the source records the name. `None` if it is not known that it does.
///
/// ```
/// use cwfilter::cloudtrail::catalogue::{Evidence, evidence};
/// assert_eq!(evidence("iam.amazonaws.com", "CreateAccessKey"), Some(Evidence::Recorded));
/// assert_eq!(evidence("iam.amazonaws.com", "RunInstances"), None);
/// ```
#[must_use]
pub fn evidence(source: &str, name: &str) -> Option<Evidence> {
    events().by_source.get(source)?.get(name).copied()
}

/// The strongest evidence that any source records the name. Actions of IAM policies count as weak evidence if the service has a
/// model. `None` for an unknown name.
///
/// ```
/// use cwfilter::cloudtrail::catalogue::{Evidence, evidence_of_name};
/// assert_eq!(evidence_of_name("RunInstances"), Some(Evidence::Recorded));
/// assert_eq!(evidence_of_name("InvokeFunction"), Some(Evidence::Action));
/// assert_eq!(evidence_of_name("RunInstnaces"), None);
/// ```
#[must_use]
pub fn evidence_of_name(name: &str) -> Option<Evidence> {
    sources_of(name).first().and_then(|source| evidence(source, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_files_are_read_whole() {
        let lines = |text: &'static str| rows(text).count();
        let pairs: usize = [include_str!("events.tsv"), include_str!("actions.tsv")]
            .into_iter()
            .flat_map(rows)
            .map(|mut row| row.nth(1).map_or(0, |names| names.split(' ').count()))
            .sum();
        let all: usize = events().by_source.values().map(BTreeMap::len).sum();
        assert!(all > pairs && all <= pairs + lines(include_str!("recorded.tsv")), "{all}, {pairs}");
        assert!(event_sources().count() > lines(include_str!("events.tsv")));
        assert!(event_names().count() > 10_000);
        assert_eq!(sources_of("ConsoleLogin"), ["signin.amazonaws.com"]);
    }

    #[test]
    fn every_recorded_pair_has_origins_that_are_described() {
        let origins: Vec<&str> = rows(include_str!("origins.tsv")).filter_map(|mut row| row.next()).collect();
        let kinds = rows(include_str!("origins.tsv")).filter_map(|mut row| row.nth(1));
        let unknown = kinds.filter(|kind| !["recorded", "listed", "written"].contains(kind));
        assert_eq!(unknown.collect::<Vec<_>>(), Vec::<&str>::new());
        for mut row in rows(include_str!("recorded.tsv")) {
            let (source, name, seen) = (row.next().unwrap(), row.next().unwrap(), row.next().unwrap());
            for origin in seen.split(',') {
                assert!(origins.contains(&origin), "{source} {name}: {origin}");
            }
            assert!(evidence(source, name).is_some(), "{source} {name}");
        }
    }
}
