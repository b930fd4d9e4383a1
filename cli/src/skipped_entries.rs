//! Reports the entries of folders that are not read: always their number, and with `--verbose` their names.

use super::options::options;
use super::terminal::say;
use cwfilter::files::{Reason, SkippedEntry};
use cwfilter::limits::SOURCE_BYTES;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard};

/// The entries that this run did not read. A folder may be walked twice, so entries are reported once.
static ALL: Entries = Mutex::new(BTreeSet::new());

/// Those beside the rules that a command applies to something else, which are no part of what it was to read.
static OF_RULES: Entries = Mutex::new(BTreeSet::new());

type Entries = Mutex<BTreeSet<SkippedEntry>>;

fn all(entries: &'static Entries) -> MutexGuard<'static, BTreeSet<SkippedEntry>> {
    entries.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The number of entries that this run has not read so far, for summaries in JSON.
pub(super) fn count() -> usize {
    all(&ALL).len()
}

/// The files that were not read because of their size.
pub(super) fn large() -> Vec<PathBuf> {
    let all = all(&ALL);
    all.iter().filter(|entry| entry.reason == Reason::Large).map(|entry| entry.path.clone()).collect()
}

/// Prints the number of entries that were not read to standard error, and their names with `--verbose`; each entry once in a run.
pub(super) fn report(entries: &[SkippedEntry]) {
    print(entries, &ALL, "skipped");
}

/// As [`report`], of the folders of rules: [`count`] does not count them.
pub(super) fn report_of_rules(entries: &[SkippedEntry]) {
    print(entries, &OF_RULES, "skipped in the folders of rules");
}

fn print(entries: &[SkippedEntry], known: &'static Entries, skipped: &str) {
    let mut counts: BTreeMap<Reason, usize> = BTreeMap::new();
    let mut all = all(known);
    for entry in entries.iter().filter(|entry| all.insert((*entry).clone())) {
        *counts.entry(entry.reason).or_default() += 1;
        let path = entry.path.to_string_lossy();
        let path = path.escape_debug();
        match entry.reason {
            Reason::Large => say!("note: {path}: larger than {} MiB, skipped", SOURCE_BYTES >> 20),
            reason if options().verbose => say!("note: {path}: {}, skipped", reason.name()),
            _ => {}
        }
    }
    for (reason, count) in counts {
        say!("{} {skipped}", reason.counted(count));
    }
}
