//! What differs between two sides, in JSON, and the exit code.

mod annotations;
mod changed;
mod moved;
mod pair;
mod text;

use super::alarms::{AlarmChange, alarm_changes};
use super::direction::{Direction, FailOn};
use super::pairing::{NamedPattern, Pairs};
use super::resources::{NamedResource, ResourceChange, resource_changes};
use super::settings::NamedAlarm;
use super::side::Side;
use super::side_name::SideName;
use crate::exit::Exit;
use cwfilter::analysis::{Bounds, Domain, Relation, compare_within};
use cwfilter::certificate::Certificate;
use cwfilter::plural::counted;
use moved::{Lone, Moved, take_moved};
use pair::Pair;
use serde::Serialize;
use std::collections::HashSet;
pub(crate) use text::described;
pub(super) use text::one;

/// What differs between two sets of patterns and alarms.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Report {
    /// The events that all comparisons are about.
    domain: Domain,
    /// Patterns that both sides have.
    pairs: Vec<Pair>,
    /// Patterns with another place or name in B, which match the same events.
    moved: Vec<Moved>,
    /// Patterns that only A has.
    only_in_a: Vec<String>,
    /// Patterns that only B has.
    only_in_b: Vec<String>,
    /// Those of `only_in_a` and `only_in_b` whose filters are not made, as with `count = 0` or a false condition.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_made: Vec<String>,
    /// Patterns that could not be compared.
    not_compared: Vec<NotCompared>,
    /// Files and folders that could not be read, and parts of files that are in another place: modules, nested stacks, the rest of an answer.
    not_read: Vec<NotRead>,
    /// Names that one file has several times.
    twins: Vec<Twins>,
    /// Alarms that differ.
    alarms: Vec<AlarmChange>,
    /// Topics, policies and subscriptions that differ, and other settings of alarms.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resources: Vec<ResourceChange>,
    /// The number of entries of folders that were not read.
    skipped_entries: usize,
    /// The places of the patterns that are only on one side.
    #[serde(skip)]
    lone: Vec<Lone>,
}

/// A pattern that could not be compared.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct NotCompared {
    /// The place and name of the pattern.
    name: String,
    /// The side.
    side: SideName,
    /// Why it could not be compared.
    reason: String,
}

/// A file or folder that could not be read, or a part of a file that is in another place.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct NotRead {
    /// The path; of a part, with its place and what it is.
    name: String,
    /// The side.
    side: SideName,
    /// Whether it is a part of a file: a module, a nested stack, the rest of an answer.
    #[serde(skip)]
    is_part: bool,
}

/// A name that occurs several times in one file.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Twins {
    /// The place and name of the patterns.
    name: String,
    /// How often A has it.
    in_a: usize,
    /// How often B has it.
    in_b: usize,
}

impl Report {
    pub(super) fn new(a: &Side, b: &Side, pairs: &Pairs, bounds: &Bounds) -> Report {
        let twins: HashSet<(&str, &str)> = pairs.twins.iter().map(|(twin, ..)| key(twin)).collect();
        let compared = |(of_a, of_b): &(usize, usize)| {
            let (of_a, of_b) = (a.entries.get(*of_a)?, b.entries.get(*of_b)?);
            let (Ok(pattern), Ok(other)) = (&of_a.pattern, &of_b.pattern) else { return None };
            let comparison = compare_within(pattern, other, bounds);
            Some(Pair::new(of_a, of_b, comparison, twins.contains(&key(of_a))))
        };
        let mut not_compared: Vec<NotCompared> =
            [(SideName::A, &a.entries), (SideName::B, &b.entries)].into_iter().flat_map(unread).collect();
        let mut lone = |side: &Side, other: (SideName, &Side), places: &[usize]| -> Vec<Lone> {
            // patterns that could not be read are reported separately
            let read =
                places.iter().filter_map(|at| side.entries.get(*at)).filter(|entry| entry.pattern.is_ok());
            let (gone, only): (Vec<_>, Vec<_>) = read.partition(|entry| other.1.is_unread(&entry.place));
            let reason = || "the file could not be read".to_owned();
            not_compared.extend(gone.into_iter().map(|entry| NotCompared {
                name: entry.title(),
                side: other.0,
                reason: reason(),
            }));
            only.into_iter()
                .map(|entry| Lone { entry: entry.clone(), is_in_a: other.0 == SideName::B })
                .collect()
        };
        let mut all = lone(a, (SideName::B, b), &pairs.only_in_a);
        all.extend(lone(b, (SideName::A, a), &pairs.only_in_b));
        let moved = take_moved(&mut all, bounds);
        let titles =
            |is_in_a| all.iter().filter(|it| it.is_in_a == is_in_a).map(|it| it.entry.title()).collect();
        let not_made = all.iter().filter(|it| it.entry.is_absent()).map(|it| it.entry.title()).collect();
        let compared: Vec<Pair> = pairs.pairs.iter().filter_map(compared).collect();
        // how twins are paired does not matter if all pairs are the same
        let changed = compared.iter().filter(|pair| pair.direction().is_changed).map(|pair| &pair.of_a);
        let changed =
            changed.chain(all.iter().map(|it| &it.entry)).chain(moved.iter().flat_map(Moved::entries));
        let changed: HashSet<(&str, &str)> = changed.map(key).collect();
        let is_paired = |(entry, in_a, in_b): &&(NamedPattern, usize, usize)| {
            *in_a.min(in_b) > 0 && changed.contains(&key(entry))
        };
        let twins = pairs.twins.iter().filter(is_paired);
        let alarms = |side: &Side, other: &Side| -> Vec<NamedAlarm> {
            side.alarms.iter().filter(|alarm| !other.is_unread(&alarm.place)).cloned().collect()
        };
        let resources = |side: &Side, other: &Side| -> Vec<NamedResource> {
            side.resources.iter().filter(|it| !other.is_unread(&it.place)).cloned().collect()
        };
        let not_read = |(side, it): (SideName, &Side)| -> Vec<NotRead> {
            let of = |name: &String, is_part| NotRead { name: name.clone(), side, is_part };
            let files = it.unread.iter().map(|name| of(name, false));
            files.chain(it.parts_elsewhere.iter().map(|name| of(name, true))).collect()
        };
        let of_moved = moved.iter().map(|it| (key(&it.pair.of_a), key(&it.pair.of_b))).collect();
        let (alarms_a, alarms_b) = (alarms(a, b), alarms(b, a));
        let changed_alarms = alarm_changes(&alarms_a, &alarms_b, &of_moved);
        Report {
            domain: bounds.domain,
            only_in_a: titles(true),
            only_in_b: titles(false),
            not_made,
            not_compared,
            not_read: [(SideName::A, a), (SideName::B, b)].into_iter().flat_map(not_read).collect(),
            twins: twins
                .map(|(entry, in_a, in_b)| Twins { name: entry.title(), in_a: *in_a, in_b: *in_b })
                .collect(),
            resources: resource_changes(&resources(a, b), &resources(b, a), &changed_alarms),
            alarms: changed_alarms.changes,
            moved,
            pairs: compared,
            skipped_entries: crate::skipped_entries::count(),
            lone: all,
        }
    }

    /// The exit code. A pattern that could not be compared is never *nothing differs*.
    pub(super) fn exit(&self, fail_on: Option<FailOn>) -> Exit {
        if !self.not_compared.is_empty() || !self.not_read.is_empty() {
            return Exit::Input;
        }
        let is_changed = !self.alarms.is_empty() || !self.resources.is_empty();
        let is_alarm = Direction { is_changed, ..Direction::default() };
        let mut all = self.pairs.iter().map(Pair::direction).chain(self.moved.iter().map(Moved::direction));
        let fails = all.any(|it| it.fails(fail_on))
            || self.lone.iter().any(|it| it.direction().fails(fail_on))
            || is_alarm.fails(fail_on);
        if fails { Exit::Findings } else { Exit::Clean }
    }

    /// The proofs, with the names of what was not compared.
    pub(super) fn certificate(&self, bounds: &Bounds) -> Certificate {
        let mut certificate = Certificate::new(bounds);
        let one = |it: &NotCompared| format!("{} in {}: {}", it.name, it.side, it.reason);
        certificate.not_read.extend(self.not_compared.iter().map(one));
        certificate.not_read.extend(self.not_read.iter().map(NotRead::text));
        for pair in self.pairs.iter().chain(self.moved.iter().map(|it| &it.pair)) {
            if let (Ok(a), Ok(b)) = (&pair.of_a.pattern, &pair.of_b.pattern) {
                certificate.add_comparison(&pair.of_a.title(), a, b, &pair.comparison);
            }
        }
        certificate
    }

    fn counts(&self) -> String {
        let is_same = |pair: &&Pair| pair.comparison.relation == Relation::Equivalent;
        let same = self.pairs.iter().filter(is_same).count();
        let open = self.not_compared.len();
        let open = if open == 0 { String::new() } else { format!(", {open} not compared") };
        let pairs = counted(self.pairs.len(), "pair", "pairs");
        let parts = self.not_read.iter().filter(|it| it.is_part).count();
        let unread = match self.not_read.len() - parts {
            0 => String::new(),
            count => format!(", {} not read", counted(count, "file or folder", "files or folders")),
        };
        let parts = match parts {
            0 => String::new(),
            count => format!(", {} not read", counted(count, "part of a file", "parts of files")),
        };
        let moved = match self.moved.len() {
            0 => String::new(),
            count => format!(", {count} moved or renamed"),
        };
        format!("{pairs} compared, {same} equivalent{moved}{open}{unread}{parts}")
    }
}

impl NotRead {
    fn text(&self) -> String {
        let what = if self.is_part { "is not read" } else { "could not be read" };
        format!("{} {what} in {}: no answer is about it", self.name, self.side)
    }
}

/// What twins have in common.
fn key(entry: &NamedPattern) -> (&str, &str) {
    (&entry.place, &entry.name)
}

fn unread((side, entries): (SideName, &Vec<NamedPattern>)) -> Vec<NotCompared> {
    let why = |entry: &NamedPattern| {
        let reason = entry.pattern.as_ref().err()?.clone();
        Some(NotCompared { name: entry.title(), side, reason })
    };
    entries.iter().filter_map(why).collect()
}
