//! Composite alarms over all states of their alarms.

use super::AlarmRule;
use crate::alarm::State;
use crate::limits::COMPOSITE_ALARMS_TRIED;
use std::collections::BTreeSet;

impl AlarmRule {
    /// The rule's state, if it is the same for all states of its alarms. `None` if it is not, and if the rule has too many alarms
    /// to try all states.
    #[cfg(feature = "lint")]
    pub(crate) fn constant(&self) -> Option<State> {
        let first = self.evaluate(|_| State::Ok);
        for_all_states(&self.alarms(), |state| self.evaluate(state) == first)?.then_some(first)
    }

    /// Whether both rules hold for the same states of their alarms. Rules of too many alarms have to have the same parts in the same
    /// order.
    ///
    /// ```
    /// use cwfilter::alarm::AlarmRule;
    /// let rule: AlarmRule = "ALARM(cpu) AND NOT ALARM(deploy)".parse()?;
    /// assert!(rule.is_equivalent(&"NOT (ALARM(deploy) OR NOT ALARM(cpu))".parse()?));
    /// assert!(!rule.is_equivalent(&"ALARM(cpu) AND OK(deploy)".parse()?));
    /// # Ok::<(), cwfilter::alarm::AlarmRuleError>(())
    /// ```
    #[must_use]
    pub fn is_equivalent(&self, other: &AlarmRule) -> bool {
        let names: BTreeSet<&str> = self.alarms().into_iter().chain(other.alarms()).collect();
        let names: Vec<&str> = names.into_iter().collect();
        let is_same = |state: &dyn Fn(&str) -> State| self.evaluate(state) == other.evaluate(state);
        for_all_states(&names, is_same).unwrap_or(self == other)
    }
}

/// Whether something holds for all states of these alarms; `None` if they are too many.
fn for_all_states(names: &[&str], holds: impl Fn(&dyn Fn(&str) -> State) -> bool) -> Option<bool> {
    const STATES: [State; 3] = [State::Ok, State::Alarm, State::InsufficientData];
    if names.len() > COMPOSITE_ALARMS_TRIED {
        return None;
    }
    let all = STATES.len().pow(u32::try_from(names.len()).ok()?);
    // each digit of a number is the state of an alarm
    let state = |number: usize, name: &str| {
        let later = names.iter().take_while(|it| **it != name);
        let digit = later.fold(number, |rest, _| rest / STATES.len()) % STATES.len();
        STATES.get(digit).copied().unwrap_or(State::Ok)
    };
    Some((0..all).all(|number| holds(&|name: &str| state(number, name))))
}
