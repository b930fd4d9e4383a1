//! Evaluates composite alarms over the state changes of the alarms that they name.

use super::course::Course;
use crate::alarm::{CompositeChange, CompositeHistory, State, Timestamp};
use crate::limits::COMPOSITE_ROUNDS;
use crate::rules::Composite;
use std::collections::BTreeMap;

/// The result of a simulation for one composite alarm.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CompositeCourse<'a> {
    /// The composite alarm.
    pub composite: &'a Composite,
    /// Its changes of state.
    pub changes: Vec<CompositeChange>,
    /// When each notification was sent, and for which state.
    pub notifications: Vec<(Timestamp, State)>,
    /// Changes whose notification was never sent: the suppressor held it back until a later change replaced it.
    pub suppressed: usize,
    /// Alarms that it names and that no rule of the simulation has. If there are any, it was not evaluated.
    pub unknown: Vec<&'a str>,
}

impl CompositeCourse<'_> {
    /// The change that a notification at this moment reports: the last change until then.
    #[must_use]
    pub fn change_before(&self, time: Timestamp) -> Option<&CompositeChange> {
        self.changes.iter().rev().find(|change| change.time <= time)
    }
}

struct Running<'a> {
    course: CompositeCourse<'a>,
    history: CompositeHistory,
}

/// The state of each alarm, and since when.
type States = BTreeMap<String, (State, Timestamp)>;

/// Evaluates the composite alarms at every change of an alarm that they name.
pub(super) fn courses<'a>(composites: &[&'a Composite], courses: &[Course<'_>]) -> Vec<CompositeCourse<'a>> {
    let with_alarm = courses.iter().filter(|course| course.alarm.is_some()).map(|it| it.rule.id.as_str());
    let unknown = (State::InsufficientData, Timestamp::from_seconds(0));
    let mut states: States = with_alarm.map(|id| (id.to_owned(), unknown)).collect();
    let mut running: Vec<Running<'a>> = composites.iter().map(|it| Running::new(it)).collect();
    // a composite alarm that names an unknown alarm is itself unknown to others
    loop {
        let before = states.len();
        for it in &running {
            if it.course.composite.alarms().iter().all(|name| states.contains_key(*name)) {
                states.insert(it.course.composite.id.clone(), unknown);
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
        // alarms that change at the same moment are evaluated together
        while let Some((_, id, state)) = changes.get(at).filter(|(other, ..)| *other == time) {
            states.insert((*id).to_owned(), (*state, time));
            at += 1;
        }
        settle(&mut running, &mut states, time);
    }
    let end = Timestamp::from_seconds(i64::MAX / 2000);
    running.into_iter().map(|it| it.finished(end)).collect()
}

/// Evaluates until no state changes: composite alarms may name each other.
fn settle(running: &mut [Running<'_>], states: &mut States, time: Timestamp) {
    for _ in 0..COMPOSITE_ROUNDS {
        let mut is_settled = true;
        for it in running.iter_mut().filter(|it| it.course.unknown.is_empty()) {
            if let Some(state) = it.evaluate(states, time) {
                states.insert(it.course.composite.id.clone(), (state, time));
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
        Running {
            course: CompositeCourse {
                composite,
                changes: Vec::new(),
                notifications: Vec::new(),
                suppressed: 0,
                unknown: Vec::new(),
            },
            history: CompositeHistory::new(composite.rule.clone(), composite.suppressor.clone()),
        }
    }

    fn evaluate(&mut self, states: &States, time: Timestamp) -> Option<State> {
        let unknown = (State::InsufficientData, time);
        let step = self.history.evaluate(time, |name| states.get(name).copied().unwrap_or(unknown));
        self.publish(step.released);
        let change = step.change?;
        let new = change.new;
        self.course.changes.push(change);
        Some(new)
    }

    fn publish(&mut self, released: Vec<(Timestamp, State)>) {
        let composite = self.course.composite;
        self.course
            .notifications
            .extend(released.into_iter().filter(|(_, state)| composite.notifies(*state)));
    }

    fn finished(mut self, end: Timestamp) -> CompositeCourse<'a> {
        let released = self.history.until(end);
        self.publish(released);
        let wanted = self.course.changes.iter().filter(|it| self.course.composite.notifies(it.new)).count();
        self.course.suppressed = wanted.saturating_sub(self.course.notifications.len());
        self.course
    }
}
