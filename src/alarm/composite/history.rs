//! A composite alarm by the clock: its rule over states that change, and its suppressor.

use super::{AlarmRule, Suppression, SuppressionUpdate, Suppressor};
use crate::alarm::state::State;
use crate::alarm::timestamp::Timestamp;

/// A composite alarm over time. Moments have to come in order.
///
/// ```
/// use cwfilter::alarm::{CompositeHistory, State, Timestamp};
/// let mut history = CompositeHistory::new("ALARM(cpu)".parse()?, None);
/// let noon = Timestamp::from_seconds(43_200);
/// let step = history.evaluate(noon, |_| (State::Alarm, noon));
/// assert_eq!(step.change.map(|change| change.new), Some(State::Alarm));
/// assert_eq!(step.released, [(noon, State::Alarm)]);
/// # Ok::<(), cwfilter::alarm::AlarmRuleError>(())
/// ```
#[derive(Debug, Clone)]
pub struct CompositeHistory {
    rule: AlarmRule,
    state: State,
    suppression: Option<Suppression>,
}

/// The state of a child of a composite alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChildState {
    /// Its name, as the rule has it.
    pub name: String,
    /// Its state.
    pub state: State,
    /// Since when.
    pub since: Timestamp,
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
    /// The children whose states led to it.
    pub triggering: Vec<ChildState>,
}

impl CompositeChange {
    /// The child that changed last: the one of `StateReason`.
    #[must_use]
    pub fn cause(&self) -> Option<&ChildState> {
        self.triggering.iter().max_by_key(|child| child.since)
    }
}

/// What happened at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CompositeStep {
    /// The change of the state, if there is one.
    pub change: Option<CompositeChange>,
    /// When the actions of a state run: at once, or after the suppressor's periods.
    pub released: Vec<(Timestamp, State)>,
}

impl CompositeHistory {
    /// A composite alarm that is in INSUFFICIENT_DATA, as new alarms are.
    #[must_use]
    pub fn new(rule: AlarmRule, suppressor: Option<Suppressor>) -> Self {
        let suppression = suppressor.map(|it| Suppression::new(it, State::InsufficientData));
        CompositeHistory { rule, state: State::InsufficientData, suppression }
    }

    /// Its state.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// Evaluates the rule at a moment. `of` gives the state of an alarm, and since when it has it.
    pub fn evaluate(&mut self, time: Timestamp, of: impl Fn(&str) -> (State, Timestamp)) -> CompositeStep {
        let mut step = CompositeStep::default();
        if let Some(suppression) = &mut self.suppression {
            let alarm = suppression.suppressor().alarm.clone();
            step.released.extend(released(suppression.suppressor_changes(time, of(&alarm).0)));
        }
        let state_of = |name: &str| of(name).0;
        let new = self.rule.evaluate(state_of);
        if new == self.state {
            return step;
        }
        let child = |name: &str| {
            let (state, since) = of(name);
            ChildState { name: name.to_owned(), state, since }
        };
        let triggering = self.rule.triggering(state_of).into_iter().map(child).collect();
        step.change = Some(CompositeChange { time, old: self.state, new, triggering });
        self.state = new;
        match &mut self.suppression {
            Some(suppression) => step.released.extend(released(suppression.change(time, new))),
            None => step.released.push((time, new)),
        }
        step
    }

    /// The actions that run up to this moment by themselves, at the end of a suppressor's period.
    pub fn until(&mut self, time: Timestamp) -> Vec<(Timestamp, State)> {
        let updates = self.suppression.as_mut().map(|suppression| suppression.until(time));
        released(updates.unwrap_or_default()).collect()
    }
}

fn released(updates: Vec<SuppressionUpdate>) -> impl Iterator<Item = (Timestamp, State)> {
    updates.into_iter().filter(|it| it.suppressed_by.is_none()).map(|it| (it.time, it.state))
}
