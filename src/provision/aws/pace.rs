//! Writes one after the other, and not too fast.

use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The least time between two writes to a service.
#[derive(Debug)]
pub(super) struct Pace {
    interval: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    pub(super) fn per_second(writes: f64) -> Self {
        Pace { interval: Duration::from_secs_f64(1.0 / writes.max(0.01)), next: Mutex::new(None) }
    }

    /// Waits for the turn of the next write.
    pub(super) async fn turn(&self) {
        let now = Instant::now();
        let at = {
            let mut next = self.next.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let at = next.map_or(now, |next| next.max(now));
            *next = Some(at + self.interval);
            at
        };
        tokio::time::sleep(at - now).await;
    }
}
