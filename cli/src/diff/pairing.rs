//! Pairs the patterns of two sets for a comparison.

use super::settings::{MADE, NOT_MADE};
use cwfilter::FilterPattern;
use std::collections::{HashMap, VecDeque};

/// A pattern of a set, with its name and place.
#[derive(Debug, Clone)]
pub(super) struct NamedPattern {
    /// The path of the file below the named folder; empty if a file was named.
    pub(super) place: String,
    /// The filter's, rule's or resource's name; empty for a bare pattern.
    pub(super) name: String,
    /// The log group, if the file gives it as a text.
    pub(super) log_group: Option<String>,
    /// What tells the log group from others, also if its name is not known; empty if the file does not say it.
    pub(super) group_key: String,
    /// The line where it begins.
    pub(super) line: usize,
    /// Its file; empty for a bare pattern.
    pub(super) file: std::path::PathBuf,
    /// The settings beside it.
    pub(super) settings: Vec<super::settings::Setting>,
    /// The pattern, or why it cannot be compared.
    pub(super) pattern: Result<FilterPattern, String>,
}

/// The name for people of what is in a file: `file: name`, or only the name if the file was named.
pub(super) fn titled(place: &str, name: &str) -> String {
    if place.is_empty() { name.to_owned() } else { format!("{place}: {name}") }
}

impl NamedPattern {
    /// The name for people: `file: name`, or one of the two.
    pub(super) fn title(&self) -> String {
        match (self.place.as_str(), self.name.as_str()) {
            (place, "") if !place.is_empty() => format!("{place}:{}", self.line),
            (place, name) => titled(place, name),
        }
    }

    /// Whether no such filter is made, as with `count = 0`.
    pub(super) fn is_absent(&self) -> bool {
        self.settings.iter().any(|(name, value)| *name == MADE && value == NOT_MADE)
    }

    fn text(&self) -> Option<&str> {
        self.pattern.as_ref().ok().map(FilterPattern::as_str)
    }
}

/// The pairs, as indices into the two lists.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    pub(super) pairs: Vec<(usize, usize)>,
    pub(super) only_in_a: Vec<usize>,
    pub(super) only_in_b: Vec<usize>,
    /// Names that occur several times in one file: an entry with the name, its number in A, its number in B.
    pub(super) twins: Vec<(NamedPattern, usize, usize)>,
}

/// Rounds of pairing. Beside place and name, a round compares the log group, the text, both or neither.
const ROUNDS: [(bool, bool); 4] = [(true, true), (true, false), (false, true), (false, false)];

/// Two entries with the same key are paired.
type Key<'a> = (&'a str, &'a str, Option<&'a Option<String>>, Option<&'a str>);

/// `None` if the round compares texts and the entry has no text.
fn key(entry: &NamedPattern, (by_group, by_text): (bool, bool)) -> Option<Key<'_>> {
    let text = if by_text { Some(entry.text()?) } else { None };
    Some((&entry.place, &entry.name, by_group.then_some(&entry.log_group), text))
}

/// Pairs entries by place and name. Several entries may have the same place and name: of these, entries with the same log group and
/// text are paired first, then with the same log group, then with the same text, then in their order. The entries that remain are only
/// on one side; no entry is dropped.
pub(super) fn pair(a: &[NamedPattern], b: &[NamedPattern]) -> Pairs {
    let mut partners: Vec<Option<usize>> = vec![None; a.len()];
    let mut is_taken = vec![false; b.len()];
    for round in ROUNDS {
        let mut open: HashMap<Key<'_>, VecDeque<usize>> = HashMap::new();
        for (at, entry) in b.iter().enumerate().filter(|(at, _)| is_taken.get(*at) == Some(&false)) {
            if let Some(key) = key(entry, round) {
                open.entry(key).or_default().push_back(at);
            }
        }
        for (entry, partner) in a.iter().zip(&mut partners).filter(|(_, partner)| partner.is_none()) {
            let first = key(entry, round).and_then(|key| open.get_mut(&key)).and_then(VecDeque::pop_front);
            if let Some(taken) = first.and_then(|at| is_taken.get_mut(at)) {
                (*taken, *partner) = (true, first);
            }
        }
    }
    let mut found = Pairs { twins: twins(a, b), ..Pairs::default() };
    for (at, partner) in partners.into_iter().enumerate() {
        match partner {
            Some(other) => found.pairs.push((at, other)),
            None => found.only_in_a.push(at),
        }
    }
    found.only_in_b.extend(is_taken.iter().enumerate().filter(|(_, taken)| !**taken).map(|(at, _)| at));
    found
}

/// The names that occur several times in one place, ordered by their first entries.
fn twins(a: &[NamedPattern], b: &[NamedPattern]) -> Vec<(NamedPattern, usize, usize)> {
    let mut places: HashMap<(&str, &str), usize> = HashMap::new();
    let mut counts: Vec<(&NamedPattern, usize, usize)> = Vec::new();
    for (entry, is_a) in a.iter().map(|entry| (entry, true)).chain(b.iter().map(|entry| (entry, false))) {
        let at = *places.entry((&entry.place, &entry.name)).or_insert_with(|| {
            counts.push((entry, 0, 0));
            counts.len() - 1
        });
        if let Some((_, in_a, in_b)) = counts.get_mut(at) {
            *in_a += usize::from(is_a);
            *in_b += usize::from(!is_a);
        }
    }
    let is_twin = |(_, in_a, in_b): &(&NamedPattern, usize, usize)| *in_a.max(in_b) > 1;
    counts.into_iter().filter(is_twin).map(|(entry, in_a, in_b)| (entry.clone(), in_a, in_b)).collect()
}
