//! Composite alarms over the changes of the alarms that they name.

use super::course::Course;
use crate::alarm::{State, Suppression, Timestamp};
use crate::limits::COMPOSITE_ROUNDS;
use crate::rules::Composite;
use std::collections::BTreeMap;

/// What became of a composite alarm.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CompositeCourse<'a> {
    /// The composite alarm.
    pub composite: &'a Composite,
    /// Its changes of state.
    pub changes: Vec<CompositeChange>,
    /// When each notification was sent, and for which state.
    pub notifications: Vec<(Timestamp, State)>,
    /// Changes whose notification the suppressor held back for good, because a later change took its place.
    pub suppressed: usize,
    /// Alarms that it names and that no rule of the simulation has: it was not evaluated.
    pub unknown: Vec<&'a str>,
}

/// A change of a composite alarm's state.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompositeChange {
    /// When.
    pub time: Timestamp,
    /// The state before.
    pub old: State,
    /// The state from now on.
    pub new: State,
    /// The alarms whose states led to it.
    pub triggering: Vec<String>,
}

struct Running<'a> {
    course: CompositeCourse<'a>,
    state: State,
    suppression: Option<Suppression>,
}

/// Evaluates the composite alarms at every change of an alarm that they name.
pub(super) fn courses<'a>(composites: &[&'a Composite], courses: &[Course<'_>]) -> Vec<CompositeCourse<'a>> {
    let with_alarm = courses.iter().filter(|course| course.alarm.is_some()).map(|it| it.rule.id.as_str());
    let mut states: BTreeMap<String, State> =
        with_alarm.map(|id| (id.to_owned(), State::InsufficientData)).collect();
    let mut running: Vec<Running<'a>> = composites.iter().map(|it| Running::new(it)).collect();
    // one that names an alarm that is not there is not there for others
    loop {
        let before = states.len();
        for it in &running {
            if it.course.composite.alarms().iter().all(|name| states.contains_key(*name)) {
                states.insert(it.course.composite.id.clone(), State::InsufficientData);
            }
        }
        if states.len() == before {
            break;
        }
    }
    for it in &mut running {
        let names = it.course.composite.alarms();
        it.course.unknown = names.into_iter().filter(|name| !states.contains_key(*name)).collect();
    }
    let mut changes: Vec<(Timestamp, &str, State)> = courses
        .iter()
        .flat_map(|course| {
            course.changes.iter().map(|(change, _)| (change.time, course.rule.id.as_str(), change.new))
        })
        .collect();
    changes.sort_by_key(|(time, id, _)| (*time, *id));
    let mut at = 0;
    while let Some((time, ..)) = changes.get(at).copied() {
        // alarms that change in one moment are looked at together
        while let Some((_, id, state)) = changes.get(at).filter(|(other, ..)| *other == time) {
            states.insert((*id).to_owned(), *state);
            at += 1;
        }
        settle(&mut running, &mut states, time);
    }
    let end = Timestamp::from_seconds(i64::MAX / 2000);
    running.into_iter().map(|it| it.finished(end)).collect()
}

/// Composite alarms may name each other: until nothing changes.
fn settle(running: &mut [Running<'_>], states: &mut BTreeMap<String, State>, time: Timestamp) {
    for _ in 0..COMPOSITE_ROUNDS {
        let mut is_settled = true;
        for it in running.iter_mut().filter(|it| it.course.unknown.is_empty()) {
            if let Some(state) = it.evaluate(states, time) {
                states.insert(it.course.composite.id.clone(), state);
                is_settled = false;
            }
        }
        if is_settled {
            break;
        }
    }
}

impl<'a> Running<'a> {
    fn new(composite: &'a Composite) -> Self {
        let suppressor = composite.suppressor.clone();
        Running {
            course: CompositeCourse {
                composite,
                changes: Vec::new(),
                notifications: Vec::new(),
                suppressed: 0,
                unknown: Vec::new(),
            },
            state: State::InsufficientData,
            suppression: suppressor.map(|it| Suppression::new(it, State::InsufficientData)),
        }
    }

    fn evaluate(&mut self, states: &BTreeMap<String, State>, time: Timestamp) -> Option<State> {
        let composite = self.course.composite;
        let of = |name: &str| states.get(name).copied().unwrap_or(State::InsufficientData);
        if let Some(suppression) = &mut self.suppression {
            let alarm = suppression.suppressor().alarm.clone();
            let updates = suppression.suppressor_changes(time, of(&alarm));
            self.publish(&updates);
        }
        let new = composite.rule.evaluate(of);
        if new == self.state {
            return None;
        }
        let triggering = composite.rule.triggering(of).into_iter().map(str::to_owned).collect();
        self.course.changes.push(CompositeChange { time, old: self.state, new, triggering });
        self.state = new;
        match &mut self.suppression {
            Some(suppression) => {
                let updates = suppression.change(time, new);
                self.publish(&updates);
            }
            None if composite.notifies(new) => self.course.notifications.push((time, new)),
            None => {}
        }
        Some(new)
    }

    fn publish(&mut self, updates: &[crate::alarm::SuppressionUpdate]) {
        let sent = updates.iter().filter(|update| update.suppressed_by.is_none());
        let sent = sent.filter(|update| self.course.composite.notifies(update.state));
        self.course.notifications.extend(sent.map(|update| (update.time, update.state)));
    }

    fn finished(mut self, end: Timestamp) -> CompositeCourse<'a> {
        if let Some(suppression) = &mut self.suppression {
            let updates = suppression.until(end);
            self.publish(&updates);
        }
        let wanted = self.course.changes.iter().filter(|it| self.course.composite.notifies(it.new)).count();
        self.course.suppressed = wanted.saturating_sub(self.course.notifications.len());
        self.course
    }
}
