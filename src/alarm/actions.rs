//! What an alarm calls when its state changes.

use super::state::State;

/// The ARNs that are called when a state begins.
///
/// ```
/// use cwfilter::alarm::{Actions, State};
/// let actions = Actions::to("arn:aws:sns:us-east-1:123456789012:security", &[State::Alarm]);
/// assert_eq!((actions.of(State::Alarm).len(), actions.of(State::Ok).len()), (1, 0));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Actions {
    /// `OKActions`
    pub ok: Vec<String>,
    /// `AlarmActions`
    pub alarm: Vec<String>,
    /// `InsufficientDataActions`
    pub insufficient_data: Vec<String>,
}

impl Actions {
    /// The ARNs for a state.
    #[must_use]
    pub fn of(&self, state: State) -> &[String] {
        match state {
            State::Ok => &self.ok,
            State::Alarm => &self.alarm,
            State::InsufficientData => &self.insufficient_data,
        }
    }

    /// The same ARN for each of these states.
    #[must_use]
    pub fn to(arn: &str, states: &[State]) -> Self {
        let list = |state| if states.contains(&state) { vec![arn.to_owned()] } else { Vec::new() };
        Actions {
            ok: list(State::Ok),
            alarm: list(State::Alarm),
            insufficient_data: list(State::InsufficientData),
        }
    }

    /// The states with an action.
    #[must_use]
    pub fn states(&self) -> Vec<State> {
        let states = [State::Ok, State::Alarm, State::InsufficientData];
        states.into_iter().filter(|state| !self.of(*state).is_empty()).collect()
    }
}
