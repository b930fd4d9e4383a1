//! Finds patterns that were moved to another file or renamed, among those that are only on one side.

use super::pairing::NamedPattern;
use super::settings::decides_events;
use cwfilter::analysis::{Bounds, Domain, implies};
use cwfilter::control_chain::without_modules;
use cwfilter::limits::MOVED_PROOFS;
use std::collections::HashMap;
use std::path::Path;

/// How much of the place two entries have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Whole,
    FileName,
    Any,
}

/// Rounds of the search: whether the name is the same, and how much of the place. An entry that only one entry of the other side can be
/// is found in the first round that shows it.
const ROUNDS: [(bool, Place); 5] = [
    (true, Place::FileName),
    (true, Place::Any),
    (false, Place::Whole),
    (false, Place::FileName),
    (false, Place::Any),
];

/// What two entries of a round have in common.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key<'a> {
    /// Without modules, as the references to the log group: a filter may be moved into one.
    name: Option<String>,
    place: &'a str,
    /// `None` if texts are not compared.
    text: Option<&'a str>,
    group: Group<'a>,
    settings: Vec<(&'static str, &'a str)>,
}

/// The log group of an entry.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Group<'a> {
    Known(&'a str),
    /// The references that are missing. They mean the same group only in one place or for one name.
    Missing(String),
}

fn key(entry: &NamedPattern, (by_name, by_place): (bool, Place), by_text: bool) -> Option<Key<'_>> {
    let pattern = entry.pattern.as_ref().ok()?;
    let group = match &entry.log_group {
        Some(name) => Group::Known(name),
        None => Group::Missing(without_modules(&entry.group_key)),
    };
    let is_named = by_name || by_place == Place::Whole;
    if matches!(&group, Group::Missing(key) if !key.is_empty()) && !is_named {
        return None;
    }
    let place = match by_place {
        Place::Whole => entry.place.as_str(),
        Place::FileName => Path::new(&entry.place).file_name().and_then(|it| it.to_str()).unwrap_or_default(),
        Place::Any => "",
    };
    let deciding = entry.settings.iter().filter(|(name, _)| decides_events(name));
    Some(Key {
        name: by_name.then(|| without_modules(&entry.name)),
        place,
        text: by_text.then(|| pattern.as_str()),
        group,
        settings: deciding.map(|(name, value)| (*name, value.as_str())).collect(),
    })
}

/// The entries of A and B that are one pattern in another place or with another name, as indices into the two lists: the same log group and
/// text, or a proof that both match the same events, and no second entry that it can be.
pub(super) fn moved(a: &[&NamedPattern], b: &[&NamedPattern], domain: Domain) -> Vec<(usize, usize)> {
    let mut found = Found { pairs: Vec::new(), in_a: vec![false; a.len()], in_b: vec![false; b.len()] };
    for round in ROUNDS {
        let of_a = by_key(a, &found.in_a, |entry| key(entry, round, true));
        let of_b = by_key(b, &found.in_b, |entry| key(entry, round, true));
        for (key, places) in of_a {
            if let ([at], Some([other])) = (places.as_slice(), of_b.get(&key).map(Vec::as_slice)) {
                found.add(*at, *other);
            }
        }
    }
    by_proof(a, b, domain, &mut found);
    found.pairs.sort_unstable();
    found.pairs
}

struct Found {
    pairs: Vec<(usize, usize)>,
    in_a: Vec<bool>,
    in_b: Vec<bool>,
}

impl Found {
    fn add(&mut self, at: usize, other: usize) {
        if let (Some(in_a), Some(in_b)) = (self.in_a.get_mut(at), self.in_b.get_mut(other)) {
            (*in_a, *in_b) = (true, true);
            self.pairs.push((at, other));
        }
    }
}

/// The entries that are not found yet, by their keys.
fn by_key<'a, 'k>(
    entries: &[&'a NamedPattern],
    is_found: &[bool],
    key: impl Fn(&'a NamedPattern) -> Option<Key<'k>>,
) -> HashMap<Key<'k>, Vec<usize>> {
    let mut all: HashMap<Key<'k>, Vec<usize>> = HashMap::new();
    for (at, (entry, _)) in entries.iter().zip(is_found).enumerate().filter(|(_, (_, found))| !**found) {
        if let Some(key) = key(entry) {
            all.entry(key).or_default().push(at);
        }
    }
    all
}

/// Adds the pairs that are proved to match the same events. If there are too many, the search ends.
fn by_proof(a: &[&NamedPattern], b: &[&NamedPattern], domain: Domain, found: &mut Found) {
    let bounds = Bounds::brief().in_domain(domain);
    let mut proved: HashMap<(usize, usize), bool> = HashMap::new();
    for round in ROUNDS {
        let of_a = by_key(a, &found.in_a, |entry| key(entry, round, false));
        let of_b = by_key(b, &found.in_b, |entry| key(entry, round, false));
        let mut same = Vec::new();
        for (places, others) in of_a.iter().filter_map(|(key, places)| Some((places, of_b.get(key)?))) {
            for pair in places.iter().flat_map(|at| others.iter().map(|other| (*at, *other))) {
                if !proved.contains_key(&pair) && proved.len() == MOVED_PROOFS {
                    return;
                }
                let is_same = *proved
                    .entry(pair)
                    .or_insert_with(|| are_equivalent(a.get(pair.0), b.get(pair.1), &bounds));
                same.extend(is_same.then_some(pair));
            }
        }
        for (at, other) in &same {
            if same.iter().filter(|(of_a, of_b)| of_a == at || of_b == other).count() == 1 {
                found.add(*at, *other);
            }
        }
    }
}

fn are_equivalent(a: Option<&&NamedPattern>, b: Option<&&NamedPattern>, bounds: &Bounds) -> bool {
    let (Some(Ok(a)), Some(Ok(b))) = (a.map(|it| &it.pattern), b.map(|it| &it.pattern)) else { return false };
    implies(a, b, bounds).is_yes() && implies(b, a, bounds).is_yes()
}
