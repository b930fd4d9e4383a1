//! The states of all automata are numbers.

/// The state from which no text is accepted.
pub(super) const DEAD: u32 = u32::MAX;

/// The state with a number.
pub(super) fn state_of(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(DEAD - 2)
}
