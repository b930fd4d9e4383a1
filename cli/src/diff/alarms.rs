//! The alarms that differ between two sides.

use super::pairing::titled;
use super::settings::{ALARM_NAME, Change, NamedAlarm, Place, UNSET, changes};
use super::side_name::SideName;
use cwfilter::control_chain::without_modules;
use serde::Serialize;
use std::collections::HashMap;

/// An alarm that differs, or that only one side has.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct AlarmChange {
    /// The place and name of the alarm.
    pub(super) name: String,
    /// The side, if only one has the alarm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) only_in: Option<SideName>,
    /// What the alarm is called in A, if it was moved or renamed; `name` is that of B.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) moved_from: Option<String>,
    /// The settings that differ.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) settings: Vec<Change>,
    /// Where it is in B.
    #[serde(skip)]
    pub(super) at: Option<Place>,
}

/// A place and a name.
pub(super) type Key<'a> = (&'a str, &'a str);

impl NamedAlarm {
    fn key(&self) -> Key<'_> {
        (&self.place, &self.name)
    }

    fn title(&self) -> String {
        titled(&self.place, &self.name)
    }

    fn only_in(&self, side: SideName) -> AlarmChange {
        let at = (side == SideName::B).then(|| self.at.clone());
        AlarmChange { name: self.title(), only_in: Some(side), moved_from: None, settings: Vec::new(), at }
    }
}

/// The alarms that differ, and those that were moved or renamed.
#[derive(Default)]
pub(super) struct Alarms<'a> {
    pub(super) changes: Vec<AlarmChange>,
    /// In A, and in B.
    pub(super) moved: HashMap<Key<'a>, Key<'a>>,
}

/// The alarms that differ. They are compared by place and name; of several with the same, the first with the first. An alarm that is left is
/// one that was moved or renamed if the pattern with its place and name was (`moved`: in A, in B), or if only one alarm that is left on
/// the other side has its settings.
pub(super) fn alarm_changes<'a>(
    a: &'a [NamedAlarm],
    b: &'a [NamedAlarm],
    moved: &HashMap<Key<'_>, Key<'_>>,
) -> Alarms<'a> {
    let mut others: HashMap<Key<'_>, Vec<&NamedAlarm>> = HashMap::new();
    for alarm in b.iter().rev() {
        others.entry(alarm.key()).or_default().push(alarm);
    }
    let partners: Vec<(&NamedAlarm, Option<&NamedAlarm>)> =
        a.iter().map(|alarm| (alarm, others.get_mut(&alarm.key()).and_then(Vec::pop))).collect();
    let mut left: Vec<&NamedAlarm> = others.into_values().flatten().collect();
    left.sort_by_key(|alarm| alarm.key());
    let gone: Vec<&NamedAlarm> = partners.iter().filter(|it| it.1.is_none()).map(|it| it.0).collect();
    let mut found = Alarms::default();
    for (alarm, other) in partners {
        let is_moved = other.is_none();
        let Some(other) = other.or_else(|| take_moved(alarm, &gone, &mut left, moved)) else {
            found.changes.push(alarm.only_in(SideName::A));
            continue;
        };
        let mut settings = match is_moved {
            true => changes(&alarm.evaluated(), &other.evaluated()),
            false => changes(&alarm.settings, &other.settings),
        };
        settings.retain(|it| !is_moved || !it.is_of_module());
        if is_moved {
            found.moved.insert(alarm.key(), other.key());
        }
        if is_moved || !settings.is_empty() {
            let moved_from = is_moved.then(|| alarm.title());
            let at = Some(other.at.clone());
            found.changes.push(AlarmChange { name: other.title(), only_in: None, moved_from, settings, at });
        }
    }
    found.changes.extend(left.into_iter().map(|alarm| alarm.only_in(SideName::B)));
    found
}

/// Takes the alarm of B that an alarm of A became. `None` if there is none, or if it is not certain.
fn take_moved<'b>(
    alarm: &NamedAlarm,
    gone: &[&NamedAlarm],
    left: &mut Vec<&'b NamedAlarm>,
    moved: &HashMap<Key<'_>, Key<'_>>,
) -> Option<&'b NamedAlarm> {
    // of a rule file, the alarm has the name of its rule
    let by_pattern = moved.get(&alarm.key());
    let is_by_pattern = |it: &&NamedAlarm| by_pattern == Some(&it.key());
    let is_named = alarm.settings.iter().any(|(name, value)| *name == ALARM_NAME && value != UNSET);
    let plain = |it: &NamedAlarm| -> Vec<String> {
        it.evaluated().iter().map(|(name, value)| format!("{name}={}", without_modules(value))).collect()
    };
    let (own, name) = (plain(alarm), without_modules(&alarm.name));
    let is_same = |it: &&NamedAlarm| plain(it) == own && (is_named || without_modules(&it.name) == name);
    let same: Vec<usize> = (0..).zip(left.iter()).filter(|(_, it)| is_same(it)).map(|(at, _)| at).collect();
    let is_alone = gone.iter().filter(|it| is_same(it)).count() == 1;
    let at = left.iter().position(is_by_pattern).or(match same.as_slice() {
        [only] if is_alone => Some(*only),
        _ => None,
    })?;
    Some(left.remove(at))
}
