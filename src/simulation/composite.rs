//! Evaluates composite alarms over the state changes of the alarms that they name.

use super::course::Course;
use super::not_evaluated::{NotEvaluated, reason};
use crate::alarm::{CompositeChange, CompositeHistory, State, Timestamp};
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
    /// Why it was not evaluated; `None` if it was.
    pub not_evaluated: Option<NotEvaluated<'a>>,
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
    let order = order(composites, &mut states);
    let by_id: BTreeMap<&str, &'a Composite> = composites.iter().map(|it| (it.id.as_str(), *it)).collect();
    for it in &mut running {
        let names = it.course.composite.alarms();
        let stateless = names.into_iter().filter(|name| !states.contains_key(*name)).collect();
        it.course.not_evaluated = reason(it.course.composite, stateless, &by_id);
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
        for place in &order {
            let Some(it) = running.get_mut(*place) else { continue };
            if let Some(state) = it.evaluate(&states, time) {
                states.insert(it.course.composite.id.clone(), (state, time));
            }
        }
    }
    let end = Timestamp::from_seconds(i64::MAX / 2000);
    running.into_iter().map(|it| it.finished(end)).collect()
}

/// The places of the composite alarms that can be evaluated, each after the composite alarms that it names. Adds them to the states.
/// An alarm that names an unknown alarm is itself unknown to others, and so are alarms that name each other.
fn order(composites: &[&Composite], states: &mut States) -> Vec<usize> {
    let unknown = (State::InsufficientData, Timestamp::from_seconds(0));
    let mut order = Vec::new();
    let mut rest: Vec<usize> = (0..composites.len()).collect();
    loop {
        let before = rest.len();
        rest.retain(|place| {
            let Some(it) = composites.get(*place) else { return false };
            let is_known = it.alarms().iter().all(|name| states.contains_key(*name));
            if is_known {
                states.insert(it.id.clone(), unknown);
                order.push(*place);
            }
            !is_known
        });
        if rest.len() == before {
            return order;
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
                not_evaluated: None,
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
