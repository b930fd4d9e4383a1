//! Patterns that are only on one side, and those that were moved or renamed, in the report.

use super::super::direction::Direction;
use super::super::moved::moved;
use super::super::pairing::NamedPattern;
use super::super::settings::Change;
use super::pair::Pair;
use cwfilter::analysis::{Bounds, compare_within};
use serde::Serialize;
use std::collections::HashSet;

/// A pattern that is only on one side.
pub(super) struct Lone {
    pub(super) entry: NamedPattern,
    pub(super) is_in_a: bool,
}

impl Lone {
    pub(super) fn direction(&self) -> Direction {
        // a filter that is not made matches nothing
        let is_made = !self.entry.is_absent();
        Direction {
            is_looser: is_made && !self.is_in_a,
            is_tighter: is_made && self.is_in_a,
            is_changed: true,
        }
    }

    /// How a report names it.
    pub(super) fn title(&self) -> String {
        let note = if self.entry.is_absent() { " (not made)" } else { "" };
        format!("{}{note}", self.entry.title())
    }
}

/// A pattern with another place or name in B.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Moved {
    /// The place and name in A.
    from: String,
    /// The place and name in B.
    to: String,
    /// Whether the text is the same. If not, it is proved that both match the same events.
    is_same_text: bool,
    /// Settings beside the pattern that differ.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) settings: Vec<Change>,
    #[serde(skip)]
    pub(super) pair: Pair,
}

/// Takes the patterns that were moved or renamed from those that are only on one side.
pub(super) fn take_moved(all: &mut Vec<Lone>, bounds: &Bounds) -> Vec<Moved> {
    let of = |is_in_a: bool| -> Vec<(usize, &NamedPattern)> {
        let here = all.iter().enumerate().filter(|(_, it)| it.is_in_a == is_in_a);
        here.map(|(at, it)| (at, &it.entry)).collect()
    };
    let entries = |all: &[(usize, _)]| all.iter().map(|(_, entry)| *entry).collect::<Vec<&NamedPattern>>();
    let (of_a, of_b) = (of(true), of(false));
    let mut taken = HashSet::new();
    let mut found = Vec::new();
    for (at, other) in moved(&entries(&of_a), &entries(&of_b), bounds.domain) {
        let (Some((at, a)), Some((other, b))) = (of_a.get(at), of_b.get(other)) else { continue };
        if let Some(moved) = Moved::new(a, b, bounds) {
            taken.extend([*at, *other]);
            found.push(moved);
        }
    }
    let mut at = 0;
    all.retain(|_| {
        at += 1;
        !taken.contains(&(at - 1))
    });
    found
}

impl Moved {
    fn new(a: &NamedPattern, b: &NamedPattern, bounds: &Bounds) -> Option<Moved> {
        let (Ok(pattern), Ok(other)) = (&a.pattern, &b.pattern) else { return None };
        let mut pair = Pair::new(a, b, compare_within(pattern, other, bounds), false);
        let is_same_text = pattern.as_str() == other.as_str();
        let mut settings = std::mem::take(&mut pair.settings);
        settings.retain(|it| !it.is_of_module());
        Some(Moved { from: a.title(), to: b.title(), is_same_text, settings, pair })
    }

    /// The entry of A and that of B.
    pub(super) fn entries(&self) -> [&NamedPattern; 2] {
        [&self.pair.of_a, &self.pair.of_b]
    }

    /// A change, but not one of the events.
    pub(super) fn direction(&self) -> Direction {
        Direction { is_changed: true, ..self.pair.direction() }
    }

    /// What happened, as `moved from … to …`.
    pub(super) fn sentence(&self) -> String {
        let [a, b] = self.entries();
        let what = match (a.place == b.place, a.name == b.name) {
            (false, true) => "moved",
            (true, _) => "renamed",
            (false, false) => "moved and renamed",
        };
        let text =
            if self.is_same_text { "" } else { "; the text differs, the pattern matches the same events" };
        format!("{what} from {} to {}{text}", self.from, self.to)
    }
}
