//! Skips files whose names show that they contain no record in the selection.

use super::args::Plan;
use super::notes::why;
use crate::files::Input;
use crate::options::options;
use crate::terminal::say;
use cwfilter::hit::Outside;
use cwfilter::plural::counted;
use std::collections::BTreeMap;

/// The files that were skipped.
#[derive(Default)]
pub(crate) struct SkippedFiles {
    /// The number of files by reason.
    pub(crate) counts: BTreeMap<&'static str, u64>,
    /// Sentences for people.
    pub(crate) sentences: Vec<String>,
    /// Why the answer is about nothing: the names of all files rule them out.
    pub(crate) all: Option<String>,
}

impl SkippedFiles {
    /// Whether nothing was read although something was asked for. Says so; where nothing may be read, as a note.
    pub(crate) fn refuses(&self, allow_empty: bool) -> bool {
        let Some(why) = &self.all else { return false };
        match allow_empty {
            true => say!("note: {why}"),
            false => say!("error: {why}; check it, or give `--allow-empty`"),
        }
        !allow_empty
    }
}

/// Removes the inputs outside the selection, and prints their number for each reason.
pub(crate) fn skip(inputs: &mut Vec<Input>, plan: &Plan) -> SkippedFiles {
    let Some(selected) = &plan.selected else { return SkippedFiles::default() };
    let selection = &plan.selection;
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
    if inputs.is_empty() && !skipped.counts.is_empty() {
        let all = counted(skipped.counts.values().sum::<u64>(), "file is", "files are");
        skipped.all = Some(format!("no file was opened: by name, {all} outside `{}`", selected.given));
    }
    skipped
}

fn hours(seconds: i64) -> String {
    match seconds % 3600 {
        0 => format!("{} h", seconds / 3600),
        _ => format!("{seconds} s"),
    }
}
