//! Which pattern of one set is compared with which of another.

use crate::FilterPattern;

/// A pattern of a set, and where it is.
#[derive(Debug, Clone)]
pub(super) struct Entry {
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

impl Entry {
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
    pub(super) twins: Vec<(Entry, usize, usize)>,
}

/// Whether two entries of one place and name belong together.
type Alike = dyn Fn(&Entry, &Entry) -> bool;

/// Pairs by place and name. Of twins, which have both alike, those of the same log group are paired, then those of the same text,
/// then the others in the order in which they are written. What is left is only on one side; nothing is dropped.
pub(super) fn pair(a: &[Entry], b: &[Entry]) -> Pairs {
    let mut found = Pairs::default();
    let mut taken_b = vec![false; b.len()];
    let mut partner: Vec<Option<usize>> = vec![None; a.len()];
    let is_same = |a: &Entry, b: &Entry| a.place == b.place && a.name == b.name;
    let rules: [&Alike; 4] = [
        &|a, b| a.log_group == b.log_group && a.text().is_some() && a.text() == b.text(),
        &|a, b| a.log_group == b.log_group,
        &|a, b| a.text().is_some() && a.text() == b.text(),
        &|_, _| true,
    ];
    for rule in rules {
        for (at, entry) in a.iter().enumerate() {
            if partner.get(at).is_some_and(Option::is_some) {
                continue;
            }
            let fits = |(other_at, other): &(usize, &Entry)| {
                !taken_b.get(*other_at).copied().unwrap_or(true)
                    && is_same(entry, other)
                    && rule(entry, other)
            };
            let Some((other, _)) = b.iter().enumerate().find(fits) else { continue };
            if let (Some(slot), Some(taken)) = (partner.get_mut(at), taken_b.get_mut(other)) {
                (*slot, *taken) = (Some(other), true);
            }
        }
    }
    for (at, partner) in partner.into_iter().enumerate() {
        match partner {
            Some(other) => found.pairs.push((at, other)),
            None => found.only_in_a.push(at),
        }
    }
    found.only_in_b.extend(taken_b.iter().enumerate().filter(|(_, taken)| !**taken).map(|(at, _)| at));
    for entry in a.iter().chain(b) {
        let count = |list: &[Entry]| list.iter().filter(|other| is_same(entry, other)).count();
        let (in_a, in_b) = (count(a), count(b));
        let is_known = found.twins.iter().any(|(known, ..)| is_same(known, entry));
        if in_a.max(in_b) > 1 && !is_known {
            found.twins.push((entry.clone(), in_a, in_b));
        }
    }
    found
}
