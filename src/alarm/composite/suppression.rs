//! Suppression of a composite alarm's actions: by its suppressor, and by the periods of waiting before and after.
//!
//! Read off recordings (`tests/signals/notifications.jsonl`, `eventbridge.suppress.*`, and the states with
//! `suppression` of `composite.jsonl`).

use crate::alarm::state::State;
use crate::alarm::timestamp::Timestamp;

/// `ActionsSuppressor` with its periods.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Suppressor {
    /// Name or ARN of the alarm that suppresses while it is in ALARM.
    pub alarm: String,
    /// `ActionsSuppressorWaitPeriod`, in seconds: how long the actions wait for the suppressor to go to ALARM.
    pub wait: i64,
    /// `ActionsSuppressorExtensionPeriod`, in seconds: how long they wait after it has left ALARM.
    pub extension: i64,
}

impl Suppressor {
    /// This alarm with its two periods in seconds.
    #[must_use]
    pub fn new(alarm: impl Into<String>, wait: i64, extension: i64) -> Self {
        Suppressor { alarm: alarm.into(), wait, extension }
    }
}

/// `ActionsSuppressedBy`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SuppressedBy {
    /// The suppressor may still go to ALARM.
    WaitPeriod,
    /// The suppressor is in ALARM.
    Alarm,
    /// The suppressor has left ALARM a short while ago.
    ExtensionPeriod,
}

impl SuppressedBy {
    /// `WaitPeriod`, `Alarm` or `ExtensionPeriod`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            SuppressedBy::WaitPeriod => "WaitPeriod",
            SuppressedBy::Alarm => "Alarm",
            SuppressedBy::ExtensionPeriod => "ExtensionPeriod",
        }
    }
}

/// A moment at which `StateUpdatedTimestamp` moves and an event is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SuppressionUpdate {
    /// When.
    pub time: Timestamp,
    /// The composite alarm's state.
    pub state: State,
    /// What holds the actions back. `None`: they run now.
    pub suppressed_by: Option<SuppressedBy>,
}

/// The suppression of one composite alarm over time. Events have to come in order of time.
///
/// ```
/// use cwfilter::alarm::{State, SuppressedBy, Suppression, Suppressor, Timestamp};
/// let at = Timestamp::from_seconds;
/// let mut suppression = Suppression::new(Suppressor::new("maintenance", 5, 10), State::Ok);
/// let updates = suppression.change(at(100), State::Alarm);
/// assert_eq!(updates[0].suppressed_by, Some(SuppressedBy::WaitPeriod));
/// // nothing happens for five seconds: the actions run
/// let updates = suppression.until(at(200));
/// assert_eq!((updates[0].time, updates[0].suppressed_by), (at(105), None));
/// ```
#[derive(Debug, Clone)]
pub struct Suppression {
    settings: Suppressor,
    suppressor: State,
    state: State,
    pending: Option<Pending>,
}

/// Actions that are held back.
#[derive(Debug, Clone, Copy)]
struct Pending {
    by: SuppressedBy,
    /// when they run, unless something happens before
    ends: Option<Timestamp>,
}

impl Suppression {
    /// With this suppressor, in this state.
    #[must_use]
    pub fn new(settings: Suppressor, suppressor: State) -> Self {
        Suppression { settings, suppressor, state: State::InsufficientData, pending: None }
    }

    /// Its settings.
    #[must_use]
    pub fn suppressor(&self) -> &Suppressor {
        &self.settings
    }

    /// The composite alarm goes to a state, or is created in it.
    pub fn change(&mut self, time: Timestamp, state: State) -> Vec<SuppressionUpdate> {
        let mut updates = self.until(time);
        self.state = state;
        // a change within the extension period waits anew (recorded)
        let pending = if self.suppressor == State::Alarm {
            Pending { by: SuppressedBy::Alarm, ends: None }
        } else {
            Pending { by: SuppressedBy::WaitPeriod, ends: Some(time.plus_seconds(self.settings.wait)) }
        };
        updates.push(self.hold(time, pending));
        updates
    }

    /// The suppressor goes to a state. Only actions that are held back are touched.
    pub fn suppressor_changes(&mut self, time: Timestamp, state: State) -> Vec<SuppressionUpdate> {
        let mut updates = self.until(time);
        let (before, after) = (self.suppressor == State::Alarm, state == State::Alarm);
        self.suppressor = state;
        if self.pending.is_some() && before != after {
            let pending = if after {
                Pending { by: SuppressedBy::Alarm, ends: None }
            } else {
                let ends = time.plus_seconds(self.settings.extension);
                Pending { by: SuppressedBy::ExtensionPeriod, ends: Some(ends) }
            };
            updates.push(self.hold(time, pending));
        }
        updates
    }

    /// What happens up to this moment by itself: actions run at the end of a period.
    pub fn until(&mut self, time: Timestamp) -> Vec<SuppressionUpdate> {
        let ends = self.pending.and_then(|pending| pending.ends).filter(|ends| *ends <= time);
        let update =
            ends.map(|ends| SuppressionUpdate { time: ends, state: self.state, suppressed_by: None });
        if update.is_some() {
            self.pending = None;
        }
        update.into_iter().collect()
    }

    fn hold(&mut self, time: Timestamp, pending: Pending) -> SuppressionUpdate {
        self.pending = Some(pending);
        SuppressionUpdate { time, state: self.state, suppressed_by: Some(pending.by) }
    }
}
