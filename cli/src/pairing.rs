//! Which pattern of one set is compared with which of another.

use cwfilter::FilterPattern;
use std::collections::{HashMap, VecDeque};

/// A pattern of a set, and where it is.
#[derive(Debug, Clone)]
pub(super) struct NamedPattern {
    /// The file, relative to the folder that was named; empty where no folder was named.
    pub(super) place: String,
    /// The filter's, rule's or resource's name; empty for a bare pattern.
    pub(super) name: String,
    /// The log group, where it is written as a text.
    pub(super) log_group: Option<String>,
    /// The line that it begins in.
    pub(super) line: usize,
    /// The pattern, or why it cannot be compared.
    pub(super) pattern: Result<FilterPattern, String>,
}

impl NamedPattern {
    /// For people: `file: name`, or one of them.
    pub(super) fn title(&self) -> String {
        match (self.place.as_str(), self.name.as_str()) {
            ("", name) => name.to_owned(),
            (place, "") => format!("{place}:{}", self.line),
            (place, name) => format!("{place}: {name}"),
        }
    }

    fn text(&self) -> Option<&str> {
        self.pattern.as_ref().ok().map(FilterPattern::as_str)
    }
}

/// What was paired, by the places in the two lists.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    pub(super) pairs: Vec<(usize, usize)>,
    pub(super) only_in_a: Vec<usize>,
    pub(super) only_in_b: Vec<usize>,
    /// Names that occur several times in one file: how often in A and in B, and an entry of the name.
    pub(super) twins: Vec<(NamedPattern, usize, usize)>,
}

/// What has to be alike in a round beside place and name: the log group, the pattern's text.
const ROUNDS: [(bool, bool); 4] = [(true, true), (true, false), (false, true), (false, false)];

/// What two entries have alike that a round pairs.
type Key<'a> = (&'a str, &'a str, Option<&'a Option<String>>, Option<&'a str>);

/// `None` for an entry without a text in a round that compares texts.
fn key(entry: &NamedPattern, (by_group, by_text): (bool, bool)) -> Option<Key<'_>> {
    let text = if by_text { Some(entry.text()?) } else { None };
    Some((&entry.place, &entry.name, by_group.then_some(&entry.log_group), text))
}

/// Pairs by place and name. Of twins, which have both alike, those of the same log group are paired, then those of the same text,
/// then the others in the order in which they are written. What is left is only on one side; nothing is dropped.
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

/// The names that occur several times in one place, in the order of their first entries.
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
