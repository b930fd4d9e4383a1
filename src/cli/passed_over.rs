//! What is passed over in folders: counted always, named under `--verbose`.

use super::options::options;
use super::terminal::say;
use crate::files::{PassedOver, Reason};
use crate::limits::SOURCE_BYTES;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};

/// All that was passed over in this run; a folder may be walked twice.
static ALL: Mutex<BTreeSet<PassedOver>> = Mutex::new(BTreeSet::new());

fn all() -> MutexGuard<'static, BTreeSet<PassedOver>> {
    ALL.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Entries that this run passed over so far, for summaries in JSON.
pub(super) fn count() -> usize {
    all().len()
}

/// Prints to standard error how many entries were passed over, and under `--verbose` which; each once in a run.
pub(super) fn report(entries: &[PassedOver]) {
    let mut counts: BTreeMap<Reason, usize> = BTreeMap::new();
    let mut all = all();
    for entry in entries.iter().filter(|entry| all.insert((*entry).clone())) {
        *counts.entry(entry.reason).or_default() += 1;
        let path = entry.path.to_string_lossy();
        let path = path.escape_debug();
        match entry.reason {
            Reason::Large => say!("note: {path}: larger than {} MiB, passed over", SOURCE_BYTES >> 20),
            reason if options().verbose => say!("note: {path}: {}, passed over", reason.name()),
            _ => {}
        }
    }
    for (reason, count) in counts {
        say!("{} skipped", reason.counted(count));
    }
}
