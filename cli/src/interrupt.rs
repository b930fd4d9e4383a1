//! Deletes temporary files on SIGINT, SIGTERM and SIGHUP, then lets the signal end the process as usual. A scan that follows a log group,
//! and `ring`, end by themselves after the first of these signals.

use std::path::{Path, PathBuf};
#[cfg(feature = "aws")]
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

/// The temporary files that exist now.
static TEMPORARY: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// The first signal is an order to stop, and is seen by [`is_stopped`].
#[cfg(feature = "aws")]
static IS_GENTLE: AtomicBool = AtomicBool::new(false);
#[cfg(feature = "aws")]
static STOPPED_BY: AtomicI32 = AtomicI32::new(0);

/// From now on the first SIGINT, SIGTERM or SIGHUP does not end the process; the second one does. Elsewhere than on Unix the first one does.
#[cfg(feature = "aws")]
pub(super) fn stop_gently() {
    IS_GENTLE.store(true, Ordering::Relaxed);
    drop(hold());
}

/// Whether a signal asked for the end.
#[cfg(feature = "aws")]
pub(super) fn is_stopped() -> bool {
    STOPPED_BY.load(Ordering::Relaxed) != 0
}

/// Ends the process as the signal that asked for the end would have done.
#[cfg(feature = "aws")]
pub(super) fn end() {
    #[cfg(unix)]
    let _ = signal_hook::low_level::emulate_default_handler(STOPPED_BY.load(Ordering::Relaxed));
}

/// Keeps a signal from ending the process while a temporary file is created, renamed or deleted.
pub(super) struct Held(MutexGuard<'static, Vec<PathBuf>>);

/// Waits until no other thread holds the lock. The first call starts to listen for signals.
pub(super) fn hold() -> Held {
    static LISTENS: Once = Once::new();
    #[cfg(unix)]
    LISTENS.call_once(listen);
    Held(lock())
}

impl Held {
    /// The file is temporary from now on.
    pub(super) fn add(&mut self, path: &Path) {
        self.0.push(path.to_owned());
    }

    /// The file was renamed or deleted.
    pub(super) fn remove(&mut self, path: &Path) {
        self.0.retain(|known| known != path);
    }
}

#[cfg(unix)]
fn listen() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    // `nohup` and background shells ignore signals: an ignored signal stays ignored
    let signals = [SIGHUP, SIGINT, SIGTERM].into_iter().filter(|signal| !is_ignored(*signal));
    let signals: Vec<i32> = signals.collect();
    let (ready, is_ready) = std::sync::mpsc::channel::<()>();
    let listener = move || {
        let signals = signal_hook::iterator::Signals::new(signals);
        drop(ready);
        let Ok(mut signals) = signals else { return };
        for signal in signals.forever() {
            #[cfg(feature = "aws")]
            if IS_GENTLE.load(Ordering::Relaxed) && STOPPED_BY.swap(signal, Ordering::Relaxed) == 0 {
                continue;
            }
            let files = lock();
            for path in files.iter() {
                let _ = std::fs::remove_file(path);
            }
            // ends the process while the lock keeps other threads from creating files
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    };
    if std::thread::Builder::new().name("signals".to_owned()).spawn(listener).is_ok() {
        // the listener drops its end when it is ready, which ends the wait with an error
        let _ = is_ready.recv();
    }
}

fn lock() -> MutexGuard<'static, Vec<PathBuf>> {
    TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether the process was started with the signal ignored. Only Linux tells.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    mask >> (signal - 1) & 1 == 1
}
