//! Skips files whose names show that they contain no record in the selection.

use super::notes::why;
use crate::files::Input;
use crate::options::options;
use crate::terminal::say;
use cwfilter::hit::{Outside, Selection};
use cwfilter::plural::counted;
use std::collections::BTreeMap;

/// The files that were skipped.
#[derive(Default)]
pub(crate) struct SkippedFiles {
    /// The number of files by reason.
    pub(crate) counts: BTreeMap<&'static str, u64>,
    /// Sentences for people.
    pub(crate) sentences: Vec<String>,
}

/// Removes the inputs outside the selection, and prints their number for each reason.
pub(crate) fn skip(inputs: &mut Vec<Input>, selection: &Selection) -> SkippedFiles {
    if selection.is_all() {
        return SkippedFiles::default();
    }
    let mut counts: BTreeMap<Outside, u64> = BTreeMap::new();
    inputs.retain(|input| {
        let outside = match input {
            Input::Stdin => None,
            _ => selection.of_file(&input.name()),
        };
        let Some(reason) = outside else { return true };
        *counts.entry(reason).or_default() += 1;
        if options().verbose {
            say!("note: {}: its name says {}, skipped", input.name(), why(reason));
        }
        false
    });
    let mut skipped = SkippedFiles::default();
    for (reason, count) in counts {
        let late = match reason {
            Outside::After => format!(" (delivered more than {} after it: --late)", hours(selection.late)),
            _ => String::new(),
        };
        let sentence = format!("{} {}{late} skipped by name", counted(count, "file", "files"), why(reason));
        say!("{sentence}");
        skipped.sentences.push(sentence);
        skipped.counts.insert(reason.name(), count);
    }
    skipped
}

fn hours(seconds: i64) -> String {
    match seconds % 3600 {
        0 => format!("{} h", seconds / 3600),
        _ => format!("{seconds} s"),
    }
}
