//! When a request is made again: after throttling, after an error of the service, after a connection that was cut.

use super::refusal::Failure;
use crate::interrupt;
use cwfilter::limits::FETCH_ATTEMPTS;
use std::hash::BuildHasher;
use std::time::{Duration, Instant};

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How long a signal waits until it is seen.
const TICK: Duration = Duration::from_millis(100);

/// Waits. Returns false, at once, if a signal asks for the end.
pub(super) fn rest(pause: Duration) -> bool {
    let until = Instant::now() + pause;
    while !interrupt::is_stopped() {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return true;
        }
        std::thread::sleep(left.min(TICK));
    }
    false
}

/// The attempts of one request. The SDK makes one each.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    failed: u32,
}

impl Attempts {
    /// Waits before the next attempt. Returns false after the last attempt.
    pub(super) async fn wait(&mut self) -> bool {
        let Some(pause) = self.pause() else { return false };
        tokio::time::sleep(pause).await;
        true
    }

    /// The pause before the next attempt: each is twice the one before, less up to half of it by chance, so that many requests that
    /// were refused together do not come back together. `None` after the last attempt.
    pub(super) fn pause(&mut self) -> Option<Duration> {
        self.failed += 1;
        if self.failed >= FETCH_ATTEMPTS {
            return None;
        }
        let pause = FIRST_PAUSE.saturating_mul(1 << (self.failed - 1).min(16)).min(LONGEST_PAUSE);
        let chance = std::hash::RandomState::new().hash_one(self.failed) % 1024;
        Some(pause.mul_f64(1.0 - chance as f64 / 2048.0))
    }

    /// The failure of the last attempt. What is not there after all of them is not there for other requests either.
    pub(super) fn used_up(&self, failure: Failure) -> Failure {
        Failure { is_of_all: true, ..self.of_one(failure) }
    }

    /// The failure of the last attempt, which says nothing about other requests.
    pub(super) fn of_one(&self, failure: Failure) -> Failure {
        Failure { message: format!("{}, in {} attempts", failure.message, self.failed), ..failure }
    }
}
