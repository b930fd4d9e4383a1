//! The pace of the calls to a service.

use std::time::{Duration, Instant};

/// A rate with a burst: the first calls after a pause start at once.
#[derive(Debug)]
pub(super) struct Pace {
    interval: Duration,
    burst: Duration,
    next: Option<Instant>,
}

impl Pace {
    pub(super) fn new(per_second: f64, burst: f64) -> Self {
        let interval = Duration::from_secs_f64(1.0 / per_second.max(0.01));
        Pace { interval, burst: interval.mul_f64((burst - 1.0).max(0.0)), next: None }
    }

    /// Takes the next turn, and returns the time until it.
    pub(super) fn turn(&mut self) -> Duration {
        let now = Instant::now();
        let at = self.next.map_or(now, |next| next.max(now));
        self.next = Some(at + self.interval);
        (at - now).saturating_sub(self.burst)
    }
}
