//! Topics, policies and subscriptions that differ, and settings of alarms that no other row has.

use super::alarms::Alarms;
use super::pairing::titled;
use super::settings::{Change, Place};
use super::side_name::SideName;
use cwfilter::control_chain::{ChainParts, ListedResource, shown_settings};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// A resource of a file.
#[derive(Clone)]
pub(super) struct NamedResource {
    /// The path of the file; empty if a file was named.
    pub(super) place: String,
    resource: ListedResource,
    /// Whether the alarm is compared as an alarm, too: then only its other settings are compared here.
    has_row: bool,
    file: PathBuf,
}

/// A topic, policy, subscription or alarm that differs, or that only one side has.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct ResourceChange {
    /// What it is, such as `topic`, `topic policy` or `subscription`.
    pub(super) kind: &'static str,
    /// Its place and name.
    pub(super) name: String,
    /// The side, if only one has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) only_in: Option<SideName>,
    /// What it is called in A, if it was moved or renamed; `name` is that of B.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) moved_from: Option<String>,
    /// The settings that differ.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) settings: Vec<Change>,
    /// Its file in B.
    #[serde(skip)]
    pub(super) at: Option<Place>,
}

/// Members of an alarm that its own row has, in the words of Terraform and of AWS.
const IN_ROW: [&str; 34] = [
    "actions_enabled",
    "ActionsEnabled",
    "alarm_actions",
    "AlarmActions",
    "alarm_name",
    "AlarmName",
    "alarm_rule",
    "AlarmRule",
    "comparison_operator",
    "ComparisonOperator",
    "datapoints_to_alarm",
    "DatapointsToAlarm",
    "dimensions",
    "Dimensions",
    "evaluation_periods",
    "EvaluationPeriods",
    "extended_statistic",
    "ExtendedStatistic",
    "metric_name",
    "MetricName",
    "namespace",
    "Namespace",
    "period",
    "Period",
    "region",
    "Region",
    "statistic",
    "Statistic",
    "threshold",
    "Threshold",
    "treat_missing_data",
    "TreatMissingData",
    "unit",
    "Unit",
];

/// The resources of a file. `rows` are the names of the alarms that have rows of their own, as composite alarms have.
pub(super) fn of_file(
    place: &str,
    file: &Path,
    rows: &HashSet<String>,
    chain: &ChainParts,
) -> Vec<NamedResource> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for it in chain.listed.iter().filter(|it| it.kind.ends_with("alarm")) {
        *counts.entry(&it.alarm).or_default() += 1;
    }
    let has_row = |it: &ListedResource| {
        let is_alone = counts.get(it.alarm.as_str()) == Some(&1);
        is_alone
            && match it.kind {
                "alarm" => rows.contains(&it.alarm),
                kind => kind == "composite alarm",
            }
    };
    let named = |it: &ListedResource| NamedResource {
        place: place.to_owned(),
        resource: it.clone(),
        has_row: has_row(it),
        file: file.to_owned(),
    };
    chain.listed.iter().map(named).collect()
}

/// What two resources of a round have in common.
#[derive(PartialEq, Eq, Hash)]
struct Key<'a> {
    kind: &'static str,
    place: Option<&'a str>,
    name: Option<&'a str>,
    content: Option<u64>,
}

/// Rounds of pairing: whether the place, the name and the settings are the same. Resources are paired by place and name, and then, if they
/// were moved or renamed, by all that is left of both.
const ROUNDS: [(bool, bool, bool); 5] =
    [(true, true, true), (true, true, false), (false, true, true), (true, false, true), (false, false, true)];

impl NamedResource {
    fn key(&self, (by_place, by_name, by_content): (bool, bool, bool)) -> Option<Key<'_>> {
        // an alarm that was moved is found with its row
        if self.has_row && !(by_place && by_name) || !by_name && self.resource.settings.is_empty() {
            return None;
        }
        Some(Key {
            kind: self.resource.kind,
            place: by_place.then_some(&self.place),
            name: by_name.then_some(&self.resource.name),
            content: by_content.then(|| self.resource.fingerprint()),
        })
    }

    fn title(&self) -> String {
        titled(&self.place, &self.resource.name)
    }

    fn only_in(&self, side: SideName) -> Option<ResourceChange> {
        let (kind, name) = (self.resource.kind, self.title());
        let at = (side == SideName::B).then(|| (self.file.clone(), None));
        let change =
            ResourceChange { kind, name, only_in: Some(side), moved_from: None, settings: Vec::new(), at };
        (!self.has_row).then_some(change)
    }

    /// What differs. `None` if nothing does.
    fn change(&self, other: &NamedResource) -> Option<ResourceChange> {
        let is_moved = self.place != other.place || self.resource.name != other.resource.name;
        let mut settings = self.changes(other);
        if is_moved {
            settings.retain(|it| !it.is_of_module());
        }
        // that an alarm was moved is said with its row
        let is_moved = is_moved && !self.has_row;
        (is_moved || !settings.is_empty()).then(|| ResourceChange {
            kind: self.resource.kind,
            name: other.title(),
            only_in: None,
            moved_from: is_moved.then(|| self.title()),
            settings,
            at: Some((other.file.clone(), None)),
        })
    }

    fn changes(&self, other: &NamedResource) -> Vec<Change> {
        let (a, b) = (shown_settings(&self.resource), shown_settings(&other.resource));
        let of = |all: &[(String, String)], name: &str| -> String {
            let found = all.iter().find(|(setting, _)| setting == name);
            found.map_or_else(|| super::settings::UNSET.to_owned(), |(_, value)| value.clone())
        };
        let is_open =
            |name: &String| self.resource.unknown.contains(name) || other.resource.unknown.contains(name);
        let in_row = self.has_row && other.has_row;
        let mut names: Vec<&String> = a.iter().chain(&b).map(|(name, _)| name).collect();
        names.sort();
        names.dedup();
        let hidden = self.resource.hidden_changes(&other.resource);
        let mut found = Vec::new();
        for name in names {
            if in_row && IN_ROW.contains(&name.as_str()) && !is_open(name) {
                continue;
            }
            let (a, mut b) = (of(&a, name), of(&b, name));
            if a == b && hidden.contains(&name.as_str()) {
                b += " (another one)";
            }
            if a != b {
                found.push(Change { setting: name.clone().into(), a, b });
            }
        }
        found
    }
}

/// The resources that differ. `alarms` are the alarms that differ, and those that were moved.
pub(super) fn resource_changes(
    a: &[NamedResource],
    b: &[NamedResource],
    alarms: &Alarms<'_>,
) -> Vec<ResourceChange> {
    // an alarm that was moved is found with its row
    let row = |it: &NamedResource| it.has_row.then(|| (it.place.clone(), it.resource.alarm.clone()));
    let rows: HashMap<_, usize> = b.iter().enumerate().filter_map(|(at, it)| Some((row(it)?, at))).collect();
    let of_row = |it: &NamedResource| {
        let (place, name) = alarms.moved.get(&(it.place.as_str(), it.resource.alarm.as_str()))?;
        rows.get(&((*place).to_owned(), (*name).to_owned())).copied().filter(|_| it.has_row)
    };
    let mut partners: Vec<Option<usize>> = a.iter().map(of_row).collect();
    let taken: HashSet<usize> = partners.iter().flatten().copied().collect();
    let mut is_taken: Vec<bool> = (0..b.len()).map(|at| taken.contains(&at)).collect();
    for round in ROUNDS {
        let mut open: HashMap<Key<'_>, Vec<usize>> = HashMap::new();
        for (at, it) in b.iter().enumerate().rev().filter(|(at, _)| is_taken.get(*at) == Some(&false)) {
            if let Some(key) = it.key(round) {
                open.entry(key).or_default().push(at);
            }
        }
        for (it, partner) in a.iter().zip(&mut partners).filter(|(_, partner)| partner.is_none()) {
            let found = it.key(round).and_then(|key| open.get_mut(&key)).and_then(Vec::pop);
            if let Some(taken) = found.and_then(|at| is_taken.get_mut(at)) {
                (*taken, *partner) = (true, found);
            }
        }
    }
    let mut found: Vec<ResourceChange> = Vec::new();
    for (it, partner) in a.iter().zip(partners) {
        found.extend(match partner.and_then(|at| b.get(at)) {
            Some(other) => it.change(other),
            None => it.only_in(SideName::A),
        });
    }
    let left = b.iter().zip(is_taken).filter(|(_, is_taken)| !is_taken);
    found.extend(left.filter_map(|(it, _)| it.only_in(SideName::B)));
    // a list that is known on one side only is in the row, too
    for it in &mut found {
        let row = alarms.changes.iter().find(|row| row.name == it.name && it.kind.ends_with("alarm"));
        let is_told = row.is_some_and(|row| row.settings.iter().any(|it| it.setting == "alarm actions"));
        it.settings.retain(|it| !(is_told && ["alarm_actions", "AlarmActions"].contains(&&*it.setting)));
    }
    found.retain(|it| it.only_in.is_some() || it.moved_from.is_some() || !it.settings.is_empty());
    found
}
